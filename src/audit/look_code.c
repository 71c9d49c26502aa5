/* Rules for code, over its tokens. */
#include "audit/look_inside.h"

/* Rules that may apply to one file; more is a mistake in the needles. */
#define ACTIVE_MAX 512

struct code {
	struct looking *looking;
	struct tokens tokens;
	const struct rule *active[ACTIVE_MAX];
	size_t active_count;
};

static bool stands_in(
	const struct tokens *tokens, struct token_span span, struct bytes word)
{
	for (size_t i = span.first; i < span.end; i++)
		if (bytes_equal(token_text(tokens, i), word))
			return true;
	return false;
}

/* What the rule wants to stand in the same call or statement. */
static bool has_all(
	const struct code *code, const struct rule *rule, struct token_span span)
{
	for (size_t i = 0; i < rule->with_count; i++)
		if (!stands_in(&code->tokens, span, rule->with[i]))
			return false;
	return true;
}

/* Behind "if x:" a statement may be the only one of its block, which may not be empty. */
static bool may_be_only(const struct tokens *tokens, size_t first)
{
	while (first > 0 && tokens->all[first - 1].kind == TOKEN_LINE)
		first--;
	return first > 0 && tokens->all[first - 1].sign == ':';
}

static void keep(struct code *code, const struct rule *rule, size_t first,
	struct token_span value, const struct expression *e)
{
	struct token_span statement =
		shape_statement(&code->tokens, (struct token_span){ first, value.end });
	struct found found = { .rule = rule,
		.list = &e->list,
		.followed = e->followed,
		.followed_at = e->followed_at };

	if (e->compares || e->restores)
		return;
	found.at = code->tokens.all[first].at;
	shape_bytes(&code->tokens, value, &found.value_at, &found.value_len);
	/* A statement that begins with something else says more than this. */
	if (statement.first == first && !may_be_only(&code->tokens, first))
		shape_bytes(&code->tokens, statement, &found.statement_at,
			&found.statement_len);
	look_keep(code->looking, &found);
}

static struct expression expression_of(const struct code *code, const struct rule *rule)
{
	return (struct expression){
		.tokens = &code->tokens,
		.list = protocol_list_begin(rule->dialect),
	};
}

static void try_assignment(
	struct code *code, const struct rule *rule, size_t first, size_t last)
{
	struct expression e = expression_of(code, rule);
	struct token_span value;
	enum shape_assigns how = shape_assignment(&code->tokens, first, last, &value);

	if (how == ASSIGNS_NOT ||
		!has_all(code, rule, shape_statement(&code->tokens, value)))
		return;
	e.self = token_text(&code->tokens, last);
	expression_evaluate(&e, value, how);
	keep(code, rule, first, value, &e);
}

static void try_argument(
	struct code *code, const struct rule *rule, size_t first, size_t last)
{
	struct expression e = expression_of(code, rule);
	struct token_span all, value;

	(void)first;
	if (!shape_call(&code->tokens, last, &all) || !has_all(code, rule, all))
		return;
	value = all;
	if (rule->argument > 0 &&
		!shape_argument(&code->tokens, all, rule->argument, &value))
		return;
	if (rule->argument_name.len > 0 &&
		!shape_named_argument(&code->tokens, all, rule->argument_name, &value))
		return;
	if (value.end <= value.first)
		return;
	expression_evaluate(&e, value, ASSIGNS_SETS);
	keep(code, rule,
		rule->argument > 0 || rule->argument_name.len > 0 ? value.first : first,
		value, &e);
}

static void try_value(
	struct code *code, const struct rule *rule, size_t first, size_t last)
{
	struct expression e = expression_of(code, rule);
	struct token_span value = { first, last + 1 };

	if (!shape_is_value(&code->tokens, first, last) ||
		!has_all(code, rule, shape_statement(&code->tokens, value)))
		return;
	expression_evaluate(&e, value, ASSIGNS_SETS);
	keep(code, rule, first, value, &e);
}

static void try_rule(struct code *code, const struct rule *rule, size_t at)
{
	size_t first;

	for (size_t i = 0; i < rule->name_count; i++) {
		if (!shape_is_name(&code->tokens, at, &rule->names[i], &first))
			continue;
		if (rule->find == FIND_ASSIGNMENT)
			try_assignment(code, rule, first, at);
		else if (code->tokens.all[at].kind != TOKEN_WORD)
			continue;
		else if (rule->find == FIND_ARGUMENT)
			try_argument(code, rule, first, at);
		else if (rule->find == FIND_VALUE)
			try_value(code, rule, first, at);
		return;
	}
}

void look_at_code(struct looking *looking, size_t kind)
{
	struct code *code = arena_take(looking->arena, sizeof *code);
	const struct family *family = family_find(bytes_of_string(kinds[kind].family));

	if (code == NULL) {
		looking->err = ERR_MEMORY;
		return;
	}
	code->looking = looking;
	for (size_t i = 0; i < looking->rules->count; i++)
		if (looking->rules->all[i]->find != FIND_DIRECTIVE &&
			code->active_count < ACTIVE_MAX && look_applies(looking, i, kind))
			code->active[code->active_count++] = looking->rules->all[i];
	if (code->active_count == 0)
		return;
	looking->err = tokens_read(looking->text, family, looking->arena, &code->tokens);
	looking->out->cut = looking->out->cut || code->tokens.cut;
	for (size_t at = 0; at < code->tokens.count && looking->err == ERR_OK; at++) {
		uint8_t token = code->tokens.all[at].kind;

		if (token != TOKEN_WORD && token != TOKEN_STRING)
			continue;
		for (size_t i = 0; i < code->active_count; i++)
			try_rule(code, code->active[i], at);
	}
}

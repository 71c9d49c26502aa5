/* Rules for code, over its tokens. */
#include "audit/look_code.h"

#include "audit/version_words.h"

#define FOLLOW_BUDGET ((size_t)64 << 20) /* tokens a file: half a second */

static bool stands_in(
	const struct tokens *tokens, struct token_span span, struct bytes word)
{
	for (size_t i = span.first; i < span.end; i++)
		if (bytes_equal(token_text(tokens, i), word))
			return true;
	return false;
}

/* "a|b": one of them stands there. */
static bool one_stands_in(
	const struct tokens *tokens, struct token_span span, struct bytes words)
{
	while (words.len > 0) {
		size_t len = bytes_find(words, bytes_of_string("|"));

		if (stands_in(tokens, span, bytes_first(words, len)))
			return true;
		words = bytes_after(words, len + 1);
	}
	return false;
}

/* What the rule wants to stand in the same call or statement, and nothing that it does
 * not. */
static bool has_all(
	const struct code *code, const struct rule *rule, struct token_span span)
{
	for (size_t i = 0; i < rule->with_count; i++)
		if (!one_stands_in(&code->tokens, span, rule->with[i]))
			return false;
	if (rule->without_count == 0)
		return true;
	span = shape_sentence(&code->tokens, span.first);
	for (size_t i = 0; i < rule->without_count; i++)
		if (one_stands_in(&code->tokens, span, rule->without[i]))
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

void code_keep(struct code *code, const struct place *place, const struct expression *e,
	bool joined)
{
	const struct rule *rule = place->rule;
	struct token_span statement = shape_statement(
		&code->tokens, (struct token_span){ place->first, place->value.end });
	bool named = rule->find != FIND_ARGUMENT || place->whole_call;
	size_t first = named ? place->first : place->value.first;
	struct found found = { .rule = rule,
		.list = &e->list,
		.followed = e->followed,
		.followed_at = code->base + e->followed_at,
		.joined = joined,
		.one_of = e->choices > 0 };

	/* Bounds that leave nothing are those of several ways through "#if". */
	if (!e->list.defers && e->list.known > 0 &&
		(e->list.range.on | e->list.range.maybe) == 0)
		return;
	found.at = code->base + code->tokens.all[first].at;
	shape_bytes(&code->tokens, place->value, &found.value_at, &found.value_len);
	found.value_at += code->base;
	/* A statement that begins with something else says more than this. */
	if (statement.first == first && !code->inner &&
		!may_be_only(&code->tokens, first))
		shape_bytes(&code->tokens, statement, &found.statement_at,
			&found.statement_len);
	look_keep(code->looking, &found);
}

void code_evaluate(struct code *code, const struct place *place, struct expression *ret)
{
	ret->tokens = &code->tokens;
	ret->budget = &code->budget;
	ret->claimed = place->rule->otherwise ? NULL : code->claimed;
	ret->self = (struct bytes){ 0 };
	if (place->rule->find == FIND_ASSIGNMENT)
		ret->self = token_text(&code->tokens, place->last);
	ret->turned = place->name->turned;
	ret->list.bare = place->name->does == LIST_OPERATION_COUNT
				 ? place->rule->dialect->bare
				 : place->name->does;
	expression_evaluate(ret, place->value, place->how);
}

/* A switch whose arms name several versions, whatever its labels say: each is chosen. */
static bool is_one_of(const struct code *code, const struct place *place)
{
	struct token_span body;
	const struct dialect *dialect = place->rule->dialect;
	struct bytes first = { 0 };

	if (!surroundings_switch(&code->tokens, place->first, &body))
		return false;
	for (size_t at = body.first; at < body.end; at++) {
		struct bytes word;

		if (code->tokens.all[at].kind != TOKEN_WORD)
			continue;
		word = token_text(&code->tokens, at);
		if (!names_version(word) || !dialect_knows(dialect, word))
			continue;
		if (first.len > 0 && !bytes_equal(first, word))
			return true;
		first = word;
	}
	return false;
}

/* Under a name that says TLS 1.2 only what is older is a setting. */
static bool is_older(struct code *code, const struct place *place)
{
	struct expression e = { .list = protocol_list_begin(place->rule->dialect) };

	code_evaluate(code, place, &e);
	return (e.list.range.on & versions_to(RANK_TLS11)) != 0;
}

/* What chooses among several, and what a test expects, decide nothing here. */
bool code_decides(struct code *code, const struct place *place)
{
	enum surroundings_choice choice =
		surroundings_chosen(&code->tokens, place->first);

	return choice != CHOSEN && (choice == CHOSEN_NOT || is_older(code, place)) &&
	       !is_one_of(code, place) &&
	       !((place->rule->find == FIND_ASSIGNMENT ||
			 place->rule->find == FIND_VALUE) &&
		       surroundings_expected(&code->tokens, place->first));
}

static void take_place(struct code *code, const struct place *place)
{
	struct expression e = { .list = protocol_list_begin(place->rule->dialect) };

	if (place->rule->otherwise) {
		if (code->other_count < MEMBERS_MAX)
			code->others[code->other_count++] = *place;
		return;
	}
	expression_claim(code->claimed, place->value);
	if (!code_decides(code, place))
		return;
	if (place->rule->repeats == REPEATS_JOINED) {
		if (code->member_count < MEMBERS_MAX)
			code->members[code->member_count++] = *place;
		return;
	}
	code_evaluate(code, place, &e);
	protocol_list_end(&e.list);
	if (!e.compares && !e.restores)
		code_keep(code, place, &e, false);
}

static void try_assignment(struct code *code, struct place *place)
{
	place->how =
		shape_assignment(&code->tokens, place->first, place->last, &place->value);
	if (place->rule->no_keys && code->tokens.all[place->last].kind == TOKEN_STRING)
		place->how = ASSIGNS_NOT;
	if (place->how == ASSIGNS_NOT && place->rule->pairs &&
		(shape_pair(&code->tokens, place->last, &place->value) ||
			shape_macro(&code->tokens, place->last, &place->value)))
		place->how = ASSIGNS_SETS;
	if (place->how != ASSIGNS_NOT &&
		has_all(code, place->rule, shape_statement(&code->tokens, place->value)))
		take_place(code, place);
}

static void try_argument(struct code *code, struct place *place)
{
	const struct rule *rule = place->rule;
	struct token_span all;

	if (!shape_call(&code->tokens, place->last, &all) || !has_all(code, rule, all))
		return;
	place->value = all;
	place->whole_call = rule->argument == 0 && rule->argument_name.len == 0;
	if (rule->argument > 0 &&
		!shape_argument(&code->tokens, all, rule->argument, &place->value))
		return;
	if (rule->argument_name.len > 0 && !shape_named_argument(&code->tokens, all,
						   rule->argument_name, &place->value))
		return;
	if (place->value.end > place->value.first)
		take_place(code, place);
}

static void try_value(struct code *code, struct place *place)
{
	place->value = (struct token_span){ place->first, place->last + 1 };
	if (shape_is_value(&code->tokens, place->first, place->last) &&
		!shape_is_row(&code->tokens, place->first) &&
		has_all(code, place->rule,
			shape_statement(&code->tokens, place->value))) {
		if (place->rule->otherwise)
			place->value = shape_operands(&code->tokens, place->value);
		take_place(code, place);
	}
}

/* The name alone is evaluated; its arguments say nothing. */
static void try_call(struct code *code, struct place *place)
{
	struct token_span all;

	place->value = (struct token_span){ place->first, place->last + 1 };
	if (shape_call(&code->tokens, place->last, &all) &&
		shape_is_value(&code->tokens, place->first, all.end) &&
		!shape_is_row(&code->tokens, place->first))
		take_place(code, place);
}

/* "name value" at a statement's start, with or without brackets. */
static void try_command(struct code *code, struct place *place)
{
	if (!shape_call(&code->tokens, place->last, &place->value))
		place->value = shape_line(&code->tokens, place->last + 1);
	place->whole_call = true;
	if (place->value.end > place->value.first &&
		shape_statement(&code->tokens,
			(struct token_span){ place->first, place->last + 1 })
				.first == place->first &&
		has_all(code, place->rule, place->value))
		take_place(code, place);
}

static void try_defined(struct code *code, struct place *place)
{
	place->value = (struct token_span){ place->last, place->last + 1 };
	if (shape_is_defined(&code->tokens, place->last))
		take_place(code, place);
}

static void note_name(struct code *code, struct bytes name)
{
	uint64_t length = UINT64_C(1) << name.len % 64;
	uint8_t low = name.len > 0 ? byte_lower(name.at[0]) : 0;

	code->names[low] |= length;
	code->names[low >= 'a' && low <= 'z' ? low - ('a' - 'A') : low] |= length;
}

static void note_wild(struct code *code, uint64_t pairs)
{
	for (size_t i = 0; i < code->wild_count; i++)
		if (pairs_may_fit(pairs, code->wild[i]))
			return;
	if (code->wild_count < WILD_MAX)
		code->wild[code->wild_count++] = pairs;
	else
		code->wild[0] = 0;
}

static void note_names(struct code *code)
{
	memset(code->names, 0, sizeof code->names);
	code->wild_count = 0;
	for (size_t i = 0; i < code->active_count; i++)
		for (size_t j = 0; j < code->active[i]->name_count; j++) {
			const struct rule_name *name = &code->active[i]->names[j];

			if (name->any)
				note_wild(code, name->pairs);
			note_name(code, name->parts[name->count - 1]);
			note_name(code, name->pattern);
		}
}

static bool is_noted(const struct code *code, struct bytes word)
{
	return word.len > 0 && (code->names[word.at[0]] >> word.len % 64 & 1) != 0;
}

static bool may_be_wild(struct code *code, struct bytes word)
{
	if (code->wild_count == 0)
		return false;
	code->pairs = text_pairs(word);
	for (size_t i = 0; i < code->wild_count; i++)
		if (pairs_may_fit(code->pairs, code->wild[i]))
			return true;
	return false;
}

/* Few tokens are any rule's name; a mark in front, as in "$name", is no part of it. */
static bool may_be_named(struct code *code, size_t at)
{
	struct bytes word = token_text(&code->tokens, at);

	return may_be_wild(code, word) || is_noted(code, word) ||
	       (code->tokens.family->word_first != NULL &&
		       is_noted(code, bytes_after(word, 1)));
}

/* The name means something else. */
static bool is_unlike(
	const struct code *code, const struct rule *rule, size_t first, size_t last)
{
	struct bytes name = token_text(&code->tokens, last);
	size_t at, len;

	if (rule->unlike_count == 0)
		return false;
	if (first < last) {
		shape_bytes(
			&code->tokens, (struct token_span){ first, last + 1 }, &at, &len);
		name = bytes_over(code->tokens.file.at + at, len);
	}
	for (size_t i = 0; i < rule->unlike_count; i++)
		if (pattern_fits(name, rule->unlike[i]))
			return true;
	return false;
}

static void try_rule(struct code *code, const struct rule *rule, size_t at)
{
	struct place place = { .rule = rule, .last = at, .how = ASSIGNS_SETS };

	for (size_t i = 0; i < rule->name_count; i++) {
		place.name = &rule->names[i];
		if (place.name->any && !pairs_may_fit(code->pairs, place.name->pairs))
			continue;
		if (!shape_is_name(&code->tokens, at, place.name, &place.first))
			continue;
		if (is_unlike(code, rule, place.first, at))
			return;
		if (rule->find == FIND_ASSIGNMENT)
			try_assignment(code, &place);
		else if (code->tokens.all[at].kind != TOKEN_WORD)
			continue;
		else if (rule->find == FIND_ARGUMENT)
			try_argument(code, &place);
		else if (rule->find == FIND_VALUE)
			try_value(code, &place);
		else if (rule->find == FIND_CALL)
			try_call(code, &place);
		else if (rule->find == FIND_COMMAND)
			try_command(code, &place);
		else if (rule->find == FIND_DEFINED)
			try_defined(code, &place);
		return;
	}
}

static void try_rules(struct code *code, size_t at)
{
	for (size_t i = 0; i < code->active_count; i++)
		try_rule(code, code->active[i], at);
}

static bool has_others(const struct code *code)
{
	for (size_t i = 0; i < code->active_count; i++)
		if (code->active[i]->otherwise)
			return true;
	return false;
}

static void read_code(struct code *code, struct bytes text, size_t kind)
{
	struct looking *looking = code->looking;
	const struct family *family = family_find(bytes_of_string(kinds[kind].family));

	looking->err = tokens_read(text, family, looking->arena, &code->tokens);
	code->tokens.work = &looking->work;
	looking->out->cut = looking->out->cut || code->tokens.cut;
	if (looking->err == ERR_OK && !family->indents)
		looking->err = surroundings_labels(&code->tokens, looking->arena);
	if (looking->err == ERR_OK && has_others(code)) {
		code->claimed = arena_take(looking->arena, code->tokens.count / 8 + 1);
		if (code->claimed == NULL)
			looking->err = ERR_MEMORY;
	}
	for (size_t at = 0; at < code->tokens.count && look_goes_on(looking); at++) {
		uint8_t token = code->tokens.all[at].kind;

		if (token != TOKEN_WORD && token != TOKEN_STRING)
			continue;
		if (token == TOKEN_STRING && !code->inner) {
			code_look_at_string(code, at);
			if (!family->dash_words &&
				look_is_marked(looking, token_text(&code->tokens, at)) &&
				code_may_be_written(code, at))
				look_at_written(
					looking, token_text(&code->tokens, at), 1);
		}
		if (may_be_named(code, at))
			try_rules(code, at);
	}
	if (looking->err == ERR_OK) {
		code_tell_joined(code);
		code_tell_others(code);
	}
}

/* The rules for that kind which may apply. */
static void begin_code(struct code *code, struct looking *looking, size_t kind)
{
	code->looking = looking;
	code->budget = FOLLOW_BUDGET;
	code->active_count = 0;
	code->member_count = 0;
	code->other_count = 0;
	code->claimed = NULL;
	for (size_t i = 0; i < looking->rules->count; i++)
		if (looking->rules->all[i]->find != FIND_DIRECTIVE &&
			code->active_count < ACTIVE_MAX && look_applies(looking, i, kind))
			code->active[code->active_count++] = looking->rules->all[i];
	note_names(code);
}

void look_at_code(struct looking *looking, size_t kind)
{
	struct code *code = arena_take(looking->arena, sizeof *code);

	if (code == NULL) {
		looking->err = ERR_MEMORY;
		return;
	}
	begin_code(code, looking, kind);
	if (code->active_count > 0 || look_has_command_rules(looking) ||
		look_has_written_rules(looking))
		read_code(code, looking->text, kind);
}

void look_at_code_text(struct looking *looking, struct bytes text, size_t kind)
{
	if (looking->inner_code == NULL)
		looking->inner_code = arena_take(looking->arena, sizeof(struct code));
	if (looking->inner_code == NULL) {
		looking->err = ERR_MEMORY;
		return;
	}
	begin_code(looking->inner_code, looking, kind);
	looking->inner_code->base = (size_t)(text.at - looking->text.at);
	looking->inner_code->inner = true;
	if (looking->inner_code->active_count > 0)
		read_code(looking->inner_code, text, kind);
}

#include "audit/expression.h"

/* Words of languages that say nothing of versions. */
static const char *const empty_words[] = { "new", "typeof", "as", "or", "and", "Or",
	"And", "-bor", "-band", "-as", "cast", "enum", "let", "var", "const", "static",
	"final", "return", "Some", "CType", "unbox", "box", "lor", "await", NULL };
static const char *const turning_words[] = { "not", "Not", "-bnot", "lnot", NULL };
/* Calls that hand on what they are given: lists, and readers of names. What any other
 * call makes of it is not known. */
static const char *const handing_on[] = { "Array", "Parse", "ToObject", "TryParse",
	"arrayListOf", "arrayOf", "asList", "asSet", "bitor", "from", "frozenset", "list",
	"listOf", "mutableListOf", "mutableSetOf", "of", "qw", "set", "setOf", "split",
	"tuple", "valueOf", "vec", NULL };
static const char *const comparing[] = { "==", "!=", "===", "!==", "<=", ">=", "&&",
	"-eq", "-ne", "-lt", "-gt", "-le", "-ge", "-contains", "-match", "-like", NULL };

static bool is_any(const struct tokens *tokens, size_t at, const char *const *words)
{
	for (; *words != NULL; words++)
		if (token_is(tokens, at, *words))
			return true;
	return false;
}

/* At most one step: what a constant's own value names is not looked for. */
static void walk(struct expression *e, struct token_span span, bool follow);

static void take_unknown(
	struct expression *e, struct bytes word, bool turned, bool follow)
{
	struct token_span value;

	if (follow && shape_definition(e->tokens, word, &value)) {
		e->followed = word;
		e->followed_at = e->tokens->all[value.first].at;
		walk(e, value, false);
		return;
	}
	protocol_list_word(&e->list, word, turned);
}

/* A dotted name, by its last part. Answers the token behind it. */
static size_t take_name(
	struct expression *e, size_t at, size_t end, bool turned, bool follow)
{
	size_t last = shape_name_end(e->tokens, at);
	struct bytes word = token_text(e->tokens, last);
	struct token_span arguments;

	if (last >= end)
		return end;
	if (e->self.len > 0 && bytes_equal(word, e->self)) {
		/* A constant that was taken from the name itself. */
		e->restores = e->restores || e->followed.len > 0;
		protocol_list_from_unseen(&e->list);
		return last + 1;
	}
	if (dialect_knows(e->list.dialect, word)) {
		protocol_list_word(&e->list, word, turned);
		return last + 1;
	}
	if (shape_call(e->tokens, last, &arguments) && arguments.end > arguments.first) {
		if (!is_any(e->tokens, last, handing_on))
			e->chooses = true;
		return last + 1;
	}
	take_unknown(e, word, turned, follow);
	return last + 1;
}

/* "~" turns one name, "~(" all up to its bracket. */
static size_t turned_end(const struct tokens *tokens, size_t at)
{
	bool group = at + 1 < tokens->count && tokens->all[at + 1].sign == '(';

	return group ? tokens->all[at + 1].mate : at + 1;
}

static size_t take_sign(struct expression *e, size_t at, size_t *turned)
{
	const struct token *token = &e->tokens->all[at];

	if (token->sign == '~' || token_is(e->tokens, at, "&^"))
		*turned = turned_end(e->tokens, at);
	else if (token->sign == '?')
		e->chooses = true;
	else if (is_any(e->tokens, at, comparing))
		e->compares = true;
	return at + 1;
}

static void walk(struct expression *e, struct token_span span, bool follow)
{
	const struct tokens *tokens = e->tokens;
	size_t at = span.first;
	size_t turned_to = 0; /* tokens before it, or the name that begins there */
	uint64_t number;

	while (at < span.end) {
		const struct token *token = &tokens->all[at];
		bool turned = at <= turned_to && turned_to > 0;

		if (token->kind == TOKEN_SIGN) {
			at = take_sign(e, at, &turned_to);
			continue;
		}
		if (token->kind == TOKEN_STRING)
			protocol_list_text(&e->list, token_text(tokens, at));
		else if (token->kind == TOKEN_NUMBER &&
			 number_parse(token_text(tokens, at), &number))
			protocol_list_number(&e->list, number, turned);
		else if (token->kind == TOKEN_WORD && is_any(tokens, at, turning_words))
			turned_to = turned_end(tokens, at);
		else if (token->kind == TOKEN_WORD && is_any(tokens, at, comparing))
			e->compares = true;
		else if (token->kind == TOKEN_WORD && !is_any(tokens, at, empty_words)) {
			at = take_name(e, at, span.end, turned, follow);
			continue;
		}
		at++;
	}
}

void expression_evaluate(
	struct expression *e, struct token_span span, enum shape_assigns how)
{
	if (how == ASSIGNS_ADDS || how == ASSIGNS_REMOVES)
		protocol_list_from_unseen(&e->list);
	walk(e, span, true);
	if (e->chooses) {
		e->list.range.maybe |= e->list.range.on;
		e->list.range.on = 0;
	}
}

/* Which names are used as values, and which stand in a table or a declaration. */
#include "audit/shapes.h"

#include "audit/surroundings.h"
#include "audit/version_words.h"

#define ROW_MAX 64 /* tokens of a table in front of a value */

static bool is_sign(const struct tokens *tokens, size_t at, const char *sign)
{
	return at < tokens->count && tokens->all[at].kind == TOKEN_SIGN &&
	       token_is(tokens, at, sign);
}

static bool is_word(const struct tokens *tokens, size_t at)
{
	return at < tokens->count && tokens->all[at].kind == TOKEN_WORD;
}

/* Where "(SSL_METHOD *)" begins in front of a value; else the value. */
static size_t before_cast(const struct tokens *tokens, size_t at)
{
	size_t open;

	if (at < 3 || !is_sign(tokens, at - 1, ")") ||
		tokens->all[at - 1].mate + 1 >= at - 1)
		return at;
	open = tokens->all[at - 1].mate;
	for (size_t i = open + 1; i < at - 1; i++)
		if (tokens->all[i].kind != TOKEN_WORD && !is_sign(tokens, i, "*"))
			return at;
	return open > 0 && is_word(tokens, open - 1) ? at : open;
}

bool shape_is_value(const struct tokens *tokens, size_t first, size_t last)
{
	static const char *const before[] = { "=", ":=", "<-", "|=", "+=", "(", ",", "|",
		"||", "+", "[", "return", "Or", "-bor", "=>", ":", "{", "?", "yield",
		NULL };
	static const char *const after[] = { ")", ",", ";", "]", "}", "|", "||", "+",
		"Or", "or", "-bor", ":", NULL };
	static const char *const labels[] = { "case", "import", "using", "in", NULL };
	static const char *const comparing[] = { "isEqual", "isEqualToString",
		"isEqualToNumber", NULL };
	bool behind_line;

	if (first > 0 && is_sign(tokens, first - 1, "\\"))
		first--; /* "\NAME" of PHP */
	first = before_cast(tokens, first);
	behind_line = first == 0 || tokens->all[first - 1].kind == TOKEN_LINE;
	if (first > 0 && tokens->all[first - 1].kind == TOKEN_STRING)
		return false;
	if (behind_line || !token_is_any(tokens, first - 1, before) ||
		token_is_any(tokens, first - 1, labels))
		return false;
	if (last + 1 >= tokens->count || tokens->all[last + 1].kind == TOKEN_LINE)
		return true;
	if (tokens->all[last + 1].kind == TOKEN_STRING || is_sign(tokens, last + 1, "::"))
		return false;
	/* "a ? b : c", not "b: c". */
	if (is_sign(tokens, last + 1, ":") && !is_sign(tokens, first - 1, "?"))
		return false;
	if (first > 1 && is_sign(tokens, first - 1, ":") &&
		token_is_any(tokens, first - 2, comparing))
		return false;
	/* "[stream setProperty:LEVEL forKey:KEY]" */
	if (tokens->family->preprocessed && is_sign(tokens, first - 1, ":") &&
		is_word(tokens, last + 1) && is_sign(tokens, last + 2, ":"))
		return true;
	return token_is_any(tokens, last + 1, after);
}

/* "methods[TLS1] = " in front of it. */
static bool has_row_in_front(const struct tokens *tokens, size_t at)
{
	size_t open;

	at = before_cast(tokens, at);
	if (at < 3 || !is_sign(tokens, at - 1, "=") || !is_sign(tokens, at - 2, "]"))
		return false;
	open = tokens->all[at - 2].mate;
	for (size_t i = open; i < at - 2; i++)
		if (tokens->all[i].kind != TOKEN_SIGN &&
			names_version(token_text(tokens, i)))
			return true;
	return false;
}

/* "DECLARE(NAME, "NAME")" */
static bool is_declared(const struct tokens *tokens, size_t at)
{
	return is_sign(tokens, at + 1, ",") && at + 2 < tokens->count &&
	       tokens->all[at + 2].kind == TOKEN_STRING &&
	       bytes_equal(token_text(tokens, at), token_text(tokens, at + 2));
}

bool shape_is_row(const struct tokens *tokens, size_t at)
{
	uint32_t in = tokens->all[at].in;

	if (has_row_in_front(tokens, at) || is_declared(tokens, at))
		return true;
	if (strcmp(tokens->family->name, "beam") == 0)
		return false; /* 'tlsv1.1' is no text there */

	for (size_t i = at, n = 0; in != NO_TOKEN && i > in && n < ROW_MAX; n++) {
		i--;
		if (tokens->all[i].mate < i)
			i = tokens->all[i].mate;
		if (tokens->all[i].kind == TOKEN_STRING &&
			names_version(token_text(tokens, i)))
			return true;
	}
	return false;
}

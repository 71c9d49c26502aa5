/* What stands around a token: a switch, a test's expectation, what asks others. */
#include "audit/surroundings_inside.h"

bool surroundings_switch(
	const struct tokens *tokens, size_t at, struct token_span *ret_body)
{
	static const char *const words[] = { "switch", "match", "when", NULL };
	uint32_t in = tokens->all[at].in;

	for (size_t depth = 0; in != NO_TOKEN && depth < AROUND_MAX; depth++) {
		if (is_sign(tokens, in, '{') &&
			token_is_any(tokens, surroundings_header(tokens, in), words)) {
			*ret_body = (struct token_span){ in, tokens->all[in].mate };
			return tokens->all[in].mate > in &&
			       tokens->all[in].mate - in < NEAR_MAX;
		}
		in = tokens->all[in].in;
	}
	return false;
}

static bool begins_with(struct bytes text, const char *word)
{
	return bytes_start_with_caseless(text, bytes_of_string(word));
}

/* Of the words in front of a block. */
static bool has_arguments(const struct tokens *tokens, size_t open)
{
	size_t at = surroundings_header(tokens, open);

	while (at < open && !is_sign(tokens, at, '('))
		at++;
	return at < open;
}

bool surroundings_expected(const struct tokens *tokens, size_t at)
{
	static const char *const words[] = { "assert", "expect", "want", "should", NULL };
	uint32_t in = tokens->all[at].in;

	for (size_t depth = 0; in != NO_TOKEN && depth < AROUND_MAX; depth++) {
		size_t first =
			shape_statement(tokens, (struct token_span){ in, in + 1 }).first;

		for (size_t i = first; i < in; i++)
			for (size_t j = 0; words[j] != NULL; j++)
				if (tokens->all[i].kind == TOKEN_WORD &&
					begins_with(token_text(tokens, i), words[j]))
					return true;
		if (is_sign(tokens, in, '{') && has_arguments(tokens, in))
			return false; /* a function's */
		in = tokens->all[in].in;
	}
	return false;
}

/* "Tls10ScanImplementation", "probe_versions", "detectProtocols" */
static bool is_asking(const struct tokens *tokens, size_t at)
{
	static const char *const words[] = { "scan", "probe", "enumerat", "detect",
		"fingerprint", NULL };

	for (size_t i = 0; words[i] != NULL && tokens->all[at].kind == TOKEN_WORD; i++)
		if (bytes_find_caseless(token_text(tokens, at),
			    bytes_of_string(words[i])) < token_text(tokens, at).len)
			return true;
	return false;
}

/* By indentation: the classes and functions around. */
static bool line_probes(const struct tokens *tokens, size_t at)
{
	static const char *const words[] = { "class", "def", "module", "Sub", "Function",
		"function", NULL };
	size_t width = surroundings_indentation(tokens, at);
	size_t least = at > NEAR_MAX ? at - NEAR_MAX : 0;

	tokens_worked(tokens, at - least);
	for (size_t i = at; i-- > least && width > 0;) {
		if (tokens->all[i].kind != TOKEN_WORD || i + 1 >= tokens->count ||
			!token_is_any(tokens, i, words) ||
			surroundings_indentation(tokens, i) >= width)
			continue;
		width = surroundings_indentation(tokens, i);
		if (is_asking(tokens, i + 1))
			return true;
	}
	return false;
}

bool surroundings_probe(const struct tokens *tokens, size_t at)
{
	uint32_t in = tokens->all[at].in;

	if (tokens->family->indents)
		return line_probes(tokens, at);
	for (size_t depth = 0; in != NO_TOKEN && depth < AROUND_MAX; depth++) {
		size_t first = in;

		if (is_sign(tokens, in, '{'))
			first = surroundings_header(tokens, in);
		for (; first < in; first++)
			if (is_asking(tokens, first))
				return true;
		in = tokens->all[in].in;
	}
	return false;
}

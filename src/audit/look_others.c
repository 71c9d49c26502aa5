/* Rules that tell what no other has: of code, its names of versions and of settings. */
#include "audit/look_code.h"

#include "audit/version_words.h"

static bool is_claimed(const struct code *code, struct token_span span)
{
	for (size_t at = span.first; at < span.end; at++)
		if ((code->claimed[at / 8] >> at % 8 & 1) != 0)
			return true;
	return false;
}

/* "Name Type = v" of Go: one of the names of a type. */
static bool is_type(const struct code *code, const struct place *place)
{
	const struct tokens *tokens = &code->tokens;

	return place->rule->find == FIND_ASSIGNMENT && place->first > 0 &&
	       strcmp(tokens->family->name, "go") == 0 &&
	       tokens->all[place->first - 1].kind == TOKEN_WORD &&
	       !token_is(tokens, place->first - 1, "var") &&
	       !token_is(tokens, place->first - 1, "const");
}

/* "#define PROTOCOL_TLSv1 (PROTOCOL_TLSv1_0 | ...)": what gives versions their names. */
static bool is_version_itself(const struct code *code, const struct place *place)
{
	return place->rule->find == FIND_ASSIGNMENT &&
	       version_at_end(token_text(&code->tokens, place->last)) != RANK_UNKNOWN;
}

/* "versions = [...]": a variable that is gone through, or a table; a member, an argument
 * and a key are a setting. */
static bool is_list_of_versions(const struct code *code, const struct place *place)
{
	const struct tokens *tokens = &code->tokens;
	struct bytes name = token_text(tokens, place->last);
	struct bytes end = bytes_of_string("versions");
	uint32_t in = tokens->all[place->first].in;

	return place->rule->find == FIND_ASSIGNMENT && place->first == place->last &&
	       tokens->all[place->last].kind == TOKEN_WORD && name.len >= end.len &&
	       bytes_equal_caseless(bytes_after(name, name.len - end.len), end) &&
	       !token_is(tokens, place->last + 1, ":") &&
	       !token_is(tokens, place->last + 1, "=>") &&
	       (in == NO_TOKEN || tokens->all[in].sign != '(');
}

/* What no other rule has, and is not asked about: a value that is given or handed over.
 */
void code_tell_others(struct code *code)
{
	for (size_t i = 0; i < code->other_count && look_goes_on(code->looking); i++) {
		const struct place *place = &code->others[i];
		struct expression e = { .list = protocol_list_begin(
						place->rule->dialect) };

		if (is_claimed(code, place->value) || !code_decides(code, place) ||
			is_type(code, place) || is_version_itself(code, place) ||
			is_list_of_versions(code, place) ||
			shape_is_asked(&code->tokens, place->value.first) ||
			(place->rule->dialect->bare != LIST_CEILING &&
				shape_is_renamed(&code->tokens, place->value.first)) ||
			shape_is_filter(&code->tokens, place->value.first) ||
			surroundings_probe(&code->tokens, place->first))
			continue;
		code_evaluate(code, place, &e);
		protocol_list_end(&e.list);
		if (e.compares || e.restores || e.chooses || e.choices > 0 ||
			e.list.unknown > 0 || e.list.known == 0)
			continue;
		expression_claim(code->claimed, place->value);
		code_keep(code, place, &e, true);
	}
}

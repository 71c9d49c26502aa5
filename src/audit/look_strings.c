/* Strings of code that may be commands, or are written. */
#include "audit/look_code.h"

#define TABLE_MIN 3 /* options in one list that are not given, but told of */

/* Calls that ask about an option, tell of it, or define it. */
static const char *const not_running[] = { "add*arg", "*_arg", "*argument", "assert*",
	"*contain*", "debug*", "*describe*", "*equal*", "error*", "*flag*", "get*",
	"has*", "help*", "*include*", "index*", "info*", "*log*", "*match*", "*option*",
	"print*", "remove*", "replace*", "starts*", "*StringVar*", "*usage*", "warn*",
	NULL };

/* True if the string in the bracket is one that a command may be made of: no label, key,
 * or side of a comparison. */
static bool may_run(const struct code *code, size_t at)
{
	static const char *const before[] = { "case", "==", "===", "!=", "!==", "when",
		"in", NULL };
	static const char *const after[] = { ":", "==", "===", "!=", "!==", "=>", NULL };
	const struct tokens *tokens = &code->tokens;
	uint32_t in = tokens->all[at].in;

	for (size_t i = 0; before[i] != NULL && at > 0; i++)
		if (token_is(tokens, at - 1, before[i]))
			return false;
	for (size_t i = 0; after[i] != NULL; i++)
		if (token_is(tokens, at + 1, after[i]))
			return false;
	if (in == NO_TOKEN || in == 0 || tokens->all[in].sign != '(')
		return true;
	for (size_t i = 0; not_running[i] != NULL; i++)
		if (pattern_fits(
			    token_text(tokens, in - 1), bytes_of_string(not_running[i])))
			return false;
	return true;
}

/* A list of many options is a table of them. */
static bool is_table(const struct code *code, uint32_t bracket)
{
	const struct tokens *tokens = &code->tokens;
	size_t options = 0;

	for (size_t at = bracket + 1;
		at < tokens->all[bracket].mate && options < TABLE_MIN; at++)
		options += tokens->all[at].kind == TOKEN_STRING &&
			   look_is_option(code->looking, token_text(tokens, at));
	return options >= TABLE_MIN;
}

/* A string may be a command, and all that stand in one bracket too: ["curl", "-1"]. */
void code_look_at_string(const struct code *code, size_t at)
{
	const struct token *string = &code->tokens.all[at];
	const struct token *bracket =
		string->in == NO_TOKEN ? NULL : &code->tokens.all[string->in];

	if (!look_has_command_rules(code->looking) || !may_run(code, at))
		return;
	if (look_is_option(code->looking, token_text(&code->tokens, at)) &&
		(bracket == NULL || !is_table(code, string->in)))
		look_at_command(code->looking, token_text(&code->tokens, at), false, 1);
	if (bracket == NULL || at != string->in + 1 || bracket->mate <= at ||
		is_table(code, string->in))
		return;
	look_at_command(code->looking,
		bytes_over(code->tokens.file.at + string->at,
			code->tokens.all[bracket->mate].at - string->at),
		true, 1);
}

/* "+" on the line above. */
static bool is_joined(const struct tokens *tokens, size_t at)
{
	while (at > 0 && tokens->all[at - 1].kind == TOKEN_LINE)
		at--;
	return at > 0 && tokens->all[at - 1].kind == TOKEN_SIGN &&
	       strchr("+.,=(\\&", tokens->all[at - 1].sign) != NULL;
}

/* "expected := ..." holds what something else should have written; a string that is a
 * statement of its own explains. */
bool code_may_be_written(const struct code *code, size_t at)
{
	static const char *const words[] = { "assert*", "expect*", "want*", "should*",
		NULL };
	const struct tokens *tokens = &code->tokens;
	size_t first = shape_statement(tokens, (struct token_span){ at, at + 1 }).first;

	if (first == at && !is_joined(tokens, at) &&
		(tokens->all[at].in == NO_TOKEN ||
			tokens->all[tokens->all[at].in].sign == '{'))
		return false;
	for (size_t i = first; i < at; i++)
		for (size_t j = 0; words[j] != NULL; j++)
			if (tokens->all[i].kind == TOKEN_WORD &&
				pattern_fits(
					token_text(tokens, i), bytes_of_string(words[j])))
				return false;
	return may_run(code, at) && !surroundings_expected(tokens, at) &&
	       surroundings_chosen(tokens, at) != CHOSEN;
}

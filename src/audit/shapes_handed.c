/* Values on their way: what they are or'ed with, what they are handed to. */
#include "audit/kinds.h"
#include "audit/shapes.h"
#include "audit/surroundings.h"
#include "audit/version_words.h"

#define AROUND_MAX 16 /* brackets that are looked at, from inside out */
#define PAIR_MAX   64 /* tokens of one literal between a name and its value */
#define FILTER_MIN 3  /* lists in one literal beside the value, then it only selects */

static bool is_sign(const struct tokens *tokens, size_t at, uint8_t sign)
{
	return at < tokens->count && tokens->all[at].kind == TOKEN_SIGN &&
	       tokens->all[at].sign == sign;
}

static bool joins_values(const struct tokens *tokens, size_t at)
{
	static const char *const joining[] = { "|", "Or", "or", "-bor", "|||", NULL };

	return at < tokens->count && tokens->all[at].kind != TOKEN_STRING &&
	       tokens->all[at].kind != TOKEN_LINE && token_is_any(tokens, at, joining);
}

/* Over line ends, that stand between "|" and what it joins. */
static size_t past_lines(const struct tokens *tokens, size_t at, int step)
{
	while (at > 0 && at < tokens->count && tokens->all[at].kind == TOKEN_LINE)
		at = step > 0 ? at + 1 : at - 1;
	return at;
}

/* Part of a dotted name, or a group in brackets. */
static bool is_operand(const struct tokens *tokens, size_t at)
{
	static const char *const signs[] = { ".", "::", "->", ")", "(", "]", "[",
		"\\", NULL };

	if (at >= tokens->count || tokens->all[at].kind == TOKEN_LINE ||
		joins_values(tokens, at))
		return false;
	return tokens->all[at].kind != TOKEN_SIGN || token_is_any(tokens, at, signs);
}

/* Where the operand begins that ends with `at`; SIZE_MAX if there is none. */
static size_t operand_start(const struct tokens *tokens, size_t at, uint32_t in)
{
	size_t start = SIZE_MAX;

	while (at < tokens->count && at != in && is_operand(tokens, at)) {
		start = tokens->all[at].mate < at ? tokens->all[at].mate : at;
		if (start == 0)
			break;
		at = start - 1;
	}
	return start;
}

static size_t operand_end(const struct tokens *tokens, size_t at, uint32_t in)
{
	while (at < tokens->count && tokens->all[at].in == in && is_operand(tokens, at))
		at = tokens->all[at].mate > at ? (size_t)tokens->all[at].mate + 1
					       : at + 1;
	return at;
}

struct token_span shape_operands(const struct tokens *tokens, struct token_span value)
{
	uint32_t in = tokens->all[value.first].in;

	while (value.first > 0) {
		size_t at = past_lines(tokens, value.first - 1, -1), start;

		if (at == 0 || !joins_values(tokens, at))
			break;
		start = operand_start(tokens, past_lines(tokens, at - 1, -1), in);
		if (start >= value.first)
			break;
		value.first = start;
	}
	for (;;) {
		size_t at = past_lines(tokens, value.end, 1), end;

		if (!joins_values(tokens, at))
			break;
		end = operand_end(tokens, past_lines(tokens, at + 1, 1), in);
		if (end <= at + 1)
			break;
		value.end = end;
	}
	return value;
}

static bool fits_any(struct bytes text, const char *const *patterns)
{
	for (; *patterns != NULL; patterns++)
		if (pattern_fits(text, bytes_of_string(*patterns)))
			return true;
	return false;
}

/* The name in front of a bracket; SIZE_MAX if it is none of a call. */
static size_t caller(const struct tokens *tokens, uint32_t open)
{
	static const char *const words[] = { "if", "return", "while", "switch", "in",
		"and", "or", "not", "elif", "when", "foreach", "for", NULL };

	if (open == 0 || tokens->all[open - 1].kind != TOKEN_WORD ||
		token_is_any(tokens, open - 1, words))
		return SIZE_MAX;
	return open - 1;
}

/* "variable || value", "variable ?? value": what holds where nothing is said. */
static bool is_default(const struct tokens *tokens, size_t last)
{
	static const char *const signs[] = { "||", "??", "?:", "or", "//", NULL };

	return last + 2 < tokens->count && tokens->all[last].kind == TOKEN_WORD &&
	       tokens->all[last + 1].kind != TOKEN_STRING &&
	       tokens->all[last + 1].kind != TOKEN_LINE &&
	       token_is_any(tokens, last + 1, signs) &&
	       tokens->all[last + 2].kind == TOKEN_STRING &&
	       (last + 3 >= tokens->count || tokens->all[last + 3].kind != TOKEN_SIGN ||
		       strchr(";,)]}", tokens->all[last + 3].sign) != NULL);
}

/* "name.add(value)" */
static bool is_filled(
	const struct tokens *tokens, size_t last, struct token_span *ret_value)
{
	static const char *const filling[] = { "add", "Add", "append", "push",
		"push_back", "emplace_back", NULL };

	return last + 3 < tokens->count && tokens->all[last].kind == TOKEN_WORD &&
	       (is_sign(tokens, last + 1, '.') || token_is(tokens, last + 1, "->")) &&
	       token_is_any(tokens, last + 2, filling) &&
	       shape_call(tokens, last + 2, ret_value) &&
	       ret_value->end > ret_value->first;
}

/* "attr: 'name', value: 'value'": a member of a literal names what another gives. */
static bool is_told(
	const struct tokens *tokens, size_t last, struct token_span *ret_value)
{
	static const char *const naming[] = { "name", "attr", "key", "param", "parameter",
		"option", "setting", "property", "directive", "Name", "Key", "attribute",
		"variable", "ParameterName", NULL };
	static const char *const giving[] = { "value", "Value", "val", "default",
		"ParameterValue", "defaultValue", NULL };
	uint32_t in = tokens->all[last].in;

	if (in == NO_TOKEN || last < 2 || tokens->all[last].kind != TOKEN_STRING ||
		tokens->all[last - 1].kind != TOKEN_SIGN ||
		!token_is_any(tokens, last - 2, naming))
		return false;
	for (size_t at = last + 1, n = 0; at < tokens->all[in].mate && n < PAIR_MAX;
		n++) {
		if (token_is_any(tokens, at, giving) &&
			shape_assignment(tokens, at, at, ret_value) == ASSIGNS_SETS)
			return true;
		at = tokens->all[at].mate > at ? (size_t)tokens->all[at].mate + 1
					       : at + 1;
	}
	return false;
}

/* "['name', 'value']" */
static bool is_in_list(const struct tokens *tokens, size_t last)
{
	uint32_t in = tokens->all[last].in;

	return in != NO_TOKEN && is_sign(tokens, in, '[') && last == (size_t)in + 1 &&
	       tokens->all[last].kind == TOKEN_STRING && is_sign(tokens, last + 1, ',');
}

/* Calls that say what an option is called, what it is by itself, and tell of it. */
static bool defines_option(const struct tokens *tokens, size_t name)
{
	static const char *const names[] = { "String", "StringVar", "StringP",
		"StringVarP", NULL };

	return token_is_any(tokens, name, names);
}

static bool is_setting(const struct tokens *tokens, size_t name)
{
	static const char *const not_setting[] = { "assert*", "str*", "*search*",
		"*find*", "*lookup*", "*cmp*", "*compare*", "*contain*", "*debug*",
		"*equal*", "*error*", "*expect*", "format*", "has*", "*info*", "is*",
		"*log*", "*match*", "print*", "remove*", "*replace*", "*test*",
		"*verify*", "*warn*", "index*", "*argument*", "*flag*", "*usage*",
		"*help*", "starts*", "ends*", "*print", "*option", "*named*", "doc*",
		NULL };

	return !fits_any(token_text(tokens, name), not_setting);
}

/* "{versions, ['tlsv1']}" of Erlang */
static bool is_in_tuple(const struct tokens *tokens, size_t last)
{
	uint32_t in = tokens->all[last].in;

	return strcmp(tokens->family->name, "beam") == 0 && in != NO_TOKEN &&
	       is_sign(tokens, in, '{') && last == (size_t)in + 1 &&
	       is_sign(tokens, last + 1, ',');
}

/* Behind "name()": of an argument that asks for the name. */
static size_t behind_empty_call(const struct tokens *tokens, size_t last)
{
	return is_sign(tokens, last + 1, '(') && is_sign(tokens, last + 2, ')') ? last + 2
										: last;
}

bool shape_pair(const struct tokens *tokens, size_t last, struct token_span *ret_value)
{
	uint32_t in = tokens->all[last].in;
	struct token_span all, first;
	size_t name;

	if (is_filled(tokens, last, ret_value) || is_told(tokens, last, ret_value))
		return true;
	if (is_default(tokens, last)) {
		*ret_value = (struct token_span){ last + 2, last + 3 };
		return true;
	}
	if (is_in_list(tokens, last) || is_in_tuple(tokens, last)) {
		*ret_value = (struct token_span){ last + 2, tokens->all[in].mate };
		return ret_value->end > ret_value->first;
	}
	last = behind_empty_call(tokens, last);
	if (in == NO_TOKEN || !is_sign(tokens, in, '(') ||
		!is_sign(tokens, last + 1, ','))
		return false;
	name = caller(tokens, in);
	if (name == SIZE_MAX || !is_setting(tokens, name) ||
		!shape_call(tokens, name, &all))
		return false;
	if (defines_option(tokens, name)) {
		*ret_value = (struct token_span){ last + 2, last + 3 };
		return tokens->all[last].kind == TOKEN_STRING && last + 3 <= all.end;
	}
	if (!shape_argument(tokens, all, 1, &first) || first.end != last + 1)
		return false;
	*ret_value = (struct token_span){ last + 2, all.end };
	while (ret_value->first < ret_value->end &&
		tokens->all[ret_value->first].kind == TOKEN_LINE)
		ret_value->first++;
	return ret_value->end > ret_value->first;
}

/* Behind or before a value in brackets of its own: "(a & (b | c)) != 0". */
static bool is_masked(const struct tokens *tokens, size_t before, size_t behind)
{
	static const char *const asking[] = { "&", "==", "!=", "===", "!==", "<", ">",
		"<=", ">=", "-band", "-eq", "-ne", "-contains", "-notcontains", "-in",
		"-notin", "-match", "-lt", "-gt", "-le", "-ge", "-like", "And", "~", "&~",
		"&^", "&=", "^", "-bnot", "Not", "not", "in", "is", "=~", "<>", "Is",
		NULL };

	return (before != SIZE_MAX && tokens->all[before].kind != TOKEN_STRING &&
		       tokens->all[before].kind != TOKEN_LINE &&
		       token_is_any(tokens, before, asking)) ||
	       (behind < tokens->count && tokens->all[behind].kind != TOKEN_STRING &&
		       tokens->all[behind].kind != TOKEN_LINE &&
		       token_is_any(tokens, behind, asking));
}

/* "table[VERSION]" */
static bool is_index(const struct tokens *tokens, uint32_t open)
{
	return open > 0 && is_sign(tokens, open, '[') &&
	       (tokens->all[open - 1].kind == TOKEN_WORD ||
		       is_sign(tokens, open - 1, ']')) &&
	       tokens->all[open - 1].at + tokens->all[open - 1].len ==
		       tokens->all[open].at;
}

/* "(VERSION, 'its name')" in a list of such. */
static bool is_labelled(const struct tokens *tokens, uint32_t open, size_t at)
{
	size_t last = shape_name_end(tokens, at);

	return at == (size_t)open + 1 && caller(tokens, open) == SIZE_MAX &&
	       is_sign(tokens, last + 1, ',') && last + 2 < tokens->count &&
	       tokens->all[last + 2].kind == TOKEN_STRING;
}

bool shape_is_asked(const struct tokens *tokens, size_t at)
{
	static const char *const asking[] = { "assert*", "*attribute", "*cmp*",
		"*compare*", "*contain*", "*debug*", "defaultvalue", "*disable*",
		"*equal*", "*error*", "*exclude*", "*expect*", "*flag*", "format*",
		"has*", "index*", "*info*", "inlinedata", "is*", "*log*", "*match*",
		"*name*", "parametrize", "*print*", "remove*", "*remove", "*should*",
		"starts*", "*string", "testcase*", "*verify*", "*warn*", "typeof",
		"sizeof", "*describe*", "*unset*", "*clear*", "*forbid*", "*reject*",
		"*message*", "*exception*", "throw*", "raise*", "*support*", "*require*",
		"*skip*", "def", "func", "function", "fn", NULL };
	uint32_t in = tokens->all[at].in;

	if (in != NO_TOKEN && is_labelled(tokens, in, at))
		return true;
	for (size_t depth = 0; in != NO_TOKEN && depth < AROUND_MAX; depth++) {
		size_t name;

		if (is_index(tokens, in))
			return true;
		if (!is_sign(tokens, in, '(')) {
			in = tokens->all[in].in;
			continue;
		}
		name = caller(tokens, in);
		if (name != SIZE_MAX && fits_any(token_text(tokens, name), asking))
			return true;
		if (name == SIZE_MAX && is_masked(tokens, in == 0 ? SIZE_MAX : in - 1,
						(size_t)tokens->all[in].mate + 1))
			return true;
		in = tokens->all[in].in;
	}
	return false;
}

/* The name that is given what stands at `at`; SIZE_MAX if it is given to none here. */
static size_t given_name(const struct tokens *tokens, size_t at)
{
	struct token_span statement =
		shape_statement(tokens, (struct token_span){ at, at + 1 });

	for (size_t i = at; i > statement.first; i--) {
		if (is_sign(tokens, i, ',') || is_sign(tokens, i - 1, ','))
			return SIZE_MAX;
		if ((is_sign(tokens, i, '=') || is_sign(tokens, i, ':') ||
			    token_is(tokens, i, ":=") || token_is(tokens, i, "=>")) &&
			tokens->all[i - 1].kind != TOKEN_SIGN)
			return i > 2 && is_sign(tokens, i, '=') &&
					       is_sign(tokens, i - 2, ':') &&
					       tokens->all[i - 3].kind == TOKEN_WORD
				       ? i - 3 /* "name: Type = value" */
				       : i - 1;
	}
	return SIZE_MAX;
}

bool shape_is_renamed(const struct tokens *tokens, size_t at)
{
	static const char *const others[] = { "all*", "*_all_*", "*disab*", "*each*",
		"*exclud*", "*expect*", "*max*", "*supported*", "*valid*", "want*",
		"*highest*", "*reject*", "*forbid*", "*deprecat*", "*legacy*", "*actual*",
		NULL };

	for (size_t depth = 0; depth < AROUND_MAX; depth++) {
		size_t name = given_name(tokens, at);
		uint32_t in = tokens->all[at].in;

		if (name != SIZE_MAX)
			return names_version(token_text(tokens, name)) ||
			       fits_any(token_text(tokens, name), others);
		if (in == NO_TOKEN)
			return false;
		at = in;
	}
	return false;
}

bool shape_is_filter(const struct tokens *tokens, size_t at)
{
	uint32_t list = tokens->all[at].in, in;
	size_t lists = 0;

	if (list == NO_TOKEN || !is_sign(tokens, list, '['))
		list = is_sign(tokens, at, '[') ? (uint32_t)at : NO_TOKEN;
	if (list == NO_TOKEN || (in = tokens->all[list].in) == NO_TOKEN ||
		!is_sign(tokens, in, '{'))
		return false;
	for (size_t i = (size_t)in + 1; i + 1 < tokens->all[in].mate;) {
		if (is_sign(tokens, i, ':') && is_sign(tokens, i + 1, '[') &&
			i + 1 != list)
			lists++;
		i = tokens->all[i].mate > i ? (size_t)tokens->all[i].mate + 1 : i + 1;
	}
	return lists >= FILTER_MIN;
}

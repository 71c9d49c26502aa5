#include "audit/shapes.h"

#include "audit/surroundings.h"

#define NAME_MAX_LEN 96 /* "PLUGINS_SECURITY_SSL_TRANSPORT_ENABLED_PROTOCOLS" */

static bool is_sign(const struct tokens *tokens, size_t at, const char *sign)
{
	return at < tokens->count && tokens->all[at].kind == TOKEN_SIGN &&
	       token_is(tokens, at, sign);
}

static bool is_one(const struct tokens *tokens, size_t at, const char *signs)
{
	tokens_worked(tokens, 1);
	return at < tokens->count && tokens->all[at].kind == TOKEN_SIGN &&
	       tokens->all[at].sign != 0 && strchr(signs, tokens->all[at].sign) != NULL;
}

/* What joins the parts of a name. */
static bool joins(const struct tokens *tokens, size_t at)
{
	static const char *const signs[] = { ".", "::", "->", "?.", "\\", NULL };

	return at < tokens->count && tokens->all[at].kind == TOKEN_SIGN &&
	       token_is_any(tokens, at, signs);
}

static bool is_word(const struct tokens *tokens, size_t at)
{
	return at < tokens->count && tokens->all[at].kind == TOKEN_WORD;
}

static bool same_text(const struct tokens *tokens, size_t at, struct bytes text)
{
	struct bytes word = token_text(tokens, at);

	if (tokens->family->word_first != NULL && word.len > 0 && text.len > 0 &&
		text.at[0] != word.at[0] &&
		strchr(tokens->family->word_first, (char)word.at[0]) != NULL)
		word = bytes_after(word, 1); /* "$context" is context */
	return tokens->family->caseless ? bytes_equal_caseless(word, text)
					: bytes_equal(word, text);
}

/* The part before `at` of a dotted name; SIZE_MAX if it begins there. The type in front
 * of "::" may stand in brackets, as PowerShell has it. */
static size_t part_before(const struct tokens *tokens, size_t at)
{
	if (at >= 2 && joins(tokens, at - 1) && is_word(tokens, at - 2))
		return at - 2;
	if (at >= 3 && joins(tokens, at - 1) && is_sign(tokens, at - 2, "]") &&
		is_word(tokens, at - 3))
		return at - 3;
	return SIZE_MAX;
}

static size_t name_start(const struct tokens *tokens, size_t at)
{
	for (size_t before; (before = part_before(tokens, at)) != SIZE_MAX;)
		at = before;
	if (at >= 1 && is_sign(tokens, at - 1, "[") && tokens->all[at - 1].mate > at &&
		tokens->all[at - 1].mate + 1 < tokens->count &&
		is_sign(tokens, tokens->all[at - 1].mate + 1, "::"))
		at--;
	return at;
}

/* Of a text that is a name: no sentence. */
static bool is_name_text(struct bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] <= ' ' || text.at[i] > 'z' ||
			memchr("\"'/:;,=()<>", text.at[i], 12) != NULL)
			return false;
	return text.len <= NAME_MAX_LEN;
}

/* "*tls*version*": the last part of a name, or a string by itself. */
static bool fits_any(const struct tokens *tokens, size_t last,
	const struct rule_name *name, size_t *ret_first)
{
	struct bytes text = token_text(tokens, last);

	if (!is_name_text(text) || !pattern_fits(text, name->pattern))
		return false;
	*ret_first =
		tokens->all[last].kind == TOKEN_STRING ? last : name_start(tokens, last);
	return true;
}

bool shape_is_name(const struct tokens *tokens, size_t last, const struct rule_name *name,
	size_t *ret_first)
{
	size_t at = last;

	if (name->any)
		return fits_any(tokens, last, name, ret_first);

	/* A string is a name by itself, points and all. */
	if (tokens->all[last].kind == TOKEN_STRING) {
		*ret_first = last;
		return same_text(tokens, last, name->pattern);
	}
	for (size_t part = name->count; part > 0; part--) {
		if (at == SIZE_MAX || !same_text(tokens, at, name->parts[part - 1]))
			return false;
		if (part > 1)
			at = part_before(tokens, at);
	}
	*ret_first = name_start(tokens, at);
	return true;
}

size_t shape_name_end(const struct tokens *tokens, size_t first)
{
	size_t at = first;

	while (joins(tokens, at + 1) && is_word(tokens, at + 2))
		at += 2;
	return at;
}

/* A line's end ends no value where a sign shows that it goes on. */
static bool goes_on(const struct tokens *tokens, size_t line)
{
	static const char *const before[] = { "|", "||", "&", "&&", "+", ",", "=",
		"|=", "=>", ":=", "(", "-bor", "or", "Or", NULL };
	static const char *const after[] = { "|", "||", "+", ".", "?.", "-bor", NULL };

	if (line > 0 && tokens->all[line - 1].kind != TOKEN_STRING &&
		token_is_any(tokens, line - 1, before))
		return true;
	while (line < tokens->count && tokens->all[line].kind == TOKEN_LINE)
		line++;
	return line < tokens->count && tokens->all[line].kind != TOKEN_STRING &&
	       token_is_any(tokens, line, after);
}

/* "x = y if z", as Perl and Ruby have it. */
static bool is_modifier(const struct tokens *tokens, size_t at)
{
	static const char *const words[] = { "if", "unless", "while", "until", NULL };

	return tokens->family->modifiers && tokens->all[at].kind == TOKEN_WORD &&
	       token_is_any(tokens, at, words);
}

/* The end of the value that begins at `from`. */
static size_t value_end(const struct tokens *tokens, size_t from)
{
	uint32_t in = from < tokens->count ? tokens->all[from].in : NO_TOKEN;
	bool joined = tokens->family->comma_joins && in == NO_TOKEN;
	size_t at = from;

	if (in != NO_TOKEN && tokens->family->comma_joins)
		joined = tokens->all[in].sign == '{';
	while (at < tokens->count) {
		const struct token *token = &tokens->all[at];

		if (token->in != in)
			return at;
		if (token->kind == TOKEN_LINE && !goes_on(tokens, at))
			return at;
		if (at > from && is_modifier(tokens, at))
			return at;
		if (is_one(tokens, at, ";") || (is_one(tokens, at, ",") && !joined) ||
			is_one(tokens, at, ")]}"))
			return at;
		at = token->mate > at ? (size_t)token->mate + 1 : at + 1;
	}
	return at;
}

/* In Visual Basic and Pascal "=" also compares: in a condition. */
static bool is_condition(const struct tokens *tokens, size_t first)
{
	static const char *const words[] = { "If", "ElseIf", "While", "Until", "Where",
		"And", "Or", "AndAlso", "OrElse", "Not", NULL };
	static const char *const ends[] = { "Then", "Do", "Begin", NULL };
	size_t at = first;

	if (strcmp(tokens->family->name, "vb") != 0 &&
		strcmp(tokens->family->name, "pascal") != 0)
		return false;
	while (at > 0 && tokens->all[at - 1].kind != TOKEN_LINE &&
		!is_sign(tokens, at, ";")) {
		at--;
		tokens_worked(tokens, 1);
		if (token_is_any(tokens, at, words))
			return true;
		if (token_is_any(tokens, at, ends))
			return false;
	}
	return false;
}

/* "name" -> "value" of Scala, "name" to "value" of Kotlin. */
static bool is_pair_mark(const struct tokens *tokens, size_t at)
{
	const char *family = tokens->family->name;

	return (strcmp(family, "scala") == 0 && is_sign(tokens, at, "->")) ||
	       (strcmp(family, "kotlin") == 0 && is_word(tokens, at) &&
		       token_is(tokens, at, "to"));
}

static enum shape_assigns assigns_by(const struct tokens *tokens, size_t sign)
{
	static const char *const sets[] = { "=", ":=", "=>", ":", "<-", "\?\?=", NULL };
	static const char *const adds[] = { "|=", "+=", "||=", NULL };
	static const char *const removes[] = { "&=", "-=", "&^=", "^=", NULL };

	if (sign >= tokens->count ||
		(tokens->all[sign].kind != TOKEN_SIGN && !is_pair_mark(tokens, sign)))
		return ASSIGNS_NOT;
	if (token_is_any(tokens, sign, sets) || is_pair_mark(tokens, sign))
		return ASSIGNS_SETS;
	if (token_is_any(tokens, sign, adds))
		return ASSIGNS_ADDS;
	return token_is_any(tokens, sign, removes) ? ASSIGNS_REMOVES : ASSIGNS_NOT;
}

/* "name: Type = value": the value stands behind "=". */
static size_t behind_type(const struct tokens *tokens, size_t from)
{
	size_t end = value_end(tokens, from);

	for (size_t at = from; at < end; at++)
		if (is_sign(tokens, at, "="))
			return at + 1;
	return from;
}

static bool is_constant(const struct tokens *tokens, size_t at)
{
	uint8_t first = tokens->file.at[tokens->all[at].at];

	return first >= 'A' && first <= 'Z';
}

/* Perl: $options{SSL_version}. */
static bool is_member(const struct tokens *tokens, size_t at)
{
	return strcmp(tokens->family->name, "perl") == 0 && at > 1 &&
	       is_sign(tokens, at - 1, "{") && tokens->all[at - 1].mate == at + 1;
}

static bool is_index(const struct tokens *tokens, size_t at)
{
	return tokens->all[at].kind == TOKEN_STRING ||
	       (at > 0 && is_sign(tokens, at - 1, "[") && is_constant(tokens, at)) ||
	       (at > 1 && is_sign(tokens, at - 1, ":") && is_sign(tokens, at - 2, "["));
}

enum shape_assigns shape_assignment(const struct tokens *tokens, size_t first,
	size_t last, struct token_span *ret_value)
{
	static const char *const labels[] = { "case", "?", NULL };
	enum shape_assigns how;
	size_t sign = last + 1;

	/* Of an indexed name: context["minimum"] = ..., [:minimum], [MINIMUM]. */
	if ((is_sign(tokens, sign, "]") && is_index(tokens, last)) ||
		(is_sign(tokens, sign, "}") && is_member(tokens, last)))
		sign++;
	/* Of an array: "list[] = { ... }", "list[3] = { ... }". */
	if (tokens->family->preprocessed && is_sign(tokens, sign, "[") &&
		tokens->all[sign].mate > sign && tokens->all[sign].mate <= sign + 2 &&
		is_sign(tokens, tokens->all[sign].mate + 2, "{"))
		sign = (size_t)tokens->all[sign].mate + 1;
	how = assigns_by(tokens, sign);
	if (how == ASSIGNS_NOT || sign + 1 >= tokens->count ||
		is_condition(tokens, first))
		return ASSIGNS_NOT;
	if (is_sign(tokens, sign, ":") && first > 0 &&
		tokens->all[first - 1].kind != TOKEN_STRING &&
		token_is_any(tokens, first - 1, labels))
		return ASSIGNS_NOT;
	/* "if x == name:" begins a block. */
	if (is_sign(tokens, sign, ":") && tokens->family->indents &&
		tokens->all[sign].in == NO_TOKEN &&
		tokens->all[sign + 1].kind == TOKEN_LINE)
		return ASSIGNS_NOT;
	/* "name :symbol" is a call. */
	if (is_sign(tokens, sign, ":") && tokens->family->modifiers &&
		tokens->all[sign].at > tokens->all[last].at + tokens->all[last].len)
		return ASSIGNS_NOT;
	ret_value->first = sign + 1;
	while (ret_value->first < tokens->count &&
		tokens->all[ret_value->first].kind == TOKEN_LINE)
		ret_value->first++;
	if (is_sign(tokens, sign, ":"))
		ret_value->first = behind_type(tokens, ret_value->first);
	ret_value->end = value_end(tokens, ret_value->first);
	return ret_value->end > ret_value->first ? how : ASSIGNS_NOT;
}

bool shape_call(const struct tokens *tokens, size_t last, struct token_span *ret_all)
{
	size_t open = last + 1;

	if (!is_sign(tokens, open, "(") || tokens->all[open].mate <= open)
		return false;
	ret_all->first = open + 1;
	ret_all->end = tokens->all[open].mate;
	return true;
}

/* The argument that begins at `from`. */
static size_t argument_end(
	const struct tokens *tokens, size_t from, struct token_span all)
{
	while (from < all.end && !is_one(tokens, from, ",;"))
		from = tokens->all[from].mate > from ? (size_t)tokens->all[from].mate + 1
						     : from + 1;
	return from < all.end ? from : all.end;
}

static bool is_named(const struct tokens *tokens, struct token_span argument)
{
	return argument.first + 1 < argument.end && is_word(tokens, argument.first) &&
	       assigns_by(tokens, argument.first + 1) == ASSIGNS_SETS;
}

bool shape_argument(const struct tokens *tokens, struct token_span all, size_t n,
	struct token_span *ret)
{
	size_t from = all.first;

	for (size_t i = 1; from < all.end; i++) {
		struct token_span argument = { from, argument_end(tokens, from, all) };

		if (i == n) {
			*ret = argument;
			return argument.end > argument.first &&
			       !is_named(tokens, argument);
		}
		from = argument.end + 1;
	}
	return false;
}

bool shape_named_argument(const struct tokens *tokens, struct token_span all,
	struct bytes name, struct token_span *ret)
{
	size_t from = all.first;

	while (from < all.end) {
		struct token_span argument = { from, argument_end(tokens, from, all) };

		if (is_named(tokens, argument) &&
			same_text(tokens, argument.first, name)) {
			*ret = (struct token_span){ argument.first + 2, argument.end };
			return ret->end > ret->first;
		}
		from = argument.end + 1;
	}
	return false;
}

bool shape_is_defined(const struct tokens *tokens, size_t at)
{
	return at >= 2 && token_is(tokens, at - 1, "define") &&
	       is_sign(tokens, at - 2, "#");
}

bool shape_macro(const struct tokens *tokens, size_t at, struct token_span *ret)
{
	size_t end = at + 1;

	if (!shape_is_defined(tokens, at))
		return false;
	while (end < tokens->count && tokens->all[end].kind != TOKEN_LINE)
		end++;
	tokens_worked(tokens, end - at);
	*ret = (struct token_span){ at + 1, end };
	return end > at + 1;
}

bool shape_definition(
	const struct tokens *tokens, struct bytes name, struct token_span *ret)
{
	struct token_span value;
	size_t found = 0;

	tokens_worked(tokens, tokens->count);
	for (size_t at = 0; at < tokens->count && found < 2; at++) {
		if (!is_word(tokens, at) || !same_text(tokens, at, name))
			continue;
		if (!shape_macro(tokens, at, &value) &&
			(is_sign(tokens, at + 1, "=>") ||
				shape_assignment(tokens, at, at, &value) != ASSIGNS_SETS))
			continue;
		*ret = value;
		found++;
	}
	return found == 1;
}

struct token_span shape_line(const struct tokens *tokens, size_t from)
{
	struct token_span span = { from, from };

	if (from >= tokens->count || tokens->all[from].kind == TOKEN_LINE ||
		(tokens->all[from].kind == TOKEN_SIGN && !is_sign(tokens, from, ":")))
		return span;
	/* "name: value" gives a name something. */
	if (from > 0 && tokens->all[from].at ==
				tokens->all[from - 1].at + tokens->all[from - 1].len)
		return span;
	while (span.end < tokens->count && tokens->all[span.end].kind != TOKEN_LINE &&
		!is_one(tokens, span.end, ";})]"))
		span.end++;
	return span;
}

struct token_span shape_statement(const struct tokens *tokens, struct token_span span)
{
	uint32_t in = tokens->all[span.first].in;

	while (span.first > 0) {
		size_t before = span.first - 1;

		if (tokens->all[before].kind == TOKEN_LINE ||
			is_one(tokens, before, ";{}") || tokens->all[before].in != in)
			break;
		span.first = tokens->all[before].mate < before ? tokens->all[before].mate
							       : before;
	}
	if (span.end < tokens->count && is_one(tokens, span.end, ";"))
		span.end++;
	return span;
}

struct token_span shape_sentence(const struct tokens *tokens, size_t at)
{
	struct token_span span;

	while (tokens->all[at].in != NO_TOKEN && is_one(tokens, tokens->all[at].in, "(["))
		at = tokens->all[at].in;
	span = shape_statement(tokens, (struct token_span){ at, at + 1 });
	span.end = at;
	while (span.end < tokens->count && !is_one(tokens, span.end, ";}") &&
		(tokens->all[span.end].kind != TOKEN_LINE || goes_on(tokens, span.end)))
		span.end = tokens->all[span.end].mate > span.end
				   ? (size_t)tokens->all[span.end].mate + 1
				   : span.end + 1;
	return span;
}

void shape_bytes(const struct tokens *tokens, struct token_span span, size_t *ret_at,
	size_t *ret_len)
{
	const struct token *first = &tokens->all[span.first];
	const struct token *last = &tokens->all[span.end - 1];

	*ret_at = first->at;
	*ret_len = last->at + last->len - first->at;
}

#include "audit/expression.h"

#include "audit/surroundings.h"

/* Choices of an expression that are told apart; of more one is taken. */
#define CHOICES_MAX 8

/* Words of languages that say nothing of versions. */
static const char *const empty_words[] = { "new", "typeof", "as", "or", "and", "Or",
	"And", "-bor", "-band", "-as", "cast", "enum", "let", "var", "const", "static",
	"final", "return", "Some", "CType", "unbox", "box", "lor", "await", "sizeof",
	"static_cast", "reinterpret_cast", "const_cast", "int", "long", "unsigned",
	"uint32_t", "uint16_t", "DWORD", "long_t", "mut", "self", "this", "ArrayList",
	"HashSet", "LinkedHashSet", "LinkedList", "TreeSet", "Vector", "mutableListOf",
	"mutableSetOf", NULL };
static const char *const turning_words[] = { "not", "Not", "-bnot", "lnot", NULL };
/* Calls that hand on what they are given: lists, and readers of names. What any other
 * call makes of it is not known. */
static const char *const handing_on[] = { "Array", "Parse", "ToObject", "TryParse",
	"arrayListOf", "arrayOf", "asList", "asSet", "bitor", "from", "frozenset", "list",
	"listOf", "of", "qw", "set", "setOf", "singleton", "singletonList", "split",
	"toArray", "toTypedArray", "Seq", "Set", "List", "tuple", "valueOf", "vec", "int",
	"long", "uint", "uint16", "uint32", "Ok", "Option", "NSNumber", "numberWithInt",
	"numberWithInteger", "rawValue", NULL };
/* Calls that put what they are given into a list, and that hand on the list itself. */
static const char *const filling[] = { "Add", "AddRange", "add", "addAll", "append",
	"concat", "extend", "push", "push_back", "unshift", NULL };
static const char *const copying[] = { "ToArray", "ToList", "clone", "copy", "slice",
	"to_a", "toArray", "toList", "toSet", "toTypedArray", NULL };
/* Calls that leave out what they are given, of a list that is not seen. */
static const char *const leaving_out[] = { "remove", "removeAll", "replace", "replaceAll",
	"replaceFirst", "minus", NULL };
static const char *const comparing[] = { "==", "!=", "===", "!==", "<=", ">=", "&&",
	"match", "switch", "-eq", "-ne", "-lt", "-gt", "-le", "-ge", "-contains",
	"-match", "-like", NULL };

void expression_claim(uint8_t *claimed, struct token_span span)
{
	for (size_t at = span.first; claimed != NULL && at < span.end; at++)
		claimed[at / 8] |= (uint8_t)(1U << at % 8);
}

/* At most one step: what a constant's own value names is not looked for. */
static void walk(struct expression *e, struct token_span span, bool follow);

/* Once it is not enough nothing more is followed. */
static bool spend(const struct expression *e, size_t tokens)
{
	bool enough = e->budget == NULL || *e->budget >= tokens;

	if (e->budget != NULL)
		*e->budget = enough ? *e->budget - tokens : 0;
	return enough;
}

/* "my ($name, $other) = @_": what it is given is not seen. */
static bool is_unpacked(const struct tokens *tokens, size_t at)
{
	uint32_t in = tokens->all[at].in;

	return in != NO_TOKEN && tokens->all[in].sign == '(' &&
	       (token_is(tokens, (size_t)tokens->all[in].mate + 1, "=") ||
		       token_is(tokens, (size_t)tokens->all[in].mate + 1, ":="));
}

/* "list.add(A);", of one thing: "map.put(a, b)" has a key. */
static bool is_filled(const struct tokens *tokens, size_t at, struct token_span *ret)
{
	struct token_span second;

	return (token_is(tokens, at + 1, ".") || token_is(tokens, at + 1, "->")) &&
	       token_is_any(tokens, at + 2, filling) && shape_call(tokens, at + 2, ret) &&
	       ret->end > ret->first && !shape_argument(tokens, *ret, 2, &second);
}

/* "name = v", "name |= v", not "name: v". */
static enum shape_assigns variable_given(
	const struct tokens *tokens, size_t at, struct token_span *ret)
{
	enum shape_assigns how = shape_assignment(tokens, at, at, ret);
	size_t behind;

	/* "list[0] = A;" */
	if (how == ASSIGNS_NOT && at + 1 < tokens->count &&
		tokens->all[at + 1].sign == '[') {
		behind = tokens->all[at + 1].mate;
		if (behind > at + 1 && behind + 1 < tokens->count &&
			tokens->all[behind + 1].sign == '=')
			return shape_assignment(tokens, behind, behind, ret) ==
					       ASSIGNS_NOT
				       ? ASSIGNS_NOT
				       : ASSIGNS_ADDS;
	}
	/* "DWORD flags(A | B);" */
	if (how == ASSIGNS_NOT && tokens->family->preprocessed && at > 0 &&
		tokens->all[at - 1].kind == TOKEN_WORD &&
		!token_is(tokens, at - 1, "return") && shape_call(tokens, at, ret))
		return ret->end > ret->first ? ASSIGNS_SETS : ASSIGNS_NOT;
	if (how == ASSIGNS_SETS && ret->first == at + 2 &&
		(token_is(tokens, at + 1, ":") || token_is(tokens, at + 1, "=>")))
		return ASSIGNS_NOT;
	return how;
}

/* All that the function gives a variable before `use`, in order. False if it gives it
 * nothing. */
static bool follow_variable(
	struct expression *e, struct bytes word, size_t use, bool turned)
{
	struct token_span function, value;
	const struct protocol_list before = e->list;
	bool found = false, unseen = false, was_turned = e->turned;

	if (!spend(e, 1))
		return false;
	function = surroundings_function(e->tokens, use);
	if (!spend(e, use - function.first))
		return false;
	for (size_t at = function.first; at < use; at++) {
		struct protocol_list last = e->list;
		enum shape_assigns how;
		bool filled;

		if (e->tokens->all[at].kind != TOKEN_WORD ||
			!bytes_equal(token_text(e->tokens, at), word))
			continue;
		if (is_unpacked(e->tokens, at)) {
			e->list = before;
			found = false;
			unseen = true;
			continue;
		}
		filled = is_filled(e->tokens, at, &value);
		how = filled ? ASSIGNS_ADDS : variable_given(e->tokens, at, &value);
		if (how == ASSIGNS_NOT || value.end > use)
			continue;
		if (surroundings_chosen(e->tokens, at) == CHOSEN) {
			e->chooses = true;
			continue;
		}
		if (how == ASSIGNS_SETS)
			e->list = before;
		/* Of a list that was handed in the rest is not seen. */
		if (filled && !found)
			protocol_list_from_unseen(&e->list);
		e->turned = turned;
		e->followed = word;
		walk(e, value, false);
		if (found && !surroundings_always(e->tokens, at, use))
			e->list = protocol_list_merged(&last, &e->list);
		if (!found || how == ASSIGNS_SETS)
			e->followed_at = e->tokens->all[value.first].at;
		found = true;
	}
	e->turned = was_turned;
	if (unseen && !found)
		protocol_list_word(&e->list, word, turned);
	return found || unseen;
}

/* A constant of the file: what is given a name in another function is another's. */
static bool follow_constant(
	struct expression *e, struct bytes word, size_t use, bool turned)
{
	struct token_span value;
	bool was_turned = e->turned;

	if (!spend(e, e->tokens->count) || !shape_definition(e->tokens, word, &value) ||
		!surroundings_seen(e->tokens, value.first, use))
		return false;
	e->followed = word;
	e->followed_at = e->tokens->all[value.first].at;
	e->turned = turned;
	walk(e, value, false);
	e->turned = was_turned;
	return true;
}

static void take_unknown(
	struct expression *e, struct bytes word, size_t at, bool turned, bool follow)
{
	if (follow && (follow_variable(e, word, at, turned) ||
			      follow_constant(e, word, at, turned)))
		return;
	/* What an exclusion list holds beside is not known then. */
	if (e->list.dialect->decides)
		protocol_list_from_unseen(&e->list);
	protocol_list_word(&e->list, word, turned);
}

/* What a call takes away from what is not seen: the first of its arguments. */
static void leave_out(struct expression *e, struct token_span arguments)
{
	protocol_list_from_unseen(&e->list);
	for (size_t at = arguments.first; at < arguments.end; at++) {
		if (e->tokens->all[at].sign == ',')
			return;
		if (e->tokens->all[at].kind == TOKEN_STRING)
			protocol_list_turned(&e->list, token_text(e->tokens, at));
	}
}

/* "tlsProtocol1.rawValue" is that protocol. */
static size_t without_accessor(const struct tokens *tokens, size_t first, size_t last)
{
	static const char *const accessors[] = { "rawValue", "value", "name", "into",
		"to_s", "to_sym", NULL };

	return last >= first + 2 && token_is_any(tokens, last, accessors) ? last - 2
									  : last;
}

static bool is_table_row(const struct expression *e, size_t at)
{
	uint32_t in = e->tokens->all[at].in;

	return in != NO_TOKEN && in >= e->span.first && in < e->span.end &&
	       shape_is_row(e->tokens, at);
}

/* A dotted name, by its last part. Answers the token behind it. */
static size_t take_name(
	struct expression *e, size_t at, size_t end, bool turned, bool follow)
{
	size_t end_of_name = shape_name_end(e->tokens, at);
	size_t last = without_accessor(e->tokens, at, end_of_name);
	struct bytes word = token_text(e->tokens, last);
	struct token_span arguments;

	if (end_of_name >= end)
		return end;
	/* "list.toArray(new String[0])" is that list. */
	if (last == at + 2 && token_is_any(e->tokens, last, copying) && last + 1 < end &&
		e->tokens->all[last + 1].sign == '(' && follow) {
		take_unknown(e, token_text(e->tokens, at), at, turned, follow);
		return (size_t)e->tokens->all[last + 1].mate + 1;
	}
	/* "[Security.SslProtocols]::Tls" names a type. */
	if (e->self.len > 0 && bytes_equal(word, e->self) &&
		!(last + 1 < end && e->tokens->all[last + 1].sign == ']' &&
			dialect_knows(e->list.dialect, word))) {
		/* A constant that was taken from the name itself. */
		e->restores = e->restores || e->followed.len > 0;
		protocol_list_from_unseen(&e->list);
		return last + 1;
	}
	if (dialect_knows(e->list.dialect, word)) {
		/* A table from names to versions is no list of them. */
		e->compares = e->compares || is_table_row(e, at);
		protocol_list_word(&e->list, word, turned);
		return last + 1;
	}
	/* One of a table, and which is not known. */
	if (last + 1 < end && e->tokens->all[last + 1].sign == '[') {
		protocol_list_word(&e->list, word, turned);
		return (size_t)e->tokens->all[last + 1].mate + 1;
	}
	if (shape_call(e->tokens, last, &arguments) && arguments.end > arguments.first) {
		if (token_is_any(e->tokens, last, leaving_out)) {
			leave_out(e, arguments);
			return arguments.end;
		}
		if (e->list.dialect->decides)
			protocol_list_from_unseen(&e->list);
		else if (!token_is_any(e->tokens, last, handing_on))
			e->chooses = true;
		return last + 1;
	}
	take_unknown(e, word, at, turned, follow);
	return last + 1;
}

/* "(long)" and "(const void *)" in front of a value: behind it; else where it begins. */
static size_t behind_cast(const struct expression *e, size_t at)
{
	const struct tokens *tokens = e->tokens;
	size_t end = tokens->all[at].mate, next = end + 1;

	if (tokens->all[at].sign != '(' || end <= at + 1 || next >= tokens->count ||
		(tokens->all[next].kind == TOKEN_SIGN &&
			strchr("&(~", tokens->all[next].sign) == NULL) ||
		tokens->all[next].kind == TOKEN_LINE)
		return at;
	for (size_t i = at + 1; i < end; i++)
		if (tokens->all[i].kind == TOKEN_NUMBER ||
			tokens->all[i].kind == TOKEN_STRING ||
			(tokens->all[i].kind == TOKEN_SIGN && !token_is(tokens, i, "*") &&
				!token_is(tokens, i, ".") &&
				!token_is(tokens, i, "::")) ||
			(tokens->all[i].kind == TOKEN_WORD &&
				dialect_knows(e->list.dialect, token_text(tokens, i))))
			return at;
	return next;
}

/* "~" turns one name, "~(" all up to its bracket. */
static size_t turned_end(const struct tokens *tokens, size_t at)
{
	bool group = at + 1 < tokens->count && tokens->all[at + 1].sign == '(';

	return group ? tokens->all[at + 1].mate : at + 1;
}

/* "'a' | 'b'" of TypeScript is a type. */
static bool is_union(const struct tokens *tokens, size_t at)
{
	return tokens->all[at].sign == '|' && at > 0 &&
	       tokens->all[at - 1].kind == TOKEN_STRING &&
	       bytes_equal(bytes_of_string(tokens->family->name),
		       bytes_of_string("javascript"));
}

static size_t take_sign(struct expression *e, size_t at, size_t *turned)
{
	const struct token *token = &e->tokens->all[at];

	if (token->sign == '~' || token_is(e->tokens, at, "&^"))
		*turned = turned_end(e->tokens, at);
	else if (token->sign == '?')
		e->chooses = true;
	else if (token_is_any(e->tokens, at, comparing) || is_union(e->tokens, at))
		e->compares = true;
	return at + 1;
}

/* True of "a ? b : c" as a whole, by the marks of the span itself. */
static bool find_choice(const struct tokens *tokens, struct token_span span,
	size_t *ret_question, size_t *ret_colon)
{
	size_t depth = 0;

	for (size_t at = span.first; at < span.end; at++) {
		if (tokens->all[at].in != tokens->all[span.first].in)
			continue;
		if (token_is(tokens, at, "?") && depth++ == 0)
			*ret_question = at;
		if (depth > 0 && token_is(tokens, at, ":") && --depth == 0) {
			*ret_colon = at;
			return at > *ret_question + 1 && at + 1 < span.end;
		}
	}
	return false;
}

static void take_choice(struct expression *e, struct token_span span, size_t question,
	size_t colon, bool follow)
{
	const struct protocol_list before = e->list;
	struct protocol_list one, other;
	bool chooses = e->chooses;

	e->choices++;
	walk(e, (struct token_span){ span.first, question }, false);
	/* What asks which version it is only hands it on. */
	e->compares = e->compares || e->list.known > before.known;
	e->chooses = chooses;
	e->list = before;
	walk(e, (struct token_span){ question + 1, colon }, follow);
	one = e->list;
	e->list = before;
	walk(e, (struct token_span){ colon + 1, span.end }, follow);
	other = e->list;
	e->list = protocol_list_merged(&one, &other);
	e->list.known = one.known + other.known - before.known;
	e->list.unknown = one.unknown + other.unknown - before.unknown;
}

static void walk(struct expression *e, struct token_span span, bool follow)
{
	const struct tokens *tokens = e->tokens;
	size_t at = span.first;
	size_t turned_to = 0; /* tokens before it, or the name that begins there */
	size_t question = 0, colon = 0;
	uint64_t number;

	expression_claim(e->claimed, span);
	tokens_worked(tokens, span.end - span.first);
	if (e->choices < CHOICES_MAX && find_choice(tokens, span, &question, &colon)) {
		take_choice(e, span, question, colon, follow);
		return;
	}
	while (at < span.end) {
		const struct token *token = &tokens->all[at];
		bool turned = (at <= turned_to && turned_to > 0) != e->turned;

		if (token->kind == TOKEN_SIGN) {
			size_t behind = behind_cast(e, at);

			at = behind > at ? behind : take_sign(e, at, &turned_to);
			continue;
		}
		if (token->kind == TOKEN_STRING)
			protocol_list_text(&e->list, token_text(tokens, at));
		else if (token->kind == TOKEN_NUMBER &&
			 number_parse(token_text(tokens, at), &number))
			protocol_list_number(&e->list, number, turned);
		else if (token->kind == TOKEN_NUMBER &&
			 dialect_knows(e->list.dialect, token_text(tokens, at)))
			protocol_list_word(&e->list, token_text(tokens, at), turned);
		else if (token->kind == TOKEN_WORD &&
			 token_is_any(tokens, at, turning_words))
			turned_to = turned_end(tokens, at);
		else if (token->kind == TOKEN_WORD && token_is_any(tokens, at, comparing))
			e->compares = true;
		else if (token->kind == TOKEN_WORD &&
			 !token_is_any(tokens, at, empty_words)) {
			at = take_name(e, at, span.end, turned, follow);
			continue;
		}
		at++;
	}
}

void expression_evaluate(
	struct expression *e, struct token_span span, enum shape_assigns how)
{
	const struct protocol_list before = e->list;

	e->span = span;
	if ((how == ASSIGNS_ADDS || how == ASSIGNS_REMOVES) && !e->joined)
		protocol_list_from_unseen(&e->list);
	walk(e, span, true);
	if (!e->chooses)
		return;
	if (e->joined)
		e->list = protocol_list_merged(&before, &e->list);
	e->list.range.maybe |= e->list.range.on;
	e->list.range.on = 0;
	if (e->joined)
		e->chooses = false;
}

/*
 * shapes - what tokens form: dotted names, assignments, arguments, values, statements.
 *
 * No grammar is parsed; brackets and what ends a statement are enough. Spans are of
 * tokens: from first up to, and without, end.
 */
#ifndef AUDIT_SHAPES_H
#define AUDIT_SHAPES_H

#include "audit/rules.h"
#include "audit/tokens.h"

struct token_span {
	size_t first;
	size_t end;
};

/* How a value is given. */
enum shape_assigns {
	ASSIGNS_NOT,
	ASSIGNS_SETS,    /* "=", ":", "=>", ":=" */
	ASSIGNS_ADDS,    /* "|=", "+=" */
	ASSIGNS_REMOVES, /* "&=" of what is turned, "-=" */
};

/* True if the dotted name that ends with token `last` ends with these parts; *ret_first
 * is where all of it begins. A string may stand for a name of one part. */
bool shape_is_name(const struct tokens *tokens, size_t last, const struct rule_name *name,
	size_t *ret_first);

/* The last token of the dotted name that begins at `first`. */
size_t shape_name_end(const struct tokens *tokens, size_t first);

/* Of the name from first to last: what it is given, if it is given something. */
enum shape_assigns shape_assignment(const struct tokens *tokens, size_t first,
	size_t last, struct token_span *ret_value);

/* The arguments of the call whose name ends at `last`: all of them; false if it is no
 * call. */
bool shape_call(const struct tokens *tokens, size_t last, struct token_span *ret_all);

/* The n-th of them, from 1; or the one of that name. False if there is none. */
bool shape_argument(const struct tokens *tokens, struct token_span all, size_t n,
	struct token_span *ret);
bool shape_named_argument(const struct tokens *tokens, struct token_span all,
	struct bytes name, struct token_span *ret);

/* True if the name from first to last is used as a value: handed over, assigned, or'ed;
 * not compared, imported, defined or a key. */
bool shape_is_value(const struct tokens *tokens, size_t first, size_t last);

/* All that the value is or'ed with: "A | B", "A -bor B", from the first to the last. */
struct token_span shape_operands(const struct tokens *tokens, struct token_span value);

/* "put(name, value)", "['name', value]", "name || value": what stands behind the name,
 * which is the first argument whole or ends it; false if it is none. */
bool shape_pair(const struct tokens *tokens, size_t last, struct token_span *ret_value);

/* True if it is asked about, compared or told of by the call or brackets around it, not
 * handed to what uses it. */
bool shape_is_asked(const struct tokens *tokens, size_t at);

/* True if what the value is given to is named as a version: a row of names. */
bool shape_is_renamed(const struct tokens *tokens, size_t at);

/* True of a list in a literal of lists: what is asked for, not what is set. */
bool shape_is_filter(const struct tokens *tokens, size_t at);

/* True of a row of a table from names to values: a text that names a version stands in
 * the same brackets. */
bool shape_is_row(const struct tokens *tokens, size_t at);

/* True of the name behind "#define". */
bool shape_is_defined(const struct tokens *tokens, size_t at);

/* "#define NAME value": its value, up to the end of its line. */
bool shape_macro(const struct tokens *tokens, size_t at, struct token_span *ret);

/* A value or several from `from` on, up to what ends the statement; empty if a sign other
 * than of a symbol stands there. */
struct token_span shape_line(const struct tokens *tokens, size_t from);

/* What the name is given in this file, if it is given something exactly once. */
bool shape_definition(
	const struct tokens *tokens, struct bytes name, struct token_span *ret);

/* The statement around a span: from its first token up to its end mark, and that too. */
struct token_span shape_statement(const struct tokens *tokens, struct token_span span);

/* All that is said together with a token: the statement around the round and square
 * brackets it stands in, and what goes on behind. */
struct token_span shape_sentence(const struct tokens *tokens, size_t at);

/* The bytes of a span: offset and length. */
void shape_bytes(const struct tokens *tokens, struct token_span span, size_t *ret_at,
	size_t *ret_len);

#endif

/*
 * text - text that grows in memory of its own, and the only way strangers'
 * text gets out.
 *
 * A struct text holds UTF-8 and has a ceiling from birth; past it, appending
 * does nothing and the text remembers (text_end()). text_quote_* is the one
 * quoting function of each medium: whatever bytes go in, what comes out is
 * well-formed there and cannot act as markup, control sequence or separator.
 * Bytes that are not UTF-8 come out as U+FFFD in JSON and as \xNN elsewhere.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/bytes.h"
#include "base/err.h"

struct text {
	char *at; /* members are for text.c alone; use text_string() */
	size_t len;
	size_t room;
	size_t ceiling;
	enum err fault;
};

/* An empty text that may grow to ceiling bytes. Takes no memory yet. */
void text_init(struct text *text, size_t ceiling);
void text_done(struct text *text);

/* Empty again; the memory and the ceiling stay. */
void text_reset(struct text *text);

void text_char(struct text *text, char c);
void text_add(struct text *text, const char *string);
void text_bytes(struct text *text, struct bytes all);
void text_number(struct text *text, uint64_t value);
void text_hex(struct text *text, struct bytes all);
void text_format(struct text *text, const char *format, ...) PRINTF_LIKE(2, 3);

/* Digits in groups of three, parted by commas: "1,204,881". */
void text_grouped(struct text *text, uint64_t value);

/* A JSON string with its quotation marks. RFC 8259, 7. Controls and characters that
 * hide or turn others are escaped, so that it may be shown on a terminal. */
void text_quote_json(struct text *text, struct bytes all);

/* For a terminal: printable characters as they are, all else as \xNN. */
void text_quote_terminal(struct text *text, struct bytes all);

/* A CSV field. RFC 4180, 2. Controls come out as \xNN, line ends too; a field that
 * a spreadsheet would run as a formula (it starts with = + - or @) gets an
 * apostrophe in front. */
void text_quote_csv(struct text *text, struct bytes all);

/* What was written, never NULL; ends with a zero that text_len() does not count. */
const char *text_string(const struct text *text);
size_t text_len(const struct text *text);

/* ERR_OK, ERR_LIMIT past the ceiling, or ERR_MEMORY. */
MUST_USE enum err text_end(const struct text *text);

#endif

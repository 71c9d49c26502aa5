/*
 * tokens_inside - a file on its way into tokens, as tokens.c and tokens_text.c share it.
 *
 * To be included by these two only.
 */
#ifndef AUDIT_TOKENS_INSIDE_H
#define AUDIT_TOKENS_INSIDE_H

#include "audit/tokens.h"

#define BRACKETS_MAX 4096 /* deeper ones are signs without a mate */

/* What a byte may be in the family, told once: marks are only compared where one of them
 * may stand. */
enum byte_may {
	MAY_COMMENT = 1, /* begin one, or other text that is not code */
	MAY_STRING = 2,
	MAY_WORD = 4,
	MAY_IN_WORD = 8, /* behind its first */
	MAY_LONG_SIGN = 16,
	MAY_IN_LONG_SIGN = 32, /* its second */
};

struct lexer {
	struct tokens *out;
	struct bytes file;
	const struct family *family;
	uint8_t may[256]; /* enum byte_may */
	size_t at;
	size_t room;
	struct arena *arena;
	uint32_t brackets[BRACKETS_MAX]; /* open ones */
	size_t depth;
	size_t lost;        /* opened past BRACKETS_MAX */
	struct bytes here;  /* the name that ends a here-document to come */
	bool macro;         /* inside of "#define" */
	size_t macro_depth; /* of brackets, where it began */
	enum err err;
};

/* A token from here on; NULL at a ceiling. The lexer stands behind it. */
struct token *lexer_add(struct lexer *lexer, enum token_kind kind, size_t len);

struct bytes lexer_rest(const struct lexer *lexer);
bool lexer_stands_whole(const struct lexer *lexer, size_t at, const char *text);

static inline bool lexer_stands(const struct lexer *lexer, size_t at, const char *text)
{
	/* Asked of each character for each mark: the first tells nearly always. */
	return at < lexer->file.len && lexer->file.at[at] == (uint8_t)text[0] &&
	       lexer_stands_whole(lexer, at, text);
}

bool is_letter(uint8_t c);
bool is_digit(uint8_t c);
bool is_among(const char *set, uint8_t c);

/* True if nothing but white space stands before the place on its line. */
bool lexer_begins_line(const struct lexer *lexer, size_t at);

/* True if a backslash stands before the line's end that is here. */
bool lexer_goes_on(const struct lexer *lexer);

/* Text that is not code. Each answers false if nothing of its kind begins here. */
bool skip_comment(struct lexer *lexer);
bool read_string(struct lexer *lexer);
bool read_character(struct lexer *lexer);

/* To where code of the family begins again. */
void skip_to_island(struct lexer *lexer);

/* The name behind "<<": its document begins with the next line, and is read there. */
void note_here(struct lexer *lexer);
void read_here(struct lexer *lexer);

#endif

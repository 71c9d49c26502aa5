/*
 * tokens - source code as words, numbers, strings, signs and comments, by a table of
 * language families.
 *
 * Enough is known of each language to tell what is code from what is not: comments,
 * strings with their escapes, raw ones and here-documents, brackets. A token is a span
 * of the file; nothing is copied. Any bytes give tokens: what does not close ends at its
 * line or the file's end. No recursion.
 */
#ifndef AUDIT_TOKENS_H
#define AUDIT_TOKENS_H

#include "base/arena.h"
#include "base/err.h"

/* 24 MB a worker: a file of 5 MB of code. What comes after is not looked at. */
#define TOKENS_MAX ((size_t)1 << 20)

enum token_kind {
	TOKEN_WORD,
	TOKEN_NUMBER,
	TOKEN_STRING,
	TOKEN_SIGN,
	TOKEN_LINE, /* the end of a line, where it ends a statement */
};

struct token {
	uint8_t kind;
	uint8_t open; /* TOKEN_STRING: bytes of its marks in front and behind */
	uint8_t close;
	uint8_t sign; /* TOKEN_SIGN of one character: that; else 0 */
	uint32_t at;
	uint32_t len;
	uint32_t mate; /* index of the bracket that it belongs to; else its own */
	uint32_t in;   /* index of the bracket that it stands in; NO_TOKEN: none */
};

#define NO_TOKEN UINT32_MAX

/* How a family begins text of several lines that no marks end. */
enum here_document { HERE_NONE, HERE_SHELL, HERE_PHP };

/* Raw strings whose marks carry a number or name. */
enum raw_string { RAW_NONE, RAW_CPP, RAW_CSHARP, RAW_RUST };

#define FAMILY_COMMENTS_MAX 4
#define FAMILY_STRINGS_MAX  8

struct family_string {
	const char *open;
	const char *close;
	char escape;  /* 0: none */
	bool doubled; /* the mark twice is the mark */
	bool lines;   /* goes on over line ends */
};

struct family {
	const char *name;
	const char *line_comments[FAMILY_COMMENTS_MAX];
	struct {
		const char *open;
		const char *close;
		bool nests;
	} block_comments[FAMILY_COMMENTS_MAX];
	struct family_string strings[FAMILY_STRINGS_MAX]; /* longer marks first */
	const char *word_also;  /* in words, beside letters, digits and "_" */
	const char *word_first; /* only to begin one */
	bool dash_words;        /* "-bor" is a word, where a space stands before */
	bool line_ends;         /* the end of a line ends a statement */
	char continues;         /* at the end of a line: it does not; 0: none */
	bool caseless;
	bool comma_joins;  /* values parted by commas are one, outside of brackets */
	bool characters;   /* 'x' is one, anything longer is not */
	bool bare_hash;    /* "#" begins a comment only behind white space */
	bool preprocessed; /* "#if" and its like say nothing, "#define" ends with its line
			    */
	const char *island_open; /* what is not between these is another's; NULL: all is
				    code */
	const char *island_close;
	bool modifiers;      /* "x = y if z"; "name :symbol" is a call */
	bool indents;        /* blocks are told by indentation, not by braces */
	bool slash_patterns; /* "/x/" is a string where a value may begin */
	enum here_document here;
	enum raw_string raw;
};

/* In order of name. */
extern const struct family families[];
extern const size_t family_count;

/* NULL if there is none of that name. */
const struct family *family_find(struct bytes name);

struct tokens {
	struct bytes file;
	const struct family *family;
	struct token *all; /* the arena's */
	size_t count;
	bool cut;         /* there were more than TOKENS_MAX */
	uint32_t *labels; /* as surroundings_labels() leaves them; else NULL */
	size_t *work;     /* counts the tokens that are looked at; NULL: nobody counts */
};

/* Whoever walks over tokens counts them: thousands of candidates may each walk far. */
static inline void tokens_worked(const struct tokens *tokens, size_t count)
{
	if (tokens->work != NULL)
		*tokens->work += count;
}

/* ERR_MEMORY. */
MUST_USE enum err tokens_read(struct bytes file, const struct family *family,
	struct arena *arena, struct tokens *ret);

/* The bytes of a token; those of a string without its marks. */
struct bytes token_text(const struct tokens *tokens, size_t index);

/* True if the token is that word or sign; words by the family's case. */
bool token_is(const struct tokens *tokens, size_t index, const char *text);

/* One of them; the last is NULL. */
bool token_is_any(const struct tokens *tokens, size_t index, const char *const *texts);

#endif

/*
 * encoding - the text of a file as UTF-8, and UTF-8 as the file would have it.
 *
 * A mark at its start (Unicode 15.0, 23.8) decides; UTF-16 is also known without one, by
 * the zeros beside its first letters. All else is taken as it is: bytes above 127 are
 * parts of words and strings, whatever they mean.
 *
 * tests: tests/unit/base/test_encoding.c
 */
#ifndef BASE_ENCODING_H
#define BASE_ENCODING_H

#include "base/arena.h"
#include "base/err.h"

/* What a file of that length takes of an arena. */
#define ENCODING_ROOM(len) (2 * (len) + 65536)

enum encoding_kind { ENCODING_BYTES, ENCODING_UTF16_LE, ENCODING_UTF16_BE };

struct encoding {
	enum encoding_kind kind;
	size_t mark; /* bytes of it in front */
};

struct encoding encoding_of(struct bytes file);

/* The file without its mark, in UTF-8: itself, or the arena's. What is no character of
 * UTF-16 becomes U+FFFD. ERR_MEMORY. */
MUST_USE enum err encoding_text(struct bytes file, struct encoding encoding,
	struct arena *arena, struct bytes *ret);

/* Some UTF-8 as the file would have it; nothing if memory ran out. */
struct bytes encoding_bytes(
	struct encoding encoding, struct bytes text, struct arena *arena);

#endif

/*
 * fault - the sentence that tells a person what went wrong, where, and what to do.
 *
 * Filled once, at the place that knows the words, and passed up untouched. The
 * caller owns the struct; zero is "no fault". Text from strangers enters a
 * fault only through text_quote_terminal() (base/text.h).
 */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include "base/attr.h"
#include "base/err.h"

#define FAULT_TEXT_MAX 512 /* one or two lines of a terminal */

struct fault {
	enum err err;
	char text[FAULT_TEXT_MAX];
};

/* Fills why (which may be NULL) and answers err, so that a caller can write
 * `return fault_set(why, ERR_IO, "cannot ...")`. A text too long is cut. */
enum err fault_set(struct fault *why, enum err err, const char *format, ...)
	PRINTF_LIKE(3, 4);

#endif

/*
 * lines - the lines of a text that nobody vouches for: what most configurations are.
 */
#ifndef HOST_LINES_H
#define HOST_LINES_H

#include "base/bytes.h"

/* The next line, without its end; false if there is none. */
bool lines_next(struct bytes *left, struct bytes *ret);

/* Without the white space around it. */
struct bytes lines_trimmed(struct bytes all);

/* What stands before and behind the first of that character, trimmed; false if it is not
 * there. */
bool lines_pair(
	struct bytes line, char between, struct bytes *ret_name, struct bytes *ret_value);

/* The next word of a list whose items are parted by any of these characters, trimmed and
 * not empty; false if there is none. */
bool lines_item(struct bytes *left, const char *between, struct bytes *ret);

/* Blind to the case of ASCII letters. */
bool lines_equal(struct bytes text, const char *word);

#endif

/*
 * patterns - names in which "*" is any characters, blind to the case of ASCII letters.
 *
 * Whoever holds one text against many patterns asks for their pairs first: the characters
 * that stand side by side in it, and at its ends, each hashed to one of 64. A text that
 * fits has all pairs of the pattern; one that does not fit seldom has. Pure.
 */
#ifndef AUDIT_PATTERNS_H
#define AUDIT_PATTERNS_H

#include "base/bytes.h"

/* True if the text is what the pattern says. */
bool pattern_fits(struct bytes text, struct bytes pattern);

/* The longest part without "*": it stands in whatever fits. */
struct bytes pattern_part(struct bytes pattern);

/* Those that a text has which fits. */
uint64_t pattern_pairs(struct bytes pattern);

/* Those of a text. */
uint64_t text_pairs(struct bytes text);

/* False: it does not fit. */
static inline bool pairs_may_fit(uint64_t of_text, uint64_t of_pattern)
{
	return (of_pattern & ~of_text) == 0;
}

#endif

/*
 * surroundings_inside - walking from a token outwards, as surroundings*.c share it.
 *
 * To be included by these only.
 */
#ifndef AUDIT_SURROUNDINGS_INSIDE_H
#define AUDIT_SURROUNDINGS_INSIDE_H

#include "audit/surroundings.h"

#define AROUND_MAX 64    /* blocks that are looked at, from inside out */
#define NEAR_MAX   16384 /* tokens on either side: a function of 2,000 lines */

static inline bool is_sign(const struct tokens *tokens, size_t at, uint8_t sign)
{
	tokens_worked(tokens, 1);
	return at < tokens->count && tokens->all[at].kind == TOKEN_SIGN &&
	       tokens->all[at].sign == sign;
}

/* Where the words begin that stand in front of a brace. */
size_t surroundings_header(const struct tokens *tokens, size_t open);

/* White space in front of the first character of the token's line. */
size_t surroundings_indentation(const struct tokens *tokens, size_t at);

#endif

/*
 * nearest - of several names the one that a mistyped word was likely meant to be.
 *
 * The distance is that of single mistakes: a letter wrong, too many or left out, or two
 * beside each other swapped. Case does not count. What is further away than a third of
 * the word is no suggestion.
 */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include "base/bytes.h"

#define NEAREST_MAX 80 /* no name is longer; a longer word is near to none */

struct nearest {
	struct bytes word; /* members are for nearest.c alone, but `name` */
	const char *name;  /* the nearest so far; NULL: none is near */
	size_t distance;   /* of it */
};

/* The word is borrowed. */
struct nearest nearest_to(struct bytes word);

/* Weighs one name, which must outlive the struct. The first of equals stays. */
void nearest_try(struct nearest *nearest, const char *name);

#endif

/*
 * suggestion - which of several names was meant by one that is none of them.
 */
#ifndef BASE_SUGGESTION_H
#define BASE_SUGGESTION_H

#include "base/bytes.h"

struct suggestion {
	struct bytes wrong;
	const char *name; /* the likeliest so far; NULL: none is like it */
	size_t edits;
};

/* Borrows both the wrong name and those that are offered. */
struct suggestion suggestion_for(struct bytes wrong);

/* Takes the name if it is likelier than those before: few letters are wrong, missing, too
 * many or in the other order, or the wrong name is how it begins. Case does not count. */
void suggestion_offer(struct suggestion *suggestion, const char *name);

#endif

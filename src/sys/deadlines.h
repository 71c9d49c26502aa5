/*
 * deadlines - which of many things is due first: a heap of times.
 *
 * A deadline lies in the thing it belongs to and knows its place in the heap, so that it
 * can be moved and taken out. Adding what is due last, the usual case, costs one step.
 */
#ifndef SYS_DEADLINES_H
#define SYS_DEADLINES_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct deadline {
	uint64_t at;  /* as of clock_monotonic() */
	size_t place; /* for deadlines.c alone */
};

struct deadlines {
	struct deadline **heap; /* members are for deadlines.c alone */
	size_t count;
	size_t room;
};

/* Room for so many, which is all there will be. ERR_MEMORY. */
MUST_USE enum err deadlines_init(struct deadlines *deadlines, size_t room);
void deadlines_done(struct deadlines *deadlines);

/* The one that is due first; NULL if there is none. */
struct deadline *deadlines_first(const struct deadlines *deadlines);

/* Borrows the deadline until it is removed; there is room for it. */
void deadlines_add(struct deadlines *deadlines, struct deadline *deadline, uint64_t at);
void deadlines_move(struct deadlines *deadlines, struct deadline *deadline, uint64_t at);
void deadlines_remove(struct deadlines *deadlines, struct deadline *deadline);

#endif

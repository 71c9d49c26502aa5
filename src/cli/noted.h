/*
 * noted - what an audit did not look at, or not to its end, by name: the first few in
 * order of each kind, the same whichever worker met them first.
 */
#ifndef CLI_NOTED_H
#define CLI_NOTED_H

#include "base/arena.h"

enum noted_kind {
	NOTED_BINARY,
	NOTED_BOMB,
	NOTED_BROKEN,
	NOTED_CUT,
	NOTED_ENCRYPTED,
	NOTED_SPECIAL,
	NOTED_TOO_LONG,
	NOTED_UNREADABLE,
	NOTED_COUNT
};

#define NOTED_MAX 3 /* names of one kind: where to begin */

struct noted {
	const char *first[NOTED_COUNT][NOTED_MAX]; /* NULL: no more */
};

/* Takes a copy into the arena if it is one of the first. */
void noted_add(
	struct noted *noted, enum noted_kind kind, const char *name, struct arena *arena);

/* Adds those of another, whose names must outlive this. */
void noted_join(struct noted *noted, const struct noted *other);

#endif

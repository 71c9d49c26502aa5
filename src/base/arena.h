/*
 * arena - memory for one unit of work, given back all at once.
 *
 * What an arena hands out is aligned for any type, zeroed, and lives until
 * arena_reset() or arena_done(). An arena is born with a ceiling; past it, or
 * when memory runs out, arena_take() answers NULL and remembers that it did.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"

struct arena_block;

struct arena {
	struct arena_block *newest; /* members are for arena.c alone */
	size_t taken;
	size_t held;
	size_t next_room;
	size_t ceiling;
	bool refused;
};

/* An empty arena that will hand out at most `ceiling` bytes. Takes no memory yet. */
void arena_init(struct arena *arena, size_t ceiling);

/* Forgets everything handed out, keeps one block for the next unit of work. */
void arena_reset(struct arena *arena);
void arena_done(struct arena *arena);

/* n zeroed bytes, or NULL at the ceiling. */
void *arena_take(struct arena *arena, size_t n);

/* A copy of all in the arena; {NULL, 0} at the ceiling. */
struct bytes arena_copy(struct arena *arena, struct bytes all);

/* A copy of all as a C string; NULL at the ceiling. */
const char *arena_string(struct arena *arena, struct bytes all);

/* Bytes of memory the arena takes: a little more than it handed out. */
size_t arena_held(const struct arena *arena);

/* True if a request was ever refused since the last reset. */
bool arena_refused(const struct arena *arena);

#endif

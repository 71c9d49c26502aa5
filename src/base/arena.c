#include "base/arena.h"

#include <stdlib.h>

#define BLOCK_FIRST 1024  /* many small arenas live at once; each next block is twice */
#define BLOCK_LEN   16384 /* as long, up to this */

struct arena_block {
	struct arena_block *older;
	size_t used;
	size_t room;
	_Alignas(max_align_t) uint8_t memory[];
};

void arena_init(struct arena *arena, size_t ceiling)
{
	*arena = (struct arena){ .next_room = BLOCK_FIRST, .ceiling = ceiling };
}

static size_t aligned(size_t n)
{
	size_t grain = _Alignof(max_align_t);

	return (n + grain - 1) / grain * grain;
}

static bool arena_grow(struct arena *arena, size_t n)
{
	size_t room = arena->next_room;
	struct arena_block *block = NULL;

	if (room < n)
		room = n;

	if (room <= PTRDIFF_MAX - sizeof *block)
		block = malloc(sizeof *block + room);
	if (block == NULL)
		return false;
	*block = (struct arena_block){ .older = arena->newest, .room = room };
	arena->newest = block;
	arena->held += sizeof *block + room;
	if (arena->next_room < BLOCK_LEN)
		arena->next_room *= 2;
	return true;
}

void *arena_take(struct arena *arena, size_t n)
{
	struct arena_block *block = arena->newest;
	size_t need = aligned(n);
	void *given;

	if (need < n || need > arena->ceiling - arena->taken) {
		arena->refused = true;
		return NULL;
	}
	if (block == NULL || need > block->room - block->used) {
		if (!arena_grow(arena, need)) {
			arena->refused = true;
			return NULL;
		}
		block = arena->newest;
	}
	given = block->memory + block->used;
	block->used += need;
	arena->taken += need;
	return memset(given, 0, need);
}

struct bytes arena_copy(struct arena *arena, struct bytes all)
{
	uint8_t *copy = arena_take(arena, all.len);

	if (copy == NULL)
		return (struct bytes){ 0 };
	if (all.len > 0)
		memcpy(copy, all.at, all.len);
	return bytes_over(copy, all.len);
}

const char *arena_string(struct arena *arena, struct bytes all)
{
	char *copy = all.len == SIZE_MAX ? NULL : arena_take(arena, all.len + 1);

	if (copy != NULL && all.len > 0)
		memcpy(copy, all.at, all.len);
	return copy;
}

size_t arena_held(const struct arena *arena)
{
	return arena->held;
}

bool arena_refused(const struct arena *arena)
{
	return arena->refused;
}

/* Frees every block but, if keep, the newest of no more than the ordinary length. */
static void arena_free_blocks(struct arena *arena, bool keep)
{
	struct arena_block *kept = NULL;

	arena->held = 0;

	while (arena->newest != NULL) {
		struct arena_block *block = arena->newest;

		arena->newest = block->older;
		if (keep && kept == NULL && block->room <= BLOCK_LEN)
			kept = block;
		else
			free(block);
	}
	if (kept != NULL) {
		kept->older = NULL;
		kept->used = 0;
		arena->newest = kept;
		arena->held = sizeof *kept + kept->room;
	}
	arena->taken = 0;
	arena->refused = false;
}

void arena_reset(struct arena *arena)
{
	arena_free_blocks(arena, true);
}

void arena_done(struct arena *arena)
{
	arena_free_blocks(arena, false);
}

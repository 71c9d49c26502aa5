#include "cli/noted.h"

#include <string.h>

/* Puts a name where it belongs; those behind it move, and the last may fall out. */
static void insert(const char *first[static NOTED_MAX], const char *name)
{
	for (size_t i = 0; i < NOTED_MAX && name != NULL; i++) {
		const char *there = first[i];
		int order = there != NULL ? strcmp(there, name) : 1;

		if (order == 0)
			return;
		if (order < 0)
			continue;
		first[i] = name;
		name = there;
	}
}

void noted_add(
	struct noted *noted, enum noted_kind kind, const char *name, struct arena *arena)
{
	const char *last = noted->first[kind][NOTED_MAX - 1];

	if (last == NULL || strcmp(name, last) < 0)
		insert(noted->first[kind], arena_string(arena, bytes_of_string(name)));
}

void noted_join(struct noted *noted, const struct noted *other)
{
	for (size_t i = 0; i < NOTED_COUNT; i++)
		for (size_t j = 0; j < NOTED_MAX && other->first[i][j] != NULL; j++)
			insert(noted->first[i], other->first[i][j]);
}

/* Any bytes as a list of updates and software: what is taken lies in what was given, a
 * release fits where it is written, and an update is found again. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "host/inventory.h"

static void must(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct inventory inventory = { 0 };
	struct arena arena;
	size_t looked_for = 0;
	enum err err;

	if (size > 16384)
		return 0;
	arena_init(&arena, (size_t)16 << 20);
	err = inventory_read(&inventory, bytes_over(data, size), &arena);
	must(err == ERR_OK || err == ERR_MEMORY);
	must(inventory.count <= size);
	for (const struct inventory_entry *at = inventory.last; at != NULL;
		at = at->before) {
		char release[16] = "";

		must(at->name.len <= 2 * size && at->version.len <= 2 * size);
		(void)inventory_stack(at, release, sizeof release);
		must(memchr(release, '\0', sizeof release) != NULL);
		/* The list is walked for each: of a few only. */
		if (looked_for < 8 && at->name.len < 64 &&
			memchr(at->name.at, '\0', at->name.len) == NULL) {
			char name[64] = "";

			memcpy(name, at->name.at, at->name.len);
			must(inventory_has(&inventory, name));
			looked_for++;
		}
	}
	arena_done(&arena);
	return 0;
}

/* Any bytes as a registry: what is taken can be found again unless it was deleted, and a
 * number is no text. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "host/registry.h"

static void must(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct registry registry = { 0 };
	struct arena arena;
	enum err err;

	if (size > 16384)
		return 0;
	arena_init(&arena, (size_t)16 << 20);
	err = registry_read(&registry, bytes_over(data, size), &arena);
	must(err == ERR_OK || err == ERR_MEMORY || err == ERR_VALUE);
	must(registry.count <= size);
	for (const struct registry_value *at = registry.last; at != NULL; at = at->before)
		must(!at->is_number || at->text.len == 0);
	(void)registry_has(&registry, "HKEY_LOCAL_MACHINE");
	(void)registry_find(
		&registry, "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\a", "b");
	arena_done(&arena);
	return 0;
}

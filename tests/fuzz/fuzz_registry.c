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

/* What counts of a value's key and name is that value or a later one of theirs. Keys with
 * a zero in them cannot be asked for. */
static void find_again(
	const struct registry *registry, const struct registry_value *value)
{
	char key[REGISTRY_KEY_MAX + 1], name[256];
	const struct registry_value *found;

	if (value->key_deleted || value->key.len >= sizeof key ||
		value->name.len >= sizeof name)
		return;
	memset(key, 0, sizeof key);
	memset(name, 0, sizeof name);
	if (value->key.len > 0)
		memcpy(key, value->key.at, value->key.len);
	if (value->name.len > 0)
		memcpy(name, value->name.at, value->name.len);
	if (strlen(key) != value->key.len || strlen(name) != value->name.len)
		return;
	found = registry_find(registry, key, name);
	must(found == NULL || (!found->deleted && found->order >= value->order));
	must(found != NULL || value->deleted || registry->keys_deleted > 0 ||
		registry->last->order > value->order);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct registry registry = { 0 };
	struct arena arena;
	size_t asked = 0;
	enum err err;

	if (size > 16384)
		return 0;
	arena_init(&arena, (size_t)16 << 20);
	err = registry_read(&registry, bytes_over(data, size), &arena);
	must(err == ERR_OK || err == ERR_MEMORY || err == ERR_VALUE);
	must(registry.count <= size);
	for (const struct registry_value *at = registry.last; at != NULL;
		at = at->before) {
		must(!at->is_number || at->text.len == 0);
		if (err == ERR_OK && asked++ < 16) /* of a few only: keys are long */
			find_again(&registry, at);
	}
	(void)registry_has(&registry, "HKEY_LOCAL_MACHINE");
	(void)registry_find(
		&registry, "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\a", "b");
	arena_done(&arena);
	return 0;
}

#include "base/table.h"

#include <stdlib.h>

#define FIRST_SLOTS 256 /* a power of two */
#define USED_LEN    sizeof(uint64_t)

void table_init(struct table *table, size_t entry_len, size_t key_len, size_t ceiling,
	const struct hash_key *key)
{
	*table = (struct table){ .entry_len = entry_len,
		.key_len = key_len,
		.ceiling = ceiling,
		.key = *key };
}

void table_done(struct table *table)
{
	free(table->slots);
	table->slots = NULL;
	table->slot_count = table->count = 0;
}

static bool is_used(const uint8_t *slot)
{
	uint64_t used;

	memcpy(&used, slot, sizeof used);
	return used != 0;
}

/* Where key stands, or the free slot where it would. */
static uint8_t *slot_of(const struct table *table, const void *key)
{
	uint64_t at = hash_bytes(&table->key, bytes_over(key, table->key_len));

	for (;; at++) {
		size_t index = at & (table->slot_count - 1);
		uint8_t *slot = table->slots + index * table->entry_len;

		if (!is_used(slot) || memcmp(slot + USED_LEN, key, table->key_len) == 0)
			return slot;
	}
}

void *table_find(const struct table *table, const void *key)
{
	uint8_t *slot = table->slots == NULL ? NULL : slot_of(table, key);

	return slot != NULL && is_used(slot) ? slot : NULL;
}

void *table_next(const struct table *table, const void *entry)
{
	size_t at = 0;

	if (entry != NULL)
		at = (size_t)((const uint8_t *)entry - table->slots) / table->entry_len +
		     1;
	for (; at < table->slot_count; at++)
		if (is_used(table->slots + at * table->entry_len))
			return table->slots + at * table->entry_len;
	return NULL;
}

static bool table_grow(struct table *table)
{
	struct table grown = *table;

	grown.slot_count = table->slot_count == 0 ? FIRST_SLOTS : 2 * table->slot_count;
	grown.slots = calloc(grown.slot_count, table->entry_len);
	if (grown.slots == NULL)
		return false;
	for (uint8_t *entry = NULL; (entry = table_next(table, entry)) != NULL;)
		memcpy(slot_of(&grown, entry + USED_LEN), entry, table->entry_len);
	free(table->slots);
	*table = grown;
	return true;
}

void *table_take(struct table *table, const void *key)
{
	static const uint64_t used = 1;
	uint8_t *slot = table_find(table, key);

	if (slot != NULL)
		return slot;
	if (table->count == table->ceiling ||
		(2 * (table->count + 1) > table->slot_count && !table_grow(table)))
		return NULL;
	slot = slot_of(table, key);
	memcpy(slot, &used, sizeof used);
	memcpy(slot + USED_LEN, key, table->key_len);
	table->count++;
	return slot;
}

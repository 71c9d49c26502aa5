/*
 * table - entries of one size, found by a key of one size, in memory that grows.
 *
 * An entry is a struct of the caller's that begins with `uint64_t used`, then its
 * key, all bytes of which count (no padding). Keys may come from strangers: the
 * hash is keyed. An entry stays where it is only until the next table_take().
 */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include <stdbool.h>

#include "base/hash.h"

struct table {
	uint8_t *slots; /* members are for table.c alone, but `count` */
	size_t slot_count;
	size_t count;
	size_t entry_len;
	size_t key_len;
	size_t ceiling;
	struct hash_key key;
};

/* An empty table of at most ceiling entries. Takes no memory yet. */
void table_init(struct table *table, size_t entry_len, size_t key_len, size_t ceiling,
	const struct hash_key *key);

/* Frees all entries; the table is empty and can be used on. */
void table_done(struct table *table);

/* The entry of key, or NULL. */
void *table_find(const struct table *table, const void *key);

/* The entry of key, zero but for its key if it is new; NULL at the ceiling or if
 * memory ran out. */
void *table_take(struct table *table, const void *key);

/* True at the ceiling: why table_take() answered NULL. */
static inline bool table_full(const struct table *table)
{
	return table->count == table->ceiling;
}

/* The entry after `entry`, the first after NULL, in no order; NULL after the last. */
void *table_next(const struct table *table, const void *entry);

#endif

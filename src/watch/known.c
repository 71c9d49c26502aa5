#include "watch/known.h"

#include <stdlib.h>

#define BYTES_A_BUCKET 512 /* about what an entry takes */

enum err known_init(struct known *known, const struct hash_key *key, size_t max,
	size_t entry_size, void (*done)(struct known_entry *entry))
{
	size_t buckets = 64;

	while (buckets < max / BYTES_A_BUCKET)
		buckets *= 2;
	*known = (struct known){
		.key = *key,
		.buckets = calloc(buckets, sizeof(struct known_entry *)),
		.bucket_count = buckets,
		.max = max,
		.sweep_at = max,
		.entry_size = entry_size,
		.done = done,
	};
	return known->buckets == NULL ? ERR_MEMORY : ERR_OK;
}

static void forget(struct known *known, struct known_entry **link)
{
	struct known_entry *entry = *link;

	*link = entry->next;
	known->bytes -= known->entry_size + entry->key.len + entry->more;
	if (known->done != NULL)
		known->done(entry);
	free(entry);
	known->count--;
}

/* Forgets what nobody uses, or all there is. */
static void sweep(struct known *known, bool all)
{
	for (size_t i = 0; i < known->bucket_count; i++) {
		struct known_entry **link = &known->buckets[i];

		while (*link != NULL)
			if (all || (*link)->users == 0)
				forget(known, link);
			else
				link = &(*link)->next;
	}
}

void known_forget_unused(struct known *known)
{
	sweep(known, false);
}

void known_done(struct known *known)
{
	if (known->buckets != NULL)
		sweep(known, true);
	free(known->buckets);
	*known = (struct known){ 0 };
}

static struct known_entry **bucket_of(struct known *known, uint64_t hash)
{
	return &known->buckets[hash & (known->bucket_count - 1)];
}

struct known_entry *known_find(struct known *known, struct bytes key, uint64_t *ret_hash)
{
	uint64_t hash = hash_bytes(&known->key, key);
	struct known_entry *entry = *bucket_of(known, hash);

	*ret_hash = hash;
	for (; entry != NULL; entry = entry->next)
		if (entry->hash == hash && bytes_equal(entry->key, key)) {
			entry->users++;
			return entry;
		}
	return NULL;
}

struct known_entry *known_add(struct known *known, struct bytes key, uint64_t hash)
{
	struct known_entry **bucket = bucket_of(known, hash);
	struct known_entry *entry;

	if (known->bytes >= known->sweep_at) {
		sweep(known, false);
		/* Not again at each addition where nearly all are in use. */
		known->sweep_at = known->bytes + known->max / 2;
		if (known->sweep_at < known->max)
			known->sweep_at = known->max;
	}
	entry = calloc(1, known->entry_size + key.len);
	if (entry == NULL)
		return NULL;
	if (key.len > 0)
		memcpy((uint8_t *)entry + known->entry_size, key.at, key.len);
	entry->key = bytes_over((uint8_t *)entry + known->entry_size, key.len);
	entry->hash = hash;
	entry->users = 1;
	entry->next = *bucket;
	*bucket = entry;
	known->count++;
	known->bytes += known->entry_size + key.len;
	return entry;
}

void known_weigh(struct known *known, struct known_entry *entry, size_t more)
{
	entry->more = more;
	known->bytes += more;
}

void known_release(struct known_entry *entry)
{
	if (entry != NULL)
		entry->users--;
}

#include "store/dictionary.h"

#include <stdlib.h>

#define SLOTS (2 * DICTIONARY_MAX) /* half full at most; a power of two */

enum err dictionary_init(struct dictionary *dictionary, const struct hash_key *key)
{
	*dictionary = (struct dictionary){ .key = *key };
	arena_init(&dictionary->arena, DICTIONARY_BYTES_MAX);
	dictionary->entries = calloc(DICTIONARY_MAX, sizeof dictionary->entries[0]);
	dictionary->slots = calloc(SLOTS, sizeof dictionary->slots[0]);
	if (dictionary->entries != NULL && dictionary->slots != NULL)
		return ERR_OK;
	dictionary_done(dictionary);
	return ERR_MEMORY;
}

void dictionary_done(struct dictionary *dictionary)
{
	arena_done(&dictionary->arena);
	free(dictionary->entries);
	free(dictionary->slots);
	*dictionary = (struct dictionary){ 0 };
}

void dictionary_reset(struct dictionary *dictionary)
{
	arena_reset(&dictionary->arena);
	memset(dictionary->slots, 0, SLOTS * sizeof dictionary->slots[0]);
	dictionary->count = 0;
}

static uint32_t dictionary_add(
	struct dictionary *dictionary, struct bytes key, uint64_t hash, uint32_t *slot)
{
	struct dictionary_entry *entry = &dictionary->entries[dictionary->count];

	if (dictionary->count == DICTIONARY_MAX)
		return 0;
	*entry = (struct dictionary_entry){ .hash = hash };
	entry->key = arena_copy(&dictionary->arena, key);
	if (entry->key.at == NULL && key.len > 0)
		return 0;
	*slot = ++dictionary->count;
	return dictionary->count;
}

uint32_t dictionary_number(struct dictionary *dictionary, struct bytes key)
{
	uint64_t hash = hash_bytes(&dictionary->key, key);
	uint64_t at = hash & (SLOTS - 1);

	for (; dictionary->slots[at] != 0; at = (at + 1) & (SLOTS - 1)) {
		uint32_t number = dictionary->slots[at];
		const struct dictionary_entry *entry =
			dictionary_entry(dictionary, number);

		if (entry->hash == hash && bytes_equal(entry->key, key))
			return number;
	}
	return dictionary_add(dictionary, key, hash, &dictionary->slots[at]);
}

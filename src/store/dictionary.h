/*
 * dictionary - gives each distinct run of bytes a small number, within bounds.
 *
 * Numbers begin at 1 and follow the order of arrival; 0 is free for "none".
 * Everything lives until dictionary_reset(). Whoever fills a store from the
 * network chooses the keys, so the hash is keyed and the size has a ceiling.
 */
#ifndef STORE_DICTIONARY_H
#define STORE_DICTIONARY_H

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"

/* Entries of one dictionary, twice what an aggregate adds at a time; with their arena
 * some 3 MB at most, touched only as far as it is filled. */
#define DICTIONARY_MAX       32768
#define DICTIONARY_BYTES_MAX (1u << 20)

struct dictionary_entry {
	struct bytes key;
	void *value; /* the caller's, in the dictionary's arena; NULL at first */
	int64_t row; /* the caller's: where it is stored; 0 at first */
	uint64_t hash;
};

struct dictionary {
	struct hash_key key; /* members but `entries` and `count` are for dictionary.c */
	struct dictionary_entry *entries; /* number n is entries[n - 1] */
	uint32_t count;
	uint32_t *slots;
	struct arena arena;
};

MUST_USE enum err dictionary_init(
	struct dictionary *dictionary, const struct hash_key *key);
void dictionary_done(struct dictionary *dictionary);

/* Forgets all. */
void dictionary_reset(struct dictionary *dictionary);

/* The number of key, which is copied if it is new. 0: no room. */
uint32_t dictionary_number(struct dictionary *dictionary, struct bytes key);

static inline struct dictionary_entry *dictionary_entry(
	const struct dictionary *dictionary, uint32_t number)
{
	return &dictionary->entries[number - 1];
}

#endif

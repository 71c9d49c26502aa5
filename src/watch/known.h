/*
 * known - things that many connections share, kept once: hellos, certificates.
 *
 * An entry is found by its key's bytes and is counted by its users, who give it
 * back. Past `max` bytes of them all, those that nobody uses are forgotten;
 * they come again when they are seen again.
 */
#ifndef WATCH_KNOWN_H
#define WATCH_KNOWN_H

#include "base/err.h"
#include "base/hash.h"

/* The first member of whatever is kept. */
struct known_entry {
	struct known_entry *next;
	uint64_t hash;
	uint32_t users;
	size_t more;      /* bytes it holds beside itself and its key */
	struct bytes key; /* in memory of the entry's own */
};

struct known {
	struct hash_key key;
	struct known_entry **buckets;
	size_t bucket_count; /* a power of two */
	size_t count;
	size_t bytes;    /* of all entries, their keys and what they hold */
	size_t max;      /* bytes */
	size_t sweep_at; /* above max where much is in use */
	size_t entry_size;
	void (*done)(struct known_entry *entry); /* frees what an entry holds, or NULL */
};

MUST_USE enum err known_init(struct known *known, const struct hash_key *key, size_t max,
	size_t entry_size, void (*done)(struct known_entry *entry));
void known_done(struct known *known);

/* The entry of key with one more user, or NULL; *ret_hash serves known_add(). */
struct known_entry *known_find(struct known *known, struct bytes key, uint64_t *ret_hash);

/* A new zeroed entry of entry_size with a copy of key and one user; NULL if memory
 * ran out. The key must not be there yet. */
struct known_entry *known_add(struct known *known, struct bytes key, uint64_t hash);

/* Says how many bytes an entry holds beside itself and its key; once. */
void known_weigh(struct known *known, struct known_entry *entry, size_t more);

/* Forgets now whatever nobody uses. */
void known_forget_unused(struct known *known);

/* Gives an entry back. NULL is allowed. */
void known_release(struct known_entry *entry);

#endif

#include "watch/share.h"

#include <stdlib.h>

#include "base/arena.h"
#include "flow/decapsulation.h"
#include "sys/lock.h"
#include "watch/watch_inside.h"

/* Datagrams joined in one window: more than this come of an attack, and are lost. */
#define JOINED_MAX (8 * 1024 * 1024)

struct watch_fragments {
	struct lock *lock;
	struct decapsulation *decapsulation;
};

struct watch_share {
	struct packet *packets;
	struct connection_key *keys;
	uint8_t *owners;
	size_t count;
	size_t max;
	unsigned owner_count;
	struct arena joined; /* payloads of joined datagrams */
};

struct watch_fragments *watch_fragments_new(const struct hash_key *key)
{
	struct watch_fragments *fragments = calloc(1, sizeof *fragments);

	if (fragments == NULL)
		return NULL;
	fragments->lock = lock_new();
	fragments->decapsulation = decapsulation_new(key, WATCH_FRAGMENTED_MAX);
	if (fragments->lock == NULL || fragments->decapsulation == NULL) {
		watch_fragments_free(fragments);
		return NULL;
	}
	return fragments;
}

void watch_fragments_free(struct watch_fragments *fragments)
{
	if (fragments == NULL)
		return;
	lock_free(fragments->lock);
	decapsulation_free(fragments->decapsulation);
	free(fragments);
}

void watch_fragments_coverage(
	const struct watch_fragments *fragments, struct coverage *coverage)
{
	lock_take(fragments->lock);
	watch_add_decapsulation(fragments->decapsulation, coverage);
	lock_release(fragments->lock);
}

struct watch_share *watch_share_new(size_t max, unsigned owners)
{
	struct watch_share *share = calloc(1, sizeof *share);

	if (share == NULL)
		return NULL;
	share->max = max;
	share->owner_count = owners;
	share->packets = malloc(max * sizeof *share->packets);
	share->keys = malloc(max * sizeof *share->keys);
	share->owners = malloc(max);
	arena_init(&share->joined, JOINED_MAX);
	if (share->packets == NULL || share->keys == NULL || share->owners == NULL) {
		watch_share_free(share);
		return NULL;
	}
	return share;
}

void watch_share_free(struct watch_share *share)
{
	if (share == NULL)
		return;
	free(share->packets);
	free(share->keys);
	free(share->owners);
	arena_done(&share->joined);
	free(share);
}

/* Gives a frame that is a fragment to where all are joined; true if that made a packet,
 * whose payload then lives in the share. */
static bool join(struct watch_fragments *fragments, const struct frame *frame,
	struct watch_share *share, struct packet *ret)
{
	bool joined;

	lock_take(fragments->lock);
	joined = decapsulate(fragments->decapsulation, frame, ret) == ERR_OK;
	if (joined) {
		ret->payload = arena_copy(&share->joined, ret->payload);
		joined = !arena_refused(&share->joined);
	}
	lock_release(fragments->lock);
	return joined;
}

/* The index of the connection table takes the low bits of the hash, so the owner is
 * found in the high ones. */
static uint8_t owner_of(const struct connection_key *key, unsigned owners)
{
	return (uint8_t)(((uint64_t)key->hash * owners) >> 32);
}

void watch_prepare(struct watch *watch, struct watch_fragments *fragments,
	const struct frame *frames, size_t count, struct watch_share *share)
{
	share->count = 0;
	arena_reset(&share->joined);
	for (size_t i = 0; i < count && share->count < share->max; i++) {
		struct packet *packet = &share->packets[share->count];
		enum err err = watch_decapsulate(watch, &frames[i], packet);

		if (err == ERR_MORE && join(fragments, &frames[i], share, packet))
			err = ERR_OK;
		if (err != ERR_OK)
			continue;
		watch_key_of(watch, packet, &share->keys[share->count]);
		share->owners[share->count] =
			owner_of(&share->keys[share->count], share->owner_count);
		share->count++;
	}
}

/* The owner's packets stand between those of others: they are gathered in batches. */
enum err watch_take_share(struct watch *watch, const struct watch_share *share,
	unsigned owner, struct fault *why)
{
	struct packet packets[WATCH_BATCH_MAX];
	struct connection_key keys[WATCH_BATCH_MAX];
	enum err err = ERR_OK;
	size_t held = 0;

	for (size_t i = 0; i < share->count && err == ERR_OK; i++) {
		if (share->owners[i] != owner)
			continue;
		packets[held] = share->packets[i];
		keys[held++] = share->keys[i];
		if (held == WATCH_BATCH_MAX) {
			err = watch_take_packets(watch, packets, keys, held, why);
			held = 0;
		}
	}
	return err != ERR_OK ? err : watch_take_packets(watch, packets, keys, held, why);
}

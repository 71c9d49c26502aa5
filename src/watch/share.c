#include "watch/share.h"

#include <stdlib.h>

#include "base/arena.h"
#include "flow/decapsulation.h"
#include "sys/lock.h"
#include "watch/watch_inside.h"

/* Datagrams joined in one window. Each of their bytes was held as a fragment (4 MB at
 * most, flow/fragments.h) or stands in the window (less than 1 MB), so none is ever lost.
 */
#define JOINED_MAX (8 * 1024 * 1024)

struct watch_fragments {
	struct lock *lock;
	struct decapsulation *decapsulation;
};

struct watch_share {
	struct packet *packets; /* those of the first owner, then of the second, ... */
	struct connection_key *keys;
	size_t *ends; /* one an owner: the place behind its last */
	size_t max;
	unsigned owner_count;
	struct packet *apart_packets; /* as they were taken apart */
	struct connection_key *apart_keys;
	uint8_t *owners;
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

void watch_fragments_finish(struct watch_fragments *fragments)
{
	lock_take(fragments->lock);
	decapsulation_finish(fragments->decapsulation);
	lock_release(fragments->lock);
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
	share->ends = calloc(owners, sizeof *share->ends);
	share->apart_packets = malloc(max * sizeof *share->packets);
	share->apart_keys = malloc(max * sizeof *share->keys);
	share->owners = malloc(max);
	arena_init(&share->joined, JOINED_MAX);
	if (share->packets == NULL || share->keys == NULL || share->ends == NULL ||
		share->apart_packets == NULL || share->apart_keys == NULL ||
		share->owners == NULL) {
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
	free(share->ends);
	free(share->apart_packets);
	free(share->apart_keys);
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

/* Puts each owner's packets side by side: their owner, most often on another core, then
 * fetches nothing that is not its own, and without a jump. */
static void sort_by_owner(struct watch_share *share, size_t count)
{
	size_t next[WATCH_OWNERS_MAX];
	size_t start = 0;

	for (unsigned i = 0; i < share->owner_count; i++) {
		next[i] = start;
		start += share->ends[i];
		share->ends[i] = start;
	}
	for (size_t i = 0; i < count; i++) {
		size_t place = next[share->owners[i]]++;

		share->packets[place] = share->apart_packets[i];
		share->keys[place] = share->apart_keys[i];
	}
}

void watch_prepare(struct watch *watch, struct watch_fragments *fragments,
	const struct frame *frames, size_t count, struct watch_share *share)
{
	size_t taken = 0;

	arena_reset(&share->joined);
	memset(share->ends, 0, share->owner_count * sizeof share->ends[0]);
	for (size_t i = 0; i < count && taken < share->max; i++) {
		struct packet *packet = &share->apart_packets[taken];
		enum err err = watch_decapsulate(watch, &frames[i], packet);

		if (err == ERR_MORE && join(fragments, &frames[i], share, packet))
			err = ERR_OK;
		if (err != ERR_OK)
			continue;
		watch_key_of(watch, packet, &share->apart_keys[taken]);
		share->owners[taken] =
			owner_of(&share->apart_keys[taken], share->owner_count);
		share->ends[share->owners[taken++]]++;
	}
	sort_by_owner(share, taken);
}

enum err watch_take_share(struct watch *watch, const struct watch_share *share,
	unsigned owner, struct fault *why)
{
	size_t at = owner == 0 ? 0 : share->ends[owner - 1];
	enum err err = ERR_OK;

	while (at < share->ends[owner] && err == ERR_OK) {
		size_t count = share->ends[owner] - at;

		if (count > WATCH_BATCH_MAX)
			count = WATCH_BATCH_MAX;
		err = watch_take_packets(
			watch, share->packets + at, share->keys + at, count, why);
		at += count;
	}
	return err;
}

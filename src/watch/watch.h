/*
 * watch - from frames to handshakes: one worker's whole watching, without I/O.
 *
 * Frames go in, in batches; each handshake that is decided, given up or ended goes
 * to the sink as one observation. What could not be followed is in a counter of
 * the coverage. Time is the frames' own.
 */
#ifndef WATCH_WATCH_H
#define WATCH_WATCH_H

#include "base/crypto.h"
#include "base/hash.h"
#include "evidence/coverage.h"
#include "evidence/sink.h"
#include "flow/packet.h"

/* Connections kept at once: at 64 bytes each when settled, some KB while a handshake
 * is under way. */
#define WATCH_FLOWS_DEFAULT 65536

/* Frames looked at together, so that the cache fetches for one while another is
 * worked on. */
#define WATCH_BATCH_MAX 64

struct watch_settings {
	const struct crypto *crypto;
	struct hash_key key;
	struct sink *sink;
	size_t max_flows;
	bool fragments_apart; /* IP fragments are joined elsewhere (watch/share.h) */
};

struct watch; /* heap */

/* NULL if memory ran out. The sink must outlive it. */
struct watch *watch_new(const struct watch_settings *settings);
void watch_free(struct watch *watch);

/* Takes up to WATCH_BATCH_MAX frames, in order. An error is the sink's. */
MUST_USE enum err watch_take(
	struct watch *watch, const struct frame *frames, size_t count, struct fault *why);

/* The time of the latest packets since the watch began or was finished, as far as it is
 * believed (watch/timeline.h); 0: none. */
time_ns watch_latest(const struct watch *watch);

/* Nothing came up to `now`: gives up what was silent for too long. */
MUST_USE enum err watch_tick(struct watch *watch, time_ns now, struct fault *why);

/* What comes next has nothing to do with what came: reports whatever is still under
 * way and forgets every connection. The watch may be used again. */
MUST_USE enum err watch_finish(struct watch *watch, struct fault *why);

/* The counters so far, those of the decapsulation included. */
struct coverage watch_coverage(const struct watch *watch);

#endif

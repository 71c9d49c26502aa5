/*
 * share - the packets of one window of a capture, each with its owner, so that
 * several watches can work on one capture and still see every connection whole.
 *
 * Any worker may prepare a window (take its frames apart); afterwards each watch takes
 * the packets that it owns, window after window in order. A connection's owner
 * follows from its hash. Fragments are joined in one place for all, behind a lock,
 * since their halves may lie in windows that two workers prepare at a time.
 */
#ifndef WATCH_SHARE_H
#define WATCH_SHARE_H

#include "watch/watch.h"

struct watch_fragments; /* heap; one for all workers */

struct watch_fragments *watch_fragments_new(const struct hash_key *key);
void watch_fragments_free(struct watch_fragments *fragments);

/* As watch_finish(): what is not whole is given up. */
void watch_fragments_finish(struct watch_fragments *fragments);

/* Adds what happened to fragments to the coverage of all. */
void watch_fragments_coverage(
	const struct watch_fragments *fragments, struct coverage *coverage);

struct watch_share; /* heap; one a window */

#define WATCH_OWNERS_MAX 256

/* For up to max frames and this many owners, at most WATCH_OWNERS_MAX. NULL if memory
 * ran out. */
struct watch_share *watch_share_new(size_t max, unsigned owners);
void watch_share_free(struct watch_share *share);

/* Takes frames apart with the watch's own means; the frames must live until every owner
 * has taken its packets. Only one thread uses a watch at a time. */
void watch_prepare(struct watch *watch, struct watch_fragments *fragments,
	const struct frame *frames, size_t count, struct watch_share *share);

/* Takes the packets of an owner, in order. An error is the sink's. */
MUST_USE enum err watch_take_share(struct watch *watch, const struct watch_share *share,
	unsigned owner, struct fault *why);

#endif

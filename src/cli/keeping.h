/*
 * keeping - handshakes on their way into a store: workers count them, one more thread
 * writes them, so that no packet waits for a disk.
 *
 * Each worker fills an aggregate of its own and shares nothing. One that is full, or
 * whose time has come, goes into a queue, and the worker goes on with an empty one. If
 * the store is too slow, the workers wait: nothing is lost. If it has failed, and there
 * is no room any more, they go on all the same, and what they hand over is counted as not
 * kept, until a pulse ends the run.
 */
#ifndef CLI_KEEPING_H
#define CLI_KEEPING_H

#include "base/hash.h"
#include "evidence/coverage.h"
#include "store/store.h"

struct keeping; /* heap */

/* NULL if memory ran out. */
struct keeping *keeping_new(const struct hash_key *key, unsigned workers);

/* After keeping_end(), or never begun. NULL is allowed. */
void keeping_free(struct keeping *keeping);

/* What a worker hands its handshakes to. */
struct sink *keeping_sink(struct keeping *keeping, unsigned worker);

/* Starts the thread that writes, to a store that no other thread uses before
 * keeping_end(). */
MUST_USE enum err keeping_begin(
	struct keeping *keeping, struct store *store, struct fault *why);

/* To be called now and then, by one thread at a time: every STORE_WRITE_EVERY what was
 * counted so far is sent to be written, and how far the run is. An error is the store's,
 * when it failed to write what was sent before. */
MUST_USE enum err keeping_pulse(struct keeping *keeping, time_ns now,
	const struct coverage *coverage, struct fault *why);

/* Once no worker is at work any more: writes everything, and of the run how it
 * ended. What failed before is tried again. A fault tells how much was and was not kept.
 */
MUST_USE enum err keeping_end(struct keeping *keeping, time_ns now,
	const struct coverage *coverage, struct fault *why);

#endif

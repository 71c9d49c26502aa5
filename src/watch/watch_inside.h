/*
 * watch_inside - the two halves of watch_take(), for share.c, which has them done by
 * different threads.
 */
#ifndef WATCH_WATCH_INSIDE_H
#define WATCH_WATCH_INSIDE_H

#include "flow/decapsulation.h"
#include "watch/connections.h"
#include "watch/watch.h"

#define WATCH_FRAGMENTED_MAX 1024 /* datagrams in the joining at once */

/* Counts a frame and takes it apart; errors are decapsulate()'s. */
enum err watch_decapsulate(
	struct watch *watch, const struct frame *frame, struct packet *ret);

void watch_key_of(const struct watch *watch, const struct packet *packet,
	struct connection_key *ret);

/* Takes up to WATCH_BATCH_MAX packets with their keys. */
MUST_USE enum err watch_take_packets(struct watch *watch, const struct packet *packets,
	const struct connection_key *keys, size_t count, struct fault *why);

/* Adds a decapsulation's counters to the coverage. */
void watch_add_decapsulation(
	const struct decapsulation *decapsulation, struct coverage *coverage);

#endif

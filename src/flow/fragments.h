/*
 * fragments - joins IP fragments (RFC 791, 3.2; RFC 8200, 4.5) in a bounded table.
 *
 * Overlapping fragments give up their datagram (RFC 5722); an exact copy of one is
 * ignored. A datagram that is not whole after FRAGMENTS_AGE_MAX of packet time, or
 * that is the oldest when room is needed, is given up and counted.
 */
#ifndef FLOW_FRAGMENTS_H
#define FLOW_FRAGMENTS_H

#include "base/address.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/time.h"

#define FRAGMENTS_AGE_MAX (30 * TIME_SECOND) /* as Linux; RFC 8200 allows 60 s */
#define FRAGMENTS_BYTES_MAX                                                              \
	(4 * 1024 * 1024)         /* held by all datagrams together; as Linux */
#define FRAGMENTS_PIECES_MAX   64 /* a datagram: 64 KB at an MTU of 1,280 has 52 */
#define FRAGMENTS_DATAGRAM_MAX 65535

struct fragments; /* heap */

struct fragment {
	time_ns at;
	struct address source;
	struct address destination;
	uint32_t id;
	uint8_t version;  /* 4 or 6 */
	uint8_t protocol; /* IPv6: believed of the first fragment only */
	uint32_t offset;  /* in bytes */
	bool more;
	struct bytes bytes;
};

struct fragments *fragments_new(const struct hash_key *key, size_t max_datagrams);
void fragments_free(struct fragments *fragments);

/* ERR_OK: the datagram is whole, *ret_whole and *ret_protocol are what is in it,
 * valid until fragments_release(). ERR_AGAIN: held. ERR_VALUE: it contradicts itself
 * or what is held, which is given up. ERR_MORE: none is held here, for max_datagrams
 * is 0. ERR_MEMORY. */
MUST_USE enum err fragments_take(struct fragments *fragments,
	const struct fragment *fragment, struct bytes *ret_whole, uint8_t *ret_protocol);

/* Frees what was handed out. */
void fragments_release(struct fragments *fragments);

/* No more will come: gives up what is not whole. */
void fragments_finish(struct fragments *fragments);

/* How many datagrams were given up. */
uint64_t fragments_evicted(const struct fragments *fragments);

#endif

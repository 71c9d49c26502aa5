/*
 * decapsulation - from a frame of any link type, through tags, tunnels and IP
 * fragments, to the TCP segment or UDP datagram inside.
 *
 * Links: Ethernet, Linux cooked v1 and v2, raw IP, BSD loopback, PPP, and the
 * others of link_types[]. Between: 802.1Q, QinQ, MPLS, PPPoE, and the tunnels GRE,
 * ERSPAN, VXLAN, GENEVE, IP-in-IP, 6in4, Teredo, GTP-U. Depth is bounded by
 * DECAPSULATION_DEPTH_MAX.
 *
 * To add a link type: a line and a function in link_types.c; a tunnel in UDP:
 * tunnels.c; one in IP: ip.c.
 */
#ifndef FLOW_DECAPSULATION_H
#define FLOW_DECAPSULATION_H

#include "base/err.h"
#include "base/hash.h"
#include "flow/packet.h"

#define DECAPSULATION_DEPTH_MAX 16 /* headers of layer 2, 3 and tunnels in one frame */

struct decapsulation; /* heap: holds the fragments; one a worker */

/* What became of the frames; each frame adds to exactly one of the first group. */
struct decapsulation_counters {
	uint64_t segments;     /* TCP, handed out */
	uint64_t datagrams;    /* UDP, handed out */
	uint64_t other;        /* no IP, or IP with neither TCP nor UDP: not ours */
	uint64_t fragments;    /* held, waiting for the rest */
	uint64_t malformed;    /* a header that contradicts itself or was cut off */
	uint64_t too_deep;     /* more headers than DECAPSULATION_DEPTH_MAX */
	uint64_t unknown_link; /* a link type that is not in link_types[] */

	uint64_t tunnelled; /* of those handed out: came out of a tunnel */
	uint64_t cut;       /* of those handed out: the payload was cut short */
	uint64_t joined;    /* of those handed out: put together from fragments */
	/* Datagrams whose fragments were given up: the table was full, they were too old,
	 * overlapped, or the end came before the rest of them. */
	uint64_t fragments_evicted;
};

/* max_fragmented: how many datagrams may be in the joining at once. With 0 it joins
 * none: decapsulate() answers ERR_MORE for a fragment and counts nothing, and the
 * frame is to be given to one that does. NULL if memory ran out. */
struct decapsulation *decapsulation_new(
	const struct hash_key *key, size_t max_fragmented);
void decapsulation_free(struct decapsulation *decapsulation);

/* Writes the segment or datagram inside frame to *ret. A UDP datagram to or from a
 * tunnel's port is opened if a segment, a datagram or a fragment is found inside; else
 * it is handed out as it is. ERR_AGAIN: nothing to hand out (other, fragments).
 * ERR_VALUE or ERR_SHORT: malformed. ERR_LIMIT: too deep. ERR_UNSUPPORTED: unknown link
 * type. ERR_MEMORY: a fragment could not be held; counted as malformed. */
MUST_USE enum err decapsulate(struct decapsulation *decapsulation,
	const struct frame *frame, struct packet *ret);

/* No frame follows for now: gives up the datagrams that are not whole. */
void decapsulation_finish(struct decapsulation *decapsulation);

const struct decapsulation_counters *decapsulation_counters(
	const struct decapsulation *decapsulation);

/* "Ethernet", "Linux cooked v2"; NULL if the link type is not supported. */
const char *link_type_name(uint32_t link_type);

/* Of those that are not supported, the ones that are met; NULL if it is none. */
const char *link_type_foreign_name(uint32_t link_type);

#endif

/*
 * wrap - a payload in TCP or UDP in IP, in tunnels, in a frame of any link type:
 * what src/flow takes off, put on.
 *
 * Headers are written in front, each over what is there already.
 */
#ifndef RELIABILITY_WRAP_H
#define RELIABILITY_WRAP_H

#include "chance.h"
#include "flow/packet.h"

#define WRAP_ROOM    2048  /* for headers */
#define WRAP_PAYLOAD 65000 /* the longest payload that is taken */

struct wrap {
	uint8_t room[WRAP_ROOM + WRAP_PAYLOAD + 256];
	size_t at; /* where the bytes begin; they end at `end` */
	size_t end;
	bool ipv6; /* of the outermost IP header */
};

/* Begins anew with a payload, cut if it is too long. */
void wrap_begin(struct wrap *wrap, struct bytes payload);

/* The segment's or datagram's own header, and IP's. */
void wrap_transport(struct wrap *wrap, const struct packet *packet);
void wrap_ip(struct wrap *wrap, const struct packet *packet);

/* From here on what begins with an IP header. Tunnels: none, or some. */
void wrap_tunnels(struct wrap *wrap, struct chance *chance);

/* Ethernet without tags. */
void wrap_ethernet(struct wrap *wrap);

/* By number of wrap_links[]. */
void wrap_link(struct wrap *wrap, size_t link, struct chance *chance);

extern const uint16_t wrap_links[]; /* LINKTYPE_ of each */
extern const size_t wrap_link_count;

#endif

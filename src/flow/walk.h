/*
 * walk - the way through one frame, header by header; for decapsulation's own files.
 *
 * A layer is a function that reads its header from walk->r and names the layer that
 * follows in walk->next, or answers why there is none. walk_run() calls them in turn
 * and counts them, so no frame can make it go on for ever.
 */
#ifndef FLOW_WALK_H
#define FLOW_WALK_H

#include "base/reader.h"
#include "flow/fragments.h"
#include "flow/packet.h"

struct walk {
	struct reader r;  /* what is left, cut to the lengths seen so far */
	uint32_t missing; /* bytes that belong behind r, but were not captured */
	unsigned depth;   /* layers so far */
	bool tunnelled;
	bool joined;
	bool held;           /* ends because a fragment waits for the others */
	uint8_t ip_protocol; /* for the next layer of IP */
	uint16_t ethertype;  /* for layer_ethertype() */
	enum err (*next)(struct walk *walk); /* NULL: the packet is complete */
	struct fragments *fragments;
	struct packet packet;
};

/* Reads layer after layer from walk->next on. ERR_OK: walk->packet is complete.
 * ERR_AGAIN: nothing in it for us. ERR_SHORT, ERR_VALUE, ERR_LIMIT. */
MUST_USE enum err walk_run(struct walk *walk);

/* The whole way from a frame, without the short cut and without counting. */
MUST_USE enum err walk_frame(
        struct fragments *fragments, const struct frame *frame, struct walk *ret);

/* Cuts what is left to the length a header gives, and knows what is missing of it. */
void walk_cut(struct walk *walk, size_t len);

/* link_types.c: the first layer of a link type, NULL if it is not supported. */
enum err (*link_type_layer(uint32_t link_type))(struct walk *walk);
enum err layer_ethernet(struct walk *walk);
enum err layer_ethertype(struct walk *walk); /* by walk->ethertype */
enum err layer_mpls(struct walk *walk);

/* ip.c */
enum err layer_ip(struct walk *walk); /* of either version */
enum err layer_ipv4(struct walk *walk);
enum err layer_ipv6(struct walk *walk);

/* tunnels.c: the tunnel that such a datagram may be, or NULL. */
enum err layer_gre(struct walk *walk);
enum err (*tunnel_of_ports(uint16_t source, uint16_t destination))(struct walk *walk);

#endif

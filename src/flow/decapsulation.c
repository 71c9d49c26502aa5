#include "flow/decapsulation.h"

#include <stdlib.h>

#include "flow/walk.h"

struct decapsulation {
	struct fragments *fragments;
	struct decapsulation_counters counters;
};

struct decapsulation *decapsulation_new(const struct hash_key *key, size_t max_fragmented)
{
	struct decapsulation *decapsulation = calloc(1, sizeof *decapsulation);

	if (decapsulation == NULL)
		return NULL;
	decapsulation->fragments = fragments_new(key, max_fragmented);
	if (decapsulation->fragments == NULL) {
		free(decapsulation);
		return NULL;
	}
	return decapsulation;
}

void decapsulation_free(struct decapsulation *decapsulation)
{
	if (decapsulation == NULL)
		return;
	fragments_free(decapsulation->fragments);
	free(decapsulation);
}

const struct decapsulation_counters *decapsulation_counters(
        const struct decapsulation *decapsulation)
{
	return &decapsulation->counters;
}

enum err walk_run(struct walk *walk)
{
	while (walk->next != NULL) {
		enum err (*layer)(struct walk *) = walk->next;
		enum err err;

		if (walk->depth++ == DECAPSULATION_DEPTH_MAX)
			return ERR_LIMIT;
		walk->next = NULL;
		err = layer(walk);
		if (reader_fault(&walk->r) != ERR_OK)
			return reader_fault(&walk->r);
		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

enum err walk_frame(
        struct fragments *fragments, const struct frame *frame, struct walk *ret)
{
	*ret = (struct walk){
		.r = reader_over(frame->bytes),
		.next = link_type_layer(frame->link_type),
		.fragments = fragments,
		.packet = { .at = frame->at },
	};
	if (frame->wire_len > frame->bytes.len)
		ret->missing = frame->wire_len - (uint32_t)frame->bytes.len;
	if (ret->next == NULL)
		return ERR_UNSUPPORTED;
	return walk_run(ret);
}

#define LINK_ETHERNET 1
#define ETHERNET_LEN  14
#define PLAIN_LEN     54 /* Ethernet, IPv4 and TCP, none with options */

static inline unsigned load_u16(const uint8_t *at)
{
	return (unsigned)at[0] << 8 | at[1];
}

static inline uint32_t load_u32(const uint8_t *at)
{
	return (uint32_t)load_u16(at) << 16 | load_u16(at + 2);
}

/* The short cut for what nearly every frame is: a TCP segment in an IPv4 packet
 * without options, not a fragment, straight on Ethernet, captured whole. Here the
 * fields are loaded directly: one comparison proves that all of them are there, and
 * the reader's steps would cost several times the rest. True only where the long way
 * gives the same; a test and a fuzz target compare the two. */
static inline bool plain_segment(const struct frame *frame, struct packet *ret)
{
	const uint8_t *ip;
	const uint8_t *tcp;
	size_t header_len;
	size_t total;

	if (frame->link_type != LINK_ETHERNET || frame->bytes.len < PLAIN_LEN)
		return false;
	ip = frame->bytes.at + ETHERNET_LEN;
	tcp = ip + 20;
	total = load_u16(ip + 2);
	header_len = (size_t)(tcp[12] >> 4) * 4;
	if (load_u16(ip - 2) != 0x0800 || ip[0] != 0x45 ||
	        (load_u16(ip + 6) & 0x3fff) != 0 || ip[9] != IP_PROTOCOL_TCP)
		return false;
	if (header_len < 20 || total < 20 + header_len ||
	        total > frame->bytes.len - ETHERNET_LEN)
		return false;

	ret->at = frame->at;
	ret->source = address_of_ipv4(ip + 12);
	ret->destination = address_of_ipv4(ip + 16);
	ret->source_port = (uint16_t)load_u16(tcp);
	ret->destination_port = (uint16_t)load_u16(tcp + 2);
	ret->protocol = IP_PROTOCOL_TCP;
	ret->flags = tcp[13];
	ret->sequence = load_u32(tcp + 4);
	ret->acknowledged = load_u32(tcp + 8);
	ret->wire_len = (uint32_t)(total - 20 - header_len);
	ret->payload = bytes_over(tcp + header_len, ret->wire_len);
	return true;
}

static void count_packet(struct decapsulation_counters *counters, const struct walk *walk)
{
	if (walk->packet.protocol == IP_PROTOCOL_TCP)
		counters->segments++;
	else
		counters->datagrams++;
	counters->tunnelled += walk->tunnelled;
	counters->joined += walk->joined;
	counters->cut += walk->packet.payload.len < walk->packet.wire_len;
}

static void count_rest(
        struct decapsulation_counters *counters, const struct walk *walk, enum err err)
{
	if (walk->held)
		counters->fragments++;
	else if (err == ERR_AGAIN)
		counters->other++;
	else if (err == ERR_LIMIT)
		counters->too_deep++;
	else if (err == ERR_UNSUPPORTED)
		counters->unknown_link++;
	else
		counters->malformed++;
}

static enum err decapsulate_slowly(struct decapsulation *decapsulation,
        const struct frame *frame, struct packet *ret)
{
	struct decapsulation_counters *counters = &decapsulation->counters;
	struct walk walk;
	enum err err;

	fragments_release(decapsulation->fragments);
	err = walk_frame(decapsulation->fragments, frame, &walk);
	counters->fragments_evicted = fragments_evicted(decapsulation->fragments);
	if (err == ERR_OK) {
		count_packet(counters, &walk);
		*ret = walk.packet;
	} else {
		count_rest(counters, &walk, err);
	}
	return err;
}

enum err decapsulate(struct decapsulation *decapsulation, const struct frame *frame,
        struct packet *ret)
{
	if (LIKELY(plain_segment(frame, ret))) {
		decapsulation->counters.segments++;
		return ERR_OK;
	}
	return decapsulate_slowly(decapsulation, frame, ret);
}

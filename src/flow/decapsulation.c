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

void decapsulation_finish(struct decapsulation *decapsulation)
{
	fragments_finish(decapsulation->fragments);
	decapsulation->counters.fragments_evicted =
		fragments_evicted(decapsulation->fragments);
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
#define TAG_LEN       4
#define PLAIN_MIN     40 /* of IP: an IPv4 and a TCP header without options, or IPv6's */

static inline unsigned load_u16(const uint8_t *at)
{
	return (unsigned)at[0] << 8 | at[1];
}

static inline uint32_t load_u32(const uint8_t *at)
{
	return (uint32_t)load_u16(at) << 16 | load_u16(at + 2);
}

/*
 * The short cut for what nearly every frame is: TCP or UDP in IP without options,
 * not a fragment, captured whole, on Ethernet with at most one tag. Here the fields
 * are loaded directly: one comparison a header proves that all of them are there, and
 * the reader's steps would cost ten times the rest. What is in any way unlike that
 * goes the long way; a test and a fuzz target hold the two together.
 */
struct plain {
	const uint8_t *addresses;
	unsigned protocol;
	bool is_ipv6;
	struct bytes inside; /* cut to IP's own length; at least the shorter header */
};

static inline bool plain_ip(struct bytes ip, unsigned ethertype, struct plain *ret)
{
	size_t header_len = 20;
	size_t total;

	if (ip.len < PLAIN_MIN)
		return false;
	total = load_u16(ip.at + 2);
	ret->addresses = ip.at + 12;
	ret->protocol = ip.at[9];
	ret->is_ipv6 = ethertype == 0x86dd;
	if (ret->is_ipv6) {
		if (ip.at[0] >> 4 != 6 || load_u16(ip.at + 4) == 0)
			return false;
		header_len = 40;
		total = 40 + load_u16(ip.at + 4);
		ret->addresses = ip.at + 8;
		ret->protocol = ip.at[6];
	} else if (ethertype != 0x0800 || ip.at[0] != 0x45 ||
		   (load_u16(ip.at + 6) & 0x3fff) != 0) {
		return false;
	}
	if (total < header_len || total > ip.len)
		return false;
	ret->inside = bytes_over(ip.at + header_len, total - header_len);
	return true;
}

static inline bool plain_tcp(struct bytes tcp, struct packet *ret)
{
	size_t header_len;

	if (tcp.len < 20)
		return false;
	header_len = (size_t)(tcp.at[12] >> 4) * 4;
	if (header_len < 20 || header_len > tcp.len)
		return false;
	ret->flags = tcp.at[13];
	ret->sequence = load_u32(tcp.at + 4);
	ret->acknowledged = load_u32(tcp.at + 8);
	ret->wire_len = (uint32_t)(tcp.len - header_len);
	ret->payload = bytes_over(tcp.at + header_len, ret->wire_len);
	return true;
}

static inline bool plain_udp(struct bytes udp, struct packet *ret)
{
	size_t len;

	if (udp.len < 8)
		return false;
	len = load_u16(udp.at + 4);
	if (len < 8 || len > udp.len ||
		tunnel_of_ports((uint16_t)load_u16(udp.at),
			(uint16_t)load_u16(udp.at + 2)) != NULL)
		return false;
	ret->flags = 0;
	ret->sequence = 0;
	ret->acknowledged = 0;
	ret->wire_len = (uint32_t)(len - 8);
	ret->payload = bytes_over(udp.at + 8, ret->wire_len);
	return true;
}

static inline bool plain_packet(const struct frame *frame, struct packet *ret)
{
	struct bytes ip = frame->bytes;
	struct plain plain;
	unsigned ethertype;

	if (frame->link_type != LINK_ETHERNET || ip.len < ETHERNET_LEN + TAG_LEN)
		return false;
	ethertype = load_u16(ip.at + 12);
	if (ethertype == 0x8100)
		ethertype = load_u16(ip.at + 16);
	ip = bytes_after(ip,
		load_u16(ip.at + 12) == 0x8100 ? ETHERNET_LEN + TAG_LEN : ETHERNET_LEN);
	if (!plain_ip(ip, ethertype, &plain))
		return false;
	if (!(plain.protocol == IP_PROTOCOL_TCP && plain_tcp(plain.inside, ret)) &&
		!(plain.protocol == IP_PROTOCOL_UDP && plain_udp(plain.inside, ret)))
		return false;
	ret->at = frame->at;
	ret->source = plain.is_ipv6 ? address_of_ipv6(plain.addresses)
				    : address_of_ipv4(plain.addresses);
	ret->destination = plain.is_ipv6 ? address_of_ipv6(plain.addresses + 16)
					 : address_of_ipv4(plain.addresses + 4);
	ret->source_port = (uint16_t)load_u16(plain.inside.at);
	ret->destination_port = (uint16_t)load_u16(plain.inside.at + 2);
	ret->protocol = (uint8_t)plain.protocol;
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
	if (err == ERR_MORE) /* another will count it */
		return;
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
	if (UNLIKELY(!plain_packet(frame, ret)))
		return decapsulate_slowly(decapsulation, frame, ret);
	if (ret->protocol == IP_PROTOCOL_TCP)
		decapsulation->counters.segments++;
	else
		decapsulation->counters.datagrams++;
	return ERR_OK;
}

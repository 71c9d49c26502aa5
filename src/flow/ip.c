#include "flow/walk.h"

#define IPV4_HEADER_MIN 20
#define TCP_HEADER_MIN  20
#define UDP_HEADER_LEN  8

#define IPV4_MORE_FRAGMENTS 0x2000 /* RFC 791, 3.1 */
#define IPV4_OFFSET_MASK    0x1fff

void walk_cut(struct walk *walk, size_t len)
{
	struct bytes rest;

	if (reader_fault(&walk->r) != ERR_OK)
		return;
	rest = reader_rest(&walk->r);
	walk->missing = len > rest.len ? (uint32_t)(len - rest.len) : 0;
	walk->r = reader_over(bytes_first(rest, len));
}

static enum err packet_end(struct walk *walk, uint8_t protocol)
{
	if (reader_fault(&walk->r) != ERR_OK)
		return reader_fault(&walk->r);
	walk->packet.protocol = protocol;
	walk->packet.payload = reader_rest(&walk->r);
	walk->packet.wire_len = (uint32_t)walk->packet.payload.len + walk->missing;
	return ERR_OK;
}

/* RFC 9293, 3.1. */
static enum err layer_tcp(struct walk *walk)
{
	struct reader *r = &walk->r;
	struct packet *packet = &walk->packet;
	size_t header_len;

	packet->source_port = reader_u16(r);
	packet->destination_port = reader_u16(r);
	packet->sequence = reader_u32(r);
	packet->acknowledged = reader_u32(r);
	header_len = (size_t)(reader_u8(r) >> 4) * 4;
	packet->flags = reader_u8(r);
	(void)reader_take(r, 6); /* window, checksum, urgent pointer */
	if (reader_fault(r) == ERR_OK && header_len < TCP_HEADER_MIN)
		return ERR_VALUE;
	(void)reader_take(r, header_len - TCP_HEADER_MIN);
	return packet_end(walk, IP_PROTOCOL_TCP);
}

/* A datagram to a tunnel's port is opened if all is well inside; else it may be
 * anything else that uses the port, and is handed out as it is. */
static enum err open_datagram(struct walk *walk, enum err (*tunnel)(struct walk *walk))
{
	struct walk inner = *walk;
	enum err err;

	inner.r = reader_over(walk->packet.payload);
	inner.tunnelled = true;
	inner.next = tunnel;
	err = walk_run(&inner);
	if (err != ERR_OK && err != ERR_LIMIT && err != ERR_MEMORY && !inner.held)
		return ERR_OK;
	*walk = inner;
	walk->next = NULL;
	return err;
}

/* RFC 768. A length of zero is a jumbogram's (RFC 2675, 4) or left to the network
 * card; one past the packet is not believed. */
static enum err layer_udp(struct walk *walk)
{
	struct reader *r = &walk->r;
	struct packet *packet = &walk->packet;
	enum err (*tunnel)(struct walk *);
	size_t len;
	enum err err;

	packet->flags = 0;
	packet->sequence = 0;
	packet->acknowledged = 0;
	packet->source_port = reader_u16(r);
	packet->destination_port = reader_u16(r);
	len = reader_u16(r);
	(void)reader_u16(r); /* checksum */
	if (len != 0 && len < UDP_HEADER_LEN && reader_fault(r) == ERR_OK)
		return ERR_VALUE;
	if (len != 0 && len - UDP_HEADER_LEN < reader_left(r) + walk->missing)
		walk_cut(walk, len - UDP_HEADER_LEN);
	err = packet_end(walk, IP_PROTOCOL_UDP);
	tunnel = tunnel_of_ports(packet->source_port, packet->destination_port);
	if (err != ERR_OK || tunnel == NULL)
		return err;
	return open_datagram(walk, tunnel);
}

static enum err layer_protocol(struct walk *walk);

static enum err layer_nested_ipv4(struct walk *walk)
{
	walk->tunnelled = true;
	return layer_ipv4(walk);
}

static enum err layer_nested_ipv6(struct walk *walk)
{
	walk->tunnelled = true;
	return layer_ipv6(walk);
}

static enum err layer_nested_mpls(struct walk *walk)
{
	walk->tunnelled = true;
	return layer_mpls(walk);
}

/* RFC 8200, 4.3, 4.4, 4.6; RFC 6275, 6.1; RFC 7401, 5.1; RFC 5533, 5.1: all begin with
 * the next header and their length in eights, the first eight not counted. */
static enum err layer_extension(struct walk *walk)
{
	walk->ip_protocol = reader_u8(&walk->r);
	(void)reader_take(&walk->r, 8 * (size_t)reader_u8(&walk->r) + 6);
	walk->next = layer_protocol;
	return ERR_OK;
}

/* RFC 4302, 2: its length is in fours, less two. */
static enum err layer_authentication(struct walk *walk)
{
	walk->ip_protocol = reader_u8(&walk->r);
	(void)reader_take(&walk->r, 4 * (size_t)reader_u8(&walk->r) + 6);
	walk->next = layer_protocol;
	return ERR_OK;
}

/* What is left of walk is a fragment's data; go on if it was the last one missing.
 * A fragment that was cut by the capture cannot be joined. */
static enum err join(struct walk *walk, struct fragment *fragment)
{
	struct bytes whole;
	enum err err;

	if (reader_fault(&walk->r) != ERR_OK || walk->missing > 0)
		return ERR_SHORT;
	fragment->at = walk->packet.at;
	fragment->source = walk->packet.source;
	fragment->destination = walk->packet.destination;
	fragment->bytes = reader_rest(&walk->r);
	err = fragments_take(walk->fragments, fragment, &whole, &walk->ip_protocol);
	walk->held = err == ERR_AGAIN || err == ERR_MORE;
	if (err != ERR_OK)
		return err;
	walk->joined = true;
	walk->r = reader_over(whole);
	walk->next = layer_protocol;
	return ERR_OK;
}

/* RFC 8200, 4.5. */
static enum err layer_fragment(struct walk *walk)
{
	struct fragment fragment = { .version = 6 };
	unsigned place;

	fragment.protocol = reader_u8(&walk->r);
	(void)reader_u8(&walk->r);
	place = reader_u16(&walk->r);
	fragment.offset = place & 0xfff8;
	fragment.more = place & 1;
	fragment.id = reader_u32(&walk->r);
	if (fragment.offset != 0 || fragment.more)
		return join(walk, &fragment);
	walk->ip_protocol = fragment.protocol; /* RFC 6946: stands alone */
	walk->next = layer_protocol;
	return ERR_OK;
}

/* What may follow an IP header; anything else is not ours. To add one: a line here
 * and a function. By IANA's protocol number. */
static const struct ip_layer {
	uint8_t protocol;
	enum err (*layer)(struct walk *walk);
} ip_layers[] = {
	{ 0, layer_extension }, /* hop-by-hop options */
	{ 4, layer_nested_ipv4 }, { IP_PROTOCOL_TCP, layer_tcp },
	{ IP_PROTOCOL_UDP, layer_udp }, { 41, layer_nested_ipv6 },
	{ 43, layer_extension }, /* routing */
	{ 44, layer_fragment }, { 47, layer_gre }, { 51, layer_authentication },
	{ 60, layer_extension },                              /* destination options */
	{ 135, layer_extension },                             /* mobility */
	{ 137, layer_nested_mpls }, { 139, layer_extension }, /* HIP */
	{ 140, layer_extension },                             /* Shim6 */
};

static enum err layer_protocol(struct walk *walk)
{
	for (size_t i = 0; i < COUNT_OF(ip_layers); i++)
		if (ip_layers[i].protocol == walk->ip_protocol)
			return ip_layers[i].layer(walk);
	return ERR_AGAIN;
}

/* RFC 791, 3.1. A total length of zero: the network card was to fill it in, when it
 * cut up what was captured before; all that is left belongs to it. */
enum err layer_ipv4(struct walk *walk)
{
	struct reader *r = &walk->r;
	uint8_t first = reader_u8(r);
	size_t header_len = (size_t)(first & 0x0f) * 4;
	struct fragment fragment = { .version = 4 };
	struct bytes addresses;
	size_t total;
	unsigned place;

	(void)reader_u8(r); /* type of service */
	total = reader_u16(r);
	fragment.id = reader_u16(r);
	place = reader_u16(r);
	(void)reader_u8(r); /* time to live */
	fragment.protocol = reader_u8(r);
	(void)reader_u16(r); /* checksum */
	addresses = reader_take(r, 8);
	if (reader_fault(r) != ERR_OK)
		return ERR_SHORT;
	if (first >> 4 != 4 || header_len < IPV4_HEADER_MIN ||
		(total != 0 && total < header_len))
		return ERR_VALUE;
	(void)reader_take(r, header_len - IPV4_HEADER_MIN);
	if (total != 0)
		walk_cut(walk, total - header_len);
	walk->packet.source = address_of_ipv4(addresses.at);
	walk->packet.destination = address_of_ipv4(addresses.at + 4);

	fragment.offset = (place & IPV4_OFFSET_MASK) * 8;
	fragment.more = place & IPV4_MORE_FRAGMENTS;
	if (fragment.offset != 0 || fragment.more)
		return join(walk, &fragment);
	walk->ip_protocol = fragment.protocol;
	walk->next = layer_protocol;
	return ERR_OK;
}

/* RFC 8200, 3. A payload length of zero: a jumbogram, or as in layer_ipv4(). */
enum err layer_ipv6(struct walk *walk)
{
	struct reader *r = &walk->r;
	uint32_t first = reader_u32(r);
	size_t len = reader_u16(r);
	struct bytes addresses;

	walk->ip_protocol = reader_u8(r);
	(void)reader_u8(r); /* hop limit */
	addresses = reader_take(r, 2 * ADDRESS_LEN);
	if (reader_fault(r) != ERR_OK)
		return ERR_SHORT;
	if (first >> 28 != 6)
		return ERR_VALUE;
	if (len != 0)
		walk_cut(walk, len);
	walk->packet.source = address_of_ipv6(addresses.at);
	walk->packet.destination = address_of_ipv6(addresses.at + ADDRESS_LEN);
	walk->next = layer_protocol;
	return ERR_OK;
}

enum err layer_ip(struct walk *walk)
{
	struct reader peek = walk->r;
	uint8_t version = reader_u8(&peek) >> 4;

	if (reader_fault(&peek) != ERR_OK)
		return ERR_SHORT;
	if (version == 4)
		return layer_ipv4(walk);
	return version == 6 ? layer_ipv6(walk) : ERR_VALUE;
}

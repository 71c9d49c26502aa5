#include "wrap.h"

#include "base/attr.h"

void wrap_begin(struct wrap *wrap, struct bytes payload)
{
	payload = bytes_first(payload, WRAP_PAYLOAD);
	wrap->at = WRAP_ROOM;
	wrap->end = WRAP_ROOM + payload.len;
	wrap->ipv6 = false;
	if (payload.len > 0)
		memcpy(wrap->room + WRAP_ROOM, payload.at, payload.len);
}

static uint8_t *front(struct wrap *wrap, size_t len)
{
	wrap->at -= len;
	memset(wrap->room + wrap->at, 0, len);
	return wrap->room + wrap->at;
}

static size_t length(const struct wrap *wrap)
{
	return wrap->end - wrap->at;
}

static void put16(uint8_t *at, size_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
	put16(at, value >> 16);
	put16(at + 2, value);
}

static void put_udp(struct wrap *wrap, uint16_t source, uint16_t destination)
{
	size_t len = length(wrap) + 8;
	uint8_t *at = front(wrap, 8);

	put16(at, source);
	put16(at + 2, destination);
	put16(at + 4, len);
}

void wrap_transport(struct wrap *wrap, const struct packet *packet)
{
	uint8_t *at;

	if (packet->protocol == IP_PROTOCOL_UDP) {
		put_udp(wrap, packet->source_port, packet->destination_port);
		return;
	}
	at = front(wrap, 20);
	put16(at, packet->source_port);
	put16(at + 2, packet->destination_port);
	put32(at + 4, packet->sequence);
	put32(at + 8, packet->acknowledged);
	at[12] = 5 << 4;
	at[13] = packet->flags;
	put16(at + 14, 65535);
}

static void put_ipv4(struct wrap *wrap, uint8_t protocol, const uint8_t *source,
	const uint8_t *destination)
{
	size_t len = length(wrap) + 20;
	uint8_t *at = front(wrap, 20);

	at[0] = 0x45;
	put16(at + 2, len);
	at[8] = 64;
	at[9] = protocol;
	memcpy(at + 12, source, 4);
	memcpy(at + 16, destination, 4);
	wrap->ipv6 = false;
}

static void put_ipv6(struct wrap *wrap, uint8_t protocol, const uint8_t *source,
	const uint8_t *destination)
{
	size_t len = length(wrap);
	uint8_t *at = front(wrap, 40);

	at[0] = 0x60;
	put16(at + 4, len);
	at[6] = protocol;
	at[7] = 64;
	memcpy(at + 8, source, 16);
	memcpy(at + 24, destination, 16);
	wrap->ipv6 = true;
}

void wrap_ip(struct wrap *wrap, const struct packet *packet)
{
	if (address_is_ipv4(&packet->source) && address_is_ipv4(&packet->destination))
		put_ipv4(wrap, packet->protocol, packet->source.bytes + 12,
			packet->destination.bytes + 12);
	else
		put_ipv6(wrap, packet->protocol, packet->source.bytes,
			packet->destination.bytes);
}

/* The ends of a tunnel, in either family. */
static void put_outer(struct wrap *wrap, uint8_t protocol, struct chance *chance)
{
	static const uint8_t ends[2][16] = {
		{ 0x20, 0x01, 0x0d, 0xb8, [15] = 1 },
		{ 0x20, 0x01, 0x0d, 0xb8, [15] = 2 },
	};

	if (chance_once_in(chance, 4))
		put_ipv6(wrap, protocol, ends[0], ends[1]);
	else
		put_ipv4(wrap, protocol, ends[0], ends[1]);
}

static uint16_t ethertype_of(const struct wrap *wrap)
{
	return wrap->ipv6 ? 0x86dd : 0x0800;
}

static void put_tag(struct wrap *wrap, uint16_t *ethertype, uint16_t tag)
{
	uint8_t *at = front(wrap, 4);

	put16(at, 7);
	put16(at + 2, *ethertype);
	*ethertype = tag;
}

static void put_ppp(struct wrap *wrap, bool framed)
{
	put16(front(wrap, 2), wrap->ipv6 ? 0x0057 : 0x0021);
	if (framed)
		put16(front(wrap, 2), 0xff03);
}

static void put_pppoe(struct wrap *wrap)
{
	size_t len;
	uint8_t *at;

	put_ppp(wrap, false);
	len = length(wrap);
	at = front(wrap, 6);
	put16(at, 0x1100);
	put16(at + 4, len);
}

static void put_mpls(struct wrap *wrap, uint32_t depth)
{
	for (uint32_t i = 0; i <= depth; i++)
		put32(front(wrap, 4), 0x00010040 | (i == 0 ? 0x100 : 0));
}

static void put_addresses(struct wrap *wrap, uint16_t ethertype)
{
	put16(front(wrap, 2), ethertype);
	memcpy(front(wrap, 12), "\2\0\0\0\0\1\2\0\0\0\0\2", 12);
}

void wrap_ethernet(struct wrap *wrap)
{
	put_addresses(wrap, ethertype_of(wrap));
}

static void put_ethernet(struct wrap *wrap, struct chance *chance)
{
	uint16_t ethertype = ethertype_of(wrap);

	switch (chance_below(chance, 16)) {
	case 0:
		put_tag(wrap, &ethertype, 0x8100);
		break;
	case 1:
		put_tag(wrap, &ethertype, 0x8100);
		put_tag(wrap, &ethertype, 0x88a8);
		break;
	case 2:
		put_mpls(wrap, chance_below(chance, 3));
		ethertype = 0x8847;
		break;
	case 3:
		put_pppoe(wrap);
		ethertype = 0x8864;
		break;
	case 4: /* 802.2 with SNAP, behind a length */
		put16(front(wrap, 2), ethertype);
		memcpy(front(wrap, 6), "\xaa\xaa\x03\0\0", 6);
		ethertype = (uint16_t)(length(wrap) < 1500 ? length(wrap) : 1500);
		break;
	default:
		break;
	}
	put_addresses(wrap, ethertype);
}

static void put_gre(struct wrap *wrap, uint16_t flags, uint16_t ethertype)
{
	uint8_t *at;

	for (unsigned bit = 0; bit < 4; bit++)
		if ((0xb000 & flags) >> (12 + bit) & 1)
			put32(front(wrap, 4), 9);
	at = front(wrap, 4);
	put16(at, flags);
	put16(at + 2, ethertype);
}

static void put_erspan(struct wrap *wrap, unsigned version, struct chance *chance)
{
	put_ethernet(wrap, chance);
	if (version == 2)
		(void)front(wrap, 8);
	if (version == 3)
		(void)front(wrap, 12);
	put_gre(wrap, version == 1 ? 0 : 0x1000, version == 3 ? 0x22eb : 0x88be);
	put_outer(wrap, 47, chance);
}

static void put_pptp(struct wrap *wrap, struct chance *chance)
{
	size_t len;
	uint8_t *at;

	put_ppp(wrap, true);
	len = length(wrap);
	at = front(wrap, 12);
	put16(at, 0x3001);
	put16(at + 2, 0x880b);
	put16(at + 4, len);
	put_outer(wrap, 47, chance);
}

static void put_vxlan(struct wrap *wrap, uint16_t port, struct chance *chance)
{
	uint8_t *at;

	put_ethernet(wrap, chance);
	at = front(wrap, 8);
	at[0] = 0x0c;
	at[3] = port == 4790 ? 3 : 0;
	put_udp(wrap, 50000, port);
	put_outer(wrap, 17, chance);
}

static void put_geneve(struct wrap *wrap, struct chance *chance)
{
	uint32_t options = chance_below(chance, 8);
	uint8_t *at;

	put_ethernet(wrap, chance);
	(void)front(wrap, 4 * (size_t)options);
	at = front(wrap, 8);
	at[0] = (uint8_t)options;
	put16(at + 2, 0x6558);
	put_udp(wrap, 50000, 6081);
	put_outer(wrap, 17, chance);
}

static void put_gtp(struct wrap *wrap, struct chance *chance)
{
	size_t len = length(wrap);
	uint8_t *at = front(wrap, 8);

	at[0] = 0x30;
	at[1] = 255;
	put16(at + 2, len);
	put_udp(wrap, 2152, 2152);
	put_outer(wrap, 17, chance);
}

static void put_ip_in_ip(struct wrap *wrap, struct chance *chance)
{
	put_outer(wrap, wrap->ipv6 ? 41 : 4, chance);
}

/* A datagram of its own where the packet is IPv6, else the nearest kin. */
static void put_teredo(struct wrap *wrap, struct chance *chance)
{
	if (!wrap->ipv6) {
		put_ip_in_ip(wrap, chance);
		return;
	}
	put_udp(wrap, 3544, 50000);
	put_outer(wrap, 17, chance);
}

static void put_tunnel(struct wrap *wrap, struct chance *chance)
{
	static const uint16_t vxlan_ports[] = { 4789, 4790, 8472 };
	uint32_t kind = chance_below(chance, 9);

	if (kind < 3)
		put_erspan(wrap, kind + 1, chance);
	else if (kind == 3)
		put_vxlan(wrap, vxlan_ports[chance_below(chance, 3)], chance);
	else if (kind == 4)
		put_geneve(wrap, chance);
	else if (kind == 5)
		put_gtp(wrap, chance);
	else if (kind == 6)
		put_teredo(wrap, chance);
	else if (kind == 7)
		put_pptp(wrap, chance);
	else
		put_ip_in_ip(wrap, chance);
}

void wrap_tunnels(struct wrap *wrap, struct chance *chance)
{
	for (unsigned depth = 0; depth < 12 && chance_once_in(chance, 3); depth++)
		put_tunnel(wrap, chance);
	if (chance_once_in(chance, 8)) {
		put_gre(wrap, (uint16_t)(chance_next(chance) & 0xb000),
			ethertype_of(wrap));
		put_outer(wrap, 47, chance);
	}
}

const uint16_t wrap_links[] = { 0, 1, 9, 12, 14, 50, 51, 101, 104, 108, 113, 228, 229,
	239, 276, 147 /* for users: nobody's */ };
const size_t wrap_link_count = COUNT_OF(wrap_links);

static void put_nflog(struct wrap *wrap)
{
	size_t len = length(wrap) + 4;
	uint8_t *at = front(wrap, 8);

	at[4] = (uint8_t)len;
	at[5] = (uint8_t)(len >> 8);
	at[6] = 9;
}

void wrap_link(struct wrap *wrap, size_t link, struct chance *chance)
{
	switch (wrap_links[link]) {
	case 0:
		front(wrap, 4)[0] = wrap->ipv6 ? 30 : 2;
		break;
	case 1:
		put_ethernet(wrap, chance);
		break;
	case 9:
	case 50:
		put_ppp(wrap, wrap_links[link] == 50);
		break;
	case 51:
		put_pppoe(wrap);
		break;
	case 104:
		put32(front(wrap, 4), 0x0f000000U | ethertype_of(wrap));
		break;
	case 108:
		put32(front(wrap, 4), wrap->ipv6 ? 24 : 2);
		break;
	case 113:
		put16(front(wrap, 16) + 14, ethertype_of(wrap));
		break;
	case 239:
		put_nflog(wrap);
		break;
	case 276:
		put16(front(wrap, 20), ethertype_of(wrap));
		break;
	default: /* raw IP */
		break;
	}
}

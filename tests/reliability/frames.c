/*
 * frames - writes a capture (pcapng) of a wished kind to standard output.
 *
 *   frames hello|syn|udp COUNT SEED CAPTURE...   half-open: COUNT connections, each
 *       from an address and port of its own; nobody answers. udp: QUIC and DTLS
 *   frames gap COUNT ...    the same over TCP, with the end of the hello missing and as
 *       much as a segment holds behind the gap
 *   frames form COUNT ...   the same over TCP, each hello of a long form of its own
 *   frames again COUNT SEED CAPTURE...   the connections of the captures, COUNT packets
 *       or more, whenever they begin anew between other addresses
 *   frames replay COUNT ...  the same in Ethernet, as a plain pcap, for tcpreplay
 *   frames spoilt BYTES SEED CAPTURE...  the same under every link type and in every
 *       tunnel, mutated; and mutated frames of the captures, and random bytes
 *
 * What was written is told on standard error.
 */
#include <stdio.h>
#include <stdlib.h>

#include "chance.h"
#include "loaded.h"
#include "wrap.h"

#define BEGINS   1700000000000000ULL /* microseconds since 1970, 800 s into an hour */
#define SNAPLEN  262144
#define ETHERNET 1 /* of wrap_links[] */

static struct {
	struct loaded loaded;
	struct chance chance;
	struct wrap wrap;
	uint64_t now; /* microseconds */
	uint64_t frames;
	uint64_t bytes;
	bool pcap; /* and Ethernet */
} all;

static void put(const void *bytes, size_t len)
{
	if (fwrite(bytes, 1, len, stdout) != len)
		exit(3); /* the reader has gone */
	all.bytes += len;
}

static void put_u32(uint32_t value)
{
	put(&value, sizeof value);
}

/* draft-ietf-opsawg-pcapng, 4.1 and 4.2: in this machine's byte order. */
static void put_header(void)
{
	static const uint32_t plain[] = { 0xa1b2c3d4, 0x00040002, 0, 0, SNAPLEN, 1 };

	static const uint32_t section[] = { 0x0a0d0d0a, 28, 0x1a2b3c4d, 1, 0xffffffff,
		0xffffffff, 28 };

	if (all.pcap) {
		put(plain, sizeof plain);
		return;
	}
	put(section, sizeof section);
	for (size_t i = 0; i < wrap_link_count; i++) {
		put_u32(1);
		put_u32(20);
		put_u32(wrap_links[i]);
		put_u32(SNAPLEN);
		put_u32(20);
	}
}

/* Section 4.3: an enhanced packet block. */
static void put_frame(size_t interface, struct bytes frame, size_t wire_len)
{
	static const uint8_t padding[4];
	size_t padded = (frame.len + 3) / 4 * 4;
	uint32_t block = (uint32_t)padded + 32;

	put_u32(6);
	put_u32(block);
	put_u32((uint32_t)interface);
	put_u32((uint32_t)(all.now >> 32));
	put_u32((uint32_t)all.now);
	put_u32((uint32_t)frame.len);
	put_u32((uint32_t)wire_len);
	put(frame.at, frame.len);
	put(padding, padded - frame.len);
	put_u32(block);
	all.frames++;
}

static void put_pcap_frame(struct bytes frame)
{
	put_u32((uint32_t)(all.now / 1000000));
	put_u32((uint32_t)(all.now % 1000000));
	put_u32((uint32_t)frame.len);
	put_u32((uint32_t)frame.len);
	put(frame.at, frame.len);
	all.frames++;
}

static struct bytes wrapped(void)
{
	return bytes_over(all.wrap.room + all.wrap.at, all.wrap.end - all.wrap.at);
}

static void put_plain(const struct packet *packet)
{
	wrap_begin(&all.wrap, packet->payload);
	wrap_transport(&all.wrap, packet);
	wrap_ip(&all.wrap, packet);
	if (all.pcap) {
		wrap_ethernet(&all.wrap);
		put_pcap_frame(wrapped());
	} else {
		wrap_link(&all.wrap, 3, &all.chance);
		put_frame(3, wrapped(), wrapped().len);
	}
	all.now += 5;
}

static bool is_hello(const struct packet *packet)
{
	struct bytes p = packet->payload;

	if (p.len < 64)
		return false;
	if (packet->protocol == IP_PROTOCOL_TCP)
		return p.at[0] == 22 && p.at[1] == 3 && p.at[5] == 1 &&
		       (size_t)(p.at[3] << 8 | p.at[4]) + 5 <= p.len;
	return (p.at[0] == 22 && p.at[1] == 254 && p.at[13] == 1) ||
	       ((p.at[0] & 0xf0) == 0xc0 && p.len >= 1200);
}

/* The next hello of the captures over this protocol. */
static const struct packet *next_hello(size_t *at, uint8_t protocol)
{
	for (size_t i = 0; i < all.loaded.count; i++) {
		const struct loaded_frame *one =
			&all.loaded.frames[++*at % all.loaded.count];

		if (one->opened && one->packet.protocol == protocol &&
			is_hello(&one->packet))
			return &one->packet;
	}
	fputs("frames: no such hello in the captures\n", stderr);
	exit(2);
}

/* What begins behind a gap of a few bytes after the hello's start. */
static void put_gap(struct packet *packet)
{
	uint32_t begins = packet->sequence;
	static const uint8_t filling[16000];

	packet->payload.len = 32;
	put_plain(packet);
	packet->payload = bytes_over(filling, sizeof filling);
	for (uint32_t i = 0; i < 2; i++) {
		packet->sequence = begins + 40 + i * 20000;
		put_plain(packet);
	}
}

/* A hello with an extension that nobody knows, of a number's own content. */
static struct bytes long_form(uint32_t number)
{
	enum {
		EXTENSION_LEN = 2000,
		HELLO_LEN = 2 + 32 + 1 + 4 + 2 + 2 + 4 + EXTENSION_LEN
	};
	static uint8_t hello[9 + HELLO_LEN] = {
		22,
		3,
		1,
		(HELLO_LEN + 4) >> 8,
		(HELLO_LEN + 4) & 255, /* record */
		1,
		0,
		HELLO_LEN >> 8,
		HELLO_LEN & 255, /* ClientHello */
		3,
		3,
		[9 + 34] = 0, /* session id */
		0,
		2,
		0x13,
		1, /* cipher suites */
		1,
		0, /* compression */
		(EXTENSION_LEN + 4) >> 8,
		(EXTENSION_LEN + 4) & 255,
		0,
		10, /* groups: they decide, so they are kept */
		EXTENSION_LEN >> 8,
		EXTENSION_LEN & 255,
		(EXTENSION_LEN - 2) >> 8,
		(EXTENSION_LEN - 2) & 255,
	};

	for (unsigned i = 0; i < 4; i++)
		hello[sizeof hello - 1 - i] = (uint8_t)(number >> (8 * i));
	return bytes_over(hello, sizeof hello);
}

/* How a connection of a flood goes on after its SYN. */
enum flood {
	FLOOD_HELLO,
	FLOOD_SYN,
	FLOOD_GAP,
	FLOOD_FORM,
};

/* A million clients: 10.0.0.0/8 has sixteen. */
static void open_half(uint32_t number, const struct packet *hello, enum flood kind)
{
	const uint8_t client[4] = { 10, (uint8_t)(number >> 16), (uint8_t)(number >> 8),
		(uint8_t)number };
	const uint8_t server[4] = { 192, 0, 2, (uint8_t)(number % 200) };
	struct packet packet = *hello;

	packet.source = address_of_ipv4(client);
	packet.destination = address_of_ipv4(server);
	packet.source_port = (uint16_t)(1024 + number % 60000);
	packet.destination_port = 443;
	packet.sequence = number;
	if (hello->protocol == IP_PROTOCOL_TCP) {
		packet.flags = TCP_SYN;
		packet.payload.len = 0;
		put_plain(&packet);
		packet.flags = TCP_ACK | TCP_PSH;
		packet.sequence++;
		packet.payload = hello->payload;
	}
	if (kind == FLOOD_FORM)
		packet.payload = long_form(number);
	if (kind == FLOOD_GAP)
		put_gap(&packet);
	else if (kind != FLOOD_SYN)
		put_plain(&packet);
}

static void flood(uint64_t count, uint8_t protocol, enum flood kind)
{
	size_t at = 0;

	for (uint64_t i = 0; i < count; i++)
		open_half((uint32_t)i, next_hello(&at, protocol), kind);
}

/* An address of another pass over the captures. */
static void move_address(struct address *address, uint32_t pass)
{
	uint32_t by = pass * 0x9e3779b1U;

	for (unsigned i = 0; i < 4; i++)
		address->bytes[12 + i] ^= (uint8_t)(by >> (8 * i));
}

static bool next_packet(size_t *at, uint32_t *pass, struct packet *ret)
{
	const struct loaded_frame *one = &all.loaded.frames[*at];

	if (++*at == all.loaded.count) {
		*at = 0;
		++*pass;
	}
	*ret = one->packet;
	move_address(&ret->source, *pass);
	move_address(&ret->destination, *pass);
	return one->opened;
}

static void again(uint64_t count)
{
	struct packet packet;
	uint32_t pass = 1;
	size_t at = 0;

	while (all.frames < count)
		if (next_packet(&at, &pass, &packet))
			put_plain(&packet);
}

static void mutate_once(uint8_t *bytes, size_t len)
{
	struct chance *chance = &all.chance;
	size_t most = chance_once_in(chance, 2) && len > 96 ? 96 : len;
	uint8_t *at = bytes + chance_below(chance, (uint32_t)most);

	switch (chance_below(chance, 5)) {
	case 0:
		*at ^= (uint8_t)(1U << chance_below(chance, 8));
		break;
	case 1:
		*at = (uint8_t)chance_next(chance);
		break;
	case 2:
		*at = chance_once_in(chance, 2) ? 0 : 255;
		break;
	case 3:
		*at = (uint8_t)(*at + chance_below(chance, 9) - 4);
		break;
	default: {
		size_t piece = chance_below(chance, 16) + 1;
		size_t from = chance_below(chance, (uint32_t)len);

		for (size_t i = 0; i < piece && from + i < len && at + i < bytes + len;
			i++)
			at[i] = bytes[from + i];
	}
	}
}

static void mutate_wrapped(void)
{
	uint32_t times = 1 + chance_below(&all.chance, 4);
	size_t len = all.wrap.end - all.wrap.at;

	for (uint32_t i = 0; i < times && len > 0; i++)
		mutate_once(all.wrap.room + all.wrap.at, len);
	if (len > 0 && chance_once_in(&all.chance, 4))
		all.wrap.end = all.wrap.at + chance_below(&all.chance, (uint32_t)len);
}

static void randomize(size_t len)
{
	all.wrap.at = WRAP_ROOM;
	all.wrap.end = WRAP_ROOM + len;
	for (size_t i = 0; i < len; i += 8) {
		uint64_t value = chance_next(&all.chance);

		memcpy(all.wrap.room + WRAP_ROOM + i, &value, sizeof value);
	}
}

static size_t link_of(uint32_t link_type)
{
	for (size_t i = 0; i < wrap_link_count; i++)
		if (wrap_links[i] == link_type)
			return i;
	return ETHERNET;
}

/* A frame of the captures as it was, mutated. */
static size_t spoil_frame(void)
{
	const struct loaded_frame *one =
		&all.loaded.frames[chance_below(&all.chance, (uint32_t)all.loaded.count)];

	wrap_begin(&all.wrap, one->frame.bytes);
	mutate_wrapped();
	return link_of(one->frame.link_type);
}

/* Random bytes: in place of a frame, or behind a sound header of some kind. */
static size_t spoil_all(size_t link)
{
	randomize(chance_below(&all.chance, 1600));
	all.wrap.ipv6 = chance_once_in(&all.chance, 2);
	if (chance_once_in(&all.chance, 2))
		wrap_tunnels(&all.wrap, &all.chance);
	if (chance_once_in(&all.chance, 2))
		wrap_link(&all.wrap, link, &all.chance);
	return link;
}

/* The packet whole, or sound up to IP, TCP or UDP, in tunnels, in any link. */
static void spoil_packet(const struct packet *packet, size_t link)
{
	uint32_t kind = chance_below(&all.chance, 12);

	wrap_begin(&all.wrap, packet->payload);
	if (kind < 3)
		mutate_wrapped();
	wrap_transport(&all.wrap, packet);
	if (kind == 3)
		mutate_wrapped();
	wrap_ip(&all.wrap, packet);
	if (kind == 4)
		mutate_wrapped();
	wrap_tunnels(&all.wrap, &all.chance);
	wrap_link(&all.wrap, link, &all.chance);
	if (kind == 5)
		mutate_wrapped();
}

static void spoilt(uint64_t bytes)
{
	struct packet packet;
	uint32_t pass = 1;
	size_t at = 0;

	while (all.bytes < bytes) {
		size_t link = chance_below(&all.chance, (uint32_t)wrap_link_count);
		uint32_t kind = chance_below(&all.chance, 16);

		if (kind == 0)
			link = spoil_frame();
		else if (kind == 1)
			link = spoil_all(link);
		else if (next_packet(&at, &pass, &packet))
			spoil_packet(&packet, link);
		else
			continue;
		put_frame(link, wrapped(),
			wrapped().len + (chance_once_in(&all.chance, 64) ? 100 : 0));
		all.now += chance_once_in(&all.chance, 1000000)
				   ? chance_next(&all.chance) >> 20
				   : chance_below(&all.chance, 200);
	}
}

static int run(const char *kind, uint64_t count)
{
	all.pcap = strcmp(kind, "replay") == 0;
	put_header();
	if (strcmp(kind, "hello") == 0)
		flood(count, IP_PROTOCOL_TCP, FLOOD_HELLO);
	else if (strcmp(kind, "syn") == 0)
		flood(count, IP_PROTOCOL_TCP, FLOOD_SYN);
	else if (strcmp(kind, "gap") == 0)
		flood(count, IP_PROTOCOL_TCP, FLOOD_GAP);
	else if (strcmp(kind, "form") == 0)
		flood(count, IP_PROTOCOL_TCP, FLOOD_FORM);
	else if (strcmp(kind, "udp") == 0)
		flood(count, IP_PROTOCOL_UDP, FLOOD_HELLO);
	else if (strcmp(kind, "again") == 0 || all.pcap)
		again(count);
	else if (strcmp(kind, "spoilt") == 0)
		spoilt(count);
	else
		return 2;
	return fflush(stdout) == 0 ? 0 : 3;
}

int main(int argc, char *argv[])
{
	int code;

	if (argc < 5) {
		fputs("usage: frames hello|syn|gap|form|udp|again|replay|spoilt COUNT "
		      "SEED CAPTURE...\n",
			stderr);
		return 2;
	}
	for (int i = 4; i < argc; i++)
		loaded_add(&all.loaded, argv[i]);
	if (all.loaded.count == 0) {
		fputs("frames: no captures to make frames of\n", stderr);
		return 2;
	}
	all.chance.state = strtoull(argv[3], NULL, 10) * 2 + 1;
	all.now = BEGINS;
	code = run(argv[1], strtoull(argv[2], NULL, 10));
	fprintf(stderr, "frames: %llu frames, %llu bytes\n",
		(unsigned long long)all.frames, (unsigned long long)all.bytes);
	return code;
}

#include "source.h"

#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "flow/capture_format.h"

#define LINK_ETHERNET 1
#define FILE_MAX      (64UL << 20) /* sources are small; a large one is no source */

void *must(void *memory)
{
	if (memory == NULL) {
		fputs("big-captures: out of memory\n", stderr);
		exit(3);
	}
	return memory;
}

uint64_t random_next(uint64_t *state)
{
	uint64_t z = (*state += 0x9E3779B97F4A7C15ULL);

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
	return z ^ (z >> 31);
}

static unsigned get16(const uint8_t *p)
{
	return (unsigned)(p[0] << 8 | p[1]);
}

struct source *source_new(const char *name)
{
	struct source *source = must(calloc(1, sizeof *source));

	source->name = must(strdup(name));
	return source;
}

void source_free(struct source *source)
{
	if (source == NULL)
		return;
	for (size_t i = 0; i < source->count; i++)
		free(source->packets[i].bytes);
	free(source->packets);
	free(source->addresses);
	free(source->name);
	free(source);
}

static uint32_t address_number(struct source *source, const uint8_t *address, size_t len)
{
	uint8_t key[17] = { (uint8_t)len };

	memcpy(key + 1, address, len);
	for (uint32_t i = 0; i < source->address_count; i++)
		if (memcmp(source->addresses[i], key, sizeof key) == 0)
			return i;
	if (source->address_count == source->address_room) {
		source->address_room = source->address_room * 2 + 8;
		source->addresses = must(
			realloc(source->addresses, source->address_room * sizeof key));
	}
	memcpy(source->addresses[source->address_count], key, sizeof key);
	return source->address_count++;
}

static bool is_tunnel_port(unsigned port)
{
	switch (port) {
	case 1701: /* L2TP */
	case 2152: /* GTP-U */
	case 3544: /* Teredo */
	case 4789: /* VXLAN */
	case 5247: /* CAPWAP */
	case 6081: /* GENEVE */
		return true;
	default:
		return false;
	}
}

static bool is_tunnel_protocol(unsigned protocol)
{
	return protocol == 4 || protocol == 41 || protocol == 47 || protocol == 115;
}

/* TLS, SSL 2.0-compatible, DTLS or QUIC Initial, by the first bytes: good enough to
 * count with, never to judge by. */
static bool looks_like_hello(const struct source_packet *packet)
{
	const uint8_t *p = packet->bytes + packet->payload;
	size_t len = packet->len - packet->payload;

	if (len < 16)
		return false;
	if (packet->protocol == 17)
		return (p[0] == 0x16 && p[1] == 0xfe && p[13] == 1) ||
		       ((p[0] & 0xc0) == 0xc0 && len >= 1200);
	if (p[0] == 0x16 && p[1] == 3 && p[5] == 1)
		return true;
	return (p[0] & 0x80) != 0 && (get16(p) & 0x7fff) + 2 == len && p[2] == 1 &&
	       (get16(p + 3) == 2 || p[3] == 3);
}

static void find_payload(struct source *source, struct source_packet *packet)
{
	const uint8_t *transport = packet->bytes + packet->transport;
	size_t left = packet->len - packet->transport;
	size_t header;

	if (packet->protocol == 17 && left >= 8) {
		header = 8;
		if (is_tunnel_port(get16(transport + 2)))
			source->tunnelled = true;
	} else if (packet->protocol == 6 && left >= 20) {
		header = (size_t)(transport[12] >> 4) * 4;
	} else {
		return;
	}
	if (header < 8 || header > left)
		return;
	packet->payload = (uint16_t)(packet->transport + header);
	packet->hello = looks_like_hello(packet);
	source->hellos += packet->hello;
}

static void find_addresses(struct source *source, struct source_packet *packet)
{
	const uint8_t *ip = packet->bytes + packet->ip;
	size_t left = packet->len - packet->ip;
	size_t header;

	if (left >= 20 && ip[0] >> 4 == 4) {
		packet->from = address_number(source, ip + 12, 4);
		packet->to = address_number(source, ip + 16, 4);
		packet->protocol = ip[9];
		packet->version = 4;
		header = (size_t)(ip[0] & 15) * 4;
		if ((get16(ip + 6) & 0x1fff) != 0)
			return; /* a later fragment has no ports */
	} else if (left >= 40 && ip[0] >> 4 == 6) {
		packet->from = address_number(source, ip + 8, 16);
		packet->to = address_number(source, ip + 24, 16);
		packet->protocol = ip[6];
		packet->version = 6;
		header = 40;
	} else {
		packet->ip = 0;
		return;
	}
	if (is_tunnel_protocol(packet->protocol))
		source->tunnelled = true;
	if (header > left)
		return;
	packet->transport = (uint16_t)(packet->ip + header);
	find_payload(source, packet);
}

/* Where the IP header begins, behind VLAN tags; 0 if this is not IP. */
static uint16_t find_ip(struct source *source, const uint8_t *frame, size_t len)
{
	size_t at = 12;

	while (at + 4 <= len) {
		switch (get16(frame + at)) {
		case 0x8100:
		case 0x88a8:
		case 0x9100:
			at += 4;
			continue;
		case 0x0800:
		case 0x86dd:
			return (uint16_t)(at + 2);
		case 0x8847: /* MPLS */
		case 0x8864: /* PPPoE */
		case 0x8909: /* Cisco's group tag */
			source->tunnelled = true;
			return 0;
		default:
			return 0;
		}
	}
	return 0;
}

void source_append(struct source *source, uint64_t at, const uint8_t *frame, size_t len,
	uint32_t wire_len)
{
	struct source_packet packet = { .len = (uint32_t)len, .wire_len = wire_len };

	if (source->count == source->room) {
		source->room = source->room * 2 + 64;
		source->packets =
			must(realloc(source->packets, source->room * sizeof packet));
	}
	if (source->count > 0) {
		uint64_t gap = at > source->last ? at - source->last : 0;

		packet.at = source->packets[source->count - 1].at +
			    (gap > SOURCE_GAP_MAX ? SOURCE_GAP_MAX : gap);
	}
	source->last = at;
	packet.bytes = must(malloc(len));
	memcpy(packet.bytes, frame, len);
	packet.ip = find_ip(source, frame, len);
	if (packet.ip != 0)
		find_addresses(source, &packet);
	source->packets[source->count++] = packet;
	source->size += 16 + len;
}

/* How many bytes stand before the IP header; -1 for links that are not taken. */
static int link_header(uint32_t link_type)
{
	switch (link_type) {
	case 0:   /* BSD loopback */
	case 108: /* OpenBSD loopback */
		return 4;
	case 101: /* raw IP */
	case 228:
	case 229:
		return 0;
	case 113: /* Linux cooked */
		return 16;
	case 276: /* Linux cooked v2 */
		return 20;
	default:
		return -1;
	}
}

/* The frame without its own link header, behind an Ethernet one. */
static void append_converted(
	struct source *source, const struct frame *frame, size_t skip)
{
	static const uint8_t ipv4[14] = { [0] = 2, [5] = 1, [6] = 2, [11] = 2, [12] = 8 };
	size_t len = frame->bytes.len - skip;
	uint8_t *ethernet = must(malloc(len + sizeof ipv4));

	memcpy(ethernet, ipv4, sizeof ipv4);
	memcpy(ethernet + sizeof ipv4, frame->bytes.at + skip, len);
	if (ethernet[sizeof ipv4] >> 4 == 6) {
		ethernet[12] = 0x86;
		ethernet[13] = 0xdd;
	}
	source_append(source, (uint64_t)frame->at, ethernet, len + sizeof ipv4,
		frame->wire_len - (uint32_t)skip + (uint32_t)sizeof ipv4);
	free(ethernet);
}

static bool append_frame(struct source *source, const struct frame *frame)
{
	int skip = link_header(frame->link_type);

	if (frame->link_type == LINK_ETHERNET) {
		if (frame->bytes.len >= 14)
			source_append(source, (uint64_t)frame->at, frame->bytes.at,
				frame->bytes.len, frame->wire_len);
		return true;
	}
	if (skip < 0)
		return false;
	if (frame->bytes.len > (size_t)skip)
		append_converted(source, frame, (size_t)skip);
	return true;
}

static const char *read_frames(struct source *source, struct bytes file)
{
	struct capture_decoder *decoder = must(capture_decoder_new());
	const char *fault = NULL;
	struct frame frame;

	while (fault == NULL && capture_next(decoder, &file, &frame) == ERR_OK)
		if (!append_frame(source, &frame))
			fault = "link type";
	capture_decoder_free(decoder);
	if (fault == NULL && source->tunnelled)
		fault = "tunnels inside";
	if (fault == NULL && source->count == 0)
		fault = "no frames";
	return fault;
}

void sources_add(struct sources *sources, struct source *source)
{
	if (sources->count == sources->room) {
		sources->room = sources->room * 2 + 64;
		sources->all =
			must(realloc(sources->all, sources->room * sizeof *sources->all));
	}
	sources->all[sources->count++] = source;
}

static void load_file(struct sources *sources, const char *path, size_t size)
{
	uint8_t *bytes = must(malloc(size));
	FILE *file = fopen(path, "rb");
	struct bytes whole = { .at = bytes, .len = 0 };

	if (file != NULL) {
		whole.len = fread(bytes, 1, size, file);
		fclose(file);
	}
	if (capture_check(whole) == ERR_OK) {
		struct source *source = source_new(path);
		const char *fault = read_frames(source, whole);

		if (fault == NULL) {
			sources_add(sources, source);
		} else {
			fprintf(stderr, "skipped (%s): %s\n", fault, path);
			source_free(source);
		}
	}
	free(bytes);
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

void sources_load(struct sources *sources, const char *path)
{
	char *roots[] = { must(strdup(path)), NULL };
	FTS *tree = must(fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name));
	FTSENT *entry;

	while ((entry = fts_read(tree)) != NULL)
		if (entry->fts_info == FTS_F && entry->fts_statp->st_size > 24 &&
			(size_t)entry->fts_statp->st_size <= FILE_MAX)
			load_file(sources, entry->fts_accpath,
				(size_t)entry->fts_statp->st_size);
	fts_close(tree);
	free(roots[0]);
}

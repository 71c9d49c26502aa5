#include "traffic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FLOWS_MAX   4096 /* of one source; more are left out */
#define RECORD_SIZE (5 + 16384 + 24)
#define MTU         1500

#define FIN_OR_RST 0x05
#define SYN        0x02
#define ACK        0x10
#define PUSH       0x08

static void put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v & 0xffff);
}

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

struct connection {
	uint32_t client, server;
	uint8_t ports[4]; /* client's, server's */
	struct source *source;
	const struct source_packet *template; /* the server's last with payload */
	uint32_t server_next;                 /* sequence numbers */
	uint32_t client_next;
	bool hello, encrypted, closed, cut;
};

static bool is_of(const struct connection *c, const struct source_packet *p, bool *server)
{
	const uint8_t *ports = p->bytes + p->transport;

	*server = p->from == c->server && p->to == c->client &&
		  memcmp(ports, c->ports + 2, 2) == 0 &&
		  memcmp(ports + 2, c->ports, 2) == 0;
	return *server || (p->from == c->client && p->to == c->server &&
				  memcmp(ports, c->ports, 4) == 0);
}

static void follow(struct connection *c, const struct source_packet *p, bool server)
{
	const uint8_t *tcp = p->bytes + p->transport;
	const uint8_t *payload = p->bytes + p->payload;
	uint32_t len = p->len - p->payload;
	uint32_t next = get32(tcp + 4) + len + ((tcp[13] & SYN) != 0);

	/* An Ethernet frame is padded to 60 bytes; the padding is no payload. */
	if (p->len <= 60)
		next -= len, len = 0;
	if (server && len > 0) {
		c->template = p;
		c->encrypted |= payload[0] == 0x14 || payload[0] == 0x17;
	}
	*(server ? &c->server_next : &c->client_next) = next;
	c->hello |= p->hello;
	c->cut |= p->len < p->wire_len;
	c->closed |= (tcp[13] & FIN_OR_RST) != 0;
	if (!c->closed)
		source_append(c->source, p->at, p->bytes, p->len, p->wire_len);
}

static void begin(
	struct connection *c, const struct source *of, const struct source_packet *p)
{
	*c = (struct connection){ .client = p->from, .server = p->to };
	memcpy(c->ports, p->bytes + p->transport, 4);
	c->source = source_new(of->name);
}

/* What an encrypted stream looks like: record headers, and bytes without a pattern. */
static void fill(uint8_t *p, size_t len, size_t *position, uint64_t *seed)
{
	static const uint8_t header[5] = { 0x17, 3, 3, (RECORD_SIZE - 5) >> 8,
		(RECORD_SIZE - 5) & 0xff };
	uint64_t bits = 0;

	for (size_t i = 0; i < len; i++, (*position)++) {
		size_t in_record = *position % RECORD_SIZE;

		if (i % 8 == 0)
			bits = random_next(seed);
		p[i] = (uint8_t)(bits >> (i % 8 * 8));
		if (in_record < sizeof header)
			p[i] = header[in_record];
	}
}

static void add_bulk(struct connection *c, uint64_t *seed)
{
	const struct source_packet *t = c->template;
	uint8_t frame[MTU + 64];
	uint64_t at = c->source->last;
	size_t len = t->ip + (size_t)MTU;
	size_t position = 0;

	memcpy(frame, t->bytes, t->payload);
	if (t->version == 4)
		put16(frame + t->ip + 2, MTU);
	else
		put16(frame + t->ip + 4, MTU - 40);
	frame[t->transport + 13] = ACK | PUSH;
	put32(frame + t->transport + 8, c->client_next);
	for (unsigned i = 0; i < BULK_SEGMENTS; i++) {
		put32(frame + t->transport + 4, c->server_next);
		fill(frame + t->payload, len - t->payload, &position, seed);
		c->server_next += (uint32_t)(len - t->payload);
		at += 100000;
		source_append(c->source, at, frame, len, (uint32_t)len);
	}
}

static void connections_of(struct sources *ret, const struct source *of, uint64_t *seed)
{
	struct connection *all = must(calloc(FLOWS_MAX, sizeof *all));
	size_t count = 0;
	bool server;

	for (size_t i = 0; i < of->count; i++) {
		const struct source_packet *p = &of->packets[i];
		size_t flow = 0;

		if (p->protocol != 6 || p->payload == 0)
			continue;
		while (flow < count && !is_of(&all[flow], p, &server))
			flow++;
		if (flow == count) {
			if ((p->bytes[p->transport + 13] & (SYN | ACK)) != SYN ||
				count == FLOWS_MAX)
				continue;
			begin(&all[count++], of, p);
			server = false;
		}
		if (!all[flow].closed)
			follow(&all[flow], p, server);
	}
	for (size_t i = 0; i < count; i++) {
		struct connection *c = &all[i];

		if (c->hello && c->encrypted && !c->cut && c->template->ip <= 22) {
			add_bulk(c, seed);
			sources_add(ret, c->source);
		} else {
			source_free(c->source);
		}
	}
	free(all);
}

void traffic_bulk(struct sources *ret, const struct sources *sources, uint64_t *seed)
{
	for (size_t i = 0; i < sources->count; i++)
		connections_of(ret, sources->all[i], seed);
}

/* A frame from one host of 192.0.2.0/24 to another; ports and flags as given. */
struct plain {
	struct source *source;
	uint64_t at;
	uint8_t client, server;
	unsigned port, server_port;
	uint32_t sequence[2];
};

static void plain_frame(
	struct plain *plain, bool server, unsigned flags, const char *payload, size_t len)
{
	uint8_t frame[MTU + 14] = { [0] = 2, [5] = 1, [6] = 2, [11] = 2, [12] = 8 };
	bool udp = flags == 0;
	size_t header = udp ? 8 : 20;
	uint8_t *ip = frame + 14;
	uint8_t *transport = ip + 20;
	uint8_t *host = ip + 12;

	ip[0] = 0x45;
	put16(ip + 2, (unsigned)(20 + header + len));
	ip[8] = 64;
	ip[9] = udp ? 17 : 6;
	memcpy(host, (uint8_t[]){ 192, 0, 2, server ? plain->server : plain->client }, 4);
	memcpy(host + 4, (uint8_t[]){ 192, 0, 2, server ? plain->client : plain->server },
		4);
	put16(transport, server ? plain->server_port : plain->port);
	put16(transport + 2, server ? plain->port : plain->server_port);
	if (udp) {
		put16(transport + 4, (unsigned)(8 + len));
	} else {
		put32(transport + 4, plain->sequence[server]);
		put32(transport + 8, plain->sequence[!server]);
		transport[12] = 5 << 4;
		transport[13] = (uint8_t)flags;
		put16(transport + 14, 64240);
	}
	memcpy(transport + header, payload, len);
	plain->sequence[server] += (uint32_t)len + ((flags & (SYN | 1)) != 0);
	plain->at += 300000;
	source_append(plain->source, plain->at, frame, 34 + header + len,
		(uint32_t)(34 + header + len));
}

static void plain_dns(struct plain *plain)
{
	static const char question[] = "\x12\x34\x01\0\0\1\0\0\0\0\0\0"
				       "\3erp\7example\3net\0\0\1\0\1";
	char answer[120] = { 0 };

	plain->server_port = 53;
	memcpy(answer, question, sizeof question - 1);
	answer[2] = (char)0x81;
	plain_frame(plain, false, 0, question, sizeof question - 1);
	plain_frame(plain, true, 0, answer, 60 + plain->port % 60);
}

static void plain_http(struct plain *plain)
{
	static const char request[] = "GET /prices HTTP/1.1\r\nHost: erp.example.net\r\n"
				      "Accept: text/plain\r\n\r\n";
	char page[1200];

	memset(page, 'x', sizeof page);
	memcpy(page, "HTTP/1.1 200 OK\r\n\r\n", 19);
	plain->server_port = 80;
	plain_frame(plain, false, SYN, "", 0);
	plain_frame(plain, true, SYN | ACK, "", 0);
	plain_frame(plain, false, ACK, "", 0);
	plain_frame(plain, false, ACK | PUSH, request, sizeof request - 1);
	for (unsigned i = 0; i < 2 + plain->port % 4; i++) {
		plain_frame(plain, true, ACK | PUSH, page, 500 + plain->port % 700);
		plain_frame(plain, false, ACK, "", 0);
	}
	plain_frame(plain, true, ACK | 1, "", 0);
	plain_frame(plain, false, ACK | 1, "", 0);
}

struct source *traffic_plain(size_t count, uint64_t *seed)
{
	struct plain plain = { .source = source_new("plain") };

	while (plain.source->count < count) {
		uint64_t bits = random_next(seed);

		plain.client = (uint8_t)(1 + bits % 199);
		plain.server = (uint8_t)(200 + bits / 256 % 50);
		plain.port = 32768 + (unsigned)(bits / 65536 % 28000);
		plain.sequence[0] = (uint32_t)(bits >> 32);
		plain.sequence[1] = (uint32_t)(bits >> 16);
		if (bits >> 63)
			plain_dns(&plain);
		else
			plain_http(&plain);
	}
	return plain.source;
}

/*
 * wire - segments and datagrams between one client and one server, given to a watch
 * as frames, and the handshakes that it reports.
 */
#ifndef TESTS_UNIT_WATCH_WIRE_H
#define TESTS_UNIT_WATCH_WIRE_H

#include "../unit.h"

#include <string.h>

#include "base/writer.h"
#include "sys/crypto.h"
#include "watch/watch.h"

#define CLIENT_PORT  40000
#define SERVER_PORT  443
#define LINK_RAW     101
#define REPORTED_MAX 4

/* A packet on its way. */
struct sent {
	enum side from;
	uint8_t flags;     /* enum tcp_flag; 0 for a datagram */
	uint32_t sequence; /* the SYN's is 0 */
	struct bytes payload;
	time_ns after; /* since the packet before */
	uint32_t acknowledged;
};

#define BYTES(text)                                                                      \
	{                                                                                \
		(const uint8_t *)(text), sizeof(text) - 1                                \
	}
#define FROM_CLIENT(flags, sequence, text)                                               \
	{                                                                                \
		SIDE_CLIENT, flags, sequence, BYTES(text), 0, 0                          \
	}
#define FROM_SERVER(flags, sequence, text)                                               \
	{                                                                                \
		SIDE_SERVER, flags, sequence, BYTES(text), 0, 0                          \
	}

struct wire {
	struct sink sink;
	struct watch *watch;
	time_ns now;
	uint16_t client_port;
	size_t count;
	struct handshake reported[REPORTED_MAX]; /* hello, if any, points to nothing */
};

static enum err wire_observe(
	struct sink *sink, const struct observation *observation, struct fault *why)
{
	struct wire *wire = (struct wire *)(void *)sink;

	(void)why;
	assert_true(wire->count < REPORTED_MAX);
	wire->reported[wire->count++] = observation->handshake;
	return ERR_OK;
}

static inline void wire_open_for(struct wire *wire, size_t max_flows)
{
	*wire = (struct wire){ .sink = { wire_observe },
		.now = 1000 * TIME_SECOND,
		.client_port = CLIENT_PORT };
	wire->watch = watch_new(&(struct watch_settings){
		.crypto = crypto_openssl(),
		.key = { 1, 2 },
		.sink = &wire->sink,
		.max_flows = max_flows,
	});
	assert_non_null(wire->watch);
}

static inline void wire_open(struct wire *wire)
{
	wire_open_for(wire, 16);
}

/* RFC 791, 3.1: 192.0.2.1 is the client, 192.0.2.2 the server. */
static inline void write_ip(
	struct writer *w, const struct wire *wire, const struct sent *sent, size_t len)
{
	uint8_t client = sent->from == SIDE_CLIENT ? 1 : 2;

	writer_u16(w, 0x4500);
	writer_u16(w, (uint16_t)(20 + len));
	writer_zeros(w, 4);
	writer_u8(w, 64);
	writer_u8(w, sent->flags != 0 ? IP_PROTOCOL_TCP : IP_PROTOCOL_UDP);
	writer_u16(w, 0);
	writer_bytes(w, bytes_over("\xc0\x00\x02", 3));
	writer_u8(w, client);
	writer_bytes(w, bytes_over("\xc0\x00\x02", 3));
	writer_u8(w, (uint8_t)(3 - client));
	writer_u16(w, sent->from == SIDE_CLIENT ? wire->client_port : SERVER_PORT);
	writer_u16(w, sent->from == SIDE_CLIENT ? SERVER_PORT : wire->client_port);
}

static inline void wire_send(struct wire *wire, const struct sent *sent)
{
	uint8_t bytes[65536];
	struct writer w = writer_over(bytes, sizeof bytes);
	struct frame frame = { .link_type = LINK_RAW };
	struct fault why;

	write_ip(&w, wire, sent, (sent->flags != 0 ? 20 : 8) + sent->payload.len);
	if (sent->flags != 0) { /* RFC 9293, 3.1 */
		writer_u32(&w, sent->sequence);
		writer_u32(&w, sent->acknowledged);
		writer_u8(&w, 0x50);
		writer_u8(&w, sent->flags);
		writer_zeros(&w, 6);
	} else { /* RFC 768 */
		writer_u16(&w, (uint16_t)(8 + sent->payload.len));
		writer_u16(&w, 0);
	}
	writer_bytes(&w, sent->payload);
	assert_int_equal(writer_end(&w), ERR_OK);
	wire->now += sent->after + TIME_SECOND / 1000;
	frame.at = wire->now;
	frame.bytes = writer_written(&w);
	frame.wire_len = (uint32_t)frame.bytes.len;
	assert_int_equal(watch_take(wire->watch, &frame, 1, &why), ERR_OK);
}

/* Nothing more is captured. */
static inline void wire_close(struct wire *wire)
{
	struct fault why;

	assert_int_equal(watch_finish(wire->watch, &why), ERR_OK);
	watch_free(wire->watch);
}

static inline void wire_run(struct wire *wire, const struct sent *sent, size_t count)
{
	wire_open(wire);
	for (size_t i = 0; i < count; i++)
		wire_send(wire, &sent[i]);
	wire_close(wire);
}

#define WIRE_RUN(wire, ...)                                                              \
	do {                                                                             \
		const struct sent sent[] = { __VA_ARGS__ };                              \
		wire_run(wire, sent, COUNT_OF(sent));                                    \
	} while (0)

#endif

/*
 * over_tcp - TLS on a TCP connection: from segments to one attempt's events.
 *
 * Each direction is put in order (flow/stream.h), looked through for the start of
 * TLS (watch/preamble.h), and read record by record until the handshake is decided
 * or can no longer be.
 */
#ifndef WATCH_OVER_TCP_H
#define WATCH_OVER_TCP_H

#include "watch/attempt.h"

/* Bytes held for one direction while an earlier one is missing. A flight with a
 * chain of post-quantum certificates is some 60 KB. */
#define OVER_TCP_HELD_MAX 131072

struct over_tcp; /* begins with its struct attempt */

/* NULL if memory ran out. The connection's opening is taken over from it. */
struct over_tcp *over_tcp_new(const struct connection *connection, time_ns now);
void over_tcp_free(struct over_tcp *over);

/* Bytes of memory it takes, its own included. */
size_t over_tcp_held(const struct over_tcp *over);

enum over_result {
	OVER_GOES_ON,
	OVER_DECIDED, /* to be reported */
	OVER_NOTHING, /* this is no TLS connection, or not its beginning */
};

/* Takes a segment from the end `sender` of the connection. May find out which end
 * is the client (connection->client). */
enum over_result over_tcp_take(struct watch_shared *shared, struct over_tcp *over,
	struct connection *connection, const struct packet *packet, unsigned sender);

/* True if a SYN with that number from that end belongs to another connection. */
bool over_tcp_is_past_syn(const struct over_tcp *over, uint32_t sequence, unsigned end);

/* Nothing more will come: looks at what was held behind gaps. */
void over_tcp_flush(struct watch_shared *shared, struct over_tcp *over,
	struct connection *connection);

#endif

/*
 * tcp_direction - one direction of a TCP connection, read from where its TLS
 * begins: records, records inside TDS, SSL 2.0 hellos, and what is left of them
 * after a loss. The inside of over_tcp, which puts the bytes in order.
 */
#ifndef WATCH_TCP_DIRECTION_H
#define WATCH_TCP_DIRECTION_H

#include "flow/stream.h"
#include "tls/record.h"
#include "watch/attempt.h"
#include "watch/preamble.h"
#include "flow/tds.h"

enum direction_state {
	IN_PREAMBLE,
	IN_RECORDS,
	IN_TDS,   /* records inside TDS packets */
	IN_SSLV2, /* the direction's SSL 2.0 hello is being gathered */
	AFTER_SSLV2,
	LOST, /* bytes are missing: waits for a piece that begins with a record */
};

struct direction {
	struct stream stream;
	enum direction_state state;
	bool lossy;   /* the capture cut a segment short */
	bool holed;   /* some of it was never seen */
	bool closed;  /* FIN reached in order */
	bool started; /* `first_sequence` is set */
	uint8_t start_len;
	uint8_t start[PREAMBLE_START_MAX];
	uint8_t alert_len;
	uint8_t alert[ALERT_LEN];
	bool opened;             /* SYN seen; `syn` holds */
	uint32_t syn;            /* its sequence number */
	bool finished;           /* FIN seen; `fin` holds */
	uint32_t fin;            /* its sequence number */
	uint32_t first_sequence; /* of the first payload */
	struct tds_deframer tds;
	struct record_deframer records;
	struct handshake_joiner messages;
	uint8_t *gathered; /* heap: the start of an SSL 2.0 record */
	size_t gathered_len;
};

struct over_tcp {
	struct attempt attempt;
	struct preamble *preamble;
	bool never;
	bool gap_counted;
	bool limit_counted;
	struct direction directions[2]; /* by end of the connection */
};

/* What a step needs to know, so that it need not be handed five things. */
struct step {
	struct watch_shared *shared;
	struct over_tcp *over;
	struct connection *connection;
	struct direction *direction;
	unsigned sender;
	time_ns now;
};

enum side step_side(const struct step *step);

/* True once nothing more is to be learnt. */
bool over_tcp_is_over(const struct over_tcp *over);

/* From the next byte on the direction is read as that. */
void direction_enter(struct step *step, enum direction_state state);
enum direction_state direction_state_after(enum preamble_found found);

/* What the server sends is no TLS: in answer to a hello that is a refusal. */
void direction_refuses(struct step *step);

/* Takes the next bytes of the direction, in order. */
void direction_take(struct step *step, struct bytes piece);

#endif

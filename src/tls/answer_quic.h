/*
 * answer_quic - says one hello over QUIC 1 and reads what a server answers, as
 * tls/answer.h does over a stream. RFC 9000 and 9001.
 *
 * An engine without I/O: whoever holds the socket sends the flight, hands in datagrams as
 * they come, and sends the flight again when it is told to: anew after a Retry, whose
 * token it then has, or when nothing came for a while. Each packet has a number of its
 * own. Nothing is acknowledged, so a server sends what fits three times the hello's
 * datagrams (RFC 9000, 8.1), which shows a ServerHello and the beginning of what follows.
 *
 * Packets that do not open are passed over (RFC 9001, 5.2); a CONNECTION_CLOSE whose
 * error is an alert refuses (RFC 9001, 4.8). Behind a ServerHello all is encrypted, as in
 * tls/answer.h.
 *
 * tests: tests/unit/sys/test_answer_quic.c; fuzz: tests/fuzz/fuzz_answer_quic.c
 */
#ifndef TLS_ANSWER_QUIC_H
#define TLS_ANSWER_QUIC_H

#include "base/crypto.h"
#include "tls/answer.h"
#include "tls/quic_initial.h"

/* Of each datagram. RFC 9000, 14.1. */
#define ANSWER_QUIC_DATAGRAM 1200

/* Leaves room for a piece of the hello beside it. */
#define QUIC_TOKEN_MAX 512

struct answer_quic {
	struct answer answer; /* first */

	/* Members from here on are for answer_quic.c alone. */
	const struct crypto *crypto;
	uint32_t version; /* that is asked in */
	struct bytes hello;
	struct quic_joiner *messages;
	struct quic_keys client_keys;
	struct quic_keys server_keys;
	uint32_t packet_number; /* of the next packet of ours */
	bool retried;           /* a Retry came; a second is passed over */
	bool server_chose;      /* its id is known */
	uint8_t id_len;
	uint16_t token_len;
	uint8_t id[QUIC_CONNECTION_ID_MAX]; /* of the server */
	uint8_t token[QUIC_TOKEN_MAX];
};

/* The hello is the whole message, type and length included; borrowed. Its transport
 * parameters must say that the client's connection id is empty (RFC 9000, 7.3). The
 * server's first id follows from it. ERR_VALUE: it is empty. ERR_MEMORY.
 * answer_quic_done() is owed whatever the answer. */
MUST_USE enum err answer_quic_begin(
	struct answer_quic *answer, const struct crypto *crypto, struct bytes hello);
void answer_quic_done(struct answer_quic *answer);

/* Asks in a version that nobody has, so that the server names those it has: what came of
 * it is ANSWER_OTHER_QUIC. Before the first flight. RFC 9000, 6.3 and 15. */
void answer_quic_ask_versions(struct answer_quic *answer);

/* The most that a flight of so long a hello can need. */
size_t answer_quic_flight_max(size_t hello_len);

/* Writes the flight, whose datagrams all have ANSWER_QUIC_DATAGRAM bytes. ERR_LIMIT: no
 * room. */
MUST_USE enum err answer_quic_flight(struct answer_quic *answer, struct writer *w);

/* Writes the datagram with which a client goes that has heard enough: CONNECTION_CLOSE,
 * since a server that is not told waits and sends again. RFC 9000, 10.2.3. */
MUST_USE enum err answer_quic_goodbye(struct answer_quic *answer, struct writer *w);

/* Takes a datagram, with memory of QUIC_PLAINTEXT_MAX bytes to open it in. True as long
 * as more are wanted; *ret_again: the flight is to be sent again, for it is another now.
 */
bool answer_quic_take(struct answer_quic *answer, struct bytes datagram, uint8_t *memory,
	bool *ret_again);

#endif

/*
 * answer_dtls - says one hello over DTLS 1.0 to 1.3 and reads what a server answers, as
 * tls/answer.h does over a stream.
 *
 * An engine without I/O: whoever holds the socket sends the flight, hands in datagrams as
 * they come, and sends the flight again when it is told to: anew after a
 * HelloVerifyRequest, whose cookie it then has (RFC 6347, 4.2.1), or when nothing came
 * for a while. Each flight has record numbers of its own.
 *
 * What is no DTLS at the start is what the server speaks; later it is passed over (RFC
 * 6347, 4.1.2.7). Nothing tells that a flight has ended early but time.
 *
 * tests: tests/unit/tls/test_answer_dtls.c; fuzz: tests/fuzz/fuzz_answer_dtls.c
 */
#ifndef TLS_ANSWER_DTLS_H
#define TLS_ANSWER_DTLS_H

#include "base/writer.h"
#include "tls/answer.h"
#include "tls/dtls.h"

/* A flight is cut into datagrams of so many bytes, the last but shorter; any path takes
 * them (RFC 8200, 5 less the headers of IPv6 and UDP). */
#define ANSWER_DTLS_DATAGRAM 1200

#define DTLS_COOKIE_MAX 255 /* RFC 6347, 4.2.1 */

struct answer_dtls {
	struct answer answer; /* first */

	/* Members from here on are for answer_dtls.c alone. */
	struct bytes hello;
	struct dtls_joiner *messages;
	uint64_t record_number; /* of the next record of ours */
	bool verified;          /* a HelloVerifyRequest came */
	uint8_t cookie_len;
	uint8_t cookie[DTLS_COOKIE_MAX];
};

/* The hello is the whole message, type and length included, as a stream has it, without a
 * cookie; borrowed. ERR_VALUE: it is none. ERR_MEMORY. answer_dtls_done() is owed
 * whatever the answer. */
MUST_USE enum err answer_dtls_begin(struct answer_dtls *answer, struct bytes hello);
void answer_dtls_done(struct answer_dtls *answer);

/* The most that a flight of so long a hello can need. */
size_t answer_dtls_flight_max(size_t hello_len);

/* Writes the flight, to be cut as said above. ERR_LIMIT: no room. */
MUST_USE enum err answer_dtls_flight(struct answer_dtls *answer, struct writer *w);

/* Writes the datagram with which a client goes that has heard enough: close_notify, since
 * a server that is not told waits and sends again. RFC 5246, 7.2.1. */
MUST_USE enum err answer_dtls_goodbye(struct answer_dtls *answer, struct writer *w);

/* Takes a datagram. True as long as more are wanted; *ret_again: the flight is to be sent
 * again, for it is another now. */
bool answer_dtls_take(struct answer_dtls *answer, struct bytes datagram, bool *ret_again);

#endif

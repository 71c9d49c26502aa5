/*
 * datagrams - one hello said over DTLS or QUIC: what is sent, again or anew as the server
 * wants it, and its answer. Joins tls/answer_dtls.h and tls/answer_quic.h for probe.c.
 */
#ifndef PROBE_DATAGRAMS_H
#define PROBE_DATAGRAMS_H

#include "base/crypto.h"
#include "tls/answer.h"

enum probe_transport {
	PROBE_TCP,
	PROBE_DTLS,
	PROBE_QUIC,
	PROBE_QUIC_VERSIONS, /* a version that nobody has, so that the server names its
			      * own */
};

struct datagrams; /* heap; one an inquiry */

/* The hello is the message, type and length included; borrowed. crypto: for QUIC. NULL if
 * it is no hello, or memory ran out. */
struct datagrams *datagrams_new(
	enum probe_transport transport, const struct crypto *crypto, struct bytes hello);
void datagrams_free(struct datagrams *datagrams);

struct answer *datagrams_answer(struct datagrams *datagrams);

/* How long each datagram is, but the last. */
size_t datagrams_len(const struct datagrams *datagrams);

/* What is to be sent, with numbers of its own each time; nothing if it could not be
 * written. Borrowed until the next call. */
struct bytes datagrams_flight(struct datagrams *datagrams);

/* Takes one, with QUIC_PLAINTEXT_MAX bytes of memory. True as long as more are wanted;
 * *ret_send is what is to be sent upon it, also as a last word. */
bool datagrams_take(struct datagrams *datagrams, struct bytes datagram, uint8_t *memory,
	struct bytes *ret_send);

#endif

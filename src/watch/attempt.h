/*
 * attempt - one handshake under way, whatever carries it: its hello, what was
 * agreed, how it ended; and the way from there to an observation.
 *
 * over_tcp, over_dtls and over_quic embed an attempt and feed it. An attempt ends
 * once: attempt_report() hands the observation to the sink.
 */
#ifndef WATCH_ATTEMPT_H
#define WATCH_ATTEMPT_H

#include "base/arena.h"
#include "base/crypto.h"
#include "evidence/coverage.h"
#include "evidence/sink.h"
#include "tls/conversation.h"
#include "watch/connections.h"
#include "watch/known.h"

/* Distinct forms seen lately: some thousand in a large estate, of some hundred bytes
 * each; but browsers that shuffle their extensions never send the same one twice, and
 * an attacker may send forms of 64 KB. */
#define WATCH_HELLOS_BYTES 4194304

/* Distinct certificates seen lately: of 1 to 2 KB each, and 1 KB of what was read. */
#define WATCH_CERTIFICATES_BYTES 4194304

#define WATCH_SERVER_HELLOS_BYTES 524288

/* What the attempts of one worker share. Used by one thread. */
struct watch_shared {
	const struct crypto *crypto;
	struct sink *sink;
	struct known hellos;
	struct known certificates;
	struct known server_hellos; /* fingerprints of ServerHellos */
	struct coverage coverage;
	uint8_t *scratch; /* room for one form, or one QUIC packet */
	bool certificates_wanted;
};

enum carrier {
	OVER_TCP,
	OVER_DTLS,
	OVER_QUIC,
};

struct attempt {
	enum carrier carrier;
	enum upgrade upgrade;
	time_ns at;   /* of the hello's first byte; of the answer's if it has none */
	time_ns last; /* of the latest packet */
	struct conversation conversation;
	struct known_hello *hello;
	struct known_certificate *certificate;
	struct known_server_hello *server_hello;
	char *server_name; /* heap, not ended by a zero */
	uint16_t server_name_len;
	bool hello_began; /* something that should become a hello was seen */
	bool hello_malformed;
	bool hello_garbled; /* what came was none: malformed, unless one comes yet */
	bool hello_cut;
	bool acknowledged; /* the server's end is alive: it sent something back */
	bool repeated;     /* the client sent its hello again, unasked */
};

/* tls/conversation lies below the words of observations and has its own. */
static inline enum conversation_side conversation_side_of(enum side side)
{
	return side == SIDE_CLIENT ? CONVERSATION_CLIENT : CONVERSATION_SERVER;
}

/* Datagrams overtake each other: the attempt lasts from the earliest to the latest. */
static inline void attempt_heard(struct attempt *attempt, time_ns at)
{
	if (at < attempt->at)
		attempt->at = at;
	if (at > attempt->last)
		attempt->last = at;
}

MUST_USE enum err watch_shared_init(struct watch_shared *shared,
	const struct crypto *crypto, const struct hash_key *key, struct sink *sink);
void watch_shared_done(struct watch_shared *shared);

void attempt_init(struct attempt *attempt, enum carrier carrier, time_ns now);
void attempt_done(struct attempt *attempt);

/* Takes one whole handshake message in the clear. */
void attempt_message(struct watch_shared *shared, struct attempt *attempt, enum side side,
	const struct handshake_message *message);

/* Takes an SSL 2.0 hello record of either side. */
void attempt_sslv2_client(
	struct watch_shared *shared, struct attempt *attempt, struct bytes record);
void attempt_sslv2_server(
	struct watch_shared *shared, struct attempt *attempt, struct bytes record);

/* True if there is anything to report. */
bool attempt_is_worth_a_report(const struct attempt *attempt);

/* Nothing more will be seen of it: reports it to the sink, if it is worth it. */
MUST_USE enum err attempt_report(struct watch_shared *shared, struct attempt *attempt,
	const struct connection *connection, struct fault *why);

#endif

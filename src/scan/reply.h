/*
 * reply - what a survey learns from one answer, and nothing else of it: a value, so that
 * the survey can be told by a server of flesh or by a test.
 *
 * tests: tests/unit/scan/test_reply.c
 */
#ifndef SCAN_REPLY_H
#define SCAN_REPLY_H

#include "base/hash.h"
#include "evidence/endpoint.h"
#include "probe/probe.h"
#include "tls/hello_write.h"

enum reply_kind {
	REPLY_ACCEPTED,    /* a ServerHello or HelloRetryRequest came, and no refusal */
	REPLY_REFUSED,     /* a fatal alert, or SSL 2.0's ERROR */
	REPLY_CLOSED,      /* in order, without a word */
	REPLY_RESET,       /* by RST */
	REPLY_SILENT,      /* time was over */
	REPLY_NOT_TLS,     /* see start */
	REPLY_MALFORMED,   /* it began as TLS and did not go on as such */
	REPLY_BROKEN,      /* it began to say a hello and ended within it: no refusal */
	REPLY_BEFORE_TLS,  /* the dialogue in front did not lead to TLS: see start */
	REPLY_NO_LISTENER, /* no connection: refused */
	REPLY_NO_CONNECT,  /* none: nobody answered */
	REPLY_UNREACHABLE, /* none: no way there */
	REPLY_LOCAL,       /* this machine could not ask: says nothing of the server */
	REPLY_OTHER_QUIC,  /* it names other versions of QUIC than was asked in */
	REPLY_STOPPED,     /* whoever runs the program wants it to stop */
	REPLY_KINDS
};

#define REPLY_SPECS_MAX 16

struct reply {
	enum reply_kind kind;
	bool answered;   /* bytes of TLS came */
	bool hollow;     /* of ACCEPTED: what has to come behind the hello did not */
	bool alert_seen; /* of REFUSED, in the clear */
	uint8_t alert;
	uint16_t version; /* of its hello; VERSION_NONE: there was none */
	uint32_t suite;
	uint16_t group;  /* of its key exchange, or asked for by a retry; 0: none seen */
	uint16_t scheme; /* of its signature; 0: none seen */
	uint16_t dh_bits;
	uint64_t dh_prime; /* the first bytes of SHA-256 of them */
	uint64_t dh_public;
	uint16_t says; /* of enum hello_says: extensions that were answered */
	bool compressed;
	uint8_t session_id_len;
	bool certificate_asked;
	bool stapled;
	struct bytes staple;     /* OCSP response, borrowed; empty: none, or too long */
	struct bytes timestamps; /* of the TLS extension, likewise: a list */
	uint8_t alpn_len;
	uint8_t alpn[CONVERSATION_ALPN_MAX];

	/* Of a handshake that was to be carried to its end. */
	bool completed;
	bool stuck;  /* here, not there: what was agreed cannot be computed */
	bool broken; /* by what no client takes */
	uint32_t tickets;
	uint32_t early_data; /* the most that a ticket allows */
	bool resumed;
	const struct session *session; /* that it left, borrowed; NULL: none */

	/* Certificate's body, borrowed; empty if none was seen. SSL 2.0's is no list but
	 * the one certificate. RFC 5246, 7.4.2. */
	struct bytes chain;
	uint16_t curve; /* of the leaf's key; 0: none of the usual */
	uint64_t leaf;  /* of its bytes; 0: none was seen */

	uint32_t specs[REPLY_SPECS_MAX]; /* SSL 2.0: all ciphers it has in common */
	size_t spec_count;
	const uint32_t *quic_versions; /* of OTHER_QUIC, borrowed from the reader */
	size_t quic_version_count;
	bool address_checked; /* over UDP: a cookie or token was to be sent back first */
	uint8_t start[ENDPOINT_START_MAX]; /* of what is no TLS */
	uint8_t start_len;
	bool without;                  /* of BEFORE_TLS: it has no TLS there */
	bool later;                    /* of BEFORE_TLS: it may say yes at another time */
	char why[ENDPOINT_REASON_MAX]; /* likewise: what it did, as a clause behind "it"
					*/
	size_t bytes;
};

/* Listens to an answer, for the reply that reply_of() makes of it. */
struct reply_reader {
	struct answer_listener listener; /* first; members are for reply.c alone */
	const struct crypto *crypto;
	const struct hash_key *key;
	struct reply so_far;
	uint8_t *chain; /* heap, as the two that follow */
	uint8_t *staple;
	uint8_t *timestamps;
	uint32_t quic_versions[ANSWER_QUIC_VERSIONS_MAX];
};

/* key: leaves are told apart by, so that nobody outside makes two alike; borrowed. */
void reply_reader_init(struct reply_reader *reader, const struct crypto *crypto,
	const struct hash_key *key);
void reply_reader_done(struct reply_reader *reader);

/* The reply of an answer or handshake that is over; borrows from the reader. */
struct reply reply_of(struct reply_reader *reader, const struct probe_result *result);

#endif

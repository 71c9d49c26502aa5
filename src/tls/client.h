/*
 * client - carries a client's handshake to its end: an engine without I/O.
 *
 * It is given a hello as it is sent, the secrets of its key shares, and what the server
 * says, as it comes; it answers what is to be sent, what was agreed, and how it ended.
 * SSL 3.0 to TLS 1.3 over a stream. Cryptography is the table of base/crypto.h.
 *
 * It is an observer's client. COMPLETED means that the server's Finished was right, so
 * both sides hold the same keys and saw the same handshake. No certificate and no
 * signature is verified: whom it spoke to is not known, and nothing secret is to be sent
 * over it. A server that asks for a certificate gets an empty one. What libcrypto cannot
 * compute ends as STUCK, never as anything that is said of the server.
 *
 * After the server's Finished a client of TLS 1.3 listens on, since there come tickets
 * and, late, the refusal of a client without certificate. It says close_notify, upon
 * which servers close; silence then is no fault.
 *
 * tests: tests/unit/sys/test_client.c; fuzz: tests/fuzz/fuzz_client.c
 */
#ifndef TLS_CLIENT_H
#define TLS_CLIENT_H

#include <stdbool.h>

#include "base/crypto.h"
#include "base/err.h"
#include "tls/handshake.h"
#include "tls/session.h"

enum client_end {
	CLIENT_PENDING,
	CLIENT_COMPLETED,
	CLIENT_REFUSED, /* by a fatal alert; `finished` tells one that came late */
	CLIENT_CLOSED,  /* before it was completed */
	CLIENT_RESET,
	CLIENT_SILENT,
	CLIENT_NOT_TLS,
	CLIENT_BROKEN,    /* it sent what no client takes: see reason */
	CLIENT_STUCK,     /* what was agreed cannot be computed here: see reason */
	CLIENT_TOO_LONG,  /* see CLIENT_BYTES_MAX */
	CLIENT_NO_MEMORY, /* says nothing of the server */
	CLIENT_ENDS
};

/* Four of the longest messages that are believed: no handshake is so long. */
#define CLIENT_BYTES_MAX (4 * HANDSHAKE_MESSAGE_MAX)

#define CLIENT_CHAIN_MAX 16 /* certificates; any more are only counted */

/* The secret whose public key stands in the hello's key_share. */
struct client_key {
	uint16_t group;
	uint8_t secret[KEY_SECRET_LEN];
};

struct client_start {
	const struct crypto *crypto;
	const uint8_t *seed; /* SHA256_LEN bytes: what is drawn follows from them */
	struct bytes hello;  /* in records, as hello_write() answers it */
	const struct client_key *keys; /* of its key shares */
	size_t key_count;
	const struct session
		*session; /* the one that the hello offers to resume, or NULL */
};

struct client {
	enum client_end end;
	const char *reason; /* a clause; of BROKEN and STUCK */
	bool alert_seen;    /* a fatal alert, also an encrypted one */
	uint8_t alert;
	bool finished; /* the server's Finished was right, whatever came afterwards */

	/* What was agreed, as far as it came; 0: not yet, or nothing of that kind. */
	uint16_t version;
	uint16_t suite;
	uint16_t group;
	uint16_t scheme;  /* of the server's signature */
	uint16_t dh_bits; /* of DHE's prime up to TLS 1.2 */
	bool retried;     /* by HelloRetryRequest */
	bool resumed;
	bool certificate_asked;
	bool compressed; /* it picked a compression: STUCK, then */
	bool extended_master_secret;
	bool encrypt_then_mac;
	bool secure_renegotiation;

	uint16_t chain_len; /* certificates that it sent */
	uint32_t tickets;
	uint32_t max_early_data; /* the most that any ticket allows */
	struct session session;  /* to be resumed; the last ticket's */

	struct client_work *work; /* for src/tls alone; heap */
};

/* Begins; the hello stands ready in client_sends(). All of start is copied. client_done()
 * is owed whatever the answer. ERR_VALUE: no ClientHello in whole records. ERR_MEMORY. */
MUST_USE enum err client_begin(struct client *client, const struct client_start *start);
void client_done(struct client *client);

/* Takes the next bytes. True as long as more are wanted. */
bool client_take(struct client *client, struct bytes bytes);

/* What is to be sent now, each byte once; also when no more is wanted. Lives until
 * client_done(). */
struct bytes client_sends(struct client *client);

/* How the connection ended, unless the client had come to its end: closed in order,
 * reset, or given up after some time. */
void client_closed(struct client *client);
void client_reset(struct client *client);
void client_timed_out(struct client *client);

/* What the server sent, borrowed until client_done() or the next client_take(); nothing
 * if it did not. The i-th certificate, DER, leaf first. */
struct bytes client_certificate(const struct client *client, size_t i);
struct bytes client_staple(const struct client *client);     /* OCSP response, DER */
struct bytes client_timestamps(const struct client *client); /* RFC 6962, 3.3: a list */

/* Of DHE up to TLS 1.2: numbers, big-endian. */
struct bytes client_dh_prime(const struct client *client);
struct bytes client_dh_generator(const struct client *client);
struct bytes client_dh_public(const struct client *client);

/* The body of an extension that ServerHello or EncryptedExtensions has; `at` is NULL if
 * neither has it, not if it is empty. */
struct bytes client_extension(const struct client *client, uint16_t type);

/* "completed", "refused", "closed", "reset", "silent", "not-tls", "broken", "stuck",
 * "too-long", "no-memory"; "pending". */
const char *client_end_name(enum client_end end);

#endif

/*
 * client_inside - what the parts of tls/client.h share, for those alone.
 *
 * client.c has records, alerts and ends; client_steps.c says which message may come when;
 * client_agree.c reads the ServerHello, client_retry.c writes the hello anew;
 * client_old.c goes on up to TLS 1.2, with client_exchange.c, and client_new.c in
 * TLS 1.3.
 */
#ifndef TLS_CLIENT_INSIDE_H
#define TLS_CLIENT_INSIDE_H

#include "base/draws.h"
#include "base/writer.h"
#include "tls/client.h"
#include "tls/client_hello.h"
#include "tls/hkdf.h"
#include "tls/prf.h"
#include "tls/protection.h"
#include "tls/server_hello.h"
#include "tls/server_messages.h"

enum client_state {
	STATE_NONE,
	AWAIT_HELLO,
	OLD_CERTIFICATE, /* up to TLS 1.2: this or, where it may lack, one below */
	OLD_STATUS,
	OLD_KEY,
	OLD_REQUEST,
	OLD_DONE,
	OLD_TICKET,
	OLD_CHANGE,
	OLD_FINISHED,
	NEW_EXTENSIONS, /* TLS 1.3, likewise */
	NEW_REQUEST,
	NEW_CERTIFICATE,
	NEW_VERIFY,
	NEW_FINISHED,
	NEW_AFTER,
	CLIENT_STATES
};

/* Stands for a ChangeCipherSpec among the types of messages. */
#define STEP_CHANGE_CIPHER_SPEC 0x100

/* One that is resumed, one of each curve, and a few of finite fields. */
#define CLIENT_KEYS_MAX 12

/* All messages of a handshake. */
#define CLIENT_TRANSCRIPT_MAX (CLIENT_BYTES_MAX + 4 * HANDSHAKE_MESSAGE_MAX)

/* What is sent beside hellos: a certificate list without any, a key exchange of at most
 * RSA_KEY_MAX, ChangeCipherSpec, Finished, an alert. */
#define CLIENT_FLIGHT_MAX (RSA_KEY_MAX + 2048)

/* Bytes of the transcript; `at` survives that it moves. */
struct client_span {
	bool there;
	uint32_t at;
	uint32_t len;
};

struct client_work {
	const struct crypto *crypto;
	struct draws draws;
	enum client_state state;
	size_t bytes; /* taken so far */

	uint8_t *hello_memory; /* the message sent last; hello borrows from it */
	size_t hello_len;
	struct client_hello hello;
	uint16_t hello_record_version;
	struct client_key keys[CLIENT_KEYS_MAX];
	size_t key_count;
	struct session offered; /* VERSION_NONE: none */

	uint8_t *transcript;
	size_t transcript_len;
	size_t transcript_room;

	uint8_t *out_memory;
	struct writer out;
	size_t sent;

	struct record_deframer records;
	bool records_seen;
	struct handshake_joiner messages;
	uint8_t *record; /* one that is encrypted, as far as it came */
	size_t record_len;
	uint8_t alert_bytes[2];
	uint8_t alert_len;

	const struct suite *suite;
	bool reading, writing; /* with keys */
	bool keys_changed;     /* of the server, by the message looked at */
	struct protection read, write;

	const char *stuck; /* why the next flight cannot be computed */
	uint8_t client_random[32], server_random[32];

	/* Up to TLS 1.2. */
	struct prf prf;
	uint8_t master[MASTER_SECRET_LEN];

	/* TLS 1.3. */
	struct hkdf hkdf;
	uint8_t secret[CRYPTO_HASH_MAX]; /* early, handshake, then master */
	uint8_t client_secret[CRYPTO_HASH_MAX];
	uint8_t server_secret[CRYPTO_HASH_MAX];
	uint8_t resumption_secret[CRYPTO_HASH_MAX];
	uint8_t context_len; /* of CertificateRequest */
	uint8_t context[255];

	struct client_span chain[CLIENT_CHAIN_MAX];
	struct client_span hello_extensions, encrypted_extensions;
	struct client_span staple, timestamps;
	struct client_span dh_prime, dh_generator, dh_public, point;
};

/* Ends it, unless it has ended. */
void client_end(struct client *client, enum client_end end);
void client_broken(struct client *client, const char *reason);
void client_stuck(struct client *client, const char *reason);

/* Adds to the transcript; false, and the end, if there is no memory. */
bool client_remember(struct client *client, uint8_t type, struct bytes body);
struct bytes client_transcript(const struct client *client);

/* Where some bytes of the transcript are. */
struct client_span client_span_of(const struct client *client, struct bytes some);
struct bytes client_bytes_of(const struct client *client, struct client_span span);

/* Sends: a message, which is remembered too; any other record. */
void client_say(struct client *client, uint8_t type, struct bytes body);
void client_send(struct client *client, uint8_t content, struct bytes all);

/* The state behind a message; STATE_NONE: it may not come in that state. */
enum client_state client_step_next(enum client_state state, uint16_t type);

/* What comes next is looked up, and done. */
void client_step(struct client *client, uint16_t type, struct bytes body);

/* One for each line of the table in client_steps.c. */
void client_agree(struct client *client, struct bytes body);
void client_retry(struct client *client, const struct server_hello *hello);
void client_draft(struct client *client, struct bytes body);
void client_ignore(struct client *client, struct bytes body);
void client_old_certificate(struct client *client, struct bytes body);
void client_status(struct client *client, struct bytes body);
void client_old_key(struct client *client, struct bytes body);
void client_old_request(struct client *client, struct bytes body);
void client_old_done(struct client *client, struct bytes body);
void client_old_ticket(struct client *client, struct bytes body);
void client_old_change(struct client *client, struct bytes body);
void client_old_finished(struct client *client, struct bytes body);
void client_new_extensions(struct client *client, struct bytes body);
void client_new_request(struct client *client, struct bytes body);
void client_new_certificate(struct client *client, struct bytes body);
void client_new_compressed(struct client *client, struct bytes body);
void client_new_verify(struct client *client, struct bytes body);
void client_new_finished(struct client *client, struct bytes body);
void client_new_ticket(struct client *client, struct bytes body);

/* Where the ServerHello leads to. */
void client_old_begin(struct client *client, const struct server_hello *hello);
void client_new_begin(struct client *client, const struct server_hello *hello);

/* A certificate of the chain, part of the transcript; counts it. */
void client_chain_add(struct client *client, struct bytes der);

/* The body of a ClientKeyExchange, and the secret that it makes (RFC 5246, 8.1); 0: it
 * cannot be made, and the client has ended. */
size_t client_key_exchange(
	struct client *client, struct writer *body, uint8_t ret[KEY_SHARE_MAX]);

/* The key of that group, or NULL. */
const struct client_key *client_key_find(const struct client *client, uint16_t group);

/* Writes the binder of the hello's pre_shared_key, if it offers a session. RFC 8446,
 * 4.2.11.2; `before` is what precedes the hello in the transcript. ERR_VALUE: the hello
 * has no one binder of the right length. */
MUST_USE enum err client_bind(struct client *client, struct bytes before);

#endif

/*
 * tls_server - the other side of tls/client.h, for tests that must lie with the right
 * keys.
 *
 * It says what it is told to, message by message, protected as it should be; a
 * ServerHello and a Finished it can make rightly. ECDHE over X25519 alone, no certificate
 * of its own.
 */
#ifndef TESTS_FUZZ_TLS_SERVER_H
#define TESTS_FUZZ_TLS_SERVER_H

#include <stdlib.h>

#include "base/attr.h"
#include "sys/crypto.h"
#include "tls/client.h"
#include "tls/hello_write.h"
#include "tls/hkdf.h"
#include "tls/prf.h"
#include "tls/protection.h"
#include "tls/version.h"

#define SERVER_TRANSCRIPT_MAX ((size_t)1 << 20)
#define SERVER_X25519         29

struct server {
	const struct crypto *crypto;
	uint16_t version;
	const struct suite *suite;
	bool sealed; /* what is said from here on */
	struct draws draws;
	struct protection read, write;
	struct prf prf;
	struct hkdf hkdf;
	uint8_t client_random[32], random[32], session_id[32];
	uint8_t session_id_len;
	uint8_t secret[KEY_SECRET_LEN];
	uint8_t master[CRYPTO_HASH_MAX];
	uint8_t client_secret[CRYPTO_HASH_MAX], server_secret[CRYPTO_HASH_MAX];
	uint8_t *transcript;
	size_t transcript_len;
};

static const uint8_t server_seed[SHA256_LEN] = "server and client";

static inline void server_must(bool holds)
{
	if (!holds)
		abort();
}

static inline struct bytes server_transcript(const struct server *server)
{
	return bytes_over(server->transcript, server->transcript_len);
}

static inline void server_remember(struct server *server, struct bytes all)
{
	server_must(server->transcript_len + all.len <= SERVER_TRANSCRIPT_MAX);
	if (all.len > 0)
		memcpy(server->transcript + server->transcript_len, all.at, all.len);
	server->transcript_len += all.len;
}

/* Begins a client of that version, and a server for it; false if there is no memory.
 * server_end() and client_done() are owed whatever the answer. */
static inline bool server_begin(struct server *server, uint16_t version, uint16_t suite,
	const struct session *session, struct client *client)
{
	static const uint16_t group = SERVER_X25519;
	uint8_t memory[8192], key[KEY_SHARE_MAX], psk[SESSION_TICKET_MAX + 128];
	struct client_key secret = { .group = SERVER_X25519, .secret = { 1, 2, 3 } };
	struct writer w = writer_over(memory, sizeof memory);
	struct writer psk_writer = writer_over(psk, sizeof psk);
	struct bytes share;
	struct hello_plan plan = { .record_version = VERSION_TLS10,
		.legacy_version = version < VERSION_TLS13 ? version : VERSION_TLS12,
		.session_id_len = 32,
		.suites = { &suite, 1 },
		.groups = { &group, 1 },
		.says = HELLO_SAYS_RENEGOTIATION_INFO | HELLO_SAYS_SESSION_TICKET |
			HELLO_SAYS_PSK_MODES | HELLO_SAYS_STATUS_REQUEST };

	*server = (struct server){ .crypto = crypto_openssl(),
		.version = version,
		.suite = suite_find(suite),
		.secret = { 4, 5, 6 } };
	server->draws = draws_from(server->crypto, server_seed);
	server->transcript = malloc(SERVER_TRANSCRIPT_MAX);
	share = bytes_over(
		key, server->crypto->key_share(SERVER_X25519, secret.secret, key));
	if (version == VERSION_TLS13) {
		plan.versions = (struct hello_codes){ &version, 1 };
		plan.shares = plan.groups;
		plan.share_keys = &share;
	}
	if (session != NULL) {
		session_psk_write(session, 7, &psk_writer);
		plan.pre_shared_key = writer_written(&psk_writer);
	}
	server_must(hello_write(&plan, server->crypto, &server->draws, &w) == ERR_OK);
	return client_begin(client, &(struct client_start){ server->crypto, server_seed,
					    writer_written(&w), &secret, 1, session }) ==
		       ERR_OK &&
	       server->transcript != NULL;
}

static inline void server_end(struct server *server)
{
	free(server->transcript);
}

/* Hears the client's hello, in one record, and remembers it. */
static inline void server_hear_hello(struct server *server, struct bytes record)
{
	struct bytes message = bytes_after(record, RECORD_HEADER_LEN);
	struct client_hello hello;

	server_must(client_hello_parse(bytes_after(message, 4), &hello) == ERR_OK);
	memcpy(server->client_random, hello.random.at, 32);
	server->session_id_len = (uint8_t)hello.session_id.len;
	memcpy(server->session_id, hello.session_id.at, hello.session_id.len);
	server_remember(server, message);
}

static inline void server_send(
	struct server *server, uint8_t content, struct bytes all, struct writer *w)
{
	if (server->sealed)
		protection_seal(&server->write, content, all, &server->draws, w);
	else
		record_write(content,
			server->version < VERSION_TLS13 ? server->version : VERSION_TLS12,
			all, w);
}

static inline void server_say(
	struct server *server, uint8_t type, struct bytes body, struct writer *w)
{
	size_t before = server->transcript_len;
	uint8_t head[4] = { type, (uint8_t)(body.len >> 16), (uint8_t)(body.len >> 8),
		(uint8_t)body.len };

	server_remember(server, bytes_over(head, sizeof head));
	server_remember(server, body);
	server_send(server, CONTENT_HANDSHAKE,
		bytes_after(server_transcript(server), before), w);
}

static inline void server_advance(struct server *server, struct bytes input)
{
	size_t len = crypto_hash_len(server->hkdf.hash);
	uint8_t derived[CRYPTO_HASH_MAX];

	hkdf_derive(
		&server->hkdf, server->master, "derived", (struct bytes){ 0 }, derived);
	hkdf_extract(&server->hkdf, bytes_over(derived, len), input, server->master);
}

static inline void server_set_keys(
	struct server *server, struct protection *protection, const uint8_t *secret)
{
	protection->sequence = 0;
	hkdf_expand_label(&server->hkdf, secret, "key", (struct bytes){ 0 },
		protection->key, protection->form.key_len);
	hkdf_expand_label(&server->hkdf, secret, "iv", (struct bytes){ 0 },
		protection->iv, protection->form.iv_len);
}

static inline void server_handshake_keys(struct server *server, const uint8_t *shared)
{
	struct protection_form form;

	server_must(protection_of_suite(server->crypto, server->suite, server->version,
			    false, &form) == ERR_OK);
	server->read = (struct protection){ .crypto = server->crypto, .form = form };
	server->write = server->read;
	hkdf_extract(
		&server->hkdf, (struct bytes){ 0 }, (struct bytes){ 0 }, server->master);
	server_advance(server, bytes_over(shared, 32));
	hkdf_derive(&server->hkdf, server->master, "c hs traffic",
		server_transcript(server), server->client_secret);
	hkdf_derive(&server->hkdf, server->master, "s hs traffic",
		server_transcript(server), server->server_secret);
	server_set_keys(server, &server->read, server->client_secret);
	server_set_keys(server, &server->write, server->server_secret);
	server->sealed = true;
}

/* The right ServerHello; in TLS 1.3 what follows is sealed. */
static inline void server_say_hello(struct server *server, struct writer *w)
{
	struct client_key theirs = { .secret = { 1, 2, 3 } };
	uint8_t body[256], key[KEY_SHARE_MAX], their_key[KEY_SHARE_MAX];
	uint8_t shared[KEY_SHARE_MAX];
	struct writer b = writer_over(body, sizeof body);
	bool new = server->version == VERSION_TLS13;

	writer_u16(&b, new ? VERSION_TLS12 : server->version);
	draws_fill(&server->draws, server->random, 32);
	writer_bytes(&b, bytes_over(server->random, 32));
	writer_u8(&b, new ? server->session_id_len : 0);
	writer_bytes(
		&b, bytes_over(server->session_id, new ? server->session_id_len : 0));
	writer_u16(&b, server->suite->code);
	writer_u8(&b, 0);
	(void)server->crypto->key_share(SERVER_X25519, server->secret, key);
	if (new) { /* supported_versions and key_share */
		writer_u16(&b, 6 + 40);
		writer_bytes(&b,
			bytes_over("\0\x2b\0\x02\x03\x04\0\x33\0\x24\0\x1d\0\x20", 14));
		writer_bytes(&b, bytes_over(key, 32));
	}
	server->hkdf = (struct hkdf){ server->crypto, CRYPTO_SHA256 };
	server->prf = (struct prf){ server->crypto, server->version, CRYPTO_SHA256 };
	server_say(server, HANDSHAKE_SERVER_HELLO, writer_written(&b), w);
	(void)server->crypto->key_share(SERVER_X25519, theirs.secret, their_key);
	server_must(server->crypto->key_agree(SERVER_X25519, server->secret,
			    bytes_over(their_key, 32), shared) == 32);
	if (new)
		server_handshake_keys(server, shared);
}

/* Up to TLS 1.2, a right ServerKeyExchange but for its signature, which nobody reads. */
static inline void server_say_key(struct server *server, struct writer *w)
{
	uint8_t body[64], key[KEY_SHARE_MAX];
	struct writer b = writer_over(body, sizeof body);

	writer_bytes(&b, bytes_over("\x03\0\x1d\x20", 4));
	(void)server->crypto->key_share(SERVER_X25519, server->secret, key);
	writer_bytes(&b, bytes_over(key, 32));
	if (server->version == VERSION_TLS12)
		writer_u16(&b, 0x0804);
	writer_bytes(&b, bytes_over("\0\x02\x09\x09", 4));
	server_say(server, HANDSHAKE_SERVER_KEY_EXCHANGE, writer_written(&b), w);
}

/* Up to TLS 1.2: hears ClientKeyExchange, in a record of its own, and from it makes the
 * keys; the client's Finished is known without opening it. */
static inline void server_hear_flight(struct server *server, struct bytes flight)
{
	struct bytes randoms[2] = { bytes_over(server->client_random, 32),
		bytes_over(server->random, 32) };
	struct bytes swapped[2] = { randoms[1], randoms[0] };
	uint8_t premaster[KEY_SHARE_MAX], block[256], finished[FINISHED_OLD_MAX];
	struct bytes point = bytes_over(flight.at + RECORD_HEADER_LEN + 5, 32);
	struct protection_form form;
	size_t len;

	server_must(flight.len > RECORD_HEADER_LEN + 37);
	server_must(server->crypto->key_agree(
			    SERVER_X25519, server->secret, point, premaster) == 32);
	server_remember(server, bytes_over(flight.at + RECORD_HEADER_LEN, 37));
	prf_expand(&server->prf, bytes_over(premaster, 32), "master secret", randoms,
		server->master, MASTER_SECRET_LEN);
	server_must(protection_of_suite(server->crypto, server->suite, server->version,
			    false, &form) == ERR_OK);
	prf_expand(&server->prf, bytes_over(server->master, MASTER_SECRET_LEN),
		"key expansion", swapped, block, 2 * protection_key_block_len(&form));
	protection_from_key_block(
		server->crypto, &form, block, &server->read, &server->write);
	len = prf_finished(
		&server->prf, server->master, false, server_transcript(server), finished);
	server_remember(server, bytes_over("\x14\0\0\x0c", 4));
	server_remember(server, bytes_over(finished, len));
}

static inline void server_say_change(struct server *server, struct writer *w)
{
	server_send(server, CONTENT_CHANGE_CIPHER_SPEC, bytes_over("\x01", 1), w);
	server->sealed = true;
}

/* The right one. Behind it, in TLS 1.3, come the application's keys. */
static inline void server_say_finished(struct server *server, struct writer *w)
{
	uint8_t finished[CRYPTO_HASH_MAX];

	if (server->version < VERSION_TLS13) {
		size_t len = prf_finished(&server->prf, server->master, true,
			server_transcript(server), finished);

		server_say(server, HANDSHAKE_FINISHED, bytes_over(finished, len), w);
		return;
	}
	hkdf_finished(&server->hkdf, server->server_secret, server_transcript(server),
		finished);
	server_say(server, HANDSHAKE_FINISHED, bytes_over(finished, SHA256_LEN), w);
	server_advance(server, (struct bytes){ 0 });
	hkdf_derive(&server->hkdf, server->master, "s ap traffic",
		server_transcript(server), server->server_secret);
	server_set_keys(server, &server->write, server->server_secret);
}

#endif

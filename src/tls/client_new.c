/* From the ServerHello to Finished and the tickets behind it, TLS 1.3. RFC 8446, 4 and 7.
 */
#include "base/attr.h"
#include "tls/alert.h"
#include "tls/client_inside.h"
#include "tls/extension.h"
#include "tls/version.h"

static const struct bytes nothing;

static struct bytes secret_bytes(const struct client_work *work, const uint8_t *secret)
{
	return bytes_over(secret, crypto_hash_len(work->hkdf.hash));
}

/* RFC 8446, 7.3. */
static void set_keys(
	struct client_work *work, struct protection *protection, const uint8_t *secret)
{
	protection->sequence = 0;
	hkdf_expand_label(&work->hkdf, secret, "key", nothing, protection->key,
		protection->form.key_len);
	hkdf_expand_label(&work->hkdf, secret, "iv", nothing, protection->iv,
		protection->form.iv_len);
}

/* One stage to the next, by what is put into it. RFC 8446, 7.1. */
static void advance(struct client_work *work, struct bytes input)
{
	uint8_t derived[CRYPTO_HASH_MAX];

	hkdf_derive(&work->hkdf, work->secret, "derived", nothing, derived);
	hkdf_extract(&work->hkdf, secret_bytes(work, derived), input, work->secret);
}

/* The key that the server put into its key_share. RFC 8446, 4.2.8. */
static struct bytes share_of(const struct server_hello *hello)
{
	struct reader r = reader_over(server_hello_extension(hello, EXTENSION_KEY_SHARE));
	struct reader key;

	(void)reader_u16(&r);
	key = reader_vec16(&r);
	return reader_rest(&key);
}

static bool share_offered(const struct client *client, uint16_t group)
{
	struct reader shares = client->work->hello.key_shares;

	while (reader_more(&shares)) {
		uint16_t offered = reader_u16(&shares);

		(void)reader_vec16(&shares);
		if (offered == group)
			return true;
	}
	return false;
}

/* What both shares have in common; nothing and true for a PSK alone (RFC 8446, 2.2). */
static bool agree(struct client *client, const struct server_hello *hello,
	uint8_t memory[KEY_SHARE_MAX], struct bytes *ret)
{
	const struct client_key *key = client_key_find(client, hello->group);
	size_t len;

	*ret = nothing;
	if (!server_hello_has(hello, EXTENSION_KEY_SHARE) && client->resumed)
		return true;
	client->group = hello->group;
	if (!share_offered(client, hello->group)) {
		client_broken(client, "it chose a group of which it got no share");
		return false;
	}
	if (key == NULL) {
		client_stuck(
			client, "the key of the group it chose is not computed here");
		return false;
	}
	len = client->work->crypto->key_agree(
		hello->group, key->secret, share_of(hello), memory);
	if (len == 0) {
		client_broken(client, "its key is none of the group it chose");
		return false;
	}
	*ret = bytes_over(memory, len);
	return true;
}

static bool choose_protection(struct client *client)
{
	struct client_work *work = client->work;

	if (protection_of_suite(work->crypto, work->suite, client->version, false,
		    &work->read.form) != ERR_OK) {
		client_stuck(client, "libcrypto lacks the cipher it chose");
		return false;
	}
	work->read.crypto = work->crypto;
	work->write = work->read;
	return true;
}

static bool psk_fits(const struct client_work *work)
{
	return work->offered.version == VERSION_TLS13 &&
	       work->offered.secret_len == crypto_hash_len(work->hkdf.hash);
}

/* RFC 8446, 7.1: early secret, then handshake secrets. */
static void make_handshake_keys(struct client *client, struct bytes shared)
{
	struct client_work *work = client->work;
	struct bytes psk = bytes_over(work->offered.secret, work->offered.secret_len);

	hkdf_extract(&work->hkdf, nothing, client->resumed ? psk : nothing, work->secret);
	advance(work, shared);
	hkdf_derive(&work->hkdf, work->secret, "c hs traffic", client_transcript(client),
		work->client_secret);
	hkdf_derive(&work->hkdf, work->secret, "s hs traffic", client_transcript(client),
		work->server_secret);
	set_keys(work, &work->read, work->server_secret);
	set_keys(work, &work->write, work->client_secret);
	work->reading = true;
	work->keys_changed = true;
}

void client_new_begin(struct client *client, const struct server_hello *hello)
{
	struct client_work *work = client->work;
	uint8_t memory[KEY_SHARE_MAX];
	struct bytes shared;

	if (!bytes_equal(hello->session_id, work->hello.session_id)) {
		client_broken(client, "it did not send the session id back");
		return;
	}
	client->resumed = hello->psk_chosen;
	if (client->resumed && !psk_fits(work)) {
		client_broken(client, "it chose a pre-shared key that was not offered");
		return;
	}
	if (!agree(client, hello, memory, &shared) || !choose_protection(client))
		return;
	make_handshake_keys(client, shared);
	work->state = NEW_EXTENSIONS;
}

void client_new_extensions(struct client *client, struct bytes body)
{
	struct reader r = reader_over(body);
	struct reader list = reader_vec16(&r);
	struct bytes all = reader_rest(&list);

	if (reader_end(&r) != ERR_OK) {
		client_broken(client, "its EncryptedExtensions cannot be read");
		return;
	}
	if (all.len > 0)
		client->work->encrypted_extensions = client_span_of(client, all);
}

/* RFC 8446, 4.3.2. */
void client_new_request(struct client *client, struct bytes body)
{
	struct client_work *work = client->work;
	struct reader r = reader_over(body);
	struct reader list = reader_vec8(&r);
	struct bytes context = reader_rest(&list);

	(void)reader_vec16(&r);
	if (reader_end(&r) != ERR_OK) {
		client_broken(client, "its CertificateRequest cannot be read");
		return;
	}
	client->certificate_asked = true;
	work->context_len = (uint8_t)context.len;
	if (context.len > 0)
		memcpy(work->context, context.at, context.len);
}

/* What comes with the leaf: RFC 8446, 4.4.2.1. */
static void leaf_extensions(struct client *client, struct reader list)
{
	struct client_work *work = client->work;
	struct bytes status = extension_find(list, EXTENSION_STATUS_REQUEST);
	struct bytes timestamps =
		extension_find(list, EXTENSION_SIGNED_CERTIFICATE_TIMESTAMP);

	if (status.len > 0)
		client_status(client, status); /* of the same form */
	if (timestamps.len > 0)
		work->timestamps = client_span_of(client, timestamps);
}

/* RFC 8446, 4.4.2. */
void client_new_certificate(struct client *client, struct bytes body)
{
	struct reader r = reader_over(body);
	struct reader context = reader_vec8(&r);
	struct reader list = reader_vec24(&r);

	(void)reader_rest(&context);
	while (reader_more(&list)) {
		struct reader der = reader_vec24(&list);
		struct reader extensions = reader_vec16(&list);

		if (reader_fault(&list) != ERR_OK)
			break;
		if (client->chain_len == 0)
			leaf_extensions(client, extensions);
		client_chain_add(client, reader_rest(&der));
	}
	reader_close(&r, &list);
	if (reader_end(&r) != ERR_OK)
		client_broken(client, "its Certificate cannot be read");
}

void client_new_compressed(struct client *client, struct bytes body)
{
	(void)body;
	client_stuck(client, "it compresses its certificate, which is not undone here");
}

void client_new_verify(struct client *client, struct bytes body)
{
	struct reader r = reader_over(body);
	uint16_t scheme = reader_u16(&r);

	(void)reader_vec16(&r);
	if (reader_end(&r) == ERR_OK)
		client->scheme = scheme;
	else
		client_broken(client, "its CertificateVerify cannot be read");
}

/* None is given; it needs no CertificateVerify. RFC 8446, 4.4.2. */
static void say_certificate(struct client *client)
{
	struct client_work *work = client->work;
	uint8_t memory[1 + sizeof work->context + 3];
	struct writer w = writer_over(memory, sizeof memory);

	writer_u8(&w, work->context_len);
	writer_bytes(&w, bytes_over(work->context, work->context_len));
	writer_u24(&w, 0);
	client_say(client, HANDSHAKE_CERTIFICATE, writer_written(&w));
}

/* For middleboxes, to a server that got a session id. RFC 8446, D.4. */
static void say_change(struct client *client)
{
	static const uint8_t change[] = { 1 };

	if (client->work->hello.session_id.len > 0)
		client_send(client, CONTENT_CHANGE_CIPHER_SPEC,
			bytes_over(change, sizeof change));
}

static void say_goodbye(struct client *client)
{
	static const uint8_t goodbye[] = { ALERT_WARNING, ALERT_CLOSE_NOTIFY };

	client_send(client, CONTENT_ALERT, bytes_over(goodbye, sizeof goodbye));
}

/* The server's flight is over; ours, then the application's keys. RFC 8446, 7.1. The
 * goodbye waits if a certificate was asked for, lest it end before it judges. */
static void answer(struct client *client)
{
	struct client_work *work = client->work;
	uint8_t finished[CRYPTO_HASH_MAX], client_next[CRYPTO_HASH_MAX];

	advance(work, nothing);
	hkdf_derive(&work->hkdf, work->secret, "c ap traffic", client_transcript(client),
		client_next);
	hkdf_derive(&work->hkdf, work->secret, "s ap traffic", client_transcript(client),
		work->server_secret);
	say_change(client);
	work->writing = true;
	if (client->certificate_asked)
		say_certificate(client);
	hkdf_finished(
		&work->hkdf, work->client_secret, client_transcript(client), finished);
	client_say(client, HANDSHAKE_FINISHED, secret_bytes(work, finished));
	hkdf_derive(&work->hkdf, work->secret, "res master", client_transcript(client),
		work->resumption_secret);
	set_keys(work, &work->read, work->server_secret);
	set_keys(work, &work->write, client_next);
	work->keys_changed = true;
	if (!client->certificate_asked)
		say_goodbye(client);
}

void client_new_finished(struct client *client, struct bytes body)
{
	struct client_work *work = client->work;
	uint8_t finished[CRYPTO_HASH_MAX];

	if (work->state == NEW_AFTER && client->chain_len == 0 && !client->resumed) {
		client_broken(client, "it sent no certificate");
		return;
	}
	hkdf_finished(
		&work->hkdf, work->server_secret, client_transcript(client), finished);
	if (!bytes_equal(body, secret_bytes(work, finished))) {
		client_broken(client, "its Finished is wrong");
		return;
	}
	if (!client_remember(client, HANDSHAKE_FINISHED, body))
		return;
	client->finished = true;
	answer(client);
}

/* RFC 8446, 4.6.1. */
static void keep_ticket(struct client *client, struct bytes nonce, struct bytes ticket)
{
	struct client_work *work = client->work;
	struct session *session = &client->session;

	session->version = client->version;
	session->suite = client->suite;
	session->secret_len = (uint8_t)crypto_hash_len(work->hkdf.hash);
	hkdf_expand_label(&work->hkdf, work->resumption_secret, "resumption", nonce,
		session->secret, session->secret_len);
	memcpy(session->ticket, ticket.at, ticket.len);
	session->ticket_len = (uint16_t)ticket.len;
}

/* RFC 8446, 4.6.1 and 4.2.10. */
static uint32_t early_data_of(struct reader extensions)
{
	struct reader r = reader_over(extension_find(extensions, EXTENSION_EARLY_DATA));

	return reader_left(&r) == 4 ? reader_u32(&r) : 0;
}

void client_new_ticket(struct client *client, struct bytes body)
{
	struct session *session = &client->session;
	struct reader r = reader_over(body);
	uint32_t lifetime = reader_u32(&r), age_add = reader_u32(&r);
	struct reader nonce = reader_vec8(&r), ticket = reader_vec16(&r);
	struct reader extensions = reader_vec16(&r);
	uint32_t early_data = early_data_of(extensions);

	if (reader_end(&r) != ERR_OK || !reader_more(&ticket)) {
		client_broken(client, "its NewSessionTicket cannot be read");
		return;
	}
	client->tickets++;
	if (early_data > client->max_early_data)
		client->max_early_data = early_data;
	if (reader_left(&ticket) <= SESSION_TICKET_MAX) {
		session->lifetime = lifetime;
		session->age_add = age_add;
		session->max_early_data = early_data;
		keep_ticket(client, reader_rest(&nonce), reader_rest(&ticket));
	}
	if (client->certificate_asked && client->tickets == 1)
		say_goodbye(client);
}

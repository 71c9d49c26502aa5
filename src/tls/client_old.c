/* From the ServerHello to Finished, SSL 3.0 to TLS 1.2. RFC 6101, 5.5 and 5.6; RFC 5246,
 * 7.3 and 7.4. */
#include "base/attr.h"
#include "tls/alert.h"
#include "tls/client_inside.h"
#include "tls/version.h"

#define ALERT_NO_CERTIFICATE 41 /* RFC 6101, 5.4.2 */
#define KEY_BLOCK_MAX        (2 * (CRYPTO_HASH_MAX + PROTECTION_KEY_MAX + PROTECTION_IV_MAX))

/* RFC 5246, 6.3. */
static void make_keys(struct client *client)
{
	struct client_work *work = client->work;
	const struct protection_form form = work->read.form;
	uint8_t block[KEY_BLOCK_MAX];
	const struct bytes seed[] = {
		bytes_over(work->server_random, sizeof work->server_random),
		bytes_over(work->client_random, sizeof work->client_random),
	};

	prf_expand(&work->prf, bytes_over(work->master, sizeof work->master),
		"key expansion", seed, block, 2 * protection_key_block_len(&form));
	protection_from_key_block(work->crypto, &form, block, &work->write, &work->read);
}

static void resume(struct client *client)
{
	struct client_work *work = client->work;

	client->resumed = true;
	if (work->stuck != NULL) {
		client_stuck(client, work->stuck);
		return;
	}
	memcpy(work->master, work->offered.secret, sizeof work->master);
	make_keys(client);
}

static bool offers(const struct client *client)
{
	uint16_t version = client->work->offered.version;

	return version != VERSION_NONE && version != VERSION_TLS13;
}

/* An id that comes back as it was sent. RFC 5246, 7.4.1.3. */
static bool resumes(const struct client *client, const struct server_hello *hello)
{
	return offers(client) && hello->session_id.len > 0 &&
	       bytes_equal(hello->session_id, client->work->hello.session_id);
}

static bool answers(const struct client *client, uint16_t type)
{
	return client_extension(client, type).at != NULL &&
	       client_hello_has(&client->work->hello, type);
}

/* RFC 5746, 3.4: in a first handshake there is nothing to bind to. */
static bool renegotiation_holds(struct client *client)
{
	static const uint8_t nothing[] = { 0 };
	struct bytes info = client_extension(client, EXTENSION_RENEGOTIATION_INFO);

	client->secure_renegotiation = info.at != NULL;
	return info.at == NULL || bytes_equal(info, bytes_over(nothing, sizeof nothing));
}

static void keep_session_id(struct client *client, struct bytes id)
{
	client->session.id_len = (uint8_t)id.len;
	if (id.len > 0)
		memcpy(client->session.id, id.at, id.len);
}

void client_old_begin(struct client *client, const struct server_hello *hello)
{
	struct client_work *work = client->work;
	struct bytes timestamps =
		client_extension(client, EXTENSION_SIGNED_CERTIFICATE_TIMESTAMP);

	work->prf = (struct prf){ work->crypto, client->version, work->hkdf.hash };
	client->extended_master_secret =
		answers(client, EXTENSION_EXTENDED_MASTER_SECRET);
	client->encrypt_then_mac = answers(client, EXTENSION_ENCRYPT_THEN_MAC);
	if (protection_of_suite(work->crypto, work->suite, client->version,
		    client->encrypt_then_mac, &work->read.form) != ERR_OK)
		work->stuck = "libcrypto lacks the cipher it chose";
	client->compressed = hello->compression != 0;
	if (client->compressed)
		work->stuck = "it compresses, which is not done here";
	if (timestamps.at != NULL)
		work->timestamps = client_span_of(client, timestamps);
	keep_session_id(client, hello->session_id);
	if (!renegotiation_holds(client)) {
		client_broken(client, "its renegotiation_info is not that of a first "
				      "handshake");
		return;
	}
	work->state = OLD_CERTIFICATE;
	if (resumes(client, hello)) {
		work->state = OLD_TICKET;
		resume(client);
	}
}

void client_old_certificate(struct client *client, struct bytes body)
{
	struct reader chain;
	struct bytes der;

	if (certificate_list_parse(body, &chain) != ERR_OK) {
		client_broken(client, "its Certificate cannot be read");
		return;
	}
	for (der = certificate_next(&chain); der.len > 0; der = certificate_next(&chain))
		client_chain_add(client, der);
}

void client_status(struct client *client, struct bytes body)
{
	struct bytes staple;

	if (certificate_status_parse(body, &staple) == ERR_OK)
		client->work->staple = client_span_of(client, staple);
}

static struct client_span span_of(const struct client *client, struct bytes some)
{
	return some.len > 0 ? client_span_of(client, some) : (struct client_span){ 0 };
}

void client_old_key(struct client *client, struct bytes body)
{
	struct client_work *work = client->work;
	struct server_key_exchange exchange;
	enum err err = server_key_exchange_parse(
		body, client->suite, client->version, &exchange);

	if (err == ERR_UNSUPPORTED) {
		work->stuck = "its key exchange is of a form that is not read here";
		return;
	}
	if (err != ERR_OK) {
		client_broken(client, "its ServerKeyExchange cannot be read");
		return;
	}
	client->group = exchange.group;
	client->scheme = exchange.signature_scheme;
	client->dh_bits = exchange.dh_bits;
	work->dh_prime = span_of(client, exchange.dh_prime);
	work->dh_generator = span_of(client, exchange.dh_generator);
	work->dh_public = span_of(client, exchange.dh_public);
	work->point = span_of(client, exchange.point);
}

void client_old_request(struct client *client, struct bytes body)
{
	(void)body;
	client->certificate_asked = true;
}

/* None is given. RFC 5246, 7.4.6; RFC 6101, 5.6.6. */
static void say_certificate(struct client *client)
{
	static const uint8_t alert[] = { ALERT_WARNING, ALERT_NO_CERTIFICATE };
	static const uint8_t empty[] = { 0, 0, 0 };

	if (client->version == VERSION_SSL3)
		client_send(client, CONTENT_ALERT, bytes_over(alert, sizeof alert));
	else
		client_say(
			client, HANDSHAKE_CERTIFICATE, bytes_over(empty, sizeof empty));
}

/* RFC 5246, 8.1; RFC 7627, 4: over all up to the ClientKeyExchange. */
static void make_master(struct client *client, struct bytes premaster)
{
	struct client_work *work = client->work;
	uint8_t hash[SESSION_HASH_MAX];
	const struct bytes randoms[] = {
		bytes_over(work->client_random, sizeof work->client_random),
		bytes_over(work->server_random, sizeof work->server_random),
	};
	struct bytes session[] = { { hash, 0 }, { 0 } };

	session[0].len = prf_session_hash(&work->prf, client_transcript(client), hash);
	if (client->extended_master_secret)
		prf_expand(&work->prf, premaster, "extended master secret", session,
			work->master, sizeof work->master);
	else
		prf_expand(&work->prf, premaster, "master secret", randoms, work->master,
			sizeof work->master);
}

static bool say_key_exchange(struct client *client)
{
	uint8_t memory[2 + RSA_KEY_MAX], premaster[KEY_SHARE_MAX];
	struct writer body = writer_over(memory, sizeof memory);
	size_t len = client_key_exchange(client, &body, premaster);

	if (len == 0)
		return false;
	client_say(client, HANDSHAKE_CLIENT_KEY_EXCHANGE, writer_written(&body));
	make_master(client, bytes_over(premaster, len));
	make_keys(client);
	return true;
}

static void say_finished(struct client *client)
{
	static const uint8_t change[] = { 1 };
	struct client_work *work = client->work;
	uint8_t finished[FINISHED_OLD_MAX];
	size_t len = prf_finished(
		&work->prf, work->master, false, client_transcript(client), finished);

	client_send(
		client, CONTENT_CHANGE_CIPHER_SPEC, bytes_over(change, sizeof change));
	work->writing = true;
	client_say(client, HANDSHAKE_FINISHED, bytes_over(finished, len));
}

void client_old_done(struct client *client, struct bytes body)
{
	struct client_work *work = client->work;

	(void)body;
	if (work->stuck != NULL) {
		client_stuck(client, work->stuck);
		return;
	}
	if (client->certificate_asked)
		say_certificate(client);
	if (say_key_exchange(client))
		say_finished(client);
}

/* RFC 5077, 3.3. */
void client_old_ticket(struct client *client, struct bytes body)
{
	struct session *session = &client->session;
	struct reader r = reader_over(body);
	uint32_t lifetime = reader_u32(&r);
	struct reader list = reader_vec16(&r);
	struct bytes ticket = reader_rest(&list);

	if (reader_end(&r) != ERR_OK) {
		client_broken(client, "its NewSessionTicket cannot be read");
		return;
	}
	client->tickets++;
	session->lifetime = lifetime;
	if (ticket.len == 0 || ticket.len > SESSION_TICKET_MAX)
		return;
	memcpy(session->ticket, ticket.at, ticket.len);
	session->ticket_len = (uint16_t)ticket.len;
}

/* Without a certificate before it, a ticket was taken. RFC 5077, 3.4. */
void client_old_change(struct client *client, struct bytes body)
{
	struct client_work *work = client->work;

	(void)body;
	if (!work->writing && !client->resumed) {
		if (!offers(client)) {
			client_broken(client, "it changed to keys that nobody has");
			return;
		}
		resume(client);
	}
	work->reading = true;
	work->keys_changed = true;
}

static void keep_session(struct client *client)
{
	struct client_work *work = client->work;
	struct session *session = &client->session;

	session->version = client->version;
	session->suite = client->suite;
	session->extended_master_secret = client->extended_master_secret;
	memcpy(session->secret, work->master, sizeof work->master);
	session->secret_len = sizeof work->master;
}

void client_old_finished(struct client *client, struct bytes body)
{
	static const uint8_t goodbye[] = { ALERT_WARNING, ALERT_CLOSE_NOTIFY };
	struct client_work *work = client->work;
	uint8_t finished[FINISHED_OLD_MAX];
	size_t len = prf_finished(
		&work->prf, work->master, true, client_transcript(client), finished);

	if (!bytes_equal(body, bytes_over(finished, len))) {
		client_broken(client, "its Finished is wrong");
		return;
	}
	if (!client_remember(client, HANDSHAKE_FINISHED, body))
		return;
	client->finished = true;
	keep_session(client);
	if (client->resumed)
		say_finished(client);
	client_send(client, CONTENT_ALERT, bytes_over(goodbye, sizeof goodbye));
	client_end(client, CLIENT_COMPLETED);
}

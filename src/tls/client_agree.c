#include "base/attr.h"
#include "tls/client_inside.h"
#include "tls/version.h"

#define MESSAGE_HASH 254 /* RFC 8446, 4.4.1 */

static bool lists(struct reader list, uint16_t code)
{
	while (reader_more(&list))
		if (reader_u16(&list) == code)
			return true;
	return false;
}

/* A hello may offer versions it does not list only if it lists none. RFC 8446, 4.2.1. */
static bool version_offered(const struct client_hello *hello, uint16_t version)
{
	if (client_hello_has(hello, EXTENSION_SUPPORTED_VERSIONS) &&
		lists(hello->supported_versions, version))
		return true;
	return version < VERSION_TLS13 && version <= hello->legacy_version;
}

static bool is_draft(uint16_t version)
{
	return version >> 8 == 0x7f;
}

/* What no client takes of a ServerHello, of any version; NULL if it is well. */
static const char *fault_of(const struct client *client, const struct server_hello *hello)
{
	const struct client_hello *offer = &client->work->hello;

	if (hello->body_fault != ERR_OK)
		return "its ServerHello holds an extension that cannot be read";
	if (!version_offered(offer, hello->version))
		return "it chose a version that was not offered";
	if (!lists(offer->cipher_suites, hello->cipher_suite))
		return "it chose a suite that was not offered";
	if (client->retried && (hello->version != client->version ||
				       hello->cipher_suite != client->suite))
		return "it chose otherwise than it had said when it asked again";
	return NULL;
}

/* RFC 5246, 1.2; RFC 8446, 4.1.3. That RFC 8422 begins with TLS 1.0 OpenSSL did not mind
 * until 1.1.0: it took ECDHE in SSL 3.0. */
static bool suits(const struct suite *suite, uint16_t version)
{
	if (suite->since >= RANK_TLS12)
		return version_rank(version) == suite->since;
	return version <= VERSION_TLS12;
}

static bool agree_on(struct client *client, const struct server_hello *hello)
{
	struct client_work *work = client->work;
	const char *fault = fault_of(client, hello);

	if (is_draft(hello->version)) {
		client->version = hello->version;
		client_stuck(client, "a draft of TLS 1.3 is not spoken here");
		return false;
	}
	if (fault != NULL) {
		client_broken(client, fault);
		return false;
	}
	client->version = hello->version;
	client->suite = hello->cipher_suite;
	work->suite = suite_find(hello->cipher_suite);
	if (work->suite == NULL) {
		client_stuck(client, "nobody has registered the suite it chose");
		return false;
	}
	if (!suits(work->suite, hello->version)) {
		client_broken(client, "it chose a suite of another version");
		return false;
	}
	work->hkdf = (struct hkdf){ work->crypto,
		work->suite->hash == SUITE_SHA384 ? CRYPTO_SHA384 : CRYPTO_SHA256 };
	return true;
}

/* The transcript begins anew with the first hello's hash. RFC 8446, 4.4.1. */
static bool hash_hello(struct client *client)
{
	struct client_work *work = client->work;
	struct bytes all = client_transcript(client);
	uint8_t hash[CRYPTO_HASH_MAX];

	work->crypto->digest(work->hkdf.hash, &all, 1, hash);
	work->transcript_len = 0;
	return client_remember(
		client, MESSAGE_HASH, bytes_over(hash, crypto_hash_len(work->hkdf.hash)));
}

/* Read again where it is remembered, which does not move as long as it is looked at. */
static bool remember_hello(
	struct client *client, struct bytes body, struct server_hello *ret)
{
	struct client_work *work = client->work;

	if (!client_remember(client, HANDSHAKE_SERVER_HELLO, body))
		return false;
	body = bytes_over(work->transcript + work->transcript_len - body.len, body.len);
	return server_hello_parse(body, ret) == ERR_OK;
}

void client_agree(struct client *client, struct bytes body)
{
	struct client_work *work = client->work;
	struct server_hello hello;
	struct reader extensions;

	if (server_hello_parse(body, &hello) != ERR_OK) {
		client_broken(client, "its ServerHello cannot be read");
		return;
	}
	if (!agree_on(client, &hello))
		return;
	if (hello.is_retry) {
		/* The second hello is written from this one, before memory moves. */
		if (client->version != VERSION_TLS13)
			client_broken(
				client, "it asked for another hello before TLS 1.3");
		else if (hash_hello(client) &&
			 client_remember(client, HANDSHAKE_SERVER_HELLO, body))
			client_retry(client, &hello);
		return;
	}
	if (!remember_hello(client, body, &hello))
		return;
	memcpy(work->server_random, hello.random.at, sizeof work->server_random);
	extensions = hello.extensions;
	if (reader_more(&extensions))
		work->hello_extensions = client_span_of(client, reader_rest(&extensions));
	if (client->version == VERSION_TLS13)
		client_new_begin(client, &hello);
	else
		client_old_begin(client, &hello);
}

void client_draft(struct client *client, struct bytes body)
{
	(void)body;
	client_stuck(client, "a draft of TLS 1.3 is not spoken here");
}

void client_ignore(struct client *client, struct bytes body)
{
	(void)client;
	(void)body;
}

#include <stdlib.h>

#include "tls/client_inside.h"
#include "tls/version.h"

/* Where the binder stands in a hello, which ends with it: a list of two bytes' length
 * with one of one byte's. RFC 8446, 4.2.11. */
static size_t binder_at(const struct client_work *work)
{
	struct bytes body =
		client_hello_extension(&work->hello, EXTENSION_PRE_SHARED_KEY);
	struct reader r = reader_over(body);
	struct reader identities = reader_vec16(&r);
	struct reader binders = reader_vec16(&r);
	struct reader binder = reader_vec8(&binders);
	size_t len = reader_left(&binder);

	(void)identities;
	if (reader_more(&binders) || reader_more(&r) || len == 0 ||
		len != work->offered.secret_len || len > CRYPTO_HASH_MAX ||
		body.at + body.len != work->hello_memory + work->hello_len)
		return 0;
	return work->hello_len - len;
}

static enum crypto_hash hash_of(uint16_t suite)
{
	const struct suite *known = suite_find(suite);

	return known != NULL && known->hash == SUITE_SHA384 ? CRYPTO_SHA384
							    : CRYPTO_SHA256;
}

/* Over all that precedes the list of binders: what was before the hello, and the hello up
 * to there. RFC 8446, 4.2.11.2 and 7.1. */
static void write_binder(struct client_work *work, struct bytes before, uint8_t *all,
	size_t len, size_t at)
{
	struct hkdf hkdf = { work->crypto, hash_of(work->offered.suite) };
	uint8_t early[CRYPTO_HASH_MAX], key[CRYPTO_HASH_MAX], binder[CRYPTO_HASH_MAX];

	if (before.len > 0)
		memcpy(all, before.at, before.len);
	memcpy(all + before.len, work->hello_memory, at - 3);
	hkdf_extract(&hkdf, (struct bytes){ 0 },
		bytes_over(work->offered.secret, work->offered.secret_len), early);
	hkdf_derive(&hkdf, early, "res binder", (struct bytes){ 0 }, key);
	hkdf_finished(&hkdf, key, bytes_over(all, len), binder);
	memcpy(work->hello_memory + at, binder, work->offered.secret_len);
}

enum err client_bind(struct client *client, struct bytes before)
{
	struct client_work *work = client->work;
	size_t at, len;
	uint8_t *all;

	if (work->offered.version != VERSION_TLS13)
		return ERR_OK;
	at = binder_at(work);
	if (at == 0)
		return ERR_VALUE;
	len = before.len + at - 3;
	all = malloc(len);
	if (all == NULL)
		return ERR_MEMORY;
	write_binder(work, before, all, len, at);
	free(all);
	return ERR_OK;
}

const struct client_key *client_key_find(const struct client *client, uint16_t group)
{
	const struct client_work *work = client->work;

	for (size_t i = 0; i < work->key_count; i++)
		if (work->keys[i].group == group)
			return &work->keys[i];
	return NULL;
}

/* Draws a secret for the group and writes its share; false if libcrypto has no such. */
static bool write_share(struct client *client, uint16_t group, struct writer *w)
{
	struct client_work *work = client->work;
	struct client_key *key = &work->keys[0]; /* those of the first hello are void */
	uint8_t share[KEY_SHARE_MAX];
	size_t len, list, opened;

	key->group = group;
	draws_fill(&work->draws, key->secret, sizeof key->secret);
	work->key_count = 1;
	len = work->crypto->key_share(group, key->secret, share);
	list = writer_open(w, 2);
	writer_u16(w, group);
	opened = writer_open(w, 2);
	writer_bytes(w, bytes_over(share, len));
	writer_close(w, opened, 2);
	writer_close(w, list, 2);
	return len > 0;
}

static void write_extension(uint16_t type, struct bytes body, struct writer *w)
{
	size_t opened;

	writer_u16(w, type);
	opened = writer_open(w, 2);
	writer_bytes(w, body);
	writer_close(w, opened, 2);
}

/* The cookie goes in front, since a PSK must be last. */
static bool write_extensions(
	struct client *client, const struct server_hello *retry, struct writer *w)
{
	struct reader list = client->work->hello.extensions;
	struct bytes cookie = server_hello_extension(retry, EXTENSION_COOKIE);
	bool computed = true;
	size_t opened;

	if (cookie.at != NULL)
		write_extension(EXTENSION_COOKIE, cookie, w);
	while (reader_more(&list)) {
		uint16_t type = reader_u16(&list);
		struct reader body = reader_vec16(&list);

		if (type == EXTENSION_KEY_SHARE && retry->group != 0) {
			writer_u16(w, type);
			opened = writer_open(w, 2);
			computed = write_share(client, retry->group, w);
			writer_close(w, opened, 2);
		} else if (type != EXTENSION_COOKIE && type != EXTENSION_EARLY_DATA &&
			   (type != EXTENSION_PRE_SHARED_KEY ||
				   client->work->offered.version != VERSION_NONE)) {
			write_extension(type, reader_rest(&body), w);
		}
	}
	return computed;
}

/* The hello as it was, but for what RFC 8446, 4.1.2 says of a second one. */
static bool write_again(
	struct client *client, const struct server_hello *retry, struct writer *w)
{
	struct client_work *work = client->work;
	size_t head = (size_t)(work->hello.extensions.at - work->hello_memory);
	size_t message, opened;
	bool computed;

	writer_u8(w, HANDSHAKE_CLIENT_HELLO);
	message = writer_open(w, 3);
	/* All up to the length of the extensions. */
	writer_bytes(w, bytes_over(work->hello_memory + 4, head - 4 - 2));
	opened = writer_open(w, 2);
	computed = write_extensions(client, retry, w);
	writer_close(w, opened, 2);
	writer_close(w, message, 3);
	return computed;
}

/* Takes a hello that was written in place of the one before. */
static enum err replace_hello(struct client_work *work, uint8_t *memory, size_t len)
{
	free(work->hello_memory);
	work->hello_memory = memory;
	work->hello_len = len;
	return client_hello_parse(bytes_over(memory + 4, len - 4), &work->hello);
}

static void say_again(struct client *client, const struct server_hello *retry)
{
	struct client_work *work = client->work;
	struct bytes cookie = server_hello_extension(retry, EXTENSION_COOKIE);
	size_t room = work->hello_len + cookie.len + KEY_SHARE_MAX + 64;
	uint8_t *memory = malloc(room);
	struct writer w = writer_over(memory, room);

	if (memory == NULL) {
		client_end(client, CLIENT_NO_MEMORY);
		return;
	}
	if (!write_again(client, retry, &w)) {
		free(memory);
		client_stuck(
			client, "it asks for a share of a group that libcrypto lacks");
		return;
	}
	if (writer_end(&w) != ERR_OK) {
		free(memory);
		client_broken(client, "its cookie is too long for a hello");
		return;
	}
	if (replace_hello(work, memory, writer_written(&w).len) != ERR_OK ||
		client_bind(client, client_transcript(client)) != ERR_OK) {
		client_stuck(client, "the hello it asks for cannot be written");
		return;
	}
	client_say(client, HANDSHAKE_CLIENT_HELLO,
		bytes_over(work->hello_memory + 4, work->hello_len - 4));
}

/* A session of another hash cannot be offered again. RFC 8446, 4.1.4. */
static void forget_session(struct client_work *work)
{
	if (work->offered.version == VERSION_TLS13 &&
		hash_of(work->offered.suite) != work->hkdf.hash)
		work->offered = (struct session){ 0 };
}

void client_retry(struct client *client, const struct server_hello *hello)
{
	struct client_work *work = client->work;

	if (client->retried) {
		client_broken(client, "it asked for another hello twice");
		return;
	}
	client->retried = true;
	if (hello->group == 0 && !server_hello_has(hello, EXTENSION_COOKIE)) {
		client_broken(client, "it asked for another hello without a change");
		return;
	}
	client->group = hello->group;
	forget_session(work);
	say_again(client, hello);
}

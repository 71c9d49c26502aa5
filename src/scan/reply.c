#include "scan/reply.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/attr.h"

/* A chain of post-quantum certificates is some 60 KB. */
#define CHAIN_MAX 65536

/* A response with its signer's certificate is under 4 KB, a list of SCTs under 1 KB; what
 * is longer is known to be there. */
#define STAPLE_MAX 16384

#define DEFLATE 1 /* RFC 3749, 2 */

static uint64_t digest_of(const struct crypto *crypto, struct bytes all)
{
	uint8_t digest[SHA256_LEN];
	struct reader r;

	crypto->sha256(all, digest);
	r = reader_over(bytes_over(digest, sizeof digest));
	return reader_u64(&r);
}

/* What of a hello's sayings a server answers by an extension of its own. To add one: a
 * line here. */
static const struct {
	uint16_t says;
	uint16_t type;
} answered[] = {
	{ HELLO_SAYS_ENCRYPT_THEN_MAC, EXTENSION_ENCRYPT_THEN_MAC },
	{ HELLO_SAYS_EXTENDED_MASTER_SECRET, EXTENSION_EXTENDED_MASTER_SECRET },
	{ HELLO_SAYS_HEARTBEAT, EXTENSION_HEARTBEAT },
	{ HELLO_SAYS_RENEGOTIATION_INFO, EXTENSION_RENEGOTIATION_INFO },
	{ HELLO_SAYS_SESSION_TICKET, EXTENSION_SESSION_TICKET },
	{ HELLO_SAYS_STATUS_REQUEST, EXTENSION_STATUS_REQUEST },
	{ HELLO_SAYS_TIMESTAMPS, EXTENSION_SIGNED_CERTIFICATE_TIMESTAMP },
};

/* The first counts. */
static void keep(uint8_t **memory, struct bytes from, struct bytes *ret)
{
	if (from.len == 0 || from.len > STAPLE_MAX || *memory != NULL)
		return;
	*memory = malloc(from.len);
	if (*memory == NULL)
		return;
	memcpy(*memory, from.at, from.len);
	*ret = bytes_over(*memory, from.len);
}

static void heard_hello(
	struct answer_listener *listener, const struct server_hello *hello)
{
	struct reply_reader *reader = (struct reply_reader *)listener;
	struct reply *reply = &reader->so_far;

	keep(&reader->timestamps,
		server_hello_extension(hello, EXTENSION_SIGNED_CERTIFICATE_TIMESTAMP),
		&reply->timestamps);
	reply->version = hello->version;
	reply->suite = hello->cipher_suite;
	reply->compressed = hello->compression == DEFLATE;
	reply->session_id_len = (uint8_t)hello->session_id.len;
	for (size_t i = 0; i < COUNT_OF(answered); i++)
		if (server_hello_has(hello, answered[i].type))
			reply->says |= answered[i].says;
}

/* id-ecPublicKey and behind it, in the same SEQUENCE, the curve's name. RFC 5480, 2.1. To
 * add one: a line here. */
static const struct {
	uint16_t group;
	uint8_t len;
	uint8_t key[19];
} curves[] = {
	{ 23, 19,
		{ 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
			0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07 } },
	{ 24, 16,
		{ 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05, 0x2b,
			0x81, 0x04, 0x00, 0x22 } },
	{ 25, 16,
		{ 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05, 0x2b,
			0x81, 0x04, 0x00, 0x23 } },
};

static uint16_t curve_of(struct bytes leaf)
{
	for (size_t i = 0; i < COUNT_OF(curves); i++)
		if (bytes_find(leaf, bytes_over(curves[i].key, curves[i].len)) < leaf.len)
			return curves[i].group;
	return 0;
}

static void keep_chain(struct reply_reader *reader, struct bytes leaf, struct bytes chain)
{
	if (leaf.len == 0 || chain.len > CHAIN_MAX || reader->chain != NULL)
		return;
	reader->so_far.leaf = hash_bytes(reader->key, leaf);
	reader->so_far.curve = curve_of(leaf);
	reader->chain = malloc(chain.len);
	if (reader->chain == NULL)
		return;
	memcpy(reader->chain, chain.at, chain.len);
	reader->so_far.chain = bytes_over(reader->chain, chain.len);
}

static void heard_certificates(struct reply_reader *reader, struct bytes body)
{
	struct reader chain;

	if (certificate_list_parse(body, &chain) == ERR_OK)
		keep_chain(reader, certificate_next(&chain), body);
}

static void heard_status(struct reply_reader *reader, struct bytes body)
{
	struct bytes staple;

	reader->so_far.stapled = true;
	if (certificate_status_parse(body, &staple) == ERR_OK)
		keep(&reader->staple, staple, &reader->so_far.staple);
}

static void heard_key(struct reply_reader *reader, struct bytes body)
{
	struct reply *reply = &reader->so_far;
	struct server_key_exchange exchange;

	if (server_key_exchange_parse(
		    body, (uint16_t)reply->suite, reply->version, &exchange) != ERR_OK ||
		exchange.dh_bits == 0)
		return;
	reply->dh_prime = digest_of(reader->crypto, exchange.dh_prime);
	reply->dh_public = digest_of(reader->crypto, exchange.dh_public);
}

static void heard_message(
	struct answer_listener *listener, const struct handshake_message *message)
{
	struct reply_reader *reader = (struct reply_reader *)listener;

	if (message->type == HANDSHAKE_CERTIFICATE)
		heard_certificates(reader, message->body);
	else if (message->type == HANDSHAKE_SERVER_KEY_EXCHANGE)
		heard_key(reader, message->body);
	else if (message->type == HANDSHAKE_CERTIFICATE_STATUS)
		heard_status(reader, message->body);
}

static void heard_sslv2(
	struct answer_listener *listener, const struct sslv2_server_hello *hello)
{
	struct reply_reader *reader = (struct reply_reader *)listener;
	struct reply *reply = &reader->so_far;
	struct reader specs = hello->cipher_specs;

	reply->version = VERSION_SSL2;
	while (reader_more(&specs) && reply->spec_count < REPLY_SPECS_MAX)
		reply->specs[reply->spec_count++] = reader_u24(&specs);
	keep_chain(reader, hello->certificate, hello->certificate);
}

void reply_reader_init(struct reply_reader *reader, const struct crypto *crypto,
	const struct hash_key *key)
{
	*reader = (struct reply_reader){
		.listener = { heard_hello, heard_message, heard_sslv2 },
		.crypto = crypto,
		.key = key,
	};
}

void reply_reader_done(struct reply_reader *reader)
{
	free(reader->chain);
	free(reader->staple);
	free(reader->timestamps);
	reader->chain = reader->staple = reader->timestamps = NULL;
}

static enum reply_kind kind_of_end(enum exchange_end end)
{
	switch (end) {
	case EXCHANGE_REFUSED:
		return REPLY_NO_LISTENER;
	case EXCHANGE_UNREACHABLE:
		return REPLY_UNREACHABLE;
	case EXCHANGE_NO_CONNECT:
		return REPLY_NO_CONNECT;
	case EXCHANGE_LOCAL:
		return REPLY_LOCAL;
	default:
		return REPLY_STOPPED;
	}
}

/* Who refuses has no handshake message to send. */
static bool has_begun(const struct answer *answer)
{
	return answer->start_len > 0 && answer->start[0] == CONTENT_HANDSHAKE;
}

/* What closes before a byte came is told by how it ended; a hello that came whole before
 * that was an acceptance, and half a hello is neither that nor a refusal. */
static enum reply_kind kind_of(const struct answer *answer)
{
	bool taken = answer->conversation.version != VERSION_NONE;

	if (!taken && has_begun(answer) &&
		(answer->outcome == ANSWER_CLOSED || answer->outcome == ANSWER_RESET))
		return REPLY_BROKEN;
	switch (answer->outcome) {
	case ANSWER_ACCEPTED:
	case ANSWER_RETRY:
		return REPLY_ACCEPTED;
	case ANSWER_REFUSED:
		return REPLY_REFUSED;
	case ANSWER_CLOSED:
		return taken ? REPLY_ACCEPTED : REPLY_CLOSED;
	case ANSWER_RESET:
		return taken ? REPLY_ACCEPTED : REPLY_RESET;
	case ANSWER_SILENT:
		return taken ? REPLY_ACCEPTED : REPLY_SILENT;
	case ANSWER_NOT_TLS:
		return REPLY_NOT_TLS;
	case ANSWER_NO_MEMORY:
		return REPLY_LOCAL;
	case ANSWER_OTHER_QUIC:
		return REPLY_OTHER_QUIC;
	case ANSWER_QUIC_ERROR:
		return taken ? REPLY_ACCEPTED : REPLY_CLOSED;
	default:
		return taken ? REPLY_ACCEPTED : REPLY_MALFORMED;
	}
}

static void keep_start(struct reply *reply, struct bytes start)
{
	start = bytes_first(start, ENDPOINT_START_MAX);
	reply->start_len = (uint8_t)start.len;
	if (start.len > 0)
		memcpy(reply->start, start.at, start.len);
}

static void note_answer(struct reply_reader *reader, const struct answer *answer)
{
	const struct conversation *told = &answer->conversation;
	struct reply *reply = &reader->so_far;

	reply->kind = kind_of(answer);
	reply->answered = told->answered && reply->kind != REPLY_NOT_TLS;
	reply->hollow =
		answer->outcome != ANSWER_ACCEPTED && answer->outcome != ANSWER_RETRY;
	reply->alert_seen = answer->alert_seen;
	reply->alert = answer->alert;
	reply->group = told->group;
	reply->scheme = told->signature_scheme;
	reply->dh_bits = told->dh_bits;
	reply->certificate_asked = told->client_certificate_asked;
	reply->alpn_len = told->alpn_len;
	memcpy(reply->alpn, told->alpn, told->alpn_len);
	reply->bytes = answer->bytes;
	reply->address_checked = answer->address_checked;
	reply->quic_version_count = answer->quic_version_count;
	reply->quic_versions = reader->quic_versions;
	memcpy(reader->quic_versions, answer->quic_versions,
		sizeof reader->quic_versions);
	keep_start(reply, bytes_over(answer->start, answer->start_len));
}

static void keep_reason(struct reply *reply, const struct starttls *dialogue)
{
	struct text text;

	text_init(&text, 1024);
	starttls_reason(dialogue, &text);
	(void)snprintf(reply->why, sizeof reply->why, "%s", text_string(&text));
	text_done(&text);
}

/* The dialogue went on until the connection ended, or said no. */
static void note_before(struct reply *reply, const struct probe_result *result)
{
	const struct starttls *before = result->before;

	reply->kind = REPLY_BEFORE_TLS;
	reply->later = before->later;
	reply->without = before->outcome == STARTTLS_NOT_OFFERED ||
			 before->outcome == STARTTLS_OTHER;
	reply->bytes = before->bytes;
	keep_reason(reply, before);
	keep_start(reply, bytes_over(before->start, before->start_len));
	if (result->end == EXCHANGE_LOCAL)
		reply->kind = REPLY_LOCAL;
	else if (result->end == EXCHANGE_STOPPED)
		reply->kind = REPLY_STOPPED;
	else if (before->start_len == 0 && result->end == EXCHANGE_TIMED_OUT)
		reply->kind = REPLY_SILENT;
}

/* As Certificate's body, for TLS 1.3's has another form. RFC 8446, 4.4.2. */
static void keep_client_chain(struct reply_reader *reader, const struct client *client)
{
	static const size_t room = CHAIN_MAX;
	struct bytes leaf = client_certificate(client, 0);
	uint8_t *memory = leaf.len > 0 ? malloc(room) : NULL;
	struct writer w = writer_over(memory, memory != NULL ? room : 0);
	size_t list = writer_open(&w, 3);

	for (size_t i = 0; i < client->chain_len; i++) {
		struct bytes der = client_certificate(client, i);
		size_t one = writer_open(&w, 3);

		writer_bytes(&w, der);
		writer_close(&w, one, 3);
		if (der.len == 0)
			break;
	}
	writer_close(&w, list, 3);
	if (memory != NULL && writer_end(&w) == ERR_OK)
		heard_certificates(reader, writer_written(&w));
	free(memory);
}

static enum reply_kind kind_of_client(const struct client *client)
{
	switch (client->end) {
	case CLIENT_COMPLETED:
	case CLIENT_STUCK:
	case CLIENT_BROKEN:
		return client->version != VERSION_NONE ? REPLY_ACCEPTED : REPLY_MALFORMED;
	case CLIENT_REFUSED:
		return client->finished ? REPLY_ACCEPTED : REPLY_REFUSED;
	case CLIENT_CLOSED:
		return REPLY_CLOSED;
	case CLIENT_RESET:
		return REPLY_RESET;
	case CLIENT_NOT_TLS:
		return REPLY_NOT_TLS;
	case CLIENT_NO_MEMORY:
		return REPLY_LOCAL;
	case CLIENT_TOO_LONG:
		return REPLY_MALFORMED;
	default:
		return REPLY_SILENT;
	}
}

static void note_client(struct reply_reader *reader, const struct client *client)
{
	struct reply *reply = &reader->so_far;
	struct bytes alpn = client_extension(client, EXTENSION_ALPN);

	keep_client_chain(reader, client);
	reply->kind = kind_of_client(client);
	reply->answered = client->version != VERSION_NONE || client->alert_seen;
	reply->alert_seen = client->alert_seen;
	reply->alert = client->alert;
	reply->version = client->version;
	reply->suite = client->suite;
	reply->group = client->group;
	reply->scheme = client->scheme;
	reply->dh_bits = client->dh_bits;
	reply->certificate_asked = client->certificate_asked;
	reply->compressed = client->compressed;
	reply->stapled = client_staple(client).len > 0;
	keep(&reader->staple, client_staple(client), &reply->staple);
	keep(&reader->timestamps, client_timestamps(client), &reply->timestamps);
	reply->completed = client->end == CLIENT_COMPLETED;
	reply->stuck = client->end == CLIENT_STUCK;
	reply->broken = client->end == CLIENT_BROKEN;
	reply->hollow = reply->broken && !client->finished;
	reply->tickets = client->tickets;
	reply->early_data = client->max_early_data;
	reply->resumed = client->resumed;
	if (client->finished && client->session.version != VERSION_NONE)
		reply->session = &client->session;
	/* One name in a list of one, each with its length. RFC 7301, 3.1. */
	alpn = bytes_first(bytes_after(alpn, 3), CONVERSATION_ALPN_MAX);
	reply->alpn_len = (uint8_t)alpn.len;
	if (alpn.len > 0)
		memcpy(reply->alpn, alpn.at, alpn.len);
}

struct reply reply_of(struct reply_reader *reader, const struct probe_result *result)
{
	struct reply reply;

	if (result->client != NULL)
		note_client(reader, result->client);
	else if (result->before == NULL && result->reached)
		note_answer(reader, result->answer);
	reply = reader->so_far;
	if (result->before != NULL)
		note_before(&reply, result);
	else if (!result->reached)
		reply.kind = kind_of_end(result->end);
	return reply;
}

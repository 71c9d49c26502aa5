#include "watch/attempt.h"

#include <stdlib.h>

#include "sys/certificate.h"
#include "tls/fingerprint.h"
#include "tls/version.h"

/* A client that heard nothing for so long was not answered; TCP would have sent
 * the hello again after one second (RFC 6298, 2.1), and again after two more. */
#define UNANSWERED_AFTER (3 * TIME_SECOND)

/* Of the names in one certificate; sys/certificate.h bounds each. */
#define CERTIFICATE_ARENA_MAX 65536

struct known_hello {
	struct known_entry entry; /* the key: one byte of format, then the form */
	struct hello hello;
};

struct known_certificate {
	struct known_entry entry; /* the key: the DER */
	struct arena arena;
	bool readable;
	struct certificate certificate;
};

struct known_server_hello {
	struct known_entry entry; /* the key: what JA3S is made of */
	char ja3s[JA3_TEXT_MAX];
};

static void forget_certificate(struct known_entry *entry)
{
	arena_done(&((struct known_certificate *)(void *)entry)->arena);
}

enum err watch_shared_init(struct watch_shared *shared, const struct crypto *crypto,
	const struct hash_key *key, struct sink *sink)
{
	*shared = (struct watch_shared){
		.crypto = crypto,
		.sink = sink,
		.certificates_wanted = true,
		.scratch = malloc(HELLO_FORM_MAX + 1),
	};
	if (shared->scratch == NULL ||
		known_init(&shared->hellos, key, WATCH_HELLOS_BYTES,
			sizeof(struct known_hello), NULL) != ERR_OK ||
		known_init(&shared->certificates, key, WATCH_CERTIFICATES_BYTES,
			sizeof(struct known_certificate), forget_certificate) != ERR_OK ||
		known_init(&shared->server_hellos, key, WATCH_SERVER_HELLOS_BYTES,
			sizeof(struct known_server_hello), NULL) != ERR_OK) {
		watch_shared_done(shared);
		return ERR_MEMORY;
	}
	return ERR_OK;
}

void watch_shared_done(struct watch_shared *shared)
{
	known_done(&shared->hellos);
	known_done(&shared->certificates);
	known_done(&shared->server_hellos);
	free(shared->scratch);
	shared->scratch = NULL;
}

void attempt_init(struct attempt *attempt, enum carrier carrier, time_ns now)
{
	*attempt = (struct attempt){
		.carrier = carrier,
		.at = now,
		.last = now,
		.conversation = conversation(),
	};
}

void attempt_done(struct attempt *attempt)
{
	if (attempt->hello != NULL)
		known_release(&attempt->hello->entry);
	if (attempt->certificate != NULL)
		known_release(&attempt->certificate->entry);
	if (attempt->server_hello != NULL)
		known_release(&attempt->server_hello->entry);
	free(attempt->server_name);
}

static enum hello_format format_of(enum carrier carrier)
{
	return carrier == OVER_QUIC   ? HELLO_QUIC
	       : carrier == OVER_DTLS ? HELLO_DTLS
				      : HELLO_TLS;
}

static enum fingerprint_transport transport_letter(enum hello_format format)
{
	return format == HELLO_QUIC   ? FINGERPRINT_QUIC
	       : format == HELLO_DTLS ? FINGERPRINT_DTLS
				      : FINGERPRINT_TCP;
}

/* Fills what is computed once a form: digest, maxima, fingerprints. */
static void describe_hello(const struct crypto *crypto, struct known_hello *known)
{
	enum hello_format format = known->entry.key.at[0];
	struct bytes form = bytes_after(known->entry.key, 1);
	struct client_hello hello;

	if (hello_of_form(crypto, format, form, &known->hello) != ERR_OK ||
		format == HELLO_SSLV2)
		return;
	if ((format == HELLO_DTLS ? client_hello_parse_dtls(form, &hello)
				  : client_hello_parse(form, &hello)) != ERR_OK)
		return;
	fingerprint_ja3(crypto, &hello, known->hello.ja3);
	fingerprint_ja4(crypto, &hello, transport_letter(format), known->hello.ja4);
}

static struct known_hello *known_hello_of(struct watch_shared *shared, struct bytes key)
{
	uint64_t hash;
	struct known_hello *known = (void *)known_find(&shared->hellos, key, &hash);

	if (known != NULL)
		return known;
	known = (void *)known_add(&shared->hellos, key, hash);
	if (known != NULL)
		describe_hello(shared->crypto, known);
	return known;
}

/* Takes the form that was written behind the byte of its format. */
static void keep_hello(
	struct watch_shared *shared, struct attempt *attempt, const struct writer *w)
{
	if (writer_end(w) != ERR_OK)
		return;
	if (attempt->hello != NULL)
		known_release(&attempt->hello->entry);
	attempt->hello = known_hello_of(shared, writer_written(w));
}

static void keep_server_name(struct attempt *attempt, struct bytes name)
{
	if (name.len == 0 || name.len > UINT16_MAX || attempt->server_name != NULL)
		return;
	attempt->server_name = malloc(name.len);
	if (attempt->server_name == NULL)
		return;
	memcpy(attempt->server_name, name.at, name.len);
	attempt->server_name_len = (uint16_t)name.len;
}

static void client_hello_message(
	struct watch_shared *shared, struct attempt *attempt, struct bytes body)
{
	enum hello_format format = format_of(attempt->carrier);
	struct writer w = writer_over(shared->scratch, HELLO_FORM_MAX + 1);
	struct client_hello hello;
	enum err err = format == HELLO_DTLS ? client_hello_parse_dtls(body, &hello)
					    : client_hello_parse(body, &hello);

	attempt->hello_began = true;
	if (err != ERR_OK) {
		attempt->hello_malformed |= attempt->hello == NULL;
		return;
	}
	/* A fault inside an extension leaves the rest readable, but every server must
	 * refuse such a hello. RFC 8446, 6.2. */
	attempt->hello_malformed |= hello.body_fault != ERR_OK;
	conversation_client_hello(&attempt->conversation, &hello);
	keep_server_name(attempt, hello.server_name);
	/* After a retry the first hello stands: it says what the client offers, the
	 * second only what it was asked for. RFC 8446, 4.1.2. */
	if (attempt->hello != NULL)
		return;
	writer_u8(&w, (uint8_t)format);
	if (hello_form_write(&hello, format, &w) == ERR_OK)
		keep_hello(shared, attempt, &w);
}

/* JA3S is computed once for each sequence of version, suite and extension types. */
static void keep_ja3s(struct watch_shared *shared, struct attempt *attempt,
	const struct server_hello *hello)
{
	struct writer w = writer_over(shared->scratch, HELLO_FORM_MAX);
	struct reader extensions = hello->extensions;
	struct known_server_hello *known;
	uint64_t hash;

	writer_u16(&w, hello->legacy_version);
	writer_u16(&w, hello->cipher_suite);
	while (reader_more(&extensions)) {
		writer_u16(&w, reader_u16(&extensions));
		(void)reader_vec16(&extensions);
	}
	known = (void *)known_find(&shared->server_hellos, writer_written(&w), &hash);
	if (known == NULL) {
		known = (void *)known_add(
			&shared->server_hellos, writer_written(&w), hash);
		if (known == NULL)
			return;
		fingerprint_ja3s(shared->crypto, hello, known->ja3s);
	}
	if (attempt->server_hello != NULL)
		known_release(&attempt->server_hello->entry);
	attempt->server_hello = known;
}

static void server_hello_message(struct watch_shared *shared, struct attempt *attempt,
	const struct handshake_message *message)
{
	struct server_hello hello;
	enum err err = message->type == HANDSHAKE_SERVER_HELLO
			       ? server_hello_parse(message->body, &hello)
			       : server_hello_parse_retry_draft(message->body, &hello);

	if (err != ERR_OK)
		return;
	conversation_server_hello(&attempt->conversation, &hello);
	keep_ja3s(shared, attempt, &hello);
}

static struct known_certificate *known_certificate_of(
	struct watch_shared *shared, struct bytes der)
{
	uint64_t hash;
	struct known_certificate *known =
		(void *)known_find(&shared->certificates, der, &hash);

	if (known != NULL)
		return known;
	known = (void *)known_add(&shared->certificates, der, hash);
	if (known == NULL)
		return NULL;
	arena_init(&known->arena, CERTIFICATE_ARENA_MAX);
	known->readable =
		certificate_read(der, &known->arena, &known->certificate) == ERR_OK;
	if (!known->readable) {
		arena_done(&known->arena);
		shared->coverage.certificates_malformed++;
	}
	known_weigh(&shared->certificates, &known->entry, arena_held(&known->arena));
	return known;
}

static void keep_certificate(
	struct watch_shared *shared, struct attempt *attempt, struct bytes der)
{
	if (der.len > 0 && shared->certificates_wanted && attempt->certificate == NULL)
		attempt->certificate = known_certificate_of(shared, der);
}

static void certificate_message(
	struct watch_shared *shared, struct attempt *attempt, struct bytes body)
{
	struct reader chain;

	if (certificate_list_parse(body, &chain) == ERR_OK)
		keep_certificate(shared, attempt, certificate_next(&chain));
}

void attempt_message(struct watch_shared *shared, struct attempt *attempt, enum side side,
	const struct handshake_message *message)
{
	if (!message->whole) {
		shared->coverage.message_limit++;
		return;
	}
	if (side == SIDE_CLIENT && message->type == HANDSHAKE_CLIENT_HELLO)
		client_hello_message(shared, attempt, message->body);
	else if (side == SIDE_SERVER &&
		 (message->type == HANDSHAKE_SERVER_HELLO ||
			 message->type == HANDSHAKE_HELLO_RETRY_REQUEST_DRAFT))
		server_hello_message(shared, attempt, message);
	else if (side == SIDE_SERVER && message->type == HANDSHAKE_CERTIFICATE)
		certificate_message(shared, attempt, message->body);
	conversation_message(&attempt->conversation, conversation_side_of(side), message);
}

void attempt_sslv2_client(
	struct watch_shared *shared, struct attempt *attempt, struct bytes record)
{
	struct writer w = writer_over(shared->scratch, HELLO_FORM_MAX + 1);
	struct sslv2_client_hello hello;

	attempt->hello_began = true;
	if (sslv2_client_hello_parse(record, &hello) != ERR_OK) {
		attempt->hello_malformed = true;
		return;
	}
	conversation_client_hello_sslv2(&attempt->conversation);
	writer_u8(&w, HELLO_SSLV2);
	if (hello_form_write_sslv2(&hello, &w) == ERR_OK)
		keep_hello(shared, attempt, &w);
}

void attempt_sslv2_server(
	struct watch_shared *shared, struct attempt *attempt, struct bytes record)
{
	struct sslv2_server_hello hello;

	if (sslv2_server_hello_parse(record, &hello) != ERR_OK)
		return;
	conversation_server_hello_sslv2(&attempt->conversation, hello.session_id_hit);
	keep_certificate(shared, attempt, hello.certificate);
}

bool attempt_is_worth_a_report(const struct attempt *attempt)
{
	return attempt->hello_began || attempt->hello != NULL ||
	       attempt->conversation.version != VERSION_NONE;
}

static enum outcome outcome_of(const struct attempt *attempt)
{
	static const enum outcome outcomes[] = {
		[CONVERSATION_COMPLETED] = OUTCOME_COMPLETED,
		[CONVERSATION_REFUSED] = OUTCOME_REFUSED,
		[CONVERSATION_RESET] = OUTCOME_RESET,
	};

	if (attempt->conversation.end != CONVERSATION_OPEN)
		return outcomes[attempt->conversation.end];
	if (attempt->conversation.answered || attempt->hello == NULL)
		return OUTCOME_UNDECIDED;
	/* The capture may have ended, or shown one direction only, before an answer
	 * could come: then nobody knows. */
	if (attempt->acknowledged || attempt->repeated ||
		(attempt->last > attempt->at &&
			attempt->last - attempt->at >= UNANSWERED_AFTER))
		return OUTCOME_UNANSWERED;
	return OUTCOME_UNDECIDED;
}

static void fill_alerts(const struct conversation *conversation, struct handshake *ret)
{
	ret->alert_count = conversation->alert_count;
	for (size_t i = 0; i < conversation->alert_count && i < OBSERVED_ALERTS_MAX; i++)
		ret->alerts[i] = (struct observed_alert){
			.side = conversation->alerts[i].side == CONVERSATION_CLIENT
					? SIDE_CLIENT
					: SIDE_SERVER,
			.level = conversation->alerts[i].level,
			.description = conversation->alerts[i].description,
			.inferred = conversation->alerts[i].inferred,
		};
}

static void fill_agreed(const struct conversation *conversation, struct handshake *ret)
{
	ret->version = conversation->version;
	ret->cipher = conversation->cipher_seen ? conversation->cipher : CODE_NONE;
	ret->group = conversation->group_seen ? conversation->group : CODE_NONE;
	ret->dh_bits = conversation->dh_bits;
	ret->signature_scheme = conversation->signature_scheme != 0
					? conversation->signature_scheme
					: CODE_NONE;
	ret->alpn = bytes_over(conversation->alpn, conversation->alpn_len);
	ret->resumed = conversation->resumed;
	ret->resumed_known = conversation->resumed_known;
	ret->retried = conversation->retried;
	ret->client_certificate_asked = conversation->client_certificate_asked;
	ret->extended_master_secret = conversation->extended_master_secret;
	ret->secure_renegotiation = conversation->secure_renegotiation;
}

static void fill_ends(const struct attempt *attempt, const struct connection *connection,
	struct handshake *ret)
{
	size_t client = connection->client == 1;

	ret->at = attempt->at;
	ret->transport = attempt->carrier == OVER_TCP ? TRANSPORT_TCP : TRANSPORT_UDP;
	ret->upgrade = attempt->upgrade;
	ret->client = connection->address[client];
	ret->server = connection->address[!client];
	ret->client_port = connection->port[client];
	ret->server_port = connection->port[!client];
}

static void fill_hello(const struct attempt *attempt, struct handshake *ret)
{
	const struct known_hello *known = attempt->hello;

	ret->server_name = bytes_over(attempt->server_name, attempt->server_name_len);
	ret->hello_cut = attempt->hello_cut;
	ret->hello_malformed = attempt->hello_malformed;
	if (known == NULL)
		return;
	ret->hello = &known->hello;
	ret->ja3 = known->hello.ja3[0] != '\0' ? known->hello.ja3 : NULL;
	ret->ja4 = known->hello.ja4[0] != '\0' ? known->hello.ja4 : NULL;
}

static void count(struct coverage *coverage, const struct handshake *handshake)
{
	bool server = handshake->version != VERSION_NONE;

	coverage->handshakes++;
	coverage->both_hellos += handshake->hello != NULL && server;
	coverage->client_only += handshake->hello != NULL && !server;
	coverage->server_only += handshake->hello == NULL && server;
	coverage->hello_cut += handshake->hello_cut;
	coverage->hello_malformed += handshake->hello_malformed;
}

enum err attempt_report(struct watch_shared *shared, struct attempt *attempt,
	const struct connection *connection, struct fault *why)
{
	struct observation observation = { .kind = OBSERVATION_HANDSHAKE };
	struct handshake *handshake = &observation.handshake;

	if (!attempt_is_worth_a_report(attempt))
		return ERR_OK;
	conversation_conclude(&attempt->conversation);
	attempt->hello_malformed |= attempt->hello_garbled && attempt->hello == NULL;
	attempt->hello_cut = attempt->hello_began && attempt->hello == NULL &&
			     !attempt->hello_malformed;
	fill_ends(attempt, connection, handshake);
	fill_hello(attempt, handshake);
	fill_agreed(&attempt->conversation, handshake);
	fill_alerts(&attempt->conversation, handshake);
	handshake->outcome = outcome_of(attempt);
	handshake->outcome_inferred = attempt->conversation.inferred;
	if (attempt->server_hello != NULL)
		handshake->ja3s = attempt->server_hello->ja3s;
	if (attempt->certificate != NULL && attempt->certificate->readable)
		handshake->certificate = &attempt->certificate->certificate;
	count(&shared->coverage, handshake);
	return sink_take(shared->sink, &observation, why);
}

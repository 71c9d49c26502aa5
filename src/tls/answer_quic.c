#include "tls/answer_quic.h"

#include "tls/answer_inside.h"
#include "tls/quic_version.h"

enum {
	QUIC_NOBODYS = 0x1a2a3a4a, /* RFC 9000, 15 */
	FIRST_ID_LEN = 8,          /* RFC 9000, 7.2: at least, and unpredictable */
	FRAME_CRYPTO = 0x06,
	CRYPTO_ERROR_FIRST = 0x0100, /* RFC 9001, 4.8 */
	CRYPTO_ERROR_LAST = 0x01ff,
	CRYPTO_HEADER_MAX = 1 + 4 + 2, /* type, offset and length as below */
};

static void take_keys(struct answer_quic *answer)
{
	struct quic_secret secret;

	/* Known for this version. */
	(void)!quic_secret_derive(answer->crypto, QUIC_VERSION_1,
		bytes_over(answer->id, answer->id_len), &secret);
	quic_client_keys(answer->crypto, &secret, &answer->client_keys);
	quic_server_keys(answer->crypto, &secret, &answer->server_keys);
}

enum err answer_quic_begin(
	struct answer_quic *ret, const struct crypto *crypto, struct bytes hello)
{
	uint8_t digest[SHA256_LEN];

	*ret = (struct answer_quic){
		.crypto = crypto, .version = QUIC_VERSION_1, .hello = hello
	};
	if (hello.len == 0)
		return ERR_VALUE;
	crypto->sha256(hello, digest);
	ret->id_len = FIRST_ID_LEN;
	memcpy(ret->id, digest, FIRST_ID_LEN);
	take_keys(ret);
	ret->messages = quic_joiner_new();
	return ret->messages != NULL ? ERR_OK : ERR_MEMORY;
}

void answer_quic_ask_versions(struct answer_quic *answer)
{
	answer->version = QUIC_NOBODYS;
}

void answer_quic_done(struct answer_quic *answer)
{
	quic_joiner_free(answer->messages);
	answer->messages = NULL;
	answer_done(&answer->answer);
}

static struct quic_initial next_initial(struct answer_quic *answer)
{
	return (struct quic_initial){
		.version = QUIC_VERSION_1,
		.destination_id = bytes_over(answer->id, answer->id_len),
		.token = bytes_over(answer->token, answer->token_len),
		.number = answer->packet_number++,
	};
}

/* How many bytes of the hello a datagram has. */
static size_t piece_max(size_t id_len, size_t token_len)
{
	struct quic_initial initial = { .destination_id.len = id_len,
		.token.len = token_len };

	return ANSWER_QUIC_DATAGRAM - quic_initial_overhead(&initial) - CRYPTO_HEADER_MAX;
}

size_t answer_quic_flight_max(size_t hello_len)
{
	size_t least = piece_max(QUIC_CONNECTION_ID_MAX, QUIC_TOKEN_MAX);

	return (hello_len / least + 1) * ANSWER_QUIC_DATAGRAM;
}

/* RFC 9000, 19.6; numbers in four and two bytes, as it may write any (16). */
static struct bytes crypto_frame(
	const struct answer_quic *answer, size_t from, uint8_t *memory, size_t room)
{
	struct bytes piece = bytes_after(answer->hello, from);
	struct writer w = writer_over(memory, room);

	piece = bytes_first(piece, piece_max(answer->id_len, answer->token_len));
	writer_u8(&w, FRAME_CRYPTO);
	writer_u32(&w, 0x80000000u | (uint32_t)from);
	writer_u16(&w, (uint16_t)(0x4000 | piece.len));
	writer_bytes(&w, piece);
	return writer_written(&w);
}

/* The version stands behind the first byte, unprotected (RFC 8999, 5.1). Who does not
 * have it cannot open the packet and does not try: it is sealed as one of QUIC 1. */
static void say_version(uint8_t *packet, uint32_t version)
{
	struct writer w = writer_over(packet + 1, sizeof version);

	writer_u32(&w, version);
}

enum err answer_quic_flight(struct answer_quic *answer, struct writer *w)
{
	uint8_t frame[ANSWER_QUIC_DATAGRAM], packet[ANSWER_QUIC_DATAGRAM];
	enum err err = ERR_OK;

	for (size_t from = 0; from < answer->hello.len && err == ERR_OK;) {
		struct quic_initial initial = next_initial(answer);
		struct bytes frames = crypto_frame(answer, from, frame, sizeof frame);

		err = quic_initial_seal(answer->crypto, &answer->client_keys, &initial,
			frames, sizeof packet, packet);
		say_version(packet, answer->version);
		writer_bytes(w, bytes_over(packet, sizeof packet));
		from += frames.len - CRYPTO_HEADER_MAX;
	}
	return err == ERR_OK ? writer_end(w) : err;
}

enum err answer_quic_goodbye(struct answer_quic *answer, struct writer *w)
{
	/* No error, of no frame, without a reason. RFC 9000, 19.19. */
	static const uint8_t close[] = { 0x1c, 0, 0, 0 };
	struct quic_initial initial = next_initial(answer);
	uint8_t packet[ANSWER_QUIC_DATAGRAM];
	enum err err = quic_initial_seal(answer->crypto, &answer->client_keys, &initial,
		bytes_over(close, sizeof close), sizeof packet, packet);

	writer_bytes(w, bytes_over(packet, sizeof packet));
	return err == ERR_OK ? writer_end(w) : err;
}

static void choose_id(struct answer_quic *answer, struct bytes id)
{
	answer->id_len = (uint8_t)id.len;
	if (id.len > 0)
		memcpy(answer->id, id.at, id.len);
}

/* RFC 9000, 17.2.5.2: one only, before any other answer, with a token, and of the server
 * that got the Initial. The keys follow from its id (RFC 9001, 5.2). */
static void take_retry(
	struct answer_quic *answer, const struct quic_packet *packet, bool *ret_again)
{
	if (answer->retried || answer->server_chose || packet->token.len == 0 ||
		!quic_retry_is_true(
			answer->crypto, packet, bytes_over(answer->id, answer->id_len)))
		return;
	if (packet->token.len > QUIC_TOKEN_MAX) {
		answer_end_with(&answer->answer, ANSWER_TOO_LONG);
		return;
	}
	answer->retried = true;
	answer->answer.address_checked = true;
	answer->answer.conversation.answered = true;
	choose_id(answer, packet->source_id);
	take_keys(answer);
	answer->token_len = (uint16_t)packet->token.len;
	memcpy(answer->token, packet->token.at, packet->token.len);
	*ret_again = true;
}

static void closed_with(struct answer *answer, uint64_t code)
{
	if (code >= CRYPTO_ERROR_FIRST && code <= CRYPTO_ERROR_LAST) {
		const uint8_t alert[] = { ALERT_FATAL,
			(uint8_t)(code - CRYPTO_ERROR_FIRST) };

		answer_alert(answer, bytes_over(alert, sizeof alert));
		return;
	}
	answer->quic_error = code;
	answer_end_with(answer, ANSWER_QUIC_ERROR);
}

static void take_frames(struct answer_quic *quic, struct bytes frames)
{
	struct answer *answer = &quic->answer;
	struct handshake_message message;
	uint64_t code = UINT64_MAX;
	enum err err = quic_joiner_take(quic->messages, frames, &code);

	if (err != ERR_OK) {
		answer_end_with(
			answer, err == ERR_MEMORY ? ANSWER_NO_MEMORY : ANSWER_MALFORMED);
		return;
	}
	while (answer->outcome == ANSWER_PENDING &&
		quic_joiner_next(quic->messages, &message))
		answer_message(answer, &message);
	if (code != UINT64_MAX && answer->outcome == ANSWER_PENDING)
		closed_with(answer, code);
}

/* The server's own id is that of its first Initial. RFC 9000, 7.2. */
static void take_initial(
	struct answer_quic *answer, const struct quic_packet *packet, uint8_t *memory)
{
	struct bytes frames;

	if (packet->version != QUIC_VERSION_1 || packet->destination_id.len > 0 ||
		quic_initial_open(answer->crypto, &answer->server_keys, packet, memory,
			&frames) != ERR_OK)
		return;
	answer->answer.conversation.answered = true;
	if (!answer->server_chose)
		choose_id(answer, packet->source_id);
	answer->server_chose = true;
	take_frames(answer, frames);
}

/* RFC 9000, 6.2: only where nothing was answered before, and where the version that was
 * asked in is not among those it lists. */
static void take_negotiation(struct answer_quic *quic, const struct quic_packet *packet)
{
	struct reader versions = reader_over(packet->versions);
	struct answer *answer = &quic->answer;
	size_t count = 0;

	if (quic->server_chose || quic->retried ||
		!bytes_equal(packet->source_id, bytes_over(quic->id, quic->id_len)))
		return;
	while (reader_more(&versions)) {
		uint32_t version = reader_u32(&versions);

		if (version == quic->version)
			return;
		if (!quic_version_is_reserved(version) &&
			count < ANSWER_QUIC_VERSIONS_MAX)
			answer->quic_versions[count++] = version;
	}
	answer->quic_version_count = count;
	answer->conversation.answered = true;
	answer_end_with(answer, ANSWER_OTHER_QUIC);
}

static void take_packet(struct answer_quic *answer, const struct quic_packet *packet,
	uint8_t *memory, bool *ret_again)
{
	if (packet->type == QUIC_INITIAL)
		take_initial(answer, packet, memory);
	else if (packet->type == QUIC_RETRY)
		take_retry(answer, packet, ret_again);
	else if (packet->type == QUIC_VERSION_NEGOTIATION)
		take_negotiation(answer, packet);
	else if (packet->type == QUIC_HANDSHAKE && answer_is_tls13(&answer->answer))
		answer_encrypted(&answer->answer, 0, packet->whole.len);
}

bool answer_quic_take(
	struct answer_quic *quic, struct bytes datagram, uint8_t *memory, bool *ret_again)
{
	struct answer *answer = &quic->answer;
	struct quic_packet packet;

	*ret_again = false;
	if (answer->outcome != ANSWER_PENDING)
		return false;
	answer_keep_start(answer, datagram);
	if (answer->bytes == 0 && !quic_check(datagram))
		answer_end_with(answer, ANSWER_NOT_TLS);
	answer->bytes += datagram.len;
	while (answer->outcome == ANSWER_PENDING &&
		quic_packet_next(&datagram, &packet) == ERR_OK)
		take_packet(quic, &packet, memory, ret_again);
	if (answer->bytes > ANSWER_BYTES_MAX)
		answer_end_with(answer, ANSWER_TOO_LONG);
	return answer->outcome == ANSWER_PENDING;
}

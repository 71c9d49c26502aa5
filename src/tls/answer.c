#include "tls/answer_inside.h"

#include <stdlib.h>

#include "tls/version.h"

#define SUITE_AES_128_CCM_8 0x1305
#define SSLV2_ERROR_LEN     5

/* An encrypted flight without a certificate, EncryptedExtensions and Finished, is
 * shorter; one with any certificate is longer. RFC 8446, 2. */
#define ENCRYPTED_ENOUGH 256

/* A Finished is not shorter: its header, a hash of SHA-256, its type and the tag of
 * CCM_8. No flight that is accepted ends with less. RFC 8446, 4.4.4 and 5.2. */
#define FINISHED_LEAST (4 + 32 + 1 + 8)

void answer_done(struct answer *answer)
{
	handshake_joiner_done(&answer->messages);
	free(answer->gathered);
	answer->gathered = NULL;
}

void answer_end_with(struct answer *answer, enum answer_outcome outcome)
{
	if (answer->outcome == ANSWER_PENDING)
		answer->outcome = outcome;
}

bool answer_is_tls13(const struct answer *answer)
{
	return version_rank(answer->conversation.version) == RANK_TLS13;
}

static void server_hello(
	struct answer *answer, enum err err, const struct server_hello *hello)
{
	if (err != ERR_OK) {
		answer_end_with(answer, ANSWER_MALFORMED);
		return;
	}
	conversation_server_hello(&answer->conversation, hello);
	if (answer->listener != NULL && answer->listener->hello != NULL)
		answer->listener->hello(answer->listener, hello);
	if (hello->is_retry)
		answer_end_with(answer, ANSWER_RETRY);
}

void answer_message(struct answer *answer, const struct handshake_message *message)
{
	struct server_hello hello = { 0 };

	switch (message->type) {
	case HANDSHAKE_SERVER_HELLO:
		server_hello(answer, server_hello_parse(message->body, &hello), &hello);
		break;
	case HANDSHAKE_HELLO_RETRY_REQUEST_DRAFT:
		server_hello(answer,
			server_hello_parse_retry_draft(message->body, &hello), &hello);
		break;
	case HANDSHAKE_CLIENT_HELLO: /* an echo: no server of TLS says it */
		answer_end_with(answer, ANSWER_NOT_TLS);
		break;
	default:
		conversation_message(&answer->conversation, CONVERSATION_SERVER, message);
		if (answer->listener != NULL && answer->listener->message != NULL)
			answer->listener->message(answer->listener, message);
	}
	if (message->type == HANDSHAKE_SERVER_HELLO_DONE)
		answer_end_with(answer, ANSWER_ACCEPTED);
}

static void handshake_piece(struct answer *answer, struct bytes payload)
{
	struct handshake_message message;
	enum err err = ERR_MORE;

	while (answer->outcome == ANSWER_PENDING &&
		(err = handshake_next(&answer->messages, &payload, &message)) == ERR_OK)
		answer_message(answer, &message);
	if (err != ERR_OK && err != ERR_MORE)
		answer_end_with(
			answer, err == ERR_MEMORY ? ANSWER_NO_MEMORY : ANSWER_MALFORMED);
}

void answer_alert(struct answer *answer, struct bytes payload)
{
	struct alert alert;

	if (alert_parse(payload, &alert) != ERR_OK) {
		answer_end_with(answer, ANSWER_MALFORMED);
		return;
	}
	conversation_alert_seen(&answer->conversation, CONVERSATION_SERVER, alert);
	if (answer->conversation.end != CONVERSATION_REFUSED)
		return;
	answer->alert_seen = true;
	answer->alert = alert.description;
	answer_end_with(answer, ANSWER_REFUSED);
}

static void alert_piece(struct answer *answer, struct bytes payload)
{
	for (size_t i = 0; i < payload.len && answer->alert_len < ALERT_LEN; i++)
		answer->alert_bytes[answer->alert_len++] = payload.at[i];
	if (answer->alert_len < ALERT_LEN)
		return;
	answer->alert_len = 0;
	answer_alert(answer, bytes_over(answer->alert_bytes, ALERT_LEN));
}

/* Nothing but an alert is so short: EncryptedExtensions has six bytes at least.
 * RFC 8446, 5.2 and 4.3.1. */
static bool is_encrypted_alert(const struct answer *answer, size_t len)
{
	size_t tag = answer->conversation.cipher == SUITE_AES_128_CCM_8 ? 8 : 16;

	return len == ALERT_LEN + 1 + tag;
}

static void end_by_alert(struct answer *answer)
{
	answer->inferred = true;
	answer_end_with(answer, ANSWER_REFUSED);
}

/* After EncryptedExtensions alone, and at least a certificate. */
static bool certificate_went_before(const struct answer *answer)
{
	return answer->encrypted >= ENCRYPTED_ENOUGH;
}

static void encrypted_record(struct answer *answer, size_t len)
{
	if (is_encrypted_alert(answer, len))
		end_by_alert(answer);
	if (answer->encrypted == 0)
		answer->records_apart = len < ENCRYPTED_ENOUGH;
	else if (certificate_went_before(answer) && len >= FINISHED_LEAST)
		answer_end_with(answer, ANSWER_ACCEPTED);
	answer->last_encrypted = len;
}

void answer_encrypted(struct answer *answer, size_t payload_len, size_t seen)
{
	if (payload_len > 0)
		encrypted_record(answer, payload_len);
	answer->encrypted += seen;
	if (certificate_went_before(answer) && !answer->records_apart)
		answer_end_with(answer, ANSWER_ACCEPTED);
}

bool answer_may_be_out(const struct answer *answer)
{
	return answer->outcome == ANSWER_PENDING && certificate_went_before(answer);
}

/* What ends with less than a Finished ended with an alert, padded. RFC 8446, 5.4. */
static bool ended_with_alert(const struct answer *answer)
{
	return answer_may_be_out(answer) && answer->last_encrypted < FINISHED_LEAST;
}

static void record_piece_seen(struct answer *answer, const struct record_piece *piece)
{
	answer->conversation.answered = true;
	if (piece->type == CONTENT_HANDSHAKE)
		handshake_piece(answer, piece->payload);
	else if (piece->type == CONTENT_ALERT && piece->record_len == ALERT_LEN)
		alert_piece(answer, piece->payload);
	else if (piece->type == CONTENT_APPLICATION_DATA && answer_is_tls13(answer))
		answer_encrypted(
			answer, piece->first ? piece->record_len : 0, piece->payload.len);
	else if (piece->type != CONTENT_CHANGE_CIPHER_SPEC)
		answer_end_with(answer, ANSWER_MALFORMED);
}

static void take_records(struct answer *answer, struct bytes bytes)
{
	struct record_piece piece;
	enum err err = ERR_MORE;

	while (answer->outcome == ANSWER_PENDING &&
		(err = record_next(&answer->records, &bytes, &piece)) == ERR_OK)
		record_piece_seen(answer, &piece);
	if (err != ERR_OK && err != ERR_MORE)
		answer_end_with(answer, ANSWER_MALFORMED);
}

/* A server without a cipher in common answers an empty list. draft-hickman, 5.6. */
static void sslv2_record(struct answer *answer, struct bytes record)
{
	struct sslv2_server_hello hello;

	if (sslv2_server_hello_parse(record, &hello) != ERR_OK) {
		answer_end_with(answer, ANSWER_MALFORMED);
		return;
	}
	conversation_server_hello_sslv2(&answer->conversation, hello.session_id_hit);
	if (answer->listener != NULL && answer->listener->sslv2_hello != NULL)
		answer->listener->sslv2_hello(answer->listener, &hello);
	answer_end_with(answer,
		reader_more(&hello.cipher_specs) ? ANSWER_ACCEPTED : ANSWER_REFUSED);
}

/* had: bytes of the record that stand in `gathered` already. */
static void take_sslv2(struct answer *answer, struct bytes bytes, size_t had)
{
	struct bytes more = bytes_first(bytes, SSLV2_RECORD_MAX - had);
	struct bytes all;
	size_t len = 0;
	enum err err;

	if (answer->gathered == NULL)
		answer->gathered = malloc(SSLV2_RECORD_MAX);
	if (answer->gathered == NULL) {
		answer_end_with(answer, ANSWER_NO_MEMORY);
		return;
	}
	if (more.len > 0)
		memcpy(answer->gathered + had, more.at, more.len);
	all = bytes_over(answer->gathered, had + more.len);
	err = sslv2_server_hello_check(all, &len);
	if (err == ERR_OK && all.len >= len)
		sslv2_record(answer, bytes_first(all, len));
	else if (err != ERR_OK && err != ERR_MORE)
		answer_end_with(answer, ANSWER_MALFORMED);
}

/* What the first bytes begin; ERR_MORE: too few to say. ERR_VALUE: nothing of ours. */
static enum err judge_start(struct answer *answer, struct bytes start)
{
	static const uint8_t sslv2_error[] = { 0x80, 0x03, 0x00 };
	struct bytes error = bytes_over(sslv2_error, sizeof sslv2_error);
	enum err err = record_check(start);
	size_t len;

	if (err != ERR_VALUE) {
		answer->state = err == ERR_OK ? ANSWER_IN_RECORDS : ANSWER_AT_START;
		return err;
	}
	if (bytes_equal(bytes_first(start, error.len), bytes_first(error, start.len))) {
		if (start.len < SSLV2_ERROR_LEN)
			return ERR_MORE;
		return sslv2_is_error(
			       bytes_first(start, SSLV2_ERROR_LEN), &answer->sslv2_error)
			       ? ERR_END
			       : ERR_VALUE;
	}
	err = sslv2_server_hello_check(start, &len);
	if (err == ERR_OK)
		answer->state = ANSWER_IN_SSLV2;
	return err;
}

/* The first bytes stand in `start` until they say what they begin. */
static void take_start(struct answer *answer, struct bytes bytes, size_t had)
{
	struct bytes start = bytes_over(answer->start, answer->start_len);
	enum err err = judge_start(answer, start);

	if (err == ERR_VALUE)
		answer_end_with(answer, ANSWER_NOT_TLS);
	if (err == ERR_END)
		answer_end_with(answer, ANSWER_REFUSED);
	if (err != ERR_OK)
		return;
	if (answer->state == ANSWER_IN_SSLV2) {
		take_sslv2(answer, start, 0);
		take_sslv2(answer, bytes_after(bytes, start.len - had), start.len);
		return;
	}
	take_records(answer, start);
	take_records(answer, bytes_after(bytes, start.len - had));
}

void answer_keep_start(struct answer *answer, struct bytes bytes)
{
	struct bytes kept = bytes_first(bytes, ANSWER_START_MAX - answer->start_len);

	if (kept.len > 0)
		memcpy(answer->start + answer->start_len, kept.at, kept.len);
	answer->start_len += kept.len;
}

bool answer_take(struct answer *answer, struct bytes bytes)
{
	size_t had = answer->start_len, before = answer->bytes;

	if (answer->outcome != ANSWER_PENDING)
		return false;
	answer_keep_start(answer, bytes);
	answer->bytes += bytes.len;
	if (answer->state == ANSWER_AT_START)
		take_start(answer, bytes, had);
	else if (answer->state == ANSWER_IN_RECORDS)
		take_records(answer, bytes);
	else
		take_sslv2(answer, bytes, before);
	if (answer->bytes > ANSWER_BYTES_MAX)
		answer_end_with(answer, ANSWER_TOO_LONG);
	return answer->outcome == ANSWER_PENDING;
}

/* What began like TLS and stopped within the first header is quoted as it is. */
void answer_closed(struct answer *answer)
{
	if (ended_with_alert(answer))
		end_by_alert(answer);
	answer_end_with(answer, ANSWER_CLOSED);
}

void answer_reset(struct answer *answer)
{
	if (ended_with_alert(answer))
		end_by_alert(answer);
	answer_end_with(answer, ANSWER_RESET);
}

void answer_timed_out(struct answer *answer)
{
	if (ended_with_alert(answer))
		end_by_alert(answer);
	answer_end_with(
		answer, answer_may_be_out(answer) ? ANSWER_ACCEPTED : ANSWER_SILENT);
}

const char *answer_outcome_name(enum answer_outcome outcome)
{
	static const char *const names[ANSWER_OUTCOMES] = {
		[ANSWER_PENDING] = "pending",
		[ANSWER_ACCEPTED] = "accepted",
		[ANSWER_RETRY] = "retry",
		[ANSWER_REFUSED] = "refused",
		[ANSWER_RESET] = "reset",
		[ANSWER_CLOSED] = "closed",
		[ANSWER_SILENT] = "silent",
		[ANSWER_NOT_TLS] = "not-tls",
		[ANSWER_MALFORMED] = "malformed",
		[ANSWER_TOO_LONG] = "too-long",
		[ANSWER_NO_MEMORY] = "no-memory",
		[ANSWER_OTHER_QUIC] = "other-quic",
		[ANSWER_QUIC_ERROR] = "quic-error",
	};

	return names[outcome];
}

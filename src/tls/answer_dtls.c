#include "tls/answer_dtls.h"

#include "base/reader.h"
#include "tls/answer_inside.h"
#include "tls/version.h"

enum {
	MESSAGE_HEADER_LEN = 4,
	FRAGMENT_HEADER_LEN = 12, /* RFC 6347, 4.2.2 */
	BODY_START_LEN = 2 + 32,  /* version and random */
	PIECE_MAX = ANSWER_DTLS_DATAGRAM - DTLS_RECORD_HEADER_LEN - FRAGMENT_HEADER_LEN,
};

/* What stands in front of the cookie, and behind it. RFC 6347, 4.2.1. */
static bool cut_at_cookie(
	struct bytes hello, struct bytes *ret_front, struct bytes *ret_rest)
{
	struct reader r = reader_over(hello);
	uint8_t type = reader_u8(&r);
	uint32_t len = reader_u24(&r);
	struct bytes body = reader_rest(&r);

	r = reader_over(body);
	(void)reader_take(&r, BODY_START_LEN);
	(void)reader_take(&r, reader_u8(&r)); /* session id */
	size_t front_len = body.len - reader_left(&r);
	(void)reader_take(&r, reader_u8(&r)); /* the cookie that is there: none */
	*ret_front = bytes_first(body, front_len);
	*ret_rest = reader_rest(&r);
	return type == HANDSHAKE_CLIENT_HELLO && len == body.len &&
	       reader_fault(&r) == ERR_OK;
}

enum err answer_dtls_begin(struct answer_dtls *ret, struct bytes hello)
{
	struct bytes front, rest;

	*ret = (struct answer_dtls){ .hello = hello };
	if (!cut_at_cookie(hello, &front, &rest))
		return ERR_VALUE;
	ret->messages = dtls_joiner_new();
	return ret->messages != NULL ? ERR_OK : ERR_MEMORY;
}

void answer_dtls_done(struct answer_dtls *answer)
{
	dtls_joiner_free(answer->messages);
	answer->messages = NULL;
	answer_done(&answer->answer);
}

static size_t body_len(const struct answer_dtls *answer)
{
	return answer->hello.len - MESSAGE_HEADER_LEN + answer->cookie_len;
}

size_t answer_dtls_flight_max(size_t hello_len)
{
	return ((hello_len + DTLS_COOKIE_MAX) / PIECE_MAX + 1) * ANSWER_DTLS_DATAGRAM;
}

/* Where a hello of several versions begins is DTLS 1.0 (RFC 6347, 4.2.1); OpenSSL's own
 * version before the standard is alone. */
static uint16_t record_version(const struct answer_dtls *answer)
{
	struct reader r = reader_over(bytes_after(answer->hello, MESSAGE_HEADER_LEN));

	return reader_u16(&r) == VERSION_DTLS10_OPENSSL ? VERSION_DTLS10_OPENSSL
							: VERSION_DTLS10;
}

/* RFC 6347, 4.1. */
static void write_record_header(
	struct answer_dtls *answer, uint8_t type, size_t payload_len, struct writer *w)
{
	uint64_t number = answer->record_number++;

	writer_u8(w, type);
	writer_u16(w, record_version(answer));
	writer_u16(w, 0); /* epoch */
	writer_u16(w, (uint16_t)(number >> 32));
	writer_u32(w, (uint32_t)number);
	writer_u16(w, (uint16_t)payload_len);
}

/* Of three pieces that follow each other what lies at [from, from + len). */
static void write_piece(
	const struct bytes pieces[3], size_t from, size_t len, struct writer *w)
{
	for (size_t i = 0; i < 3 && len > 0; i++) {
		struct bytes here = bytes_first(bytes_after(pieces[i], from), len);

		writer_bytes(w, here);
		from -= from < pieces[i].len ? from : pieces[i].len;
		len -= here.len;
	}
}

/* RFC 6347, 4.2.1 to 4.2.3: the hello after a HelloVerifyRequest is the second message.
 */
enum err answer_dtls_flight(struct answer_dtls *answer, struct writer *w)
{
	struct bytes pieces[3];
	size_t len = body_len(answer), from = 0;
	const uint8_t cookie_len = answer->cookie_len;
	uint8_t cookie[1 + DTLS_COOKIE_MAX];

	cookie[0] = cookie_len;
	memcpy(cookie + 1, answer->cookie, cookie_len);
	pieces[1] = bytes_over(cookie, 1 + (size_t)cookie_len);
	(void)cut_at_cookie(answer->hello, &pieces[0], &pieces[2]);
	do {
		size_t piece_len = len - from < PIECE_MAX ? len - from : PIECE_MAX;

		write_record_header(
			answer, CONTENT_HANDSHAKE, FRAGMENT_HEADER_LEN + piece_len, w);
		writer_u8(w, HANDSHAKE_CLIENT_HELLO);
		writer_u24(w, (uint32_t)len);
		writer_u16(w, answer->verified); /* message_seq */
		writer_u24(w, (uint32_t)from);
		writer_u24(w, (uint32_t)piece_len);
		write_piece(pieces, from, piece_len, w);
		from += piece_len;
	} while (from < len);
	return writer_end(w);
}

enum err answer_dtls_goodbye(struct answer_dtls *answer, struct writer *w)
{
	write_record_header(answer, CONTENT_ALERT, ALERT_LEN, w);
	writer_u8(w, ALERT_WARNING);
	writer_u8(w, ALERT_CLOSE_NOTIFY);
	return writer_end(w);
}

static void take_cookie(struct answer_dtls *answer, struct bytes body, bool *ret_again)
{
	struct bytes cookie;
	uint16_t version;

	if (hello_verify_request_parse(body, &version, &cookie) != ERR_OK) {
		answer_end_with(&answer->answer, ANSWER_MALFORMED);
		return;
	}
	answer->verified = true;
	answer->answer.address_checked = true;
	answer->cookie_len = (uint8_t)cookie.len;
	memcpy(answer->cookie, cookie.at, cookie.len);
	*ret_again = true;
}

static void take_messages(
	struct answer_dtls *answer, struct bytes payload, bool *ret_again)
{
	struct handshake_message message;
	enum err err = dtls_joiner_take(answer->messages, payload);

	if (err == ERR_MEMORY)
		answer_end_with(&answer->answer, ANSWER_NO_MEMORY);
	if (err != ERR_OK && err != ERR_LIMIT)
		return; /* RFC 6347, 4.1.2.7: passed over */
	while (answer->answer.outcome == ANSWER_PENDING &&
		dtls_joiner_next(answer->messages, &message)) {
		if (message.type == HANDSHAKE_HELLO_VERIFY_REQUEST)
			take_cookie(answer, message.body, ret_again);
		else
			answer_message(&answer->answer, &message);
	}
}

static void take_record(
	struct answer_dtls *answer, const struct dtls_record *record, bool *ret_again)
{
	answer->answer.conversation.answered = true;
	if (record->epoch == 0 && record->type == CONTENT_HANDSHAKE)
		take_messages(answer, record->payload, ret_again);
	else if (record->epoch == 0 && record->type == CONTENT_ALERT &&
		 record->payload.len == ALERT_LEN)
		answer_alert(&answer->answer, record->payload);
	else if (record->type == 0 && answer_is_tls13(&answer->answer))
		answer_encrypted(
			&answer->answer, record->payload.len, record->payload.len);
}

bool answer_dtls_take(struct answer_dtls *dtls, struct bytes datagram, bool *ret_again)
{
	struct answer *answer = &dtls->answer;
	struct dtls_record record;

	*ret_again = false;
	if (answer->outcome != ANSWER_PENDING)
		return false;
	answer_keep_start(answer, datagram);
	if (!answer->conversation.answered && !dtls_check(datagram))
		answer_end_with(answer, ANSWER_NOT_TLS);
	answer->bytes += datagram.len;
	while (answer->outcome == ANSWER_PENDING &&
		dtls_record_next(&datagram, &record) == ERR_OK)
		take_record(dtls, &record, ret_again);
	if (answer->bytes > ANSWER_BYTES_MAX)
		answer_end_with(answer, ANSWER_TOO_LONG);
	return answer->outcome == ANSWER_PENDING;
}

#include "watch/tcp_direction.h"

#include <stdlib.h>

#include "tls/version.h"

enum side step_side(const struct step *step)
{
	return step->sender == step->connection->client ? SIDE_CLIENT : SIDE_SERVER;
}

bool over_tcp_is_over(const struct over_tcp *over)
{
	return over->never || over->attempt.conversation.end != CONVERSATION_OPEN;
}

static void note_start(struct step *step)
{
	struct attempt *attempt = &step->over->attempt;

	if (step_side(step) == SIDE_CLIENT) {
		attempt->at = step->now;
		attempt->hello_began = true;
	} else if (!attempt->hello_began) {
		attempt->at = step->now;
	}
}

void direction_enter(struct step *step, enum direction_state state)
{
	struct direction *direction = step->direction;

	direction->state = state;
	direction->records = record_deframer();
	direction->tds = (struct tds_deframer){ 0 };
	note_start(step);
}

void direction_refuses(struct step *step)
{
	struct attempt *attempt = &step->over->attempt;

	if (attempt->hello != NULL && attempt->conversation.version == VERSION_NONE)
		conversation_finish(&attempt->conversation, CONVERSATION_REFUSED, true);
}

/* A message that is no message after all: up to the hello, the hello is malformed;
 * after it, the direction says nothing more that could be read. */
static void not_tls(struct step *step)
{
	struct attempt *attempt = &step->over->attempt;

	step->direction->state = LOST;
	if (step->direction->holed) /* what was lost may have been well */
		return;
	if (step_side(step) == SIDE_CLIENT && attempt->hello == NULL)
		attempt->hello_malformed = true;
	if (step_side(step) == SIDE_SERVER)
		direction_refuses(step);
}

static void handshake_piece(struct step *step, struct bytes payload)
{
	struct handshake_message message;
	enum err err;

	while ((err = handshake_next(&step->direction->messages, &payload, &message)) ==
		ERR_OK)
		attempt_message(
			step->shared, &step->over->attempt, step_side(step), &message);
	if (err == ERR_VALUE)
		not_tls(step);
}

static void alert_piece(struct step *step, struct bytes payload)
{
	struct direction *direction = step->direction;
	struct alert alert;

	for (size_t i = 0; i < payload.len && direction->alert_len < ALERT_LEN; i++)
		direction->alert[direction->alert_len++] = payload.at[i];
	if (direction->alert_len < ALERT_LEN)
		return;
	direction->alert_len = 0;
	if (alert_parse(bytes_over(direction->alert, ALERT_LEN), &alert) == ERR_OK)
		conversation_alert_seen(&step->over->attempt.conversation,
			conversation_side_of(step_side(step)), alert);
}

/* True for a record whose payload only its two ends can read. An alert in the clear
 * has two bytes; after ChangeCipherSpec, or by its length, it is encrypted. */
static bool is_encrypted(const struct step *step, const struct record_piece *piece)
{
	if (piece->type == CONTENT_APPLICATION_DATA)
		return true;
	if (piece->type == CONTENT_ALERT && piece->record_len != ALERT_LEN)
		return true;
	return piece->type != CONTENT_CHANGE_CIPHER_SPEC &&
	       conversation_is_encrypted(&step->over->attempt.conversation,
		       conversation_side_of(step_side(step)));
}

static void record_piece_seen(struct step *step, const struct record_piece *piece)
{
	struct conversation *conversation = &step->over->attempt.conversation;

	if (is_encrypted(step, piece)) {
		if (piece->first)
			conversation_encrypted(conversation,
				conversation_side_of(step_side(step)), piece->type,
				piece->record_len);
	} else if (piece->type == CONTENT_HANDSHAKE) {
		handshake_piece(step, piece->payload);
	} else if (piece->type == CONTENT_ALERT) {
		alert_piece(step, piece->payload);
	} else if (piece->type == CONTENT_CHANGE_CIPHER_SPEC && piece->first) {
		conversation_change_cipher_spec(
			conversation, conversation_side_of(step_side(step)));
	}
}

static void feed_records(struct step *step, struct bytes piece)
{
	struct record_piece record;
	enum err err = ERR_MORE;

	while (!over_tcp_is_over(step->over) && step->direction->state != LOST &&
		(err = record_next(&step->direction->records, &piece, &record)) == ERR_OK)
		record_piece_seen(step, &record);
	if (err != ERR_OK && err != ERR_MORE && !over_tcp_is_over(step->over))
		not_tls(step);
}

static void feed_tds(struct step *step, struct bytes piece)
{
	struct bytes payload;
	enum err err;

	while ((err = tds_next(&step->direction->tds, &piece, &payload)) == ERR_OK) {
		feed_records(step, payload);
		if (over_tcp_is_over(step->over) || step->direction->state == LOST)
			return;
	}
	if (err != ERR_MORE)
		not_tls(step);
}

/* Header, type and suite of a CLIENT-MASTER-KEY; enough for a TLS record's header. */
#define SSLV2_MASTER_KEY_START  6
#define SSLV2_CLIENT_MASTER_KEY 2

/* Adds as much of a piece to what the direction has gathered as an SSL 2.0 record may
 * have, and moves *piece behind it; false if memory ran out. */
static bool gather(struct step *step, struct bytes *piece)
{
	struct direction *direction = step->direction;
	size_t had = direction->gathered_len;
	struct bytes taken = bytes_first(*piece, SSLV2_RECORD_MAX - had);
	uint8_t *grown = realloc(direction->gathered, had + taken.len + 1);

	if (grown == NULL) {
		step->over->never = true;
		return false;
	}
	if (taken.len > 0)
		memcpy(grown + had, taken.at, taken.len);
	direction->gathered = grown;
	direction->gathered_len = had + taken.len;
	*piece = bytes_after(*piece, taken.len);
	return true;
}

/* Gathers an SSL 2.0 hello; true once it is whole in ret_record, with *piece moved
 * behind it. The record is borrowed from the direction. */
static bool gather_sslv2(struct step *step, struct bytes *piece, struct bytes *ret_record)
{
	size_t had = step->direction->gathered_len;
	struct bytes given = *piece;
	struct bytes all;
	size_t len = 0;
	enum err err;

	if (!gather(step, piece))
		return false;
	all = bytes_over(step->direction->gathered, step->direction->gathered_len);
	err = step_side(step) == SIDE_CLIENT ? sslv2_client_hello_check(all, &len)
					     : sslv2_server_hello_check(all, &len);
	if (err != ERR_OK && err != ERR_MORE)
		not_tls(step);
	if (err != ERR_OK || all.len < len)
		return false;
	*piece = bytes_after(given, len - had);
	*ret_record = bytes_first(all, len);
	return true;
}

static void feed_sslv2(struct step *step, struct bytes piece)
{
	struct attempt *attempt = &step->over->attempt;
	struct bytes record;

	if (!gather_sslv2(step, &piece, &record))
		return;
	if (step_side(step) == SIDE_CLIENT)
		attempt_sslv2_client(step->shared, attempt, record);
	else
		attempt_sslv2_server(step->shared, attempt, record);
	step->direction->gathered_len = 0;
	step->direction->state = AFTER_SSLV2;
	if (piece.len > 0)
		direction_take(step, piece);
}

/* CLIENT-MASTER-KEY names the suite that the client picked of the server's.
 * draft-hickman-netscape-ssl-00, 5.5.2. */
static void sslv2_master_key(struct step *step)
{
	struct reader r = reader_over(
		bytes_over(step->direction->gathered, SSLV2_MASTER_KEY_START));
	uint16_t header = reader_u16(&r);
	uint8_t type = reader_u8(&r);
	uint32_t cipher = reader_u24(&r);

	if (header & 0x8000 && type == SSLV2_CLIENT_MASTER_KEY)
		conversation_cipher_sslv2(&step->over->attempt.conversation, cipher);
}

/* Behind an SSL 2.0 hello stand TLS records, if the other side knows TLS: the first
 * bytes tell. In SSL 2.0 itself the server answers the client's key only if all went
 * well, so more bytes of both sides complete it. */
static void feed_after_sslv2(struct step *step, struct bytes piece)
{
	struct direction *direction = step->direction;
	struct conversation *conversation = &step->over->attempt.conversation;
	size_t had = direction->gathered_len;
	bool decided = had >= SSLV2_MASTER_KEY_START;
	size_t len = piece.len;

	if (!decided && !gather(step, &piece))
		return;
	if (!decided && direction->gathered_len < SSLV2_MASTER_KEY_START)
		return;
	if (!decided && record_check(bytes_over(direction->gathered,
				direction->gathered_len)) == ERR_OK) {
		direction->state = IN_RECORDS;
		feed_records(
			step, bytes_over(direction->gathered, direction->gathered_len));
		if (!over_tcp_is_over(step->over))
			direction_take(step, piece);
		return;
	}
	if (!decided && step_side(step) == SIDE_CLIENT)
		sslv2_master_key(step);
	conversation_encrypted(conversation, conversation_side_of(step_side(step)),
		CONTENT_HANDSHAKE, len);
}

/* After a loss only a piece that begins with a record can be read again. */
static void feed_lost(struct step *step, struct bytes piece)
{
	if (record_check(piece) != ERR_OK)
		return;
	handshake_joiner_done(&step->direction->messages);
	step->direction->messages = handshake_joiner();
	step->direction->records = record_deframer();
	step->direction->alert_len = 0;
	step->direction->state = IN_RECORDS;
	feed_records(step, piece);
}

enum direction_state direction_state_after(enum preamble_found found)
{
	return found == PREAMBLE_TLS   ? IN_RECORDS
	       : found == PREAMBLE_TDS ? IN_TDS
				       : IN_SSLV2;
}

static void feed_preamble(struct step *step, struct bytes piece)
{
	struct over_tcp *over = step->over;
	struct preamble_result result;

	if (over->preamble == NULL)
		over->preamble = preamble_new();
	if (over->preamble == NULL) {
		over->never = true;
		return;
	}
	result = preamble_take(over->preamble, step_side(step), piece);
	if (result.found == PREAMBLE_NEVER)
		over->never = !attempt_is_worth_a_report(&over->attempt);
	if (result.found == PREAMBLE_PLAIN || result.found == PREAMBLE_NEVER)
		return;
	if (step_side(step) == SIDE_CLIENT)
		over->attempt.upgrade = preamble_upgrade(over->preamble);
	direction_enter(step, direction_state_after(result.found));
	direction_take(step, result.held);
	if (!over_tcp_is_over(over))
		direction_take(step, result.rest);
}

void direction_take(struct step *step, struct bytes piece)
{
	static void (*const feeds[])(struct step * step, struct bytes piece) = {
		[IN_PREAMBLE] = feed_preamble,
		[IN_RECORDS] = feed_records,
		[IN_TDS] = feed_tds,
		[IN_SSLV2] = feed_sslv2,
		[AFTER_SSLV2] = feed_after_sslv2,
		[LOST] = feed_lost,
	};

	if (piece.len > 0)
		feeds[step->direction->state](step, piece);
}

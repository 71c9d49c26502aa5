#include "watch/over_udp.h"

#include <stdlib.h>

#include "tls/dtls.h"
#include "tls/quic_initial.h"
#include "tls/record.h"

/* DTLS 1.3: epoch 2 carries the handshake, epoch 3 the first application data. A
 * client has epoch 3 only after its Finished. RFC 9147, 6.1. */
#define EPOCH_APPLICATION 3

struct over_dtls {
	struct attempt attempt;
	struct dtls_joiner *joiners[2]; /* by side; made when needed */
};

struct over_dtls *over_dtls_new(time_ns now)
{
	struct over_dtls *over = calloc(1, sizeof *over);

	if (over != NULL)
		attempt_init(&over->attempt, OVER_DTLS, now);
	return over;
}

size_t over_dtls_held(const struct over_dtls *over)
{
	return sizeof *over + dtls_joiner_held(over->joiners[SIDE_CLIENT]) +
	       dtls_joiner_held(over->joiners[SIDE_SERVER]);
}

void over_dtls_free(struct over_dtls *over)
{
	if (over == NULL)
		return;
	dtls_joiner_free(over->joiners[SIDE_CLIENT]);
	dtls_joiner_free(over->joiners[SIDE_SERVER]);
	attempt_done(&over->attempt);
	free(over);
}

bool over_udp_begins(struct bytes datagram, enum carrier *ret_carrier)
{
	*ret_carrier = dtls_check(datagram) ? OVER_DTLS : OVER_QUIC;
	return *ret_carrier == OVER_DTLS || quic_check(datagram);
}

static bool is_dtls_hello(struct bytes datagram)
{
	struct dtls_record record;

	return dtls_record_next(&datagram, &record) == ERR_OK && record.epoch == 0 &&
	       record.type == CONTENT_HANDSHAKE && record.payload.len > 0 &&
	       record.payload.at[0] == HANDSHAKE_CLIENT_HELLO;
}

static bool is_quic_initial(struct bytes datagram)
{
	struct quic_packet packet;

	return quic_packet_next(&datagram, &packet) == ERR_OK &&
	       packet.type == QUIC_INITIAL;
}

bool over_udp_begins_anew(struct bytes datagram, enum carrier *ret_carrier)
{
	return over_udp_begins(datagram, ret_carrier) &&
	       (*ret_carrier == OVER_DTLS ? is_dtls_hello(datagram)
					  : is_quic_initial(datagram));
}

/* Which side the sender is follows from the first message that only one may send:
 * a handshake record begins with its type. */
static void decide_client(
	struct connection *connection, const struct dtls_record *record, unsigned sender)
{
	uint8_t type;

	if (connection->client != CLIENT_UNKNOWN || record->epoch != 0 ||
		record->type != CONTENT_HANDSHAKE || record->payload.len == 0)
		return;
	type = record->payload.at[0];
	if (type == HANDSHAKE_CLIENT_HELLO)
		connection->client = (uint8_t)sender;
	else if (type == HANDSHAKE_SERVER_HELLO || type == HANDSHAKE_HELLO_VERIFY_REQUEST)
		connection->client = (uint8_t)!sender;
}

static void handshake_record(struct watch_shared *shared, struct over_dtls *over,
	enum side side, const struct dtls_record *record)
{
	struct dtls_joiner **joiner = &over->joiners[side];
	struct handshake_message message;
	enum err err;

	/* Of the client nothing but the hello is looked for. */
	if (side == SIDE_CLIENT && over->attempt.hello != NULL)
		return;
	if (*joiner == NULL)
		*joiner = dtls_joiner_new();
	if (*joiner == NULL)
		return;
	if (side == SIDE_CLIENT)
		over->attempt.hello_began = true;
	err = dtls_joiner_take(*joiner, record->payload);
	shared->coverage.message_limit += err == ERR_LIMIT;
	over->attempt.hello_garbled |= side == SIDE_CLIENT && err == ERR_VALUE;
	while (dtls_joiner_next(*joiner, &message))
		attempt_message(shared, &over->attempt, side, &message);
	if (side == SIDE_CLIENT && over->attempt.hello != NULL) {
		dtls_joiner_free(*joiner);
		*joiner = NULL;
	}
}

static void clear_record(struct watch_shared *shared, struct over_dtls *over,
	enum side side, const struct dtls_record *record)
{
	struct conversation *conversation = &over->attempt.conversation;
	enum conversation_side speaker = conversation_side_of(side);
	struct alert alert;

	if (record->type == CONTENT_HANDSHAKE)
		handshake_record(shared, over, side, record);
	else if (record->type == CONTENT_CHANGE_CIPHER_SPEC)
		conversation_change_cipher_spec(conversation, speaker);
	else if (record->type == CONTENT_ALERT &&
		 alert_parse(record->payload, &alert) == ERR_OK)
		conversation_alert_seen(conversation, speaker, alert);
}

static void encrypted_record(
	struct over_dtls *over, enum side side, const struct dtls_record *record)
{
	struct conversation *conversation = &over->attempt.conversation;
	/* With a connection id the type is sealed in. What either side sends first in
	 * this way is its Finished, and more is not asked for: what is sent again looks
	 * the same. RFC 9146, 4; RFC 5246, 7.4.9. */
	uint8_t type =
		record->type == CONTENT_TLS12_CID ? CONTENT_HANDSHAKE : record->type;

	if (type != 0)
		conversation_encrypted(conversation, conversation_side_of(side), type,
			record->payload.len);
	else if (side == SIDE_CLIENT && record->epoch == EPOCH_APPLICATION)
		conversation_finish(conversation, CONVERSATION_COMPLETED, false);
}

enum over_result over_dtls_take(struct watch_shared *shared, struct over_dtls *over,
	struct connection *connection, const struct packet *packet, unsigned sender)
{
	struct bytes datagram = packet->payload;
	struct attempt *attempt = &over->attempt;
	struct dtls_record record;

	attempt_heard(attempt, packet->at);
	while (attempt->conversation.end == CONVERSATION_OPEN &&
		dtls_record_next(&datagram, &record) == ERR_OK) {
		enum side side;

		decide_client(connection, &record, sender);
		if (connection->client == CLIENT_UNKNOWN)
			return OVER_NOTHING;
		side = sender == connection->client ? SIDE_CLIENT : SIDE_SERVER;
		if (side == SIDE_SERVER)
			attempt->acknowledged = true;
		if (record.epoch == 0 && record.type != 0)
			clear_record(shared, over, side, &record);
		else
			encrypted_record(over, side, &record);
	}
	return attempt->conversation.end == CONVERSATION_OPEN ? OVER_GOES_ON
							      : OVER_DECIDED;
}

#include "watch/over_udp.h"

#include <stdlib.h>

#include "tls/quic_initial.h"

/* A CONNECTION_CLOSE with a TLS alert carries 0x0100 + its description. RFC 9001, 4.8. */
#define CRYPTO_ERROR      0x0100
#define CRYPTO_ERROR_MASK 0xff

/* Each side's keys are made when there is something of it to open. */
struct keyring {
	struct quic_secret secret;
	struct quic_keys keys[2]; /* by side */
	bool made[2];
};

struct over_quic {
	struct attempt attempt;
	bool keyed;
	bool unknown_counted;
	struct keyring ring;
	uint8_t id[QUIC_CONNECTION_ID_MAX]; /* the client's, that they were made from */
	uint8_t id_len;
	struct quic_joiner *joiners[2]; /* by side; made when needed */
};

struct over_quic *over_quic_new(time_ns now)
{
	struct over_quic *over = calloc(1, sizeof *over);

	if (over != NULL)
		attempt_init(&over->attempt, OVER_QUIC, now);
	return over;
}

size_t over_quic_held(const struct over_quic *over)
{
	return sizeof *over + quic_joiner_held(over->joiners[SIDE_CLIENT]) +
	       quic_joiner_held(over->joiners[SIDE_SERVER]);
}

void over_quic_free(struct over_quic *over)
{
	if (over == NULL)
		return;
	quic_joiner_free(over->joiners[SIDE_CLIENT]);
	quic_joiner_free(over->joiners[SIDE_SERVER]);
	attempt_done(&over->attempt);
	free(over);
}

static bool open_with(struct watch_shared *shared, struct keyring *ring, enum side side,
	const struct quic_packet *packet, struct bytes *ret_frames)
{
	struct quic_keys *keys = &ring->keys[side];

	if (!ring->made[side] && side == SIDE_CLIENT)
		quic_client_keys(shared->crypto, &ring->secret, keys);
	else if (!ring->made[side])
		quic_server_keys(shared->crypto, &ring->secret, keys);
	ring->made[side] = true;
	return quic_initial_open(shared->crypto, keys, packet, shared->scratch,
		       ret_frames) == ERR_OK;
}

/* Opens an Initial with keys made from a destination id of the client's. */
static bool open_with_new_keys(struct watch_shared *shared, struct over_quic *over,
	struct bytes id, enum side side, const struct quic_packet *packet,
	struct bytes *ret_frames)
{
	struct keyring ring = { 0 };

	if (quic_secret_derive(shared->crypto, packet->version, id, &ring.secret) !=
			ERR_OK ||
		!open_with(shared, &ring, side, packet, ret_frames))
		return false;
	over->ring = ring;
	over->keyed = true;
	memmove(over->id, id.at, id.len); /* it may be the one that is kept */
	over->id_len = (uint8_t)id.len;
	return true;
}

static bool open_initial(struct watch_shared *shared, struct over_quic *over,
	struct connection *connection, const struct quic_packet *packet, unsigned sender,
	struct bytes *ret_frames)
{
	enum side side =
		connection->client == CLIENT_UNKNOWN || connection->client == sender
			? SIDE_CLIENT
			: SIDE_SERVER;
	bool same_version = over->keyed && packet->version == over->ring.secret.version;

	if (same_version && open_with(shared, &over->ring, side, packet, ret_frames))
		return true;
	/* The client's first, and its first after a Retry. RFC 9001, 5.2. */
	if (side == SIDE_CLIENT &&
		open_with_new_keys(
			shared, over, packet->destination_id, side, packet, ret_frames)) {
		connection->client = (uint8_t)sender;
		return true;
	}
	/* A server may go on in another version. RFC 9369, 4.1. */
	return over->keyed && !same_version &&
	       open_with_new_keys(shared, over, bytes_over(over->id, over->id_len), side,
		       packet, ret_frames);
}

static void note_close(struct attempt *attempt, enum side side, uint64_t code)
{
	struct alert alert = {
		.level = ALERT_FATAL,
		.description = (uint8_t)(code & CRYPTO_ERROR_MASK),
	};

	if (code >> 8 == CRYPTO_ERROR >> 8)
		conversation_alert_seen(
			&attempt->conversation, conversation_side_of(side), alert);
	else
		conversation_finish(&attempt->conversation, CONVERSATION_REFUSED, true);
}

static void take_frames(struct watch_shared *shared, struct over_quic *over,
	enum side side, struct bytes frames)
{
	struct quic_joiner **joiner = &over->joiners[side];
	struct handshake_message message;
	uint64_t closed_with = UINT64_MAX;
	bool garbled = false;
	enum err err;

	if (*joiner == NULL)
		*joiner = quic_joiner_new();
	if (*joiner == NULL)
		return;
	if (side == SIDE_CLIENT)
		over->attempt.hello_began = true;
	err = quic_joiner_take(*joiner, frames, &closed_with);
	shared->coverage.message_limit += err == ERR_LIMIT;
	/* Of the client nothing but the hello is looked for; a second one, after a retry,
	 * says nothing new, and one sent again unasked is no sign of an answer. */
	while ((side == SIDE_SERVER || over->attempt.hello == NULL) &&
		quic_joiner_next(*joiner, &message)) {
		garbled |= message.type != HANDSHAKE_CLIENT_HELLO;
		attempt_message(shared, &over->attempt, side, &message);
	}
	garbled |= err == ERR_VALUE || quic_joiner_is_spoiled(*joiner);
	over->attempt.hello_garbled |= side == SIDE_CLIENT && garbled;
	if (side == SIDE_CLIENT && over->attempt.hello != NULL) {
		quic_joiner_free(*joiner);
		*joiner = NULL;
	}
	if (closed_with != UINT64_MAX)
		note_close(&over->attempt, side, closed_with);
}

static void initial_packet(struct watch_shared *shared, struct over_quic *over,
	struct connection *connection, const struct quic_packet *packet, unsigned sender)
{
	struct bytes frames;

	if (!open_initial(shared, over, connection, packet, sender, &frames)) {
		if (!over->keyed && !over->unknown_counted)
			shared->coverage.quic_undecrypted++;
		over->unknown_counted = true;
		return;
	}
	take_frames(shared, over,
		sender == connection->client ? SIDE_CLIENT : SIDE_SERVER, frames);
}

/* The client has keys for short headers once it has verified the server, and sends
 * nothing with them before its own Finished. RFC 9001, 5.7. */
static void short_packet(struct over_quic *over, bool from_client)
{
	struct conversation *conversation = &over->attempt.conversation;

	if (from_client && over->attempt.hello != NULL)
		conversation_finish(
			conversation, CONVERSATION_COMPLETED, conversation->version == 0);
}

/* Whatever but an Initial that only acknowledges says something. */
static void note_answer(
	struct over_quic *over, const struct quic_packet *packet, bool from_client)
{
	if (!from_client && over->keyed && packet->type != QUIC_INITIAL)
		conversation_answered(&over->attempt.conversation);
}

static void one_packet(struct watch_shared *shared, struct over_quic *over,
	struct connection *connection, const struct quic_packet *packet, unsigned sender)
{
	note_answer(over, packet, sender == connection->client);
	switch (packet->type) {
	case QUIC_INITIAL:
		initial_packet(shared, over, connection, packet, sender);
		break;
	case QUIC_SHORT:
		short_packet(over, sender == connection->client);
		break;
	case QUIC_UNKNOWN_VERSION:
		if (!over->keyed && !over->unknown_counted)
			shared->coverage.quic_unknown_version++;
		over->unknown_counted = true;
		break;
	default:
		break;
	}
}

enum over_result over_quic_take(struct watch_shared *shared, struct over_quic *over,
	struct connection *connection, const struct packet *packet, unsigned sender)
{
	struct bytes datagram = packet->payload;
	struct attempt *attempt = &over->attempt;
	struct quic_packet quic;

	attempt_heard(attempt, packet->at);
	if (over->keyed && sender != connection->client)
		attempt->acknowledged = true;
	while (attempt->conversation.end == CONVERSATION_OPEN &&
		quic_packet_next(&datagram, &quic) == ERR_OK)
		one_packet(shared, over, connection, &quic, sender);
	return attempt->conversation.end == CONVERSATION_OPEN ? OVER_GOES_ON
							      : OVER_DECIDED;
}

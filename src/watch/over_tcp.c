#include "watch/over_tcp.h"

#include <stdlib.h>

#include "watch/tcp_direction.h"

static void syn_seen(struct direction *direction, uint32_t sequence)
{
	stream_syn(&direction->stream, sequence);
	if (direction->opened)
		return;
	direction->opened = true;
	direction->syn = sequence;
}

struct over_tcp *over_tcp_new(const struct connection *connection, time_ns now)
{
	struct over_tcp *over = calloc(1, sizeof *over);

	if (over == NULL)
		return NULL;
	attempt_init(&over->attempt, OVER_TCP, now);
	for (unsigned end = 0; end < 2; end++)
		if (connection->syn_seen & 1u << end)
			syn_seen(&over->directions[end],
				connection->opening.sequence[end]);
	return over;
}

void over_tcp_free(struct over_tcp *over)
{
	if (over == NULL)
		return;
	for (unsigned end = 0; end < 2; end++) {
		stream_done(&over->directions[end].stream);
		handshake_joiner_done(&over->directions[end].messages);
		free(over->directions[end].gathered);
	}
	preamble_free(over->preamble);
	attempt_done(&over->attempt);
	free(over);
}

size_t over_tcp_held(const struct over_tcp *over)
{
	size_t held = sizeof *over + preamble_held(over->preamble);

	for (unsigned end = 0; end < 2; end++) {
		const struct direction *direction = &over->directions[end];

		held += stream_held(&direction->stream) + direction->messages.room +
			direction->gathered_len;
	}
	return held;
}

/* Without a SYN, and for the few protocols whose TLS client is the end that was
 * connected to (FTP's active mode), the first bytes say who is the client. */
static void decide_client(struct step *step, bool begins_hello, bool begins_answer)
{
	struct connection *connection = step->connection;

	if (begins_hello && !step->over->attempt.hello_began)
		connection->client = (uint8_t)step->sender;
	else if (connection->client != CLIENT_UNKNOWN)
		return;
	else if (begins_answer)
		connection->client = (uint8_t)!step->sender;
	else /* neither: the server is more often at the lower port */
		connection->client = connection->port[0] < connection->port[1];
}

/* True if what is looked at is the first that was ever sent. */
static bool is_first(const struct direction *direction)
{
	return direction->opened && !direction->holed &&
	       direction->first_sequence == direction->syn + 1;
}

/* Looks at the first bytes of a direction; false if more are needed to say. */
static bool judge_start(struct step *step, struct bytes start)
{
	enum preamble_found hello = PREAMBLE_PLAIN;
	enum preamble_found answer = PREAMBLE_PLAIN;
	enum err is_hello = preamble_check(SIDE_CLIENT, start, &hello);
	enum err is_answer = preamble_check(SIDE_SERVER, start, &answer);
	enum side side;

	if (is_hello == ERR_MORE || (is_hello != ERR_OK && is_answer == ERR_MORE))
		return false;
	step->direction->started = true;
	decide_client(step, is_hello == ERR_OK, is_answer == ERR_OK);
	side = step_side(step);
	if (step->over->preamble != NULL)
		return true; /* the other side speaks plaintext: so may this one */
	if (side == SIDE_SERVER && is_answer != ERR_OK && is_first(step->direction) &&
		record_check(start) == ERR_VALUE)
		direction_refuses(step);
	if (side == SIDE_CLIENT && is_hello == ERR_OK)
		direction_enter(step, direction_state_after(hello));
	else if (side == SIDE_SERVER && is_answer == ERR_OK)
		direction_enter(step, direction_state_after(answer));
	return true;
}

/* The first bytes of a direction are gathered until they say what they begin. */
static void feed_start(struct step *step, struct bytes piece)
{
	struct direction *direction = step->direction;
	size_t had = direction->start_len;
	struct bytes more;

	if (had == 0 && judge_start(step, piece)) {
		direction_take(step, piece);
		return;
	}
	more = bytes_first(piece, PREAMBLE_START_MAX - had);
	memcpy(direction->start + had, more.at, more.len);
	direction->start_len = (uint8_t)(had + more.len);
	if (!judge_start(step, bytes_over(direction->start, direction->start_len)))
		return;
	direction_take(step, bytes_over(direction->start, direction->start_len));
	if (!over_tcp_is_over(step->over))
		direction_take(step, bytes_after(piece, more.len));
}

/* Bytes of the server behind the client's hello, whatever they say. */
static void note_answer(struct step *step)
{
	struct attempt *attempt = &step->over->attempt;

	if (step_side(step) == SIDE_SERVER && attempt->hello != NULL)
		conversation_answered(&attempt->conversation);
}

static void in_order(struct step *step, struct bytes piece)
{
	if (piece.len == 0 || over_tcp_is_over(step->over))
		return;
	note_answer(step);
	if (!step->direction->started)
		feed_start(step, piece);
	else
		direction_take(step, piece);
}

static void kept_pieces(struct step *step)
{
	struct bytes piece;

	while (!over_tcp_is_over(step->over) &&
		(piece = stream_next_piece(&step->direction->stream)).len > 0)
		in_order(step, piece);
}

static void note_hole(struct step *step)
{
	step->direction->holed = true;
	note_answer(step);
}

/* True if the side speaks TLS already, or must since the other began with it. */
static bool is_in_tls(const struct step *step)
{
	const struct over_tcp *over = step->over;

	return step->direction->state != IN_PREAMBLE ||
	       (over->preamble == NULL &&
		       over->directions[!step->sender].state != IN_PREAMBLE);
}

static void skip_gap(struct step *step)
{
	note_hole(step);
	if (!step->over->gap_counted)
		step->shared->coverage.stream_gaps++;
	step->over->gap_counted = true;
	if (!stream_skip_gap(&step->direction->stream))
		return;
	step->direction->start_len = 0;
	if (is_in_tls(step)) {
		step->direction->state = LOST;
		step->direction->started = true;
	}
	kept_pieces(step);
}

/* Of the first byte of the payload: a SYN counts as one in front of it, and servers
 * take data with it. RFC 9293, 3.4; RFC 7413, 2. */
static uint32_t sequence_of(const struct packet *packet)
{
	return packet->flags & TCP_SYN ? packet->sequence + 1 : packet->sequence;
}

static enum err take_segment(struct step *step, const struct packet *packet)
{
	struct direction *direction = step->direction;
	struct attempt *attempt = &step->over->attempt;
	uint32_t sequence = sequence_of(packet);
	struct bytes piece = { 0 };
	enum err err = stream_take(
		&direction->stream, sequence, packet->payload, OVER_TCP_HELD_MAX, &piece);

	if (piece.len == 0 && attempt->hello != NULL && step_side(step) == SIDE_CLIENT &&
		sequence == direction->first_sequence)
		attempt->repeated = true;
	if (!direction->started && direction->start_len == 0)
		direction->first_sequence = sequence;
	in_order(step, piece);
	kept_pieces(step);
	return err;
}

/* What was lost longest ago is given up, until there is room for the new. */
static enum err make_room(struct step *step, const struct packet *packet)
{
	enum err err = ERR_LIMIT;

	step->shared->coverage.stream_limit += !step->over->limit_counted;
	step->over->limit_counted = true;
	while (err == ERR_LIMIT && stream_has_gap(&step->direction->stream)) {
		skip_gap(step);
		err = take_segment(step, packet);
	}
	return err;
}

static void payload(struct step *step, const struct packet *packet)
{
	struct direction *direction = step->direction;
	enum err err = take_segment(step, packet);

	if (err == ERR_LIMIT)
		err = make_room(step, packet);
	if (err == ERR_MEMORY)
		step->over->never = true;
	if (direction->lossy && stream_has_gap(&direction->stream))
		skip_gap(step);
	if (packet->payload.len < packet->wire_len) {
		direction->lossy = true;
		note_hole(step);
	}
}

/* Behind a loss a close in order refuses nothing: what was lost may have been well. */
static void closed(struct step *step, bool by_reset)
{
	struct over_tcp *over = step->over;
	struct conversation *conversation = &over->attempt.conversation;
	bool holed = over->directions[0].holed || over->directions[1].holed;

	step->direction->closed = true;
	if (step->connection->client == CLIENT_UNKNOWN)
		return;
	if (holed && !by_reset)
		conversation_conclude(conversation);
	else
		conversation_closed(
			conversation, conversation_side_of(step_side(step)), by_reset);
}

static void finish_direction(struct step *step)
{
	if (step->direction->finished && !step->direction->closed &&
		!over_tcp_is_over(step->over))
		closed(step, false);
}

static void fin_seen(struct direction *direction, const struct packet *packet)
{
	direction->finished = true;
	direction->fin = sequence_of(packet) + packet->wire_len;
}

/* A FIN counts once everything in front of it was seen. Where the capture cuts
 * segments short that is never. */
static bool fin_is_due(const struct direction *direction)
{
	return direction->finished && !stream_has_gap(&direction->stream) &&
	       (direction->lossy ||
		       stream_has_reached(&direction->stream, direction->fin));
}

static struct step step_of(struct watch_shared *shared, struct over_tcp *over,
	struct connection *connection, unsigned sender, time_ns now)
{
	return (struct step){ shared, over, connection, &over->directions[sender], sender,
		now };
}

static void skip_gaps(struct step *step)
{
	while (!over_tcp_is_over(step->over) && stream_has_gap(&step->direction->stream))
		skip_gap(step);
}

static void finish_behind_holes(struct step *step)
{
	if (step->direction->finished && !fin_is_due(step->direction))
		note_hole(step);
	finish_direction(step);
}

void over_tcp_flush(
	struct watch_shared *shared, struct over_tcp *over, struct connection *connection)
{
	struct step steps[2];

	for (unsigned end = 0; end < 2; end++) {
		steps[end] = step_of(shared, over, connection, end, over->attempt.last);
		skip_gaps(&steps[end]);
	}
	/* A close says something only after all that was sent. */
	for (unsigned end = 0; end < 2; end++)
		finish_behind_holes(&steps[end]);
}

/* Who acknowledges a FIN has everything in front of it: what of that was not captured
 * will not come any more. A capture may show an acknowledgement before what it is for,
 * but not the last of a direction before the rest. RFC 9293, 3.4 and 3.6. */
static void fin_acknowledged(struct step *step, const struct packet *packet)
{
	const struct direction *direction = step->direction;

	if (!(packet->flags & TCP_ACK) || !direction->finished || direction->closed ||
		packet->acknowledged != direction->fin + 1)
		return;
	skip_gaps(step);
	finish_behind_holes(step);
}

bool over_tcp_is_past_syn(const struct over_tcp *over, uint32_t sequence, unsigned end)
{
	const struct direction *direction = &over->directions[end];

	if (direction->opened)
		return sequence != direction->syn;
	return direction->started && sequence + 1 != direction->first_sequence;
}

static enum over_result result_of(const struct over_tcp *over)
{
	if (over->never)
		return OVER_NOTHING;
	if (over->attempt.conversation.end != CONVERSATION_OPEN)
		return OVER_DECIDED;
	if (over->directions[0].closed && over->directions[1].closed)
		return attempt_is_worth_a_report(&over->attempt) ? OVER_DECIDED
								 : OVER_NOTHING;
	return OVER_GOES_ON;
}

enum over_result over_tcp_take(struct watch_shared *shared, struct over_tcp *over,
	struct connection *connection, const struct packet *packet, unsigned sender)
{
	struct step step = step_of(shared, over, connection, sender, packet->at);
	struct step other = step_of(shared, over, connection, !sender, packet->at);

	over->attempt.last = packet->at;
	if (packet->flags & TCP_SYN)
		syn_seen(step.direction, packet->sequence);
	fin_acknowledged(&other, packet);
	if (over->attempt.hello != NULL && sender != connection->client)
		over->attempt.acknowledged = true;
	if (packet->payload.len > 0 && !(packet->flags & TCP_RST))
		payload(&step, packet);
	if (packet->flags & TCP_RST) {
		over_tcp_flush(shared, over, connection);
		if (!over_tcp_is_over(over))
			closed(&step, true);
		return over->never || !attempt_is_worth_a_report(&over->attempt)
			       ? OVER_NOTHING
			       : OVER_DECIDED;
	}
	if (packet->flags & TCP_FIN)
		fin_seen(step.direction, packet);
	if (fin_is_due(step.direction))
		finish_direction(&step);
	return result_of(over);
}

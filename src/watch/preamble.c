#include "watch/preamble.h"

#include <stdlib.h>

#include "tls/record.h"
#include "watch/hello_start.h"
#include "watch/talk.h"

/*
 * Where a hello is looked for
 *
 * EXPECTED: at the start of a stream; where an upgrade ends that the dialogue
 *   names; where one side stood when the other turned to TLS. TLS by the lenient
 *   signature, or SSL 2.0's.
 * TURN: where a side begins to speak after the other. An upgrade is asked for and
 *   answered, so a hello stands there even if nobody here knows the dialogue. TLS
 *   by the lenient signature.
 * FREE: anywhere, if the other side is silent (not captured) or has turned to TLS
 *   already. TLS by the strict signature.
 *
 * HTTP carries anything in its bodies, so in HTTP only EXPECTED counts: after the
 * head of a CONNECT request or of the response to it. RFC 9110, 9.3.6. TURN and FREE
 * count again once a request for TLS was answered by 101. RFC 2817, 3. An HTTP
 * connection whose first request asks for neither will never turn: clients open
 * tunnels on connections of their own.
 */
enum where {
	NOWHERE,
	FREE,
	TURN,
	EXPECTED,
};

/* The bytes where a lane stands, while they fit a hello and are too few to be one. */
struct start {
	bool waits;
	uint8_t where; /* enum where, as it was when the first of them came */
	uint8_t len;
	uint8_t bytes[HELLO_START_MAX];
};

struct preamble {
	struct talk talk;
	struct start starts[2]; /* by enum side */
	uint8_t last_side;
	uint8_t upgrade; /* enum upgrade, once the client has turned */
};
_Static_assert(sizeof(struct preamble) < 512, "one for each connection in the clear");

struct preamble *preamble_new(void)
{
	struct preamble *preamble = calloc(1, sizeof *preamble);

	if (preamble == NULL)
		return NULL;
	talk_begin(&preamble->talk);
	return preamble;
}

void preamble_free(struct preamble *preamble)
{
	free(preamble);
}

size_t preamble_held(const struct preamble *preamble)
{
	return preamble == NULL ? 0 : sizeof *preamble;
}

/* The kinds of hello in turn; a kind that may yet be one waits for more bytes. */
static enum err judge(enum side side, enum where where, bool alert, struct bytes at,
	enum preamble_found *ret)
{
	enum err err = where == FREE ? hello_start_amid(side, at)
				     : hello_start_expected(side, at);

	if (err == ERR_VALUE && alert)
		err = hello_start_alert(at);
	if (err != ERR_VALUE) {
		*ret = PREAMBLE_TLS;
		return err;
	}
	if (where == EXPECTED) {
		err = hello_start_sslv2(side, at);
		*ret = PREAMBLE_SSLV2;
	}
	return err;
}

enum err preamble_check(enum side side, struct bytes start, enum preamble_found *ret)
{
	return judge(side, EXPECTED, side == SIDE_SERVER, start, ret);
}

static bool is_free(struct preamble *preamble, enum side side)
{
	const struct lane *other = talk_other(&preamble->talk, side);

	return !preamble->talk.http && (other->turned || lane_is_silent(other));
}

static enum where where_now(struct preamble *preamble, enum side side)
{
	const struct lane *lane = &preamble->talk.lanes[side];

	if (preamble->starts[side].waits)
		return preamble->starts[side].where;
	if (lane->seen == lane->expected_at)
		return EXPECTED;
	if (lane->seen == lane->turn_at && !preamble->talk.http)
		return TURN;
	return is_free(preamble, side) ? FREE : NOWHERE;
}

/* MS-TDS, 2.2.6.5 and 3.2.5.2: TLS as the payload of a packet. */
static enum err judge_tds(enum side side, struct bytes at)
{
	static const size_t header_len = 8;

	if (at.len > 0 && at.at[0] != 0x12 && (side == SIDE_CLIENT || at.at[0] != 0x04))
		return ERR_VALUE;
	if (at.len <= header_len)
		return ERR_MORE;
	enum err err = hello_start_expected(side, bytes_after(at, header_len));
	if (err == ERR_VALUE && side == SIDE_SERVER)
		err = hello_start_alert(bytes_after(at, header_len));
	return err;
}

/* Whether TLS begins where the lane stands. */
static enum err judge_here(struct preamble *preamble, enum side side, struct bytes at,
	enum preamble_found *ret)
{
	struct lane *lane = &preamble->talk.lanes[side];
	enum where where = where_now(preamble, side);
	bool alert = side == SIDE_SERVER &&
		     (lane->seen == 0 || talk_other(&preamble->talk, side)->turned);
	enum err err = ERR_VALUE;

	if (where != NOWHERE)
		err = judge(side, where, alert, at, ret);
	if (err == ERR_VALUE && lane->tds && lane->head_len == 0 && lane->skip == 0) {
		err = judge_tds(side, at);
		*ret = PREAMBLE_TDS;
	}
	preamble->starts[side].where = (uint8_t)where;
	preamble->starts[side].waits = err == ERR_MORE;
	return err;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Where a record of type may begin next behind the first byte of at, or n. */
static size_t next_record(struct bytes at, size_t n, uint8_t type)
{
	const uint8_t *end = at.at + n;
	const uint8_t *found = at.at;

	while (found + 1 < end) {
		found = memchr(found + 1, type, (size_t)(end - found - 1));
		if (found == NULL)
			return n;
		if (found + 1 == end || found[1] == 3) /* its version: 3.x */
			return (size_t)(found - at.at);
	}
	return n;
}

/* How far it is to the next place that must be looked at whatever stands there. */
static size_t next_stop(const struct lane *lane)
{
	size_t n = PREAMBLE_MAX - lane->seen;

	if (lane->turn_at > lane->seen)
		n = smaller(n, lane->turn_at - lane->seen);
	if (lane->expected_at > lane->seen)
		n = smaller(n, lane->expected_at - lane->seen);
	return lane->skip > 0 ? smaller(n, lane->skip) : n;
}

/* How much of at can be stepped over without passing by a place to look at. */
static size_t stride(struct preamble *preamble, enum side side, struct bytes at)
{
	struct lane *lane = &preamble->talk.lanes[side];
	size_t n = smaller(next_stop(lane), at.len);
	const uint8_t *end;

	if (lane->skip == 0 && lane->possible != 0)
		return 1; /* a unit may end at any byte */
	if (lane->skip == 0 && (end = memchr(at.at, lane_line_end(lane), n)) != NULL)
		n = (size_t)(end - at.at) + 1;
	if (is_free(preamble, side)) {
		n = next_record(at, n, CONTENT_HANDSHAKE);
		if (side == SIDE_SERVER && talk_other(&preamble->talk, side)->turned)
			n = next_record(at, n, CONTENT_ALERT);
	}
	return n;
}

/* The bytes to look at: those held and, behind them, enough of piece to decide. */
static struct bytes look_ahead(const struct start *start, struct bytes piece,
	uint8_t joined[static 2 * HELLO_START_MAX])
{
	struct bytes more = bytes_first(piece, HELLO_START_MAX);

	if (start->len == 0)
		return piece;
	memcpy(joined, start->bytes, start->len);
	if (more.len > 0)
		memcpy(joined + start->len, more.at, more.len);
	return bytes_over(joined, start->len + more.len);
}

static void hold(struct start *start, struct bytes all)
{
	memcpy(start->bytes, all.at, all.len);
	start->len = (uint8_t)all.len;
}

static void drop(struct start *start, struct bytes *piece, size_t n)
{
	if (start->len == 0) {
		*piece = bytes_after(*piece, n);
		return;
	}
	start->len = (uint8_t)(start->len - n);
	memmove(start->bytes, start->bytes + n, start->len);
}

static enum upgrade upgrade_so_far(const struct preamble *preamble)
{
	const struct lane *client = &preamble->talk.lanes[SIDE_CLIENT];
	const struct lane *server = &preamble->talk.lanes[SIDE_SERVER];

	if (client->seen == client->start_at && server->seen == server->start_at)
		return UPGRADE_NONE;
	if (client->hint != UPGRADE_NONE)
		return client->hint;
	return server->hint != UPGRADE_NONE ? server->hint : UPGRADE_UNKNOWN;
}

enum upgrade preamble_upgrade(const struct preamble *preamble)
{
	if (preamble->talk.lanes[SIDE_CLIENT].turned)
		return preamble->upgrade;
	return upgrade_so_far(preamble);
}

static struct preamble_result turn(struct preamble *preamble, enum side side,
	enum preamble_found found, struct bytes piece)
{
	struct lane *lane = &preamble->talk.lanes[side];
	struct lane *other = talk_other(&preamble->talk, side);
	const struct start *start = &preamble->starts[side];

	if (side == SIDE_CLIENT)
		preamble->upgrade = (uint8_t)upgrade_so_far(preamble);
	lane->turned = true;
	if (!other->turned) {
		other->expected_at = other->given;
		other->tds |= found == PREAMBLE_TDS;
	}
	return (struct preamble_result){ found, bytes_over(start->bytes, start->len),
		piece };
}

static struct preamble_result plain_or_never(struct preamble *preamble, enum side side)
{
	const struct lane *lane = &preamble->talk.lanes[side];
	const struct lane *other = talk_other(&preamble->talk, side);

	if (lane->seen == PREAMBLE_MAX &&
		(other->seen == PREAMBLE_MAX || other->turned || lane_is_silent(other)))
		preamble->talk.never = true;
	return (struct preamble_result){ .found = preamble->talk.never ? PREAMBLE_NEVER
								       : PREAMBLE_PLAIN };
}

/* The next of a lane's bytes have come. */
static void note_piece(struct preamble *preamble, enum side side, struct bytes piece)
{
	struct lane *lane = &preamble->talk.lanes[side];

	if (piece.len == 0)
		return;
	if (preamble->last_side != side)
		lane->turn_at = lane->given;
	preamble->last_side = (uint8_t)side;
	if (lane->seen < PREAMBLE_MAX) /* behind the window no place counts */
		lane->given += (uint32_t)piece.len;
}

struct preamble_result preamble_take(
	struct preamble *preamble, enum side side, struct bytes piece)
{
	struct lane *lane = &preamble->talk.lanes[side];
	struct start *start = &preamble->starts[side];

	note_piece(preamble, side, piece);
	while (piece.len > 0 && lane->seen < PREAMBLE_MAX && !lane->turned &&
		!preamble->talk.never) {
		uint8_t joined[2 * HELLO_START_MAX];
		struct bytes ahead = look_ahead(start, piece, joined);
		enum preamble_found found;
		enum err err = judge_here(preamble, side, ahead, &found);

		if (err == ERR_OK)
			return turn(preamble, side, found, piece);
		if (err == ERR_MORE) {
			hold(start, ahead);
			break;
		}
		if (start->len > 0)
			ahead = bytes_first(ahead, start->len);
		ahead = bytes_first(ahead, stride(preamble, side, ahead));
		talk_read(&preamble->talk, side, ahead);
		drop(start, &piece, ahead.len);
	}
	return plain_or_never(preamble, side);
}

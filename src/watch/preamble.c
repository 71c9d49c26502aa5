#include "watch/preamble.h"

#include <stdlib.h>

#include "tls/record.h"
#include "watch/dialogues.h"
#include "watch/hello_start.h"

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

/* One side's stream as far as it is plaintext. Positions count from its start. */
struct lane {
	uint32_t seen;        /* plaintext stepped over, at most PREAMBLE_MAX */
	uint32_t start_at;    /* behind a header of the PROXY protocol */
	uint32_t turn_at;     /* where it last began to speak after the other side */
	uint32_t expected_at; /* where TLS is expected */
	uint32_t skip;        /* bytes to the end of a unit whose head was read */
	uint16_t possible;    /* units that head may be the head of */
	uint8_t held_len;
	uint8_t head_len;
	uint8_t hint;  /* enum upgrade */
	uint8_t where; /* enum where: that of the held bytes */
	bool turned;
	bool waits;                    /* the held bytes fit so far */
	bool lined;                    /* a line has ended */
	bool xml;                      /* '>' ends a line */
	bool http;                     /* its first line was HTTP's */
	bool tunnel;                   /* HTTP: the head that is being read ends in TLS */
	bool tds;                      /* TLS may stand in the next TDS packet */
	bool unit_tls;                 /* TLS is expected after the unit */
	bool unit_start;               /* the stream starts after the unit */
	uint8_t held[HELLO_START_MAX]; /* may begin a hello */
	uint8_t head[DIALOGUE_HEAD_MAX]; /* of the line or unit being read */
};

struct preamble {
	struct lane lanes[2]; /* by enum side */
	uint8_t last_side;
	uint8_t upgrade; /* enum upgrade, once the client has turned */
	bool never;
	bool http;         /* no TURN, no FREE */
	bool asks_upgrade; /* a header asked for TLS */
};
_Static_assert(sizeof(struct preamble) < 512, "one for each connection in the clear");

struct preamble *preamble_new(void)
{
	struct preamble *preamble = calloc(1, sizeof *preamble);

	if (preamble == NULL)
		return NULL;
	preamble->lanes[SIDE_CLIENT].possible = DIALOGUE_UNITS_ALL;
	preamble->lanes[SIDE_SERVER].possible = DIALOGUE_UNITS_ALL;
	return preamble;
}

void preamble_free(struct preamble *preamble)
{
	free(preamble);
}

static struct lane *other_lane(struct preamble *preamble, enum side side)
{
	return &preamble->lanes[side == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT];
}

static bool is_silent(const struct lane *lane)
{
	return !lane->turned && lane->seen + lane->held_len == 0;
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
	const struct lane *other = other_lane(preamble, side);

	return !preamble->http && (other->turned || is_silent(other));
}

static enum where where_now(struct preamble *preamble, enum side side)
{
	const struct lane *lane = &preamble->lanes[side];

	if (lane->waits)
		return lane->where; /* as it was when the first of them came */
	if (lane->seen == lane->expected_at)
		return EXPECTED;
	if (lane->seen == lane->turn_at && !preamble->http)
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
	struct lane *lane = &preamble->lanes[side];
	enum where where = where_now(preamble, side);
	bool alert = side == SIDE_SERVER &&
		     (lane->seen == 0 || other_lane(preamble, side)->turned);
	enum err err = ERR_VALUE;

	if (where != NOWHERE)
		err = judge(side, where, alert, at, ret);
	if (err == ERR_VALUE && lane->tds && lane->head_len == 0 && lane->skip == 0) {
		err = judge_tds(side, at);
		*ret = PREAMBLE_TDS;
	}
	lane->where = (uint8_t)where;
	lane->waits = err == ERR_MORE;
	return err;
}

static void expect_tls(struct lane *lane)
{
	lane->expected_at = lane->seen + lane->held_len;
}

static void start_again(struct lane *lane)
{
	lane->start_at = lane->seen;
	lane->expected_at = lane->seen;
	lane->lined = false;
}

/* The first line of an HTTP head. */
static void begin_http(
	struct preamble *preamble, enum side side, enum dialogue_effect effect)
{
	struct lane *lane = &preamble->lanes[side];
	bool alone = is_silent(other_lane(preamble, side));

	lane->http = true;
	lane->tunnel = effect == EFFECT_CONNECT || effect == EFFECT_SWITCHING ||
		       (effect == EFFECT_AGREED && alone);
	if (side == SIDE_CLIENT || alone)
		preamble->http = effect != EFFECT_CONNECT;
	if (effect == EFFECT_SWITCHING && preamble->asks_upgrade)
		preamble->http = false;
	if (effect == EFFECT_AGREED && alone)
		lane->hint = UPGRADE_HTTP_CONNECT;
}

/* The empty line after an HTTP head. */
static void end_http_head(struct preamble *preamble, struct lane *lane)
{
	if (lane->tunnel)
		expect_tls(lane);
	else if (lane == &preamble->lanes[SIDE_CLIENT] && !preamble->asks_upgrade)
		preamble->never = preamble->http;
}

static void follow(
	struct preamble *preamble, enum side side, const struct dialogue_sign *sign)
{
	struct lane *lane = &preamble->lanes[side];

	if (sign->upgrade != UPGRADE_NONE)
		lane->hint = (uint8_t)sign->upgrade;
	switch (sign->effect) {
	case EFFECT_TLS_NEXT:
		expect_tls(lane);
		break;
	case EFFECT_RESTART:
		start_again(lane);
		break;
	case EFFECT_NEVER:
		preamble->never = true;
		break;
	case EFFECT_CONNECT:
	case EFFECT_REQUEST:
	case EFFECT_AGREED:
	case EFFECT_SWITCHING:
	case EFFECT_RESPONSE:
		begin_http(preamble, side, sign->effect);
		break;
	case EFFECT_ASKS_UPGRADE:
		preamble->asks_upgrade = true;
		break;
	case EFFECT_NONE:
	case EFFECT_TDS:
		break;
	}
}

static bool is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct bytes line_of(const struct lane *lane)
{
	struct bytes line = bytes_over(lane->head, lane->head_len);

	while (lane->xml && line.len > 0 && is_space(line.at[0]))
		line = bytes_after(line, 1);
	while (line.len > 0 && is_space(line.at[line.len - 1]))
		line.len--;
	return line;
}

static void end_line(struct preamble *preamble, enum side side)
{
	struct lane *lane = &preamble->lanes[side];
	struct bytes line = line_of(lane);
	bool first = !lane->lined || lane->http;
	struct dialogue_sign sign;

	lane->lined = true;
	lane->possible = 0;
	if (line.len == 0 && lane->http)
		end_http_head(preamble, lane);
	else if (dialogue_read_line(side, first, line, &sign))
		follow(preamble, side, &sign);
	if (lane->start_at == lane->seen)
		lane->possible = DIALOGUE_UNITS_ALL;
	lane->head_len = 0;
}

static void end_unit(struct lane *lane)
{
	if (lane->unit_tls)
		expect_tls(lane);
	if (lane->unit_start)
		start_again(lane);
	lane->unit_tls = false;
	lane->unit_start = false;
	lane->possible = DIALOGUE_UNITS_ALL;
	lane->head_len = 0;
}

static void begin_unit(struct lane *lane, const struct dialogue_sign *sign)
{
	size_t left = sign->unit_len - lane->head_len;

	/* The next unit begins behind this one; where is all that is kept. */
	lane->skip = left > PREAMBLE_MAX ? PREAMBLE_MAX : (uint32_t)left;
	if (sign->upgrade != UPGRADE_NONE)
		lane->hint = (uint8_t)sign->upgrade;
	lane->tds = sign->effect == EFFECT_TDS;
	lane->unit_tls = sign->effect == EFFECT_TLS_NEXT;
	lane->unit_start = sign->effect == EFFECT_RESTART;
	if (lane->skip == 0)
		end_unit(lane);
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Where byte next stands in at behind its first, or n. */
static size_t next_byte(struct bytes at, size_t n, uint8_t byte)
{
	const uint8_t *found = n < 2 ? NULL : memchr(at.at + 1, byte, n - 1);

	return found == NULL ? n : (size_t)(found - at.at);
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
	struct lane *lane = &preamble->lanes[side];
	size_t n = smaller(next_stop(lane), at.len);
	const uint8_t *end;

	if (lane->skip == 0 && lane->possible != 0)
		return 1; /* a unit may end at any byte */
	if (lane->skip == 0 && (end = memchr(at.at, lane->xml ? '>' : '\n', n)) != NULL)
		n = (size_t)(end - at.at) + 1;
	if (is_free(preamble, side)) {
		n = next_byte(at, n, CONTENT_HANDSHAKE);
		if (side == SIDE_SERVER && other_lane(preamble, side)->turned)
			n = next_byte(at, n, CONTENT_ALERT);
	}
	return n;
}

static void keep_head(struct lane *lane, struct bytes plain)
{
	struct bytes kept = bytes_first(plain, sizeof lane->head - lane->head_len);

	memcpy(lane->head + lane->head_len, kept.at, kept.len);
	lane->head_len = (uint8_t)(lane->head_len + kept.len);
}

/* Steps over plaintext, as stride() measured it. */
static void step_over(struct preamble *preamble, enum side side, struct bytes plain)
{
	struct lane *lane = &preamble->lanes[side];
	uint8_t last = plain.at[plain.len - 1];
	struct dialogue_sign sign;

	if (lane->seen == lane->start_at)
		lane->xml = plain.at[0] == '<';
	lane->seen += (uint32_t)plain.len;
	if (lane->skip > 0) {
		lane->skip -= (uint32_t)plain.len;
		if (lane->skip == 0)
			end_unit(lane);
		return;
	}
	keep_head(lane, plain);
	if (lane->possible != 0 &&
		dialogue_read_unit(side, bytes_over(lane->head, lane->head_len),
			&lane->possible, &sign) == ERR_OK)
		begin_unit(lane, &sign);
	else if (last == (lane->xml ? '>' : '\n') && lane->possible == 0)
		end_line(preamble, side);
}

/* The bytes to look at: those held and, behind them, enough of piece to decide. */
static struct bytes look_ahead(const struct lane *lane, struct bytes piece,
	uint8_t joined[static 2 * HELLO_START_MAX])
{
	struct bytes more = bytes_first(piece, HELLO_START_MAX);

	if (lane->held_len == 0)
		return piece;
	memcpy(joined, lane->held, lane->held_len);
	if (more.len > 0)
		memcpy(joined + lane->held_len, more.at, more.len);
	return bytes_over(joined, lane->held_len + more.len);
}

static void hold(struct lane *lane, struct bytes all)
{
	memcpy(lane->held, all.at, all.len);
	lane->held_len = (uint8_t)all.len;
}

static void drop(struct lane *lane, struct bytes *piece, size_t n)
{
	if (lane->held_len == 0) {
		*piece = bytes_after(*piece, n);
		return;
	}
	lane->held_len = (uint8_t)(lane->held_len - n);
	memmove(lane->held, lane->held + n, lane->held_len);
}

static enum upgrade upgrade_so_far(const struct preamble *preamble)
{
	const struct lane *client = &preamble->lanes[SIDE_CLIENT];
	const struct lane *server = &preamble->lanes[SIDE_SERVER];

	if (client->seen == client->start_at && server->seen == server->start_at)
		return UPGRADE_NONE;
	if (client->hint != UPGRADE_NONE)
		return client->hint;
	return server->hint != UPGRADE_NONE ? server->hint : UPGRADE_UNKNOWN;
}

enum upgrade preamble_upgrade(const struct preamble *preamble)
{
	if (preamble->lanes[SIDE_CLIENT].turned)
		return preamble->upgrade;
	return upgrade_so_far(preamble);
}

static struct preamble_result turn(struct preamble *preamble, enum side side,
	enum preamble_found found, struct bytes piece)
{
	struct lane *lane = &preamble->lanes[side];
	struct lane *other = other_lane(preamble, side);

	if (side == SIDE_CLIENT)
		preamble->upgrade = (uint8_t)upgrade_so_far(preamble);
	lane->turned = true;
	if (!other->turned) {
		expect_tls(other);
		other->tds |= found == PREAMBLE_TDS;
	}
	return (struct preamble_result){ found, bytes_over(lane->held, lane->held_len),
		piece };
}

static struct preamble_result plain_or_never(struct preamble *preamble, enum side side)
{
	const struct lane *lane = &preamble->lanes[side];
	const struct lane *other = other_lane(preamble, side);

	if (lane->seen == PREAMBLE_MAX &&
		(other->seen == PREAMBLE_MAX || other->turned || is_silent(other)))
		preamble->never = true;
	return (struct preamble_result){ .found = preamble->never ? PREAMBLE_NEVER
								  : PREAMBLE_PLAIN };
}

struct preamble_result preamble_take(
	struct preamble *preamble, enum side side, struct bytes piece)
{
	struct lane *lane = &preamble->lanes[side];

	if (piece.len > 0 && preamble->last_side != side) {
		preamble->last_side = (uint8_t)side;
		lane->turn_at = lane->seen + lane->held_len;
	}
	while (piece.len > 0 && lane->seen < PREAMBLE_MAX && !lane->turned &&
		!preamble->never) {
		uint8_t joined[2 * HELLO_START_MAX];
		struct bytes ahead = look_ahead(lane, piece, joined);
		enum preamble_found found;
		enum err err = judge_here(preamble, side, ahead, &found);

		if (err == ERR_OK)
			return turn(preamble, side, found, piece);
		if (err == ERR_MORE) {
			hold(lane, ahead);
			break;
		}
		if (lane->held_len > 0)
			ahead = bytes_first(ahead, lane->held_len);
		ahead = bytes_first(ahead, stride(preamble, side, ahead));
		step_over(preamble, side, ahead);
		drop(lane, &piece, ahead.len);
	}
	return plain_or_never(preamble, side);
}

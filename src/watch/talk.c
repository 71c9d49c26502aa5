#include "watch/talk.h"

void talk_begin(struct talk *talk)
{
	*talk = (struct talk){ 0 };
	talk->lanes[SIDE_CLIENT].possible = DIALOGUE_UNITS_ALL;
	talk->lanes[SIDE_SERVER].possible = DIALOGUE_UNITS_ALL;
}

/* Behind what was read, however much more has come. */
static void expect_tls(struct lane *lane)
{
	lane->expected_at = lane->seen;
}

static void start_again(struct lane *lane)
{
	lane->start_at = lane->seen;
	lane->expected_at = lane->seen;
	lane->lined = false;
}

/* The first line of an HTTP head. */
static void begin_http(struct talk *talk, enum side side, enum dialogue_effect effect)
{
	struct lane *lane = &talk->lanes[side];
	bool alone = lane_is_silent(talk_other(talk, side));

	lane->http = true;
	lane->in_head = true;
	lane->tunnel = effect == EFFECT_CONNECT || effect == EFFECT_SWITCHING ||
		       (effect == EFFECT_AGREED && alone);
	if (side == SIDE_CLIENT || alone)
		talk->http = effect != EFFECT_CONNECT;
	if (effect == EFFECT_SWITCHING && talk->asks_upgrade)
		talk->http = false;
	if (effect == EFFECT_AGREED && alone)
		lane->hint = UPGRADE_HTTP_CONNECT;
}

/* The empty line after an HTTP head. */
static void end_http_head(struct talk *talk, struct lane *lane)
{
	lane->in_head = false;
	if (lane->tunnel)
		expect_tls(lane);
	else if (lane == &talk->lanes[SIDE_CLIENT] && !talk->asks_upgrade)
		talk->never = talk->http;
}

static void follow(struct talk *talk, enum side side, const struct dialogue_sign *sign)
{
	struct lane *lane = &talk->lanes[side];

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
		talk->never = true;
		break;
	case EFFECT_CONNECT:
	case EFFECT_REQUEST:
	case EFFECT_AGREED:
	case EFFECT_SWITCHING:
	case EFFECT_RESPONSE:
		begin_http(talk, side, sign->effect);
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

static void end_line(struct talk *talk, enum side side)
{
	struct lane *lane = &talk->lanes[side];
	struct bytes line = line_of(lane);
	bool first = !lane->lined || lane->http;
	struct dialogue_sign sign;

	lane->lined = true;
	lane->possible = 0;
	if (line.len == 0 && lane->http)
		end_http_head(talk, lane);
	else if (lane->in_head)
		talk->asks_upgrade |= side == SIDE_CLIENT && dialogue_asks_upgrade(line);
	else if (dialogue_read_line(side, first, line, &sign))
		follow(talk, side, &sign);
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

static void keep_head(struct lane *lane, struct bytes plain)
{
	struct bytes kept = bytes_first(plain, sizeof lane->head - lane->head_len);

	memcpy(lane->head + lane->head_len, kept.at, kept.len);
	lane->head_len = (uint8_t)(lane->head_len + kept.len);
}

void talk_read(struct talk *talk, enum side side, struct bytes plain)
{
	struct lane *lane = &talk->lanes[side];
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
	else if (last == lane_line_end(lane) && lane->possible == 0)
		end_line(talk, side);
}

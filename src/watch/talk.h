/*
 * talk - the plaintext of both sides of a connection, read as dialogues.
 *
 * A talk keeps no plaintext but the head of the line or unit being read. It is given
 * all of it in order and tells, in its members, what was spoken and where TLS is to
 * be expected. Looking for TLS is preamble.c's: nothing here judges a hello.
 */
#ifndef WATCH_TALK_H
#define WATCH_TALK_H

#include "evidence/dialogues.h"
#include "watch/preamble.h"

/* One side's stream as far as it is plaintext. Positions count from its start. */
struct lane {
	uint32_t given;       /* bytes that came, whether looked at yet or not */
	uint32_t seen;        /* plaintext stepped over, at most PREAMBLE_MAX */
	uint32_t start_at;    /* behind a header of the PROXY protocol */
	uint32_t turn_at;     /* where it last began to speak after the other side */
	uint32_t expected_at; /* where TLS is expected */
	uint32_t skip;        /* bytes to the end of a unit whose head was read */
	uint16_t possible;    /* units that head may be the head of */
	uint8_t head_len;
	uint8_t hint; /* enum upgrade */
	bool turned;
	bool lined;      /* a line has ended */
	bool xml;        /* '>' ends a line */
	bool http;       /* its first line was HTTP's */
	bool in_head;    /* HTTP: behind that line, before the empty one */
	bool tunnel;     /* HTTP: the head that is being read ends in TLS */
	bool tds;        /* TLS may stand in the next TDS packet */
	bool unit_tls;   /* TLS is expected after the unit */
	bool unit_start; /* the stream starts after the unit */
	uint8_t head[DIALOGUE_HEAD_MAX]; /* of the line or unit being read */
};

struct talk {
	struct lane lanes[2]; /* by enum side */
	bool never;           /* it will not turn to TLS */
	bool http;            /* HTTP that asked for no tunnel */
	bool asks_upgrade;    /* a header asked for TLS */
};

void talk_begin(struct talk *talk);

/* Steps over plaintext, at least one byte, of which only the last may end a line or
 * unit; only one at a time while a unit is possible. */
void talk_read(struct talk *talk, enum side side, struct bytes plain);

static inline struct lane *talk_other(struct talk *talk, enum side side)
{
	return &talk->lanes[side == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT];
}

static inline bool lane_is_silent(const struct lane *lane)
{
	return lane->given == 0;
}

static inline uint8_t lane_line_end(const struct lane *lane)
{
	return lane->xml ? '>' : '\n';
}

#endif

/*
 * dialogues - the signs by which the dialogues that may lead to TLS are known.
 *
 * A dialogue is lines of text, or binary units whose head tells their length. The
 * tables here say what a line or a unit means; what follows from it is decided in
 * watch/preamble.c. All functions are pure.
 */
#ifndef EVIDENCE_DIALOGUES_H
#define EVIDENCE_DIALOGUES_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/err.h"
#include "evidence/observation.h"

/* How much of a line or unit is looked at. LDAP's StartTLS request is 31 bytes, and
 * 46 where each length is written as long as Active Directory's clients write it. */
#define DIALOGUE_HEAD_MAX 48

enum dialogue_effect {
	EFFECT_NONE,      /* only tells what is spoken */
	EFFECT_TLS_NEXT,  /* TLS begins where this ends, if the peer agrees */
	EFFECT_TDS,       /* TLS will come inside units like this */
	EFFECT_RESTART,   /* a header in front of the stream, no dialogue */
	EFFECT_NEVER,     /* brings its own encryption, or none */
	EFFECT_CONNECT,   /* HTTP: the head of a request for a tunnel begins */
	EFFECT_REQUEST,   /* HTTP: the head of any other request begins */
	EFFECT_AGREED,    /* HTTP: the head of a response of 200 begins */
	EFFECT_SWITCHING, /* HTTP: likewise of 101 */
	EFFECT_RESPONSE,  /* HTTP: likewise of any other */
};

struct dialogue_sign {
	enum upgrade upgrade; /* UPGRADE_NONE: tells nothing about that */
	enum dialogue_effect effect;
	size_t unit_len; /* of the whole unit, head included; 0 for a line */
};

/* The meaning of a line without its end, of which only the first DIALOGUE_HEAD_MAX
 * bytes need be there. first: it is the side's first line. False if it has none. */
bool dialogue_read_line(
	enum side side, bool first, struct bytes line, struct dialogue_sign *ret);

/* Whether a line of an HTTP head asks for TLS. RFC 2817, 3. */
bool dialogue_asks_upgrade(struct bytes header);

/* The units that are still possible, one bit each. */
#define DIALOGUE_UNITS_ALL 0xffffu

/* Reads the head of a unit. Clears the bits of those that it cannot be. ERR_OK: it
 * is a unit. ERR_MORE: it may yet be one. ERR_VALUE: it is none, *possible is 0. */
MUST_USE enum err dialogue_read_unit(
	enum side side, struct bytes head, uint16_t *possible, struct dialogue_sign *ret);

#endif

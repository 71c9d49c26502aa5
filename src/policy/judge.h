/*
 * judge - what a minimum version will do to a handshake, and why it is old.
 *
 * Pure: the same handshake and context always get the same judgement. A verdict
 * is about the client, for that is what cannot be changed in one place: a server
 * that will not do the minimum must be changed in any case, so a client that
 * offers the minimum passes, and the server's share of the work is its class.
 * What was not seen is unknown, never "does not do it".
 *
 * tests: tests/unit/policy/test_judge.c holds the rules as a table.
 */
#ifndef POLICY_JUDGE_H
#define POLICY_JUDGE_H

#include "evidence/observation.h"

enum verdict { VERDICT_PASSES, VERDICT_BREAKS, VERDICT_UNKNOWN, VERDICT_COUNT };

enum handshake_class {
	CLASS_NONE,           /* not old */
	CLASS_CANNOT,         /* the client offers nothing newer */
	CLASS_SERVER_LIMITED, /* the client could, the server would not */
	CLASS_FELL_BACK,      /* the client could, and tried lower */
	CLASS_JUNK,           /* scanner or noise */
	CLASS_UNKNOWN,        /* not enough was seen */
	CLASS_COUNT
};

struct judgement {
	enum verdict verdict;
	enum handshake_class class;
	const char *reason; /* one clause for people, in lower case; never NULL */
};

/* What the client's other handshakes tell (policy/client.h); zero: nothing is known. */
struct judge_context {
	bool junk; /* the client is a scanner, as far as this hello goes */
	bool able; /* it offered the minimum, with this hello's family and within this
		    * hour, whatever came of it */
};

/* minimum: as version_rank() has it; DTLS is judged by rank. */
struct judgement judge(enum version_rank minimum, const struct handshake *handshake,
	const struct judge_context *context);

const char *verdict_name(enum verdict verdict);     /* "passes" */
const char *class_name(enum handshake_class class); /* NULL for CLASS_NONE */

#endif

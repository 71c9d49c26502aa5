/*
 * exposure - what attacks with a name a scanned server is open to, derived from what it
 * accepts. Nothing is exploited, so what only an attack would show is not told:
 * Heartbleed, ROBOT and the padding oracles of single programs.
 *
 * YES has a reason that was seen. NO is said only where all that would show it was
 * found out; else it is UNKNOWN, with what is missing.
 *
 * tests: tests/unit/policy/test_exposure.c
 */
#ifndef POLICY_EXPOSURE_H
#define POLICY_EXPOSURE_H

#include "evidence/endpoint.h"

/* In order of name. */
enum exposure {
	EXPOSURE_BEAST,
	EXPOSURE_CRIME,
	EXPOSURE_DROWN,
	EXPOSURE_FREAK,
	EXPOSURE_HEARTBEAT,
	EXPOSURE_LOGJAM,
	EXPOSURE_POODLE,
	EXPOSURE_RC4,
	EXPOSURE_RENEGOTIATION,
	EXPOSURE_SWEET32,
	EXPOSURE_COUNT
};

#define EXPOSURE_REASON_MAX 128 /* a clause with the longest name of a suite: 49 */

struct exposed {
	enum endpoint_trait is;
	char reason[EXPOSURE_REASON_MAX]; /* a clause; "" for NO */
};

void exposures_of(const struct endpoint *endpoint, struct exposed ret[EXPOSURE_COUNT]);

const char *exposure_name(enum exposure exposure); /* "POODLE" */

/* Where it is described: "CVE-2014-3566", "RFC 7465". */
const char *exposure_source(enum exposure exposure);

#endif

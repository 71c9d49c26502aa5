/*
 * endpoint_judge - what a policy says of a server that was scanned, with reasons.
 *
 * A server breaks a policy if it was seen to accept what the policy does not allow. It
 * passes only if all that the policy asks was found out: what was not is UNKNOWN, never
 * "does not accept". That it refuses what a policy allows is its own affair, unless it
 * accepts nothing of it.
 *
 * tests: tests/unit/policy/test_endpoint_judge.c holds the rules as a table.
 */
#ifndef POLICY_ENDPOINT_JUDGE_H
#define POLICY_ENDPOINT_JUDGE_H

#include "evidence/endpoint.h"
#include "policy/judge.h"
#include "policy/policy.h"

#define ENDPOINT_REASON_TEXT 288 /* a clause, a scan's reason, three names of suites */

/* Never reached: 9 of versions, 1 of their overlap, 7 of lists and DH, 8 of certificates,
 * 3 of traits, 2 of names, 1 of nodes. */
#define ENDPOINT_REASONS_MAX 32

struct endpoint_reason {
	enum verdict verdict;            /* PASSES: a remark, which decides nothing */
	char text[ENDPOINT_REASON_TEXT]; /* a clause: "accepts TLS 1.0, 1.1" */
};

struct endpoint_judgement {
	enum verdict verdict;
	struct endpoint_reason reasons[ENDPOINT_REASONS_MAX]; /* what breaks first */
	size_t count;
	uint16_t versions; /* bit 1 << rank: accepted, and not allowed */
};

void endpoint_judge(const struct policy *policy, const struct endpoint *endpoint,
	struct endpoint_judgement *ret);

/* True if some client gets this version: also who names no server, or another. */
bool endpoint_accepts(const struct endpoint_version *found);

#endif

/*
 * endpoint_policy - the policy that a scanned server was found to follow: what it
 * accepts, in its order, and the keys that it presents.
 *
 * tests: tests/unit/policy/test_endpoint_policy.c
 */
#ifndef POLICY_ENDPOINT_POLICY_H
#define POLICY_ENDPOINT_POLICY_H

#include "evidence/endpoint.h"
#include "policy/policy.h"

enum { /* what was not found out, as bits: the policy then says less than the server does
	*/
	LACKS_VERSIONS = 1,
	LACKS_SUITES = 2,
	LACKS_GROUPS = 4,
	LACKS_SCHEMES = 8,
	LACKS_KEYS = 16, /* none was seen, or one of a kind that policies do not name */
};

/* False: it accepts no version, so there is no policy. */
MUST_USE bool policy_of_endpoint(
	const struct endpoint *endpoint, struct policy *ret, unsigned *ret_lacks);

/* What may stand in the name of a policy, of a name of a server: at most room characters,
 * without a zero behind them. Answers how many. */
size_t policy_name_part(struct bytes from, char *ret, size_t room);

#endif

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

enum { /* what was not found out, as bits. A list that is not whole is left out, for it
	  would forbid what it does not name: the policy then allows more than the server
	*/
	LACKS_VERSIONS = 1,
	LACKS_SUITES12 = 2, /* up to TLS 1.2 */
	LACKS_SUITES13 = 32,
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

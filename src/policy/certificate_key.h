/*
 * certificate_key - a certificate's key in the words of policies.
 *
 * tests: tests/unit/policy/test_certificate_key.c
 */
#ifndef POLICY_CERTIFICATE_KEY_H
#define POLICY_CERTIFICATE_KEY_H

#include "policy/policy.h"
#include "tls/certificate.h"

/* False: a kind that policies have no word for. `signature` is 0 if the name of the
 * algorithm does not say the hash (id-RSASSA-PSS has it in its parameters). */
MUST_USE bool certificate_key(
	const struct certificate *certificate, struct policy_key *ret);

/* True if the policy lists keys as good as this one. */
bool policy_takes_key(const struct policy *policy, const struct policy_key *key);

#endif

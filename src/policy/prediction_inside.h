/*
 * prediction_inside - what the parts of prediction say to each other: a reason each, for
 * suites and for certificates. For prediction*.c alone.
 */
#ifndef POLICY_PREDICTION_INSIDE_H
#define POLICY_PREDICTION_INSIDE_H

#include "policy/prediction.h"
#include "policy/stack_inside.h"

typedef bool suite_is(const struct suite *suite);

/* Whether all suites offered up to TLS 1.2, at least one, are so. */
bool offers_only_suites(const struct offer *offer, suite_is *are);

/* Those up to TLS 1.2 that the policy names, or the stack's. */
struct code_list own_suites_until12(const struct server_profile *profile);

void tell_suite12(const struct server_profile *profile, const struct offer *offer,
	char ret[REASON_MAX]);

void tell_certificate(const struct server_profile *profile, const struct offer *offer,
	const struct negotiation *negotiation, char ret[REASON_MAX]);

#endif

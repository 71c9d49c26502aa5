/*
 * prediction - what a negotiation means for who says the hello: a verdict, and one reason
 * in words that an owner understands.
 *
 * tests: tests/unit/policy/test_prediction.c
 */
#ifndef POLICY_PREDICTION_H
#define POLICY_PREDICTION_H

#include "policy/judge.h"
#include "policy/negotiate.h"

#define REASON_MAX 160 /* words, and three of the longest names of groups: 39 each */

struct prediction {
	enum verdict verdict;
	struct negotiation negotiation;
	char reason[REASON_MAX]; /* one clause in lower case; "" if it passes */
};

/* What the server will make of it. VERDICT_UNKNOWN: the offer was cut, so that what is
 * missing may stand in what was not kept. */
void predict(const struct server_profile *profile, const struct offer *offer,
	struct prediction *ret);

#endif

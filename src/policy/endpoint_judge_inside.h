/*
 * endpoint_judge_inside - what the files of endpoint_judge share; nobody else includes
 * it.
 */
#ifndef POLICY_ENDPOINT_JUDGE_INSIDE_H
#define POLICY_ENDPOINT_JUDGE_INSIDE_H

#include "policy/endpoint_judge.h"

/* A judgement that is being made. */
struct judging {
	const struct policy *policy;
	const struct endpoint *endpoint;
	struct endpoint_judgement *made;
};

/* What going beyond the policy's lists is, and not knowing whether one does. */
enum verdict judge_beyond_is(const struct judging *j);
enum verdict judge_lack_is(const struct judging *j);

/* A reason to be worded by reason_add(), piece after piece. */
struct endpoint_reason *reason_begin(struct judging *j, enum verdict verdict);
void reason_add(struct endpoint_reason *reason, const char *format, ...)
	PRINTF_LIKE(2, 3);

/* A reason with versions in it, "TLS 1.0, 1.1", as bits 1 << rank; none, no reason. */
void judge_set(struct judging *j, enum verdict verdict, const char *what, uint16_t ranks,
	const char *rest);

/* The versions whose lists count: allowed, and not refused. */
bool judge_counts(const struct judging *j, unsigned rank);

void judge_versions(struct judging *j);
void judge_lists(struct judging *j); /* suites, groups, schemes, DH */

#endif

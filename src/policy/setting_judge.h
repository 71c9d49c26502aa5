/*
 * setting_judge - what a policy says of a place that decides TLS versions.
 *
 * A server that accepts what the policy does not allow breaks it, and so does whoever can
 * speak nothing that it allows. A client that also offers older versions works on, but
 * allows them. A list that ends below the policy's newest version pins: nobody breaks
 * yet. What defers to the system passes: that is what is aimed at.
 *
 * tests: tests/unit/policy/test_setting_judge.c holds the rules as a table.
 */
#ifndef POLICY_SETTING_JUDGE_H
#define POLICY_SETTING_JUDGE_H

#include "evidence/setting.h"
#include "policy/policy.h"

/* In order of weight. */
enum setting_verdict {
	SETTING_PASSES,
	SETTING_UNCLEAR,
	SETTING_PINS,
	SETTING_ALLOWS,
	SETTING_BREAKS,
	SETTING_VERDICT_COUNT
};

/* How loudly it is told: a test, an example and another's source are one level lower. */
enum setting_level { LEVEL_NONE, LEVEL_NOTE, LEVEL_WARNING, LEVEL_ERROR };

struct setting_judgement {
	enum setting_verdict verdict;
	enum setting_level level;
	uint16_t against; /* versions that are on, and not allowed */
};

struct setting_judgement setting_judge(
	const struct policy *policy, const struct setting *setting);

/* "pins TLS 1.0", "allows TLS 1.0, 1.1", "at most TLS 1.1": a clause. */
void setting_judgement_text(const struct setting_judgement *judgement,
	const struct setting *setting, struct text *text);

const char *setting_verdict_name(enum setting_verdict verdict); /* "breaks" */
const char *setting_level_name(enum setting_level level);       /* "error" */

#endif

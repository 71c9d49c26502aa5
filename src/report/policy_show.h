/*
 * policy_show - a policy spelled out, and what another one forbids and allows beyond it.
 * docs/policy.md is the schema.
 */
#ifndef REPORT_POLICY_SHOW_H
#define REPORT_POLICY_SHOW_H

#include "base/text.h"
#include "policy/policy.h"

#define POLICY_FORMAT      "tlsunset-policy-1" /* of JSON; grows with every break */
#define POLICY_DIFF_FORMAT "tlsunset-policy-diff-1"

/* width: of the terminal, as grid.h has it. */
void policy_show_text(const struct policy *policy, unsigned width, struct text *text);
void policy_show_json(const struct policy *policy, struct text *text);

/* True if the two allow the same, whatever they are called. */
bool policy_diff_text(const struct policy *a, const struct policy *b, struct text *text);
bool policy_diff_json(const struct policy *a, const struct policy *b, struct text *text);

#endif

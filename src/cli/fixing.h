/*
 * fixing - makes the edits that rules call safe, or shows them as a unified diff.
 *
 * Each file is read and looked into anew, so that an edit is made where it belongs
 * even if the file changed meanwhile; then it is replaced whole, or not at all.
 */
#ifndef CLI_FIXING_H
#define CLI_FIXING_H

#include "audit/needles.h"
#include "cli/auditing.h"
#include "policy/policy.h"

struct fixing {
	const struct rules *rules;
	const struct policy *policy;
	time_ns now; /* what is suppressed stays */
	bool dry;    /* show only */
	bool shown;  /* to a person */
	size_t files;
	size_t edits;
	size_t failed; /* files that could not be replaced; told */
};

/* Of all files that hold a finding with a safe edit. ERR_IO: standard output. */
MUST_USE enum err fixing_run(
	struct fixing *fixing, const struct audited *audited, struct fault *why);

#endif

/*
 * audit_telling - tells what an audit found, in the form that was asked for, and what it
 * did not look at; and says what the program is to end with.
 */
#ifndef CLI_AUDIT_TELLING_H
#define CLI_AUDIT_TELLING_H

#include "cli/auditing.h"
#include "cli/baselines.h"
#include "cli/command.h"
#include "report/setting_render.h"

struct audit_telling {
	const struct setting_renderer *renderer; /* NULL: standard output is another's */
	const struct policy *policy;
	const struct baseline *baseline; /* NULL: there is none */
	bool all;                        /* also what passes, is suppressed or known */
	bool may_be_none;                /* it is no fault that no file was looked at */
	enum setting_level fail_on;      /* the least that is found; NONE: nothing is */
	time_ns today;
	bool dated;    /* the day was said, so it may stand in what is told */
	uint64_t took; /* ns */
};

/* EXIT_COULD_NOT: standard output cannot be written; or no file was looked at, which must
 * not look as if nothing were wrong. */
enum exit_code audit_tell(const struct audit_telling *how, const struct audited *audited);

#endif

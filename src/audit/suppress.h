/*
 * suppress - comments that say that a finding is known and why it may stay.
 *
 *     tlsunset: ignore RULE[, RULE] [until 2027-06-30]: the reason
 *
 * on the line of the finding, or alone on the line above; "all" is every rule. Without a
 * reason, with a day that is none, or with a name that is no rule's, it counts for
 * nothing, and that is said; so it is without the colon. Upper case and blanks do not
 * matter. The marks of other tools (NOSONAR, nosemgrep, nosec,
 * DevSkim: ignore and their kin) are told as theirs. Pure: whether the day has come is
 * asked where today is known.
 */
#ifndef AUDIT_SUPPRESS_H
#define AUDIT_SUPPRESS_H

#include "audit/rules.h"

/* Looks around the setting in the text, and notes what it finds there. The reason is a
 * part of the text. Answers what is wrong with a mark that was meant to suppress it, a
 * clause; NULL: nothing is. */
const char *suppress(
	const struct rules *rules, struct bytes text, struct setting *setting);

#endif

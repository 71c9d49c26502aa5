/*
 * look_wants - which files are looked into for a rule.
 *
 * A file is read as what it is, and texts in it as what they are: a rule for nginx may
 * find something in a script that writes nginx's configuration. Pure.
 */
#ifndef AUDIT_LOOK_WANTS_H
#define AUDIT_LOOK_WANTS_H

#include "audit/rules.h"

enum look_wants {
	WANTS_NOT,
	WANTS_MARKED, /* if there is a text that one of look_mark()'s tells */
	WANTS_NAMED,  /* if there is a text with a name of one of the rule's kinds */
	WANTS,
};

/* By kind: whether the rule may find something in such a file, or in a text of one. */
void look_wants(const struct rule *rule, enum look_wants ret[KINDS_MAX]);

/* What stands in each text that says itself what it is; NULL past the last. */
const char *look_mark(size_t index);

#endif

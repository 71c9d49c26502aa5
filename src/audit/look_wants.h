/*
 * look_wants - which files are looked into for a rule.
 *
 * A file is read as what it is, and texts in it as what they are: a rule for nginx may
 * find something in a script that writes nginx's configuration. Pure.
 */
#ifndef AUDIT_LOOK_WANTS_H
#define AUDIT_LOOK_WANTS_H

#include "audit/rules.h"

/* True if the rule may find something in a file of that kind, or in a text of one. */
bool look_wants(const struct rule *rule, size_t kind);

#endif

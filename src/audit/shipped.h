/*
 * shipped - the rules that are built in (data/audit), and those of a folder.
 */
#ifndef AUDIT_SHIPPED_H
#define AUDIT_SHIPPED_H

#include "audit/rules.h"

/* Of all rules together, nodes and copies: a hundred times what is built in. */
#define RULES_BYTES_MAX ((size_t)256 << 20)

/* Reads the built-in rules. A test reads them all, so ERR_MEMORY only. */
MUST_USE enum err shipped_rules(
	struct rules *rules, struct arena *arena, struct fault *why);

/* Adds the rules of a text; name stands in faults and must outlive them. Errors as of
 * rules_add(), and of what is no YAML. */
MUST_USE enum err rules_add_text(struct rules *rules, struct bytes text, const char *name,
	struct arena *arena, struct fault *why);

#endif

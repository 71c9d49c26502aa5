/*
 * needles - which files need looking into: all rules' literals sought in one pass over
 * their bytes, whatever the case, in UTF-16 too.
 *
 * Two passes: the first stops at the first of a few short literals and is all that most
 * files see; the second tells which rules a file may hold something for.
 * The database is shared by all workers and never changes; scratch memory is a worker's.
 */
#ifndef AUDIT_NEEDLES_H
#define AUDIT_NEEDLES_H

#include "audit/rules.h"

struct needles;         /* heap */
struct needles_scratch; /* heap */

/* A file's rules: bit i is rules->all[i]. */
struct rule_set {
	uint64_t words[RULES_MAX / 64];
};

static inline bool rule_set_has(const struct rule_set *set, size_t rule)
{
	return (set->words[rule / 64] >> rule % 64 & 1) != 0;
}

/* The rules must outlive it. ERR_MEMORY, ERR_LIMIT. */
MUST_USE enum err needles_new(
	const struct rules *rules, struct needles **ret, struct fault *why);
void needles_free(struct needles *needles);

MUST_USE enum err needles_scratch_new(
	const struct needles *needles, struct needles_scratch **ret, struct fault *why);
void needles_scratch_free(struct needles_scratch *scratch);

/* True if any needle stands in the bytes. */
bool needles_any(
	const struct needles *needles, struct needles_scratch *scratch, struct bytes all);

/* The rules one of whose needles stands there. */
void needles_which(const struct needles *needles, struct needles_scratch *scratch,
	struct bytes all, struct rule_set *ret);

/* No needle is longer: so many bytes less one may be looked at twice where a file is read
 * in pieces. */
size_t needles_longest(const struct needles *needles);

#endif

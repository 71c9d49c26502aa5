/*
 * needles - which files need looking into, and by which rules: all rules' literals sought
 * in one pass over a file's bytes, whatever the case.
 *
 * A file may be handed over piece by piece. What is sought are stems (audit/literals.h):
 * most files have none, and of the others most have no literal that a rule for such a
 * file has.
 * The database is shared by all workers and never changes; scratch memory is a worker's.
 */
#ifndef AUDIT_NEEDLES_H
#define AUDIT_NEEDLES_H

#include "audit/literals.h"

struct needles;         /* heap */
struct needles_scratch; /* heap */

/* What was found so far in a file; zero to begin with. */
struct seeking {
	bool any;
	struct literal_set found;
};

/* The rules must outlive it. ERR_MEMORY, ERR_LIMIT. */
MUST_USE enum err needles_new(
	const struct rules *rules, struct needles **ret, struct fault *why);
void needles_free(struct needles *needles);

MUST_USE enum err needles_scratch_new(
	const struct needles *needles, struct needles_scratch **ret, struct fault *why);
void needles_scratch_free(struct needles_scratch *scratch);

/* Of a file in several pieces each begins needles_longest() - 1 bytes before the last
 * one's end. */
void needles_seek(const struct needles *needles, struct needles_scratch *scratch,
	struct seeking *seeking, struct bytes piece);

/* The rules that may find something in what was sought in; false: none does. Path and
 * first bytes, without the mark of an encoding, tell what the file is. */
bool needles_found(const struct needles *needles, const struct seeking *seeking,
	struct bytes path, struct bytes start, struct rule_set *ret);

size_t needles_longest(const struct needles *needles);

#endif

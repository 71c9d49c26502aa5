/*
 * needles - which files need looking into, and by which rules: all rules' literals sought
 * in one pass over a file's bytes, whatever the case.
 *
 * Two steps: nearly all files have nothing for which a file of their kind is looked into,
 * and that is told fast, for of each kind few stems are sought (audit/literals.h). The
 * others are sought through for the literals of all rules, since texts in them may be of
 * any kind.
 * A file may be handed over piece by piece. What is sought for all kinds is shared by all
 * workers and never changes; scratch memory, and what is sought for one kind, made when
 * the first such file comes, is a worker's.
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

/* True if something stands there for which a file of these kinds is looked into. Of a
 * file in several pieces each begins needles_longest() - 1 bytes before the last one's
 * end. */
bool needles_any(const struct needles *needles, struct needles_scratch *scratch,
	const struct kind_set *kinds, struct bytes piece);

/* What stands there of all that is sought. */
void needles_seek(const struct needles *needles, struct needles_scratch *scratch,
	struct seeking *seeking, struct bytes piece);

/* The rules that may find something in what was sought in; false: none that a file of
 * these kinds is looked into for. */
bool needles_found(const struct needles *needles, const struct seeking *seeking,
	const struct kind_set *kinds, struct rule_set *ret);

size_t needles_longest(const struct needles *needles);

#endif

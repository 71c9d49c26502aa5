/*
 * look_matching - which directives a rule means: by their names, the blocks around, what
 * stands beside, and the release that the file tells.
 *
 * To be included by look*.c only.
 */
#ifndef AUDIT_LOOK_MATCHING_H
#define AUDIT_LOOK_MATCHING_H

#include "audit/look_inside.h"

#define MATCHES_MAX 4096 /* directives of one rule in one file; they are compared */
#define HEADER_MAX  256  /* "resource aws_lb_listener front" */

/* Of each block the first directive in it that fits what a rule seeks, so that what
 * stands around many is sought once. */
struct firsts {
	const struct rule *of; /* NULL: nothing was sought in what is read */
	uint32_t *in; /* the arena's, by block + 1: in no block, 0; or NO_BLOCK */
	size_t room;
	uint32_t of_all;
};

/* A file, or the text in a file that is one of its own. */
struct reading {
	struct looking *looking;
	const struct syntax *syntax;
	struct directives all;
	size_t matches[MATCHES_MAX];
	size_t match_count;

	/* Those that give a name a value, sought once: each match asks for one. */
	const struct directive *defined_in; /* the list that they were sought in */
	uint32_t *definitions;
	size_t definition_count;

	struct firsts releases;
	struct firsts lacked;
};

/* All that the rule finds in the text that was read. */
void matching_try(struct reading *reading, const struct rule *rule);

static inline const struct directive *at_index(
	const struct reading *reading, size_t index)
{
	reading->looking->work++;
	return &reading->all.all[index];
}

/* Name and value as one line: no quotation marks, one space for any. */
struct bytes matching_header(const struct directive *at, uint8_t memory[HEADER_MAX]);

/* True if it is that block, or lies in it. */
bool matching_around(
	const struct reading *reading, uint32_t block, const struct directive *at);

/* The directive is named, lies within, has beside it, and is of the release that the rule
 * wants. */
bool matching_fits(struct reading *reading, size_t index, const struct rule *rule);

/* The block should hold what the rule names, and does not. */
bool matching_lacks(struct reading *reading, size_t index, const struct rule *rule);

#endif

/*
 * literals - the plain texts one of which stands in every file that a rule is for.
 *
 * Each stands once, whatever its case: rules share many. Stems are what is sought of a
 * set of them: wherever a literal stands, one of its stems does, and where one is found
 * its literals are compared. They are few, so that every byte of every file can be held
 * against them.
 * Pure.
 */
#ifndef AUDIT_LITERALS_H
#define AUDIT_LITERALS_H

#include "audit/rules.h"

#define LITERALS_MAX ((size_t)4 * RULES_MAX)
#define STEMS_MAX    256 /* more are sought too slowly to be of use */

struct literal_set {
	uint64_t words[LITERALS_MAX / 64];
};

/* A literal that has a stem. */
struct standing {
	uint16_t literal;
	uint16_t before; /* bytes of it in front of the stem */
	uint8_t next;    /* the one behind, in lower case; 0: none */
};

struct stem {
	struct bytes text;
	struct standing *in;
	size_t count;
};

struct stems {
	struct stem *all;
	size_t count;
};

/* Of a rule: numbers of its needles, or of what it needs. */
struct numbers {
	const uint16_t *all;
	size_t count;
};

struct literals {
	const struct rules *rules;
	struct bytes *all;
	size_t count;
	struct numbers *of_rules;
	struct numbers *needed;       /* by rules */
	struct numbers *names;        /* by kind: one stands in each name of its own */
	struct rule_set *for_kinds;   /* by kind: rules that it is looked into for */
	struct rule_set *for_named;   /* and for these, if such a name stands there */
	struct literal_set *of_kinds; /* and literals one of which stands there then */
};

/* Those of the rules, which must outlive them; all that they hold is the arena's.
 * ERR_MEMORY, ERR_LIMIT. */
MUST_USE enum err literals_of(const struct rules *rules, struct arena *arena,
	struct literals *ret, struct fault *why);

/* What is sought of some of them; of: NULL: of all. False: memory ran out, or there are
 * too many. */
MUST_USE bool literals_stems(const struct literals *literals,
	const struct literal_set *of, struct arena *arena, struct stems *ret);

/* The stem ends at `end` of the text: adds the literals that stand around it; true if
 * there are new ones. */
bool literals_around(const struct literals *literals, const struct stem *stem,
	struct bytes text, size_t end, struct literal_set *found);

/* The rules that may find something where these literals stand, and no others do, in the
 * file or in a text that it holds; false if none is for a file of these kinds. */
bool literals_rules(const struct literals *literals, struct kind_set kinds,
	const struct literal_set *found, struct rule_set *ret);

static inline bool literal_set_has(const struct literal_set *set, size_t literal)
{
	return (set->words[literal / 64] >> literal % 64 & 1) != 0;
}

static inline void literal_set_add(struct literal_set *set, size_t literal)
{
	set->words[literal / 64] |= UINT64_C(1) << literal % 64;
}

#endif

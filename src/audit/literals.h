/*
 * literals - the plain texts one of which stands in every file that a rule is for.
 *
 * Each stands once, whatever its case: rules share many. A stem is a literal that has no
 * other in it. Wherever a literal stands, a stem does; stems are so few that they can be
 * sought in every byte of every file, and where one is found its literals are compared.
 * Pure.
 */
#ifndef AUDIT_LITERALS_H
#define AUDIT_LITERALS_H

#include "audit/rules.h"

#define LITERALS_MAX ((size_t)4 * RULES_MAX)
#define STEMS_MAX    1024 /* more are sought too slowly to be of use */

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

/* Of a rule: numbers of literals. */
struct numbers {
	const uint16_t *all;
	size_t count;
};

struct literals {
	const struct rules *rules;
	struct bytes *all;
	size_t count;
	struct stem *stems;
	size_t stem_count;
	struct numbers *of_rules;
	struct rule_set
		of_kinds[KINDS_MAX]; /* rules for which such a file is looked into */
};

/* Those of the rules, which must outlive them; all that they hold is the arena's.
 * ERR_MEMORY, ERR_LIMIT. */
MUST_USE enum err literals_of(const struct rules *rules, struct arena *arena,
	struct literals *ret, struct fault *why);

/* The stem ends at `end` of the text: adds the literals that stand around it; true if
 * there are new ones. */
bool literals_around(const struct literals *literals, size_t stem, struct bytes text,
	size_t end, struct literal_set *found);

/* The rules that may find something where these literals stand, in the file or in a text
 * that it holds; false if none is for a file of these kinds. */
bool literals_rules(const struct literals *literals, struct kind_set kinds,
	const struct literal_set *found, struct rule_set *ret);

#endif

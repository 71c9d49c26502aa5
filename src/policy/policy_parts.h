/*
 * policy_parts - what a policy file is read from: names and their code points, choices,
 * numbers, lines of text, and the lists of dates and keys.
 *
 * To be included by policy_file.c, policy_parts.c, policy_records.c and
 * policy_write.c only.
 */
#ifndef POLICY_POLICY_PARTS_H
#define POLICY_POLICY_PARTS_H

#include "policy/policy_file.h"
#include "tls/iana.h"

/* A document on its way into a policy. */
struct reading {
	const struct document *document;
	struct policy *policy;
	struct fault *why;
};

/* What is named: how faults call it, and where its names are. */
struct code_kind {
	const char *what; /* "cipher suite" */
	/* IANA's, then others' names for the same; NULL after the last. */
	const struct iana_registry *registries[4];
};

extern const struct code_kind code_suite;
extern const struct code_kind code_group;
extern const struct code_kind code_scheme;

#define SHOWN_MAX 96 /* of a word in a fault; a longer one is cut */

/* The text fit for a terminal. */
const char *shown(struct bytes text, char ret[SHOWN_MAX]);

/* Refuses a node: where it stands, then the sentence. Answers ERR_VALUE. */
#define refuse(reading, node, ...)                                                       \
	document_fault(                                                                  \
		(reading)->document, (node), (reading)->why, ERR_VALUE, __VA_ARGS__)

/* A node of the wrong kind is refused. */
MUST_USE enum err expect(const struct reading *reading, const struct node *node,
	enum node_kind kind, const char *what);

/* "0x1a2b" too is a name, for what has none. */
MUST_USE enum err read_code(const struct reading *reading, const struct node *node,
	const struct code_kind *kind, uint16_t *ret);

/* A list of names, each once. */
MUST_USE enum err read_codes(const struct reading *reading, const struct node *list,
	const struct code_kind *kind, struct policy_codes *ret);

/* One of the words, ended by NULL; *ret is its index. */
MUST_USE enum err read_choice(const struct reading *reading, const struct node *node,
	const char *what, const char *const *words, unsigned *ret);

MUST_USE enum err read_number(const struct reading *reading, const struct node *node,
	const char *what, unsigned least, unsigned most, unsigned *ret);

/* The least and most bits of a modulus. */
#define BITS_LEAST 512 /* of export suites */
#define BITS_MOST  16384

/* A line of text that can be shown as it is. */
MUST_USE enum err read_text(const struct reading *reading, const struct node *node,
	const char *what, char *ret, size_t room);

/* The two lists whose items are mappings. */
MUST_USE enum err read_dates(const struct reading *reading, const struct node *list);
MUST_USE enum err read_keys(const struct reading *reading, const struct node *list);

#endif

/*
 * policy_codes - the names in a policy file, and their code points.
 *
 * To be included by policy_file.c and policy_write.c only.
 */
#ifndef POLICY_POLICY_CODES_H
#define POLICY_POLICY_CODES_H

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
	const struct iana_registry *registry;
	const struct iana_registry *other; /* other names for the same; may be NULL */
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

#endif

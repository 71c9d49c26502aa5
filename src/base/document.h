/*
 * document - what a file written by a person says: scalars, lists and mappings, each
 * with the place where it stands.
 *
 * Which notation it was is gone (sys/document_yaml.h reads YAML). A document and its
 * nodes live in the arena that they were read into; no key stands twice in a mapping.
 */
#ifndef BASE_DOCUMENT_H
#define BASE_DOCUMENT_H

#include "base/attr.h"
#include "base/bytes.h"
#include "base/fault.h"

enum node_kind { NODE_SCALAR, NODE_LIST, NODE_MAPPING };

struct node {
	enum node_kind kind;
	unsigned line; /* where it begins, from 1; columns count characters */
	unsigned column;
	size_t count;             /* of a list or mapping */
	struct bytes text;        /* of a scalar: UTF-8 without zeros */
	const struct node *key;   /* what stands before the colon; NULL in a list */
	const struct node *first; /* of a list or mapping; NULL: it is empty */
	const struct node *next;  /* of the same list or mapping */
};

struct document {
	const char *name; /* of its file, for faults; fit to be shown */
	const struct node *root;
};

/* The value of that key in a mapping, or NULL. */
const struct node *node_find(const struct node *mapping, struct bytes key);

/* "a scalar", "a list", "a mapping". */
const char *node_kind_text(enum node_kind kind);

/* Fills why with the place of node and the sentence, and answers err:
 * "policy.yaml, line 12, column 7: no group x25518". */
enum err document_fault(const struct document *document, const struct node *node,
	struct fault *why, enum err err, const char *format, ...) PRINTF_LIKE(5, 6);

/* ERR_VALUE if the node is of another kind: "versions should be a list, not a scalar". */
MUST_USE enum err document_expect(const struct document *document,
	const struct node *node, enum node_kind kind, const char *what,
	struct fault *why);

#endif

/*
 * rules_parts - what files of rules are read with: texts, choices, dialects, examples.
 *
 * To be included by rules*.c only.
 */
#ifndef AUDIT_RULES_PARTS_H
#define AUDIT_RULES_PARTS_H

#include "audit/rules.h"
#include "base/suggestion.h"

/* A document on its way into rules. */
struct rule_reading {
	const struct document *document;
	struct arena *arena;
	struct rules *rules;
	const char *product;
	struct fault *why;
};

/* Refuses a node: where it stands, then the sentence. Answers ERR_VALUE. */
#define rule_refuse(reading, node, ...)                                                  \
	document_fault(                                                                  \
		(reading)->document, (node), (reading)->why, ERR_VALUE, __VA_ARGS__)

/* Offers a name, of which a copy is made, as the one that may be meant. */
void rule_offer(
	const struct rule_reading *reading, struct suggestion *meant, struct bytes name);

/* "there is no dialect ngnix; did you mean nginx?" */
MUST_USE enum err rule_refuse_name(const struct rule_reading *reading,
	const struct node *node, const char *what, struct bytes name,
	const struct suggestion *meant);

MUST_USE enum err rule_memory(const struct rule_reading *reading);
MUST_USE enum err rule_expect(
	const struct rule_reading *reading, const struct node *node, enum node_kind kind);

/* A scalar as a C string. */
MUST_USE enum err rule_string(
	const struct rule_reading *reading, const struct node *node, const char **ret);

/* A scalar, or a list of them; none is empty. */
MUST_USE enum err rule_texts(const struct rule_reading *reading, const struct node *node,
	const struct bytes **ret, size_t *ret_count);

/* One of the words, ended by NULL; *ret is its index. */
MUST_USE enum err rule_choice(const struct rule_reading *reading, const struct node *node,
	const char *const *words, unsigned *ret);

/* What a word does, as enum list_operation. */
MUST_USE enum err rule_operation(
	const struct rule_reading *reading, const struct node *node, unsigned *ret);

/* The names of a rule: one, a list, or a mapping to what their values do. */
MUST_USE enum err rule_read_names(
	const struct rule_reading *reading, const struct node *node, struct rule *rule);

/* Adds one dialect to the rules. */
MUST_USE enum err rule_read_dialect(
	const struct rule_reading *reading, const struct node *node);

#endif

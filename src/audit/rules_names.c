/* Names of rules, and what the value of each does. */
#include "audit/rules_parts.h"

/* A name's parts, by ".", "::" or "->". */
static enum err split_name(const struct rule_reading *reading, const struct node *node,
	struct bytes left, struct rule_name *name)
{
	*name = (struct rule_name){ .pattern = left,
		.pairs = pattern_pairs(left),
		.any = bytes_find(left, bytes_of_string("*")) < left.len,
		.does = LIST_OPERATION_COUNT };
	while (left.len > 0) {
		size_t len = bytes_find(left, bytes_of_string("."));

		if (name->count == RULE_PATH_MAX || len == 0)
			return rule_refuse(reading, node,
				"a name is of 1 to %d parts, with a point between them",
				RULE_PATH_MAX);
		name->parts[name->count++] = bytes_first(left, len);
		left = bytes_after(left, len + 1);
	}
	return name->count > 0 ? ERR_OK
			       : rule_refuse(reading, node, "a name is expected");
}

/* Behind the name of a mapping: an operation, or "turned". */
static enum err read_does(const struct rule_reading *reading, const struct node *node,
	struct rule_name *name)
{
	unsigned choice = 0;
	enum err err;

	if (node->kind == NODE_SCALAR &&
		bytes_equal(node->text, bytes_of_string("turned"))) {
		name->turned = true;
		return ERR_OK;
	}
	err = rule_operation(reading, node, &choice);
	name->does = (enum list_operation)choice;
	return err;
}

static size_t count_of(const struct node *node)
{
	return node->kind == NODE_SCALAR ? 1 : node->count;
}

enum err rule_read_names(
	const struct rule_reading *reading, const struct node *node, struct rule *rule)
{
	const struct node *at = node->kind == NODE_SCALAR ? node : node->first;
	size_t count = count_of(node);
	struct rule_name *names = arena_take(reading->arena, (count + 1) * sizeof *names);
	enum err err = ERR_OK;

	if (names == NULL)
		return rule_memory(reading);
	for (size_t i = 0; i < count && err == ERR_OK; i++, at = at->next) {
		if (node->kind != NODE_MAPPING) {
			err = rule_expect(reading, at, NODE_SCALAR);
			if (err == ERR_OK)
				err = split_name(reading, at, at->text, &names[i]);
			continue;
		}
		err = split_name(reading, at, at->key->text, &names[i]);
		if (err == ERR_OK)
			err = read_does(reading, at, &names[i]);
	}
	rule->names = names;
	rule->name_count = count;
	return err;
}

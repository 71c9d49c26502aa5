#include "base/document.h"

#include <stdarg.h>
#include <stdio.h>

const struct node *node_find(const struct node *mapping, struct bytes key)
{
	const struct node *at = mapping->kind == NODE_MAPPING ? mapping->first : NULL;

	while (at != NULL && !bytes_equal(at->key->text, key))
		at = at->next;
	return at;
}

const char *node_kind_text(enum node_kind kind)
{
	static const char *const texts[] = {
		[NODE_SCALAR] = "a scalar",
		[NODE_LIST] = "a list",
		[NODE_MAPPING] = "a mapping",
	};

	return texts[kind];
}

enum err document_fault(const struct document *document, const struct node *node,
	struct fault *why, enum err err, const char *format, ...)
{
	char sentence[FAULT_TEXT_MAX];
	va_list values;

	va_start(values, format);
	(void)vsnprintf(sentence, sizeof sentence, format, values);
	va_end(values);
	return fault_set(why, err, "%s, line %u, column %u: %s", document->name,
		node->line, node->column, sentence);
}

enum err document_expect(const struct document *document, const struct node *node,
	enum node_kind kind, const char *what, struct fault *why)
{
	if (node->kind == kind)
		return ERR_OK;
	return document_fault(document, node, why, ERR_VALUE, "%s should be %s, not %s",
		what, node_kind_text(kind), node_kind_text(node->kind));
}

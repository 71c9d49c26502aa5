#include "audit/rules_parts.h"

#include <stdio.h>

#include "base/text.h"

#define SHOWN_MAX 80 /* of a word in a fault; a longer one is cut */

static const char *shown(struct bytes word, char ret[SHOWN_MAX])
{
	struct text quoted;

	text_init(&quoted, (size_t)4 * SHOWN_MAX); /* \xNN is four */
	text_quote_terminal(&quoted, bytes_first(word, SHOWN_MAX - 1));
	(void)snprintf(ret, SHOWN_MAX, "%s", text_string(&quoted));
	text_done(&quoted);
	return ret;
}

enum err rule_refuse_name(const struct rule_reading *reading, const struct node *node,
	const char *what, struct bytes name, const struct suggestion *meant)
{
	char word[SHOWN_MAX];

	if (meant->name == NULL)
		return rule_refuse(
			reading, node, "there is no %s %s", what, shown(name, word));
	return rule_refuse(reading, node, "there is no %s %s; did you mean %s?", what,
		shown(name, word), meant->name);
}

void rule_offer(
	const struct rule_reading *reading, struct suggestion *meant, struct bytes name)
{
	const char *offered = arena_string(reading->arena, name);

	if (offered != NULL)
		suggestion_offer(meant, offered);
}

enum err rule_memory(const struct rule_reading *reading)
{
	return fault_set(reading->why, ERR_MEMORY, "memory ran out");
}

enum err rule_expect(
	const struct rule_reading *reading, const struct node *node, enum node_kind kind)
{
	if (node->kind == kind)
		return ERR_OK;
	return rule_refuse(reading, node, "%s is expected here, not %s",
		node_kind_text(kind), node_kind_text(node->kind));
}

enum err rule_string(
	const struct rule_reading *reading, const struct node *node, const char **ret)
{
	enum err err = rule_expect(reading, node, NODE_SCALAR);

	if (err != ERR_OK)
		return err;
	if (node->text.len == 0)
		return rule_refuse(reading, node, "some text is expected");
	*ret = arena_string(reading->arena, node->text);
	return *ret != NULL ? ERR_OK : rule_memory(reading);
}

static enum err one_text(
	const struct rule_reading *reading, const struct node *node, struct bytes *ret)
{
	enum err err = rule_expect(reading, node, NODE_SCALAR);

	if (err == ERR_OK && node->text.len == 0)
		err = rule_refuse(reading, node, "some text is expected");
	*ret = node->text;
	return err;
}

enum err rule_texts(const struct rule_reading *reading, const struct node *node,
	const struct bytes **ret, size_t *ret_count)
{
	const struct node *at = node->kind == NODE_LIST ? node->first : node;
	size_t count = node->kind == NODE_LIST ? node->count : 1;
	struct bytes *texts = arena_take(reading->arena, (count + 1) * sizeof *texts);
	enum err err = ERR_OK;

	if (texts == NULL)
		return rule_memory(reading);
	for (size_t i = 0; i < count && err == ERR_OK; i++, at = at->next)
		err = one_text(reading, at, &texts[i]);
	*ret = texts;
	*ret_count = count;
	return err;
}

enum err rule_choice(const struct rule_reading *reading, const struct node *node,
	const char *const *words, unsigned *ret)
{
	struct suggestion meant = suggestion_for(node->text);
	enum err err = rule_expect(reading, node, NODE_SCALAR);

	for (unsigned i = 0; err == ERR_OK && words[i] != NULL; i++)
		if (bytes_equal(node->text, bytes_of_string(words[i]))) {
			*ret = i;
			return ERR_OK;
		}
	for (unsigned i = 0; err == ERR_OK && words[i] != NULL; i++)
		suggestion_offer(&meant, words[i]);
	return err != ERR_OK
		       ? err
		       : rule_refuse_name(reading, node, "choice", node->text, &meant);
}

/* An example's file, text and what it finds. */
static enum err read_example(const struct rule_reading *reading, const struct node *node,
	struct rule_example *example)
{
	enum err err = rule_expect(reading, node, NODE_MAPPING);

	example->line = node->line;
	for (const struct node *at = node->first; err == ERR_OK && at != NULL;
		at = at->next) {
		if (bytes_equal(at->key->text, bytes_of_string("rule")))
			err = rule_string(reading, at, &example->rule);
		else if (bytes_equal(at->key->text, bytes_of_string("file")))
			err = one_text(reading, at, &example->file);
		else if (bytes_equal(at->key->text, bytes_of_string("text")))
			err = one_text(reading, at, &example->text);
		else if (bytes_equal(at->key->text, bytes_of_string("finds")))
			err = rule_texts(
				reading, at, &example->finds, &example->find_count);
		else
			err = rule_refuse(reading, at->key,
				"an example has rule, file, text and finds");
	}
	if (err == ERR_OK && (example->rule == NULL || example->file.len == 0 ||
				     example->text.len == 0))
		err = rule_refuse(reading, node, "an example has rule, file and text");
	return err;
}

enum err rules_examples(const struct document *document, struct arena *arena,
	const struct rule_example **ret, size_t *ret_count, struct fault *why)
{
	const struct rule_reading reading = {
		.document = document, .arena = arena, .why = why
	};
	const struct node *list = node_find(document->root, bytes_of_string("examples"));
	struct rule_example *examples;
	size_t count = 0;
	enum err err = ERR_OK;

	*ret = NULL;
	*ret_count = 0;
	if (list == NULL)
		return ERR_OK;
	err = rule_expect(&reading, list, NODE_LIST);
	examples = arena_take(arena, (list->count + 1) * sizeof *examples);
	if (examples == NULL)
		return rule_memory(&reading);
	for (const struct node *at = list->first; err == ERR_OK && at != NULL;
		at = at->next)
		err = read_example(&reading, at, &examples[count++]);
	*ret = examples;
	*ret_count = count;
	return err;
}

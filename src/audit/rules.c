#include "audit/rules.h"

#include "audit/patterns.h"
#include "audit/rules_parts.h"

static const char *const find_names[FIND_COUNT + 1] = {
	[FIND_ABSENCE] = "absence",
	[FIND_ARGUMENT] = "argument",
	[FIND_ASSIGNMENT] = "assignment",
	[FIND_CALL] = "call",
	[FIND_COMMAND] = "command",
	[FIND_DEFINED] = "defined",
	[FIND_DIRECTIVE] = "directive",
	[FIND_LIBRARY] = "library",
	[FIND_STATED] = "stated",
	[FIND_SYMBOL] = "symbol",
	[FIND_TEXT] = "text",
	[FIND_VALUE] = "value",
	[FIND_COUNT] = NULL,
};

static enum err read_kinds(
	const struct rule_reading *reading, const struct node *node, struct rule *rule)
{
	const struct bytes *texts;
	size_t count;
	enum err err = rule_texts(reading, node, &texts, &count);

	for (size_t i = 0; err == ERR_OK && i < count; i++) {
		size_t kind = kind_find(texts[i]);
		struct suggestion meant = suggestion_for(texts[i]);

		if (kind < kind_count) {
			kind_set_add(&rule->kinds, kind);
			continue;
		}
		for (size_t j = 0; j < kind_count; j++)
			suggestion_offer(&meant, kinds[j].name);
		err = rule_refuse_name(reading, node, "kind of file", texts[i], &meant);
	}
	return err;
}

static enum err read_find(
	const struct rule_reading *reading, const struct node *node, struct rule *rule)
{
	unsigned choice = 0;
	enum err err = rule_choice(reading, node, find_names, &choice);

	rule->find = (enum rule_find)choice;
	return err;
}

static enum err read_side(
	const struct rule_reading *reading, const struct node *node, struct rule *rule)
{
	static const char *const sides[] = { "both", "client", "server", NULL };
	unsigned choice = 0;
	enum err err = rule_choice(reading, node, sides, &choice);

	rule->side = (enum setting_side)choice;
	return err;
}

static enum err read_argument(
	const struct rule_reading *reading, const struct node *node, struct rule *rule)
{
	uint64_t number;

	if (node->kind == NODE_SCALAR && number_parse(node->text, &number) &&
		number > 0 && number < 32)
		rule->argument = (size_t)number;
	else if (node->kind == NODE_SCALAR && node->text.len > 0)
		rule->argument_name = node->text;
	else
		return rule_refuse(
			reading, node, "an argument is a number from 1 on, or a name");
	return ERR_OK;
}

static enum err read_dialect_name(
	const struct rule_reading *reading, const struct node *node, struct rule *rule)
{
	struct suggestion meant = suggestion_for(node->text);

	for (size_t i = 0; i < reading->rules->dialect_count; i++) {
		const struct dialect *dialect = reading->rules->dialects[i];

		if (bytes_equal(dialect->name, node->text)) {
			rule->dialect = dialect;
			return ERR_OK;
		}
		rule_offer(reading, &meant, dialect->name);
	}
	return rule_refuse_name(reading, node, "dialect", node->text, &meant);
}

static enum err read_edit(
	const struct rule_reading *reading, const struct node *node, struct rule *rule)
{
	static const char *const edits[] = { "delete", "replace", NULL };
	unsigned choice = 0;
	enum err err = rule_choice(reading, node, edits, &choice);

	rule->edit.deletes = choice == 0;
	rule->edit.replaces = choice == 1;
	return err;
}

static enum err read_yes(
	const struct rule_reading *reading, const struct node *node, bool *ret)
{
	static const char *const words[] = { "no", "yes", NULL };
	unsigned choice = 0;
	enum err err = rule_choice(reading, node, words, &choice);

	*ret = choice == 1;
	return err;
}

static enum err read_safe(
	const struct rule_reading *reading, const struct node *node, struct rule *rule)
{
	return read_yes(reading, node, &rule->edit.safe);
}

static enum err read_tells_unknown(
	const struct rule_reading *reading, const struct node *node, struct rule *rule)
{
	return read_yes(reading, node, &rule->tells_unknown);
}

static enum err read_id(
	const struct rule_reading *reading, const struct node *node, struct rule *rule)
{
	return rule_string(reading, node, &rule->id);
}

static enum err read_why(
	const struct rule_reading *reading, const struct node *node, struct rule *rule)
{
	return rule_string(reading, node, &rule->why);
}

static enum err read_fix(
	const struct rule_reading *reading, const struct node *node, struct rule *rule)
{
	return rule_string(reading, node, &rule->fix);
}

static enum err read_replacement(
	const struct rule_reading *reading, const struct node *node, struct rule *rule)
{
	rule->edit.with = node->text;
	return rule_expect(reading, node, NODE_SCALAR);
}

static enum err read_needles(
	const struct rule_reading *reading, const struct node *node, struct rule *rule)
{
	return rule_texts(reading, node, &rule->needles, &rule->needle_count);
}

static enum err read_needs(
	const struct rule_reading *reading, const struct node *node, struct rule *rule)
{
	return rule_texts(reading, node, &rule->needs, &rule->need_count);
}

static enum err read_with(
	const struct rule_reading *reading, const struct node *node, struct rule *rule)
{
	return rule_texts(reading, node, &rule->with, &rule->with_count);
}

static enum err read_without(
	const struct rule_reading *reading, const struct node *node, struct rule *rule)
{
	return rule_texts(reading, node, &rule->without, &rule->without_count);
}

static enum err read_misses(
	const struct rule_reading *reading, const struct node *node, struct rule *rule)
{
	return rule_texts(reading, node, &rule->misses, &rule->miss_count);
}

static enum err read_holds(
	const struct rule_reading *reading, const struct node *node, struct rule *rule)
{
	return rule_texts(reading, node, &rule->holds, &rule->hold_count);
}

static enum err read_lacks(
	const struct rule_reading *reading, const struct node *node, struct rule *rule)
{
	return rule_texts(reading, node, &rule->lacks, &rule->lack_count);
}

static enum err read_within(
	const struct rule_reading *reading, const struct node *node, struct rule *rule)
{
	return rule_texts(reading, node, &rule->within, &rule->within_count);
}

static enum err read_beside(
	const struct rule_reading *reading, const struct node *node, struct rule *rule)
{
	return rule_texts(reading, node, &rule->beside, &rule->beside_count);
}

static enum err read_unlike(
	const struct rule_reading *reading, const struct node *node, struct rule *rule)
{
	return rule_texts(reading, node, &rule->unlike, &rule->unlike_count);
}

static enum err read_otherwise(
	const struct rule_reading *reading, const struct node *node, struct rule *rule)
{
	return read_yes(reading, node, &rule->otherwise);
}

static enum err read_pairs(
	const struct rule_reading *reading, const struct node *node, struct rule *rule)
{
	static const char *const words[] = { "no", "yes", "texts", NULL };
	unsigned choice = 0;
	enum err err = rule_choice(reading, node, words, &choice);

	rule->pairs = choice > 0;
	rule->no_keys = choice == 2;
	return err;
}

static enum err read_repeats(
	const struct rule_reading *reading, const struct node *node, struct rule *rule)
{
	static const char *const words[] = { "last", "each", "joined", NULL };
	unsigned choice = 0;
	enum err err = rule_choice(reading, node, words, &choice);

	rule->repeats = (enum rule_repeats)choice;
	rule->reads_name = rule->reads_name || rule->repeats == REPEATS_JOINED;
	return err;
}

static enum err read_reads(
	const struct rule_reading *reading, const struct node *node, struct rule *rule)
{
	static const char *const words[] = { "name", "block", NULL };
	const struct node *at = node->kind == NODE_LIST ? node->first : node;
	enum err err = ERR_OK;

	for (; err == ERR_OK && at != NULL; at = at->next) {
		unsigned choice = 0;

		err = rule_choice(reading, at, words, &choice);
		rule->reads_name = rule->reads_name || choice == 0;
		rule->reads_block = rule->reads_block || choice == 1;
		if (node->kind != NODE_LIST)
			break;
	}
	return err;
}

static enum err read_absent(
	const struct rule_reading *reading, const struct node *node, struct rule *rule)
{
	rule->absent = node->text;
	return rule_expect(reading, node, NODE_SCALAR);
}

/* "azurerm.version before 3.0" */
static enum err read_when(
	const struct rule_reading *reading, const struct node *node, struct rule *rule)
{
	static const char word[] = " before ";
	size_t len = bytes_find(node->text, bytes_of_string(word));

	if (node->kind != NODE_SCALAR || len == 0 || len == node->text.len)
		return rule_refuse(reading, node,
			"a release is written as apiVersion before 2019-06-01");
	rule->when.name = bytes_first(node->text, len);
	rule->when.is_image =
		bytes_start_with(rule->when.name, bytes_of_string("image:"));
	if (rule->when.is_image)
		rule->when.name = bytes_after(rule->when.name, strlen("image:"));
	rule->when.before = bytes_after(node->text, len + sizeof word - 1);
	return ERR_OK;
}

static enum err pass_over(
	const struct rule_reading *reading, const struct node *node, struct rule *rule)
{
	const struct bytes *texts;
	size_t count;

	(void)rule;
	return rule_texts(reading, node, &texts, &count);
}

/* To add one: a line here in order of name, a function above, docs/audit-rules.md. */
static const struct rule_field {
	const char *name;
	enum err (*read)(const struct rule_reading *reading, const struct node *node,
		struct rule *rule);
} fields[] = {
	{ "absent", read_absent },
	{ "argument", read_argument },
	{ "beside", read_beside },
	{ "dialect", read_dialect_name },
	{ "edit", read_edit },
	{ "find", read_find },
	{ "fix", read_fix },
	{ "holds", read_holds },
	{ "id", read_id },
	{ "in", read_kinds },
	{ "lacks", read_lacks },
	{ "misses", read_misses },
	{ "name", rule_read_names },
	{ "needles", read_needles },
	{ "needs", read_needs },
	{ "otherwise", read_otherwise },
	{ "pairs", read_pairs },
	{ "reads", read_reads },
	{ "repeats", read_repeats },
	{ "replacement", read_replacement },
	{ "safe", read_safe },
	{ "side", read_side },
	{ "source", pass_over },
	{ "unknown", read_tells_unknown },
	{ "unlike", read_unlike },
	{ "when", read_when },
	{ "why", read_why },
	{ "with", read_with },
	{ "within", read_within },
	{ "without", read_without },
};

static enum err read_field(
	const struct rule_reading *reading, const struct node *node, struct rule *rule)
{
	struct suggestion meant = suggestion_for(node->key->text);

	for (size_t i = 0; i < COUNT_OF(fields); i++)
		if (bytes_equal(node->key->text, bytes_of_string(fields[i].name)))
			return fields[i].read(reading, node, rule);
	for (size_t i = 0; i < COUNT_OF(fields); i++)
		suggestion_offer(&meant, fields[i].name);
	return rule_refuse_name(reading, node->key, "field", node->key->text, &meant);
}

/* The last part of each name must stand in the file; so it is a needle. */
static enum err default_needles(
	const struct rule_reading *reading, const struct node *node, struct rule *rule)
{
	struct bytes *needles;

	if (rule->needle_count > 0)
		return ERR_OK;
	needles = arena_take(reading->arena, rule->name_count * sizeof *needles);
	if (needles == NULL)
		return rule_memory(reading);
	for (size_t i = 0; i < rule->name_count; i++) {
		needles[i] = pattern_part(rule->names[i].parts[rule->names[i].count - 1]);
		if (needles[i].len == 0)
			return rule_refuse(reading, node,
				"a name whose last part is any needs needles");
	}
	rule->needles = needles;
	rule->needle_count = rule->name_count;
	return ERR_OK;
}

static enum err check_rule(
	const struct rule_reading *reading, const struct node *node, struct rule *rule)
{
	const struct kind_set none = { 0 };

	if (rule->id == NULL)
		return rule_refuse(reading, node, "a rule has an id");
	if (memcmp(&rule->kinds, &none, sizeof none) == 0)
		return rule_refuse(reading, node, "a rule says in which kinds of file");
	if (rule->name_count == 0)
		return rule_refuse(reading, node, "a rule has a name to look for");
	if (rule->dialect == NULL)
		return rule_refuse(reading, node, "a rule has a dialect");
	if (rule->why == NULL)
		return rule_refuse(reading, node, "a rule says why");
	for (size_t i = 0; i < reading->rules->count; i++)
		if (strcmp(reading->rules->all[i]->id, rule->id) == 0)
			return document_fault(reading->document, node, reading->why,
				ERR_DUPLICATE, "the rule %s stands here again", rule->id);
	if (rule->find == FIND_ABSENCE &&
		(rule->absent.len == 0 || rule->within_count == 0))
		return rule_refuse(reading, node,
			"an absence says within what, and what it comes to");
	if (rule->edit.replaces && rule->edit.with.at == NULL)
		return rule_refuse(reading, node, "what is replaced has a replacement");
	if (reading->rules->count == RULES_MAX)
		return document_fault(reading->document, node, reading->why, ERR_LIMIT,
			"there can be %d rules", RULES_MAX);
	return default_needles(reading, node, rule);
}

static enum err read_rule(const struct rule_reading *reading, const struct node *node)
{
	struct rule *rule = arena_take(reading->arena, sizeof *rule);
	enum err err = rule_expect(reading, node, NODE_MAPPING);

	if (rule == NULL)
		return rule_memory(reading);
	rule->find = FIND_COUNT;
	rule->product = reading->product;
	for (const struct node *at = node->first; err == ERR_OK && at != NULL;
		at = at->next)
		err = read_field(reading, at, rule);
	if (err == ERR_OK && rule->find == FIND_COUNT)
		err = rule_refuse(reading, node, "a rule says what shape to find");
	if (err == ERR_OK)
		err = check_rule(reading, node, rule);
	if (err == ERR_OK)
		reading->rules->all[reading->rules->count++] = rule;
	return err;
}

static enum err each(const struct rule_reading *reading, const char *key,
	enum err (*read)(const struct rule_reading *reading, const struct node *node))
{
	const struct node *list =
		node_find(reading->document->root, bytes_of_string(key));
	enum err err = list == NULL ? ERR_OK : rule_expect(reading, list, NODE_LIST);

	if (list == NULL || err != ERR_OK)
		return err;
	for (const struct node *at = list->first; err == ERR_OK && at != NULL;
		at = at->next)
		err = read(reading, at);
	return err;
}

static enum err check_keys(const struct rule_reading *reading)
{
	static const char *const known[] = { "dialects", "examples", "product", "rules",
		"source" };
	const struct node *at = reading->document->root->first;

	for (; at != NULL; at = at->next) {
		struct suggestion meant = suggestion_for(at->key->text);
		size_t i = 0;

		while (i < COUNT_OF(known) &&
			!bytes_equal(at->key->text, bytes_of_string(known[i])))
			suggestion_offer(&meant, known[i++]);
		if (i == COUNT_OF(known))
			return rule_refuse_name(
				reading, at->key, "part", at->key->text, &meant);
	}
	return ERR_OK;
}

enum err rules_add(struct rules *rules, const struct document *document,
	struct arena *arena, struct fault *why)
{
	struct rule_reading reading = {
		.document = document, .arena = arena, .rules = rules, .why = why
	};
	const struct node *product;
	enum err err = rule_expect(&reading, document->root, NODE_MAPPING);

	if (err != ERR_OK || (err = check_keys(&reading)) != ERR_OK)
		return err;
	product = node_find(document->root, bytes_of_string("product"));
	if (product == NULL)
		return rule_refuse(&reading, document->root,
			"a file of rules says of "
			"which product");
	err = rule_string(&reading, product, &reading.product);
	if (err == ERR_OK)
		err = each(&reading, "dialects", rule_read_dialect);
	if (err == ERR_OK)
		err = each(&reading, "rules", read_rule);
	return err;
}

/* Dialects, as files of rules write them. */
#include "audit/rules_parts.h"

#include "base/release.h"

/* In the order of enum list_operation. */
static const char *const operations[] = { "add", "remove", "only", "exactly", "floor",
	"ceiling", "bounds", "ignore", NULL };

enum err rule_operation(
	const struct rule_reading *reading, const struct node *node, unsigned *ret)
{
	return rule_choice(reading, node, operations, ret);
}

static enum err read_sense(const struct rule_reading *reading, const struct node *node,
	enum word_sense *ret_sense, uint16_t *ret_versions)
{
	static const struct {
		const char *word;
		enum word_sense sense;
	} senses[] = {
		{ "default", WORD_DEFAULT },
		{ "nothing", WORD_NOTHING },
		{ "unknown", WORD_UNKNOWN },
	};
	enum err err = rule_expect(reading, node, NODE_SCALAR);

	*ret_sense = WORD_VERSIONS;
	for (size_t i = 0; err == ERR_OK && i < COUNT_OF(senses); i++) {
		if (!bytes_equal(node->text, bytes_of_string(senses[i].word)))
			continue;
		*ret_sense = senses[i].sense;
		return ERR_OK;
	}
	if (err == ERR_OK && versions_parse(node->text, ret_versions) != ERR_OK)
		err = rule_refuse(reading, node,
			"a word means versions, as TLS 1.0 or SSL 3.0 to TLS 1.2, all, "
			"none, default, nothing or unknown");
	return err;
}

/* Those of the dialect itself come first, and count before those it has of another. */
static enum err read_words(const struct rule_reading *reading, const struct node *node,
	struct dialect *dialect)
{
	size_t room = node->count + dialect->word_count;
	struct dialect_word *words = arena_take(reading->arena, room * sizeof *words);
	size_t count = 0;
	enum err err = rule_expect(reading, node, NODE_MAPPING);

	if (words == NULL)
		return rule_memory(reading);
	for (const struct node *at = node->first; err == ERR_OK && at != NULL;
		at = at->next) {
		words[count].text = at->key->text;
		err = read_sense(
			reading, at, &words[count].sense, &words[count].versions);
		count++;
	}
	if (dialect->word_count > 0 && err == ERR_OK)
		memcpy(words + count, dialect->words,
			dialect->word_count * sizeof *words);
	dialect->words = words;
	dialect->word_count += count;
	return err;
}

static enum err read_numbers(const struct rule_reading *reading, const struct node *node,
	struct dialect *dialect)
{
	size_t room = node->count + dialect->number_count;
	struct dialect_number *numbers =
		arena_take(reading->arena, room * sizeof *numbers);
	size_t count = 0;
	enum err err = rule_expect(reading, node, NODE_MAPPING);

	if (numbers == NULL)
		return rule_memory(reading);
	for (const struct node *at = node->first; err == ERR_OK && at != NULL;
		at = at->next) {
		struct dialect_number *number = &numbers[count++];

		if (!number_parse(at->key->text, &number->value))
			return rule_refuse(reading, at->key, "a number is expected");
		err = read_sense(reading, at, &number->sense, &number->versions);
	}
	if (dialect->number_count > 0 && err == ERR_OK)
		memcpy(numbers + count, dialect->numbers,
			dialect->number_count * sizeof *numbers);
	dialect->numbers = numbers;
	dialect->number_count += count;
	return err;
}

static enum err read_masks(const struct rule_reading *reading, const struct node *node,
	struct dialect *dialect)
{
	dialect->masks = true;
	return read_numbers(reading, node, dialect);
}

static enum err read_marks(const struct rule_reading *reading, const struct node *node,
	const struct dialect_mark **ret, size_t *ret_count)
{
	size_t room = node->count + *ret_count, count = 0;
	struct dialect_mark *marks = arena_take(reading->arena, room * sizeof *marks);
	enum err err = rule_expect(reading, node, NODE_MAPPING);

	if (marks == NULL)
		return rule_memory(reading);
	for (const struct node *at = node->first; err == ERR_OK && at != NULL;
		at = at->next) {
		unsigned choice = 0;

		err = rule_choice(reading, at, operations, &choice);
		marks[count++] = (struct dialect_mark){ at->key->text,
			(enum list_operation)choice };
	}
	if (*ret_count > 0 && err == ERR_OK)
		memcpy(marks + count, *ret, *ret_count * sizeof *marks);
	*ret = marks;
	*ret_count += count;
	return err;
}

/* In order: each holds up to the next. */
static enum err read_releases(const struct rule_reading *reading, const struct node *node,
	struct dialect *dialect)
{
	struct dialect_release *releases;
	enum err err = rule_expect(reading, node, NODE_MAPPING);
	size_t count = 0;

	if (err != ERR_OK)
		return err;
	releases = arena_take(reading->arena, (node->count + 1) * sizeof *releases);
	if (releases == NULL)
		return rule_memory(reading);
	for (const struct node *at = node->first; err == ERR_OK && at != NULL;
		at = at->next) {
		struct dialect_release *release = &releases[count];

		release->from = at->key->text;
		if (count > 0 &&
			!release_is_before(releases[count - 1].from, release->from))
			return rule_refuse(reading, at->key,
				"a release is expected that is newer than the one "
				"before");
		err = read_sense(reading, at, &release->sense, &release->versions);
		count++;
	}
	dialect->releases = releases;
	dialect->release_count = count;
	return err;
}

static enum err read_prefixes(const struct rule_reading *reading, const struct node *node,
	struct dialect *dialect)
{
	return read_marks(reading, node, &dialect->prefixes, &dialect->prefix_count);
}

static enum err read_keywords(const struct rule_reading *reading, const struct node *node,
	struct dialect *dialect)
{
	return read_marks(reading, node, &dialect->keywords, &dialect->keyword_count);
}

static enum err read_bare(const struct rule_reading *reading, const struct node *node,
	struct dialect *dialect)
{
	unsigned choice = 0;
	enum err err = rule_choice(reading, node, operations, &choice);

	dialect->bare = (enum list_operation)choice;
	return err;
}

static enum err read_case(const struct rule_reading *reading, const struct node *node,
	struct dialect *dialect)
{
	static const char *const words[] = { "blind", "matters", NULL };
	unsigned choice = 0;
	enum err err = rule_choice(reading, node, words, &choice);

	dialect->case_matters = choice == 1;
	return err;
}

static enum err read_lenient(const struct rule_reading *reading, const struct node *node,
	struct dialect *dialect)
{
	static const char *const words[] = { "tell", "ignore", NULL };
	unsigned choice = 0;
	enum err err = rule_choice(reading, node, words, &choice);

	dialect->lenient = choice == 1;
	return err;
}

static enum err read_decides(const struct rule_reading *reading, const struct node *node,
	struct dialect *dialect)
{
	static const char *const words[] = { "no", "yes", NULL };
	unsigned choice = 0;
	enum err err = rule_choice(reading, node, words, &choice);

	dialect->decides = choice == 1;
	return err;
}

static enum err read_gaps(const struct rule_reading *reading, const struct node *node,
	struct dialect *dialect)
{
	static const char *const words[] = { "no", "yes", NULL };
	unsigned choice = 0;
	enum err err = rule_choice(reading, node, words, &choice);

	dialect->gaps = choice == 1;
	return err;
}

static enum err read_names(const struct rule_reading *reading, const struct node *node,
	struct dialect *dialect)
{
	static const char *const words[] = { "no", "yes", NULL };
	unsigned choice = 0;
	enum err err = rule_choice(reading, node, words, &choice);

	dialect->names = choice == 1;
	return err;
}

static enum err read_start(const struct rule_reading *reading, const struct node *node,
	struct dialect *dialect)
{
	enum word_sense sense;
	uint16_t versions = 0;
	enum err err = read_sense(reading, node, &sense, &versions);

	dialect->start = sense == WORD_VERSIONS
				 ? (struct version_range){ versions, 0 }
				 : (struct version_range){ 0, VERSIONS_USUAL };
	return err;
}

static enum err read_separators(const struct rule_reading *reading,
	const struct node *node, struct dialect *dialect)
{
	dialect->separators = node->text;
	return rule_expect(reading, node, NODE_SCALAR);
}

static enum err read_like(const struct rule_reading *reading, const struct node *node,
	struct dialect *dialect)
{
	struct suggestion meant = suggestion_for(node->text);
	struct bytes name = dialect->name;

	for (size_t i = 0; i < reading->rules->dialect_count; i++) {
		if (!bytes_equal(reading->rules->dialects[i]->name, node->text)) {
			rule_offer(reading, &meant, reading->rules->dialects[i]->name);
			continue;
		}
		*dialect = *reading->rules->dialects[i];
		dialect->name = name;
		return ERR_OK;
	}
	return rule_refuse_name(reading, node, "dialect", node->text, &meant);
}

/* To add one: a line here in order of name, a function above, docs/audit-rules.md. */
static const struct dialect_field {
	const char *name;
	enum err (*read)(const struct rule_reading *reading, const struct node *node,
		struct dialect *dialect);
} fields[] = {
	{ "bare", read_bare },
	{ "case", read_case },
	{ "decides", read_decides },
	{ "gaps", read_gaps },
	{ "keywords", read_keywords },
	{ "masks", read_masks },
	{ "names", read_names },
	{ "numbers", read_numbers },
	{ "prefixes", read_prefixes },
	{ "releases", read_releases },
	{ "separators", read_separators },
	{ "start", read_start },
	{ "unknown", read_lenient },
	{ "words", read_words },
};

static enum err read_field(const struct rule_reading *reading, const struct node *node,
	struct dialect *dialect)
{
	struct suggestion meant = suggestion_for(node->key->text);

	for (size_t i = 0; i < COUNT_OF(fields); i++)
		if (bytes_equal(node->key->text, bytes_of_string(fields[i].name)))
			return fields[i].read(reading, node, dialect);
	for (size_t i = 0; i < COUNT_OF(fields); i++)
		suggestion_offer(&meant, fields[i].name);
	return rule_refuse_name(reading, node->key, "field", node->key->text, &meant);
}

/* What is not known of a dialect is as most are: nothing is on, words add. */
enum err rule_read_dialect(const struct rule_reading *reading, const struct node *node)
{
	struct dialect *dialect = arena_take(reading->arena, sizeof *dialect);
	const struct node *name, *like;
	enum err err = rule_expect(reading, node, NODE_MAPPING);

	if (dialect == NULL || err != ERR_OK)
		return dialect == NULL ? rule_memory(reading) : err;
	name = node_find(node, bytes_of_string("name"));
	like = node_find(node, bytes_of_string("like"));
	if (name == NULL || name->text.len == 0)
		return rule_refuse(reading, node, "a dialect has a name");
	dialect->name = name->text;
	for (size_t i = 0; i < reading->rules->dialect_count; i++)
		if (bytes_equal(reading->rules->dialects[i]->name, name->text))
			return document_fault(reading->document, node, reading->why,
				ERR_DUPLICATE, "this dialect stands here again");
	if (like != NULL)
		err = read_like(reading, like, dialect);
	for (const struct node *at = node->first; err == ERR_OK && at != NULL;
		at = at->next)
		if (at != name && at != like)
			err = read_field(reading, at, dialect);
	if (err == ERR_OK && reading->rules->dialect_count == DIALECTS_MAX)
		err = document_fault(reading->document, node, reading->why, ERR_LIMIT,
			"there can be %d dialects", DIALECTS_MAX);
	if (err == ERR_OK)
		reading->rules->dialects[reading->rules->dialect_count++] = dialect;
	return err;
}

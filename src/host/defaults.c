#include "host/defaults.h"

#include "base/release.h"
#include "sys/document_yaml.h"

/* Generated from data/hosts. */
extern const char *const host_tables[];

static const char *const marks[] = {
	[MARK_READ] = "read",
	[MARK_READ_IN_PART] = "read in part",
	[MARK_TESTED] = "tested",
	[MARK_GENERAL] = "general knowledge",
};

struct reading {
	const struct document *document;
	struct arena *arena;
	struct fault *why;
	struct default_row *row;
};

static enum err read_string(
	const struct reading *reading, const struct node *node, const char **ret)
{
	if (node->kind != NODE_SCALAR)
		return document_fault(reading->document, node, reading->why, ERR_VALUE,
			"expected a line of text");
	*ret = arena_string(reading->arena, node->text);
	return *ret == NULL ? ERR_MEMORY : ERR_OK;
}

static enum err read_versions(
	const struct reading *reading, const struct node *node, uint16_t *ret)
{
	if (node->kind != NODE_SCALAR || versions_parse(node->text, ret) != ERR_OK)
		return document_fault(reading->document, node, reading->why, ERR_VALUE,
			"expected versions, as in TLS 1.0 to TLS 1.2");
	return ERR_OK;
}

static enum err read_mark(const struct reading *reading, const struct node *node)
{
	for (size_t i = 0; i < COUNT_OF(marks); i++)
		if (bytes_equal(node->text, bytes_of_string(marks[i]))) {
			reading->row->mark = (enum default_mark)i;
			return ERR_OK;
		}
	return document_fault(reading->document, node, reading->why, ERR_VALUE,
		"expected read, read in part, tested or general knowledge");
}

static enum err read_field(const struct reading *reading, const struct node *field)
{
	struct default_row *row = reading->row;
	const struct {
		const char *name;
		const char **ret;
	} texts[] = {
		{ "release", &row->release },
		{ "below", &row->below },
		{ "system", &row->system },
		{ "name", &row->name },
		{ "decides", &row->decides },
		{ "needs", &row->needs },
		{ "source", &row->source },
		{ "date", &row->date },
	};
	const struct {
		const char *name;
		uint16_t *ret;
	} sets[] = {
		{ "client", &row->client },
		{ "server", &row->server },
		{ "can-client", &row->can_client },
		{ "can-server", &row->can_server },
		{ "doubted", &row->doubted },
	};
	struct bytes name = field->key->text;

	for (size_t i = 0; i < COUNT_OF(texts); i++)
		if (bytes_equal(name, bytes_of_string(texts[i].name)))
			return read_string(reading, field, texts[i].ret);
	for (size_t i = 0; i < COUNT_OF(sets); i++)
		if (bytes_equal(name, bytes_of_string(sets[i].name)))
			return read_versions(reading, field, sets[i].ret);
	if (bytes_equal(name, bytes_of_string("known")))
		return read_mark(reading, field);
	return document_fault(reading->document, field, reading->why, ERR_VALUE,
		"a row has no such field");
}

static enum err read_row(struct reading *reading, const struct node *node)
{
	struct default_row *row = reading->row;
	enum err err = ERR_OK;

	*row = (struct default_row){ .release = "", .mark = MARK_GENERAL };
	if (node->kind != NODE_MAPPING)
		return document_fault(reading->document, node, reading->why, ERR_VALUE,
			"expected a row");
	for (const struct node *at = node->first; at != NULL && err == ERR_OK;
		at = at->next)
		err = read_field(reading, at);
	row->has_client = node_find(node, bytes_of_string("client")) != NULL;
	row->has_server = node_find(node, bytes_of_string("server")) != NULL;
	if (err == ERR_OK && (row->decides == NULL || row->source == NULL))
		err = document_fault(reading->document, node, reading->why, ERR_VALUE,
			"a row says what decides, and its source");
	return err;
}

static enum err read_rows(
	struct reading *reading, const struct node *list, struct default_table *table)
{
	enum err err = ERR_OK;

	if (list == NULL || list->kind != NODE_LIST || list->count == 0 ||
		list->count > DEFAULTS_ROWS_MAX)
		return document_fault(reading->document, reading->document->root,
			reading->why, ERR_VALUE, "a table has 1 to %d rows",
			DEFAULTS_ROWS_MAX);
	table->rows = arena_take(reading->arena, list->count * sizeof *table->rows);
	if (table->rows == NULL)
		return ERR_MEMORY;
	for (const struct node *at = list->first; at != NULL && err == ERR_OK;
		at = at->next) {
		reading->row = &table->rows[table->count++];
		err = read_row(reading, at);
	}
	return err;
}

static enum err read_table(
	struct reading *reading, const struct node *root, struct default_table *table)
{
	const struct {
		const char *name;
		const char **ret;
	} texts[] = {
		{ "stack", &table->stack },
		{ "title", &table->title },
		{ "fix", &table->fix },
	};
	enum err err = ERR_OK;

	*table = (struct default_table){ 0 };
	for (size_t i = 0; i < COUNT_OF(texts) && err == ERR_OK; i++) {
		const struct node *node = node_find(root, bytes_of_string(texts[i].name));

		if (node != NULL)
			err = read_string(reading, node, texts[i].ret);
	}
	if (err == ERR_OK && (table->stack == NULL || table->title == NULL))
		err = document_fault(reading->document, root, reading->why, ERR_VALUE,
			"a table has a stack and a title");
	if (err == ERR_OK)
		err = read_rows(reading, node_find(root, bytes_of_string("rows")), table);
	return err;
}

enum err defaults_read(struct arena *arena, struct defaults *ret, struct fault *why)
{
	enum err err = ERR_OK;

	ret->count = 0;
	for (size_t i = 0; host_tables[i] != NULL && err == ERR_OK; i++) {
		struct document document;
		struct reading reading = {
			.document = &document, .arena = arena, .why = why
		};

		if (ret->count == DEFAULTS_TABLES_MAX)
			return fault_set(why, ERR_LIMIT, "more tables of hosts than %d",
				DEFAULTS_TABLES_MAX);
		err = document_read_yaml(bytes_of_string(host_tables[i]),
			"a table of hosts", arena, &document, why);
		if (err == ERR_OK)
			err = read_table(
				&reading, document.root, &ret->tables[ret->count++]);
	}
	return err;
}

const struct default_table *defaults_table(
	const struct defaults *defaults, const char *stack)
{
	for (size_t i = 0; i < defaults->count; i++)
		if (strcmp(defaults->tables[i].stack, stack) == 0)
			return &defaults->tables[i];
	return NULL;
}

/* "ubuntu 20.04" is that system, and that release or a later one. */
static bool is_system(const char *wanted, const char *system, const char *version)
{
	size_t len;

	if (wanted == NULL)
		return true;
	len = strcspn(wanted, " ");
	return strlen(system) == len && strncmp(wanted, system, len) == 0 &&
	       release_compare(bytes_of_string(version), bytes_of_string(wanted + len)) >=
		       0;
}

const struct default_row *defaults_row(const struct default_table *table,
	struct bytes release, const char *system, const char *version)
{
	const struct default_row *found = NULL;

	for (size_t i = 0; table != NULL && i < table->count; i++) {
		const struct default_row *row = &table->rows[i];

		if (is_system(row->system, system, version) &&
			release_compare(release, bytes_of_string(row->release)) >= 0 &&
			(row->below == NULL || release_compare(release,
						       bytes_of_string(row->below)) < 0))
			found = row;
	}
	return found;
}

struct version_range default_client(const struct default_row *row)
{
	return (struct version_range){ .on = row->client & (uint16_t)~row->doubted,
		.maybe = row->client & row->doubted };
}

struct version_range default_server(const struct default_row *row)
{
	return (struct version_range){ .on = row->server & (uint16_t)~row->doubted,
		.maybe = row->server & row->doubted };
}

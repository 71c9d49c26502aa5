#include "host/inventory_pairs.h"

#include <stdio.h>
#include <strings.h>

#include "base/attr.h"
#include "base/encoding.h"
#include "base/release.h"
#include "host/lines.h"

bool csv_field(struct bytes *line, struct bytes *ret)
{
	size_t len = 0;

	if (line->at == NULL)
		return false;
	if (line->len > 0 && line->at[0] == '"') {
		len = 1;
		while (len < line->len &&
			(line->at[len] != '"' ||
				(len + 1 < line->len && line->at[len + 1] == '"')))
			len += line->at[len] == '"' ? 2 : 1;
		*ret = bytes_first(bytes_after(*line, 1), len - 1);
		while (len < line->len && line->at[len] != ',' && line->at[len] != ';')
			len++;
	} else {
		while (len < line->len && line->at[len] != ',' && line->at[len] != ';')
			len++;
		*ret = lines_trimmed(bytes_first(*line, len));
	}
	*line = len < line->len ? bytes_over(line->at + len + 1, line->len - len - 1)
				: (struct bytes){ 0 };
	return true;
}

enum err inventory_add(struct inventory *inventory, struct bytes name,
	struct bytes version, struct arena *arena)
{
	struct inventory_entry *entry;

	if (inventory->count == INVENTORY_ENTRIES_MAX)
		return ERR_LIMIT;
	entry = arena_take(arena, sizeof *entry);
	if (entry == NULL)
		return ERR_MEMORY;
	entry->name = arena_copy(arena, name);
	entry->version = arena_copy(arena, version);
	entry->before = inventory->last;
	inventory->last = entry;
	inventory->count++;
	return ERR_OK;
}

/* "KB3140245", wherever in a line it stands. */
static enum err take_updates(
	struct inventory *inventory, struct bytes line, struct arena *arena)
{
	enum err err = ERR_OK;

	for (size_t at; err == ERR_OK && (at = bytes_find_caseless(line,
						  bytes_of_string("KB"))) < line.len;
		line = bytes_after(line, at + 2)) {
		struct bytes name = bytes_after(line, at);
		size_t len = 2;

		while (len < name.len && name.at[len] >= '0' && name.at[len] <= '9')
			len++;
		if (len < 8 || len > 10)
			continue;
		err = inventory_add(
			inventory, bytes_first(name, len), (struct bytes){ 0 }, arena);
		/* "Update for Microsoft Word (KB3191932)" is a piece of software. */
		inventory->updates += at == 0 || line.at[at - 1] != '(';
	}
	return err;
}

/* Which columns hold what: by their names in the first line, else the first two. Of a
 * table with aligned columns, where they begin and end, in characters. */
struct columns {
	size_t name;
	size_t version;
	bool header;
	bool shown; /* DisplayName was there */
	bool aligned;
	size_t begins[CSV_FIELDS_MAX + 1];
	size_t count;
};

static void take_head(struct columns *columns, size_t i, struct bytes field)
{
	bool display_name = lines_equal(field, "DisplayName");
	bool version =
		lines_equal(field, "Version") || lines_equal(field, "DisplayVersion");

	/* Of an Uninstall key "Name" is nothing; what is shown is DisplayName. */
	if (display_name || (lines_equal(field, "Name") && !columns->shown))
		columns->name = i;
	columns->shown |= display_name;
	if (version)
		columns->version = i;
	columns->header |= display_name || version || lines_equal(field, "Name");
}

/* "Name            Version": words parted by white space. */
static void take_aligned(struct columns *columns, struct bytes line)
{
	size_t at = 0;

	while (at < line.len && columns->count < CSV_FIELDS_MAX) {
		struct bytes word = bytes_after(line, at);
		size_t len = 0;

		while (len < word.len && word.at[len] > ' ')
			len++;
		if (len > 0) {
			columns->begins[columns->count] = at;
			take_head(columns, columns->count++, bytes_first(word, len));
		}
		at += len + 1;
	}
	columns->begins[columns->count] = SIZE_MAX;
	columns->aligned = columns->header;
}

static struct columns columns_of(struct bytes line)
{
	struct columns columns = { .name = 0, .version = 1 };
	struct bytes rest = line, field;

	if (memchr(line.at, ',', line.len) == NULL &&
		memchr(line.at, ';', line.len) == NULL && line.at[0] != '"') {
		take_aligned(&columns, line);
		return columns;
	}
	for (size_t i = 0; i < CSV_FIELDS_MAX && csv_field(&rest, &field); i++)
		take_head(&columns, i, field);
	return columns;
}

/* The bytes before the n-th character of UTF-8. */
static size_t offset_of(struct bytes line, size_t n)
{
	size_t i = 0;

	for (; i < line.len; i++)
		if ((line.at[i] & 0xc0) != 0x80 && n-- == 0)
			break;
	return i;
}

static struct bytes cell_of(const struct columns *columns, struct bytes line, size_t i)
{
	size_t from, to;

	if (i >= columns->count)
		return (struct bytes){ 0 };
	from = offset_of(line, columns->begins[i]);
	to = offset_of(line, columns->begins[i + 1]);
	return lines_trimmed(bytes_first(bytes_after(line, from), to - from));
}

static void split(const struct columns *columns, struct bytes line,
	struct bytes *ret_name, struct bytes *ret_version)
{
	struct bytes field;

	if (columns->aligned) {
		*ret_name = cell_of(columns, line, columns->name);
		*ret_version = cell_of(columns, line, columns->version);
		return;
	}
	for (size_t i = 0; i < CSV_FIELDS_MAX && csv_field(&line, &field); i++) {
		if (i == columns->name)
			*ret_name = field;
		if (i == columns->version)
			*ret_version = field;
	}
}

/* "#TYPE ..." of Export-Csv, and the rule under the heads of a table. */
static bool is_decoration(struct bytes line)
{
	struct bytes trimmed = lines_trimmed(line);

	return trimmed.len == 0 || trimmed.at[0] == '#' ||
	       bytes_start_with(trimmed, bytes_of_string("---"));
}

enum err inventory_read(
	struct inventory *inventory, struct bytes all, struct arena *arena)
{
	struct arena CLEANUP(arena_done) room;
	struct inventory_pairs pairs = { 0 };
	struct columns columns = { 0 };
	bool first = true;
	struct bytes line;
	enum err err;

	arena_init(&room, ENCODING_ROOM(all.len));
	err = encoding_text(all, encoding_of(all), &room, &all);
	while (err == ERR_OK && lines_next(&all, &line)) {
		struct bytes name = { 0 }, version = { 0 };
		bool header = false;

		if (first && inventory_pairs_begin(&pairs, line))
			first = false;
		/* Below a title, "Report: programs", a table may begin. */
		if (pairs.begun && !inventory_pair(line) && !is_decoration(line) &&
			columns_of(line).header) {
			pairs.begun = false;
			first = true;
		}
		if (pairs.begun) {
			err = take_updates(inventory, line, arena);
			if (err == ERR_OK)
				err = inventory_pairs_line(
					&pairs, inventory, line, arena);
			continue;
		}
		if (is_decoration(line))
			continue;
		if (first) {
			columns = columns_of(line);
			header = columns.header;
			first = false;
		}
		err = take_updates(inventory, line, arena);
		split(&columns, line, &name, &version);
		if (err == ERR_OK && !header && name.len > 0)
			err = inventory_add(inventory, name, version, arena);
	}
	return err == ERR_OK ? inventory_pairs_end(&pairs, inventory, arena) : err;
}

bool inventory_has(const struct inventory *inventory, const char *update)
{
	for (const struct inventory_entry *at = inventory->last; at != NULL;
		at = at->before)
		if (lines_equal(at->name, update))
			return true;
	return false;
}

/* Names as installers write them. A release is the version, or of Java the name's. To add
 * one: a line here, before what its name begins with. */
static const struct {
	const char *begins;
	const char *stack;
} software[] = {
	{ "Java SE Development Kit ", "java" },
	{ "Java ", "java" },
	{ "Java(TM) ", "java" },
	{ "OpenJDK ", "java" },
	{ "Eclipse Temurin ", "java" },
	{ "Amazon Corretto ", "java" },
	{ "Zulu JDK ", "java" },
	{ "Python Launcher", NULL },
	{ "Python ", "python" },
	{ "Node.js", "node" },
	{ "OpenSSL ", "openssl" },
	{ "Go Programming Language", "go" },
	{ "Ruby ", "ruby" },
	{ "PHP ", "php" },
	{ "curl", "curl" },
	{ "Microsoft Edge", "edge" },
};

/* "Java 8 Update 201", version 8.0.2010.9: the update is in the name. */
static void java_release(
	const struct inventory_entry *entry, char *ret_release, size_t room)
{
	struct bytes rest = entry->name;
	size_t at = bytes_find_caseless(rest, bytes_of_string(" Update "));
	struct bytes update = bytes_after(rest, at + 8);
	struct bytes major = bytes_first(rest, at);
	size_t len = 0;

	if (at == rest.len) {
		release_of_java(entry->version, ret_release, room);
		return;
	}
	while (major.len > 0 && (major.at[0] < '0' || major.at[0] > '9'))
		major = bytes_after(major, 1);
	while (len < update.len && update.at[len] >= '0' && update.at[len] <= '9')
		len++;
	(void)snprintf(ret_release, room, "%.*s.0.%.*s",
		(int)(major.len < 8 ? major.len : 8), (const char *)major.at,
		(int)(len < 8 ? len : 8), (const char *)update.at);
}

/* "Python 3.9.13 (64-bit)" of version 3.9.13150.0, "OpenSSL 1.0.1u (32-bit)" of none: the
 * first release in the name; empty if there is none. */
static struct bytes release_in_name(struct bytes name)
{
	for (; name.len > 0; name = bytes_after(name, 1)) {
		size_t len = release_length(name);

		if (len >= 3 && memchr(name.at, '.', len) != NULL)
			return bytes_first(name, len);
	}
	return (struct bytes){ 0 };
}

static void release_of(const struct inventory_entry *entry, const char *stack,
	char *ret_release, size_t room)
{
	struct bytes release = entry->version;

	if (strcmp(stack, "java") == 0) {
		java_release(entry, ret_release, room);
		return;
	}
	if (release.len == 0 || strcmp(stack, "python") == 0)
		release = release_in_name(entry->name);
	if (release.len == 0)
		release = entry->version;
	(void)snprintf(ret_release, room, "%.*s",
		(int)(release.len < 64 ? release.len : 64),
		release.len > 0 ? (const char *)release.at : "");
}

const char *inventory_stack(
	const struct inventory_entry *entry, char *ret_release, size_t room)
{
	for (size_t i = 0; i < COUNT_OF(software); i++) {
		if (!bytes_start_with_caseless(
			    entry->name, bytes_of_string(software[i].begins)))
			continue;
		if (software[i].stack == NULL)
			return NULL;
		release_of(entry, software[i].stack, ret_release, room);
		return software[i].stack;
	}
	return NULL;
}

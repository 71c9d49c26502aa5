#include "host/inventory.h"

#include <stdio.h>
#include <strings.h>

#include "base/attr.h"
#include "host/lines.h"
#include "host/release.h"

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

static enum err keep(struct inventory *inventory, struct bytes name, struct bytes version,
	struct arena *arena)
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
		if (len >= 8 && len <= 10)
			err = keep(inventory, bytes_first(name, len), (struct bytes){ 0 },
				arena);
	}
	return err;
}

/* Which columns hold what; by their names in the first line, else the first two. */
struct columns {
	size_t name;
	size_t version;
	bool header;
};

static struct columns columns_of(struct bytes line)
{
	struct columns columns = { .name = 0, .version = 1 };
	struct bytes field;

	for (size_t i = 0; i < CSV_FIELDS_MAX && csv_field(&line, &field); i++) {
		bool version = lines_equal(field, "Version") ||
			       lines_equal(field, "DisplayVersion");
		bool name =
			lines_equal(field, "Name") || lines_equal(field, "DisplayName");

		if (name)
			columns.name = i;
		if (version)
			columns.version = i;
		columns.header |= name || version;
	}
	return columns;
}

enum err inventory_read(
	struct inventory *inventory, struct bytes all, struct arena *arena)
{
	struct columns columns = { 0 };
	bool first = true;
	struct bytes line;
	enum err err = ERR_OK;

	if (bytes_start_with(all, bytes_of_string("\xef\xbb\xbf")))
		all = bytes_after(all, 3);
	while (err == ERR_OK && lines_next(&all, &line)) {
		struct bytes name = { 0 }, version = { 0 }, field, rest = line;
		bool header = false;

		/* "#TYPE ..." of Export-Csv */
		if (line.len == 0 || line.at[0] == '#')
			continue;
		if (first) {
			columns = columns_of(line);
			header = columns.header;
			first = false;
		}
		err = take_updates(inventory, line, arena);
		for (size_t i = 0; i < CSV_FIELDS_MAX && csv_field(&rest, &field); i++) {
			if (i == columns.name)
				name = field;
			if (i == columns.version)
				version = field;
		}
		if (err == ERR_OK && !header && name.len > 0)
			err = keep(inventory, name, version, arena);
	}
	return err;
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

const char *inventory_stack(
	const struct inventory_entry *entry, char *ret_release, size_t room)
{
	for (size_t i = 0; i < COUNT_OF(software); i++) {
		size_t len = strlen(software[i].begins);

		if (entry->name.len < len || strncasecmp((const char *)entry->name.at,
						     software[i].begins, len) != 0)
			continue;
		if (software[i].stack == NULL)
			return NULL;
		if (strcmp(software[i].stack, "java") == 0)
			java_release(entry, ret_release, room);
		else
			(void)snprintf(ret_release, room, "%.*s",
				(int)(entry->version.len < 64 ? entry->version.len : 64),
				entry->version.len > 0 ? (const char *)entry->version.at
						       : "");
		return software[i].stack;
	}
	return NULL;
}

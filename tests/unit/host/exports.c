#include "../unit.h"

#include "exports.h"

#include <string.h>

#include "base/attr.h"

#define TEXT_MAX ((size_t)1 << 20)

void exports_utf16(const char *ascii, struct text *ret)
{
	text_init(ret, TEXT_MAX);
	text_bytes(ret, bytes_over("\xff\xfe", 2));
	for (; *ascii != '\0'; ascii++) {
		uint8_t unit[2] = { (uint8_t)*ascii, 0 };

		text_bytes(ret, bytes_over(unit, sizeof unit));
	}
}

/* Backslashes and quotation marks inside a .reg's string are escaped. */
static void add_escaped(struct text *text, const char *string)
{
	for (; *string != '\0'; string++) {
		if (*string == '\\' || *string == '"')
			text_char(text, '\\');
		text_char(text, *string);
	}
}

static void add_reg(struct text *text, const struct entry *entry)
{
	text_format(text, "\r\n[%s]\r\n\"", entry->key);
	add_escaped(text, entry->name);
	if (entry->text == NULL) {
		text_format(text, "\"=dword:%08x\r\n", entry->number);
		return;
	}
	text_add(text, "\"=\"");
	add_escaped(text, entry->text);
	text_add(text, "\"\r\n");
}

static void add_query(struct text *text, const struct entry *entry)
{
	text_format(text, "\r\n%s\r\n    %s    ", entry->key, entry->name);
	if (entry->text == NULL)
		text_format(text, "REG_DWORD    0x%x\r\n", entry->number);
	else
		text_format(text, "REG_SZ    %s\r\n", entry->text);
}

void exports_write(const struct entry *entries, enum form form, struct text *ret)
{
	bool query = form == FORM_QUERY || form == FORM_QUERY_U16;
	struct text CLEANUP(text_done) text;

	text_init(&text, TEXT_MAX);
	if (form == FORM_REG_UTF8)
		text_add(&text, "\xef\xbb\xbf");
	if (!query)
		text_add(&text, "Windows Registry Editor Version 5.00\r\n");
	for (; entries->key != NULL; entries++)
		query ? add_query(&text, entries) : add_reg(&text, entries);
	if (form == FORM_REG || form == FORM_QUERY_U16) {
		exports_utf16(text_string(&text), ret);
		return;
	}
	text_init(ret, TEXT_MAX);
	text_add(ret, text_string(&text));
}

static void add_side(struct text *text, const char *name, const struct host_side *side)
{
	if (side->absent)
		return;
	text_format(text, ", %s ", name);
	if (side->known == HOST_UNKNOWN)
		text_add(text, "unknown");
	else
		version_range_text(side->range, text);
	/* Who does not know says what would settle it, and nobody else does. */
	assert_int_equal(side->missing != NULL,
		side->known == HOST_UNKNOWN || side->range.maybe != 0);
}

static void add_report(struct text *text, const struct host_report *report)
{
	for (const struct host_stack *at = report->stacks; at != NULL; at = at->next) {
		text_add(text, at->stack);
		if (at->release != NULL && strncmp(at->stack, "schannel", 8) != 0 &&
			strncmp(at->stack, "winhttp", 7) != 0)
			text_format(text, " %s", at->release);
		if (at->of != NULL)
			text_format(text, " %s", at->of);
		add_side(text, "client", &at->client);
		add_side(text, "server", &at->server);
		text_char(text, '\n');
	}
	for (const struct host_note *at = report->notes; at != NULL; at = at->next)
		text_format(text, "note: %s: %s\n", at->about, at->why);
}

void exports_look(const struct machine *machine, enum form form, struct text *ret)
{
	struct root nowhere = { .descriptor = -1 };
	struct host_exports exports = { .system = machine->system };
	struct text CLEANUP(text_done) registry;
	struct host_report report;
	struct arena arena;
	struct fault why;
	struct host host;

	exports_write(machine->entries, form, &registry);
	if (machine->entries[0].key != NULL)
		exports.registry[exports.registry_count++] =
			(struct export_file){ "a.reg",
				bytes_over(text_string(&registry), text_len(&registry)) };
	if (machine->inventory != NULL)
		exports.inventory[exports.inventory_count++] =
			(struct export_file){ "a.csv",
				bytes_of_string(machine->inventory) };
	if (machine->suites != NULL)
		exports.suites =
			(struct export_file){ "a.txt", bytes_of_string(machine->suites) };
	arena_init(&arena, HOST_ARENA_MAX);
	assert_int_equal(
		host_begin(&host, &report, &nowhere, false, &arena, &why), ERR_OK);
	assert_int_equal(host_windows(&host, &exports, &why), ERR_OK);
	add_report(ret, &report);
	arena_done(&arena);
}

static bool is_line(const char *text, const char *line)
{
	size_t len = strlen(line);

	for (const char *at = text; (at = strstr(at, line)) != NULL; at++)
		if ((at == text || at[-1] == '\n') && at[len] == '\n')
			return true;
	return false;
}

void exports_check(void **state)
{
	const struct row *row = *state;

	for (enum form form = 0; form < FORM_COUNT; form++) {
		struct text text;

		text_init(&text, 65536);
		exports_look(&row->machine, form, &text);
		for (size_t i = 0; i < COUNT_OF(row->want) && row->want[i] != NULL; i++)
			if (!is_line(text_string(&text), row->want[i]))
				fail_msg("form %d: no line \"%s\" in\n%s", form,
					row->want[i], text_string(&text));
		for (size_t i = 0; i < COUNT_OF(row->never) && row->never[i] != NULL; i++)
			assert_null(strstr(text_string(&text), row->never[i]));
		text_done(&text);
	}
}

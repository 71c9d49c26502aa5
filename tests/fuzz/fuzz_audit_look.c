/* The first byte chooses a file's name, the rest is its text, looked into by all built-in
 * rules: what is found lies inside, in a line that is counted rightly, and once only. */
#include <stdlib.h>

#include "audit/look.h"
#include "built_in_rules.h"
#include "fuzz.h"

#define MEMORY ((size_t)256 << 20)

static const char *const names[] = { "a.cs", "a.fs", "a.vb", "a.ps1", "a.py",
	"nginx.conf", "a.c", "a.conf.j2", ".htaccess", "a.java", "a.go", "a.js", "a.rb",
	"a.php", "a.sh", "a.yaml", "a.rs", "a.pm", "a.swift", "a.mm", "Info.plist",
	"go.mod" };

static void must(bool holds)
{
	if (!holds)
		abort();
}

static uint32_t line_of(struct bytes text, size_t at)
{
	uint32_t line = 1;

	for (size_t i = 0; i < at; i++)
		line += text.at[i] == '\n';
	return line;
}

static void check(const struct setting *setting, struct bytes text)
{
	must(setting->at + setting->len <= text.len);
	must(setting->line == line_of(text, setting->at));
	must(setting->snippet.len <= SNIPPET_MAX);
	must((setting->range.on & setting->range.maybe) == 0);
	for (size_t i = 0; i < setting->fix.edit_count; i++)
		must(setting->fix.edits[i].at + setting->fix.edits[i].len <= text.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct rules *rules = built_in_rules();
	struct rule_set may;
	struct looked looked;
	struct arena arena;
	struct bytes text;

	if (size == 0 || rules == NULL)
		return 0;
	text = bytes_over(data + 1, size - 1);
	memset(&may, 0xff, sizeof may);
	arena_init(&arena, MEMORY);
	if (look_into(rules, &may, bytes_of_string(names[data[0] % COUNT_OF(names)]),
		    text, &arena, &looked) == ERR_OK)
		for (size_t i = 0; i < looked.count; i++)
			check(&looked.settings[i], text);
	arena_done(&arena);
	return 0;
}

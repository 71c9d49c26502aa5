/* Any bytes as a file of rules: what is refused has its place told; what is taken can be
 * used on a file of each kind, and says nothing of what stands outside of it. */
#include <stdlib.h>

#include "audit/look.h"
#include "audit/shipped.h"
#include "fuzz.h"

#define FILE_MAX 65536 /* longer only takes longer */

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* What every rule may find something in. */
static void use(const struct rules *rules, struct arena *arena, const char *name,
	struct bytes text)
{
	struct rule_set may;
	struct looked looked;

	memset(&may, 0xff, sizeof may);
	if (look_into(rules, &may, bytes_of_string(name), text, arena, &looked) != ERR_OK)
		return;
	for (size_t i = 0; i < looked.count; i++) {
		const struct setting *setting = &looked.settings[i];

		must(setting->at + setting->len <= text.len);
		must(setting->line > 0 && setting->column > 0);
		for (size_t j = 0; j < setting->fix.edit_count; j++)
			must(setting->fix.edits[j].at + setting->fix.edits[j].len <=
				text.len);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "a.c", "a.cs", "a.py", "a.conf", "a.ps1" };
	struct rules *rules = calloc(1, sizeof *rules);
	struct bytes all = bytes_over(data, size);
	struct fault why = { 0 };
	struct arena arena;
	enum err err;

	if (rules == NULL || size > FILE_MAX) {
		free(rules);
		return 0;
	}
	arena_init(&arena, RULES_BYTES_MAX);
	err = rules_add_text(rules, all, "f.yaml", &arena, &why);
	if (err == ERR_OK)
		for (size_t i = 0; i < COUNT_OF(names); i++)
			use(rules, &arena, names[i], all);
	else if (err != ERR_MEMORY)
		must(strncmp(why.text, "f.yaml, line ", 13) == 0);
	arena_done(&arena);
	free(rules);
	return 0;
}

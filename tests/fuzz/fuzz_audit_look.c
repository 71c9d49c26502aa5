/* A line is a file's path, the rest is the file, looked into as audit does: what is found
 * lies inside, in a line that is counted rightly, and so do its edits. */
#include <stdlib.h>

#include "audit/look.h"
#include "built_in_rules.h"
#include "fuzz.h"

#define MEMORY ((size_t)256 << 20)

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* Kept for all runs; NULL rules if memory was short. */
static struct looker built_in_looker(void)
{
	static struct looker looker;
	struct needles *needles = NULL;
	struct needles_scratch *scratch = NULL;
	struct fault why;

	if (looker.rules != NULL || built_in_rules() == NULL)
		return looker;
	if (needles_new(built_in_rules(), &needles, &why) != ERR_OK)
		return looker;
	if (needles_scratch_new(needles, &scratch, &why) == ERR_OK)
		looker = (struct looker){ built_in_rules(), needles, scratch };
	else
		needles_free(needles);
	return looker;
}

/* Its number in a text of bytes. */
static uint32_t line_of(struct bytes file, size_t at)
{
	uint32_t line = 1;

	for (size_t i = 0; i < at; i++)
		line += file.at[i] == '\n';
	return line;
}

static void check(const struct looked *looked, struct bytes file)
{
	bool bytewise = encoding_of(file).kind == ENCODING_BYTES;

	for (size_t i = 0; i < looked->count; i++) {
		const struct setting *setting = &looked->settings[i];

		must(setting->at <= file.len && setting->len <= file.len - setting->at);
		must(!bytewise || setting->line == 0 ||
			setting->line == line_of(file, setting->at));
		must(setting->snippet.len <= SNIPPET_MAX);
		must((setting->range.on & setting->range.maybe) == 0);
		for (size_t j = 0; j < setting->fix.edit_count; j++)
			must(setting->fix.edits[j].at + setting->fix.edits[j].len <=
				file.len);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct looker looker = built_in_looker();
	struct bytes input = bytes_over(data, size), path, file;
	struct looked looked;
	struct arena arena;

	path = bytes_first(input, bytes_find(input, bytes_of_string("\n")));
	file = bytes_after(input, path.len + 1);
	if (looker.rules == NULL || size <= path.len)
		return 0;
	arena_init(&arena, MEMORY);
	if (look_into_file(&looker, path, file, &arena, &looked) == ERR_OK)
		check(&looked, file);
	arena_done(&arena);
	return 0;
}

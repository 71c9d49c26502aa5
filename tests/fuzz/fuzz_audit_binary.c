/* Any bytes as a binary, read and looked into by all built-in rules: facts and what is
 * found of them lie in the file, have no lines, and are told by something. */
#include <stdlib.h>

#include "audit/binary.h"
#include "audit/look.h"
#include "built_in_rules.h"
#include "fuzz.h"

#define MEMORY ((size_t)256 << 20)

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void check_fact(const struct fact *fact, struct bytes file)
{
	must(fact->at <= file.len && fact->len <= file.len - fact->at);
	must(fact->name.len > 0 || fact->kind == FACT_CALL);
	must(fact->argument_count <= FACT_ARGUMENTS_MAX);
	must((fact->kind == FACT_CALL) == (fact->arguments != NULL));
	for (size_t i = 0; i < fact->argument_count; i++) {
		const struct fact_argument *argument = &fact->arguments[i];

		must(argument->text_count <= FACT_TEXTS_MAX);
		must(!argument->is_number || argument->text_count == 0);
		must(!argument->adds || argument->is_number);
	}
}

static void check_setting(const struct setting *setting, struct bytes file)
{
	must(setting->at + setting->len <= file.len);
	must(setting->line == 0 && setting->fix.edit_count == 0);
	must(setting->snippet.len > 0 && setting->snippet.len <= SNIPPET_MAX);
	must((setting->range.on & setting->range.maybe) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct rules *rules = built_in_rules();
	struct bytes file = bytes_over(data, size);
	struct binary binary;
	struct rule_set may;
	struct looked looked;
	struct arena arena;

	if (rules == NULL || binary_kind(file) == NULL)
		return 0;
	memset(&may, 0xff, sizeof may);
	arena_init(&arena, MEMORY);
	if (binary_read(file, &arena, &binary) == ERR_OK) {
		must(binary.count <= FACTS_MAX);
		for (size_t i = 0; i < binary.count; i++)
			check_fact(&binary.facts[i], file);
		if (look_into_facts(rules, &may, bytes_of_string("a"), file,
			    binary_kind(file), &binary, &arena, &looked) == ERR_OK)
			for (size_t i = 0; i < looked.count; i++)
				check_setting(&looked.settings[i], file);
	}
	arena_done(&arena);
	return 0;
}

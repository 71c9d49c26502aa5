/* What runs on a machine, by the texts of its /proc: as they were saved below a folder.
 */
#include "../unit.h"

#include "base/attr.h"
#include "trees.h"

#define PID(file)    "proc/7/" file
#define MAPPED(path) "7f00-7f01 r-xp 00001000 00:00 0   " path "\n"
#define SIXTEEN      "0123456789abcdef"
#define GO           "\xff Go buildinf:\b\x02" SIXTEEN "\bgo1.21.5" SIXTEEN SIXTEEN

static const struct tree trees[] = {
	{ "a folder that is called (deleted) is none that was",
		{ { PID("maps"), MAPPED("/lib/ld.so") }, { PID("comm"), "a\n" },
			{ PID("exe"), "-> /opt/a (deleted)/b (deleted)" },
			{ "opt/a (deleted)/b", "x" GO "x" } },
		{ "process 7: go /opt/a (deleted)/b, replaced" } },
	{ "and one below it is the one that is there",
		{ { PID("maps"), MAPPED("/lib/ld.so") }, { PID("comm"), "a\n" },
			{ PID("exe"), "-> /opt/a (deleted)/b" },
			{ "opt/a (deleted)/b", "x" GO "x" } },
		{ "process 7: go /opt/a (deleted)/b, stored" } },
};

int main(void)
{
	struct CMUnitTest tests[COUNT_OF(trees)];

	for (size_t i = 0; i < COUNT_OF(trees); i++)
		tests[i] = (struct CMUnitTest){ .name = trees[i].name,
			.test_func = tree_check,
			.initial_state = (void *)(uintptr_t)&trees[i] };
	return cmocka_run_group_tests(tests, NULL, NULL);
}

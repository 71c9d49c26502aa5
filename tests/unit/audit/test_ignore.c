/* As gitignore(5) has it. */
#include "../unit.h"

#include <string.h>

#include "audit/ignore.h"
#include "base/attr.h"

static const struct row {
	const char *list;
	const char *path;
	bool is_folder;
	enum ignore_verdict verdict;
} rows[] = {
	{ "*.o\n", "src/a.o", false, IGNORE_OUT },
	{ "*.o\n", "src/a.oo", false, IGNORE_UNSAID },
	{ "*.o\n", ".o", false, IGNORE_OUT },
	{ "*\n!*/\n", "a", false, IGNORE_OUT },
	{ "*\n!*/\n", "a", true, IGNORE_IN },
	{ "/*.o\n", "src/a.o", false, IGNORE_UNSAID },
	{ "/*.o\n", "a.o", false, IGNORE_OUT },
	{ "**.o\n", "src/a.o", false, IGNORE_OUT },
	{ "\n#\n!\n", "a", false, IGNORE_UNSAID },
	{ "*.o\n!keep.o\n", "keep.o", false, IGNORE_IN },
	{ "!keep.o\n*.o\n", "keep.o", false, IGNORE_OUT },
	{ "build/\n", "x/build", true, IGNORE_OUT },
	{ "build/\n", "x/build", false, IGNORE_UNSAID },
	{ "/build\n", "build", false, IGNORE_OUT },
	{ "/build\n", "x/build", true, IGNORE_UNSAID },
	{ "a/b\n", "a/b", false, IGNORE_OUT },
	{ "a/b\n", "x/a/b", false, IGNORE_UNSAID },
	{ "a/*\n", "a/b/c", false, IGNORE_UNSAID },
	{ "a/**\n", "a/b/c", false, IGNORE_OUT },
	{ "**/c\n", "c", false, IGNORE_OUT },
	{ "**/c\n", "a/b/c", false, IGNORE_OUT },
	{ "a/**/c\n", "a/c", false, IGNORE_OUT },
	{ "a/**/c\n", "a/x/y/c", false, IGNORE_OUT },
	{ "a**c\n", "abbc", false, IGNORE_OUT },
	{ "?.[ch]\n", "a.c", false, IGNORE_OUT },
	{ "?.[!ch]\n", "a.c", false, IGNORE_UNSAID },
	{ "[a-c]x\n", "bx", false, IGNORE_OUT },
	{ "[]a]x\n", "]x", false, IGNORE_OUT },
	{ "[a-]x\n", "-x", false, IGNORE_OUT },
	{ "[a\\]]x\n", "]x", false, IGNORE_OUT },
	{ "[[:digit:]_]x\n", "7x", false, IGNORE_OUT },
	{ "[[:digit:]_]x\n", "_x", false, IGNORE_OUT },
	{ "[![:upper:]]x\n", "Ax", false, IGNORE_UNSAID },
	{ "[![:upper:]]x\n", "ax", false, IGNORE_OUT },
	{ "[[:none:]]x\n", "ax", false, IGNORE_UNSAID },
	{ "[[:digit]x\n", "dx", false, IGNORE_OUT },
	{ "# a\n\\#a\n", "#a", false, IGNORE_OUT },
	{ "a   \r\n", "a", false, IGNORE_OUT },
	{ "[a\n", "[a", false, IGNORE_UNSAID },
	{ "a[\\\n", "a\\", false, IGNORE_UNSAID },
	{ "\n\n", "a", false, IGNORE_UNSAID },
	{ "/\n", "a", true, IGNORE_UNSAID },
	{ "a", "a", false, IGNORE_OUT },
};

static void test_lists_decide_as_git_does(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ignore_list *list = ignore_list_new(bytes_of_string(rows[i].list));

		assert_non_null(list);
		if (ignore_verdict_of(list, bytes_of_string(rows[i].path),
			    rows[i].is_folder) != rows[i].verdict)
			fail_msg("%zu: \"%s\" of %s", i, rows[i].list, rows[i].path);
		ignore_list_free(list);
	}
}

static void test_many_stars_end_soon(void **state)
{
	static const char pattern[] = "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*ab";
	char path[201];

	(void)state;
	memset(path, 'a', 200);
	path[200] = '\0';
	assert_false(ignore_fits(bytes_of_string(pattern), bytes_of_string(path)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists_decide_as_git_does),
		cmocka_unit_test(test_many_stars_end_soon),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

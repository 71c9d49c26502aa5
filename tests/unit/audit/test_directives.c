/* Directives of each syntax, as a line each: depth, name, value. */
#include "../unit.h"

#include <string.h>

#include "audit/directives.h"
#include "base/text.h"

static const struct row {
	const char *syntax;
	const char *file;
	const char *directives;
} rows[] = {
	{ "apache", "A b \\\n c # d\n#E f\n<X y>\n  G h\n</X>\nI\n",
		"0A=b \\\n c # d|0X=y|1G=h|0I=|" },
	{ "braces", "a b; # c;\nd e { f 'g;h'; }\ni\n j;k", "0a=b|0d=e|1f='g;h'|0i=j|" },
	{ "braces", "a ${b}; c {{ d }} e; f %{g} ;", "0a=${b}|0c={{ d }} e|0f=%|" },
	{ "haproxy", "global\n  a b\n# c\nfrontend x\n\td e # f\n",
		"0global=|1a=b|0frontend=x|1d=e # f|" },
	{ "ini", "a = b\n[s]\nc=d ; e\n#f = g\nh: i\nno value\n",
		"0a=b|0s=|1c=d ; e|1h=i|" },
	{ "lines", "a = b\nc {\n d = e\n}\nf = g\n", "0a=b|0c=|1d=e|0f=g|" },
	{ "postfix", "a = b,\n  c\n# d\ne=f\n", "0a=b,\n  c|0e=f|" },
};

static size_t depth_of(const struct directives *all, const struct directive *at)
{
	size_t depth = 0;

	while (at->block != NO_BLOCK) {
		at = &all->all[at->block];
		depth++;
	}
	return depth;
}

static void read(const char *syntax, struct bytes file, struct text *ret)
{
	struct directives all;
	struct arena arena;

	arena_init(&arena, (size_t)32 << 20);
	assert_int_equal(
		directives_read(file, syntax_find(bytes_of_string(syntax)), &arena, &all),
		ERR_OK);
	text_reset(ret);
	for (size_t i = 0; i < all.count; i++) {
		text_number(ret, depth_of(&all, &all.all[i]));
		text_bytes(ret, all.all[i].name);
		text_char(ret, '=');
		text_bytes(ret, all.all[i].value);
		text_char(ret, '|');
		assert_true(all.all[i].end <= file.len);
	}
	arena_done(&arena);
}

static void test_each_syntax_gives_names_values_and_blocks(void **state)
{
	struct text found;

	(void)state;
	text_init(&found, 4096);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		read(rows[i].syntax, bytes_of_string(rows[i].file), &found);
		if (strcmp(text_string(&found), rows[i].directives) != 0)
			fail_msg("%s:\nis  %s\nnot %s", rows[i].syntax,
				text_string(&found), rows[i].directives);
	}
	text_done(&found);
}

static void test_every_cut_stays_inside_the_file(void **state)
{
	struct text found;

	(void)state;
	text_init(&found, 4096);
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		for (size_t cut = 0; cut <= strlen(rows[i].file); cut++)
			read(rows[i].syntax, bytes_over(rows[i].file, cut), &found);
	text_done(&found);
}

static void test_a_hundred_thousand_brackets_end_soon(void **state)
{
	static char deep[100000];
	struct text found;

	(void)state;
	memset(deep, '{', sizeof deep);
	for (size_t i = 0; i < sizeof deep; i += 2)
		deep[i] = 'a';
	text_init(&found, (size_t)4 << 20);
	read("braces", bytes_over(deep, sizeof deep), &found);
	text_done(&found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_syntax_gives_names_values_and_blocks),
		cmocka_unit_test(test_every_cut_stays_inside_the_file),
		cmocka_unit_test(test_a_hundred_thousand_brackets_end_soon),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

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
	{ "commands",
		"A=b sudo /usr/bin/curl --x=1 -k \\\n  'y z' # c\necho --no >/dev/null; "
		"e\n",
		"0A=b|0curl=--x=1 -k \\\n  'y z'|1--x=1|1-k=y z|0/dev/null=--no|0e=|" },
	{ "commands",
		"export J=\"-Da=b -Dc=d\"\nsh -c 'f -g'\ncat >/x.conf "
		"<<-E\n\tTLSv1\n\tE\nh",
		"0export=J=\"-Da=b -Dc=d\"|1J=-Da=b -Dc=d|2-Da=b|2-Dc=d|0sh=-c 'f "
		"-g'|1-c=f -g|1f=-g|2-g=|0cat=|0/x.conf=\tTLSv1\n|0h=|" },
	{ "commands", "CMD [\"java\", \"-Da=b\"]\nENV A -b=c\nsed -i 's/a/b=c/' /y.ini\n",
		"0java=\"-Da=b\"|1-Da=b|0A=-b=c|1-b=c|0sed=-i 's/a/b=c/' "
		"/y.ini|1s=a|1/=b=c|1/y.ini=b=c|" },
	{ "command-list", "[\"curl\", \"--a\", '1'] - x",
		"0curl=\"--a\", '1'] - x|1--a=1|" },
	{ "haproxy", "global\n  a b\n# c\nfrontend x\n\td e # f\n",
		"0global=|1a=b|0frontend=x|1d=e|" },
	{ "hcl", "a \"b\" {\n  c = d # e\n  f = [1,\n 2]\n}\ng = { h = 1, i: 2 } // j\n",
		"0a=\"b\"|1c=d|1f=[1,\n 2]|0g=|1h=1|1i=2|" },
	{ "hcl", "a = <<-X\n  b = c\n  X\nd = [{ e: 'f' }]\n/* g = h */ i = j /* k */\n",
		"0a=<<-X\n  b = c\n  X|0d=[|1e='f'|0]=|0i=j|" },
	{ "ini", "[k\\TLS 1.0]\n\"Enabled\"=dword:00000001\n",
		"0k\\TLS 1.0=|1Enabled=dword:00000001|" },
	{ "ini", "a = b\n[s]\nc=d ; e\n#f = g\nh: i\nno value\n", "0a=b|0s=|1c=d|1h=i|" },
	{ "lighttpd", "a = (\"b\" => \"c\",\n\"d\" => \"e\")\nf = g\n",
		"0a=(\"b\" => \"c\",\n\"d\" => \"e\")|0f=g|" },
	{ "lines", "a = b\nc {\n d = e\n}\nf = g\n", "0a=b|0c=|1d=e|0f=g|" },
	{ "postfix", "a = b,\n  c\n# d\ne=f\n", "0a=b,\n  c|0e=f|" },
	{ "postfix-services", "a inet n\n  -o b=c\n#  -o d=e\n", "0b=c|" },
	{ "xml",
		"<?xml?><a b='c' d=\"e>f\"><!-- <g h='i'/> "
		"--><j/>k</a><l>m</l><n>\n<o>p</o>"
		"</n>",
		"0a=b='c' d=\"e>f\"|1b='c'|1d=\"e>f\"|1j=|0l=m|0n=|1o=p|" },
	{ "yaml", "a: b # c\nd:\n  e: 'f'\n  g:\n  - h\n  - i: j\n    k: l\nm: n\n",
		"0a=b|0d=|1e='f'|1g=|2=h|2=|3i=j|3k=l|0m=n|" },
	{ "yaml",
		"{{- if a }}\nb: |\n  c: d\n\n  e\nf: [g, {h: i}] # j\n---\n\"k\": !Ref "
		"l\n",
		"0b=c: d\n\n  e|0f=|1=g|1=|2h=i|0k=!Ref l|" },
	{ "yaml", "{ \"a\": [1, \"b,c\"], // d\n \"e\": { \"f\": true } }\n",
		"0a=|1=1|1=\"b,c\"|0e=|1f=true|" },
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

static void fill(char *file, size_t len, const char *with)
{
	for (size_t i = 0; i < len; i++)
		file[i] = with[i % strlen(with)];
}

static void test_a_hundred_thousand_brackets_end_soon(void **state)
{
	static const char *const ways[][2] = { { "braces", "a{" }, { "hcl", "([" },
		{ "hcl", "a=[{" }, { "xml", "<a>" }, { "xml", "<a b=\"" },
		{ "hcl", "a=x/*" }, { "yaml", "[" }, { "yaml", "{\"a\":" },
		{ "yaml", "- " }, { "yaml", "\"a\n" } };
	static char deep[100000];
	struct text found;

	(void)state;
	text_init(&found, (size_t)64 << 20);
	for (size_t i = 0; i < COUNT_OF(ways); i++) {
		fill(deep, sizeof deep, ways[i][1]);
		read(ways[i][0], bytes_over(deep, sizeof deep), &found);
	}
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

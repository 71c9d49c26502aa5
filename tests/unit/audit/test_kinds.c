/* A name is of the kinds that a plain look at every pattern of every kind tells. */
#include "../unit.h"

#include <stdio.h>

#include "audit/kinds.h"
#include "base/attr.h"

#define NAME_MAX_LEN 128

static const char *const fillers[] = { "", "a", "main", ".", "a.b", "x-nginx", "C",
	"env.in" };
static const char *const folders[] = { "", "etc/", "/srv/init.d/", "a.jar!",
	"b/cron.d/" };

/* The last parts of the path; what an archive holds is parted from its name by "!". */
static struct bytes last_parts(struct bytes path, size_t parts)
{
	size_t at = path.len;

	for (bool first = true; at > 0; at--) {
		if (path.at[at - 1] != '/' && !(first && path.at[at - 1] == '!'))
			continue;
		if (--parts == 0)
			break;
		first = false;
	}
	return bytes_after(path, at);
}

static struct kind_set kinds_plainly(struct bytes path)
{
	struct kind_set found = { 0 };

	for (size_t kind = 0; kind < kind_count; kind++)
		for (size_t i = 0; kinds[kind].patterns[i] != NULL; i++) {
			const char *pattern = kinds[kind].patterns[i];
			size_t parts = strchr(pattern, '/') != NULL ? 2 : 1;

			if (pattern_fits(
				    last_parts(path, parts), bytes_of_string(pattern)))
				kind_set_add(&found, kind);
		}
	return found;
}

/* What is named so is of all that the plain look tells; of more only if an ending is
 * taken off. */
static void expect_as_plainly(const char *name, bool wrapped)
{
	struct bytes path = bytes_of_string(name);
	struct kind_set plain = kinds_plainly(path);
	struct kind_set found = kinds_of(path, (struct bytes){ 0 });

	for (size_t i = 0; i < COUNT_OF(found.words); i++) {
		if ((plain.words[i] & ~found.words[i]) != 0)
			fail_msg("%s: a kind is missing", name);
		if (!wrapped && plain.words[i] != found.words[i])
			fail_msg("%s: a kind too many", name);
	}
}

static bool is_wrapped(const char *name)
{
	static const char *const wrappings[] = { "*.bak", "*.default", "*.dist", "*.epp",
		"*.erb", "*.example", "*.in", "*.j2", "*.jinja", "*.jinja2", "*.old",
		"*.orig", "*.sample", "*.template", "*.tmpl", "*.tpl", "*.txt" };

	for (size_t i = 0; i < COUNT_OF(wrappings); i++)
		if (pattern_fits(bytes_of_string(name), bytes_of_string(wrappings[i])))
			return true;
	return false;
}

/* Each "*" of the pattern as the filler, and one character too many or too few. */
static void expect_of_pattern(const char *folder, const char *pattern, const char *filler)
{
	char name[NAME_MAX_LEN];
	size_t len = (size_t)snprintf(name, sizeof name, "%s", folder);

	for (; *pattern != '\0'; pattern++)
		len += (size_t)snprintf(name + len, sizeof name - len, "%.*s",
			*pattern == '*' ? (int)strlen(filler) : 1,
			*pattern == '*' ? filler : pattern);
	expect_as_plainly(name, is_wrapped(name));
	name[len - 1] ^= 0x20;
	expect_as_plainly(name, is_wrapped(name));
	name[len - 1] = '\0';
	expect_as_plainly(name, is_wrapped(name));
}

static void test_names_made_of_every_pattern_are_of_the_kinds_of_a_plain_look(
	void **state)
{
	(void)state;
	for (size_t kind = 0; kind < kind_count; kind++)
		for (size_t i = 0; kinds[kind].patterns[i] != NULL; i++)
			for (size_t j = 0; j < COUNT_OF(fillers); j++)
				for (size_t k = 0; k < COUNT_OF(folders); k++)
					expect_of_pattern(folders[k],
						kinds[kind].patterns[i], fillers[j]);
}

static bool is_of(const char *path, const char *text, const char *kind)
{
	struct kind_set set = kinds_of_file(bytes_of_string(path), bytes_of_string(text));

	return kind_set_has(&set, kind_find(bytes_of_string(kind)));
}

static void test_endings_that_say_how_it_is_kept_are_taken_off(void **state)
{
	(void)state;
	assert_true(is_of("a/nginx.conf.j2", "", "nginx"));
	assert_true(is_of("main.cf.in.bak", "", "postfix"));
	assert_true(is_of("ssl.erb", "", "nginx"));
	assert_true(is_of("ssl.erb", "", "ruby"));
	assert_false(is_of("notes.txt", "", "nginx"));
	assert_true(is_of("a.conf.txt", "", "nginx"));
	assert_true(is_of("a/site", "", "nginx"));
	assert_false(is_of("a/example.org", "", "nginx"));
	assert_true(is_of("a/run", "#!/usr/bin/env python3\n", "python"));
	assert_false(is_of("a/run", "#!/usr/bin/env python3\n", "nginx"));
	assert_true(is_of("a.zip!b/Dockerfile", "", "commands"));
}

static void test_prose_is_told_by_its_name(void **state)
{
	static const char *const prose[] = { "a.md", "b/README", "readme.txt", "ssl.3",
		"CHANGES", "x.jar!NEWS.old", "a.HTML" };
	static const char *const others[] = { "a.mdc", "README/a.c", "AREADME", "a.31",
		"" };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(prose); i++)
		assert_true(kind_is_prose(bytes_of_string(prose[i])));
	for (size_t i = 0; i < COUNT_OF(others); i++)
		assert_false(kind_is_prose(bytes_of_string(others[i])));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_names_made_of_every_pattern_are_of_the_kinds_of_a_plain_look),
		cmocka_unit_test(test_endings_that_say_how_it_is_kept_are_taken_off),
		cmocka_unit_test(test_prose_is_told_by_its_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

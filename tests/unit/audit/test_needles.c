/* What is sought by stems is what a plain search of every needle finds. */
#include "built_in.h"

#include <string.h>

#include "audit/look_wants.h"
#include "base/text.h"

#define TEXT_MAX 65536

/* As a file is sought through. */
static bool finds(const char *path, struct bytes text, struct rule_set *ret)
{
	struct kind_set set = look_kinds(bytes_of_string(path), text);
	struct seeking seeking = { 0 };

	*ret = (struct rule_set){ 0 };
	needles_seek(needles, scratch, &seeking, text);
	return needles_any(needles, scratch, &set, text) &&
	       needles_found(needles, &seeking, &set, ret);
}

static bool stands_one(struct bytes text, const struct bytes *all, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (bytes_find_caseless(text, all[i]) < text.len)
			return true;
	return false;
}

static bool stands_plainly(struct bytes text, const struct rule *rule)
{
	return stands_one(text, rule->needles, rule->needle_count) &&
	       (rule->need_count == 0 || stands_one(text, rule->needs, rule->need_count));
}

static void expect_as_plain(struct bytes text)
{
	struct rule_set may;
	bool any = finds("a.yaml", text, &may);
	size_t yaml = kind_find(bytes_of_string("yaml"));
	enum look_wants wants[KINDS_MAX];

	for (size_t i = 0; i < rules.count; i++) {
		bool plain = stands_plainly(text, rules.all[i]);

		if (any && rule_set_has(&may, i) != plain)
			fail_msg("%s: %d", rules.all[i]->id, plain);
		look_wants(rules.all[i], wants);
		if (!any && plain)
			assert_int_not_equal(wants[yaml], WANTS);
	}
}

static uint8_t turned(uint8_t c)
{
	bool letter = byte_lower(c) >= 'a' && byte_lower(c) <= 'z';

	return letter ? c ^ 0x20 : c;
}

static void test_each_needle_alone_is_found_in_the_other_case(void **state)
{
	uint8_t text[256];

	(void)state;
	for (size_t i = 0; i < rules.count; i++)
		for (size_t j = 0; j < rules.all[i]->needle_count; j++) {
			struct bytes needle = rules.all[i]->needles[j];

			assert_in_range(needle.len, 1, sizeof text);
			for (size_t k = 0; k < needle.len; k++)
				text[k] = turned(needle.at[k]);
			expect_as_plain(bytes_over(text, needle.len));
			expect_as_plain(bytes_over(text, needle.len - 1));
			expect_as_plain(bytes_over(text + 1, needle.len - 1));
		}
}

/* Each once whole and once without its last byte, in steps: a text has some of them. */
static void test_needles_among_others_are_all_found(void **state)
{
	(void)state;
	for (size_t step = 1; step < 30; step++) {
		struct text CLEANUP(text_done) text;

		text_init(&text, TEXT_MAX);
		for (size_t i = step; i < rules.count; i += step) {
			struct bytes needle = rules.all[i]->needles[0];

			text_format(&text, "%.*s", (int)(needle.len - i % 2),
				(const char *)needle.at);
		}
		expect_as_plain(bytes_over(text_string(&text), text_len(&text)));
	}
}

static void test_a_file_in_pieces_is_found_in_where_they_meet(void **state)
{
	struct kind_set set =
		look_kinds(bytes_of_string("nginx.conf"), (struct bytes){ 0 });
	size_t longest = needles_longest(needles);
	char text[1024];

	(void)state;
	for (size_t at = 300; at < 700; at++) {
		memset(text, 'x', sizeof text);
		memcpy(text + at, "ssl_protocols", 13);
		assert_true(needles_any(needles, scratch, &set, bytes_over(text, 512)) ||
			    needles_any(needles, scratch, &set,
				    bytes_over(text + 512 - longest, 512 + longest)));
	}
}

static void test_a_needle_counts_where_a_rule_is_for_such_a_file(void **state)
{
	static const struct {
		const char *path;
		const char *text;
		bool counts;
	} rows[] = {
		{ "crypto-policies/config", "LEGACY\n", true },
		{ "a.c", "a legacy driver", false },
		{ "README", "ssl_protocols TLSv1;", false },
		{ "a.dts", "ssl_protocols TLSv1;", false },
		{ "a", "#!/bin/sh\ncurl --tlsv1.0 x", true },
		{ "a", "curl --tlsv1.0 x", true }, /* may be a configuration */
		{ "a.dat", "curl --tlsv1.0 x", false },
		{ "a.py", "open('a').write('ssl_protocols TLSv1;')", true },
		{ "a.py", "open('a').write('ssl_session')", false },
		{ "a.yaml", "[Net.ServicePointManager]::SecurityProtocol = 1", true },
		{ "Dockerfile", "MinProtocol = TLSv1", true },
		{ "main.cf", "ssl_protocols TLSv1;", false },
		{ "a.py", "run('curl --tlsv1.0 x')", true },
		{ "a.yaml", "policy: LEGACY", false },
		{ "a.yaml", "etc/crypto-policies/config: LEGACY", true },
		{ "a.sh", "echo LEGACY >x.POL", true },
	};
	struct rule_set may;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (finds(rows[i].path, bytes_of_string(rows[i].text), &may) !=
			rows[i].counts)
			fail_msg("%s: %s", rows[i].path, rows[i].text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_needle_alone_is_found_in_the_other_case),
		cmocka_unit_test(test_needles_among_others_are_all_found),
		cmocka_unit_test(test_a_file_in_pieces_is_found_in_where_they_meet),
		cmocka_unit_test(test_a_needle_counts_where_a_rule_is_for_such_a_file),
	};

	return cmocka_run_group_tests(tests, read_built_in, forget_built_in);
}

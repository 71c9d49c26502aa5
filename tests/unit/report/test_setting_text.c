/* Findings for people keep to the width of a terminal; a path is never broken. */
#include "../unit.h"

#include <string.h>

#include "report/setting_render.h"

#define WIDTH 60

static const struct policy policy = { .name = "p", .versions = VERSIONS_OF(RANK_TLS12) };

/* The longest line but those that begin so. */
static size_t longest(const char *text, const char *but)
{
	size_t most = 0;

	while (*text != '\0') {
		size_t len = strcspn(text, "\n"), columns = 0;

		for (size_t i = 0; i < len; i++)
			columns += ((uint8_t)text[i] & 0xc0) != 0x80;
		if (strncmp(text, but, strlen(but)) != 0 && columns > most)
			most = columns;
		text += len + (text[len] == '\n');
	}
	return most;
}

static void show(const char *path, unsigned width, struct text *text)
{
	const struct setting setting = { .path = bytes_of_string(path),
		.line = 1,
		.column = 1,
		.snippet = bytes_of_string("ssl_protocols TLSv1; # a comment behind it"),
		.rule = "rule",
		.means = SETTING_SET,
		.range.on = VERSIONS_OF(RANK_TLS10) | VERSIONS_OF(RANK_TLS12),
		.why = { "a reason of more words than there are in one line of it" },
		.why_count = 1,
		.fix.words = "a fix of more words than there are in one line of it" };
	const struct setting_view view = { .setting = &setting,
		.judgement = setting_judge(&policy, &setting),
		.policy = &policy,
		.width = width };

	text_init(text, 4096);
	setting_text_show(text, &view);
}

static void test_lines_are_as_wide_as_the_terminal(void **state)
{
	struct text text;

	(void)state;
	show("nginx.conf", WIDTH, &text);
	assert_in_range(longest(text_string(&text), "-"), WIDTH - 20, WIDTH);
	assert_non_null(strstr(text_string(&text), "nginx.conf:1:1  allows  allows"));
	text_done(&text);
}

static void test_a_long_path_stands_alone(void **state)
{
	static const char path[] =
		"a/path/that/is/longer/than/the/terminal/is/wide/and/goes/on/nginx.conf";
	struct text text;

	(void)state;
	show(path, WIDTH, &text);
	assert_in_range(longest(text_string(&text), path), WIDTH - 20, WIDTH);
	assert_non_null(strstr(text_string(&text), "nginx.conf:1:1\n    allows  allows"));
	text_done(&text);
	show(path, 0, &text);
	assert_non_null(strstr(text_string(&text), "nginx.conf:1:1  allows  allows"));
	text_done(&text);
}

static void test_the_summary_goes_on_in_another_line(void **state)
{
	const struct setting_summary summary = { .policy = &policy,
		.files = 1000000,
		.bytes = 1000000000,
		.width = WIDTH,
		.findings = 9,
		.finding_files = 4,
		.by_verdict = { [SETTING_BREAKS] = 4, [SETTING_ALLOWS] = 5 },
		.suppressed = 12,
		.known = 100,
		.skipped = 3 };
	struct text text;

	(void)state;
	text_init(&text, 4096);
	setting_text_end(&text, &summary);
	assert_in_range(longest(text_string(&text), "-"), WIDTH - 20, WIDTH);
	text_done(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_are_as_wide_as_the_terminal),
		cmocka_unit_test(test_a_long_path_stands_alone),
		cmocka_unit_test(test_the_summary_goes_on_in_another_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "../unit.h"

#include <string.h>

#include "audit/suppress.h"

static const struct rule rule_nginx = { .id = "nginx-ssl-protocols" };
static const struct rule rule_apache = { .id = "apache-ssl-protocol" };
static const struct rules known = { .all = { &rule_nginx, &rule_apache }, .count = 2 };

/* What is wrong with a mark; the setting stands where "X" is. */
static const char *wrong_around(const char *text, struct setting *setting)
{
	*setting = (struct setting){ .rule = rule_nginx.id };
	setting->at = (size_t)(strchr(text, 'X') - text);
	return suppress(&known, bytes_of_string(text), setting);
}

static struct setting around(const char *text)
{
	struct setting setting;

	(void)wrong_around(text, &setting);
	return setting;
}

static void assert_reason(const char *text, const char *reason)
{
	struct setting setting = around(text);

	assert_int_equal(setting.suppressed, SUPPRESSED_HERE);
	assert_true(bytes_equal(setting.suppressed_why, bytes_of_string(reason)));
}

static void test_a_reason_counts_on_the_line_and_above_it(void **state)
{
	(void)state;
	assert_reason(
		"X; # tlsunset: ignore nginx-ssl-protocols: old tills\n", "old tills");
	assert_reason("a\n# tlsunset: ignore all: old tills\nX\n", "old tills");
	assert_reason("X; # tlsunset:ignore all: old tills\n", "old tills");
	assert_reason("// TLSunset:  Ignore\tall: old tills\nX\n", "old tills");
	assert_reason("tlsunset X # TLSUNSET : ignore all: old tills", "old tills");
	assert_reason("/* tlsunset: ignore a, nginx-ssl-protocols: x y */ X", "x y");
}

static void test_a_day_is_read(void **state)
{
	struct setting setting =
		around("X # tlsunset: ignore all until 2027-06-30: old tills");
	time_ns day;

	(void)state;
	assert_int_equal(time_parse("2027-06-30", &day), ERR_OK);
	assert_int_equal(setting.suppressed_until, day);
	assert_int_equal(setting.suppressed, SUPPRESSED_HERE);
}

static void test_what_is_not_whole_counts_for_nothing(void **state)
{
	static const char *const texts[] = {
		"X # tlsunset: ignore all",
		"X # tlsunset: ignore all:",
		"X # tlsunset: ignore all until tomorrow: reason",
		"X # tlsunset: ignore apache-ssl-protocol: reason",
		"# tlsunset: ignore all: reason\n\nX",
		"y = 1 # tlsunset: ignore all: reason\nX",
		"X\n# tlsunset: ignore all: reason",
		"X",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		if (around(texts[i]).suppressed != SUPPRESSED_NOT)
			fail_msg("%s", texts[i]);
}

static void assert_wrong(const char *text, const char *word)
{
	struct setting setting;
	const char *wrong = wrong_around(text, &setting);

	if (word == NULL ? wrong != NULL : wrong == NULL || strstr(wrong, word) == NULL)
		fail_msg("%s: %s", text, wrong == NULL ? "nothing" : wrong);
}

static void test_what_was_meant_to_count_is_told(void **state)
{
	(void)state;
	assert_wrong("X # tlsunset: ignore all", "no reason");
	assert_wrong("X # tlsunset ignore nginx-ssl-protocols: tills", "colon");
	assert_wrong("# tlsunset ignore all\nX", "colon");
	assert_wrong("# tlsunset ignores this\nX", NULL);
	assert_wrong("# mytlsunset: ignore all\nX", NULL);
	assert_wrong("# tlsunset: ignore all:\nX", "no reason");
	assert_wrong("X /* tlsunset: ignore all */", "no reason");
	assert_wrong("X # tlsunset: ignore all until tomorrow: tills", "a day");
	assert_wrong("X # tlsunset: ignore all until 2027-02-30: tills", "a day");
	assert_wrong("X # tlsunset: ignore nginx-ssl-protocol: tills", "names a rule");
	assert_wrong("X # tlsunset: ignore", "names a rule");
	/* It is of another rule, or whole, or suppressed in another way. */
	assert_wrong("X # tlsunset: ignore apache-ssl-protocol: tills", NULL);
	assert_wrong("X # tlsunset: ignore apache-ssl-protocol", NULL);
	assert_wrong("X # tlsunset: ignore all: tills", NULL);
	assert_wrong("X # tlsunset: ignore all # nosec", NULL);
	assert_wrong("X", NULL);
}

static void test_other_tools_marks_are_told_as_theirs(void **state)
{
	struct setting setting = around("X // DevSkim: ignore DS440000");

	(void)state;
	assert_int_equal(setting.suppressed, SUPPRESSED_ELSEWHERE);
	assert_int_equal(around("X  # nosec B502").suppressed, SUPPRESSED_ELSEWHERE);
	assert_int_equal(around("X  # noqa: S502").suppressed, SUPPRESSED_ELSEWHERE);
}

static void test_a_mark_is_a_word_of_its_own(void **state)
{
	(void)state;
	assert_int_equal(around("run -Dnosecure=1 -DX").suppressed, SUPPRESSED_NOT);
	assert_int_equal(around("insnosec X").suppressed, SUPPRESSED_NOT);
	assert_int_equal(around("nosecure X # nosec").suppressed, SUPPRESSED_ELSEWHERE);
}

/* Blanks with one text at their start and one at a place. */
static const char *far_apart(const char *first, const char *second, size_t at)
{
	static char text[10000];

	memset(text, ' ', sizeof text);
	memcpy(text, first, strlen(first));
	memcpy(text + at, second, strlen(second) + 1);
	return text;
}

/* As in a script of one line; 16 MB of findings would be looked at for minutes. */
static void test_what_stands_far_off_is_about_another(void **state)
{
	(void)state;
	assert_int_equal(
		around(far_apart("X", " # nosec", 9000)).suppressed, SUPPRESSED_NOT);
	assert_int_equal(
		around(far_apart("/* nosec */", "X", 9000)).suppressed, SUPPRESSED_NOT);
	assert_int_equal(around(far_apart("X", " # nosec", 2000)).suppressed,
		SUPPRESSED_ELSEWHERE);
}

static void test_a_line_that_long_is_no_comment_above(void **state)
{
	(void)state;
	assert_int_equal(
		around(far_apart("# nosec", "\nX", 9000)).suppressed, SUPPRESSED_NOT);
	assert_int_equal(around(far_apart("# nosec", "\nX", 2000)).suppressed,
		SUPPRESSED_ELSEWHERE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_reason_counts_on_the_line_and_above_it),
		cmocka_unit_test(test_a_day_is_read),
		cmocka_unit_test(test_what_is_not_whole_counts_for_nothing),
		cmocka_unit_test(test_what_was_meant_to_count_is_told),
		cmocka_unit_test(test_other_tools_marks_are_told_as_theirs),
		cmocka_unit_test(test_a_mark_is_a_word_of_its_own),
		cmocka_unit_test(test_what_stands_far_off_is_about_another),
		cmocka_unit_test(test_a_line_that_long_is_no_comment_above),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

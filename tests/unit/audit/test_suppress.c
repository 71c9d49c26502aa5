#include "../unit.h"

#include <string.h>

#include "audit/suppress.h"

/* The setting stands where "X" is. */
static struct setting around(const char *text)
{
	struct setting setting = { .rule = "nginx-ssl-protocols" };

	setting.at = (size_t)(strchr(text, 'X') - text);
	suppress(bytes_of_string(text), &setting);
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

static void test_other_tools_marks_are_told_as_theirs(void **state)
{
	struct setting setting = around("X // DevSkim: ignore DS440000");

	(void)state;
	assert_int_equal(setting.suppressed, SUPPRESSED_ELSEWHERE);
	assert_int_equal(around("X  # nosec B502").suppressed, SUPPRESSED_ELSEWHERE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_reason_counts_on_the_line_and_above_it),
		cmocka_unit_test(test_a_day_is_read),
		cmocka_unit_test(test_what_is_not_whole_counts_for_nothing),
		cmocka_unit_test(test_other_tools_marks_are_told_as_theirs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

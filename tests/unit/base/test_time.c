#include "../unit.h"

#include "base/time.h"

static void assert_reads_as(const char *text, time_ns expected)
{
	time_ns moment = 0;

	assert_int_equal(time_parse(text, &moment), ERR_OK);
	assert_int_equal(moment, expected);
}

static void assert_round_trip(const char *text)
{
	char written[TIME_TEXT_MAX];
	time_ns moment = 0;

	assert_int_equal(time_parse(text, &moment), ERR_OK);
	assert_string_equal(time_text(moment, written), text);
}

static void test_reads_dates_and_moments(void **state)
{
	(void)state;
	assert_reads_as("1970-01-01", 0);
	assert_reads_as("1970-01-02", TIME_DAY);
	assert_reads_as("2001-09-09T01:46:40Z", 1000000000 * TIME_SECOND);
	assert_reads_as("1970-01-01T00:00:00.5Z", TIME_SECOND / 2);
	assert_reads_as("1970-01-01T00:00:00.000000001Z", 1);
	assert_reads_as("1970-01-01T23:59:59.999999999Z", TIME_DAY - 1);
}

/* Every fourth year, but of the full centuries only every fourth. */
static void test_leap_years_are_those_of_the_calendar(void **state)
{
	time_ns moment = 0;

	(void)state;
	assert_round_trip("2024-02-29T12:00:00.000000Z");
	assert_round_trip("2000-02-29T12:00:00.000000Z");
	assert_int_equal(time_parse("2100-02-29", &moment), ERR_VALUE);
	assert_int_equal(time_parse("2026-02-29", &moment), ERR_VALUE);
}

static void test_what_is_written_can_be_read(void **state)
{
	(void)state;
	assert_round_trip("1970-01-01T00:00:00.000000Z");
	assert_round_trip("2026-11-22T10:00:00.123456Z");
	assert_round_trip("2038-01-19T03:14:08.000000Z");
	assert_round_trip("2554-07-21T23:34:32.999999Z");
}

static void test_refuses_dates_that_are_none(void **state)
{
	static const char *const wrong[] = { "", "2026", "2026-11", "2026-13-01",
		"2026-00-01", "2026-04-31", "2026-11-00", "26-11-22", "2026-1-2",
		"+026-11-22", " 2026-11-22", "2026-11-22 ", "2026/11/22", "1969-12-31",
		"2555-01-01", "9999-12-31" };
	time_ns moment = 7;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		assert_int_equal(time_parse(wrong[i], &moment), ERR_VALUE);
	assert_int_equal(moment, 7); /* failure writes nothing */
}

static void test_refuses_times_that_are_none(void **state)
{
	static const char *const wrong[] = { "2026-11-22T", "2026-11-22T10:00Z",
		"2026-11-22T10:00:00", "2026-11-22 10:00:00Z", "2026-11-22T24:00:00Z",
		"2026-11-22T10:60:00Z", "2026-11-22T10:00:60Z", "2026-11-22T10:00:00.Z",
		"2026-11-22T10:00:00.1234567890Z", "2026-11-22T10:00:00+01:00",
		"2026-11-22T-1:00:00Z", "2026-11-22T10:00:00Zx" };
	time_ns moment = 7;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		assert_int_equal(time_parse(wrong[i], &moment), ERR_VALUE);
	assert_int_equal(moment, 7);
}

static void test_the_last_moment_can_be_written(void **state)
{
	char text[TIME_TEXT_MAX];

	(void)state;
	assert_string_equal(time_text(UINT64_MAX, text), "2554-07-21T23:34:33.709551Z");
}

static void assert_ago(time_ns span, const char *past, const char *future)
{
	const time_ns now = 5000 * TIME_DAY;
	char text[TIME_TEXT_MAX];

	assert_string_equal(time_text_ago(now - span, now, text), past);
	assert_string_equal(time_text_ago(now + span, now, text), future);
}

static void test_a_span_is_told_in_its_largest_whole_unit(void **state)
{
	(void)state;
	assert_ago(0, "now", "now");
	assert_ago(TIME_SECOND - 1, "now", "now");
	assert_ago(TIME_SECOND, "1 s ago", "in 1 s");
	assert_ago(TIME_MINUTE - 1, "59 s ago", "in 59 s");
	assert_ago(2 * TIME_MINUTE + 30 * TIME_SECOND, "2 min ago", "in 2 min");
	assert_ago(TIME_DAY - 1, "23 h ago", "in 23 h");
	assert_ago(TIME_DAY, "1 day ago", "in 1 day");
	assert_ago(364 * TIME_DAY, "364 days ago", "in 364 days");
	assert_ago(730 * TIME_DAY, "2 years ago", "in 2 years");
}

static void test_an_hour_starts_at_its_first_nanosecond(void **state)
{
	(void)state;
	assert_int_equal(time_hour(TIME_HOUR), TIME_HOUR);
	assert_int_equal(time_hour(TIME_HOUR - 1), 0);
	assert_int_equal(time_hour(2 * TIME_HOUR - 1), TIME_HOUR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_dates_and_moments),
		cmocka_unit_test(test_leap_years_are_those_of_the_calendar),
		cmocka_unit_test(test_what_is_written_can_be_read),
		cmocka_unit_test(test_refuses_dates_that_are_none),
		cmocka_unit_test(test_refuses_times_that_are_none),
		cmocka_unit_test(test_the_last_moment_can_be_written),
		cmocka_unit_test(test_a_span_is_told_in_its_largest_whole_unit),
		cmocka_unit_test(test_an_hour_starts_at_its_first_nanosecond),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

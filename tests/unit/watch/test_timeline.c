#include "../unit.h"

#include "watch/timeline.h"

#define NOON (UINT64_C(1795348800) * TIME_SECOND)
#define YEAR (365 * 24 * TIME_HOUR)

static void test_time_is_that_of_the_latest_packet(void **state)
{
	struct timeline timeline = { 0 };

	(void)state;
	assert_int_equal(timeline_hear(&timeline, NOON), TIMELINE_GOES_ON);
	assert_int_equal(timeline_hear(&timeline, NOON + 5), TIMELINE_GOES_ON);
	assert_int_equal(timeline_hear(&timeline, NOON + 2), TIMELINE_GOES_ON);
	assert_int_equal(timeline.now, NOON + 5);
}

static void test_one_packet_of_another_year_moves_nothing(void **state)
{
	struct timeline timeline = { 0 };

	(void)state;
	timeline_hear(&timeline, NOON);
	for (time_ns i = 1; i < 100; i++) {
		assert_int_equal(timeline_hear(&timeline, NOON + YEAR), TIMELINE_AHEAD);
		assert_int_equal(timeline_hear(&timeline, NOON + i), TIMELINE_GOES_ON);
		assert_int_equal(timeline.now, NOON + i);
	}
}

static void test_two_packets_after_a_silence_are_believed(void **state)
{
	struct timeline timeline = { 0 };

	(void)state;
	timeline_hear(&timeline, NOON);
	assert_int_equal(timeline_hear(&timeline, NOON + TIME_HOUR), TIMELINE_AHEAD);
	assert_int_equal(timeline_hear(&timeline, NOON + TIME_HOUR + 1), TIMELINE_LEAPS);
	assert_int_equal(timeline.now, NOON + TIME_HOUR + 1);
}

static void test_of_two_leaps_the_smaller_is_believed(void **state)
{
	struct timeline timeline = { 0 };

	(void)state;
	timeline_hear(&timeline, NOON);
	timeline_hear(&timeline, NOON + YEAR);
	assert_int_equal(timeline_hear(&timeline, NOON + TIME_HOUR), TIMELINE_LEAPS);
	assert_int_equal(timeline.now, NOON + TIME_HOUR);
	assert_int_equal(
		timeline_hear(&timeline, NOON + TIME_HOUR + 1), TIMELINE_GOES_ON);
}

static void test_packets_minutes_apart_are_followed(void **state)
{
	struct timeline timeline = { 0 };

	(void)state;
	for (time_ns i = 0; i < 100; i++)
		timeline_hear(&timeline, NOON + i * TIME_HOUR);
	assert_int_equal(timeline.now, NOON + 98 * TIME_HOUR);
}

static void test_a_wrong_leap_is_taken_back(void **state)
{
	struct timeline timeline = { 0 };
	unsigned count = 0;

	(void)state;
	timeline_hear(&timeline, NOON);
	timeline_hear(&timeline, NOON + YEAR);
	timeline_hear(&timeline, NOON + YEAR);
	while (timeline_hear(&timeline, NOON + count) == TIMELINE_GOES_ON)
		count++;
	assert_int_equal(count, TIMELINE_BEHIND_MAX - 1);
	assert_int_equal(timeline.now, NOON + count);
}

static void test_of_two_clocks_the_one_ahead_leads(void **state)
{
	struct timeline timeline = { 0 };

	(void)state;
	timeline_hear(&timeline, NOON);
	timeline_hear(&timeline, NOON + 1);
	for (unsigned i = 0; i < 10 * TIMELINE_BEHIND_MAX; i++)
		assert_int_equal(timeline_hear(&timeline, i % 2 ? NOON + i : TIME_HOUR),
			TIMELINE_GOES_ON);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_time_is_that_of_the_latest_packet),
		cmocka_unit_test(test_one_packet_of_another_year_moves_nothing),
		cmocka_unit_test(test_two_packets_after_a_silence_are_believed),
		cmocka_unit_test(test_of_two_leaps_the_smaller_is_believed),
		cmocka_unit_test(test_packets_minutes_apart_are_followed),
		cmocka_unit_test(test_a_wrong_leap_is_taken_back),
		cmocka_unit_test(test_of_two_clocks_the_one_ahead_leads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

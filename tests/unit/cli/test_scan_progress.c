#include "../unit.h"

#include "cli/scan_progress.h"

static void expect(const struct scan_progress_figures *figures, const char *wanted)
{
	struct text text;

	text_init(&text, 256);
	scan_progress_line(&text, figures);
	assert_string_equal(text_string(&text), wanted);
	text_done(&text);
}

static void test_tells_how_far_it_is(void **state)
{
	const struct scan_progress_figures figures = { 256, 176, 20, 156, 1024,
		3 * TIME_SECOND };

	(void)state;
	expect(&figures, "  256 targets  1,024 connections  60 % ▕██████    ▏ 52/s"
			 "  1 s left");
}

static void test_what_is_not_known_yet_is_not_told(void **state)
{
	const struct scan_progress_figures begun = { 2, 1, 1, 0, 0, 0 };
	const struct scan_progress_figures nothing = { 0 };

	(void)state;
	expect(&begun, "  2 targets  0 connections  0 % ▕          ▏ 0.0/s");
	expect(&nothing, "  0 targets  0 connections  100 % ▕██████████▏ 0.0/s");
}

static void test_a_lone_target_has_no_share(void **state)
{
	const struct scan_progress_figures figures = { 1, 1, 1, 0, 12, 3 * TIME_SECOND };

	(void)state;
	expect(&figures, "  1 target  12 connections  3 s");
}

static void test_long_times_are_told_in_longer_units(void **state)
{
	struct scan_progress_figures figures = { 65536, 1000, 0, 1000, 6000,
		10 * TIME_SECOND };

	(void)state;
	expect(&figures, "  65,536 targets  6,000 connections  1 % ▕█         ▏ 100/s"
			 "  10 min left");
	figures.targets = 16777216;
	expect(&figures, "  16,777,216 targets  6,000 connections  0 % "
			 "▕          ▏ 100/s  46 h left");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tells_how_far_it_is),
		cmocka_unit_test(test_what_is_not_known_yet_is_not_told),
		cmocka_unit_test(test_a_lone_target_has_no_share),
		cmocka_unit_test(test_long_times_are_told_in_longer_units),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

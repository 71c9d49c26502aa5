#include "../unit.h"

#include <string.h>

#include "evidence/coverage.h"
#include "evidence/observation.h"

static void test_upgrades_have_names_in_order(void **state)
{
	(void)state;
	assert_null(upgrade_name(UPGRADE_NONE));
	for (int i = UPGRADE_NONE + 2; i < UPGRADE_UNKNOWN; i++)
		assert_true(strcmp(upgrade_name((enum upgrade)(i - 1)),
				    upgrade_name((enum upgrade)i)) < 0);
	assert_string_equal(upgrade_name(UPGRADE_UNKNOWN), "unknown");
}

static void test_outcomes_have_names(void **state)
{
	(void)state;
	assert_string_equal(outcome_name(OUTCOME_COMPLETED), "completed");
	assert_string_equal(outcome_name(OUTCOME_UNDECIDED), "undecided");
	assert_string_equal(side_name(SIDE_SERVER), "server");
	assert_string_equal(transport_name(TRANSPORT_UDP), "udp");
}

static void test_coverage_adds_every_counter(void **state)
{
	struct coverage a = { 0 }, b = { 0 };

	(void)state;
	for (size_t i = 0; i < coverage_counter_count; i++) {
		coverage_set(&a, i, i);
		coverage_set(&b, i, 1000);
	}
	coverage_add(&a, &b);
	for (size_t i = 0; i < coverage_counter_count; i++)
		assert_int_equal(coverage_get(&a, i), 1000 + i);
	assert_int_equal(a.frame_bytes, 1001);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_upgrades_have_names_in_order),
		cmocka_unit_test(test_outcomes_have_names),
		cmocka_unit_test(test_coverage_adds_every_counter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "../unit.h"

#include "cli/fail_on.h"

static enum err read_it(const char *text, struct fail_on *ret)
{
	struct fault why;

	return fail_on_parse(text, "scan", "servers", ret, &why);
}

static void test_a_verdict_and_a_number_are_read(void **state)
{
	struct fail_on fail_on;

	(void)state;
	assert_int_equal(read_it("unknown>20", &fail_on), ERR_OK);
	assert_int_equal(fail_on.verdict, VERDICT_UNKNOWN);
	assert_int_equal(fail_on.over, 20);
	assert_int_equal(read_it(NULL, &fail_on), ERR_OK);
	assert_int_equal(fail_on.verdict, VERDICT_BREAKS);
	assert_int_equal(fail_on.over, 0);
}

static void test_what_is_no_threshold_is_refused(void **state)
{
	static const char *const wrong[] = { "", "breaks", "breaks>", "breaks>x",
		"breaks>1x", "breaks>-1", "breaks>=1", "breaks >1", "passes>0",
		"breaks>99999999999999999999" };
	struct fail_on fail_on;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		assert_int_equal(read_it(wrong[i], &fail_on), ERR_USAGE);
}

static void test_more_than_so_many_fail(void **state)
{
	static const uint64_t clients[VERDICT_COUNT] = {
		[VERDICT_BREAKS] = 3, [VERDICT_UNKNOWN] = 5
	};
	const struct fail_on three = { VERDICT_BREAKS, 3 }, two = { VERDICT_BREAKS, 2 };
	const struct fail_on four = { VERDICT_UNKNOWN, 4 };

	(void)state;
	assert_int_equal(fail_on_code(&three, clients), EXIT_NOTHING_FOUND);
	assert_int_equal(fail_on_code(&two, clients), EXIT_FOUND);
	assert_int_equal(fail_on_code(&four, clients), EXIT_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_verdict_and_a_number_are_read),
		cmocka_unit_test(test_what_is_no_threshold_is_refused),
		cmocka_unit_test(test_more_than_so_many_fail),
	};

	return cmocka_run_group_tests_name("fail_on", tests, NULL, NULL);
}

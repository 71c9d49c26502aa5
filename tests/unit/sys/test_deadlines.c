#include "../unit.h"

#include "base/attr.h"
#include "sys/deadlines.h"

#define MANY 200

/* A sequence without order, the same on each run. */
static uint64_t scattered(uint64_t i)
{
	return i * 7919 % 1009;
}

static void test_the_first_is_what_is_due_first(void **state)
{
	struct deadline all[MANY];
	struct deadlines deadlines;
	uint64_t last = 0;

	(void)state;
	assert_int_equal(deadlines_init(&deadlines, MANY), ERR_OK);
	assert_null(deadlines_first(&deadlines));
	for (uint64_t i = 0; i < MANY; i++)
		deadlines_add(&deadlines, &all[i], scattered(i));
	for (size_t i = 0; i < MANY; i++) {
		struct deadline *first = deadlines_first(&deadlines);

		assert_true(first->at >= last);
		last = first->at;
		deadlines_remove(&deadlines, first);
	}
	assert_null(deadlines_first(&deadlines));
	deadlines_done(&deadlines);
}

static void test_what_is_moved_or_taken_out_leaves_the_others_in_order(void **state)
{
	struct deadline all[MANY];
	struct deadlines deadlines;
	size_t seen = 0;
	uint64_t last = 0;

	(void)state;
	assert_int_equal(deadlines_init(&deadlines, MANY), ERR_OK);
	for (uint64_t i = 0; i < MANY; i++)
		deadlines_add(&deadlines, &all[i], scattered(i));
	for (uint64_t i = 0; i < MANY; i += 2)
		deadlines_move(&deadlines, &all[i], scattered(i + MANY));
	for (size_t i = 1; i < MANY; i += 4)
		deadlines_remove(&deadlines, &all[i]);
	for (struct deadline *first; (first = deadlines_first(&deadlines)) != NULL;
		seen++, last = first->at, deadlines_remove(&deadlines, first)) {
		size_t i = (size_t)(first - all);

		assert_true(first->at >= last && i % 4 != 1);
		assert_int_equal(first->at, scattered(i % 2 == 0 ? i + MANY : i));
	}
	assert_int_equal(seen, MANY * 3 / 4);
	deadlines_done(&deadlines);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_first_is_what_is_due_first),
		cmocka_unit_test(
			test_what_is_moved_or_taken_out_leaves_the_others_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

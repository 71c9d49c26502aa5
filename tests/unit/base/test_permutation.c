#include "../unit.h"

#include <string.h>

#include "base/attr.h"
#include "base/permutation.h"

#define MOST 5000

static const struct hash_key KEY = { 1, 2 };

static void test_each_number_comes_once(void **state)
{
	static const uint64_t counts[] = { 1, 2, 3, 4, 5, 16, 17, 255, 256, 257, MOST };
	static bool seen[MOST];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(counts); i++) {
		struct permutation order = permutation_of(counts[i], &KEY);

		memset(seen, 0, sizeof seen);
		for (uint64_t place = 0; place < counts[i]; place++) {
			uint64_t number = permutation_at(&order, place);

			assert_true(number < counts[i]);
			assert_false(seen[number]);
			seen[number] = true;
		}
	}
}

/* Neighbours do not follow each other, and another key has another order. */
static void test_the_order_is_no_order(void **state)
{
	const struct hash_key other = { 3, 4 };
	struct permutation one = permutation_of(MOST, &KEY);
	struct permutation two = permutation_of(MOST, &other);
	size_t neighbours = 0, alike = 0;

	(void)state;
	for (uint64_t place = 0; place + 1 < MOST; place++) {
		neighbours += permutation_at(&one, place) + 1 ==
			      permutation_at(&one, place + 1);
		alike += permutation_at(&one, place) == permutation_at(&two, place);
	}
	assert_true(neighbours < 10);
	assert_true(alike < 10);
}

/* What one machine asks, another must not: the order is part of the format. */
static void test_the_order_stays_as_it_is(void **state)
{
	struct permutation order = permutation_of(1000, &KEY);
	struct permutation wide = permutation_of(PERMUTATION_MAX, &KEY);

	(void)state;
	assert_int_equal(permutation_at(&order, 0), 317);
	assert_int_equal(permutation_at(&order, 999), 564);
	assert_true(permutation_at(&wide, 7) < PERMUTATION_MAX);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_number_comes_once),
		cmocka_unit_test(test_the_order_is_no_order),
		cmocka_unit_test(test_the_order_stays_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

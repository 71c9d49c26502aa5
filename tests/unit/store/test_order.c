#include "../unit.h"

#include <stdlib.h>
#include <string.h>

#include "store/order.h"

#define COUNT 1000

static struct ordered all[COUNT];
static struct ordered spare[COUNT];

static void put(size_t i, uint8_t first, uint8_t middle, uint8_t last)
{
	all[i] = (struct ordered){ .place = (uint32_t)i };
	all[i].key[0] = first;
	all[i].key[11] = middle;
	all[i].key[ORDER_KEY_LEN - 1] = last;
}

static void test_the_first_byte_counts_most(void **state)
{
	struct ordered *sorted;

	(void)state;
	put(0, 2, 0, 0);
	put(1, 1, 255, 255);
	put(2, 1, 0, 255);
	put(3, 1, 0, 254);
	sorted = order_by_key(all, spare, 4);
	for (uint32_t i = 0; i < 4; i++)
		assert_int_equal(sorted[i].place, 3 - i);
}

static void test_equal_keys_stay_in_their_order(void **state)
{
	struct ordered *sorted;

	(void)state;
	for (size_t i = 0; i < COUNT; i++)
		put(i, 255, i % 2 == 0, 255);
	sorted = order_by_key(all, spare, COUNT);
	for (uint32_t i = 0; i < COUNT / 2; i++) {
		assert_int_equal(sorted[i].place, 2 * i + 1);
		assert_int_equal(sorted[COUNT / 2 + i].place, 2 * i);
	}
}

static void test_none_and_one_are_in_order(void **state)
{
	(void)state;
	put(0, 7, 7, 7);
	assert_ptr_equal(order_by_key(all, spare, 0), all);
	assert_ptr_equal(order_by_key(all, spare, 1), all);
	assert_int_equal(all[0].key[11], 7);
}

/* Against qsort(), by keys of few values and by keys of many. */
static int compare(const void *a, const void *b)
{
	return memcmp(((const struct ordered *)a)->key, ((const struct ordered *)b)->key,
		ORDER_KEY_LEN);
}

static void check_random(uint32_t mask)
{
	static struct ordered wanted[COUNT];
	uint32_t random = 1;
	struct ordered *sorted;

	for (size_t i = 0; i < COUNT; i++)
		for (size_t at = 0; at < ORDER_KEY_LEN; at++) {
			random = random * 1664525 + 1013904223;
			all[i].key[at] = (uint8_t)(random >> 24 & mask);
		}
	memcpy(wanted, all, sizeof wanted);
	qsort(wanted, COUNT, sizeof wanted[0], compare);
	sorted = order_by_key(all, spare, COUNT);
	for (size_t i = 0; i < COUNT; i++)
		assert_memory_equal(sorted[i].key, wanted[i].key, ORDER_KEY_LEN);
}

static void test_is_the_order_of_memcmp(void **state)
{
	(void)state;
	check_random(0x01);
	check_random(0xff);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_first_byte_counts_most),
		cmocka_unit_test(test_equal_keys_stay_in_their_order),
		cmocka_unit_test(test_none_and_one_are_in_order),
		cmocka_unit_test(test_is_the_order_of_memcmp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

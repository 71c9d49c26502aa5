#include "../unit.h"

#include "base/arena.h"

static void test_what_is_handed_out_is_zeroed_and_aligned(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, 1024);
	for (size_t n = 1; n < 20; n++) {
		uint8_t *given = arena_take(&arena, n);

		assert_non_null(given);
		assert_int_equal((uintptr_t)given % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(given[i], 0);
		memset(given, 0xff, n);
	}
	arena_done(&arena);
}

static void test_memory_given_back_is_zeroed_again(void **state)
{
	struct arena arena;
	uint8_t *given;

	(void)state;
	arena_init(&arena, 64);
	memset(arena_take(&arena, 64), 0xff, 64);
	arena_reset(&arena);
	given = arena_take(&arena, 64);
	assert_non_null(given);
	for (size_t i = 0; i < 64; i++)
		assert_int_equal(given[i], 0);
	arena_done(&arena);
}

static void test_the_ceiling_is_exact_and_remembered(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, 64);
	assert_non_null(arena_take(&arena, 64));
	assert_false(arena_refused(&arena));
	assert_null(arena_take(&arena, 1));
	assert_true(arena_refused(&arena));
	arena_reset(&arena);
	assert_false(arena_refused(&arena));
	assert_non_null(arena_take(&arena, 64));
	arena_done(&arena);
}

static void test_a_size_that_wraps_is_refused(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, SIZE_MAX);
	assert_null(arena_take(&arena, SIZE_MAX));
	assert_null(arena_take(&arena, SIZE_MAX - 64));
	assert_true(arena_refused(&arena));
	arena_done(&arena);
}

static void test_requests_larger_than_a_block_are_met(void **state)
{
	struct arena arena;
	uint8_t *large;
	uint8_t *small;

	(void)state;
	arena_init(&arena, 1 << 20);
	small = arena_take(&arena, 8);
	large = arena_take(&arena, 100000);
	assert_non_null(small);
	assert_non_null(large);
	memset(large, 0xff, 100000);
	assert_int_equal(small[0], 0);
	arena_reset(&arena);
	assert_non_null(arena_take(&arena, 1 << 20));
	arena_done(&arena);
}

static void test_a_copy_is_of_its_own(void **state)
{
	char text[] = "abc";
	struct arena arena;
	struct bytes copy;
	const char *string;

	(void)state;
	arena_init(&arena, 64);
	copy = arena_copy(&arena, bytes_of_string(text));
	string = arena_string(&arena, bytes_of_string(text));
	text[0] = 'x';
	assert_int_equal(copy.len, 3);
	assert_memory_equal(copy.at, "abc", 3);
	assert_string_equal(string, "abc");
	arena_done(&arena);
}

static void test_nothing_can_be_copied(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, 64);
	assert_int_equal(arena_copy(&arena, (struct bytes){ 0 }).len, 0);
	assert_string_equal(arena_string(&arena, (struct bytes){ 0 }), "");
	arena_done(&arena);
}

static void test_a_copy_past_the_ceiling_is_nothing(void **state)
{
	struct arena arena;
	struct bytes copy;

	(void)state;
	arena_init(&arena, 2);
	copy = arena_copy(&arena, bytes_of_string("abc"));
	assert_null(copy.at);
	assert_int_equal(copy.len, 0);
	assert_null(arena_string(&arena, bytes_of_string("abc")));
	arena_done(&arena);
}

static void test_many_small_arenas_take_little(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, 65536);
	assert_int_equal(arena_held(&arena), 0);
	assert_non_null(arena_take(&arena, 300));
	assert_in_range(arena_held(&arena), 300, 2048);
	for (int i = 0; i < 100; i++)
		assert_non_null(arena_take(&arena, 300));
	assert_in_range(arena_held(&arena), 101 * 300, 65536);
	arena_done(&arena);
	assert_int_equal(arena_held(&arena), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_handed_out_is_zeroed_and_aligned),
		cmocka_unit_test(test_memory_given_back_is_zeroed_again),
		cmocka_unit_test(test_the_ceiling_is_exact_and_remembered),
		cmocka_unit_test(test_a_size_that_wraps_is_refused),
		cmocka_unit_test(test_requests_larger_than_a_block_are_met),
		cmocka_unit_test(test_a_copy_is_of_its_own),
		cmocka_unit_test(test_nothing_can_be_copied),
		cmocka_unit_test(test_many_small_arenas_take_little),
		cmocka_unit_test(test_a_copy_past_the_ceiling_is_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

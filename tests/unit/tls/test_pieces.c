#include "../unit.h"

#include "tls/pieces.h"

#define CEILING 4096

static enum err put(struct pieces *pieces, uint64_t offset, const char *string)
{
	return pieces_put(pieces, offset, bytes_of_string(string), CEILING);
}

static void assert_run(const struct pieces *pieces, const char *expected)
{
	struct bytes run = pieces_run(pieces);

	assert_int_equal(run.len, strlen(expected));
	assert_memory_equal(run.at, expected, run.len);
}

static void test_joins_in_any_order(void **state)
{
	struct pieces pieces = { 0 };

	(void)state;
	assert_int_equal(put(&pieces, 6, "ghi"), ERR_OK);
	assert_int_equal(pieces_run(&pieces).len, 0);
	assert_int_equal(put(&pieces, 0, "abc"), ERR_OK);
	assert_run(&pieces, "abc");
	assert_int_equal(put(&pieces, 3, "def"), ERR_OK);
	assert_run(&pieces, "abcdefghi");
	assert_int_equal(pieces.span_count, 1);
	pieces_done(&pieces);
}

static void test_of_two_that_disagree_the_first_counts(void **state)
{
	struct pieces pieces = { 0 };

	(void)state;
	assert_int_equal(put(&pieces, 2, "cd"), ERR_OK);
	assert_int_equal(put(&pieces, 6, "gh"), ERR_OK);
	assert_int_equal(put(&pieces, 0, "ABCDEFGHIJ"), ERR_OK);
	assert_run(&pieces, "ABcdEFghIJ");
	pieces_done(&pieces);
}

static void test_a_piece_inside_what_is_there_changes_nothing(void **state)
{
	struct pieces pieces = { 0 };

	(void)state;
	assert_int_equal(put(&pieces, 0, "abcdef"), ERR_OK);
	assert_int_equal(put(&pieces, 2, "XY"), ERR_OK);
	assert_int_equal(put(&pieces, 3, ""), ERR_OK);
	assert_run(&pieces, "abcdef");
	pieces_done(&pieces);
}

static void test_refuses_what_reaches_past_the_ceiling(void **state)
{
	struct pieces pieces = { 0 };

	(void)state;
	assert_int_equal(put(&pieces, CEILING - 2, "ab"), ERR_OK);
	assert_int_equal(put(&pieces, CEILING - 2, "abc"), ERR_LIMIT);
	assert_int_equal(put(&pieces, UINT64_MAX, "a"), ERR_LIMIT);
	pieces_done(&pieces);
}

static void test_refuses_one_run_too_many_but_still_joins(void **state)
{
	struct pieces pieces = { 0 };
	uint64_t offset = 1;

	(void)state;
	for (int i = 0; i < PIECES_SPANS_MAX; i++, offset += 2)
		assert_int_equal(put(&pieces, offset, "x"), ERR_OK);
	assert_int_equal(put(&pieces, offset, "x"), ERR_LIMIT);
	assert_int_equal(put(&pieces, 2, "x"), ERR_OK);
	assert_int_equal(put(&pieces, offset, "x"), ERR_OK);
	pieces_done(&pieces);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_joins_in_any_order),
		cmocka_unit_test(test_of_two_that_disagree_the_first_counts),
		cmocka_unit_test(test_a_piece_inside_what_is_there_changes_nothing),
		cmocka_unit_test(test_refuses_what_reaches_past_the_ceiling),
		cmocka_unit_test(test_refuses_one_run_too_many_but_still_joins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

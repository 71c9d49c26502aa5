#include "../unit.h"

#include "base/reader.h"

static const uint8_t NUMBERS[] = { 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07 };

static void test_reads_big_endian_numbers(void **state)
{
	struct reader r = reader_over(bytes_over(NUMBERS, sizeof NUMBERS));

	(void)state;
	assert_int_equal(reader_u8(&r), 0x01);
	assert_int_equal(reader_u16(&r), 0x0203);
	assert_int_equal(reader_u32(&r), 0x04050607);
	assert_int_equal(reader_end(&r), ERR_OK);
}

static void test_a_read_past_the_end_yields_zero_and_spoils_for_good(void **state)
{
	struct reader r = reader_over(bytes_over(NUMBERS, 3));

	(void)state;
	assert_int_equal(reader_u16(&r), 0x0102);
	assert_int_equal(reader_u16(&r), 0);
	assert_false(reader_more(&r));
	assert_int_equal(reader_u8(&r), 0);
	assert_int_equal(reader_end(&r), ERR_SHORT);
}

static void test_leftovers_are_a_fault(void **state)
{
	struct reader r = reader_over(bytes_over(NUMBERS, 2));

	(void)state;
	(void)reader_u8(&r);
	assert_int_equal(reader_end(&r), ERR_LONG);
}

static void test_a_child_sees_its_own_bytes_only(void **state)
{
	static const uint8_t vector[] = { 2, 0xaa, 0xbb, 0xcc };
	struct reader r = reader_over(bytes_over(vector, sizeof vector));
	struct reader child = reader_vec8(&r);

	(void)state;
	assert_int_equal(reader_u24(&child), 0);
	assert_int_equal(reader_u8(&r), 0xcc);
	reader_close(&r, &child);
	assert_int_equal(reader_end(&r), ERR_SHORT);
}

static void test_closing_a_child_with_leftovers_spoils_the_parent(void **state)
{
	static const uint8_t vector[] = { 2, 0xaa, 0xbb, 0xcc };
	struct reader r = reader_over(bytes_over(vector, sizeof vector));
	struct reader child = reader_vec8(&r);

	(void)state;
	(void)reader_u8(&child);
	reader_close(&r, &child);
	assert_int_equal(reader_end(&r), ERR_LONG);
}

static void test_a_child_of_a_spoiled_reader_is_spoiled(void **state)
{
	static const uint8_t lie[] = { 200, 1 };
	struct reader r = reader_over(bytes_over(lie, sizeof lie));
	struct reader child = reader_vec8(&r);

	(void)state;
	assert_false(reader_more(&child));
	assert_int_equal(reader_end(&child), ERR_SHORT);
}

static void test_a_list_of_uneven_length_spoils(void **state)
{
	static const uint8_t list[] = { 0, 3, 1, 2, 3 };
	struct reader r = reader_over(bytes_over(list, sizeof list));
	struct reader items = reader_list16(&r, 2);

	(void)state;
	assert_false(reader_more(&items));
	assert_int_equal(reader_end(&r), ERR_SHORT);
}

static void test_nothing_at_all_can_be_read_to_its_end(void **state)
{
	struct reader r = reader_over((struct bytes){ 0 });

	(void)state;
	assert_int_equal(reader_rest(&r).len, 0);
	assert_int_equal(reader_end(&r), ERR_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_big_endian_numbers),
		cmocka_unit_test(
			test_a_read_past_the_end_yields_zero_and_spoils_for_good),
		cmocka_unit_test(test_leftovers_are_a_fault),
		cmocka_unit_test(test_a_child_sees_its_own_bytes_only),
		cmocka_unit_test(test_closing_a_child_with_leftovers_spoils_the_parent),
		cmocka_unit_test(test_a_child_of_a_spoiled_reader_is_spoiled),
		cmocka_unit_test(test_a_list_of_uneven_length_spoils),
		cmocka_unit_test(test_nothing_at_all_can_be_read_to_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

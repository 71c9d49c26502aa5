#include "../unit.h"

#include "base/reader.h"
#include "base/writer.h"

static void test_writes_big_endian_numbers(void **state)
{
	static const uint8_t expected[] = { 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07,
		0x08, 0x09, 0x0a, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18 };
	uint8_t memory[sizeof expected];
	struct writer w = writer_over(memory, sizeof memory);

	(void)state;
	writer_u8(&w, 0x01);
	writer_u16(&w, 0x0203);
	writer_u24(&w, 0x040506);
	writer_u32(&w, 0x0708090a);
	writer_u64(&w, 0x1112131415161718);
	assert_int_equal(writer_end(&w), ERR_OK);
	assert_int_equal(writer_written(&w).len, sizeof expected);
	assert_memory_equal(memory, expected, sizeof expected);
}

static void test_a_write_past_the_end_writes_nothing_and_spoils_for_good(void **state)
{
	uint8_t memory[4] = { 9, 9, 9, 9 };
	struct writer w = writer_over(memory, 3);

	(void)state;
	writer_u16(&w, 0x0102);
	writer_u16(&w, 0x0304);
	writer_u8(&w, 5); /* would have fitted */
	assert_int_equal(writer_end(&w), ERR_LIMIT);
	assert_int_equal(writer_written(&w).len, 0);
	assert_int_equal(memory[2], 9);
	assert_int_equal(memory[3], 9);
}

static void test_vectors_may_lie_in_each_other(void **state)
{
	static const uint8_t expected[] = { 0, 0, 5, /* outer */
		0, 2, 0xaa, 0xbb,                    /* inner */
		0 };                                 /* an empty one */
	uint8_t memory[16];
	struct writer w = writer_over(memory, sizeof memory);
	size_t outer = writer_open(&w, 3);
	size_t inner = writer_open(&w, 2);

	(void)state;
	writer_bytes(&w, bytes_over("\xaa\xbb", 2));
	writer_close(&w, inner, 2);
	writer_close(&w, writer_open(&w, 1), 1);
	writer_close(&w, outer, 3);
	assert_int_equal(writer_end(&w), ERR_OK);
	assert_int_equal(writer_written(&w).len, sizeof expected);
	assert_memory_equal(memory, expected, sizeof expected);
}

static void test_a_vector_longer_than_its_length_can_say_is_a_fault(void **state)
{
	uint8_t memory[300];
	struct writer w = writer_over(memory, sizeof memory);
	size_t opened = writer_open(&w, 1);

	(void)state;
	writer_zeros(&w, 255);
	writer_close(&w, opened, 1);
	assert_int_equal(writer_end(&w), ERR_OK);
	assert_int_equal(memory[0], 255);

	w = writer_over(memory, sizeof memory);
	opened = writer_open(&w, 1);
	writer_zeros(&w, 256);
	writer_close(&w, opened, 1);
	assert_int_equal(writer_end(&w), ERR_LIMIT);
}

static void test_a_vector_without_room_for_its_length_is_a_fault(void **state)
{
	uint8_t memory[1];
	struct writer w = writer_over(memory, sizeof memory);

	(void)state;
	writer_close(&w, writer_open(&w, 2), 2);
	assert_int_equal(writer_end(&w), ERR_LIMIT);
}

static void test_nothing_fits_nowhere(void **state)
{
	struct writer w = writer_over(NULL, 0);

	(void)state;
	writer_bytes(&w, (struct bytes){ 0 });
	writer_zeros(&w, 0);
	assert_int_equal(writer_end(&w), ERR_OK);
	writer_u8(&w, 1);
	assert_int_equal(writer_end(&w), ERR_LIMIT);
}

static void test_a_length_that_would_wrap_does_not_fit(void **state)
{
	uint8_t memory[8];
	struct writer w = writer_over(memory, sizeof memory);

	(void)state;
	writer_u32(&w, 1);
	writer_zeros(&w, SIZE_MAX);
	assert_int_equal(writer_end(&w), ERR_LIMIT);
}

static void test_what_is_written_can_be_read(void **state)
{
	uint8_t memory[32];
	struct writer w = writer_over(memory, sizeof memory);
	struct reader r;

	(void)state;
	writer_u24(&w, 0xffffff);
	writer_u64(&w, UINT64_MAX - 1);
	r = reader_over(writer_written(&w));
	assert_int_equal(reader_u24(&r), 0xffffff);
	assert_true(reader_u64(&r) == UINT64_MAX - 1);
	assert_int_equal(reader_end(&r), ERR_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_writes_big_endian_numbers),
		cmocka_unit_test(
			test_a_write_past_the_end_writes_nothing_and_spoils_for_good),
		cmocka_unit_test(test_vectors_may_lie_in_each_other),
		cmocka_unit_test(test_a_vector_longer_than_its_length_can_say_is_a_fault),
		cmocka_unit_test(test_a_vector_without_room_for_its_length_is_a_fault),
		cmocka_unit_test(test_nothing_fits_nowhere),
		cmocka_unit_test(test_a_length_that_would_wrap_does_not_fit),
		cmocka_unit_test(test_what_is_written_can_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

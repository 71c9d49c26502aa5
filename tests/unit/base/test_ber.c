#include "../unit.h"

#include "base/ber.h"

static struct reader over(const char *bytes, size_t len)
{
	return reader_over(bytes_over(bytes, len));
}

static void test_reads_short_and_long_lengths(void **state)
{
	struct reader brief = over("\x30\x05", 2);
	struct reader wide = over("\x30\x84\0\0\x01\x02", 6);

	(void)state;
	assert_int_equal(ber_head(&brief, 0x30), 5);
	assert_int_equal(reader_end(&brief), ERR_OK);
	assert_int_equal(ber_head(&wide, 0x30), 0x102);
	assert_int_equal(reader_end(&wide), ERR_OK);
}

static void test_refuses_every_cut(void **state)
{
	(void)state;
	for (size_t len = 0; len < 6; len++) {
		struct reader r = over("\x30\x84\0\0\x01\x02", len);

		(void)ber_head(&r, 0x30);
		assert_int_not_equal(reader_end(&r), ERR_OK);
	}
}

static void test_refuses_another_tag_and_what_has_no_length(void **state)
{
	struct reader tag = over("\x31\x05", 2);
	struct reader indefinite = over("\x30\x80", 2);
	struct reader absurd = over("\x30\x85\0\0\0\0\1", 7);

	(void)state;
	(void)ber_head(&tag, 0x30);
	assert_int_equal(reader_fault(&tag), ERR_VALUE);
	(void)ber_head(&indefinite, 0x30);
	assert_int_equal(reader_fault(&indefinite), ERR_VALUE);
	(void)ber_head(&absurd, 0x30);
	assert_int_equal(reader_fault(&absurd), ERR_VALUE);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_short_and_long_lengths),
		cmocka_unit_test(test_refuses_every_cut),
		cmocka_unit_test(test_refuses_another_tag_and_what_has_no_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

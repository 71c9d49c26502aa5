#include "../unit.h"

#include <string.h>

#include "base/encoding.h"

#define FILE_OF(bytes) bytes_over((bytes), sizeof(bytes) - 1)

static struct arena arena;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, 65536);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

static void assert_text(struct bytes file, enum encoding_kind kind, const char *expected)
{
	struct encoding encoding = encoding_of(file);
	struct bytes text;

	assert_int_equal(encoding.kind, kind);
	assert_int_equal(encoding_text(file, encoding, &arena, &text), ERR_OK);
	assert_int_equal(text.len, strlen(expected));
	assert_memory_equal(text.at, expected, text.len);
}

static void test_marks_are_taken_off_and_utf16_becomes_utf8(void **state)
{
	(void)state;
	assert_text(FILE_OF("\xef\xbb\xbf"
			    "ab"),
		ENCODING_BYTES, "ab");
	assert_text(FILE_OF("ab"), ENCODING_BYTES, "ab");
	assert_text(FILE_OF("\xff\xfe"
			    "a\0\xe4\0"),
		ENCODING_UTF16_LE, "a\xc3\xa4");
	assert_text(FILE_OF("\xfe\xff"
			    "\0a \xac"),
		ENCODING_UTF16_BE, "a\xe2\x82\xac");
	assert_text(FILE_OF("a\0b\0c\0"), ENCODING_UTF16_LE, "abc");
	assert_text(FILE_OF("\0a\0b\0c"), ENCODING_UTF16_BE, "abc");
	assert_text(FILE_OF("\xff\xfe\x3d\xd8\x00\xde"), ENCODING_UTF16_LE,
		"\xf0\x9f\x98\x80");
}

static void test_halves_of_characters_are_replaced_and_a_cut_unit_is_dropped(void **state)
{
	(void)state;
	assert_text(FILE_OF("\xff\xfe\x3d\xd8"), ENCODING_UTF16_LE, "\xef\xbf\xbd");
	assert_text(FILE_OF("\xff\xfe\x00\xde"
			    "a\0"),
		ENCODING_UTF16_LE,
		"\xef\xbf\xbd"
		"a");
	assert_text(FILE_OF("\xff\xfe"
			    "a\0b"),
		ENCODING_UTF16_LE, "a");
	assert_text(FILE_OF(""), ENCODING_BYTES, "");
}

static void test_what_is_put_in_is_encoded_as_the_file_is(void **state)
{
	struct bytes wide = encoding_bytes(
		(struct encoding){ ENCODING_UTF16_BE, 2 }, FILE_OF("ab"), &arena);

	(void)state;
	assert_int_equal(wide.len, 4);
	assert_memory_equal(wide.at, "\0a\0b", 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_marks_are_taken_off_and_utf16_becomes_utf8),
		cmocka_unit_test(
			test_halves_of_characters_are_replaced_and_a_cut_unit_is_dropped),
		cmocka_unit_test(test_what_is_put_in_is_encoded_as_the_file_is),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}

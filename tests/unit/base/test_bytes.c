#include "../unit.h"

#include "base/attr.h"
#include "base/bytes.h"

static size_t find(const char *all, const char *needle)
{
	return bytes_find(bytes_of_string(all), bytes_of_string(needle));
}

static size_t find_caseless(const char *all, const char *needle)
{
	return bytes_find_caseless(bytes_of_string(all), bytes_of_string(needle));
}

static void test_finds_the_first_of_several(void **state)
{
	(void)state;
	assert_int_equal(find("abcabc", "bc"), 1);
	assert_int_equal(find("aab", "ab"), 1);
	assert_int_equal(find("abc", "abc"), 0);
}

static void test_what_is_not_there_stands_at_the_end(void **state)
{
	(void)state;
	assert_int_equal(find("abc", "x"), 3);
	assert_int_equal(find("ab", "abc"), 2);
	assert_int_equal(find("", "a"), 0);
	assert_int_equal(find_caseless("ab", "abc"), 2);
	assert_int_equal(find_caseless("", "a"), 0);
}

static void test_nothing_is_found_at_once(void **state)
{
	(void)state;
	assert_int_equal(find("abc", ""), 0);
	assert_int_equal(find_caseless("abc", ""), 0);
	assert_int_equal(bytes_find((struct bytes){ 0 }, (struct bytes){ 0 }), 0);
	assert_int_equal(
		bytes_find_caseless((struct bytes){ 0 }, (struct bytes){ 0 }), 0);
}

static void test_case_is_that_of_ascii_letters_alone(void **state)
{
	(void)state;
	assert_int_equal(find_caseless("220 StartTLS", "STARTTLS"), 4);
	assert_int_equal(find("starttls", "STARTTLS"), 8);
	assert_int_equal(find_caseless("@", "`"), 1); /* 0x40 and 0x60 */
	assert_int_equal(find_caseless("\xc3\x84", "\xc3\xa4"), 2);
}

static void test_equal_means_length_and_content(void **state)
{
	(void)state;
	assert_true(bytes_equal(bytes_of_string("ab"), bytes_of_string("ab")));
	assert_false(bytes_equal(bytes_of_string("ab"), bytes_of_string("abc")));
	assert_false(bytes_equal(bytes_over("a\0b", 3), bytes_over("a\0c", 3)));
	assert_true(bytes_equal((struct bytes){ 0 }, bytes_of_string("")));
	assert_true(bytes_equal_caseless(bytes_of_string("aB"), bytes_of_string("Ab")));
	assert_false(bytes_equal_caseless(bytes_of_string("ab"), bytes_of_string("abc")));
	assert_false(bytes_equal_caseless(bytes_of_string("@"), bytes_of_string("`")));
	assert_true(bytes_equal_caseless((struct bytes){ 0 }, bytes_of_string("")));
}

static void test_a_start_may_be_all_or_nothing(void **state)
{
	struct bytes all = bytes_of_string("abc");

	(void)state;
	assert_true(bytes_start_with(all, bytes_of_string("ab")));
	assert_true(bytes_start_with(all, all));
	assert_true(bytes_start_with(all, (struct bytes){ 0 }));
	assert_false(bytes_start_with(all, bytes_of_string("abcd")));
	assert_false(bytes_start_with(all, bytes_of_string("b")));
	assert_false(bytes_start_with(all, bytes_of_string("AB")));
	assert_true(bytes_start_with_caseless(all, bytes_of_string("AB")));
	assert_false(bytes_start_with_caseless(all, bytes_of_string("ABCD")));
}

static void test_cutting_stops_at_the_end(void **state)
{
	struct bytes all = bytes_of_string("abc");

	(void)state;
	assert_true(bytes_equal(bytes_after(all, 1), bytes_of_string("bc")));
	assert_int_equal(bytes_after(all, 3).len, 0);
	assert_int_equal(bytes_after(all, SIZE_MAX).len, 0);
	assert_true(bytes_equal(bytes_first(all, 2), bytes_of_string("ab")));
	assert_true(bytes_equal(bytes_first(all, SIZE_MAX), all));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_finds_the_first_of_several),
		cmocka_unit_test(test_what_is_not_there_stands_at_the_end),
		cmocka_unit_test(test_nothing_is_found_at_once),
		cmocka_unit_test(test_case_is_that_of_ascii_letters_alone),
		cmocka_unit_test(test_equal_means_length_and_content),
		cmocka_unit_test(test_a_start_may_be_all_or_nothing),
		cmocka_unit_test(test_cutting_stops_at_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Releases in order, as products number them. */
#include "../unit.h"

#include "base/attr.h"
#include "base/release.h"

static void test_each_is_later_than_the_one_before(void **state)
{
	static const char *const order[] = { "0.9.8y", "1.0.0", "1.0.1", "1.0.1j",
		"1.0.1u", "1.0.2", "1.0.2a", "1.0.2.1", "1.1.1", "1.1.1w-0+deb11u1",
		"3.0.9", "3.0.19", "3.0.19-1~deb12u2", "3.10", "8.0.291", "8.0.1000",
		"11", "11.0.11", "16" };

	(void)state;
	for (size_t i = 0; i + 1 < COUNT_OF(order); i++) {
		assert_true(release_compare(bytes_of_string(order[i]),
				    bytes_of_string(order[i + 1])) < 0);
		assert_true(release_compare(bytes_of_string(order[i + 1]),
				    bytes_of_string(order[i])) > 0);
	}
}

static void test_zeros_in_front_do_not_count(void **state)
{
	(void)state;
	assert_int_equal(
		release_compare(bytes_of_string("3.07"), bytes_of_string("3.7")), 0);
	assert_int_equal(release_compare(bytes_of_string(""), bytes_of_string("...")), 0);
	assert_int_equal(
		release_compare(bytes_of_string("1.0"), bytes_of_string("1.0.00")), 0);
	assert_int_equal(release_compare(bytes_of_string("0"), bytes_of_string("")), 0);
}

static void test_a_release_is_before_another_as_people_write_them(void **state)
{
	static const struct {
		const char *release;
		const char *limit;
		bool before;
	} rows[] = {
		{ "~> 2.9", "3.0", true },
		{ "~> 3.1", "3.0", false },
		{ "2019-06-01", "2021-01-01", true },
		{ "2021-01-01", "2021-01-01", false },
		{ "v1.9", "1.10", true },
		{ "1.10 (Ubuntu)", "1.9", false },
		{ "GNUTLS_3_4", "GNUTLS_3_7_0", true },
		{ "3", "3.0", false },
		{ "2.9", "2.9.1", true },
		{ "2.9-alpha", "2.9.1", true },
		{ "1.0.2", "1.0.2a", true },
		{ ">= 1, < 3", "2", true },
		{ "99999999999999999999", "2", false },
		{ "latest", "1", false },
		{ "", "1", false },
		{ "1", "", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_int_equal(release_is_before(bytes_of_string(rows[i].release),
					 bytes_of_string(rows[i].limit)),
			rows[i].before);
}

static void test_of_a_line_of_releases_the_newest_counts(void **state)
{
	static const struct {
		const char *line;
		const char *limit;
		bool before;
	} rows[] = {
		{ "1.27", "1.27.3", false },
		{ "1.27", "1.28", true },
		{ "1", "1.27", false },
		{ "1.9.15", "1.27.3", true },
		{ "1.27.2-alpine", "1.27.3", true },
		{ "1.27-alpine", "1.27.3", false },
		{ "1.27.", "1.27.3", false },
		{ "2.0", "2", false },
		{ "v1", "2", false },
		{ "", "2", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_int_equal(release_line_is_before(bytes_of_string(rows[i].line),
					 bytes_of_string(rows[i].limit)),
			rows[i].before);
}

static void test_a_release_begins_with_a_digit(void **state)
{
	(void)state;
	assert_int_equal(release_length(bytes_of_string("3.0.19 27 Jan 2026")), 6);
	assert_int_equal(release_length(bytes_of_string("1.0.2u.")), 6);
	assert_int_equal(release_length(bytes_of_string("v1.2")), 0);
	assert_int_equal(release_length(bytes_of_string("")), 0);
}

static void test_old_names_of_java_are_numbered_as_new_ones(void **state)
{
	static const char *const rows[][2] = { { "1.8.0_292", "8.0.292" },
		{ "8u291", "8.0.291" }, { "1.7.0", "7.0.0" },
		{ "1.6.0_45-b06", "6.0.45" }, { "17.0.21.1", "17.0.21.1" },
		{ "11.0.11", "11.0.11" }, { "", "" } };
	char made[64];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		release_of_java(bytes_of_string(rows[i][0]), made, sizeof made);
		assert_string_equal(made, rows[i][1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_is_later_than_the_one_before),
		cmocka_unit_test(test_zeros_in_front_do_not_count),
		cmocka_unit_test(test_a_release_is_before_another_as_people_write_them),
		cmocka_unit_test(test_of_a_line_of_releases_the_newest_counts),
		cmocka_unit_test(test_a_release_begins_with_a_digit),
		cmocka_unit_test(test_old_names_of_java_are_numbered_as_new_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

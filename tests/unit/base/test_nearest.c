#include "../unit.h"

#include "base/attr.h"
#include "base/nearest.h"

static const char *const names[] = { "versions", "groups", "group", "keys" };

static const char *nearest(const char *word)
{
	struct nearest nearest = nearest_to(bytes_of_string(word));

	for (size_t i = 0; i < COUNT_OF(names); i++)
		nearest_try(&nearest, names[i]);
	return nearest.name;
}

static void test_a_wrong_letter_a_swap_one_more_one_less(void **state)
{
	(void)state;
	assert_string_equal(nearest("verzions"), "versions");
	assert_string_equal(nearest("verisons"), "versions");
	assert_string_equal(nearest("veersions"), "versions");
	assert_string_equal(nearest("version"), "versions");
}

static void test_the_nearest_of_several(void **state)
{
	(void)state;
	assert_string_equal(nearest("groups"), "groups");
	assert_string_equal(nearest("grup"), "group");
}

static void test_case_does_not_count(void **state)
{
	(void)state;
	assert_string_equal(nearest("KEYS"), "keys");
}

static void test_what_is_far_is_no_suggestion(void **state)
{
	(void)state;
	assert_null(nearest("certificates"));
	assert_null(nearest("kxyz"));
	assert_null(nearest(""));
}

static void test_a_word_longer_than_any_name_is_near_to_none(void **state)
{
	char word[NEAREST_MAX + 2];

	(void)state;
	memset(word, 'a', sizeof word - 1);
	word[sizeof word - 1] = '\0';
	assert_null(nearest(word));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_wrong_letter_a_swap_one_more_one_less),
		cmocka_unit_test(test_the_nearest_of_several),
		cmocka_unit_test(test_case_does_not_count),
		cmocka_unit_test(test_what_is_far_is_no_suggestion),
		cmocka_unit_test(test_a_word_longer_than_any_name_is_near_to_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

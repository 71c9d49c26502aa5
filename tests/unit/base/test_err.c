#include "../unit.h"

#include <string.h>

#include "base/fault.h"

static void test_every_error_has_its_own_name_and_sentence(void **state)
{
	(void)state;
	for (int a = ERR_OK; a < ERR_COUNT; a++) {
		assert_memory_equal(err_name((enum err)a), "ERR_", 4);
		for (int b = ERR_OK; b < a; b++) {
			assert_string_not_equal(
				err_name((enum err)a), err_name((enum err)b));
			assert_string_not_equal(
				err_sentence((enum err)a), err_sentence((enum err)b));
		}
	}
}

static void test_sentences_have_no_full_stop(void **state)
{
	(void)state;
	for (int a = ERR_OK; a < ERR_COUNT; a++) {
		const char *sentence = err_sentence((enum err)a);

		assert_true(strlen(sentence) > 0);
		assert_true(sentence[strlen(sentence) - 1] != '.');
	}
}

static void test_a_code_that_is_none_is_answered_too(void **state)
{
	(void)state;
	assert_non_null(err_sentence(ERR_COUNT));
	assert_string_equal(err_name(ERR_COUNT), "ERR_UNKNOWN");
	assert_string_equal(err_name((enum err) - 1), "ERR_UNKNOWN");
}

static void test_a_fault_is_filled_and_answers_its_error(void **state)
{
	struct fault why = { 0 };

	(void)state;
	assert_int_equal(fault_set(&why, ERR_IO, "cannot read %s", "x"), ERR_IO);
	assert_int_equal(why.err, ERR_IO);
	assert_string_equal(why.text, "cannot read x");
}

static void test_a_fault_nobody_asked_for_answers_its_error(void **state)
{
	(void)state;
	assert_int_equal(fault_set(NULL, ERR_FULL, "%d", 1), ERR_FULL);
}

static void test_a_fault_that_is_too_long_is_cut(void **state)
{
	struct fault why;
	char text[2 * FAULT_TEXT_MAX] = { 0 };

	(void)state;
	memset(text, 'a', sizeof text - 1);
	(void)fault_set(&why, ERR_IO, "%s", text);
	assert_int_equal(strlen(why.text), FAULT_TEXT_MAX - 1);
}

/* "é" is two bytes: a cut between them would leave what is not UTF-8. */
static void test_a_cut_does_not_part_a_character(void **state)
{
	struct fault why;
	char text[2 * FAULT_TEXT_MAX + 2] = "a";

	(void)state;
	for (size_t i = 1; i < sizeof text - 2; i += 2)
		memcpy(text + i, "\xc3\xa9", 3);
	(void)fault_set(&why, ERR_IO, "%s", text);
	assert_int_equal(strlen(why.text), FAULT_TEXT_MAX - 1);
	(void)fault_set(&why, ERR_IO, "%s", text + 1);
	assert_int_equal(strlen(why.text), FAULT_TEXT_MAX - 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_error_has_its_own_name_and_sentence),
		cmocka_unit_test(test_sentences_have_no_full_stop),
		cmocka_unit_test(test_a_code_that_is_none_is_answered_too),
		cmocka_unit_test(test_a_fault_is_filled_and_answers_its_error),
		cmocka_unit_test(test_a_fault_nobody_asked_for_answers_its_error),
		cmocka_unit_test(test_a_fault_that_is_too_long_is_cut),
		cmocka_unit_test(test_a_cut_does_not_part_a_character),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "../unit.h"

#include "audit/binary_code.h"

static struct bytes text(const char *string)
{
	return bytes_of_string(string);
}

static void add_list(struct steps *steps, size_t count)
{
	steps_number(steps, count);
	steps_add(steps, STEP_ARRAY);
	for (size_t i = 0; i < count; i++) {
		steps_add(steps, STEP_COPY);
		steps_number(steps, i);
		steps_text(steps, i == 0 ? text("TLSv1") : text("TLSv1.2"));
		steps_add(steps, STEP_STORE);
	}
}

static bool is_unknown(const struct fact_argument *argument)
{
	return !argument->is_number && argument->text_count == 0;
}

static void test_constants_are_what_stands_before(void **state)
{
	struct fact_argument arguments[FACT_ARGUMENTS_MAX];
	struct steps steps = { 0 };

	(void)state;
	steps_add(&steps, STEP_OTHER);
	steps_text(&steps, text("https.protocols"));
	steps_add(&steps, STEP_VALUE);
	steps_number(&steps, 192);
	steps_arguments(&steps, 3, arguments);
	assert_true(bytes_equal(arguments[0].texts[0], text("https.protocols")));
	assert_true(is_unknown(&arguments[1]));
	assert_true(arguments[2].is_number && !arguments[2].adds);
	assert_int_equal(arguments[2].number, 192);
	assert_true(is_unknown(&arguments[3]));
}

static void test_a_list_is_its_texts_in_order(void **state)
{
	struct fact_argument arguments[FACT_ARGUMENTS_MAX];
	struct steps steps = { 0 };

	(void)state;
	steps_text(&steps, text("before"));
	add_list(&steps, 2);
	steps_arguments(&steps, 2, arguments);
	assert_true(bytes_equal(arguments[0].texts[0], text("before")));
	assert_int_equal(arguments[1].text_count, 2);
	assert_true(bytes_equal(arguments[1].texts[0], text("TLSv1")));
	assert_true(bytes_equal(arguments[1].texts[1], text("TLSv1.2")));
}

static void test_a_list_too_long_is_unknown(void **state)
{
	struct fact_argument arguments[FACT_ARGUMENTS_MAX];
	struct steps steps = { 0 };

	(void)state;
	add_list(&steps, FACT_TEXTS_MAX + 1);
	steps_arguments(&steps, 1, arguments);
	assert_true(is_unknown(&arguments[0]));
	steps = (struct steps){ 0 };
	add_list(&steps, FACT_TEXTS_MAX);
	steps_arguments(&steps, 1, arguments);
	assert_int_equal(arguments[0].text_count, FACT_TEXTS_MAX);
}

static void test_what_is_added_to_the_unseen_says_so(void **state)
{
	struct fact_argument arguments[FACT_ARGUMENTS_MAX];
	struct steps steps = { 0 };

	(void)state;
	steps_add(&steps, STEP_RESULT);
	steps_number(&steps, 3072);
	steps_add(&steps, STEP_OR);
	steps_arguments(&steps, 1, arguments);
	assert_true(arguments[0].is_number && arguments[0].adds);
	steps_number(&steps, 192);
	steps_number(&steps, 768);
	steps_add(&steps, STEP_OR);
	steps_arguments(&steps, 1, arguments);
	assert_false(arguments[0].adds);
	assert_int_equal(arguments[0].number, 960);
}

/* "is ? TLSv1 : TLSv1.2", and what stands before it is not known either. */
static void test_one_of_two_ways_is_unknown(void **state)
{
	struct fact_argument arguments[FACT_ARGUMENTS_MAX];
	struct steps steps = { 0 };

	(void)state;
	steps_text(&steps, text("name"));
	steps_add(&steps, STEP_OTHER); /* the branch */
	steps_text(&steps, text("TLSv1"));
	steps_add(&steps, STEP_JUMP);
	steps_text(&steps, text("TLSv1.2"));
	steps_arguments(&steps, 2, arguments);
	assert_true(is_unknown(&arguments[0]));
	assert_true(is_unknown(&arguments[1]));
}

/* "else log(TLSv1)": what stands before the jump left nothing. */
static void test_another_branch_is_no_second_way(void **state)
{
	struct fact_argument arguments[FACT_ARGUMENTS_MAX];
	struct steps steps = { 0 };

	(void)state;
	steps_add(&steps, STEP_OTHER);
	steps_add(&steps, STEP_JUMP);
	steps_text(&steps, text("TLSv1"));
	steps_arguments(&steps, 1, arguments);
	assert_int_equal(arguments[0].text_count, 1);
}

static void test_nothing_is_made_of_no_steps(void **state)
{
	struct fact_argument arguments[FACT_ARGUMENTS_MAX];
	struct steps steps = { 0 };

	(void)state;
	for (size_t count = 0; count < 100; count++) {
		steps_arguments(&steps, count, arguments);
		for (size_t i = 0; i < FACT_ARGUMENTS_MAX; i++)
			assert_true(is_unknown(&arguments[i]));
	}
}

/* The oldest steps are gone: they are not taken for the newest. */
static void test_what_is_forgotten_is_unknown(void **state)
{
	struct fact_argument arguments[FACT_ARGUMENTS_MAX];
	struct steps steps = { 0 };

	(void)state;
	for (size_t i = 0; i < 3 * STEPS_MAX; i++) {
		steps_add(&steps, STEP_STORE);
		steps_arguments(&steps, 2, arguments);
		assert_true(is_unknown(&arguments[0]));
		assert_true(is_unknown(&arguments[1]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_constants_are_what_stands_before),
		cmocka_unit_test(test_a_list_is_its_texts_in_order),
		cmocka_unit_test(test_a_list_too_long_is_unknown),
		cmocka_unit_test(test_what_is_added_to_the_unseen_says_so),
		cmocka_unit_test(test_one_of_two_ways_is_unknown),
		cmocka_unit_test(test_another_branch_is_no_second_way),
		cmocka_unit_test(test_nothing_is_made_of_no_steps),
		cmocka_unit_test(test_what_is_forgotten_is_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

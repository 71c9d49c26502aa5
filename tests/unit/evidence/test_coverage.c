#include "../unit.h"

#include "evidence/coverage.h"

/* The place of a counter in the table. */
static size_t counter_named(const char *name)
{
	for (size_t i = 0; i < coverage_counter_count; i++)
		if (strcmp(coverage_counters[i].name, name) == 0)
			return i;
	fail_msg("no counter %s", name);
	return 0;
}

static void check_told(uint64_t value, const char *expected)
{
	struct coverage coverage = { .flows_expired = value };
	struct text text;

	text_init(&text, 1024);
	coverage_tell(&coverage, counter_named("flows_expired"), &text);
	assert_int_equal(text_end(&text), ERR_OK);
	assert_string_equal(text_string(&text), expected);
	text_done(&text);
}

static void test_a_counter_is_told_with_its_noun(void **state)
{
	(void)state;
	check_told(1, "1 connection given up after a silence");
	check_told(1234, "1,234 connections given up after a silence");
	check_told(0, "0 connections given up after a silence");
}

static void test_adding_adds_each_counter(void **state)
{
	struct coverage a = { 0 }, b = { 0 };

	(void)state;
	for (size_t i = 0; i < coverage_counter_count; i++) {
		coverage_set(&a, i, i);
		coverage_set(&b, i, 100);
	}
	coverage_add(&a, &b);
	for (size_t i = 0; i < coverage_counter_count; i++)
		assert_int_equal(coverage_get(&a, i), 100 + i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_counter_is_told_with_its_noun),
		cmocka_unit_test(test_adding_adds_each_counter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "../unit.h"

#include <string.h>

#include "base/attr.h"
#include "evidence/version_range.h"

static void test_sets_are_read_and_told_in_the_same_words(void **state)
{
	static const struct {
		const char *text;
		const char *told;
	} rows[] = {
		{ "TLS 1.0", "TLS 1.0" },
		{ "TLS 1.0, TLS 1.1", "TLS 1.0, 1.1" },
		{ "TLS 1.0 to TLS 1.3", "TLS 1.0 to 1.3" },
		{ "SSL 3.0, TLS 1.1 to TLS 1.3", "SSL 3.0, TLS 1.1 to 1.3" },
		{ "SSL 2.0 to TLS 1.0", "SSL 2.0, 3.0, TLS 1.0" },
		{ "TLS 1.0, TLS 1.2", "TLS 1.0, 1.2" },
		{ "none", "no version" },
		{ "all", "SSL 3.0, TLS 1.0 to 1.3" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct text CLEANUP(text_done) text;
		uint16_t versions;

		text_init(&text, 256);
		assert_int_equal(
			versions_parse(bytes_of_string(rows[i].text), &versions), ERR_OK);
		versions_text(versions, &text);
		assert_string_equal(text_string(&text), rows[i].told);
	}
}

static void test_refuses_what_is_no_set(void **state)
{
	static const char *const wrong[] = { "", "TLS 1.4", "TLS 1.0,",
		"TLS 1.2 to TLS 1.0", ", TLS 1.0", "TLS 1.0 to ", "everything" };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		uint16_t versions = 77;

		if (versions_parse(bytes_of_string(wrong[i]), &versions) == ERR_OK)
			fail_msg("\"%s\" is a set", wrong[i]);
		assert_int_equal(versions, 77);
	}
}

static void test_bounds(void **state)
{
	(void)state;
	assert_int_equal(versions_lowest(versions_from(RANK_TLS11)), RANK_TLS11);
	assert_int_equal(versions_highest(versions_from(RANK_TLS11)), RANK_TLS13);
	assert_int_equal(versions_lowest(versions_to(RANK_TLS11)), RANK_SSL2);
	assert_int_equal(versions_highest(versions_to(RANK_TLS11)), RANK_TLS11);
	assert_int_equal(versions_lowest(0), RANK_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sets_are_read_and_told_in_the_same_words),
		cmocka_unit_test(test_refuses_what_is_no_set),
		cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

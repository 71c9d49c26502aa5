/* Patterns fit what the plainest matcher says, and pairs never say no to what fits. */
#include "../unit.h"

#include "audit/patterns.h"
#include "base/attr.h"

#define LEN_MAX 8

static bool fits_plainly(struct bytes text, struct bytes pattern)
{
	if (pattern.len == 0)
		return text.len == 0;
	if (pattern.at[0] != '*')
		return text.len > 0 &&
		       byte_lower(text.at[0]) == byte_lower(pattern.at[0]) &&
		       fits_plainly(bytes_after(text, 1), bytes_after(pattern, 1));
	for (size_t i = 0; i <= text.len; i++)
		if (fits_plainly(bytes_after(text, i), bytes_after(pattern, 1)))
			return true;
	return false;
}

/* The number's digits, each one of the letters. */
static struct bytes written(unsigned number, const char *letters, uint8_t memory[LEN_MAX])
{
	size_t base = strlen(letters), len = 0;

	for (; number > 0 && len < LEN_MAX; number /= (unsigned)base)
		memory[len++] = (uint8_t)letters[number % base];
	return bytes_over(memory, len);
}

static void test_all_short_texts_fit_all_short_patterns_as_plainly(void **state)
{
	uint8_t text[LEN_MAX], pattern[LEN_MAX];

	(void)state;
	for (unsigned i = 0; i < 729; i++)
		for (unsigned j = 0; j < 1024; j++) {
			struct bytes t = written(i, "aB.", text);
			struct bytes p = written(j, "*Ab.", pattern);
			bool fits = pattern_fits(t, p);

			assert_int_equal(fits, fits_plainly(t, p));
			if (fits)
				assert_true(
					pairs_may_fit(text_pairs(t), pattern_pairs(p)));
		}
}

static void test_pairs_tell_ends_and_letters_apart(void **state)
{
	static const struct {
		const char *text;
		const char *pattern;
		bool may;
	} rows[] = {
		{ "a.c", "*.c", true },
		{ "A.C", "*.c", true },
		{ "a.cpp", "*.c", false },
		{ "README.rst", "readme*", true },
		{ "THEREADME", "readme*", false },
		{ "minimum_tls", "*tls*min*", true }, /* the order they do not tell */
		{ "minimum_lts", "*tls*min*", false },
		{ "", "*", true },
		{ "", "a*", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (pairs_may_fit(text_pairs(bytes_of_string(rows[i].text)),
			    pattern_pairs(bytes_of_string(rows[i].pattern))) !=
			rows[i].may)
			fail_msg("%s, %s", rows[i].text, rows[i].pattern);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_short_texts_fit_all_short_patterns_as_plainly),
		cmocka_unit_test(test_pairs_tell_ends_and_letters_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

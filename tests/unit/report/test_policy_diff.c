#include "../unit.h"

#include <string.h>

#include "report/policy_show.h"

static struct text text;

static const struct policy base = {
	.name = "a",
	.versions = 1 << RANK_TLS11 | 1 << RANK_TLS12,
	.suites12 = { 3, { 0xc02f, 0xc030, 0x002f } },
	.groups = { 2, { 29, 23 } },
	.keys = { { .kind = KEY_RSA, .bits = 2048 } },
	.key_count = 1,
};

/* The lines behind the first. */
static const char *diff(const struct policy *b)
{
	text_reset(&text);
	(void)policy_diff_text(&base, b, &text);
	return strchr(text_string(&text), '\n') + 1;
}

static void test_the_same_under_another_name_is_the_same(void **state)
{
	struct policy b = base;

	(void)state;
	b.name[0] = 'b';
	assert_string_equal(diff(&b), "they allow the same\n");
	assert_true(policy_diff_text(&base, &b, &text));
}

static void test_what_is_forbidden_and_allowed(void **state)
{
	struct policy b = base;

	(void)state;
	b.versions = 1 << RANK_TLS12 | 1 << RANK_TLS13;
	b.suites12.count = 2;
	b.groups.codes[b.groups.count++] = 24;
	assert_string_equal(diff(&b), "- version                     TLS 1.1\n"
				      "+ version                     TLS 1.3\n"
				      "- cipher suite up to TLS 1.2  "
				      "TLS_RSA_WITH_AES_128_CBC_SHA\n"
				      "+ group                       secp384r1\n");
}

static void test_another_order_of_the_same_is_a_change(void **state)
{
	struct policy b = base;

	(void)state;
	b.groups.codes[0] = 23;
	b.groups.codes[1] = 29;
	assert_string_equal(
		diff(&b), "~ group                       one order, now another order\n");
}

static void test_a_list_that_goes_away_is_a_change_not_a_ban(void **state)
{
	struct policy b = base;

	(void)state;
	b.groups.count = 0;
	b.key_count = 0;
	assert_string_equal(diff(&b),
		"~ group                       only those listed, now any that the stack "
		"has\n"
		"~ key                         only those listed, now any that the stack "
		"has\n");
}

static void test_keys_are_compared_with_all_they_say(void **state)
{
	struct policy b = base;

	(void)state;
	b.keys[0].bits = 3072;
	assert_string_equal(diff(&b), "- key                         rsa 2048 bits\n"
				      "+ key                         rsa 3072 bits\n");
}

static void test_single_things_are_told_before_and_after(void **state)
{
	struct policy b = base;

	(void)state;
	b.server_order = true;
	b.dh_bits_min = 2048;
	b.needs_server_name = true;
	assert_string_equal(diff(&b),
		"~ order of suites             client, now server\n"
		"~ DH bits                     not said, now 2048 or more\n"
		"~ server name                 optional, now required\n");
}

static int begin(void **state)
{
	(void)state;
	text_init(&text, 65536);
	return 0;
}

static int end(void **state)
{
	(void)state;
	text_done(&text);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_same_under_another_name_is_the_same),
		cmocka_unit_test(test_what_is_forbidden_and_allowed),
		cmocka_unit_test(test_another_order_of_the_same_is_a_change),
		cmocka_unit_test(test_a_list_that_goes_away_is_a_change_not_a_ban),
		cmocka_unit_test(test_keys_are_compared_with_all_they_say),
		cmocka_unit_test(test_single_things_are_told_before_and_after),
	};

	return cmocka_run_group_tests(tests, begin, end);
}

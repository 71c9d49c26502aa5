#include "../unit.h"

#include "base/attr.h"
#include "base/suggestion.h"

static const char *const names[] = { "completion", "help", "impact", "interface",
	"min-version", "watch" };

static const char *meant(const char *wrong)
{
	struct suggestion suggestion = suggestion_for(bytes_of_string(wrong));

	for (size_t i = 0; i < COUNT_OF(names); i++)
		suggestion_offer(&suggestion, names[i]);
	return suggestion.name;
}

static void test_a_slip_of_the_fingers_is_seen_through(void **state)
{
	(void)state;
	assert_string_equal(meant("wach"), "watch");             /* missing */
	assert_string_equal(meant("wattch"), "watch");           /* too many */
	assert_string_equal(meant("wotch"), "watch");            /* another */
	assert_string_equal(meant("hlep"), "help");              /* in the other order */
	assert_string_equal(meant("wacht"), "watch");            /* elsewhere */
	assert_string_equal(meant("min_verson"), "min-version"); /* two of eleven */
}

static void test_a_beginning_stands_for_the_name(void **state)
{
	(void)state;
	assert_string_equal(meant("comp"), "completion");
	assert_string_equal(meant("min"), "min-version");
	assert_null(meant("co"));
}

static void test_the_case_of_letters_does_not_count(void **state)
{
	(void)state;
	assert_string_equal(meant("WATCH"), "watch");
	assert_string_equal(meant("Wacth"), "watch");
}

static void test_a_long_name_may_have_more_slips(void **state)
{
	struct suggestion long_one =
		suggestion_for(bytes_of_string("TLS_ECDHE_RSA_AES_128_GCM_SHA256"));

	(void)state;
	suggestion_offer(&long_one, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
	assert_non_null(long_one.name);
}

static void test_what_is_like_no_name_is_not_guessed(void **state)
{
	(void)state;
	assert_null(meant(""));
	assert_null(meant("x"));
	assert_null(meant("hexx"));
	assert_null(meant("interaction"));
	assert_null(meant("office.pcap"));
	assert_null(meant("wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwatch"));
}

static void test_the_likeliest_is_meant_in_whatever_order(void **state)
{
	struct suggestion one = suggestion_for(bytes_of_string("impacts"));
	struct suggestion other = suggestion_for(bytes_of_string("impacts"));

	(void)state;
	suggestion_offer(&one, "impact");
	suggestion_offer(&one, "imparts");
	suggestion_offer(&one, "import");
	assert_string_equal(one.name, "impact");
	suggestion_offer(&other, "import");
	suggestion_offer(&other, "impact");
	assert_string_equal(other.name, "impact");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_slip_of_the_fingers_is_seen_through),
		cmocka_unit_test(test_a_beginning_stands_for_the_name),
		cmocka_unit_test(test_the_case_of_letters_does_not_count),
		cmocka_unit_test(test_a_long_name_may_have_more_slips),
		cmocka_unit_test(test_what_is_like_no_name_is_not_guessed),
		cmocka_unit_test(test_the_likeliest_is_meant_in_whatever_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

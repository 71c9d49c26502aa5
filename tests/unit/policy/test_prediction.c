#include "asked.h"

#include "policy/prediction.h"

static struct prediction prediction;

static const char *reason(void)
{
	predict(&profile, &offer, &prediction);
	return prediction.reason;
}

static void test_what_passes_has_no_reason(void **state)
{
	(void)state;
	assert_string_equal(reason(), "");
	assert_int_equal(prediction.verdict, VERDICT_PASSES);
	assert_int_equal(prediction.negotiation.version, VERSION_TLS13);
}

static void test_a_version_is_told_by_what_is_offered(void **state)
{
	(void)state;
	policy.versions = 1 << RANK_TLS12 | 1 << RANK_TLS13;
	offer_up_to(RANK_TLS10);
	assert_string_equal(reason(), "offers nothing newer than TLS 1.0");
	assert_int_equal(prediction.verdict, VERDICT_BREAKS);
	offer_up_to(RANK_TLS13);
	policy.versions = 1 << RANK_TLS10;
	assert_string_equal(reason(), "offers nothing older than TLS 1.2");
}

static void test_suites_are_told_by_what_they_have_in_common(void **state)
{
	(void)state;
	offer_up_to(RANK_TLS12);
	allow(&policy.suites12, CODES(0xc02b));
	offer_suites(CODES(0x002f, 0x000a));
	assert_string_equal(
		reason(), "no common suite (offers only CBC with RSA exchange)");
	offer_suites(CODES(0x002f, 0xc013));
	assert_string_equal(reason(), "no common suite (offers only CBC)");
	offer_suites(CODES(0x009c, 0x002f));
	assert_string_equal(reason(), "no common suite (offers only RSA exchange)");
	offer_suites(CODES(0x009e, 0x002f));
	assert_string_equal(reason(), "no common suite");
}

static void test_groups_are_told_by_name_and_not_all(void **state)
{
	(void)state;
	allow(&policy.groups, CODES(29));
	list(&offer.key_shares, CODES(25));
	list(&offer.groups, CODES(25));
	policy.versions = 1 << RANK_TLS13;
	assert_string_equal(reason(), "no common group (offers only secp521r1)");
	list(&offer.groups, CODES(25, 24, 23, 30));
	assert_string_equal(reason(),
		"no common group (offers only secp521r1, secp384r1, secp256r1, …)");
}

static void test_a_certificate_is_told_by_what_the_client_accepts(void **state)
{
	(void)state;
	policy.versions = 1 << RANK_TLS13;
	give_ecdsa(23);
	list(&offer.schemes, CODES(0x0804, 0x0401));
	assert_string_equal(reason(), "certificate: client accepts RSA signatures only");
	list(&offer.schemes, CODES(0x0503, 0x0603));
	assert_string_equal(
		reason(), "certificate: client accepts ECDSA signatures only");
}

/* What is missing may stand in what was not kept. */
static void test_a_list_that_was_cut_breaks_nothing_for_sure(void **state)
{
	(void)state;
	policy.versions = 1 << RANK_TLS13;
	offer_up_to(RANK_TLS12);
	offer.cut = true;
	(void)reason();
	assert_int_equal(prediction.verdict, VERDICT_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_what_passes_has_no_reason),
		TEST(test_a_version_is_told_by_what_is_offered),
		TEST(test_suites_are_told_by_what_they_have_in_common),
		TEST(test_groups_are_told_by_name_and_not_all),
		TEST(test_a_certificate_is_told_by_what_the_client_accepts),
		TEST(test_a_list_that_was_cut_breaks_nothing_for_sure),
	};

	return cmocka_run_group_tests_name("prediction", tests, NULL, NULL);
}

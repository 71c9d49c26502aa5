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

static void test_a_version_of_datagrams_is_told_as_such(void **state)
{
	(void)state;
	policy.versions = 1 << RANK_TLS12;
	offer_up_to(RANK_TLS11);
	offer.format = HELLO_DTLS;
	offer.versions_legacy = 1 << RANK_TLS11;
	assert_string_equal(reason(), "offers nothing newer than DTLS 1.0");
}

/* RFC 9147, 5.3: its legacy version says DTLS 1.2. */
static void test_dtls13_is_offered_by_who_lists_it(void **state)
{
	(void)state;
	policy.versions = 1 << RANK_TLS13;
	offer.format = HELLO_DTLS;
	offer.versions_legacy = 1 << RANK_TLS11 | 1 << RANK_TLS12;
	assert_string_equal(reason(), "the server's stack has no DTLS 1.3");
	offer.versions = 1 << RANK_TLS12;
	assert_string_equal(reason(), "offers nothing newer than DTLS 1.2");
}

static void test_what_the_stack_cannot_is_not_the_clients_fault(void **state)
{
	(void)state;
	run_on(STACK_OPENSSL_1_0_1);
	policy.versions = 1 << RANK_TLS13;
	assert_string_equal(
		reason(), "the server's stack has no version of the policy's");
}

static void test_versions_that_nobody_knows_are_no_version(void **state)
{
	(void)state;
	offer.versions = offer.version_count = 0;
	assert_string_equal(reason(), "offers no version that is known");
}

static void test_a_version_that_both_have_is_not_told_as_lacking(void **state)
{
	(void)state;
	offer_up_to(RANK_TLS12);
	offer.format = HELLO_SSLV2;
	run_on(STACK_GO);
	assert_string_equal(reason(), "sends its hello in the form of SSL 2.0");
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
	offer_suites(CODES(0x0005, 0x0033));
	assert_string_equal(reason(), "no common suite (offers no AEAD)");
	allow(&policy.suites12, CODES(0xc02b, 0xc013)); /* which is not what lacks then */
	assert_string_equal(reason(), "no common suite");
	offer_suites(CODES(0x009e, 0x002f));
	assert_string_equal(reason(), "no common suite");
}

/* What the server has too is not what lacks. */
static void test_suites_are_not_told_by_what_the_server_has(void **state)
{
	(void)state;
	offer_up_to(RANK_TLS12);
	offer_suites(CODES(0xc014, 0xc028)); /* ECDHE with CBC */
	allow(&policy.suites12, CODES(0xc02f, 0xc013));
	assert_string_equal(reason(), "no common suite");
	offer_suites(CODES(0x002f));
	assert_string_equal(
		reason(), "no common suite (offers only CBC with RSA exchange)");
}

static void test_suites_up_to_12_say_nothing_of_13(void **state)
{
	(void)state;
	offer_suites(CODES(0x1304, 0x002f));
	assert_string_equal(reason(), "no common suite of TLS 1.3");
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

static void test_a_key_share_may_be_what_lacks(void **state)
{
	(void)state;
	offer.key_shares.sent = false;
	offer.key_shares.count = 0;
	assert_string_equal(reason(), "no common group (sends no key_share)");
}

static void test_the_longest_names_of_groups_have_room(void **state)
{
	(void)state;
	policy.versions = 1 << RANK_TLS13;
	allow(&policy.groups, CODES(29));
	list(&offer.key_shares, CODES(25));
	list(&offer.groups, CODES(0x6399, 0x639a, 0xff01, 25));
	assert_non_null(strstr(reason(), "arbitrary_explicit_prime_curves, …)"));
}

static void test_a_certificate_is_told_by_what_the_client_accepts(void **state)
{
	(void)state;
	policy.versions = 1 << RANK_TLS13;
	give_ecdsa(23);
	list(&offer.schemes, CODES(0x0804, 0x0401));
	assert_string_equal(reason(), "certificate: client accepts RSA signatures only");
	list(&offer.schemes, CODES(0x0503, 0x0603)); /* a curve that it has not */
	assert_string_equal(reason(), "certificate: none that the client accepts");
	profile.certificates[0] = (struct policy_key){ KEY_RSA, 2048, 0, 0x0401 };
	assert_string_equal(
		reason(), "certificate: client accepts ECDSA signatures only");
}

static void test_a_certificate_is_told_by_what_the_suites_need(void **state)
{
	(void)state;
	offer_up_to(RANK_TLS12);
	give_ecdsa(23);
	offer_suites(CODES(0xc02f, 0xc00a));
	allow(&policy.suites12, CODES(0xc02b, 0xc02f));
	assert_string_equal(
		reason(), "certificate: the suites in common need an RSA key");
	policy.suites12.count = 0; /* the stack's own, both kinds: the groups decide */
	list(&offer.groups, CODES(24));
	assert_string_equal(reason(), "certificate: none that the client accepts");
}

/* The server's key is one that the client takes. RFC 5246, 7.4.1.4.1. */
static void test_a_certificate_that_fits_is_not_blamed(void **state)
{
	(void)state;
	offer_up_to(RANK_TLS12);
	offer_suites(CODES(0xc02f));
	allow(&policy.schemes, CODES(0x0401, 0x0804));
	list(&offer.schemes, CODES(0x0201));
	assert_string_equal(reason(), "no common signature scheme (offers only SHA-1)");
	list(&offer.schemes, CODES(0x0501, 0x0201));
	assert_string_equal(reason(), "no common signature scheme");
	offer.schemes.sent = false;
	offer.schemes.count = 0;
	assert_string_equal(
		reason(), "no common signature scheme (names none, which means SHA-1)");
	offer_up_to(RANK_TLS13);
	offer_suites(CODES(0x1301, 0xc02f));
	assert_string_equal(reason(), "no common signature scheme (names none)");
}

static void test_a_security_level_may_forbid_sha1(void **state)
{
	(void)state;
	offer_up_to(RANK_TLS12);
	list(&offer.schemes, CODES(0x0201));
	assert_string_equal(reason(), "");
	profile.security_level = 1;
	assert_string_equal(reason(), "no common signature scheme (offers only SHA-1)");
	offer_up_to(RANK_TLS10);
	assert_string_equal(
		reason(), "TLS 1.0 signs with SHA-1, which the security level forbids");
	run_on(STACK_GO);
	assert_string_equal(reason(), "");
}

static void test_suites_need_no_key_in_13(void **state)
{
	(void)state;
	profile.certificates[0] = (struct policy_key){ .kind = KEY_ED25519 };
	offer_suites(CODES(0x1301, 0xc02f));
	assert_string_equal(reason(), "certificate: none that the client accepts");
	give_ecdsa(24); /* the scheme for it is shared, the curve is not */
	assert_string_equal(reason(), "certificate: none that the client accepts");
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
		TEST(test_a_version_of_datagrams_is_told_as_such),
		TEST(test_dtls13_is_offered_by_who_lists_it),
		TEST(test_what_the_stack_cannot_is_not_the_clients_fault),
		TEST(test_versions_that_nobody_knows_are_no_version),
		TEST(test_a_version_that_both_have_is_not_told_as_lacking),
		TEST(test_suites_are_told_by_what_they_have_in_common),
		TEST(test_suites_are_not_told_by_what_the_server_has),
		TEST(test_suites_up_to_12_say_nothing_of_13),
		TEST(test_groups_are_told_by_name_and_not_all),
		TEST(test_a_key_share_may_be_what_lacks),
		TEST(test_the_longest_names_of_groups_have_room),
		TEST(test_a_certificate_is_told_by_what_the_client_accepts),
		TEST(test_a_certificate_is_told_by_what_the_suites_need),
		TEST(test_a_certificate_that_fits_is_not_blamed),
		TEST(test_a_security_level_may_forbid_sha1),
		TEST(test_suites_need_no_key_in_13),
		TEST(test_a_list_that_was_cut_breaks_nothing_for_sure),
	};

	return cmocka_run_group_tests_name("prediction", tests, NULL, NULL);
}

#include "asked.h"

#include "policy/relax.h"

static struct relax relax;

static void search(void)
{
	relax_search(&profile, &offer, 1, &relax);
}

static void assert_change(size_t found, size_t at, enum relax_kind kind, uint16_t code)
{
	assert_true(found < relax.found_count);
	assert_true(at < relax.found[found].count);
	assert_int_equal(relax.found[found].changes[at].kind, kind);
	assert_int_equal(relax.found[found].changes[at].code, code);
}

static void only_tls12(void)
{
	policy.versions = 1 << RANK_TLS12;
	offer_up_to(RANK_TLS12);
}

static void test_one_suite_will_do_and_the_least_harmful_comes_first(void **state)
{
	(void)state;
	only_tls12();
	allow(&policy.suites12, CODES(0xc030));
	offer_suites(CODES(0x0005, 0x002f, 0xc02f)); /* RC4, CBC, ECDHE with GCM */
	search();
	assert_int_equal(relax.total, 2); /* OpenSSL 3.0 has no RC4 */
	assert_int_equal(relax.found[0].count, 1);
	assert_change(0, 0, RELAX_SUITE, 0xc02f);
	assert_change(1, 0, RELAX_SUITE, 0x002f);
}

static void test_one_version_will_do(void **state)
{
	(void)state;
	policy.versions = 1 << RANK_TLS12 | 1 << RANK_TLS13;
	offer_up_to(RANK_TLS10);
	search();
	assert_int_equal(relax.total, 1);
	assert_change(0, 0, RELAX_VERSION, VERSION_TLS10);
}

static void test_one_group_will_do(void **state)
{
	(void)state;
	policy.versions = 1 << RANK_TLS13;
	allow(&policy.groups, CODES(24));
	list(&offer.groups, CODES(25));
	list(&offer.key_shares, CODES(25));
	search();
	assert_int_equal(relax.total, 1);
	assert_change(0, 0, RELAX_GROUP, 25);
}

static void test_a_certificate_more_will_do(void **state)
{
	(void)state;
	policy.versions = 1 << RANK_TLS13;
	give_ecdsa(23);
	list(&offer.schemes, CODES(0x0804));
	search();
	assert_int_equal(relax.total, 1);
	assert_change(0, 0, RELAX_CERTIFICATE, 0);
	assert_int_equal(relax.found[0].changes[0].key.kind, KEY_RSA);
}

/* A scheme that the policy leaves out; PSS is not among what it names. */
static void test_one_scheme_will_do(void **state)
{
	(void)state;
	only_tls12();
	allow(&policy.schemes, CODES(0x0601));
	list(&offer.schemes, CODES(0x0401));
	offer_suites(CODES(0xc02f));
	search();
	assert_int_equal(relax.total, 1);
	assert_change(0, 0, RELAX_SCHEME, 0x0401);
}

static void test_two_are_tried_where_one_will_not_do(void **state)
{
	(void)state;
	policy.versions = 1 << RANK_TLS12;
	allow(&policy.suites12, CODES(0xc02f));
	offer_up_to(RANK_TLS10);
	offer_suites(CODES(0x002f, 0xc013));
	search();
	assert_int_equal(relax.total, 2);
	assert_int_equal(relax.found[0].count, 2);
	assert_change(0, 0, RELAX_VERSION, VERSION_TLS10);
	assert_change(0, 1, RELAX_SUITE, 0xc013); /* has forward secrecy */
	assert_change(1, 1, RELAX_SUITE, 0x002f);
}

/* The hello of TLS 1.0 with a suite, and a curve, that are not allowed. */
static void test_three_are_tried_where_two_will_not_do(void **state)
{
	(void)state;
	policy.versions = 1 << RANK_TLS12;
	allow(&policy.suites12, CODES(0xc02f));
	allow(&policy.groups, CODES(29));
	offer_up_to(RANK_TLS10);
	offer_suites(CODES(0xc013));
	list(&offer.groups, CODES(25));
	search();
	assert_int_equal(relax.total, 1);
	assert_int_equal(relax.found[0].count, 3);
}

/* An allowed list that is left out stands for the stack's own, which stay allowed. */
static void test_a_list_left_out_is_written_out_before_more_is_added(void **state)
{
	struct server_profile more;
	struct policy relaxed;

	(void)state;
	only_tls12();
	offer_suites(CODES(0xc09c)); /* CCM, which OpenSSL has and does not begin with */
	search();
	assert_change(0, 0, RELAX_SUITE, 0xc09c);
	relax_apply(&profile, &relax.found[0], &relaxed, &more);
	assert_true(policy_lists(&relaxed.suites12, 0xc02f));
	assert_true(policy_lists(&relaxed.suites12, 0xc09c));
	assert_int_equal(policy.suites12.count, 0);
}

/* Else TLS 1.2 would come with all that the stack has. */
static void test_the_first_old_version_names_its_suites(void **state)
{
	struct server_profile more;
	struct policy relaxed;

	(void)state;
	policy.versions = 1 << RANK_TLS13;
	offer_up_to(RANK_TLS12);
	offer_suites(CODES(0xc02f, 0x002f));
	search();
	assert_int_equal(relax.total, 4); /* with 0x002f lower versions will do too */
	assert_change(0, 1, RELAX_SUITE, 0xc02f);
	assert_change(0, 0, RELAX_VERSION, VERSION_TLS12);
	assert_change(1, 1, RELAX_SUITE, 0x002f);
	assert_change(1, 0, RELAX_VERSION, VERSION_TLS12);
	relax_apply(&profile, &relax.found[0], &relaxed, &more);
	assert_int_equal(relaxed.suites12.count, 1);
}

static void test_what_protects_nothing_is_never_proposed(void **state)
{
	(void)state;
	only_tls12();
	run_on(STACK_OPENSSL_1_0_1);
	offer_suites(CODES(0x0001, 0x0003, 0x0009, 0x0018)); /* NULL, export, DES, anon */
	search();
	for (size_t i = 0; i < relax.change_count; i++)
		assert_int_not_equal(relax.changes[i].kind, RELAX_SUITE);
	assert_int_equal(relax.total, 0);
}

static void test_what_a_policy_demands_besides_stays(void **state)
{
	(void)state;
	only_tls12();
	policy.needs_extended_master_secret = true;
	search();
	assert_int_equal(relax.total, 0);
}

/* TLS 1.3 would let the second pass, but then the first finds no group in it. */
static void test_all_have_to_pass(void **state)
{
	static struct offer both[2];

	(void)state;
	policy.versions = 1 << RANK_TLS12;
	allow(&policy.groups, CODES(29));
	offer_up_to(RANK_TLS13);
	list(&offer.groups, CODES(25));
	list(&offer.key_shares, CODES(25));
	offer_suites(CODES(0x1301, 0x009e));
	profile.dh_bits = 2048;
	both[0] = offer;
	list(&offer.groups, CODES(29));
	list(&offer.key_shares, CODES(29));
	offer_suites(CODES(0x1301));
	both[1] = offer;
	relax_search(&profile, both, 2, &relax);
	assert_int_equal(relax.total, 1);
	assert_int_equal(relax.found[0].count, 2);
}

/* The changes are undone: what is found passes, and all of it is needed. */
static void test_what_is_found_passes_when_it_is_applied(void **state)
{
	const struct server_profile strict = profile;
	struct server_profile more;
	struct policy relaxed;

	(void)state;
	policy.versions = 1 << RANK_TLS12;
	allow(&policy.suites12, CODES(0xc02b));
	offer_up_to(RANK_TLS10);
	search();
	assert_true(relax.found_count > 1);
	for (size_t i = 0; i < relax.found_count; i++) {
		relax_apply(&strict, &relax.found[i], &relaxed, &more);
		profile = more;
		assert_int_equal(answer().refusal, REFUSAL_NONE);
		profile = strict;
		assert_int_equal(answer().refusal, REFUSAL_VERSION);
	}
}

static void test_a_policy_exceeds_another_by_what_that_does_not_allow(void **state)
{
	static struct policy other;

	(void)state;
	memset(&other, 0, sizeof other);
	policy.versions = other.versions = 1 << RANK_TLS12;
	assert_int_equal(relax_excess(&policy, &other), 0);
	allow(&other.groups, CODES(23, 24));
	assert_int_equal(
		relax_excess(&policy, &other), RELAX_EXCESS_GROUPS); /* any against two */
	allow(&policy.groups, CODES(24));
	assert_int_equal(relax_excess(&policy, &other), 0);
	allow(&policy.suites13, CODES(0x1301)); /* of no version that it allows */
	allow(&other.suites13, CODES(0x1302));
	assert_int_equal(relax_excess(&policy, &other), 0);
	policy.versions |= 1 << RANK_TLS10 | 1 << RANK_TLS13;
	assert_int_equal(relax_excess(&policy, &other),
		RELAX_EXCESS_VERSIONS | RELAX_EXCESS_SUITES13);
}

static void test_a_shorter_key_exceeds(void **state)
{
	static struct policy other;

	(void)state;
	memset(&other, 0, sizeof other);
	other.versions = policy.versions;
	policy.keys[0] = (struct policy_key){ .kind = KEY_RSA, .bits = 2048 };
	other.keys[0] = (struct policy_key){ .kind = KEY_RSA, .bits = 3072 };
	policy.key_count = other.key_count = 1;
	assert_int_equal(relax_excess(&policy, &other), RELAX_EXCESS_KEYS);
	assert_int_equal(relax_excess(&other, &policy), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_one_suite_will_do_and_the_least_harmful_comes_first),
		TEST(test_one_version_will_do),
		TEST(test_one_group_will_do),
		TEST(test_a_certificate_more_will_do),
		TEST(test_one_scheme_will_do),
		TEST(test_two_are_tried_where_one_will_not_do),
		TEST(test_three_are_tried_where_two_will_not_do),
		TEST(test_a_list_left_out_is_written_out_before_more_is_added),
		TEST(test_the_first_old_version_names_its_suites),
		TEST(test_what_protects_nothing_is_never_proposed),
		TEST(test_what_a_policy_demands_besides_stays),
		TEST(test_all_have_to_pass),
		TEST(test_what_is_found_passes_when_it_is_applied),
		TEST(test_a_policy_exceeds_another_by_what_that_does_not_allow),
		TEST(test_a_shorter_key_exceeds),
	};

	return cmocka_run_group_tests_name("relax", tests, NULL, NULL);
}

/* What policies say of scanned servers: what breaks, what is not known, what passes. */
#include "../unit.h"

#include "../endpoints.h"
#include "base/text.h"
#include "policy/endpoint_judge.h"

#define RANKS(from, to) (uint16_t)((2u << (to)) - (1u << (from)))

static struct policy newer(void)
{
	return (struct policy){ .name = "newer",
		.compression = true,
		.versions = RANKS(RANK_TLS12, RANK_TLS13) };
}

static struct policy any(void)
{
	return (struct policy){ .name = "any",
		.compression = true,
		.versions = RANKS(RANK_SSL2, RANK_TLS13) };
}

/* The reasons with their verdicts, a line each: "breaks accepts TLS 1.0". */
static void check(const struct policy *policy, const struct endpoint *endpoint,
	enum verdict verdict, const char *reasons)
{
	struct endpoint_judgement made;
	struct text all;

	endpoint_judge(policy, endpoint, &made);
	text_init(&all, 16384);
	for (size_t i = 0; i < made.count; i++)
		text_format(&all, "%s %s\n", verdict_name(made.reasons[i].verdict),
			made.reasons[i].text);
	assert_string_equal(text_string(&all), reasons);
	text_done(&all);
	assert_int_equal(made.verdict, verdict);
}

static void test_what_is_accepted_and_not_allowed_breaks(void **state)
{
	struct policy policy = newer();
	struct endpoint e = erp_endpoint();

	(void)state;
	check(&policy, &e, VERDICT_BREAKS, "breaks accepts TLS 1.0\n");
	e.versions[RANK_SSL3].status = ENDPOINT_ACCEPTED;
	e.versions[RANK_TLS11].status = ENDPOINT_ACCEPTED;
	check(&policy, &e, VERDICT_BREAKS, "breaks accepts SSL 3.0, TLS 1.0, 1.1\n");
}

static void test_what_is_allowed_and_refused_passes(void **state)
{
	struct policy policy = any();
	struct endpoint e = erp_endpoint();

	(void)state;
	check(&policy, &e, VERDICT_PASSES, "");
}

static void test_an_unknown_version_is_never_a_pass(void **state)
{
	struct policy policy = newer();
	struct endpoint e = erp_endpoint();

	(void)state;
	e.versions[RANK_TLS10].status = ENDPOINT_UNKNOWN;
	e.versions[RANK_TLS10].reason = "it limits connections";
	e.versions[RANK_TLS11] = e.versions[RANK_TLS10];
	e.versions[RANK_TLS11].version = VERSION_TLS11;
	e.versions[RANK_SSL3].status = ENDPOINT_UNASKED;
	check(&policy, &e, VERDICT_UNKNOWN,
		"unknown not known whether it accepts SSL 3.0: unasked\n"
		"unknown not known whether it accepts TLS 1.0, 1.1: it limits "
		"connections\n");
}

static void test_an_unknown_version_that_is_allowed_does_not_matter(void **state)
{
	struct policy policy = newer();
	struct endpoint e = erp_endpoint();

	(void)state;
	e.versions[RANK_TLS10].status = ENDPOINT_REFUSED;
	e.versions[RANK_TLS13].status = ENDPOINT_UNKNOWN;
	check(&policy, &e, VERDICT_PASSES, "");
}

static void test_a_version_open_without_a_name_breaks(void **state)
{
	struct policy policy = newer();
	struct endpoint e = erp_endpoint();

	(void)state;
	e.versions[RANK_TLS10].status = ENDPOINT_REFUSED;
	e.versions[RANK_TLS10].without_name = TRAIT_YES;
	check(&policy, &e, VERDICT_BREAKS,
		"breaks accepts TLS 1.0 from who names no server, or another\n");
}

static void test_a_hello_that_is_answered_and_no_more_is_unknown(void **state)
{
	struct policy policy = newer();
	struct endpoint e = erp_endpoint();

	(void)state;
	e.versions[RANK_TLS10].completes = TRAIT_NO;
	check(&policy, &e, VERDICT_UNKNOWN,
		"unknown answers hellos of TLS 1.0, but no handshake was completed\n");
	e.traits.client_certificate_needed = TRAIT_YES;
	check(&policy, &e, VERDICT_BREAKS, "breaks accepts TLS 1.0\n");
}

static void test_nothing_left_is_told(void **state)
{
	struct policy policy = newer();
	struct endpoint e = erp_endpoint();

	(void)state;
	e.versions[RANK_TLS12].status = ENDPOINT_REFUSED;
	check(&policy, &e, VERDICT_BREAKS,
		"breaks accepts TLS 1.0\n"
		"breaks accepts nothing that the policy allows\n");
}

static void test_suites_beyond_the_list_break(void **state)
{
	struct policy policy = any();
	struct endpoint e = erp_endpoint();

	(void)state;
	policy.suites12 = (struct policy_codes){ 2, { 0xc030, 0xc02f } };
	policy.versions = RANKS(RANK_TLS12, RANK_TLS13);
	e.versions[RANK_TLS10].status = ENDPOINT_REFUSED;
	check(&policy, &e, VERDICT_BREAKS,
		"breaks accepts suites that the policy does not: "
		"TLS_RSA_WITH_AES_256_GCM_SHA384, TLS_RSA_WITH_AES_128_CBC_SHA\n");
	policy.versions = RANKS(RANK_TLS10, RANK_TLS13);
	e.versions[RANK_TLS10].status = ENDPOINT_ACCEPTED;
	check(&policy, &e, VERDICT_BREAKS,
		"breaks accepts suites that the policy does not: "
		"TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, "
		"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, TLS_RSA_WITH_AES_256_CBC_SHA "
		"and 3 more\n");
}

static void test_a_list_that_may_go_on_is_unknown(void **state)
{
	struct policy policy = newer();
	struct endpoint e = erp_endpoint();

	(void)state;
	policy.suites12 = (struct policy_codes){ 4, { 0xc030, 0xc02f, 0x9d, 0x2f } };
	policy.groups = (struct policy_codes){ 2, { 0x1d, 0x17 } };
	policy.schemes = (struct policy_codes){ 2, { 0x0804, 0x0401 } };
	e.versions[RANK_TLS10].status = ENDPOINT_REFUSED;
	check(&policy, &e, VERDICT_PASSES, "");
	e.versions[RANK_TLS12].suites.whole = false;
	e.versions[RANK_TLS12].groups.whole = false;
	e.versions[RANK_TLS12].schemes.whole = false;
	check(&policy, &e, VERDICT_UNKNOWN,
		"unknown not all of its suites are known\n"
		"unknown not all of its groups are known\n"
		"unknown not all of its signature schemes are known\n");
}

static void test_groups_of_a_server_without_ecdhe_are_no_question(void **state)
{
	struct policy policy = newer();
	struct endpoint e = erp_endpoint();
	static const uint32_t rsa[] = { 0x009d };

	(void)state;
	policy.groups = (struct policy_codes){ 1, { 0x1d } };
	e.versions[RANK_TLS10].status = ENDPOINT_REFUSED;
	e.versions[RANK_TLS12].suites = (struct endpoint_codes)ERP_LIST(rsa);
	e.versions[RANK_TLS12].groups = (struct endpoint_codes){ 0 };
	check(&policy, &e, VERDICT_PASSES, "");
}

static void test_small_keys_break(void **state)
{
	struct policy policy = any();
	struct endpoint e = erp_endpoint();
	struct certificate weak = erp_certificate;

	(void)state;
	policy.key_count = 1;
	policy.keys[0] = (struct policy_key){ .kind = KEY_RSA, .bits = 2048 };
	check(&policy, &e, VERDICT_PASSES, "");
	weak.key_bits = 1024;
	e.certificates[0].chain[0] = &weak;
	check(&policy, &e, VERDICT_BREAKS, "breaks certificate RSA 1024 < 2048\n");
	weak.key_type = "EC P-256";
	weak.key_bits = 256;
	check(&policy, &e, VERDICT_BREAKS,
		"breaks certificate that the policy does not allow: EC P-256 256, "
		"sha256WithRSAEncryption\n");
	e.certificate_count = 0;
	check(&policy, &e, VERDICT_UNKNOWN, "unknown no certificate of it was seen\n");
}

static void test_small_dh_groups_break(void **state)
{
	static const uint32_t dhe[] = { 0x009e };
	struct policy policy = any();
	struct endpoint e = erp_endpoint();

	(void)state;
	policy.dh_bits_min = 2048;
	check(&policy, &e, VERDICT_PASSES, ""); /* it has no suite with DHE */
	e.versions[RANK_TLS12].suites = (struct endpoint_codes)ERP_LIST(dhe);
	check(&policy, &e, VERDICT_UNKNOWN,
		"unknown the size of its DH group is not known\n");
	e.dh.bits = 1024;
	check(&policy, &e, VERDICT_BREAKS, "breaks DH group of 1024 bits < 2048\n");
}

static void test_traits_that_are_asked_for(void **state)
{
	struct policy policy = any();
	struct endpoint e = erp_endpoint();

	(void)state;
	policy.compression = false;
	policy.needs_secure_renegotiation = true;
	check(&policy, &e, VERDICT_PASSES, "");
	policy.needs_extended_master_secret = true;
	e.traits.compression = TRAIT_YES;
	e.traits.secure_renegotiation = TRAIT_NO;
	check(&policy, &e, VERDICT_BREAKS,
		"breaks takes compression\n"
		"breaks has no secure renegotiation\n"
		"unknown not known whether it has an extended master secret\n");
}

static void test_compression_is_a_question_of_policies_with_suites(void **state)
{
	struct policy policy = any();
	struct endpoint e = erp_endpoint();

	(void)state;
	policy.compression = false;
	e.traits.compression = TRAIT_UNKNOWN;
	check(&policy, &e, VERDICT_PASSES, "");
	policy.suites12 = (struct policy_codes){ 4, { 0xc030, 0xc02f, 0x9d, 0x2f } };
	policy.versions = RANKS(RANK_TLS12, RANK_TLS13);
	e.versions[RANK_TLS10].status = ENDPOINT_REFUSED;
	check(&policy, &e, VERDICT_UNKNOWN,
		"unknown not known whether it takes compression\n");
}

static void test_what_is_not_recommended_is_not_failed(void **state)
{
	struct policy policy = newer();
	struct endpoint e = erp_endpoint();

	(void)state;
	policy.recommends = true;
	policy.suites12 = (struct policy_codes){ 3, { 0xc030, 0xc02f, 0x9d } };
	policy.key_count = 1;
	policy.keys[0] = (struct policy_key){ .kind = KEY_RSA, .bits = 3000 };
	e.versions[RANK_TLS10].status = ENDPOINT_REFUSED;
	check(&policy, &e, VERDICT_PASSES,
		"passes accepts a suite that is not recommended: "
		"TLS_RSA_WITH_AES_128_CBC_SHA\n"
		"passes certificate RSA 2048 < 3000\n");
	e.versions[RANK_TLS10].status = ENDPOINT_ACCEPTED;
	policy.key_count = 0;
	check(&policy, &e, VERDICT_BREAKS,
		"breaks accepts TLS 1.0\n"
		"passes accepts a suite that is not recommended: "
		"TLS_RSA_WITH_AES_128_CBC_SHA\n");
}

static void test_who_speaks_no_tls_is_unknown(void **state)
{
	struct policy policy = newer();
	struct endpoint e = { .status = ENDPOINT_NOT_TLS };

	(void)state;
	for (unsigned rank = RANK_SSL2; rank <= RANK_TLS13; rank++)
		e.versions[rank].status = ENDPOINT_NOT_TLS;
	check(&policy, &e, VERDICT_UNKNOWN, "unknown what answers is not TLS\n");
	e = (struct endpoint){ .status = ENDPOINT_NO_ANSWER, .reason = "no route" };
	check(&policy, &e, VERDICT_UNKNOWN, "unknown no route\n");
}

static void test_nodes_that_differ_are_no_pass(void **state)
{
	struct policy policy = any();
	struct endpoint e = erp_endpoint();

	(void)state;
	e.nodes_differ = true;
	check(&policy, &e, VERDICT_UNKNOWN,
		"unknown servers that differ answer at this address, and not all may "
		"have been seen\n");
}

static void test_all_that_can_be_wrong_has_room(void **state)
{
	struct policy policy = newer();
	struct endpoint e = erp_endpoint();
	struct certificate weak[ENDPOINT_CERTIFICATES_MAX];
	struct endpoint_judgement made;

	(void)state;
	policy.suites12 = policy.groups = policy.schemes =
		(struct policy_codes){ 1, { 1 } };
	policy.key_count = 1;
	policy.compression = false;
	policy.needs_extended_master_secret = policy.needs_server_name = true;
	policy.needs_secure_renegotiation = true;
	policy.dh_bits_min = 2048;
	e.nodes_differ = true;
	e.versions[RANK_SSL3].without_name = TRAIT_YES;
	e.versions[RANK_TLS12].suites.whole = false;
	for (uint8_t i = 0; i < ENDPOINT_CERTIFICATES_MAX; i++) {
		weak[i] = erp_certificate;
		weak[i].digest[0] = i;
		weak[i].key_type = "Ed448";
		e.certificates[i].chain[0] = &weak[i];
		e.certificates[i].chain_len = 1;
	}
	e.certificate_count = ENDPOINT_CERTIFICATES_MAX;
	endpoint_judge(&policy, &e, &made);
	assert_true(made.count < ENDPOINT_REASONS_MAX);
	assert_true(made.count > ENDPOINT_CERTIFICATES_MAX + 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_accepted_and_not_allowed_breaks),
		cmocka_unit_test(test_what_is_allowed_and_refused_passes),
		cmocka_unit_test(test_an_unknown_version_is_never_a_pass),
		cmocka_unit_test(test_an_unknown_version_that_is_allowed_does_not_matter),
		cmocka_unit_test(test_a_version_open_without_a_name_breaks),
		cmocka_unit_test(test_a_hello_that_is_answered_and_no_more_is_unknown),
		cmocka_unit_test(test_nothing_left_is_told),
		cmocka_unit_test(test_suites_beyond_the_list_break),
		cmocka_unit_test(test_a_list_that_may_go_on_is_unknown),
		cmocka_unit_test(test_groups_of_a_server_without_ecdhe_are_no_question),
		cmocka_unit_test(test_small_keys_break),
		cmocka_unit_test(test_small_dh_groups_break),
		cmocka_unit_test(test_traits_that_are_asked_for),
		cmocka_unit_test(test_compression_is_a_question_of_policies_with_suites),
		cmocka_unit_test(test_what_is_not_recommended_is_not_failed),
		cmocka_unit_test(test_who_speaks_no_tls_is_unknown),
		cmocka_unit_test(test_nodes_that_differ_are_no_pass),
		cmocka_unit_test(test_all_that_can_be_wrong_has_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

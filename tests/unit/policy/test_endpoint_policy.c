#include "../unit.h"

#include "../endpoints.h"
#include "base/text.h"
#include "policy/endpoint_judge.h"
#include "policy/endpoint_policy.h"
#include "policy/policy_file.h"

static void test_a_policy_says_what_was_found(void **state)
{
	struct endpoint e = erp_endpoint();
	struct policy policy;
	struct text text;
	unsigned lacks;

	(void)state;
	assert_true(policy_of_endpoint(&e, &policy, &lacks));
	assert_int_equal(lacks, 0);
	text_init(&text, 65536);
	policy_write_yaml(&policy, &text);
	assert_string_equal(text_string(&text),
		"name: erp.example.net-443\n"
		"title: \"What erp.example.net-443 was found to accept\"\n"
		"source: \"tlsunset scan of 2026-11-22T10:00:00.123456Z\"\n"
		"versions: [TLS 1.0, TLS 1.2]\n"
		"cipher-suites-1.2:\n"
		"  - TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384\n"
		"  - TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256\n"
		"  - TLS_RSA_WITH_AES_256_GCM_SHA384\n"
		"  - TLS_RSA_WITH_AES_128_CBC_SHA\n"
		"  - TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA\n"
		"  - TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA\n"
		"  - TLS_RSA_WITH_AES_256_CBC_SHA\n"
		"  - TLS_RSA_WITH_3DES_EDE_CBC_SHA\n"
		"order: server\n"
		"groups:\n"
		"  - x25519\n"
		"  - secp256r1\n"
		"signature-schemes:\n"
		"  - rsa_pss_rsae_sha256\n"
		"  - rsa_pkcs1_sha256\n"
		"keys:\n"
		"  - kind: rsa\n"
		"    bits: 2048\n"
		"    signature: rsa_pkcs1_sha256\n"
		"alpn:\n"
		"  - \"h2\"\n"
		"  - \"http/1.1\"\n");
	text_done(&text);
}

static void test_a_server_passes_its_own_policy(void **state)
{
	struct endpoint e = erp_endpoint();
	struct endpoint_judgement made;
	struct policy policy;
	unsigned lacks;

	(void)state;
	assert_true(policy_of_endpoint(&e, &policy, &lacks));
	endpoint_judge(&policy, &e, &made);
	assert_int_equal(made.verdict, VERDICT_PASSES);
}

static void test_what_is_not_known_is_told(void **state)
{
	struct endpoint e = erp_endpoint();
	struct policy policy;
	unsigned lacks;

	(void)state;
	e.versions[RANK_TLS11].status = ENDPOINT_UNKNOWN;
	e.versions[RANK_TLS12].suites.whole = false;
	e.versions[RANK_TLS12].schemes.whole = false;
	e.certificate_count = 0;
	assert_true(policy_of_endpoint(&e, &policy, &lacks));
	assert_int_equal(
		lacks, LACKS_VERSIONS | LACKS_SUITES12 | LACKS_SCHEMES | LACKS_KEYS);
	/* A list would forbid what it does not name. */
	assert_int_equal(policy.suites12.count, 0);
	assert_int_equal(policy.schemes.count, 0);
	assert_true(policy.groups.count > 0);
}

static void test_who_accepts_nothing_has_no_policy(void **state)
{
	struct endpoint e = { .status = ENDPOINT_NO_ANSWER };
	struct policy policy;
	unsigned lacks;

	(void)state;
	assert_false(policy_of_endpoint(&e, &policy, &lacks));
}

static void test_strangers_text_does_not_get_into_a_policy(void **state)
{
	static const struct bytes alpn[] = { { (const uint8_t *)"a\"\n", 3 } };
	struct endpoint e = erp_endpoint();
	struct policy policy;
	unsigned lacks;

	(void)state;
	e.host = bytes_of_string("ERP: \"x\"\n- y");
	e.alpn = alpn;
	e.alpn_count = 1;
	assert_true(policy_of_endpoint(&e, &policy, &lacks));
	assert_string_equal(policy.name, "erp---x----y-443");
	assert_int_equal(policy.alpn_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_policy_says_what_was_found),
		cmocka_unit_test(test_a_server_passes_its_own_policy),
		cmocka_unit_test(test_what_is_not_known_is_told),
		cmocka_unit_test(test_who_accepts_nothing_has_no_policy),
		cmocka_unit_test(test_strangers_text_does_not_get_into_a_policy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

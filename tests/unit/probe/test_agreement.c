#include "../unit.h"

#include "probe/agreement.h"

/* TLS 1.2, ECDHE-RSA-AES128-GCM-SHA256 over X25519, rsa_pss_rsae_sha256: both sides of
 * a comparison; each test changes one thing. */
static struct negotiation predicted;
static struct answer answered;

static int begin(void **state)
{
	(void)state;
	predicted = (struct negotiation){ .version = VERSION_TLS12,
		.cipher = 0xc02f,
		.group = 0x001d,
		.signature = 0x0804 };
	answered = answer();
	answered.outcome = ANSWER_ACCEPTED;
	answered.conversation.version = VERSION_TLS12;
	answered.conversation.cipher = 0xc02f;
	answered.conversation.cipher_seen = true;
	answered.conversation.group = 0x001d;
	answered.conversation.group_seen = true;
	answered.conversation.signature_scheme = 0x0804;
	return 0;
}

static struct agreement compare(void)
{
	struct probe_result result = { .reached = true, .answer = &answered };

	return agreement_of(&predicted, &result);
}

static void expect_differs(const char *what, const char *was, const char *is)
{
	struct agreement agreement = compare();

	assert_int_equal(agreement.kind, AGREEMENT_NO);
	assert_string_equal(agreement.what, what);
	assert_string_equal(agreement.predicted, was);
	assert_string_equal(agreement.answered, is);
}

static void test_what_is_alike_agrees(void **state)
{
	(void)state;
	assert_int_equal(compare().kind, AGREEMENT_YES);
	assert_null(compare().what);
}

static void test_a_version_differs(void **state)
{
	(void)state;
	answered.conversation.version = VERSION_TLS11;
	expect_differs("version", "TLS 1.2", "TLS 1.1");
}

static void test_a_suite_differs(void **state)
{
	(void)state;
	answered.conversation.cipher = 0xc030;
	expect_differs("cipher suite", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
		"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384");
}

static void test_a_group_differs(void **state)
{
	(void)state;
	answered.conversation.group = 0x0017;
	expect_differs("group", "x25519", "secp256r1");
	answered.conversation.group_seen = false;
	expect_differs("group", "x25519", "none");
}

/* What a second hello would tell is unknown; that it asks for another group is not. */
static void test_a_refusal_behind_a_retry_is_not_seen(void **state)
{
	(void)state;
	answered.outcome = ANSWER_RETRY;
	answered.conversation.retried = true;
	predicted.refusal = REFUSAL_SIGNATURE;
	assert_int_equal(compare().kind, AGREEMENT_NO);
	predicted.retried = true;
	assert_int_equal(compare().kind, AGREEMENT_UNKNOWN);
	answered.conversation.group = 0x0017;
	assert_int_equal(compare().kind, AGREEMENT_NO);
}

/* Up to TLS 1.2 a group of RFC 7919 is seen by its size. */
static void test_a_finite_group_is_compared_by_size(void **state)
{
	(void)state;
	predicted.group = CODE_NONE;
	predicted.dh_bits = 2048;
	answered.conversation.group_seen = false;
	answered.conversation.dh_bits = 2048;
	assert_int_equal(compare().kind, AGREEMENT_YES);
	answered.conversation.dh_bits = 1024;
	expect_differs("group", "DH of 2048 bits", "DH of 1024 bits");
}

static void test_a_signature_differs_where_it_is_seen(void **state)
{
	(void)state;
	predicted.signature = 0x0401;
	expect_differs("signature", "rsa_pkcs1_sha256", "rsa_pss_rsae_sha256");
	answered.conversation.signature_scheme = 0; /* TLS 1.3 */
	assert_int_equal(compare().kind, AGREEMENT_YES);
}

static void test_a_retry_agrees_if_it_was_predicted(void **state)
{
	(void)state;
	answered.outcome = ANSWER_RETRY;
	answered.conversation.retried = true;
	expect_differs("retry", "goes on at once", "asks again");
	predicted.retried = true;
	assert_int_equal(compare().kind, AGREEMENT_YES);
}

static void test_an_outcome_differs(void **state)
{
	(void)state;
	answered.outcome = ANSWER_REFUSED;
	answered.alert_seen = true;
	answered.alert = ALERT_HANDSHAKE_FAILURE;
	expect_differs("outcome", "TLS 1.2", "alert handshake_failure");
	answered.outcome = ANSWER_CLOSED;
	answered.alert_seen = false;
	expect_differs("outcome", "TLS 1.2", "closed");
	predicted.refusal = REFUSAL_SUITE;
	answered.outcome = ANSWER_ACCEPTED;
	expect_differs("outcome", "refuses: no common suite", "TLS 1.2");
}

/* However it refuses: which alert is the stack's affair. */
static void test_a_refusal_agrees_with_any_refusal(void **state)
{
	static const enum answer_outcome refusals[] = { ANSWER_REFUSED, ANSWER_CLOSED,
		ANSWER_RESET };

	(void)state;
	predicted.refusal = REFUSAL_VERSION;
	predicted.alert = ALERT_PROTOCOL_VERSION;
	for (size_t i = 0; i < COUNT_OF(refusals); i++) {
		answered.outcome = refusals[i];
		assert_int_equal(compare().kind, AGREEMENT_YES);
	}
}

static void test_what_says_nothing_is_unknown(void **state)
{
	static const enum answer_outcome nothing[] = { ANSWER_SILENT, ANSWER_NOT_TLS,
		ANSWER_MALFORMED, ANSWER_TOO_LONG };
	struct probe_result unreached = { .end = EXCHANGE_REFUSED };

	(void)state;
	for (int refusal = REFUSAL_NONE; refusal <= REFUSAL_MALFORMED; refusal++) {
		predicted.refusal = (enum refusal)refusal;
		for (size_t i = 0; i < COUNT_OF(nothing); i++) {
			answered.outcome = nothing[i];
			assert_int_equal(compare().kind, AGREEMENT_UNKNOWN);
		}
		assert_int_equal(
			agreement_of(&predicted, &unreached).kind, AGREEMENT_UNKNOWN);
	}
	assert_string_equal(agreement_of(&predicted, &unreached).answered, "no-listener");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_what_is_alike_agrees, begin),
		cmocka_unit_test_setup(test_a_version_differs, begin),
		cmocka_unit_test_setup(test_a_suite_differs, begin),
		cmocka_unit_test_setup(test_a_group_differs, begin),
		cmocka_unit_test_setup(test_a_refusal_behind_a_retry_is_not_seen, begin),
		cmocka_unit_test_setup(test_a_finite_group_is_compared_by_size, begin),
		cmocka_unit_test_setup(test_a_signature_differs_where_it_is_seen, begin),
		cmocka_unit_test_setup(test_a_retry_agrees_if_it_was_predicted, begin),
		cmocka_unit_test_setup(test_an_outcome_differs, begin),
		cmocka_unit_test_setup(test_a_refusal_agrees_with_any_refusal, begin),
		cmocka_unit_test_setup(test_what_says_nothing_is_unknown, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

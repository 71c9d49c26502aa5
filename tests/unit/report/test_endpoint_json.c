#include "../unit.h"

#include "../endpoints.h"
#include "report/endpoint_render.h"

/* True if the line for the endpoint holds the piece. */
static bool holds(const struct endpoint *endpoint, const char *piece)
{
	struct endpoint_view view = { .endpoint = endpoint };
	struct text text;
	bool found;

	text_init(&text, 65536);
	endpoint_jsonl(&text, &view);
	found = text_end(&text) == ERR_OK && strstr(text_string(&text), piece) != NULL;
	text_done(&text);
	return found;
}

static void test_what_was_found_stands_under_its_version(void **state)
{
	struct endpoint e = erp_endpoint();

	(void)state;
	assert_true(holds(&e,
		"\"TLS 1.0\":{\"status\":\"accepted\",\"alert\":null,\"reason\":null,"
		"\"suites\":[\"TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA\","));
	assert_true(holds(&e,
		"\"suites_whole\":true,\"order\":\"server\",\"groups\":[\"x25519\","
		"\"secp256r1\"],\"groups_whole\":true,\"signature_schemes\":["
		"\"rsa_pss_rsae_sha256\",\"rsa_pkcs1_sha256\"]"));
	assert_true(holds(&e,
		"\"TLS 1.3\":{\"status\":\"refused\",\"alert\":\"protocol_version\""));
	assert_true(holds(&e, "\"alpn\":[\"h2\",\"http/1.1\"]"));
}

static void test_what_was_not_found_out_is_null(void **state)
{
	struct endpoint e = erp_endpoint();

	(void)state;
	e.versions[RANK_TLS12].groups = (struct endpoint_codes){ 0 };
	assert_true(holds(&e, "\"groups\":null,\"groups_whole\":false,"
			      "\"signature_schemes\":[\"rsa_pss_rsae_sha256\""));
	assert_true(holds(&e, "\"traits\":{\"address_validated\":null,"));
	assert_true(holds(&e, "\"compression\":false,"));
	assert_true(holds(&e, "\"secure_renegotiation\":true,"));
	assert_true(holds(&e, "\"dh\":null"));
}

static void test_of_who_does_not_answer_no_list_is_known(void **state)
{
	struct endpoint e = erp_endpoint();

	(void)state;
	e.versions[RANK_SSL2].status = ENDPOINT_NO_ANSWER;
	e.versions[RANK_SSL2].alert = -1;
	e.versions[RANK_SSL2].suites.whole = true;
	assert_true(holds(&e, "\"SSL 2.0\":{\"status\":\"no-answer\",\"alert\":null,"
			      "\"reason\":null,\"suites\":null,\"suites_whole\":false"));
}

static void test_what_was_not_asked_is_unknown(void **state)
{
	struct endpoint e = erp_endpoint();

	(void)state;
	e.versions[RANK_TLS11].status = ENDPOINT_UNASKED;
	assert_true(holds(&e, "\"TLS 1.1\":{\"status\":\"unknown\",\"alert\":null,"
			      "\"reason\":\"it was not asked\",\"suites\":null"));
}

static void test_what_it_is_open_to_and_its_rating_are_told(void **state)
{
	struct endpoint e = erp_endpoint();

	(void)state;
	assert_true(holds(&e,
		"\"exposures\":{\"BEAST\":{\"exposed\":true,\"reason\":\"TLS 1.0 with "
		"TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA\",\"source\":\"CVE-2011-3389\"},"));
	assert_true(holds(&e, "\"heartbeat\":{\"exposed\":null,"));
	assert_true(holds(&e, "\"POODLE\":{\"exposed\":false,\"reason\":null,"));
	assert_true(holds(&e, "\"rating\":{\"edition\":\"2009r\",\"grade\":\"B\","
			      "\"without_trust\":\"B\",\"unrated\":null,\"score\":"));
	e.versions[RANK_TLS12].suites.whole = false;
	assert_true(holds(&e, "\"grade\":null,\"without_trust\":null,\"unrated\":\"not "
			      "all of its suites are known\""));
}

static void test_a_judgement_is_told_with_its_reasons(void **state)
{
	static const struct policy policy = { .name = "newer",
		.versions = 1 << RANK_TLS12 | 1 << RANK_TLS13 };
	struct endpoint e = erp_endpoint();
	struct endpoint_judgement made;
	struct endpoint_view view = {
		.endpoint = &e, .policy = &policy, .judgement = &made
	};
	struct text text;

	(void)state;
	assert_true(holds(&e, "\"policy\":null"));
	endpoint_judge(&policy, &e, &made);
	text_init(&text, 65536);
	endpoint_jsonl(&text, &view);
	assert_non_null(strstr(text_string(&text),
		"\"policy\":{\"name\":\"newer\",\"verdict\":\"breaks\",\"reasons\":[{"
		"\"verdict\":\"breaks\",\"reason\":\"accepts TLS 1.0\"}]}"));
	text_done(&text);
}

static void test_a_rank_without_a_version_has_no_member(void **state)
{
	struct endpoint e = erp_endpoint();

	(void)state;
	assert_true(holds(&e, "\"SSL 2.0\""));
	e.versions[RANK_SSL2].version = VERSION_NONE;
	assert_false(holds(&e, "\"SSL 2.0\""));
}

static void test_strangers_text_is_quoted(void **state)
{
	struct endpoint e = erp_endpoint();

	(void)state;
	e.status = ENDPOINT_NOT_TLS;
	memcpy(e.start, "HTTP\"\r\n", 7);
	e.start_len = 7;
	assert_true(holds(&e, "\"status\":\"not-tls\""));
	assert_true(holds(&e, "\"start\":\"HTTP\\\"\\u000d\\u000a\""));
}

static void test_a_document_parts_its_endpoints(void **state)
{
	const struct endpoint_renderer *json = endpoint_renderer_find("json");
	struct endpoint e = erp_endpoint();
	struct endpoint_view view = { .endpoint = &e };
	struct text text;

	(void)state;
	text_init(&text, 65536);
	json->begin(&text);
	json->endpoint(&text, &view);
	view.before = 1;
	json->endpoint(&text, &view);
	json->end(&text, &(struct endpoint_summary){ .endpoints = 2, .connections = 42 });
	assert_non_null(strstr(text_string(&text),
		"{\"format\":\"tlsunset-scan-1\",\"endpoints\":[\n{\"host\""));
	assert_non_null(strstr(text_string(&text), "},\n{\"host\""));
	assert_non_null(strstr(text_string(&text),
		"}\n],\"summary\":{\"endpoints\":2,\"connections\":42,\"passes\":0,"));
	text_done(&text);
}

static void test_over_udp_both_protocols_and_versions_of_quic_stand(void **state)
{
	struct endpoint tcp = erp_endpoint(), quic = erp_quic(), dtls = erp_dtls();

	(void)state;
	assert_true(holds(&tcp, "\"udp\":null"));
	assert_true(holds(&quic, "\"transport\":\"udp\",\"quic\":true"));
	assert_true(holds(&quic, "\"versions\":{\"TLS 1.3\":{\"status\":\"accepted\""));
	assert_true(holds(&quic, "\"udp\":{\"dtls\":\"no-answer\",\"quic\":\"accepted\","
				 "\"quic_versions\":[\"QUIC v1\",\"draft-29\"]}"));
	assert_true(
		holds(&dtls, "\"versions\":{\"DTLS 1.0\":{\"status\":\"no-answer\","));
	assert_true(holds(&dtls, "\"udp\":{\"dtls\":\"accepted\",\"quic\":"
				 "\"no-answer\",\"quic_versions\":[]}"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_was_found_stands_under_its_version),
		cmocka_unit_test(test_what_was_not_found_out_is_null),
		cmocka_unit_test(test_of_who_does_not_answer_no_list_is_known),
		cmocka_unit_test(test_what_was_not_asked_is_unknown),
		cmocka_unit_test(test_what_it_is_open_to_and_its_rating_are_told),
		cmocka_unit_test(test_a_judgement_is_told_with_its_reasons),
		cmocka_unit_test(test_a_rank_without_a_version_has_no_member),
		cmocka_unit_test(test_strangers_text_is_quoted),
		cmocka_unit_test(test_a_document_parts_its_endpoints),
		cmocka_unit_test(test_over_udp_both_protocols_and_versions_of_quic_stand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

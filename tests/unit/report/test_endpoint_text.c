#include "../unit.h"

#include "../endpoints.h"
#include "report/endpoint_render.h"

static const struct policy newer = {
	.name = "newer",
	.compression = true,
	.versions = 1 << RANK_TLS12 | 1 << RANK_TLS13,
};

static struct certificate expired; /* of one test */

static void check(const struct endpoint *endpoint, const struct policy *policy,
	unsigned width, const char *expected)
{
	struct endpoint_judgement made;
	struct endpoint_view view = {
		.endpoint = endpoint,
		.policy = policy,
		.judgement = policy == NULL ? NULL : &made,
		.now = ERP_AT,
		.width = width,
	};
	struct text text;

	if (policy != NULL)
		endpoint_judge(policy, endpoint, &made);
	text_init(&text, 65536);
	endpoint_text(&text, &view);
	assert_string_equal(text_string(&text), expected);
	text_done(&text);
}

static void test_two_columns_where_there_is_room(void **state)
{
	struct endpoint e = erp_endpoint();

	(void)state;
	check(&e, &newer, 120,
		"erp.example.net:443 (10.0.4.2)   breaks policy newer: accepts TLS 1.0\n"
		"  SSL 2.0      refused (alert 70)                             TLS 1.1   "
		"   refused (alert 70)\n"
		"  SSL 3.0      refused (alert 70)                             TLS 1.2   "
		"   accepted  4 suites, server order: ECDHE-RSA-…\n"
		"  TLS 1.0      accepted  5 suites, client order               TLS 1.3   "
		"   refused (alert 70)\n"
		"  groups       x25519 secp256r1\n"
		"  signatures   rsa_pss_rsae_sha256 rsa_pkcs1_sha256\n"
		"  certificate  RSA 2048, sha256, 41 days left, chain ok, name ok\n"
		"  does         secure renegotiation, no compression; ALPN h2 http/1.1\n"
		"  exposed to   BEAST (TLS 1.0 with TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA), "
		"SWEET32 (TLS 1.0 with\n"
		"               TLS_RSA_WITH_3DES_EDE_CBC_SHA); not known: heartbeat\n"
		"  rating       B by the guide of SSL Labs, 2009r: TLS 1.0 or 1.1 is "
		"accepted; no TLS 1.3\n"
		"  asked        21 connections in 0.25 s\n"
		"  fix          allow TLS 1.2, TLS 1.3 alone (tlsunset policy export --for "
		"SERVER newer)\n");
}

static void test_a_line_each_where_there_is_not(void **state)
{
	struct endpoint e = erp_endpoint();

	(void)state;
	check(&e, NULL, 80,
		"erp.example.net:443 (10.0.4.2)   accepts TLS 1.0, 1.2\n"
		"  SSL 2.0      refused (alert 70)\n"
		"  SSL 3.0      refused (alert 70)\n"
		"  TLS 1.0      accepted  5 suites, client order\n"
		"  TLS 1.1      refused (alert 70)\n"
		"  TLS 1.2      accepted  4 suites, server order: "
		"ECDHE-RSA-AES256-GCM-SHA384 ...\n"
		"  TLS 1.3      refused (alert 70)\n"
		"  groups       x25519 secp256r1\n"
		"  signatures   rsa_pss_rsae_sha256 rsa_pkcs1_sha256\n"
		"  certificate  RSA 2048, sha256, 41 days left, chain ok, name ok\n"
		"  does         secure renegotiation, no compression; ALPN h2 http/1.1\n"
		"  exposed to   BEAST (TLS 1.0 with TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA), "
		"SWEET32\n"
		"               (TLS 1.0 with TLS_RSA_WITH_3DES_EDE_CBC_SHA); not "
		"known:\n"
		"               heartbeat\n"
		"  rating       B by the guide of SSL Labs, 2009r: TLS 1.0 or 1.1 is "
		"accepted; no\n"
		"               TLS 1.3\n"
		"  asked        21 connections in 0.25 s\n");
}

static void test_who_does_not_answer_is_unknown(void **state)
{
	struct endpoint e = {
		.address = address_of_ipv4((const uint8_t[]){ 203, 0, 113, 9 }),
		.port = 8443,
		.status = ENDPOINT_NO_ANSWER,
		.reason = "nothing answered in 5 s",
		.connections = 1,
		.took = 5 * TIME_SECOND,
	};

	(void)state;
	check(&e, &newer, 80,
		"203.0.113.9:8443   unknown under policy newer: nothing answered in 5 s\n"
		"  asked        1 connection in 5.00 s\n");
}

static void test_strangers_text_is_quoted(void **state)
{
	struct endpoint e = erp_endpoint();

	(void)state;
	for (unsigned rank = RANK_SSL2; rank <= RANK_TLS13; rank++)
		e.versions[rank].status = ENDPOINT_NOT_TLS;
	e.status = ENDPOINT_NOT_TLS;
	e.host = bytes_of_string("evil\033[31m");
	memcpy(e.start, "HTTP\033\r\n", 7);
	e.start_len = 7;
	e.connections = 1;
	check(&e, NULL, 80,
		"evil\\x1b[31m:443 (10.0.4.2, named erp.example.net)   is not TLS, it "
		"begins\n  \"HTTP\\x1b\\x0d\\x0a\"\n"
		"  asked        1 connection in 0.25 s\n");
}

static void test_what_is_odd_is_told(void **state)
{
	struct endpoint e = erp_endpoint();

	(void)state;
	e.versions[RANK_SSL3].status = ENDPOINT_UNASKED;
	e.versions[RANK_TLS10].completes = TRAIT_NO;
	e.versions[RANK_TLS10].suites.whole = false;
	e.versions[RANK_TLS10].order = ORDER_UNKNOWN;
	e.versions[RANK_TLS11].alert = -1;
	e.versions[RANK_TLS11].without_name = TRAIT_YES;
	e.versions[RANK_TLS13].status = ENDPOINT_UNKNOWN;
	e.versions[RANK_TLS13].reason =
		"the server limits connections, ask again with a lower --rate";
	e.dh = (struct endpoint_dh){ 1024, "RFC 2409 group 2", TRAIT_YES };
	e.certificates[0].trust = TRUST_EXPIRED;
	e.certificates[0].name_matches = TRAIT_NO;
	expired = erp_certificate;
	expired.not_after = ERP_AT - TIME_DAY - 1;
	e.certificates[0].chain[0] = &expired;
	e.traits.intolerant_many_suites = TRAIT_YES;
	e.nodes_differ = true;
	e.nodes_reason = "2 of 5 answers had TLS 1.1";
	e.slowed = true;
	check(&e, NULL, 80,
		"erp.example.net:443 (10.0.4.2)   accepts TLS 1.0, 1.2\n"
		"  SSL 2.0      refused (alert 70)\n"
		"  SSL 3.0      not asked\n"
		"  TLS 1.0      accepted  at least 5 suites: ECDHE-RSA-AES256-SHA ...; "
		"but no\n"
		"               handshake was completed\n"
		"  TLS 1.1      refused, but accepted from who names no server\n"
		"  TLS 1.2      accepted  4 suites, server order: "
		"ECDHE-RSA-AES256-GCM-SHA384 ...\n"
		"  TLS 1.3      unknown: the server limits connections, ask again with a "
		"lower\n"
		"               --rate\n"
		"  groups       x25519 secp256r1, perhaps more; DH of 1024 bits (RFC "
		"2409 group\n"
		"               2), its key is used again\n"
		"  signatures   rsa_pss_rsae_sha256 rsa_pkcs1_sha256, perhaps more\n"
		"  certificate  RSA 2048, sha256, expired 1 day ago, chain expired, "
		"wrong name\n"
		"  does         secure renegotiation, no compression; ALPN h2 http/1.1\n"
		"  intolerant   many suites\n"
		"  exposed to   BEAST (TLS 1.0 with TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA), "
		"Logjam\n"
		"               (DH group of 1024 bits, RFC 2409 group 2), SWEET32 (TLS "
		"1.0 with\n"
		"               TLS_RSA_WITH_3DES_EDE_CBC_SHA); not known: FREAK "
		"heartbeat POODLE\n"
		"               RC4\n"
		"  nodes        servers that differ answer here: 2 of 5 answers had TLS "
		"1.1\n"
		"  asked        21 connections in 0.25 s; it limits who asks often, and "
		"was asked\n"
		"               slowly\n");
}

static void test_several_come_to_a_line(void **state)
{
	struct endpoint_summary summary = { .endpoints = 1, .connections = 1204 };
	struct text text;

	(void)state;
	text_init(&text, 1024);
	endpoint_text_end(&text, &summary);
	assert_string_equal(text_string(&text), "");
	summary.endpoints = 4;
	summary.by_verdict[VERDICT_BREAKS] = 2;
	summary.by_verdict[VERDICT_UNKNOWN] = 1;
	summary.not_settled = 1;
	summary.findings = 1;
	endpoint_text_end(&text, &summary);
	assert_string_equal(text_string(&text),
		"\n4 endpoints in 1,204 connections, 2 break the policy, 1 unknown under "
		"it, 1 with a version not known, 1 finding\n");
	text_done(&text);
}

static void test_a_line_for_spreadsheets(void **state)
{
	struct endpoint e = erp_endpoint();
	struct endpoint_judgement made;
	struct endpoint_view view = {
		.endpoint = &e, .policy = &newer, .judgement = &made
	};
	const struct endpoint_renderer *csv = endpoint_renderer_find("csv");
	struct text text;

	(void)state;
	endpoint_judge(&newer, &e, &made);
	e.host = bytes_of_string("=evil()");
	text_init(&text, 65536);
	csv->endpoint(&text, &view);
	assert_string_equal(text_string(&text),
		"tlsunset-scan-1,\"'=evil()\",\"10.0.4.2\",443,\"tcp\",,"
		"\"erp.example.net\",\"2026-11-22T10:00:00.123456Z\",\"accepted\","
		"\"refused\",\"refused\",\"accepted\",\"refused\",\"accepted\","
		"\"refused\",\"x25519 secp256r1\",\"CN=erp.example.net\",\"RSA\",2048,"
		"\"sha256WithRSAEncryption\",\"2027-01-02T11:00:00.123456Z\",\"ok\","
		"\"no\",\"newer\",\"breaks\",\"accepts TLS 1.0\",,21,"
		"\"BEAST SWEET32\",\"B\"\r\n");
	text_done(&text);
}

static void test_each_column_has_a_head(void **state)
{
	struct endpoint e = erp_endpoint();
	struct endpoint_view view = { .endpoint = &e };
	size_t commas[2] = { 0 };

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct text text;

		text_init(&text, 65536);
		if (i == 0)
			endpoint_csv_begin(&text);
		else
			endpoint_csv(&text, &view);
		for (const char *c = text_string(&text); *c != '\0'; c++)
			commas[i] += *c == ',';
		text_done(&text);
	}
	assert_int_equal(commas[0], commas[1]);
}

static void test_over_udp_both_protocols_are_told_of(void **state)
{
	struct endpoint quic = erp_quic(), dtls = erp_dtls();

	(void)state;
	check(&quic, NULL, 80,
		"erp.example.net:443 (10.0.4.2, quic)   accepts TLS 1.3\n"
		"  TLS 1.3      accepted  2 suites, server order: "
		"TLS_AES_128_GCM_SHA256 ...\n"
		"  groups       x25519 secp256r1\n"
		"  does         no address validated; ALPN h3\n"
		"  udp          QUIC v1, draft-29; DTLS is not answered\n"
		"  asked        12 connections in 0.02 s\n");
	check(&dtls, &newer, 80,
		"erp.example.net:443 (10.0.4.2, udp)   unknown under policy newer: not "
		"known\n"
		"  whether it accepts DTLS 1.0: no-answer\n"
		"  DTLS 1.0     no answer\n"
		"  DTLS 1.2     accepted  4 suites, server order: "
		"ECDHE-RSA-AES256-GCM-SHA384 ...\n"
		"  DTLS 1.3     refused (alert 70)\n"
		"  groups       x25519 secp256r1\n"
		"  signatures   rsa_pss_rsae_sha256 rsa_pkcs1_sha256\n"
		"  certificate  RSA 2048, sha256, 41 days left, chain ok, name ok\n"
		"  does         secure renegotiation, no compression\n"
		"  exposed to   not known: FREAK heartbeat Logjam RC4 SWEET32\n"
		"  udp          QUIC is not answered\n"
		"  asked        21 connections in 0.25 s\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_columns_where_there_is_room),
		cmocka_unit_test(test_a_line_each_where_there_is_not),
		cmocka_unit_test(test_who_does_not_answer_is_unknown),
		cmocka_unit_test(test_strangers_text_is_quoted),
		cmocka_unit_test(test_what_is_odd_is_told),
		cmocka_unit_test(test_several_come_to_a_line),
		cmocka_unit_test(test_a_line_for_spreadsheets),
		cmocka_unit_test(test_each_column_has_a_head),
		cmocka_unit_test(test_over_udp_both_protocols_are_told_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

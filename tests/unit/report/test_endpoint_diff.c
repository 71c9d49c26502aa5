#include "../unit.h"

#include "../endpoints.h"
#include "report/endpoint_diff.h"

static struct endpoint_diff diff;

static void shows(const struct endpoint *was, const struct endpoint *is, size_t findings,
	const char *expected)
{
	struct text text;

	endpoint_diff(was, is, &diff);
	text_init(&text, 65536);
	endpoint_diff_text(&diff, 100, &text);
	assert_string_equal(text_string(&text), expected);
	assert_int_equal(diff.findings, findings);
	text_done(&text);
}

#define SINCE "  changes since 2026-11-22T10:00Z\n"

static void test_the_same_has_not_changed(void **state)
{
	struct endpoint e = erp_endpoint();

	(void)state;
	shows(&e, &e, 0, "  no change since 2026-11-22T10:00Z\n");
}

static void test_an_old_version_accepted_again_is_a_finding(void **state)
{
	struct endpoint was = erp_endpoint(), is = erp_endpoint();

	(void)state;
	was.versions[RANK_TLS10].status = ENDPOINT_REFUSED;
	was.versions[RANK_TLS13].status = ENDPOINT_ACCEPTED;
	shows(&was, &is, 3,
		SINCE "  + version: TLS 1.0, which was refused: a fix that regressed\n"
		      "  - version: TLS 1.3\n"
		      "  + exposures: BEAST, SWEET32: a finding\n");
}

static void test_a_new_version_is_none(void **state)
{
	struct endpoint was = erp_endpoint(), is = erp_endpoint();

	(void)state;
	is.versions[RANK_TLS13].status = ENDPOINT_ACCEPTED;
	is.versions[RANK_TLS10].status = ENDPOINT_REFUSED;
	shows(&was, &is, 0,
		SINCE "  - version: TLS 1.0\n"
		      "  + version: TLS 1.3\n"
		      "  - exposures: BEAST, SWEET32\n");
}

/* Who names no server gets it again, as old clients do. */
static void test_an_old_version_open_without_a_name_again_is_a_finding(void **state)
{
	struct endpoint was = erp_endpoint(), is;

	(void)state;
	was.versions[RANK_TLS11].status = ENDPOINT_REFUSED;
	was.versions[RANK_TLS11].without_name = TRAIT_NO;
	is = was;
	is.versions[RANK_TLS11].without_name = TRAIT_YES;
	shows(&was, &is, 1,
		SINCE
		"  ~ version: TLS 1.1 refused -> TLS 1.1 refused, but accepted from "
		"who names no server, or another:\n"
		"    a finding\n");
	shows(&is, &was, 0,
		SINCE "  ~ version: TLS 1.1 refused, but accepted from who names no "
		      "server, or another -> TLS 1.1 "
		      "refused\n");
}

static void test_suites_and_groups_come_and_go(void **state)
{
	static const uint32_t suites[] = { 0xc030, 0xc02f, 0x009d, 0xcca8 };
	static const uint32_t groups[] = { 0x11ec, 0x001d, 0x0017 };
	struct endpoint was = erp_endpoint(), is = erp_endpoint();

	(void)state;
	is.versions[RANK_TLS12].suites = (struct endpoint_codes)ERP_LIST(suites);
	was.versions[RANK_TLS12].groups = (struct endpoint_codes)ERP_LIST(groups);
	shows(&was, &is, 1,
		SINCE "  + TLS 1.2 suite: TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256\n"
		      "  - TLS 1.2 suite: TLS_RSA_WITH_AES_128_CBC_SHA\n"
		      "  - group: X25519MLKEM768: a finding\n");
}

static void test_a_list_that_is_not_whole_loses_nothing(void **state)
{
	struct endpoint was = erp_endpoint(), is = erp_endpoint();

	(void)state;
	is.versions[RANK_TLS12].suites.count = 1;
	is.versions[RANK_TLS12].suites.whole = false;
	shows(&was, &is, 0, "  no change since 2026-11-22T10:00Z\n");
	shows(&is, &was, 0, "  no change since 2026-11-22T10:00Z\n");
}

/* Nobody said that it was off. */
static void test_an_old_version_that_turns_out_accepted_is_a_finding(void **state)
{
	struct endpoint was = erp_endpoint(), is = erp_endpoint();

	(void)state;
	was.versions[RANK_TLS10].status = ENDPOINT_UNKNOWN;
	shows(&was, &is, 1,
		SINCE "  ~ version: TLS 1.0 unknown -> TLS 1.0 accepted: a finding\n");
}

static void test_what_is_not_known_any_more_is_told(void **state)
{
	struct endpoint was = erp_endpoint(), is = erp_endpoint();

	(void)state;
	is.versions[RANK_TLS11].status = ENDPOINT_UNKNOWN;
	shows(&was, &is, 0, SINCE "  ~ version: TLS 1.1 refused -> TLS 1.1 unknown\n");
	is.status = ENDPOINT_NO_ANSWER;
	for (unsigned rank = RANK_SSL2; rank <= RANK_TLS13; rank++)
		is.versions[rank] =
			(struct endpoint_version){ .status = ENDPOINT_NO_ANSWER };
	is.certificate_count = 0;
	is.traits = (struct endpoint_traits){ 0 };
	shows(&was, &is, 0, SINCE "  ~ status: accepted -> no-answer\n");
}

static void test_certificates_and_what_it_does(void **state)
{
	struct endpoint was = erp_endpoint(), is = erp_endpoint();
	struct certificate renewed = erp_certificate;

	(void)state;
	renewed.digest[0] = 0x12;
	renewed.not_after += 365 * TIME_DAY;
	is.certificates[0].chain[0] = &renewed;
	is.traits.compression = TRAIT_YES;
	is.alpn_count = 1;
	is.nodes_differ = true;
	shows(&was, &is, 1,
		SINCE "  + exposure: CRIME: a finding\n"
		      "  + certificate: RSA 2048 until 2028-01-02, 12cd0000\n"
		      "  - certificate: RSA 2048 until 2027-01-02, abcd0000\n"
		      "  + does: compression\n"
		      "  - alpn: http/1.1\n"
		      "  ~ nodes: alike -> differ\n");
	is = erp_endpoint();
	is.certificates[0].trust = TRUST_EXPIRED;
	shows(&was, &is, 1, SINCE "  ~ certificate: ok -> expired: a finding\n");
}

/* A scan of versions alone shows one certificate, by name. */
static void test_what_was_not_asked_for_is_no_change(void **state)
{
	struct endpoint was = erp_endpoint(), mass = erp_endpoint();
	struct certificate other = erp_certificate, renewed = erp_certificate;
	unsigned count = was.certificate_count;

	(void)state;
	other.key_type = "EC";
	other.key_bits = 256;
	other.digest[0] = 0x34;
	was.certificates[count] = was.certificates[0];
	was.certificates[count].named = !was.certificates[0].named;
	was.certificates[count + 1] = was.certificates[0];
	was.certificates[count + 1].chain[0] = &other;
	was.certificate_count = (uint8_t)(count + 2);
	for (unsigned rank = RANK_SSL2; rank <= RANK_TLS13; rank++)
		mass.versions[rank].suites.whole = false;
	shows(&was, &mass, 0, "  no change since 2026-11-22T10:00Z\n");
	shows(&mass, &was, 0,
		"  no change since 2026-11-22T10:00Z, of versions and certificates: no "
		"more was asked then\n");
	renewed.digest[0] = 0x12;
	mass.certificates[0].chain[0] = &renewed;
	shows(&was, &mass, 0,
		SINCE "  + certificate: RSA 2048 until 2027-01-02, 12cd0000\n"
		      "  - certificate: RSA 2048 until 2027-01-02, abcd0000\n");
}

static void test_the_first_scan_has_nothing_to_compare_with(void **state)
{
	struct text text;

	(void)state;
	diff.any = false;
	text_init(&text, 1024);
	endpoint_diff_text(&diff, 80, &text);
	assert_string_equal(
		text_string(&text), "  first scan: there is none to compare with\n");
	text_reset(&text);
	endpoint_diff_json(&diff, &text);
	assert_string_equal(text_string(&text), "null");
	text_done(&text);
}

static void test_programs_get_each_change(void **state)
{
	struct endpoint was = erp_endpoint(), is = erp_endpoint();
	struct text text;

	(void)state;
	is.versions[RANK_TLS11].status = ENDPOINT_ACCEPTED;
	endpoint_diff(&was, &is, &diff);
	text_init(&text, 4096);
	endpoint_diff_json(&diff, &text);
	assert_string_equal(text_string(&text),
		"{\"since\":\"2026-11-22T10:00:00.123456Z\",\"findings\":1,\"left_out\":"
		"0,\"partial\":false,"
		"\"changes\":[{\"kind\":\"gained\",\"what\":\"version\",\"version\":null,"
		"\"name\":\"TLS 1.1\",\"to\":null,\"finding\":true}]}");
	text_done(&text);
}

static void test_over_udp_versions_come_and_go(void **state)
{
	struct endpoint was = erp_quic(), is = erp_quic();

	(void)state;
	was.udp.quic_version_count = 1;
	shows(&was, &is, 0, SINCE "  + quic-version: draft-29\n");
	was = is = erp_dtls();
	is.versions[RANK_TLS11].status = ENDPOINT_ACCEPTED;
	shows(&was, &is, 1,
		SINCE
		"  ~ version: DTLS 1.0 no-answer -> DTLS 1.0 accepted: a finding\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_same_has_not_changed),
		cmocka_unit_test(test_an_old_version_accepted_again_is_a_finding),
		cmocka_unit_test(test_a_new_version_is_none),
		cmocka_unit_test(
			test_an_old_version_open_without_a_name_again_is_a_finding),
		cmocka_unit_test(test_suites_and_groups_come_and_go),
		cmocka_unit_test(test_a_list_that_is_not_whole_loses_nothing),
		cmocka_unit_test(
			test_an_old_version_that_turns_out_accepted_is_a_finding),
		cmocka_unit_test(test_what_is_not_known_any_more_is_told),
		cmocka_unit_test(test_certificates_and_what_it_does),
		cmocka_unit_test(test_what_was_not_asked_for_is_no_change),
		cmocka_unit_test(test_the_first_scan_has_nothing_to_compare_with),
		cmocka_unit_test(test_programs_get_each_change),
		cmocka_unit_test(test_over_udp_versions_come_and_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "../unit.h"

#include "report/handshake_json.h"

static struct handshake a_handshake(void)
{
	struct handshake h = {
		.at = UINT64_C(1795341600123456) * 1000,
		.client = address_of_ipv4((const uint8_t[]){ 10, 1, 7, 33 }),
		.server = address_of_ipv4((const uint8_t[]){ 10, 0, 4, 2 }),
		.client_port = 49152,
		.server_port = 443,
		.cipher = CODE_NONE,
		.group = CODE_NONE,
		.signature_scheme = CODE_NONE,
		.outcome = OUTCOME_UNANSWERED,
	};

	return h;
}

static void check(const struct handshake *h, enum handshake_class class,
        const char *expected)
{
	struct text text;

	text_init(&text, 65536);
	handshake_json(&text, h, class);
	assert_int_equal(text_end(&text), ERR_OK);
	assert_string_equal(text_string(&text), expected);
	text_done(&text);
}

static void test_what_was_not_seen_is_null(void **state)
{
	struct handshake h = a_handshake();

	(void)state;
	check(&h, CLASS_NONE,
	        "{\"ts\":\"2026-11-22T10:00:00.123456Z\",\"transport\":\"tcp\","
	        "\"client\":\"10.1.7.33\",\"client_port\":49152,\"server\":\"10.0.4.2\","
	        "\"server_port\":443,\"server_name\":null,\"upgrade\":null,"
	        "\"hello\":null,\"hello_format\":null,\"offered_versions\":null,"
	        "\"offered_max\":null,\"version\":null,\"cipher\":null,\"group\":null,"
	        "\"alpn\":null,\"resumed\":null,\"outcome\":\"unanswered\",\"alerts\":[],"
	        "\"class\":null,\"ja3\":null,\"ja3s\":null,\"ja4\":null,"
	        "\"outcome_inferred\":false,\"retried\":false,\"dh_bits\":null,"
	        "\"signature\":null,\"extended_master_secret\":null,"
	        "\"secure_renegotiation\":null,\"client_certificate_asked\":false,"
	        "\"hello_cut\":false,\"hello_malformed\":false,\"certificate\":null}\n");
}

/* True if the line for h holds the piece. */
static bool line_holds(const struct handshake *h, const char *piece)
{
	struct text text;
	bool holds;

	text_init(&text, 65536);
	handshake_json(&text, h, CLASS_SERVER_LIMITED);
	holds = strstr(text_string(&text), piece) != NULL;
	text_done(&text);
	return holds;
}

static void test_code_points_have_their_names(void **state)
{
	struct handshake h = a_handshake();

	(void)state;
	h.version = VERSION_TLS10;
	h.cipher = 0x002f;
	h.group = 0x1a2b;
	h.upgrade = UPGRADE_SMTP;
	assert_true(line_holds(&h, "\"version\":\"TLS 1.0\""));
	assert_true(line_holds(&h, "\"cipher\":\"TLS_RSA_WITH_AES_128_CBC_SHA\""));
	assert_true(line_holds(&h, "\"group\":\"0x1a2b\""));
	assert_true(line_holds(&h, "\"upgrade\":\"smtp\""));
	assert_true(line_holds(&h, "\"class\":\"server-limited\""));
	assert_true(line_holds(&h, "\"extended_master_secret\":false"));
}

static void test_strangers_text_is_quoted(void **state)
{
	struct handshake h = a_handshake();

	(void)state;
	h.server_name = bytes_of_string("a\"\n\xff");
	assert_true(line_holds(&h, "\"server_name\":\"a\\\"\\u000a\\ufffd\""));
}

static void test_an_encrypted_alert_has_no_description(void **state)
{
	struct handshake h = a_handshake();

	(void)state;
	h.alert_count = 2;
	h.alerts[0] = (struct observed_alert){ SIDE_SERVER, 2, 70, false };
	h.alerts[1] = (struct observed_alert){ SIDE_CLIENT, 0, 0, true };
	assert_true(line_holds(&h,
	        "\"alerts\":[{\"side\":\"server\",\"level\":\"fatal\","
	        "\"description\":\"protocol_version\",\"inferred\":false},"
	        "{\"side\":\"client\",\"level\":null,\"description\":null,"
	        "\"inferred\":true}]"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_was_not_seen_is_null),
		cmocka_unit_test(test_code_points_have_their_names),
		cmocka_unit_test(test_strangers_text_is_quoted),
		cmocka_unit_test(test_an_encrypted_alert_has_no_description),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

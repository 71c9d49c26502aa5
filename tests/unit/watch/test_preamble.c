#include "pieces.h"

static void test_nothing_spoken_is_no_upgrade(void **state)
{
	const struct turn turns[] = { CLIENT(CLIENT_HELLO), SERVER(SERVER_HELLO) };

	(void)state;
	expect_upgrade(turns, 2, UPGRADE_NONE, PREAMBLE_TLS);
}

static void test_a_hello_in_crumbs_begins_a_stream(void **state)
{
	const struct turn turns[] = { CLIENT(CLIENT_HELLO_IN_CRUMBS), SERVER(ALERT) };

	(void)state;
	expect_upgrade(turns, 2, UPGRADE_NONE, PREAMBLE_TLS);
}

static void test_an_sslv2_hello_begins_a_stream(void **state)
{
	const struct turn turns[] = { CLIENT(SSLV2_HELLO), SERVER(SERVER_HELLO) };

	(void)state;
	expect_upgrade(turns, 2, UPGRADE_NONE, PREAMBLE_SSLV2);
}

static void test_the_quick_check_wants_more_of_too_few_bytes(void **state)
{
	struct bytes hello = bytes_over(CLIENT_HELLO, sizeof CLIENT_HELLO - 1);
	struct bytes old = bytes_over(SSLV2_HELLO, sizeof SSLV2_HELLO - 1);
	enum preamble_found found;

	(void)state;
	for (size_t len = 0; len < 10; len++)
		assert_int_equal(
			preamble_check(SIDE_CLIENT, bytes_first(hello, len), &found),
			ERR_MORE);
	assert_int_equal(preamble_check(SIDE_CLIENT, hello, &found), ERR_OK);
	assert_int_equal(found, PREAMBLE_TLS);
	assert_int_equal(preamble_check(SIDE_SERVER, hello, &found), ERR_VALUE);
	assert_int_equal(preamble_check(SIDE_CLIENT, old, &found), ERR_OK);
	assert_int_equal(found, PREAMBLE_SSLV2);
}

static void test_the_quick_check_knows_answers(void **state)
{
	struct bytes hello = bytes_over(SERVER_HELLO, sizeof SERVER_HELLO - 1);
	struct bytes alert = bytes_over(ALERT, sizeof ALERT - 1);
	enum preamble_found found;

	(void)state;
	assert_int_equal(preamble_check(SIDE_SERVER, hello, &found), ERR_OK);
	assert_int_equal(preamble_check(SIDE_SERVER, alert, &found), ERR_OK);
	assert_int_equal(preamble_check(SIDE_CLIENT, alert, &found), ERR_VALUE);
}

static void test_an_answer_may_be_of_a_draft_of_tls_1_3(void **state)
{
	static const uint8_t answer[] = { 22, 3, 1, 0, 82, 2, 0, 0, 78, 0x7f, 0x12 };
	static const uint8_t hello[] = { 22, 3, 1, 0, 82, 1, 0, 0, 78, 0x7f, 0x12 };
	enum preamble_found found;

	(void)state;
	assert_int_equal(
		preamble_check(SIDE_SERVER, bytes_over(answer, sizeof answer), &found),
		ERR_OK);
	assert_int_equal(
		preamble_check(SIDE_CLIENT, bytes_over(hello, sizeof hello), &found),
		ERR_VALUE);
}

static void test_smtp_whose_answer_was_captured_late(void **state)
{
	const struct turn turns[] = { CLIENT("EHLO a\r\n"), SERVER("250 STARTTLS\r\n"),
		CLIENT("STARTTLS\r\n" CLIENT_HELLO), SERVER("220 ok\r\n" SERVER_HELLO) };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(CHUNKS); i++) {
		struct seen seen = run(turns, COUNT_OF(turns), CHUNKS[i]);

		assert_int_equal(seen.at[SIDE_CLIENT], 8 + 10);
		assert_int_equal(seen.at[SIDE_SERVER], 14 + 8);
		assert_int_equal(seen.upgrade, UPGRADE_SMTP);
	}
}

static void test_smtp_with_an_sslv2_hello_or_one_in_crumbs(void **state)
{
	const struct turn old[] = { SERVER("220 a\r\n"), CLIENT("EHLO a\r\n"),
		CLIENT("STARTTLS\r\n"), SERVER("220 ok\r\n"), CLIENT(SSLV2_HELLO),
		SERVER(SERVER_HELLO) };
	const struct turn crumbs[] = { SERVER("220 a\r\n"), CLIENT("EHLO a\r\n"),
		CLIENT("STARTTLS\r\n"), SERVER("220 ok\r\n"),
		CLIENT(CLIENT_HELLO_IN_CRUMBS), SERVER(ALERT) };

	(void)state;
	expect_upgrade(old, COUNT_OF(old), UPGRADE_SMTP, PREAMBLE_SSLV2);
	expect_upgrade(crumbs, COUNT_OF(crumbs), UPGRADE_SMTP, PREAMBLE_TLS);
}

static void test_one_side_of_smtp_alone(void **state)
{
	(void)state;
	EXPECT_FOUND(PREAMBLE_TLS, PREAMBLE_PLAIN,
		CLIENT("EHLO a\r\nSTARTTLS\r\n" CLIENT_HELLO));
	EXPECT_FOUND(PREAMBLE_PLAIN, PREAMBLE_TLS,
		SERVER("220 a\r\n250 STARTTLS\r\n220 ok\r\n" SERVER_HELLO));
}

static void test_a_capture_uploaded_by_http_is_no_hello(void **state)
{
	(void)state;
	EXPECT_FOUND(PREAMBLE_NEVER, PREAMBLE_NEVER,
		CLIENT("POST /up HTTP/1.1\r\nExpect: 100-continue\r\n\r\n"),
		SERVER("HTTP/1.1 100 Continue\r\n\r\n"), CLIENT(CLIENT_HELLO));
	EXPECT_FOUND(PREAMBLE_NEVER, PREAMBLE_PLAIN,
		CLIENT("PUT /up HTTP/1.1\r\n\r\n....." CLIENT_HELLO));
	EXPECT_FOUND(PREAMBLE_PLAIN, PREAMBLE_PLAIN,
		SERVER("HTTP/1.1 200 OK\r\n\r\n....." SERVER_HELLO));
}

static void test_bytes_of_tls_amid_a_talk_are_no_hello(void **state)
{
	(void)state;
	EXPECT_FOUND(PREAMBLE_PLAIN, PREAMBLE_PLAIN, CLIENT("\x01 select\n"),
		SERVER("\x02row: " CLIENT_HELLO SERVER_HELLO ALERT),
		CLIENT("\x01 insert " CLIENT_HELLO));
}

static void test_a_talk_nobody_knows(void **state)
{
	(void)state;
	EXPECT_UPGRADE(
		UPGRADE_UNKNOWN, CLIENT("\x01\x02 may I?"), SERVER("\x01\x03 do!"));
}

static void test_ssh_never_turns(void **state)
{
	(void)state;
	EXPECT_FOUND(PREAMBLE_PLAIN, PREAMBLE_NEVER, SERVER("SSH-2.0-OpenSSH_9.2\r\n"));
}

static void test_nothing_turns_behind_the_window(void **state)
{
	static uint8_t noise[PREAMBLE_MAX];
	const struct turn turns[] = { { SIDE_CLIENT, { noise, sizeof noise } },
		{ SIDE_SERVER, { noise, sizeof noise } }, CLIENT(CLIENT_HELLO) };

	(void)state;
	memset(noise, 'x', sizeof noise);
	expect_found(turns, 2, PREAMBLE_NEVER, PREAMBLE_NEVER);
	expect_found(turns, 3, PREAMBLE_NEVER, PREAMBLE_NEVER);
}

static void test_the_last_place_in_the_window_is_looked_at(void **state)
{
	static uint8_t noise[PREAMBLE_MAX - 1];
	const struct turn turns[] = { { SIDE_CLIENT, { noise, sizeof noise } },
		SERVER("x"), CLIENT(CLIENT_HELLO), SERVER(SERVER_HELLO) };

	(void)state;
	memset(noise, 'x', sizeof noise);
	expect_upgrade(turns, COUNT_OF(turns), UPGRADE_UNKNOWN, PREAMBLE_TLS);
}

static void test_a_client_hello_whose_lengths_disagree_is_not_taken_amid(void **state)
{
	static const char lie[] =
		"xx\x16\x03\x01\x00\x2f\x01\x00\x00\x2a\x03\x03" RANDOM "\0";

	(void)state; /* the message ends before its record */
	EXPECT_FOUND(PREAMBLE_PLAIN, PREAMBLE_PLAIN, CLIENT(lie));
	EXPECT_FOUND(PREAMBLE_TLS, PREAMBLE_PLAIN, CLIENT("xx" CLIENT_HELLO));
}

/* What might be a hello amid the client's bytes until the length of its session id
 * says that it is none, and is by then held: there the line stands that upgrades. */
static void test_an_upgrade_may_be_asked_for_in_bytes_that_were_held(void **state)
{
	static const char plain[] = "EHLO a\r\n"
				    "\x16\x03\x01\x00\x2f"     /* record of handshake */
				    "\x01\x00\x00\x2b\x03\x03" /* ClientHello */
				    "rrrrrrrrrrrrrrrrrrrr\r\nSTARTTLS\r\n";
	const struct turn turns[] = { CLIENT(plain), CLIENT(SSLV2_HELLO) };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(CHUNKS); i++) {
		struct seen seen = run(turns, COUNT_OF(turns), CHUNKS[i]);

		assert_int_equal(seen.found[SIDE_CLIENT], PREAMBLE_SSLV2);
		assert_int_equal(seen.at[SIDE_CLIENT], sizeof plain - 1);
		assert_int_equal(seen.upgrade, UPGRADE_SMTP);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_spoken_is_no_upgrade),
		cmocka_unit_test(test_a_hello_in_crumbs_begins_a_stream),
		cmocka_unit_test(test_an_sslv2_hello_begins_a_stream),
		cmocka_unit_test(test_the_quick_check_wants_more_of_too_few_bytes),
		cmocka_unit_test(test_the_quick_check_knows_answers),
		cmocka_unit_test(test_an_answer_may_be_of_a_draft_of_tls_1_3),
		cmocka_unit_test(test_smtp_whose_answer_was_captured_late),
		cmocka_unit_test(test_smtp_with_an_sslv2_hello_or_one_in_crumbs),
		cmocka_unit_test(test_one_side_of_smtp_alone),
		cmocka_unit_test(test_a_capture_uploaded_by_http_is_no_hello),
		cmocka_unit_test(test_bytes_of_tls_amid_a_talk_are_no_hello),
		cmocka_unit_test(test_a_talk_nobody_knows),
		cmocka_unit_test(test_ssh_never_turns),
		cmocka_unit_test(test_nothing_turns_behind_the_window),
		cmocka_unit_test(test_the_last_place_in_the_window_is_looked_at),
		cmocka_unit_test(
			test_a_client_hello_whose_lengths_disagree_is_not_taken_amid),
		cmocka_unit_test(
			test_an_upgrade_may_be_asked_for_in_bytes_that_were_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

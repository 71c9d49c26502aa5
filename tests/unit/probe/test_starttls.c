#include "script.h"

/* PRELOGIN: encryption is the second option, at 0x20. MS-TDS, 2.2.6.5. */
static const uint8_t TDS_ASK[] = {
	0x12, 0x01, 0x00, 0x2f, 0, 0, 1, 0,             /* header */
	0x00, 0, 0x1a, 0, 6, 0x01, 0, 0x20, 0, 1,       /* VERSION, ENCRYPTION */
	0x02, 0, 0x21, 0, 1, 0x03, 0, 0x22, 0, 4,       /* INSTOPT, THREADID */
	0x04, 0, 0x26, 0, 1, 0xff,                      /* MARS, end */
	0x0f, 0, 0, 0, 0, 0, 0x01, 0, 0, 0, 0, 0, 0x00, /* their values */
};
static const uint8_t TDS_SAYS[] = {
	0x04, 0x01, 0x00, 0x1a, 0, 0, 1, 0,             /* header */
	0x00, 0, 0x0b, 0, 6, 0x01, 0, 0x11, 0, 1, 0xff, /* VERSION, ENCRYPTION */
	0x0f, 0, 0x07, 0xd0, 0, 0, 0x01,                /* encryption is on */
};
static const size_t TDS_ENCRYPTION = sizeof TDS_SAYS - 1;

static void test_tds(void **state)
{
	static const enum starttls_outcome outcomes[] = { STARTTLS_READY, STARTTLS_READY,
		STARTTLS_NOT_OFFERED, STARTTLS_READY, STARTTLS_OTHER };
	uint8_t says[sizeof TDS_SAYS];

	(void)state;
	memcpy(says, TDS_SAYS, sizeof says);
	for (uint8_t value = 0; value < COUNT_OF(outcomes); value++) {
		struct script script = { UPGRADE_TDS, outcomes[value], NULL, false,
			{ { (const char *)TDS_ASK, sizeof TDS_ASK, (const char *)says,
				sizeof says } } };

		says[TDS_ENCRYPTION] = value;
		play(&script);
	}
}

/* Protocol::HandshakeV10. */
static const uint8_t MYSQL_SAYS[] = {
	0x31,
	0,
	0,
	0,
	0x0a, /* length, number, protocol */
	'8',
	'.',
	'0',
	0,
	1,
	0,
	0,
	0, /* version, thread */
	'1',
	'2',
	'3',
	'4',
	'5',
	'6',
	'7',
	'8',
	0, /* salt, filler */
	0xff,
	0xff, /* capabilities */
	0x21,
	2,
	0,
	0xff,
	0xc1,
	21,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	'1',
	'2',
	'3',
	'4',
	'5',
	'6',
	'7',
	'8',
	'9',
	'a',
	'b',
	'c',
	0,
};
static const size_t MYSQL_CAPABILITIES = 23; /* the byte that has CLIENT_SSL */

static void test_mysql_goes_on_to_tls_unanswered(void **state)
{
	static const uint8_t request[] = { 0x20, 0, 0, 1, 0x01, 0xaa, 0x08, 0 };
	struct starttls starttls;
	struct starttls_wish wish;
	struct bytes sent;

	(void)state;
	starttls_begin(UPGRADE_MYSQL, bytes_of_string(HOST), &starttls, &sent);
	assert_int_equal(sent.len, 0);
	wish = starttls_take(&starttls, bytes_over(MYSQL_SAYS, sizeof MYSQL_SAYS));
	assert_int_equal(starttls.outcome, STARTTLS_READY);
	assert_int_equal(wish.send.len, 36);
	assert_memory_equal(wish.send.at, request, sizeof request);
}

static void test_mysql_without_tls(void **state)
{
	uint8_t says[sizeof MYSQL_SAYS];
	struct script script = { UPGRADE_MYSQL, STARTTLS_NOT_OFFERED,
		"does not offer TLS", false,
		{ { "", 0, (const char *)says, sizeof says } } };

	(void)state;
	memcpy(says, MYSQL_SAYS, sizeof says);
	says[MYSQL_CAPABILITIES] = 0xf7;
	play(&script);
}

static void expect_end(enum upgrade upgrade, const char *says, size_t len,
	enum starttls_outcome outcome, enum upgrade speaks)
{
	struct starttls starttls;
	struct bytes sent;

	starttls_begin(upgrade, bytes_of_string(HOST), &starttls, &sent);
	(void)starttls_take(&starttls, bytes_over(says, len));
	assert_int_equal(starttls.outcome, outcome);
	assert_int_equal(starttls.speaks, speaks);
}

#define EXPECT_OTHER(upgrade, says, speaks)                                              \
	expect_end(upgrade, says, sizeof(says) - 1, STARTTLS_OTHER, speaks)

static void test_who_speaks_something_else_is_known(void **state)
{
	(void)state;
	EXPECT_OTHER(UPGRADE_SMTP, "* OK ready\r\n", UPGRADE_IMAP);
	EXPECT_OTHER(UPGRADE_IMAP, "+OK ready\r\n", UPGRADE_POP3);
	EXPECT_OTHER(UPGRADE_SMTP, "220 (vsFTPd 3)\r\n500 what?\r\n", UPGRADE_FTP);
	EXPECT_OTHER(UPGRADE_FTP, "220 a ESMTP\r\n502 what?\r\n", UPGRADE_SMTP);
	EXPECT_OTHER(UPGRADE_POP3, "SSH-2.0-OpenSSH_9\r\n", UPGRADE_NONE);
	EXPECT_OTHER(UPGRADE_XMPP, "HTTP/1.1 400 No\r\n\r\n<html>", UPGRADE_NONE);
	EXPECT_OTHER(UPGRADE_LDAP, "220 a ESMTP\r\n", UPGRADE_SMTP);
	EXPECT_OTHER(UPGRADE_POSTGRESQL, "\x03\0\0\x0b\x06\xd0\0\0\0\0\0", UPGRADE_RDP);
	expect_end(UPGRADE_SMTP, (const char *)MYSQL_SAYS, sizeof MYSQL_SAYS,
		STARTTLS_OTHER, UPGRADE_MYSQL);
}

/* An alert, as servers send to what is no hello. */
static void test_who_speaks_tls_at_once_is_known(void **state)
{
	static const char alert[] = "\x15\x03\x01\0\x02\x02\x0a";

	(void)state;
	for (int i = UPGRADE_NONE; i < UPGRADE_COUNT; i++)
		if (starttls_has((enum upgrade)i))
			expect_end((enum upgrade)i, alert, sizeof alert - 1, STARTTLS_TLS,
				UPGRADE_NONE);
}

/* A packet that is there whole, and says of its parts that they are longer. */
static void test_lies_are_none_of_the_dialogue(void **state)
{
	uint8_t tds[sizeof TDS_SAYS];
	uint8_t mysql[sizeof MYSQL_SAYS];

	(void)state;
	EXPECT_OTHER(UPGRADE_LDAP,
		"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x01", UPGRADE_NONE);
	EXPECT_OTHER(UPGRADE_LDAP, "\x30\x84\xff\xff\xff\xff\x02\x05", UPGRADE_NONE);
	EXPECT_OTHER(UPGRADE_RDP, "\x03\0\0\x13\x0d\xd0\0\0\0\0\0\x02\0\x08\0\x01\0\0\0",
		UPGRADE_NONE);
	EXPECT_OTHER(UPGRADE_POSTGRESQL, "E\0\0\0\x03SFA", UPGRADE_NONE);
	memcpy(tds, TDS_SAYS, sizeof tds);
	tds[15] = 0xff; /* where the value of ENCRYPTION would be */
	expect_end(
		UPGRADE_TDS, (const char *)tds, sizeof tds, STARTTLS_OTHER, UPGRADE_NONE);
	memcpy(mysql, MYSQL_SAYS, sizeof mysql);
	mysql[0] = 10; /* ends amid the salt */
	expect_end(UPGRADE_MYSQL, (const char *)mysql, 14, STARTTLS_OTHER, UPGRADE_NONE);
}

static void test_a_flood_ends(void **state)
{
	struct starttls starttls;
	struct bytes sent;
	size_t lines = 0;

	(void)state;
	starttls_begin(UPGRADE_SMTP, bytes_of_string(HOST), &starttls, &sent);
	for (; starttls.outcome == STARTTLS_MORE; lines++)
		(void)starttls_take(&starttls, bytes_of_string("220-more\r\n"));
	assert_int_equal(starttls.outcome, STARTTLS_TOO_LONG);
	assert_int_equal(lines, STARTTLS_BYTES_MAX / 10 + 1);
	starttls_begin(UPGRADE_SMTP, bytes_of_string(HOST), &starttls, &sent);
	for (size_t i = 0; starttls.outcome == STARTTLS_MORE; i++)
		(void)starttls_take(&starttls, bytes_over("2", i < 99999));
	assert_int_equal(starttls.outcome, STARTTLS_TOO_LONG);
	assert_int_equal(starttls.bytes, STARTTLS_UNIT_MAX);
}

static void test_what_stands_behind_the_go_ahead_is_handed_on(void **state)
{
	struct starttls starttls;
	struct starttls_wish wish;
	struct bytes sent;

	(void)state;
	starttls_begin(UPGRADE_POSTGRESQL, bytes_of_string(HOST), &starttls, &sent);
	wish = starttls_take(&starttls, bytes_of_string("S\x15\x03\x01"));
	assert_int_equal(starttls.outcome, STARTTLS_READY);
	assert_true(bytes_equal(wish.rest, bytes_of_string("\x15\x03\x01")));
}

/* No name breaks out of where it stands. */
static void test_a_name_that_is_none_is_not_sent(void **state)
{
	struct starttls starttls;
	struct bytes sent;

	(void)state;
	starttls_begin(UPGRADE_XMPP, bytes_of_string("a'/><b c='"), &starttls, &sent);
	assert_int_equal(bytes_find(sent, bytes_of_string("<b")), sent.len);
	assert_true(bytes_find(sent, bytes_of_string("to=''>")) < sent.len);
}

static void test_tds_carries_tls_in_packets(void **state)
{
	static const uint8_t hello[5000] = { 0x16, 0x03, 0x01 };
	uint8_t wire[sizeof hello + 16];
	struct writer writer = writer_over(wire, sizeof wire);
	struct starttls starttls;
	struct bytes in, tls;

	(void)state;
	starttls_begin(UPGRADE_TDS, bytes_of_string(HOST), &starttls, &in);
	assert_int_equal(starttls_written_len(&starttls, sizeof hello), sizeof wire);
	starttls_write(&starttls, bytes_over(hello, sizeof hello), &writer);
	assert_int_equal(writer_end(&writer), ERR_OK);
	assert_memory_equal(wire, "\x12\0\x10\0\0\0\x01\0\x16\x03", 10);
	assert_memory_equal(wire + 4096, "\x12\x01\x03\x98\0\0\x02\0", 8);
	in = writer_written(&writer);
	assert_int_equal(starttls_next(&starttls, &in, &tls), ERR_OK);
	assert_int_equal(tls.len, 4088);
	assert_int_equal(starttls_next(&starttls, &in, &tls), ERR_OK);
	assert_int_equal(tls.len, sizeof hello - 4088);
	assert_int_equal(starttls_next(&starttls, &in, &tls), ERR_MORE);
}

static void test_names_and_ports(void **state)
{
	enum upgrade upgrade;

	(void)state;
	for (size_t i = 0; starttls_name(i) != NULL; i++) {
		assert_true(starttls_find(starttls_name(i), &upgrade));
		assert_true(starttls_has(upgrade));
	}
	assert_true(starttls_find("postgresql", &upgrade));
	assert_int_equal(upgrade, UPGRADE_POSTGRESQL);
	assert_true(starttls_find("none", &upgrade));
	assert_int_equal(upgrade, UPGRADE_NONE);
	assert_false(starttls_find("socks", &upgrade));
	assert_int_equal(starttls_guess(587), UPGRADE_SMTP);
	assert_int_equal(starttls_guess(5269), UPGRADE_XMPP_SERVER);
	assert_int_equal(starttls_guess(443), UPGRADE_NONE);
	assert_int_equal(starttls_guess(0), UPGRADE_NONE);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tds),
		cmocka_unit_test(test_mysql_goes_on_to_tls_unanswered),
		cmocka_unit_test(test_mysql_without_tls),
		cmocka_unit_test(test_who_speaks_something_else_is_known),
		cmocka_unit_test(test_who_speaks_tls_at_once_is_known),
		cmocka_unit_test(test_lies_are_none_of_the_dialogue),
		cmocka_unit_test(test_a_flood_ends),
		cmocka_unit_test(test_what_stands_behind_the_go_ahead_is_handed_on),
		cmocka_unit_test(test_a_name_that_is_none_is_not_sent),
		cmocka_unit_test(test_tds_carries_tls_in_packets),
		cmocka_unit_test(test_names_and_ports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

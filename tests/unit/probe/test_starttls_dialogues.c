#include "script.h"

/* What leads to TLS does so at its very last byte. */
static const struct script LEADS[] = {
	{ UPGRADE_FTP, STARTTLS_READY, NULL, false,
		{ TURN("", "120 soon\r\n220-Rules:\r\n 1. none\r\n220 "
			   "(vsFTPd)\r\n"),
			TURN("AUTH TLS\r\n", "234 Proceed.\r\n") } },
	{ UPGRADE_HTTP_CONNECT, STARTTLS_READY, NULL, false,
		{ TURN("CONNECT " HOST " HTTP/1.0\r\n\r\n",
			"HTTP/1.0 200 Connection established\r\nVia: "
			"x\r\n\r\n") } },
	{ UPGRADE_IMAP, STARTTLS_READY, NULL, false,
		{ TURN("", "* OK [CAPABILITY IMAP4rev1] ready\r\n"),
			TURN("a CAPABILITY\r\n", "* CAPABILITY IMAP4rev1 "
						 "STARTTLS LOGINDISABLED\r\n"
						 "a OK done\r\n"),
			TURN("b STARTTLS\r\n", "b OK Begin TLS now.\r\n") } },
	{ UPGRADE_IRC, STARTTLS_READY, NULL, false,
		{ TURN("STARTTLS\r\n", ":irc.x NOTICE * :*** Looking up your host\r\n"
				       ":irc.x 670 * :STARTTLS successful\r\n") } },
	{ UPGRADE_LDAP, STARTTLS_READY, NULL, false,
		{ TURN("\x30\x1d\x02\x01\x01\x77\x18\x80\x16"
		       "1.3.6.1.4.1.1466.20037",
			"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04"
			"\x00") } },
	{ UPGRADE_LMTP, STARTTLS_READY, NULL, false,
		{ TURN("", "220 store.example Dovecot ready.\r\n"),
			TURN("LHLO tlsunset.invalid\r\n",
				"250-store.example\r\n250-STARTTLS\r\n250 "
				"CHUNKING\r\n"),
			TURN("STARTTLS\r\n", "220 2.0.0 OK\r\n") } },
	{ UPGRADE_MANAGESIEVE, STARTTLS_READY, NULL, false,
		{ TURN("", "\"IMPLEMENTATION\" \"x\"\r\n\"STARTTLS\"\r\nOK "
			   "\"hi\"\r\n"),
			TURN("STARTTLS\r\n", "OK \"Begin TLS\"\r\n") } },
	{ UPGRADE_NNTP, STARTTLS_READY, NULL, false,
		{ TURN("", "201 news.example ready\r\n"),
			TURN("CAPABILITIES\r\n",
				"101 list\r\nVERSION 2\r\nSTARTTLS\r\n.\r\n"),
			TURN("STARTTLS\r\n", "382 Go on\r\n") } },
	{ UPGRADE_POP3, STARTTLS_READY, NULL, false,
		{ TURN("", "+OK ready <1.2@x>\r\n"),
			TURN("CAPA\r\n", "+OK\r\nTOP\r\nSTLS\r\n.\r\n"),
			TURN("STLS\r\n", "+OK Begin\r\n") } },
	{ UPGRADE_POSTGRESQL, STARTTLS_READY, NULL, false,
		{ TURN("\0\0\0\x08\x04\xd2\x16\x2f", "S") } },
	{ UPGRADE_RDP, STARTTLS_READY, NULL, false,
		{ TURN("\x03\0\0\x13\x0e\xe0\0\0\0\0\0\x01\0\x08\0\x0b\0\0\0",
			"\x03\0\0\x13\x0e\xd0\0\0\x12\x34\0\x02\0\x08\0\x01\0\0"
			"\0") } },
	{ UPGRADE_SMTP, STARTTLS_READY, NULL, false,
		{ TURN("", "220-mail.example ESMTP\r\n220 no spam\r\n"),
			TURN("EHLO tlsunset.invalid\r\n",
				"250-mail.example\r\n250-SIZE\r\n250 "
				"STARTTLS\r\n"),
			TURN("STARTTLS\r\n", "220 2.0.0 Ready\r\n") } },
	{ UPGRADE_TELNET, STARTTLS_READY, NULL, false,
		{ TURN("", "\xff\xfd\x2e"),
			TURN("\xff\xfb\x2e\xff\xfa\x2e\x01\xff\xf0",
				"\xff\xfd\x18Hello\r\n\xff\xfa\x18\x01\xff\xf0"
				"\xff\xfa\x2e\x01\xff\xf0") } },
	{ UPGRADE_XMPP, STARTTLS_READY, NULL, false,
		{ TURN("<?xml version='1.0'?><stream:stream "
		       "xmlns='jabber:client' "
		       "xmlns:stream='http://etherx.jabber.org/streams' "
		       "version='1.0' to='" HOST "'>",
			  "<?xml version='1.0'?><stream:stream id='1'>"
			  "<stream:features><starttls xmlns='urn:x'><required/>"
			  "</starttls><mechanism>PLAIN</mechanism></"
			  "stream:features>"),
			TURN("<starttls "
			     "xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
				"<proceed xmlns='urn:x'/>") } },
};

static void test_each_dialogue(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(LEADS); i++)
		play(&LEADS[i]);
}

static const struct script HAVE_NONE[] = {
	{ UPGRADE_FTP, STARTTLS_NOT_OFFERED, "does not offer AUTH TLS (said 500: what?)",
		false,
		{ TURN("", "220 hello\r\n"), TURN("AUTH TLS\r\n", "500 what?\r\n") } },
	{ UPGRADE_IMAP, STARTTLS_NOT_OFFERED, NULL, false,
		{ TURN("", "* OK ready\r\n"),
			TURN("a CAPABILITY\r\n", "* CAPABILITY IMAP4rev1 "
						 "XSTARTTLS\r\na OK x\r\n") } },
	{ UPGRADE_IRC, STARTTLS_NOT_OFFERED, NULL, false,
		{ TURN("STARTTLS\r\n", ":irc.x 451 * :Register first\r\n") } },
	{ UPGRADE_LDAP, STARTTLS_NOT_OFFERED,
		"does not offer StartTLS (said 2: unsupported)", false,
		{ TURN("\x30\x1d\x02\x01\x01\x77\x18\x80\x16"
		       "1.3.6.1.4.1.1466.20037",
			"\x30\x17\x02\x01\x01\x78\x12\x0a\x01\x02\x04\x00\x04\x0b"
			"unsupported") } },
	{ UPGRADE_MANAGESIEVE, STARTTLS_NOT_OFFERED, NULL, false,
		{ TURN("", "\"IMPLEMENTATION\" \"x\"\r\nOK\r\n") } },
	{ UPGRADE_NNTP, STARTTLS_NOT_OFFERED, NULL, false,
		{ TURN("", "200 ready\r\n"),
			TURN("CAPABILITIES\r\n", "101 x\r\nREADER\r\n.\r\n") } },
	{ UPGRADE_POSTGRESQL, STARTTLS_NOT_OFFERED, "does not offer TLS", false,
		{ TURN("\0\0\0\x08\x04\xd2\x16\x2f", "N") } },
	{ UPGRADE_RDP, STARTTLS_NOT_OFFERED, NULL, false,
		{ TURN("\x03\0\0\x13\x0e\xe0\0\0\0\0\0\x01\0\x08\0\x0b\0\0\0",
			"\x03\0\0\x0b\x06\xd0\0\0\x12\x34\0") } },
	{ UPGRADE_SMTP, STARTTLS_NOT_OFFERED,
		"does not offer STARTTLS (said 250: mail.example)", false,
		{ TURN("", "220 mail.example\r\n"),
			TURN("EHLO tlsunset.invalid\r\n",
				"250-mail.example\r\n250 SIZE\r\n") } },
	{ UPGRADE_TELNET, STARTTLS_NOT_OFFERED, NULL, false,
		{ TURN("", "login: "), TURN("\xff\xfb\x2e\xff\xfa\x2e\x01\xff\xf0",
					       "\xff\xfd\x18\xff\xfe\x2e") } },
};

static void test_who_has_no_tls_there(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(HAVE_NONE); i++)
		play(&HAVE_NONE[i]);
}

/* Whether it may pass is told apart: that says nothing of TLS. */
static const struct script SAY_NO[] = {
	{ UPGRADE_SMTP, STARTTLS_REFUSED, "said 421: try later", true,
		{ TURN("", "421 try later\r\n") } },
	{ UPGRADE_SMTP, STARTTLS_REFUSED, "said 554: no\\x7f thanks", false,
		{ TURN("", "554 no\177 thanks\r\n") } },
	{ UPGRADE_FTP, STARTTLS_REFUSED, "said 530: Please login", false,
		{ TURN("", "220 x\r\n"), TURN("AUTH TLS\r\n", "530 Please login\r\n") } },
	{ UPGRADE_IMAP, STARTTLS_REFUSED, "said: * BYE too many", true,
		{ TURN("", "* BYE too many\r\n") } },
	{ UPGRADE_IMAP, STARTTLS_REFUSED, NULL, false,
		{ TURN("", "* PREAUTH hello root\r\n") } },
	{ UPGRADE_POP3, STARTTLS_REFUSED, NULL, true,
		{ TURN("", "-ERR [SYS/TEMP] busy\r\n") } },
	{ UPGRADE_NNTP, STARTTLS_REFUSED, "said 400: full", true,
		{ TURN("", "400 full\r\n") } },
	{ UPGRADE_MYSQL, STARTTLS_REFUSED, "said 1040: Too many", true,
		{ TURN("", "\x11\0\0\0\xff\x10\x04#08004Too many") } },
	{ UPGRADE_POSTGRESQL, STARTTLS_REFUSED, "said: gone", false,
		{ TURN("\0\0\0\x08\x04\xd2\x16\x2f", "E\0\0\0\x12SFATAL\0Mgone\0\0") } },
	{ UPGRADE_RDP, STARTTLS_REFUSED, "said 5", false,
		{ TURN("\x03\0\0\x13\x0e\xe0\0\0\0\0\0\x01\0\x08\0\x0b\0\0\0",
			"\x03\0\0\x13\x0e\xd0\0\0\x12\x34\0\x03\0\x08\0\x05\0\0"
			"\0") } },
	{ UPGRADE_HTTP_CONNECT, STARTTLS_REFUSED, "said 403: Filtered", false,
		{ TURN("CONNECT " HOST " HTTP/1.0\r\n\r\n",
			"HTTP/1.1 403 Filtered\r\nServer: x\r\n\r\n") } },
	{ UPGRADE_XMPP_SERVER, STARTTLS_REFUSED, "said: <host-unknown/>", false,
		{ TURN("<?xml version='1.0'?><stream:stream "
		       "xmlns='jabber:server' "
		       "xmlns:stream='http://etherx.jabber.org/streams' "
		       "version='1.0' to='" HOST "' from='tlsunset.invalid'>",
			"<stream:stream><stream:error><host-unknown/>") } },
};

static void test_who_says_no(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(SAY_NO); i++)
		play(&SAY_NO[i]);
}

/* CAPA and CAPABILITIES came late: who does not know them may know the rest. */
static void test_old_servers_are_asked_all_the_same(void **state)
{
	static const struct script scripts[] = {
		{ UPGRADE_POP3, STARTTLS_READY, NULL, false,
			{ TURN("", "+OK\r\n"), TURN("CAPA\r\n", "-ERR what?\r\n"),
				TURN("STLS\r\n", "+OK\r\n") } },
		{ UPGRADE_NNTP, STARTTLS_READY, NULL, false,
			{ TURN("", "200 hi\r\n"),
				TURN("CAPABILITIES\r\n", "500 what?\r\n"),
				TURN("STARTTLS\r\n", "382 yes\r\n") } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(scripts); i++)
		play(&scripts[i]);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_dialogue),
		cmocka_unit_test(test_who_has_no_tls_there),
		cmocka_unit_test(test_who_says_no),
		cmocka_unit_test(test_old_servers_are_asked_all_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

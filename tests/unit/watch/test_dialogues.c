#include "pieces.h"

/* RFC 3207. */
static void test_smtp(void **state)
{
	(void)state;
	EXPECT_UPGRADE(UPGRADE_SMTP, SERVER("220 mail.example ready\r\n"),
		CLIENT("EHLO a.example\r\n"),
		SERVER("250-mail.example\r\n250 STARTTLS\r\n"), CLIENT("STARTTLS\r\n"),
		SERVER("220 Go ahead\r\n"));
}

/* RFC 2033, 4.1. */
static void test_lmtp(void **state)
{
	(void)state;
	EXPECT_UPGRADE(UPGRADE_LMTP, SERVER("220 store.example\r\n"),
		CLIENT("LHLO a\r\n"), SERVER("250 STARTTLS\r\n"), CLIENT("starttls\r\n"),
		SERVER("220 ok\r\n"));
}

/* RFC 3207, 4: an upgrade that was refused may be asked for again. */
static void test_smtp_refused_and_asked_again(void **state)
{
	(void)state;
	EXPECT_UPGRADE(UPGRADE_SMTP, SERVER("220 mail.example\r\n"), CLIENT("EHLO a\r\n"),
		SERVER("250 STARTTLS\r\n"), CLIENT("STARTTLS\r\n"),
		SERVER("454 not now\r\n"), CLIENT("STARTTLS\r\n"), SERVER("220 ok\r\n"));
}

/* RFC 9051, 6.2.1. */
static void test_imap(void **state)
{
	(void)state;
	EXPECT_UPGRADE(UPGRADE_IMAP, SERVER("* OK ready\r\n"),
		CLIENT("a1 CAPABILITY\r\n"),
		SERVER("* CAPABILITY IMAP4rev1 STARTTLS\r\na1 OK\r\n"),
		CLIENT("a2 STARTTLS\r\n"), SERVER("a2 OK begin\r\n"));
}

/* RFC 2595, 4. */
static void test_pop3(void **state)
{
	(void)state;
	EXPECT_UPGRADE(UPGRADE_POP3, SERVER("+OK ready\r\n"), CLIENT("CAPA\r\n"),
		SERVER("+OK\r\nSTLS\r\n.\r\n"), CLIENT("STLS\r\n"), SERVER("+OK\r\n"));
}

/* RFC 4217, 4. The greeting alone could be SMTP's. */
static void test_ftp(void **state)
{
	(void)state;
	EXPECT_UPGRADE(UPGRADE_FTP, SERVER("220 ready\r\n"), CLIENT("AUTH TLS\r\n"),
		SERVER("234 go\r\n"));
	EXPECT_UPGRADE(UPGRADE_FTP, SERVER("220 ready\r\n"), CLIENT("FEAT\r\n"),
		SERVER("211-\r\n211 End\r\n"), CLIENT("auth ssl\r\n"),
		SERVER("234 go\r\n"));
}

/* RFC 4642, 2.2. */
static void test_nntp(void **state)
{
	(void)state;
	EXPECT_UPGRADE(UPGRADE_NNTP, SERVER("200 news.example\r\n"),
		CLIENT("CAPABILITIES\r\n"), SERVER("101 list\r\nSTARTTLS\r\n.\r\n"),
		CLIENT("STARTTLS\r\n"), SERVER("382 go\r\n"));
}

/* RFC 5804, 2.2. */
static void test_managesieve(void **state)
{
	(void)state;
	EXPECT_UPGRADE(UPGRADE_MANAGESIEVE,
		SERVER("\"IMPLEMENTATION\" \"x\"\r\n\"STARTTLS\"\r\nOK\r\n"),
		CLIENT("STARTTLS\r\n"), SERVER("OK\r\n"));
}

static void test_irc(void **state)
{
	(void)state;
	EXPECT_UPGRADE(UPGRADE_IRC, CLIENT("CAP LS 302\r\n"),
		SERVER(":i CAP * LS :tls\r\n"), CLIENT("STARTTLS\r\n"),
		SERVER(":i 670 * :go\r\n"));
	EXPECT_UPGRADE(UPGRADE_IRC, SERVER("NOTICE AUTH :hi\r\n"), CLIENT("STARTTLS\r\n"),
		SERVER(":i 670 * :go\r\n"));
}

/* RFC 6120, 5.4. */
static void test_xmpp(void **state)
{
	(void)state;
	EXPECT_UPGRADE(UPGRADE_XMPP,
		CLIENT("<?xml version='1.0'?><stream:stream to='x.example'>"),
		SERVER("<stream:stream><stream:features><starttls/></stream:features>"),
		CLIENT("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"),
		SERVER("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"));
}

/* RFC 4511, 4.14: after a search, which has an answer of its own. */
static void test_ldap(void **state)
{
	(void)state;
	EXPECT_UPGRADE(UPGRADE_LDAP,
		CLIENT("\x30\x07\x02\x01\x01\x63\x02\n\n" /* a search, all but empty */),
		SERVER("\x30\x0c\x02\x01\x01\x65\x07\n\x01\0\x04\0\x04\0"),
		CLIENT("\x30\x1d\x02\x01\x02\x77\x18\x80\x16"
		       "1.3.6.1.4.1.1466.20037"),
		SERVER("\x30\x0c\x02\x01\x02\x78\x07\n\x01\0\x04\0\x04\0"));
}

#define SSL_REQUEST    "\0\0\0\x08\x04\xd2\x16\x2f"
#define GSSENC_REQUEST "\0\0\0\x08\x04\xd2\x16\x30"

static void test_postgresql(void **state)
{
	(void)state;
	EXPECT_UPGRADE(UPGRADE_POSTGRESQL, CLIENT(SSL_REQUEST), SERVER("S"));
	EXPECT_UPGRADE(UPGRADE_POSTGRESQL, CLIENT(GSSENC_REQUEST), SERVER("N"),
		CLIENT(SSL_REQUEST), SERVER("S"));
}

#define MYSQL_GREETING                                                                   \
	"\x20\0\0\0\x0a"                                                                 \
	"8.0.36\0xxxxxxxxxxxxxxxxxxxxxxxx"
#define MYSQL_SSL_REQUEST                                                                \
	"\x20\0\0\x01\x05\xae\x03\0\0\0\0\x01\xff"                                       \
	"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"

static void test_mysql(void **state)
{
	(void)state;
	EXPECT_UPGRADE(UPGRADE_MYSQL, SERVER(MYSQL_GREETING), CLIENT(MYSQL_SSL_REQUEST));
}

static void test_mysql_with_the_hello_in_the_same_segment(void **state)
{
	const struct turn turns[] = { SERVER(MYSQL_GREETING),
		CLIENT(MYSQL_SSL_REQUEST CLIENT_HELLO), SERVER(SERVER_HELLO) };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(CHUNKS); i++) {
		struct seen seen = run(turns, COUNT_OF(turns), CHUNKS[i]);

		assert_int_equal(seen.found[SIDE_CLIENT], PREAMBLE_TLS);
		assert_int_equal(seen.at[SIDE_CLIENT], 36);
		assert_int_equal(seen.upgrade, UPGRADE_MYSQL);
	}
}

/* MS-RDPBCGR, 2.2.1.1 and 2.2.1.2, with negotiation of TLS. */
static void test_rdp(void **state)
{
	(void)state;
	EXPECT_UPGRADE(UPGRADE_RDP,
		CLIENT("\x03\0\0\x13\x0e\xe0\0\0\0\0\0\x01\0\x08\0\x03\0\0\0"),
		SERVER("\x03\0\0\x13\x0e\xd0\0\0\x12\x34\0\x02\0\x08\0\x01\0\0\0"));
}

/* MS-TDS, 2.2.6.5: a header of eight bytes, its length at 2; options end in 0xff. */
#define PRELOGIN        "\x12\x01\0\x0a\0\0\0\0\xff\0"
#define PRELOGIN_ANSWER "\x04\x01\0\x0a\0\x33\x01\0\xff\0"

static void test_tds(void **state)
{
	const struct turn turns[] = { CLIENT(PRELOGIN), SERVER(PRELOGIN_ANSWER),
		CLIENT("\x12\x01\0\x3c\0\0\0\0" CLIENT_HELLO),
		SERVER("\x12\x01\0\x37\0\0\0\0" SERVER_HELLO) };

	(void)state;
	expect_upgrade(turns, COUNT_OF(turns), UPGRADE_TDS, PREAMBLE_TDS);
}

/* RFC 9110, 9.3.6, after a proxy that wants to know who asks. */
static void test_http_connect(void **state)
{
	(void)state;
	EXPECT_UPGRADE(UPGRADE_HTTP_CONNECT,
		CLIENT("CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n"),
		SERVER("HTTP/1.1 407 Who are you\r\nContent-Length: 2\r\n\r\nno"),
		CLIENT("CONNECT a.example:443 HTTP/1.1\r\nProxy-Authorization: "
		       "x\r\n\r\n"),
		SERVER("HTTP/1.1 200 Connection established\r\n\r\n"));
}

static void test_http_connect_seen_from_the_server_alone(void **state)
{
	(void)state;
	EXPECT_FOUND(PREAMBLE_PLAIN, PREAMBLE_TLS,
		SERVER("HTTP/1.1 200 Connection established\r\n\r\n" SERVER_HELLO));
}

/* RFC 2817, 3. */
static void test_http_that_switches_to_tls(void **state)
{
	(void)state;
	EXPECT_UPGRADE(UPGRADE_UNKNOWN,
		CLIENT("OPTIONS * HTTP/1.1\r\nUpgrade: TLS/1.0\r\n\r\n"),
		SERVER("HTTP/1.1 101 Switching Protocols\r\n\r\n"));
}

static void test_socks(void **state)
{
	(void)state;
	EXPECT_UPGRADE(UPGRADE_SOCKS, CLIENT("\x05\x02\0\x02"), SERVER("\x05\0"),
		CLIENT("\x05\x01\0\x01\x0a\0\0\x01\x01\xbb"),
		SERVER("\x05\0\0\x01\0\0\0\0\0\0"));
	EXPECT_UPGRADE(UPGRADE_SOCKS, CLIENT("\x04\x01\x01\xbb\x0a\0\0\x01user\0"),
		SERVER("\0\x5a\0\0\0\0\0\0"));
}

static void test_a_proxy_header_is_no_upgrade(void **state)
{
	(void)state;
	EXPECT_UPGRADE(UPGRADE_NONE, CLIENT("PROXY TCP4 10.0.0.1 10.0.0.2 5000 443\r\n"));
	EXPECT_UPGRADE(UPGRADE_NONE, CLIENT("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\n\0\0\x01"
					    "\n\0\0\x02\x13\x88\x01\xbb"));
}

static void test_a_dialogue_behind_a_proxy_header(void **state)
{
	(void)state;
	EXPECT_UPGRADE(UPGRADE_POSTGRESQL,
		CLIENT("PROXY TCP6 ::1 ::2 5000 5432\r\n" SSL_REQUEST), SERVER("S"));
	EXPECT_UPGRADE(UPGRADE_SMTP, CLIENT("\r\n\r\n\0\r\nQUIT\n\x20\0\0\0"),
		SERVER("220 a\r\n"), CLIENT("EHLO a\r\n"), SERVER("250 STARTTLS\r\n"),
		CLIENT("STARTTLS\r\n"), SERVER("220 ok\r\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_smtp),
		cmocka_unit_test(test_lmtp),
		cmocka_unit_test(test_smtp_refused_and_asked_again),
		cmocka_unit_test(test_imap),
		cmocka_unit_test(test_pop3),
		cmocka_unit_test(test_ftp),
		cmocka_unit_test(test_nntp),
		cmocka_unit_test(test_managesieve),
		cmocka_unit_test(test_irc),
		cmocka_unit_test(test_xmpp),
		cmocka_unit_test(test_ldap),
		cmocka_unit_test(test_postgresql),
		cmocka_unit_test(test_mysql),
		cmocka_unit_test(test_mysql_with_the_hello_in_the_same_segment),
		cmocka_unit_test(test_rdp),
		cmocka_unit_test(test_tds),
		cmocka_unit_test(test_http_connect),
		cmocka_unit_test(test_http_connect_seen_from_the_server_alone),
		cmocka_unit_test(test_http_that_switches_to_tls),
		cmocka_unit_test(test_socks),
		cmocka_unit_test(test_a_proxy_header_is_no_upgrade),
		cmocka_unit_test(test_a_dialogue_behind_a_proxy_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "../unit.h"

#include "tls/client_hello.h"
#include "tls/version.h"

#define THIRTY_TWO                                                                       \
	1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 1, 2, 3, 4, 5, 6, 7, 8,   \
	        9, 10, 11, 12, 13, 14, 15, 16

/* clang-format off */
/* A client of TLS 1.0 that also offers 1.2, to host "a.example". */
static const uint8_t HELLO[] = {
	0x03, 0x01,                                     /* legacy_version */
	THIRTY_TWO,                                     /* random */
	0x01, 0x77,                                     /* session_id */
	0x00, 0x04, 0xc0, 0x2f, 0x56, 0x00,             /* cipher_suites */
	0x01, 0x00,                                     /* compressions */
	0x00, 0x24,                                     /* extensions */
	0x00, 0x00, 0x00, 0x0e, 0x00, 0x0c, 0x00, 0x00, 0x09,
	'a', '.', 'e', 'x', 'a', 'm', 'p', 'l', 'e',    /* server_name */
	0x00, 0x2b, 0x00, 0x05, 0x04, 0x03, 0x03, 0x03, 0x01, /* versions */
	0x00, 0x17, 0x00, 0x00,                         /* extended_master_secret */
	0xaa, 0xaa, 0x00, 0x01, 0x00,                   /* GREASE */
};
static const size_t WITHOUT_EXTENSIONS = 44;
static const size_t NAME_LEN = 54; /* low byte of the name's length */
static const size_t VERSIONS_LEN = 68; /* of supported_versions' list */

/* The same client over datagrams, with a cookie and no extensions. */
static const uint8_t HELLO_DTLS[] = {
	0xfe, 0xfd, THIRTY_TWO, 0x00, 0x02, 0xc0, 0xc1, 0x00, 0x02, 0xc0, 0x2b, 0x01, 0x00,
};

/* What stands before the extensions of the hellos that hello_with() makes. */
static const uint8_t HEAD[] = {
	0x03, 0x03, THIRTY_TWO, 0x00, 0x00, 0x02, 0x13, 0x01, 0x01, 0x00,
};
/* clang-format on */

static enum err parse(const uint8_t *at, size_t len, struct client_hello *ret)
{
	return client_hello_parse(bytes_over(at, len), ret);
}

/* Parses a hello of HEAD and these extensions; the bytes stay until the next call. */
static enum err parse_with(const uint8_t *list, size_t len, struct client_hello *ret)
{
	static uint8_t all[256];
	size_t at = sizeof HEAD;

	assert_true(at + 2 + len <= sizeof all);
	memcpy(all, HEAD, at);
	all[at] = (uint8_t)(len >> 8);
	all[at + 1] = (uint8_t)len;
	memcpy(all + at + 2, list, len);
	return parse(all, at + 2 + len, ret);
}

static void test_reads_what_was_sent(void **state)
{
	struct client_hello hello;

	(void)state;
	assert_int_equal(parse(HELLO, sizeof HELLO, &hello), ERR_OK);
	assert_int_equal(hello.legacy_version, VERSION_TLS10);
	assert_ptr_equal(hello.random.at, HELLO + 2);
	assert_int_equal(hello.session_id.len, 1);
	assert_int_equal(hello.body_fault, ERR_OK);
	assert_true(bytes_equal(hello.server_name, bytes_of_string("a.example")));

	struct reader versions = hello.supported_versions;
	assert_int_equal(reader_u16(&versions), 0x0303);
	assert_int_equal(reader_u16(&versions), 0x0301);
	assert_int_equal(reader_end(&versions), ERR_OK);
}

static void test_tells_an_absent_extension_from_an_empty_one(void **state)
{
	struct client_hello hello;

	(void)state;
	assert_int_equal(parse(HELLO, sizeof HELLO, &hello), ERR_OK);
	assert_true(client_hello_has(&hello, EXTENSION_EXTENDED_MASTER_SECRET));
	assert_int_equal(
	        client_hello_extension(&hello, EXTENSION_EXTENDED_MASTER_SECRET).len, 0);
	assert_false(client_hello_has(&hello, EXTENSION_RENEGOTIATION_INFO));
	assert_int_equal(client_hello_extension(&hello, 0xaaaa).len, 1);
}

static void test_finds_a_suite(void **state)
{
	struct client_hello hello;

	(void)state;
	assert_int_equal(parse(HELLO, sizeof HELLO, &hello), ERR_OK);
	assert_true(client_hello_offers_suite(&hello, SUITE_FALLBACK_SCSV));
	assert_false(client_hello_offers_suite(&hello, 0x2f56)); /* not between two */
}

static void test_refuses_every_cut(void **state)
{
	struct client_hello hello = { .legacy_version = 0xbeef };

	(void)state;
	for (size_t len = 0; len < sizeof HELLO; len++)
		if (len != WITHOUT_EXTENSIONS)
			assert_int_equal(parse(HELLO, len, &hello), ERR_SHORT);
	assert_int_equal(hello.legacy_version, 0xbeef); /* failure writes nothing */
	assert_int_equal(parse(HELLO, WITHOUT_EXTENSIONS, &hello), ERR_OK);
	assert_false(client_hello_has(&hello, EXTENSION_SERVER_NAME));
}

static void test_refuses_bytes_behind_the_extensions(void **state)
{
	uint8_t longer[sizeof HELLO + 1] = { 0 };
	struct client_hello hello;

	(void)state;
	memcpy(longer, HELLO, sizeof HELLO);
	assert_int_equal(parse(longer, sizeof longer, &hello), ERR_LONG);
}

static void test_leaves_out_a_body_that_lies_and_keeps_the_rest(void **state)
{
	uint8_t lie[sizeof HELLO];
	struct client_hello hello;

	(void)state;
	memcpy(lie, HELLO, sizeof lie);
	lie[NAME_LEN] = 14; /* now claims bytes of the next extension */
	assert_int_equal(parse(lie, sizeof lie, &hello), ERR_OK);
	assert_int_equal(hello.body_fault, ERR_SHORT);
	assert_int_equal(hello.server_name.len, 0);
	assert_int_equal(client_hello_max_version(&hello), VERSION_TLS12);
}

static void test_offers_nothing_if_its_versions_cannot_be_read(void **state)
{
	uint8_t lie[sizeof HELLO];
	struct client_hello hello;

	(void)state;
	memcpy(lie, HELLO, sizeof lie);
	lie[VERSIONS_LEN] = 3; /* one and a half */
	assert_int_equal(parse(lie, sizeof lie, &hello), ERR_OK);
	assert_int_equal(hello.body_fault, ERR_SHORT);
	assert_int_equal(client_hello_max_version(&hello), VERSION_NONE);
	assert_int_equal(reader_end(&hello.supported_versions), ERR_OK);
}

static void test_refuses_an_extension_that_stands_twice(void **state)
{
	static const uint8_t low[] = { 0, 23, 0, 0, 0, 35, 0, 0, 0, 23, 0, 0 };
	static const uint8_t high[] = { 0xff, 1, 0, 0, 0xff, 0, 0, 0, 0xff, 1, 0, 0 };
	static const uint8_t none[] = { 0xff, 1, 0, 0, 0xff, 0, 0, 0, 0xfe, 1, 0, 0 };
	struct client_hello hello;

	(void)state;
	assert_int_equal(parse_with(low, sizeof low, &hello), ERR_DUPLICATE);
	assert_int_equal(parse_with(high, sizeof high, &hello), ERR_DUPLICATE);
	assert_int_equal(parse_with(none, sizeof none, &hello), ERR_OK);
}

static void test_refuses_a_version_no_hello_has(void **state)
{
	uint8_t lie[sizeof HELLO];
	struct client_hello hello;

	(void)state;
	memcpy(lie, HELLO, sizeof lie);
	lie[0] = 0x02;
	assert_int_equal(parse(lie, sizeof lie, &hello), ERR_VALUE);
	lie[0] = 0xfe;
	assert_int_equal(parse(lie, sizeof lie, &hello), ERR_VALUE);
	lie[0] = 0x04; /* nobody's yet, but RFC 5246, E.1 wants it answered */
	assert_int_equal(parse(lie, sizeof lie, &hello), ERR_OK);
	assert_int_equal(client_hello_max_version_legacy(&hello), VERSION_TLS12);
}

static void test_reads_the_cookie_of_dtls(void **state)
{
	struct client_hello hello;

	(void)state;
	assert_int_equal(client_hello_parse_dtls(
	                         bytes_over(HELLO_DTLS, sizeof HELLO_DTLS), &hello),
	        ERR_OK);
	assert_int_equal(hello.dtls_cookie.len, 2);
	assert_int_equal(hello.dtls_cookie.at[0], 0xc0);
	assert_int_equal(client_hello_max_version(&hello), VERSION_DTLS12);
	assert_int_equal(parse(HELLO_DTLS, sizeof HELLO_DTLS, &hello), ERR_VALUE);
}

static void test_the_two_maxima_differ(void **state)
{
	/* GREASE, TLS 1.2, draft 18, TLS 1.3, draft 28, DTLS 1.3 */
	static const uint8_t list[] = { 0, 43, 0, 13, 12, 0x3a, 0x3a, 3, 3, 0x7f, 18, 3,
		4, 0x7f, 28, 0xfe, 0xfc };
	struct client_hello hello;

	(void)state;
	assert_int_equal(parse_with(list, sizeof list, &hello), ERR_OK);
	assert_int_equal(client_hello_max_version(&hello), VERSION_TLS13);
	assert_int_equal(client_hello_max_version_legacy(&hello), VERSION_TLS12);
}

static void test_grease_alone_offers_nothing(void **state)
{
	static const uint8_t list[] = { 0, 43, 0, 3, 2, 0x3a, 0x3a };
	struct client_hello hello;

	(void)state;
	assert_int_equal(parse_with(list, sizeof list, &hello), ERR_OK);
	assert_int_equal(client_hello_max_version(&hello), VERSION_NONE);
}

static void test_reads_the_lists_of_the_extensions(void **state)
{
	/* clang-format off */
	static const uint8_t list[] = {
		0, 10, 0, 4, 0, 2, 0x11, 0xec,          /* supported_groups */
		0, 11, 0, 2, 1, 0,                      /* ec_point_formats */
		0, 13, 0, 4, 0, 2, 0x08, 0x04,          /* signature_algorithms */
		0, 16, 0, 5, 0, 3, 2, 'h', '2',         /* ALPN */
		0, 35, 0, 1, 0x99,                      /* session_ticket */
		0, 45, 0, 2, 1, 1,                      /* psk_key_exchange_modes */
		0, 50, 0, 4, 0, 2, 0x04, 0x01,          /* signature_algorithms_cert */
		0, 51, 0, 7, 0, 5, 0, 29, 0, 1, 0xee,   /* key_share */
	};
	/* clang-format on */
	struct client_hello hello;

	(void)state;
	assert_int_equal(parse_with(list, sizeof list, &hello), ERR_OK);
	assert_int_equal(hello.body_fault, ERR_OK);
	assert_int_equal(reader_u16(&hello.supported_groups), 0x11ec);
	assert_int_equal(reader_left(&hello.point_formats), 1);
	assert_int_equal(reader_u16(&hello.signature_schemes), 0x0804);
	assert_int_equal(reader_u8(&hello.alpn), 2);
	assert_int_equal(hello.session_ticket.at[0], 0x99);
	assert_int_equal(reader_u8(&hello.psk_modes), 1);
	assert_int_equal(reader_u16(&hello.cert_signature_schemes), 0x0401);
	assert_int_equal(reader_u16(&hello.key_shares), 29);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_what_was_sent),
		cmocka_unit_test(test_tells_an_absent_extension_from_an_empty_one),
		cmocka_unit_test(test_finds_a_suite),
		cmocka_unit_test(test_refuses_every_cut),
		cmocka_unit_test(test_refuses_bytes_behind_the_extensions),
		cmocka_unit_test(test_leaves_out_a_body_that_lies_and_keeps_the_rest),
		cmocka_unit_test(test_offers_nothing_if_its_versions_cannot_be_read),
		cmocka_unit_test(test_refuses_an_extension_that_stands_twice),
		cmocka_unit_test(test_refuses_a_version_no_hello_has),
		cmocka_unit_test(test_reads_the_cookie_of_dtls),
		cmocka_unit_test(test_the_two_maxima_differ),
		cmocka_unit_test(test_grease_alone_offers_nothing),
		cmocka_unit_test(test_reads_the_lists_of_the_extensions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

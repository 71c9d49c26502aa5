#include "../unit.h"

#include "base/attr.h"
#include "tls/client_hello.h"
#include "tls/server_hello.h"
#include "tls/version.h"

#define THIRTY_TWO                                                                       \
	1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 1, 2, 3, 4, 5, 6, 7, 8,   \
	        9, 10, 11, 12, 13, 14, 15, 16

/* clang-format off */
/* A server of TLS 1.2 that takes h2. */
static const uint8_t HELLO_12[] = {
	0x03, 0x03, THIRTY_TWO,                         /* legacy_version, random */
	0x02, 0x77, 0x78,                               /* session_id */
	0xc0, 0x2f, 0x00,                               /* cipher_suite, compression */
	0x00, 0x0e,                                     /* extensions */
	0xff, 0x01, 0x00, 0x01, 0x00,                   /* renegotiation_info */
	0x00, 0x10, 0x00, 0x05, 0x00, 0x03, 0x02, 'h', '2', /* ALPN */
};
static const size_t ALPN_NAME_LEN = 53;

/* A server of TLS 1.3 that takes X25519MLKEM768 (its share cut to one byte) and a PSK. */
static const uint8_t HELLO_13[] = {
	0x03, 0x03, THIRTY_TWO, 0x00, 0x13, 0x02, 0x00,
	0x00, 0x15,                                     /* extensions */
	0x00, 0x2b, 0x00, 0x02, 0x03, 0x04,             /* supported_versions */
	0x00, 0x33, 0x00, 0x05, 0x11, 0xec, 0x00, 0x01, 0xee, /* key_share */
	0x00, 0x29, 0x00, 0x02, 0x00, 0x00,             /* pre_shared_key */
};

/* A HelloRetryRequest that wants secp384r1. */
static const uint8_t RETRY[] = {
	0x03, 0x03,
	0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65,
	0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2,
	0xc8, 0xa8, 0x33, 0x9c,
	0x00, 0x13, 0x01, 0x00,
	0x00, 0x0c,                                     /* extensions */
	0x00, 0x2b, 0x00, 0x02, 0x03, 0x04,             /* supported_versions */
	0x00, 0x33, 0x00, 0x02, 0x00, 0x18,             /* key_share: the group alone */
};

/* Draft 18: neither session id nor compression, and key_share is 40. */
static const uint8_t HELLO_DRAFT18[] = {
	0x7f, 0x12, THIRTY_TWO, 0x13, 0x01,
	0x00, 0x09,                                     /* extensions */
	0x00, 0x28, 0x00, 0x05, 0x00, 0x1d, 0x00, 0x01, 0xee, /* key_share */
};

static const uint8_t RETRY_DRAFT18[] = {
	0x7f, 0x12, 0x00, 0x06, 0x00, 0x28, 0x00, 0x02, 0x00, 0x17,
};
static const uint8_t RETRY_DRAFT20[] = {
	0x7f, 0x14, 0x13, 0x03, 0x00, 0x06, 0x00, 0x28, 0x00, 0x02, 0x00, 0x17,
};
/* clang-format on */

static enum err parse(const uint8_t *at, size_t len, struct server_hello *ret)
{
	return server_hello_parse(bytes_over(at, len), ret);
}

static void test_reads_what_was_sent(void **state)
{
	struct server_hello hello;

	(void)state;
	assert_int_equal(parse(HELLO_12, sizeof HELLO_12, &hello), ERR_OK);
	assert_int_equal(hello.version, VERSION_TLS12);
	assert_int_equal(hello.cipher_suite, 0xc02f);
	assert_int_equal(hello.session_id.len, 2);
	assert_true(bytes_equal(hello.alpn, bytes_of_string("h2")));
	assert_true(server_hello_has(&hello, EXTENSION_RENEGOTIATION_INFO));
	assert_false(server_hello_has(&hello, EXTENSION_KEY_SHARE));
	assert_int_equal(hello.group, 0);
	assert_false(hello.is_retry);
}

static void test_the_version_of_tls_13_stands_in_its_extension(void **state)
{
	struct server_hello hello;

	(void)state;
	assert_int_equal(parse(HELLO_13, sizeof HELLO_13, &hello), ERR_OK);
	assert_int_equal(hello.legacy_version, VERSION_TLS12);
	assert_int_equal(hello.version, VERSION_TLS13);
	assert_int_equal(hello.group, 0x11ec);
	assert_true(hello.psk_chosen);
	assert_int_equal(hello.body_fault, ERR_OK);
}

static void test_knows_a_retry_by_its_random(void **state)
{
	struct server_hello hello;

	(void)state;
	assert_int_equal(parse(RETRY, sizeof RETRY, &hello), ERR_OK);
	assert_true(hello.is_retry);
	assert_int_equal(hello.group, 24);
	assert_int_equal(hello.body_fault, ERR_OK);
}

static void test_reads_the_hello_of_an_old_draft(void **state)
{
	struct server_hello hello;

	(void)state;
	assert_int_equal(parse(HELLO_DRAFT18, sizeof HELLO_DRAFT18, &hello), ERR_OK);
	assert_int_equal(hello.version, 0x7f12);
	assert_int_equal(hello.cipher_suite, 0x1301);
	assert_int_equal(hello.group, 29);
	assert_int_equal(hello.session_id.len, 0);
}

static void test_reads_the_retry_of_an_old_draft(void **state)
{
	struct server_hello hello;

	(void)state;
	assert_int_equal(server_hello_parse_retry_draft(
	                         bytes_over(RETRY_DRAFT18, sizeof RETRY_DRAFT18), &hello),
	        ERR_OK);
	assert_true(hello.is_retry);
	assert_int_equal(hello.group, 23);
	assert_int_equal(server_hello_parse_retry_draft(
	                         bytes_over(RETRY_DRAFT20, sizeof RETRY_DRAFT20), &hello),
	        ERR_OK);
	assert_int_equal(hello.cipher_suite, 0x1303);
}

static void test_refuses_every_cut(void **state)
{
	static const struct bytes whole[] = {
		{ HELLO_12, sizeof HELLO_12 },
		{ HELLO_13, sizeof HELLO_13 },
		{ RETRY, sizeof RETRY },
		{ HELLO_DRAFT18, sizeof HELLO_DRAFT18 },
	};
	static const size_t without_extensions[] = { 40, 38, 38, 36 };
	struct server_hello hello = { .legacy_version = 0xbeef };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(whole); i++)
		for (size_t len = 0; len < whole[i].len; len++)
			if (len != without_extensions[i])
				assert_int_equal(
				        parse(whole[i].at, len, &hello), ERR_SHORT);
	assert_int_equal(hello.legacy_version, 0xbeef); /* failure writes nothing */
	assert_int_equal(parse(HELLO_12, without_extensions[0], &hello), ERR_OK);
}

static void test_leaves_out_a_body_that_lies_and_keeps_the_rest(void **state)
{
	uint8_t lie[sizeof HELLO_12];
	struct server_hello hello;

	(void)state;
	memcpy(lie, HELLO_12, sizeof lie);
	lie[ALPN_NAME_LEN - 2] = 1; /* a list shorter than its only name */
	assert_int_equal(parse(lie, sizeof lie, &hello), ERR_OK);
	assert_int_not_equal(hello.body_fault, ERR_OK);
	assert_int_equal(hello.alpn.len, 0);
	assert_int_equal(hello.cipher_suite, 0xc02f);
}

static void test_refuses_a_version_no_server_chooses(void **state)
{
	uint8_t lie[sizeof HELLO_12];
	struct server_hello hello;

	(void)state;
	memcpy(lie, HELLO_12, sizeof lie);
	lie[0] = 0x04;
	assert_int_equal(parse(lie, sizeof lie, &hello), ERR_VALUE);
	lie[0] = 0;
	lie[1] = 2;
	assert_int_equal(parse(lie, sizeof lie, &hello), ERR_VALUE);
}

static void test_refuses_an_extension_that_stands_twice(void **state)
{
	uint8_t lie[sizeof HELLO_13];
	struct server_hello hello;

	(void)state;
	memcpy(lie, HELLO_13, sizeof lie);
	lie[sizeof lie - 5] = 0x2b; /* pre_shared_key becomes supported_versions */
	assert_int_equal(parse(lie, sizeof lie, &hello), ERR_DUPLICATE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_what_was_sent),
		cmocka_unit_test(test_the_version_of_tls_13_stands_in_its_extension),
		cmocka_unit_test(test_knows_a_retry_by_its_random),
		cmocka_unit_test(test_reads_the_hello_of_an_old_draft),
		cmocka_unit_test(test_reads_the_retry_of_an_old_draft),
		cmocka_unit_test(test_refuses_every_cut),
		cmocka_unit_test(test_leaves_out_a_body_that_lies_and_keeps_the_rest),
		cmocka_unit_test(test_refuses_a_version_no_server_chooses),
		cmocka_unit_test(test_refuses_an_extension_that_stands_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

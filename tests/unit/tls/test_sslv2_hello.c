#include "../unit.h"

#include "tls/sslv2_hello.h"

#define SIXTEEN 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16

/* A client of TLS 1.0 that says hello in the form of SSL 2.0. */
static const uint8_t CLIENT[] = {
	0x80, 0x1f,       /* record of 31 bytes */
	1,                /* CLIENT-HELLO */
	0x03, 0x01,       /* version */
	0x00, 0x06,       /* cipher specs */
	0x00, 0x00,       /* session id */
	0x00, 0x10,       /* challenge */
	0x00, 0x00, 0x2f, /* TLS_RSA_WITH_AES_128_CBC_SHA */
	0x01, 0x00, 0x80, /* SSL_CK_RC4_128_WITH_MD5 */
	SIXTEEN,          /* challenge */
};

/* A server of SSL 2.0 with a "certificate" of two bytes. */
static const uint8_t SERVER[] = {
	0x80, 0x20,       /* record of 32 bytes */
	4,                /* SERVER-HELLO */
	0,                /* no session id hit */
	1,                /* X.509 */
	0x00, 0x02,       /* version */
	0x00, 0x02,       /* certificate */
	0x00, 0x03,       /* cipher specs */
	0x00, 0x10,       /* connection id */
	0x30, 0x00,       /* certificate */
	0x01, 0x00, 0x80, /* SSL_CK_RC4_128_WITH_MD5 */
	SIXTEEN,          /* connection id */
};

enum { VERSION_AT = 4, SPECS_LEN_AT = 6, ID_LEN_AT = 8, CHALLENGE_LEN_AT = 10 };

static void test_reads_what_a_client_sent(void **state)
{
	struct sslv2_client_hello hello;
	struct bytes record = bytes_over(CLIENT, sizeof CLIENT);

	(void)state;
	assert_int_equal(sslv2_client_hello_parse(record, &hello), ERR_OK);
	assert_int_equal(hello.version, 0x0301);
	assert_int_equal(reader_u24(&hello.cipher_specs), 0x00002f);
	assert_int_equal(reader_u24(&hello.cipher_specs), 0x010080);
	assert_int_equal(reader_end(&hello.cipher_specs), ERR_OK);
	assert_int_equal(hello.session_id.len, 0);
	assert_int_equal(hello.challenge.len, 16);
}

static void test_reads_what_a_server_sent(void **state)
{
	struct sslv2_server_hello hello;
	struct bytes record = bytes_over(SERVER, sizeof SERVER);

	(void)state;
	assert_int_equal(sslv2_server_hello_parse(record, &hello), ERR_OK);
	assert_int_equal(hello.version, 0x0002);
	assert_false(hello.session_id_hit);
	assert_int_equal(hello.certificate.len, 2);
	assert_int_equal(reader_u24(&hello.cipher_specs), 0x010080);
	assert_int_equal(hello.connection_id.len, 16);
}

static void test_refuses_every_cut_and_writes_nothing(void **state)
{
	struct sslv2_client_hello client = { .version = 0xbeef };
	struct sslv2_server_hello server = { .version = 0xbeef };

	(void)state;
	for (size_t len = 0; len < sizeof CLIENT; len++)
		assert_int_equal(
		        sslv2_client_hello_parse(bytes_over(CLIENT, len), &client),
		        ERR_SHORT);
	for (size_t len = 0; len < sizeof SERVER; len++)
		assert_int_equal(
		        sslv2_server_hello_parse(bytes_over(SERVER, len), &server),
		        ERR_SHORT);
	assert_int_equal(client.version, 0xbeef);
	assert_int_equal(server.version, 0xbeef);
}

static void test_checks_with_the_head_alone(void **state)
{
	size_t len = 0;

	(void)state;
	for (size_t n = 0; n < 11; n++)
		assert_int_equal(
		        sslv2_client_hello_check(bytes_over(CLIENT, n), &len), ERR_MORE);
	assert_int_equal(sslv2_client_hello_check(bytes_over(CLIENT, 11), &len), ERR_OK);
	assert_int_equal(len, sizeof CLIENT);
	for (size_t n = 0; n < 13; n++)
		assert_int_equal(
		        sslv2_server_hello_check(bytes_over(SERVER, n), &len), ERR_MORE);
	assert_int_equal(sslv2_server_hello_check(bytes_over(SERVER, 13), &len), ERR_OK);
	assert_int_equal(len, sizeof SERVER);
}

static enum err check_with(size_t at, uint8_t value)
{
	uint8_t lie[sizeof CLIENT];
	size_t len;

	memcpy(lie, CLIENT, sizeof lie);
	lie[at] = value;
	return sslv2_client_hello_check(bytes_over(lie, sizeof lie), &len);
}

static void test_refuses_what_no_client_sends(void **state)
{
	(void)state;
	assert_int_equal(check_with(0, 0x16), ERR_VALUE);
	assert_int_equal(check_with(1, 0x20), ERR_VALUE); /* the sum is less */
	assert_int_equal(check_with(2, 2), ERR_VALUE);
	assert_int_equal(check_with(VERSION_AT, 4), ERR_VALUE);
	assert_int_equal(check_with(SPECS_LEN_AT, 7), ERR_VALUE);
	assert_int_equal(check_with(ID_LEN_AT, 3), ERR_VALUE);
	assert_int_equal(check_with(CHALLENGE_LEN_AT, 15), ERR_VALUE);
}

static void test_refuses_lengths_that_add_up_but_are_not_allowed(void **state)
{
	uint8_t lie[sizeof CLIENT];
	size_t len;

	(void)state;
	memcpy(lie, CLIENT, sizeof lie);
	lie[SPECS_LEN_AT] = 5; /* not a multiple of three */
	lie[CHALLENGE_LEN_AT] = 17;
	assert_int_equal(
	        sslv2_client_hello_check(bytes_over(lie, sizeof lie), &len), ERR_VALUE);
	lie[SPECS_LEN_AT] = 3;
	lie[ID_LEN_AT] = 3; /* neither 0 nor 16 */
	lie[CHALLENGE_LEN_AT] = 16;
	assert_int_equal(
	        sslv2_client_hello_check(bytes_over(lie, sizeof lie), &len), ERR_VALUE);
}

static void test_a_wrong_byte_decides_before_the_rest_is_there(void **state)
{
	size_t len;

	(void)state;
	assert_int_equal(
	        sslv2_client_hello_check(bytes_over("\x16", 1), &len), ERR_VALUE);
	assert_int_equal(
	        sslv2_client_hello_check(bytes_over("\x80\x2e\x02", 3), &len), ERR_VALUE);
	assert_int_equal(
	        sslv2_server_hello_check(bytes_over("\x80\x2e\x01", 3), &len), ERR_VALUE);
}

static void test_on_a_hit_a_server_sends_its_connection_id_only(void **state)
{
	static const uint8_t hit[] = { 0x80, 0x1b, 4, 1, 0, 0x00, 0x02, 0x00, 0x00, 0x00,
		0x00, 0x00, 0x10, SIXTEEN };
	struct sslv2_server_hello hello;

	(void)state;
	assert_int_equal(
	        sslv2_server_hello_parse(bytes_over(hit, sizeof hit), &hello), ERR_OK);
	assert_true(hello.session_id_hit);
	assert_int_equal(hello.certificate.len, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_what_a_client_sent),
		cmocka_unit_test(test_reads_what_a_server_sent),
		cmocka_unit_test(test_refuses_every_cut_and_writes_nothing),
		cmocka_unit_test(test_checks_with_the_head_alone),
		cmocka_unit_test(test_refuses_what_no_client_sends),
		cmocka_unit_test(test_refuses_lengths_that_add_up_but_are_not_allowed),
		cmocka_unit_test(test_a_wrong_byte_decides_before_the_rest_is_there),
		cmocka_unit_test(test_on_a_hit_a_server_sends_its_connection_id_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

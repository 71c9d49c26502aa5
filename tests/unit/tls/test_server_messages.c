#include "../unit.h"

#include "tls/server_messages.h"
#include "tls/version.h"

enum { /* suites, by their key exchange */
	RSA_EXPORT_RC4 = 0x0003,
	RSA_AES = 0x002f,
	DHE_RSA_AES = 0x0033,
	DH_ANON_AES = 0x0034,
	PSK_AES = 0x008c,
	ECDHE_RSA_AES = 0xc013,
	SRP_AES = 0xc01d,
	ECDHE_PSK_AES = 0xc035,
	ECJPAKE_CCM_8 = 0xc0ff,
	PSK_DHE_CCM_8 = 0xc0aa,
	TLS13_AES = 0x1301,
};

static const uint8_t ECDHE[] = {
	3, 0x00, 0x17,       /* named curve, secp256r1 */
	2, 0xaa, 0xbb,       /* point */
	0x04, 0x01,          /* rsa_pkcs1_sha256 */
	0x00, 0x03, 1, 2, 3, /* signature */
};

static const uint8_t DH[] = {
	0x00, 0x04, 0x00, 0x1f, 0xff, 0xff, /* dh_p, of 21 bits */
	0x00, 0x01, 2,                      /* dh_g */
	0x00, 0x02, 9, 9,                   /* dh_Ys */
};

static enum err parse(const uint8_t *at, size_t len, uint16_t suite, uint16_t version,
        struct server_key_exchange *ret)
{
	return server_key_exchange_parse(bytes_over(at, len), suite, version, ret);
}

static void test_reads_a_named_curve_and_the_scheme(void **state)
{
	struct server_key_exchange exchange;

	(void)state;
	assert_int_equal(
	        parse(ECDHE, sizeof ECDHE, ECDHE_RSA_AES, VERSION_TLS12, &exchange),
	        ERR_OK);
	assert_int_equal(exchange.group, 0x0017);
	assert_int_equal(exchange.signature_scheme, 0x0401);
	assert_int_equal(exchange.dh_bits, 0);
}

static void test_before_tls_1_2_no_scheme_is_named(void **state)
{
	static const uint8_t sent[] = { 3, 0x00, 0x17, 1, 0xaa, 0x00, 0x01, 7 };
	struct server_key_exchange exchange;

	(void)state;
	assert_int_equal(
	        parse(sent, sizeof sent, ECDHE_RSA_AES, VERSION_TLS11, &exchange),
	        ERR_OK);
	assert_int_equal(exchange.group, 0x0017);
	assert_int_equal(exchange.signature_scheme, 0);
}

static void test_counts_the_bits_of_the_prime(void **state)
{
	struct server_key_exchange exchange;

	(void)state;
	assert_int_equal(
	        parse(DH, sizeof DH, DH_ANON_AES, VERSION_TLS12, &exchange), ERR_OK);
	assert_int_equal(exchange.dh_bits, 21);
	assert_int_equal(exchange.signature_scheme, 0);
}

static void test_a_signed_exchange_without_signature_is_short(void **state)
{
	struct server_key_exchange exchange;

	(void)state;
	assert_int_equal(
	        parse(DH, sizeof DH, DHE_RSA_AES, VERSION_TLS10, &exchange), ERR_SHORT);
}

static void test_reads_the_temporary_key_of_an_export_suite(void **state)
{
	static const uint8_t sent[] = {
		0x00, 0x02, 0x80, 0x01, /* modulus */
		0x00, 0x01, 3,          /* exponent */
		0x00, 0x01, 7,          /* signature */
	};
	struct server_key_exchange exchange;

	(void)state;
	assert_int_equal(
	        parse(sent, sizeof sent, RSA_EXPORT_RC4, VERSION_SSL3, &exchange),
	        ERR_OK);
	assert_int_equal(exchange.rsa_bits, 16);
}

static void test_a_psk_hint_stands_in_front(void **state)
{
	static const uint8_t hint[] = { 0x00, 0x02, 'h', 'i' };
	static const uint8_t ecdhe[] = { 0x00, 0x01, 'h', 3, 0x00, 0x1d, 1, 0xaa };
	struct server_key_exchange exchange;
	uint8_t dhe[sizeof hint + sizeof DH];

	(void)state;
	assert_int_equal(
	        parse(hint, sizeof hint, PSK_AES, VERSION_TLS12, &exchange), ERR_OK);
	assert_int_equal(
	        parse(ecdhe, sizeof ecdhe, ECDHE_PSK_AES, VERSION_TLS12, &exchange),
	        ERR_OK);
	assert_int_equal(exchange.group, 0x001d);
	memcpy(dhe, hint, sizeof hint);
	memcpy(dhe + sizeof hint, DH, sizeof DH);
	assert_int_equal(
	        parse(dhe, sizeof dhe, PSK_DHE_CCM_8, VERSION_TLS12, &exchange), ERR_OK);
	assert_int_equal(exchange.dh_bits, 21);
}

static void test_a_password_exchange_names_its_curve_too(void **state)
{
	static const uint8_t sent[] = { 3, 0x00, 0x17, 1, 0xaa, 1, 0xbb, 2, 0xcc, 0xdd };
	struct server_key_exchange exchange;

	(void)state;
	assert_int_equal(
	        parse(sent, sizeof sent, ECJPAKE_CCM_8, VERSION_DTLS12, &exchange),
	        ERR_OK);
	assert_int_equal(exchange.group, 0x0017);
	for (size_t len = 0; len < sizeof sent; len++)
		assert_int_equal(
		        parse(sent, len, ECJPAKE_CCM_8, VERSION_DTLS12, &exchange),
		        ERR_SHORT);
}

static void test_some_suites_send_none_or_a_form_not_read(void **state)
{
	static const uint8_t explicit_curve[] = { 1, 0, 0 };
	struct server_key_exchange exchange;

	(void)state;
	assert_int_equal(
	        parse(DH, sizeof DH, RSA_AES, VERSION_TLS12, &exchange), ERR_UNSUPPORTED);
	assert_int_equal(
	        parse(DH, sizeof DH, SRP_AES, VERSION_TLS12, &exchange), ERR_UNSUPPORTED);
	assert_int_equal(parse(DH, sizeof DH, TLS13_AES, VERSION_TLS12, &exchange),
	        ERR_UNSUPPORTED);
	assert_int_equal(
	        parse(explicit_curve, 3, ECDHE_RSA_AES, VERSION_TLS12, &exchange),
	        ERR_UNSUPPORTED);
}

static void test_refuses_every_cut_and_writes_nothing(void **state)
{
	struct server_key_exchange exchange = { .group = 0xbeef };

	(void)state;
	for (size_t len = 1; len < sizeof ECDHE; len++)
		assert_int_equal(
		        parse(ECDHE, len, ECDHE_RSA_AES, VERSION_TLS12, &exchange),
		        ERR_SHORT);
	assert_int_equal(exchange.group, 0xbeef);
}

/* Two "certificates" of two bytes and of one. */
static const uint8_t CHAIN[] = { 0, 0, 9, 0, 0, 2, 0x30, 0x00, 0, 0, 1, 0x31 };

static void test_walks_a_chain_leaf_first(void **state)
{
	struct reader chain;

	(void)state;
	assert_int_equal(
	        certificate_list_parse(bytes_over(CHAIN, sizeof CHAIN), &chain), ERR_OK);
	assert_ptr_equal(certificate_next(&chain).at, CHAIN + 6);
	assert_int_equal(certificate_next(&chain).len, 1);
	assert_int_equal(certificate_next(&chain).len, 0);
}

static void test_refuses_every_cut_of_a_chain(void **state)
{
	struct reader chain;

	(void)state;
	for (size_t len = 0; len < sizeof CHAIN; len++)
		assert_int_equal(certificate_list_parse(bytes_over(CHAIN, len), &chain),
		        ERR_SHORT);
}

static void test_refuses_a_certificate_longer_than_its_chain(void **state)
{
	static const uint8_t lie[] = { 0, 0, 5, 0, 0, 3, 0x30, 0x00 };
	static const uint8_t empty[] = { 0, 0, 3, 0, 0, 0 };
	struct reader chain;

	(void)state;
	assert_int_equal(
	        certificate_list_parse(bytes_over(lie, sizeof lie), &chain), ERR_SHORT);
	assert_int_equal(certificate_list_parse(bytes_over(empty, sizeof empty), &chain),
	        ERR_VALUE);
}

/* RFC 6066, 8. */
static void test_a_certificate_status_is_one_ocsp_response(void **state)
{
	static const uint8_t status[] = { 1, 0, 0, 3, 7, 8, 9, 0 };
	static const uint8_t other[] = { 2, 0, 0, 3, 7, 8, 9 }, none[] = { 1, 0, 0, 0 };
	struct bytes response = { 0 };
	size_t whole = sizeof status - 1;

	(void)state;
	for (size_t len = 0; len < whole; len++)
		assert_int_not_equal(
			certificate_status_parse(bytes_over(status, len), &response),
			ERR_OK);
	assert_int_equal(
		certificate_status_parse(bytes_over(status, whole), &response), ERR_OK);
	assert_int_equal(response.len, 3);
	assert_ptr_equal(response.at, status + 4);
	assert_int_equal(certificate_status_parse(
				 bytes_over(status, sizeof status), &response),
		ERR_LONG);
	assert_int_equal(
		certificate_status_parse(bytes_over(other, sizeof other), &response),
		ERR_VALUE);
	assert_int_equal(certificate_status_parse(bytes_over(none, sizeof none), &response),
		ERR_VALUE);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_certificate_status_is_one_ocsp_response),
		cmocka_unit_test(test_reads_a_named_curve_and_the_scheme),
		cmocka_unit_test(test_before_tls_1_2_no_scheme_is_named),
		cmocka_unit_test(test_counts_the_bits_of_the_prime),
		cmocka_unit_test(test_a_signed_exchange_without_signature_is_short),
		cmocka_unit_test(test_reads_the_temporary_key_of_an_export_suite),
		cmocka_unit_test(test_a_psk_hint_stands_in_front),
		cmocka_unit_test(test_a_password_exchange_names_its_curve_too),
		cmocka_unit_test(test_some_suites_send_none_or_a_form_not_read),
		cmocka_unit_test(test_refuses_every_cut_and_writes_nothing),
		cmocka_unit_test(test_walks_a_chain_leaf_first),
		cmocka_unit_test(test_refuses_every_cut_of_a_chain),
		cmocka_unit_test(test_refuses_a_certificate_longer_than_its_chain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

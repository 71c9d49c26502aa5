#include "../unit.h"

#include "base/attr.h"
#include "tls/iana.h"

static const struct iana_registry *const registries[] = {
	&iana_alerts,
	&iana_alpn,
	&iana_cipher_suites,
	&iana_extensions,
	&iana_groups,
	&iana_nist_groups,
	&iana_openssl_groups,
	&iana_openssl_suites,
	&iana_signature_schemes,
	&iana_sslv2_ciphers,
	&iana_versions,
};

static void test_finds_every_entry_by_code_and_by_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(registries); i++) {
		const struct iana_registry *r = registries[i];

		assert_true(r->count > 0);
		for (size_t j = 0; j < r->count; j++) {
			const struct iana_entry *entry = &r->entries[j];

			assert_ptr_equal(iana_find(r, entry->code), entry);
			assert_ptr_equal(
				iana_find_name(r, bytes_of_string(entry->name)), entry);
		}
	}
}

static void test_knows_the_names_of_every_registry(void **state)
{
	(void)state;
	assert_string_equal(
		iana_name(&iana_cipher_suites, 0x002f), "TLS_RSA_WITH_AES_128_CBC_SHA");
	assert_string_equal(
		iana_name(&iana_sslv2_ciphers, 0x010080), "SSL2_RC4_128_WITH_MD5");
	assert_string_equal(iana_name(&iana_groups, 4588), "X25519MLKEM768");
	assert_string_equal(
		iana_name(&iana_signature_schemes, 0x0804), "rsa_pss_rsae_sha256");
	assert_string_equal(iana_name(&iana_extensions, 0), "server_name");
	assert_string_equal(iana_name(&iana_alerts, 70), "protocol_version");
	assert_non_null(iana_find_name(&iana_alpn, bytes_of_string("h2")));
}

static void test_knows_code_points_that_iana_does_not_list(void **state)
{
	(void)state;
	assert_string_equal(iana_name(&iana_cipher_suites, 0xfeff),
		"SSL_RSA_FIPS_WITH_3DES_EDE_CBC_SHA");
	assert_string_equal(
		iana_name(&iana_extensions, 13172), "next_protocol_negotiation");
}

static void test_recommends_what_iana_recommends(void **state)
{
	(void)state;
	assert_true(iana_find(&iana_cipher_suites, 0x1301)->recommended);
	assert_false(iana_find(&iana_cipher_suites, 0x000a)->recommended);
}

static void test_writes_an_unknown_code_in_hexadecimal(void **state)
{
	char text[IANA_TEXT_MAX];

	(void)state;
	assert_null(iana_name(&iana_cipher_suites, 0x1a2b));
	assert_string_equal(iana_text(&iana_cipher_suites, 0x1a2b, text), "0x1a2b");
	assert_string_equal(iana_text(&iana_groups, 0xb, text), "sect409k1");
	assert_string_equal(iana_text(&iana_groups, 0x2a, text), "0x002a");
	assert_string_equal(iana_text(&iana_sslv2_ciphers, 0x42, text), "0x000042");
	assert_string_equal(iana_text(&iana_groups, 0xdeadbeef, text), "0xdeadbeef");
}

static void test_a_name_is_found_letter_for_letter(void **state)
{
	(void)state;
	assert_null(iana_find_name(&iana_groups, bytes_of_string("X25519")));
	assert_null(iana_find_name(&iana_groups, bytes_of_string("")));
	assert_ptr_equal(iana_find_name_caseless(&iana_groups, bytes_of_string("X25519")),
		iana_find(&iana_groups, 29));
	assert_null(iana_find_name_caseless(&iana_groups, bytes_of_string("x2551")));
	assert_int_equal(
		iana_find_name(&iana_groups, bytes_of_string("x25519"))->code, 29);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_finds_every_entry_by_code_and_by_name),
		cmocka_unit_test(test_knows_the_names_of_every_registry),
		cmocka_unit_test(test_knows_code_points_that_iana_does_not_list),
		cmocka_unit_test(test_recommends_what_iana_recommends),
		cmocka_unit_test(test_writes_an_unknown_code_in_hexadecimal),
		cmocka_unit_test(test_a_name_is_found_letter_for_letter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "../unit.h"

#include "tls/suite.h"
#include "tls/version.h"

static void test_a_name_tells_all_parts(void **state)
{
	const struct suite *suite = suite_find(0xc02f);

	(void)state; /* TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 */
	assert_int_equal(suite->exchange, SUITE_ECDHE);
	assert_int_equal(suite->auth, SUITE_BY_RSA);
	assert_int_equal(suite->cipher, SUITE_AES_GCM);
	assert_int_equal(suite->mac, SUITE_AEAD);
	assert_int_equal(suite->bits, 128);
	assert_int_equal(suite->since, RANK_TLS12);
}

static void test_a_suite_of_tls13_has_no_exchange_of_its_own(void **state)
{
	(void)state; /* TLS_CHACHA20_POLY1305_SHA256 */
	assert_int_equal(suite_find(0x1303)->exchange, SUITE_ANY_EXCHANGE);
	assert_int_equal(suite_find(0x1303)->since, RANK_TLS13);
	assert_int_equal(suite_find(0x1303)->bits, 256);
}

static void test_old_suites_are_told_apart(void **state)
{
	(void)state;
	assert_int_equal(suite_find(0x000a)->bits, 112);            /* 3DES */
	assert_int_equal(suite_find(0x0003)->cipher, SUITE_EXPORT); /* RC4_40 */
	assert_int_equal(suite_find(0x0060)->bits, 56);             /* EXPORT1024 */
	assert_int_equal(suite_find(0x0004)->mac, SUITE_MD5);
	assert_int_equal(suite_find(0x0018)->auth, SUITE_ANONYMOUS);
	assert_int_equal(suite_find(0x0018)->exchange, SUITE_DHE); /* DH_anon */
	assert_int_equal(suite_find(0xc013)->since, RANK_TLS10);   /* ECC */
	assert_int_equal(suite_find(0x002f)->since, RANK_SSL3);
	assert_int_equal(suite_find(0xc037)->exchange, SUITE_PSK); /* ECDHE_PSK */
}

static void test_the_hash_is_sha256_unless_another_is_named(void **state)
{
	(void)state;
	assert_int_equal(suite_find(0xc030)->hash, SUITE_SHA384); /* AES_256_GCM */
	assert_int_equal(suite_find(0xc02f)->hash, SUITE_SHA256);
	assert_int_equal(suite_find(0x1302)->hash, SUITE_SHA384);
	assert_int_equal(suite_find(0x1305)->hash, SUITE_SHA256); /* CCM_8 */
	assert_int_equal(suite_find(0xc0a0)->hash, SUITE_SHA256); /* has no hash's name */
	assert_int_equal(suite_find(0x002f)->hash, SUITE_SHA256);
}

static void test_what_no_server_takes_stays_known(void **state)
{
	(void)state; /* the draft's ChaCha20, GOST, a signalling value */
	assert_int_equal(suite_find(0xcc13)->exchange, SUITE_OTHER_EXCHANGE);
	assert_int_equal(suite_find(0xc100)->exchange, SUITE_OTHER_EXCHANGE);
	assert_int_equal(suite_find(0x00ff)->cipher, SUITE_OTHER_CIPHER);
}

static void test_the_unregistered_is_nothing(void **state)
{
	(void)state;
	assert_null(suite_find(0x0a0a));
	assert_null(suite_find(0xc0fe));
}

static void test_every_suite_is_found_at_its_index(void **state)
{
	(void)state;
	assert_in_range(suite_count, 300, SUITES_MAX);
	for (size_t i = 0; i < suite_count; i++) {
		assert_ptr_equal(suite_find(suite_table[i].code), &suite_table[i]);
		assert_int_equal(suite_index(&suite_table[i]), i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_name_tells_all_parts),
		cmocka_unit_test(test_a_suite_of_tls13_has_no_exchange_of_its_own),
		cmocka_unit_test(test_old_suites_are_told_apart),
		cmocka_unit_test(test_the_hash_is_sha256_unless_another_is_named),
		cmocka_unit_test(test_what_no_server_takes_stays_known),
		cmocka_unit_test(test_the_unregistered_is_nothing),
		cmocka_unit_test(test_every_suite_is_found_at_its_index),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "../unit.h"

#include <pthread.h>

#include "../hex.h"
#include "sys/crypto.h"

static void assert_hex(const uint8_t *got, size_t len, const char *digits)
{
	uint8_t expected[64];

	assert_int_equal(from_hex(digits, expected).len, len);
	assert_memory_equal(got, expected, len);
}

static void test_digests_are_those_of_the_standards(void **state)
{
	const struct crypto *crypto = crypto_openssl();
	uint8_t digest[SHA256_LEN];

	(void)state;
	crypto->md5(bytes_of_string("abc"), digest); /* RFC 1321, A.5 */
	assert_hex(digest, MD5_LEN, "900150983cd24fb0d6963f7d28e17f72");
	crypto->sha256(bytes_of_string("abc"), digest); /* FIPS 180-4's example */
	assert_hex(digest, SHA256_LEN,
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	crypto->sha256((struct bytes){ 0 }, digest);
	assert_hex(digest, SHA256_LEN,
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

/* RFC 4231, test cases 2 and 6: a short key, and one longer than a block. */
static void test_hmac_is_that_of_the_rfc(void **state)
{
	const struct crypto *crypto = crypto_openssl();
	uint8_t mac[SHA256_LEN];
	uint8_t long_key[131];
	struct hmac_key key;

	(void)state;
	crypto->hmac_key(bytes_of_string("Jefe"), &key);
	crypto->hmac_sha256(&key, bytes_of_string("what do ya want for nothing?"), mac);
	assert_hex(mac, SHA256_LEN,
		"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(long_key, 0xaa, sizeof long_key);
	crypto->hmac_key(bytes_over(long_key, sizeof long_key), &key);
	crypto->hmac_sha256(&key,
		bytes_of_string("Test Using Larger Than Block-Size Key - Hash Key First"),
		mac);
	assert_hex(mac, SHA256_LEN,
		"60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void check_ciphers(void)
{
	const struct crypto *crypto = crypto_openssl();
	static const uint8_t zeros[AES128_LEN];
	uint8_t key[AES128_LEN], in[AES128_LEN], out[AES128_LEN], sealed[32];

	/* FIPS 197, C.1 */
	from_hex("000102030405060708090a0b0c0d0e0f", key);
	from_hex("00112233445566778899aabbccddeeff", in);
	crypto->aes128_block(key, in, out);
	assert_hex(out, AES128_LEN, "69c4e0d86a7b0430d8cdb78070b4c55a");
	/* McGrew and Viega, The Galois/Counter Mode of Operation, test case 2 */
	struct bytes all = from_hex(
		"0388dace60b6a392f328c2b971b2fe78ab6e47d42cec13bdf53a67b21257bddf",
		sealed);
	assert_true(crypto->aes128_gcm_open(zeros, zeros, (struct bytes){ 0 }, all, out));
	assert_memory_equal(out, zeros, AES128_LEN);
}

static void test_ciphers_are_those_of_the_standards(void **state)
{
	(void)state;
	check_ciphers();
	check_ciphers(); /* contexts are used again */
}

static void *check_in_thread(void *unused)
{
	check_ciphers();
	return unused;
}

static void test_every_thread_has_its_own_contexts(void **state)
{
	pthread_t threads[4];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(threads); i++)
		assert_int_equal(
			pthread_create(&threads[i], NULL, check_in_thread, NULL), 0);
	for (size_t i = 0; i < COUNT_OF(threads); i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
}

static void test_does_not_open_what_was_changed_or_cut(void **state)
{
	const struct crypto *crypto = crypto_openssl();
	static const uint8_t zeros[AES128_LEN];
	uint8_t sealed[32], out[32];
	struct bytes all = from_hex(
		"0388dace60b6a392f328c2b971b2fe78ab6e47d42cec13bdf53a67b21257bddf",
		sealed);

	(void)state;
	for (size_t len = 0; len < all.len; len++)
		assert_false(crypto->aes128_gcm_open(
			zeros, zeros, (struct bytes){ 0 }, bytes_first(all, len), out));
	sealed[3] ^= 1;
	assert_false(
		crypto->aes128_gcm_open(zeros, zeros, (struct bytes){ 0 }, all, out));
}

static void test_two_draws_differ(void **state)
{
	struct hash_key a = { 0 }, b = { 0 };

	(void)state;
	assert_int_equal(random_hash_key(&a), ERR_OK);
	assert_int_equal(random_hash_key(&b), ERR_OK);
	assert_memory_not_equal(&a, &b, sizeof a);
}

static size_t share_of(uint16_t group, const char *secret, uint8_t *ret)
{
	uint8_t padded[2 * KEY_SECRET_LEN] = { 0 };

	(void)from_hex(secret, padded);
	return crypto_openssl()->key_share(group, padded, ret);
}

/* RFC 7748, 6.1 and 6.2: Alice's keys. */
static void test_montgomery_keys_are_those_of_the_rfc(void **state)
{
	uint8_t key[KEY_SHARE_MAX];

	(void)state;
	assert_int_equal(share_of(29,
				 "77076d0a7318a57d3c16c17251b26645"
				 "df4c2f87ebc0992ab177fba51db92c2a",
				 key),
		32);
	assert_hex(key, 32,
		"8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
	assert_int_equal(
		share_of(30,
			"9a8f4925d1519f5775cf46b04b5800d4ee9ee8bae8bc5565d498c28d"
			"d9c9baf574a9419744897391006382a6f127ab1d9ac2d8c0a598726b",
			key),
		56);
	assert_hex(key, 56,
		"9b08f7cc31b7e3e67d22d5aea121074a273bd2b83de09c63faa73d2c"
		"22c5d9bbc836647241d953d40c5b12da88120d53177f80e532c41fa0");
}

/* A secret of one is the group's generator: SP 800-186, 3.2.1.3; RFC 7919, appendix A. */
static void test_the_key_of_one_is_the_generator(void **state)
{
	uint8_t one[KEY_SECRET_LEN] = { [KEY_SECRET_LEN - 1] = 1 };
	uint8_t key[KEY_SHARE_MAX], two[KEY_SHARE_MAX] = { 0 };

	(void)state;
	assert_int_equal(crypto_openssl()->key_share(23, one, key), 65);
	assert_hex(key, 33,
		"046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296");
	assert_int_equal(crypto_openssl()->key_share(256, one, key), 256);
	two[255] = 2;
	assert_memory_equal(key, two, 256);
}

static void test_keys_are_as_long_as_their_groups_want(void **state)
{
	static const struct {
		uint16_t group;
		size_t len;
	} cases[] = { { 23, 65 }, { 24, 97 }, { 25, 133 }, { 29, 32 }, { 30, 56 },
		{ 31, 65 }, { 32, 97 }, { 33, 129 }, { 41, 65 }, { 256, 256 },
		{ 257, 384 }, { 258, 512 }, { 259, 768 }, { 260, 1024 }, { 0x11ec, 0 },
		{ 0x7777, 0 } };
	uint8_t secret[KEY_SECRET_LEN], key[KEY_SHARE_MAX];

	(void)state;
	memset(secret, 0xff, sizeof secret);
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_int_equal(crypto_openssl()->key_share(cases[i].group, secret, key),
			cases[i].len);
	memset(secret, 0, sizeof secret); /* no scalar: becomes one */
	assert_int_equal(crypto_openssl()->key_share(23, secret, key), 65);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_digests_are_those_of_the_standards),
		cmocka_unit_test(test_hmac_is_that_of_the_rfc),
		cmocka_unit_test(test_ciphers_are_those_of_the_standards),
		cmocka_unit_test(test_every_thread_has_its_own_contexts),
		cmocka_unit_test(test_does_not_open_what_was_changed_or_cut),
		cmocka_unit_test(test_two_draws_differ),
		cmocka_unit_test(test_montgomery_keys_are_those_of_the_rfc),
		cmocka_unit_test(test_the_key_of_one_is_the_generator),
		cmocka_unit_test(test_keys_are_as_long_as_their_groups_want),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What handshakes need of the table of base/crypto.h, against the standards' examples. */
#include "../unit.h"

#include "../hex.h"
#include "base/attr.h"
#include "sys/crypto.h"

static void assert_hex(const uint8_t *got, size_t len, const char *digits)
{
	uint8_t expected[256];

	assert_int_equal(from_hex(digits, expected).len, len);
	assert_memory_equal(got, expected, len);
}

static void test_digests_are_over_all_parts(void **state)
{
	const struct crypto *crypto = crypto_openssl();
	struct bytes parts[] = { bytes_of_string("a"), { 0 }, bytes_of_string("bc") };
	uint8_t ret[CRYPTO_HASH_MAX];

	(void)state;
	crypto->digest(CRYPTO_MD5, parts, COUNT_OF(parts), ret); /* RFC 1321, A.5 */
	assert_hex(ret, MD5_LEN, "900150983cd24fb0d6963f7d28e17f72");
	crypto->digest(CRYPTO_SHA1, parts, COUNT_OF(parts), ret); /* RFC 3174, 7.3 */
	assert_hex(ret, 20, "a9993e364706816aba3e25717850c26c9cd0d89d");
	crypto->digest(CRYPTO_SHA384, parts, COUNT_OF(parts), ret); /* FIPS 180-4 */
	assert_hex(ret, 48,
		"cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
		"8086072ba1e7cc2358baeca134c825a7");
}

static void test_hmacs_are_those_of_the_rfcs(void **state)
{
	const struct crypto *crypto = crypto_openssl();
	struct bytes parts[] = { bytes_of_string("what do ya want "),
		bytes_of_string("for nothing?") };
	uint8_t ret[CRYPTO_HASH_MAX];

	(void)state;
	crypto->hmac(CRYPTO_MD5, bytes_of_string("Jefe"), parts, 2, ret); /* RFC 2202 */
	assert_hex(ret, MD5_LEN, "750c783e6ab0b503eaa86e310a5db738");
	crypto->hmac(CRYPTO_SHA1, bytes_of_string("Jefe"), parts, 2, ret);
	assert_hex(ret, 20, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
	crypto->hmac(
		CRYPTO_SHA384, bytes_of_string("Jefe"), parts, 2, ret); /* RFC 4231 */
	assert_hex(ret, 48,
		"af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e"
		"8e2240ca5e69e2c78b3239ecfab21649");
}

/* RFC 7748, 5.2, the first. */
static void test_x25519_is_that_of_the_rfc(void **state)
{
	const struct crypto *crypto = crypto_openssl();
	uint8_t secret[KEY_SECRET_LEN] = { 0 }, peer[32], ret[KEY_SHARE_MAX];

	(void)state;
	from_hex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
		secret);
	from_hex(
		"e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c", peer);
	assert_int_equal(crypto->key_agree(29, secret, bytes_over(peer, 32), ret), 32);
	assert_hex(ret, 32,
		"c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");
}

static void test_both_sides_agree_in_every_group(void **state)
{
	static const uint16_t groups[] = { 23, 24, 25, 29, 30, 31, 32, 33, 256 };
	const struct crypto *crypto = crypto_openssl();
	uint8_t one[KEY_SECRET_LEN], other[KEY_SECRET_LEN];
	uint8_t one_key[KEY_SHARE_MAX], other_key[KEY_SHARE_MAX];
	uint8_t ours[KEY_SHARE_MAX], theirs[KEY_SHARE_MAX];

	(void)state;
	memset(one, 0x31, sizeof one);
	memset(other, 0x57, sizeof other);
	for (size_t i = 0; i < COUNT_OF(groups); i++) {
		size_t len = crypto->key_share(groups[i], one, one_key);
		size_t agreed = crypto->key_agree(
			groups[i], other, bytes_over(one_key, len), theirs);

		assert_int_not_equal(agreed, 0);
		len = crypto->key_share(groups[i], other, other_key);
		assert_int_equal(crypto->key_agree(groups[i], one,
					 bytes_over(other_key, len), ours),
			agreed);
		assert_memory_equal(ours, theirs, agreed);
	}
}

static void test_what_is_no_key_of_the_group_agrees_on_nothing(void **state)
{
	const struct crypto *crypto = crypto_openssl();
	uint8_t secret[KEY_SECRET_LEN] = { 1 }, ret[KEY_SHARE_MAX];
	uint8_t zeros[256] = { 0 }, off_curve[65] = { 4, 1 };

	(void)state;
	assert_int_equal(crypto->key_agree(29, secret, bytes_over(zeros, 32), ret), 0);
	assert_int_equal(
		crypto->key_agree(23, secret, bytes_over(off_curve, 65), ret), 0);
	assert_int_equal(crypto->key_agree(256, secret, bytes_over(zeros, 256), ret), 0);
	assert_int_equal(crypto->key_agree(29, secret, bytes_over(zeros, 31), ret), 0);
	assert_int_equal(
		crypto->key_agree(0x11ec, secret, bytes_over(zeros, 32), ret), 0);
}

/* 5 to the 3 is 8 modulo 13, as long as the prime; 256^1 modulo 257 is 0x0100. */
static void test_powers_are_as_long_as_the_prime(void **state)
{
	const struct crypto *crypto = crypto_openssl();
	uint8_t secret[KEY_SECRET_LEN] = { 0 }, ret[2];

	(void)state;
	secret[KEY_SECRET_LEN - 1] = 3;
	assert_true(crypto->dh_power(
		bytes_over("\x0d", 1), bytes_over("\x05", 1), secret, ret));
	assert_int_equal(ret[0], 8);
	assert_true(crypto->dh_power(
		bytes_over("\x01\x01", 2), bytes_over("\x05", 1), secret, ret));
	assert_int_equal(ret[0] << 8 | ret[1], 125);
	assert_false(crypto->dh_power(
		bytes_over("\x0c", 1), bytes_over("\x05", 1), secret, ret));
	assert_false(crypto->dh_power(
		bytes_over("\x01", 1), bytes_over("\x05", 1), secret, ret));
	assert_false(crypto->dh_power(
		bytes_over("\x00\x0d", 2), bytes_over("\x05", 1), secret, ret));
}

/* NIST SP 800-38A, F.2.1, the first two blocks. */
static void test_cbc_goes_there_and_back(void **state)
{
	const struct crypto *crypto = crypto_openssl();
	uint8_t key[16], iv[16], block[32];
	struct bytes key_bytes = from_hex("2b7e151628aed2a6abf7158809cf4f3c", key);

	(void)state;
	from_hex("000102030405060708090a0b0c0d0e0f", iv);
	from_hex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51",
		block);
	assert_true(crypto->cbc(
		CRYPTO_AES_CBC, true, key_bytes, iv, bytes_over(block, 32), block));
	assert_hex(block, 32,
		"7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2");
	assert_true(crypto->cbc(
		CRYPTO_AES_CBC, false, key_bytes, iv, bytes_over(block, 32), block));
	assert_hex(block, 32,
		"6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51");
}

/* RFC 6229, the key of 128 bits. */
static void test_rc4_goes_on_where_it_was(void **state)
{
	const struct crypto *crypto = crypto_openssl();
	uint8_t key[16], whole[3000] = { 0 }, rest[16] = { 0 };
	struct bytes key_bytes = from_hex("0102030405060708090a0b0c0d0e0f10", key);

	(void)state;
	if (!crypto->has_cipher(CRYPTO_RC4, 16))
		skip(); /* the legacy provider is not installed */
	assert_true(crypto->rc4(key_bytes, 0, bytes_over(whole, sizeof whole), whole));
	assert_hex(whole, 16, "9ac7cc9a609d1ef7b2932899cde41b97");
	assert_true(crypto->rc4(key_bytes, 2900, bytes_over(rest, sizeof rest), rest));
	assert_memory_equal(rest, whole + 2900, sizeof rest);
}

static void check_aead(
	const struct crypto_aead *aead, struct bytes plain, const char *tag)
{
	const struct crypto *crypto = crypto_openssl();
	uint8_t sealed[160], opened[160];
	struct bytes all = bytes_over(sealed, plain.len + aead->tag_len);

	assert_true(crypto->aead_seal(aead, plain, sealed));
	assert_hex(sealed + plain.len, aead->tag_len, tag);
	assert_true(crypto->aead_open(aead, all, opened));
	assert_memory_equal(opened, plain.at, plain.len);
	for (size_t i = 0; i < all.len; i++) {
		sealed[i] ^= 1;
		assert_false(crypto->aead_open(aead, all, opened));
		sealed[i] ^= 1;
	}
}

static void test_aeads_open_what_is_whole(void **state)
{
	uint8_t key[32], nonce[12], associated[32], plain[32];
	struct bytes sunscreen = bytes_of_string(
		"Ladies and Gentlemen of the class of '99: If I could offer you only one "
		"tip for the future, sunscreen would be it.");
	struct crypto_aead ccm = { /* NIST SP 800-38C, example 3 */
		CRYPTO_AES_CCM, from_hex("404142434445464748494a4b4c4d4e4f", key),
		from_hex("101112131415161718191a1b", nonce),
		from_hex("000102030405060708090a0b0c0d0e0f10111213", associated), 8
	};

	(void)state;
	check_aead(&ccm,
		from_hex("202122232425262728292a2b2c2d2e2f3031323334353637", plain),
		"484392fbc1b09951");
	struct crypto_aead chacha = { /* RFC 8439, 2.8.2 */
		CRYPTO_CHACHA20_POLY1305,
		from_hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9"
			 "f",
			key),
		from_hex("070000004041424344454647", nonce),
		from_hex("50515253c0c1c2c3c4c5c6c7", associated), 16
	};
	check_aead(&chacha, sunscreen, "1ae10b594f09e26a7e902ecbd0600691");
	struct crypto_aead gcm = { /* McGrew and Viega, test case 2 */
		CRYPTO_AES_GCM, from_hex("00000000000000000000000000000000", key),
		from_hex("000000000000000000000000", nonce), { 0 }, 16
	};
	check_aead(&gcm, from_hex("00000000000000000000000000000000", plain),
		"ab6e47d42cec13bdf53a67b21257bddf");
}

static void test_what_libcrypto_has_not_is_said(void **state)
{
	const struct crypto *crypto = crypto_openssl();
	uint8_t all[16] = { 0 };

	(void)state;
	assert_true(crypto->has_cipher(CRYPTO_3DES_CBC, 24));
	assert_false(crypto->has_cipher(CRYPTO_AES_CBC, 24));
	assert_false(crypto->has_cipher(CRYPTO_NO_CIPHER, 0));
	assert_false(crypto->cbc(
		CRYPTO_AES_CBC, true, bytes_over(all, 5), all, bytes_over(all, 16), all));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_digests_are_over_all_parts),
		cmocka_unit_test(test_hmacs_are_those_of_the_rfcs),
		cmocka_unit_test(test_x25519_is_that_of_the_rfc),
		cmocka_unit_test(test_both_sides_agree_in_every_group),
		cmocka_unit_test(test_what_is_no_key_of_the_group_agrees_on_nothing),
		cmocka_unit_test(test_powers_are_as_long_as_the_prime),
		cmocka_unit_test(test_cbc_goes_there_and_back),
		cmocka_unit_test(test_rc4_goes_on_where_it_was),
		cmocka_unit_test(test_aeads_open_what_is_whole),
		cmocka_unit_test(test_what_libcrypto_has_not_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* tls/prf.h and tls/hkdf.h over libcrypto, against published examples; that those of
 * SSL 3.0 and TLS 1.0 are right too, tests/interop/handshakes.py shows with real servers.
 */
#include "../unit.h"

#include "../hex.h"
#include "sys/crypto.h"
#include "tls/hkdf.h"
#include "tls/prf.h"
#include "tls/version.h"

static void assert_hex(const uint8_t *got, size_t len, const char *digits)
{
	uint8_t expected[256];

	assert_int_equal(from_hex(digits, expected).len, len);
	assert_memory_equal(got, expected, len);
}

/* The example that the TLS working group's list agreed on (IETF mail archive, 2009). */
static void test_the_prf_of_tls12(void **state)
{
	struct prf prf = { crypto_openssl(), VERSION_TLS12, CRYPTO_SHA256 };
	uint8_t secret[16], seed[16], ret[100];
	struct bytes key = from_hex("9bbe436ba940f017b17652849a71db35", secret);
	struct bytes seeds[2] = { from_hex("a0ba9f936cda311827a6f796ffd5198c", seed) };

	(void)state;
	prf_expand(&prf, key, "test label", seeds, ret, sizeof ret);
	assert_hex(ret, sizeof ret,
		"e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a"
		"6b301791e90d35c9c9a46b4e14baf9af0fa022f7077def17abfd3797c0564bab"
		"4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff701"
		"87347b66");
}

static void test_the_seed_counts_as_one_however_it_is_parted(void **state)
{
	static const uint16_t versions[] = { VERSION_SSL3, VERSION_TLS10, VERSION_TLS12 };
	struct bytes one[2] = { bytes_of_string("abcdef") };
	struct bytes two[2] = { bytes_of_string("ab"), bytes_of_string("cdef") };
	uint8_t a[150], b[150];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct prf prf = { crypto_openssl(), versions[i], CRYPTO_SHA384 };

		prf_expand(&prf, bytes_of_string("secret!"), "label", one, a, sizeof a);
		prf_expand(&prf, bytes_of_string("secret!"), "label", two, b, sizeof b);
		assert_memory_equal(a, b, sizeof a);
		prf_expand(&prf, bytes_of_string("secret!"), "label", two, b, 20);
		assert_memory_equal(a, b, 20);
	}
}

static void test_finished_tells_the_sides_and_the_transcripts_apart(void **state)
{
	static const uint16_t versions[] = { VERSION_SSL3, VERSION_TLS10, VERSION_TLS12 };
	static const size_t lens[] = { 36, 12, 12 };
	uint8_t master[MASTER_SECRET_LEN] = { 1 }, a[36], b[36];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct prf prf = { crypto_openssl(), versions[i], CRYPTO_SHA256 };

		assert_int_equal(
			prf_finished(&prf, master, true, bytes_of_string("all"), a),
			lens[i]);
		(void)prf_finished(&prf, master, false, bytes_of_string("all"), b);
		assert_memory_not_equal(a, b, lens[i]);
		(void)prf_finished(&prf, master, true, bytes_of_string("al1"), b);
		assert_memory_not_equal(a, b, lens[i]);
	}
}

/* RFC 8448, 3: the server's secrets up to the handshake's. */
static void test_the_schedule_of_tls13(void **state)
{
	struct hkdf hkdf = { crypto_openssl(), CRYPTO_SHA256 };
	struct bytes none = { 0 };
	uint8_t early[CRYPTO_HASH_MAX], derived[CRYPTO_HASH_MAX], secret[CRYPTO_HASH_MAX];
	uint8_t shared[32];

	(void)state;
	hkdf_extract(&hkdf, none, none, early);
	assert_hex(early, 32,
		"33ad0a1c607ec03b09e6cd9893680ce210adf300aa1f2660e1b22e10f170f92a");
	hkdf_derive(&hkdf, early, "derived", none, derived);
	assert_hex(derived, 32,
		"6f2615a108c702c5678f54fc9dbab69716c076189c48250cebeac3576c3611ba");
	hkdf_extract(&hkdf, bytes_over(derived, 32),
		from_hex("8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492"
			 "d",
			shared),
		secret);
	assert_hex(secret, 32,
		"1dc826e93606aa6fdc0aadc12f741b01046aa6b99f691ed221a9f0ca043fbeac");
}

/* RFC 8448, 3: the keys of the server's handshake. */
static void test_keys_of_a_secret(void **state)
{
	struct hkdf hkdf = { crypto_openssl(), CRYPTO_SHA256 };
	uint8_t secret[32], key[16], iv[12];

	(void)state;
	from_hex("b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38",
		secret);
	hkdf_expand_label(&hkdf, secret, "key", (struct bytes){ 0 }, key, sizeof key);
	assert_hex(key, 16, "3fce516009c21727d0f2e4e86ee403bc");
	hkdf_expand_label(&hkdf, secret, "iv", (struct bytes){ 0 }, iv, sizeof iv);
	assert_hex(iv, 12, "5d313eb2671276ee13000b30");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_prf_of_tls12),
		cmocka_unit_test(test_the_seed_counts_as_one_however_it_is_parted),
		cmocka_unit_test(test_finished_tells_the_sides_and_the_transcripts_apart),
		cmocka_unit_test(test_the_schedule_of_tls13),
		cmocka_unit_test(test_keys_of_a_secret),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

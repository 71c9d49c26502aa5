/* tls/protection.h over libcrypto: what one side seals the other opens, and nobody
 * else's. */
#include "../unit.h"

#include <stdlib.h>

#include "base/attr.h"
#include "sys/crypto.h"
#include "tls/protection.h"
#include "tls/version.h"

static const uint8_t seed[SHA256_LEN] = "seed";

static const struct kind {
	uint16_t suite;
	uint16_t version;
	bool encrypt_then_mac;
} kinds[] = {
	{ 0x0005, VERSION_SSL3, false },  /* RC4, SHA-1 */
	{ 0x0004, VERSION_TLS10, false }, /* RC4, MD5 */
	{ 0x000a, VERSION_SSL3, false },  /* 3DES */
	{ 0x0009, VERSION_TLS10, false }, /* DES */
	{ 0x002f, VERSION_TLS10, false }, /* AES, IV from the record before */
	{ 0x002f, VERSION_TLS11, false }, /* its own IV */
	{ 0x002f, VERSION_TLS10, true },
	{ 0xc028, VERSION_TLS12, true },  /* AES-256, SHA-384 */
	{ 0x003b, VERSION_TLS12, false }, /* NULL, SHA-256 */
	{ 0x0041, VERSION_TLS12, false }, /* Camellia */
	{ 0x0096, VERSION_TLS10, false }, /* SEED */
	{ 0xc02f, VERSION_TLS12, false }, /* GCM */
	{ 0xc0ae, VERSION_TLS12, false }, /* CCM_8 */
	{ 0xcca8, VERSION_TLS12, false }, /* ChaCha20 */
	{ 0xc060, VERSION_TLS12, false }, /* ARIA-GCM */
	{ 0x1301, VERSION_TLS13, false },
	{ 0x1303, VERSION_TLS13, false },
	{ 0x1305, VERSION_TLS13, false },
};

/* Both ends of one direction; false if libcrypto lacks the cipher. */
static bool make(
	const struct kind *kind, struct protection *write, struct protection *read)
{
	struct protection_form form;
	struct protection unused;
	uint8_t block[256];

	for (size_t i = 0; i < sizeof block; i++)
		block[i] = (uint8_t)(i * 7);
	if (protection_of_suite(crypto_openssl(), suite_find(kind->suite), kind->version,
		    kind->encrypt_then_mac, &form) != ERR_OK)
		return false;
	protection_from_key_block(crypto_openssl(), &form, block, write, &unused);
	*read = *write;
	return true;
}

static struct bytes seal(struct protection *write, uint8_t type, struct bytes all,
	uint8_t *memory, size_t room)
{
	struct draws draws = draws_from(crypto_openssl(), seed);
	struct writer w = writer_over(memory, room);

	protection_seal(write, type, all, &draws, &w);
	assert_int_equal(writer_end(&w), ERR_OK);
	return writer_written(&w);
}

static enum err open_record(struct protection *read, struct bytes record, uint8_t *memory,
	uint8_t *type, struct bytes *ret)
{
	*type = record.at[0];
	memcpy(memory, record.at + RECORD_HEADER_LEN, record.len - RECORD_HEADER_LEN);
	return protection_open(read, type, (uint16_t)(record.at[1] << 8 | record.at[2]),
		memory, record.len - RECORD_HEADER_LEN, ret);
}

static void test_what_is_sealed_opens_in_its_order(void **state)
{
	uint8_t sealed[512], opened[512], type;
	struct bytes all[] = { bytes_of_string("first"),
		bytes_of_string("the second one") };
	struct protection write, read;
	struct bytes content;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		if (!make(&kinds[i], &write, &read))
			continue;
		for (size_t j = 0; j < 2; j++) {
			struct bytes record =
				seal(&write, CONTENT_HANDSHAKE, all[j], sealed, 512);

			assert_int_equal(
				open_record(&read, record, opened, &type, &content),
				ERR_OK);
			assert_int_equal(type, CONTENT_HANDSHAKE);
			assert_true(bytes_equal(content, all[j]));
		}
	}
}

/* Padding of SSL 3.0 is covered by nothing: that is POODLE. */
static bool is_padding(const struct kind *kind, size_t at, size_t len)
{
	return kind->version == VERSION_SSL3 && at + 16 >= len;
}

static void test_no_byte_may_change(void **state)
{
	uint8_t sealed[512], opened[512], type;
	struct protection write, read, again;
	struct bytes content;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		if (!make(&kinds[i], &write, &read))
			continue;
		struct bytes record = seal(&write, CONTENT_HANDSHAKE,
			bytes_of_string("some content"), sealed, sizeof sealed);

		for (size_t at = RECORD_HEADER_LEN; at < record.len; at++) {
			if (is_padding(&kinds[i], at, record.len))
				continue;
			again = read;
			sealed[at] ^= 0x40;
			assert_int_not_equal(
				open_record(&again, record, opened, &type, &content),
				ERR_OK);
			sealed[at] ^= 0x40;
		}
	}
}

static void test_every_cut_is_refused(void **state)
{
	uint8_t sealed[512], opened[512], type;
	struct protection write, read, again;
	struct bytes content;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		if (!make(&kinds[i], &write, &read))
			continue;
		struct bytes record = seal(&write, CONTENT_HANDSHAKE,
			bytes_of_string("some content"), sealed, sizeof sealed);

		for (size_t len = RECORD_HEADER_LEN; len < record.len; len++) {
			again = read;
			assert_int_not_equal(open_record(&again, bytes_first(record, len),
						     opened, &type, &content),
				ERR_OK);
		}
	}
}

static void test_a_record_out_of_order_is_refused(void **state)
{
	uint8_t sealed[512], opened[512], type;
	struct protection write, read;
	struct bytes content;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		if (!make(&kinds[i], &write, &read))
			continue;
		(void)seal(&write, CONTENT_ALERT, bytes_of_string("1"), sealed, 512);
		assert_int_not_equal(open_record(&read,
					     seal(&write, CONTENT_ALERT,
						     bytes_of_string("2"), sealed, 512),
					     opened, &type, &content),
			ERR_OK);
	}
}

static void test_much_is_dealt_over_records(void **state)
{
	size_t len = 40000, room = 50000;
	uint8_t *all = calloc(1, len), *sealed = calloc(1, room);
	struct protection write, read;

	(void)state;
	assert_true(make(&kinds[5], &write, &read));
	assert_non_null(all);
	assert_non_null(sealed);
	(void)seal(&write, CONTENT_HANDSHAKE, bytes_over(all, len), sealed, room);
	assert_int_equal(write.sequence, 3);
	free(sealed);
	free(all);
}

static void test_zeros_behind_the_type_are_padding(void **state)
{
	struct protection write, read;
	uint8_t sealed[512], opened[512], type;
	struct bytes content;

	(void)state; /* RFC 8446, 5.4: the type inside is 0x16, then five zeros */
	assert_true(make(&kinds[15], &write, &read));
	struct bytes record =
		seal(&write, 0, bytes_over("hi\x16\0\0\0\0", 7), sealed, sizeof sealed);
	assert_int_equal(open_record(&read, record, opened, &type, &content), ERR_OK);
	assert_int_equal(type, CONTENT_HANDSHAKE);
	assert_true(bytes_equal(content, bytes_of_string("hi")));
	record = seal(&write, 0, bytes_over("\0\0\0", 3), sealed, sizeof sealed);
	assert_int_equal(open_record(&read, record, opened, &type, &content), ERR_VALUE);
}

static void test_what_cannot_be_protected_is_said(void **state)
{
	struct protection_form form;

	(void)state; /* export, Camellia-GCM, a signalling value */
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(
			protection_of_suite(crypto_openssl(),
				suite_find((uint16_t[]){ 0x0003, 0xc07a, 0x00ff }[i]),
				VERSION_TLS12, false, &form),
			ERR_UNSUPPORTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_sealed_opens_in_its_order),
		cmocka_unit_test(test_no_byte_may_change),
		cmocka_unit_test(test_every_cut_is_refused),
		cmocka_unit_test(test_a_record_out_of_order_is_refused),
		cmocka_unit_test(test_much_is_dealt_over_records),
		cmocka_unit_test(test_zeros_behind_the_type_are_padding),
		cmocka_unit_test(test_what_cannot_be_protected_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

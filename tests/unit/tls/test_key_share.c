#include "../unit.h"

#include "../crypto.h"
#include "base/reader.h"
#include "tls/key_share.h"

#define ROOM 2048

static const uint8_t SEED[SHA256_LEN] = { 7 };

static struct bytes share(uint16_t group, uint8_t room[ROOM])
{
	struct draws draws = draws_from(&test_crypto, SEED);
	struct writer w = writer_over(room, ROOM);

	key_share_write(group, &test_crypto, &draws, &w);
	assert_int_equal(writer_end(&w), ERR_OK);
	return writer_written(&w);
}

/* RFC 8446, 4.2.8; draft-ietf-tls-ecdhe-mlkem, 4.1; FIPS 203, table 3. */
static void test_each_is_as_long_as_its_specification_says(void **state)
{
	static const struct {
		uint16_t group;
		size_t len;
	} cases[] = {
		{ 29, 32 },
		{ 23, 65 },
		{ 0x0200, 800 },
		{ 0x0201, 1184 },
		{ 0x0202, 1568 },
		{ 0x11eb, 65 + 1184 },
		{ 0x11ec, 1184 + 32 },
		{ 0x11ed, KEY_SHARE_HYBRID_MAX },
		{ 0x6399, 32 + 1184 },
		{ 0x7777, 32 },
	};
	uint8_t room[ROOM];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_int_equal(share(cases[i].group, room).len, cases[i].len);
}

/* FIPS 203, 7.2: what decodes to a coefficient of 3329 or more is refused. */
static void must_pass_the_modulus_check(struct bytes kem)
{
	unsigned above_half = 0;

	for (size_t i = 0; i + 32 < kem.len; i += 3) {
		unsigned a = kem.at[i] | (kem.at[i + 1] & 0x0fu) << 8;
		unsigned b = kem.at[i + 1] >> 4 | (unsigned)kem.at[i + 2] << 4;

		assert_true(a < 3329 && b < 3329);
		above_half += a > 1664 ? 1 : 0;
	}
	/* Of 384 fair coins; they are drawn from a fixed seed. */
	assert_in_range(above_half, 130, 254);
}

static void test_encapsulation_keys_pass_the_modulus_check(void **state)
{
	uint8_t room[ROOM];

	(void)state;
	must_pass_the_modulus_check(share(0x0201, room));
	must_pass_the_modulus_check(bytes_first(share(0x11ec, room), 1184));
	must_pass_the_modulus_check(bytes_after(share(0x11eb, room), 65));
	must_pass_the_modulus_check(bytes_after(share(0x6399, room), 32));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_is_as_long_as_its_specification_says),
		cmocka_unit_test(test_encapsulation_keys_pass_the_modulus_check),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

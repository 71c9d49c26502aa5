#include "../unit.h"

#include "../hex.h"
#include "sys/certificate.h"

/* Made with "openssl req -x509" for this test: a P-256 key, two DNS names and an
 * address, an organization with an umlaut and a comma. */
static const char DER[] =
	"308201d43082017ba003020102020101300a06082a8648ce3d0403023030311430120603"
	"55040a0c0b42c3bc636865722c20436f3118301606035504030c0f6572702e6578616d70"
	"6c652e6e6574301e170d3236313132323137333134395a170d3336313131393137333134"
	"395a303031143012060355040a0c0b42c3bc636865722c20436f3118301606035504030c"
	"0f6572702e6578616d706c652e6e65743059301306072a8648ce3d020106082a8648ce3d"
	"0301070342000450aaf2cf7fa86be8e4d5385ee13d6c614c39274556057e7dfe19b7ec2a"
	"ebba4c8219a24276615e466fe71e704622ac737248191998fc9d85f2da36e3bc1652aea3"
	"8185308182301d0603551d0e04160414a79496a2ee8d0c39eefe9037a8ee184e41b1de7f"
	"301f0603551d23041830168014a79496a2ee8d0c39eefe9037a8ee184e41b1de7f300f06"
	"03551d130101ff040530030101ff302f0603551d1104283026820f6572702e6578616d70"
	"6c652e6e6574820d2a2e6578616d706c652e6e657487040a000001300a06082a8648ce3d"
	"040302034700304402202f2d807582111f5153c5904320073c9c650f34b9ac25c4345d81"
	"13285b6fe74e02202398c47cec8bbee62e25dc2e9ec9cd682b10111725d597e1976c1561"
	"ed05765a";

static struct bytes der(uint8_t memory[sizeof DER])
{
	return from_hex(DER, memory);
}

static void test_reads_what_a_server_sent(void **state)
{
	uint8_t memory[sizeof DER];
	struct certificate certificate;
	struct arena arena;
	char text[TIME_TEXT_MAX];

	(void)state;
	arena_init(&arena, 65536);
	assert_int_equal(certificate_read(der(memory), &arena, &certificate), ERR_OK);
	assert_string_equal(certificate.subject, "CN=erp.example.net,O=B\xc3\xbc"
						 "cher\\, Co");
	assert_string_equal(certificate.issuer, certificate.subject);
	assert_string_equal(certificate.names, "erp.example.net *.example.net");
	assert_string_equal(certificate.key_type, "EC P-256");
	assert_int_equal(certificate.key_bits, 256);
	assert_string_equal(certificate.signature, "ecdsa-with-SHA256");
	assert_string_equal(
		time_text(certificate.not_before, text), "2026-11-22T17:31:49.000000Z");
	assert_string_equal(
		time_text(certificate.not_after, text), "2036-11-19T17:31:49.000000Z");
	arena_done(&arena);
}

static void test_refuses_every_cut_and_what_follows(void **state)
{
	uint8_t memory[sizeof DER];
	struct bytes all = der(memory);
	struct certificate certificate = { .key_bits = 7 };
	struct arena arena;

	(void)state;
	arena_init(&arena, 65536);
	for (size_t len = 0; len < all.len; len++)
		assert_int_equal(
			certificate_read(bytes_first(all, len), &arena, &certificate),
			ERR_VALUE);
	memory[all.len] = 0;
	all.len++;
	assert_int_equal(certificate_read(all, &arena, &certificate), ERR_VALUE);
	assert_int_equal(certificate.key_bits, 7);
	arena_done(&arena);
}

static void replace(struct bytes all, uint8_t *memory, const char *from, const char *to)
{
	size_t at = bytes_find(all, bytes_of_string(from));

	assert_in_range(at, 0, all.len - 1);
	memcpy(memory + at, to, strlen(to));
}

static void test_takes_moments_that_cannot_be_held_to_the_nearest(void **state)
{
	uint8_t memory[sizeof DER];
	struct bytes all = der(memory);
	struct certificate certificate;
	struct arena arena;

	(void)state;
	arena_init(&arena, 65536);
	replace(all, memory, "261122173149Z", "501122173149Z"); /* 1950 */
	assert_int_equal(certificate_read(all, &arena, &certificate), ERR_OK);
	assert_true(certificate.not_before == 0);
	replace(all, memory, "361119173149Z", "36!119173149Z");
	assert_int_equal(certificate_read(all, &arena, &certificate), ERR_VALUE);
	arena_done(&arena);
}

/* The name list is split at spaces, so no name may bring one of its own. */
static void test_leaves_out_a_name_that_would_be_two(void **state)
{
	uint8_t memory[sizeof DER];
	struct bytes all = der(memory);
	struct certificate certificate;
	struct arena arena;

	(void)state;
	arena_init(&arena, 65536);
	replace(all, memory, "*.example.net", "a .example.ne");
	assert_int_equal(certificate_read(all, &arena, &certificate), ERR_OK);
	assert_string_equal(certificate.names, "erp.example.net");
	arena_done(&arena);
}

static void test_a_full_arena_is_a_limit(void **state)
{
	uint8_t memory[sizeof DER];
	struct certificate certificate;
	struct arena arena;

	(void)state;
	arena_init(&arena, 16);
	assert_int_equal(certificate_read(der(memory), &arena, &certificate), ERR_LIMIT);
	arena_done(&arena);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_what_a_server_sent),
		cmocka_unit_test(test_refuses_every_cut_and_what_follows),
		cmocka_unit_test(test_takes_moments_that_cannot_be_held_to_the_nearest),
		cmocka_unit_test(test_leaves_out_a_name_that_would_be_two),
		cmocka_unit_test(test_a_full_arena_is_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "../unit.h"

#include <string.h>

#include "base/attr.h"
#include "policy/offer.h"

#define RANDOM                                                                           \
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, \
		0, 0, 0, 0, 0

/* clang-format off */
/* A client of TLS 1.3 with GREASE, RFC 8701, and a draft among its versions. */
static const uint8_t HELLO[] = {
	0x03, 0x03, RANDOM, 0x00,                         /* version, random, session */
	0x00, 0x08, 0x0a, 0x0a, 0x13, 0x01, 0xc0, 0x2f, 0x56, 0x00, /* suites, SCSV */
	0x02, 0x01, 0x00,                                 /* DEFLATE and none */
	0x00, 0x4a,                                       /* extensions */
	0x00, 0x2b, 0x00, 0x09, 0x08, 0x0a, 0x0a, 0x7f, 0x1c, 0x03, 0x04, 0x03, 0x03,
	0x00, 0x0a, 0x00, 0x08, 0x00, 0x06, 0x0a, 0x0a, 0x00, 0x1d, 0x00, 0x17, /* groups */
	0x00, 0x0b, 0x00, 0x02, 0x01, 0x01,               /* point formats: compressed */
	0x00, 0x0d, 0x00, 0x06, 0x00, 0x04, 0x04, 0x03, 0x08, 0x04, /* schemes */
	0x00, 0x10, 0x00, 0x05, 0x00, 0x03, 0x02, 'h', '2', /* application protocols */
	0x00, 0x33, 0x00, 0x07, 0x00, 0x05, 0x00, 0x1d, 0x00, 0x01, 0x00, /* key shares */
	0x00, 0x17, 0x00, 0x00,                           /* extended master secret */
	0xff, 0x01, 0x00, 0x01, 0x00,                     /* renegotiation_info */
	0x00, 0x16, 0x00, 0x00,                           /* encrypt-then-MAC */
};
/* clang-format on */
static const size_t EXTENSIONS = 48; /* where their length stands */

static struct offer offer;

static enum err read_bytes(enum hello_format format, const uint8_t *at, size_t len)
{
	struct hello hello = { .format = format, .form = bytes_over(at, len) };

	return offer_of_hello(&hello, &offer);
}

static void test_lists_are_read_without_grease(void **state)
{
	(void)state;
	assert_int_equal(read_bytes(HELLO_TLS, HELLO, sizeof HELLO), ERR_OK);
	assert_int_equal(offer.suites.count, 3);
	assert_int_equal(offer.suites.codes[0], 0x1301);
	assert_true(offer_has_suite(&offer, suite_find(0xc02f)));
	assert_false(offer_has_suite(&offer, suite_find(0xc030)));
	assert_int_equal(offer.groups.count, 2);
	assert_int_equal(offer.groups.codes[1], 23);
	assert_int_equal(offer.schemes.codes[1], 0x0804);
	assert_false(offer.cert_schemes.sent);
	assert_int_equal(offer.key_shares.count, 1);
	assert_int_equal(offer.key_shares.codes[0], 29);
	assert_true(bytes_equal(offer.alpn[0], bytes_of_string("h2")));
}

static void test_a_share_of_grease_stays_where_its_group_is_not_named(void **state)
{
	static const uint8_t groups[] = { 0x00, 0x0a, 0x00, 0x08, 0x00, 0x06 };
	static const uint8_t shares[] = { 0x00, 0x33, 0x00, 0x07, 0x00, 0x05 };
	uint8_t hello[sizeof HELLO];
	struct bytes all = bytes_over(hello, sizeof hello);

	(void)state; /* RFC 8446, 4.2.8: a share's group must be named */
	memcpy(hello, HELLO, sizeof hello);
	memset(hello + bytes_find(all, bytes_over(shares, sizeof shares)) + sizeof shares,
		0x0a, 2);
	assert_int_equal(read_bytes(HELLO_TLS, hello, sizeof hello), ERR_OK);
	assert_int_equal(offer.key_shares.count, 0);
	memset(hello + bytes_find(all, bytes_over(groups, sizeof groups)) + sizeof groups,
		0x00, 2);
	assert_int_equal(read_bytes(HELLO_TLS, hello, sizeof hello), ERR_OK);
	assert_int_equal(offer.key_shares.count, 1);
}

static void test_drafts_are_no_versions(void **state)
{
	(void)state; /* RFC 8446, 4.2.1 */
	assert_int_equal(read_bytes(HELLO_TLS, HELLO, sizeof HELLO), ERR_OK);
	assert_true(offer.versions_sent);
	assert_int_equal(offer.versions, 1 << RANK_TLS12 | 1 << RANK_TLS13);
	assert_int_equal(offer.version_count, 2);
	assert_int_equal(offer.version_order[0], RANK_TLS13);
	assert_int_equal(offer.versions_legacy,
		1 << RANK_SSL3 | 1 << RANK_TLS10 | 1 << RANK_TLS11 | 1 << RANK_TLS12);
}

static void test_flags_are_read(void **state)
{
	(void)state;
	assert_int_equal(read_bytes(HELLO_TLS, HELLO, sizeof HELLO), ERR_OK);
	assert_true(offer.compression && offer.null_compression);
	assert_false(offer.only_null_compression);
	assert_true(offer.point_formats_sent);
	assert_false(offer.point_uncompressed);
	assert_true(offer.extended_master_secret && offer.encrypt_then_mac);
	assert_true(offer.secure_renegotiation && offer.fallback_scsv);
	assert_false(offer.server_name || offer.psk_modes || offer.malformed);
}

static void test_every_cut_is_refused(void **state)
{
	(void)state;
	for (size_t len = 0; len < sizeof HELLO; len++)
		if (len != EXTENSIONS) /* RFC 5246, 7.4.1.2: a hello without any */
			assert_int_not_equal(read_bytes(HELLO_TLS, HELLO, len), ERR_OK);
}

static void test_a_hello_without_extensions_offers_nothing_by_them(void **state)
{
	(void)state;
	assert_int_equal(read_bytes(HELLO_TLS, HELLO, sizeof HELLO), ERR_OK);
	assert_int_equal(read_bytes(HELLO_TLS, HELLO, EXTENSIONS), ERR_OK);
	assert_false(offer.versions_sent || offer.groups.sent || offer.schemes.sent);
	assert_int_equal(offer.versions, 0);
	assert_int_equal(offer.groups.count + offer.key_shares.count, 0);
	assert_int_equal(offer.alpn_count, 0);
	assert_false(offer.extended_master_secret);
}

static void test_a_lie_inside_an_extension_is_told(void **state)
{
	uint8_t lie[sizeof HELLO];

	(void)state;
	memcpy(lie, HELLO, sizeof lie);
	lie[EXTENSIONS + 2 + 13 + 5] = 0x08; /* groups longer than their extension */
	assert_int_equal(read_bytes(HELLO_TLS, lie, sizeof lie), ERR_OK);
	assert_true(offer.malformed);
	assert_true(offer.groups.sent);
	assert_int_equal(offer.groups.count, 0);
}

static void test_a_list_of_grease_alone_is_not_an_empty_one(void **state)
{
	/* clang-format off */
	static const uint8_t grease[] = { 0x03, 0x03, RANDOM, 0x00, 0x00, 0x02, 0x00, 0x2f,
		0x01, 0x00, 0x00, 0x08, 0x00, 0x0a, 0x00, 0x04, 0x00, 0x02, 0x1a, 0x1a };
	/* clang-format on */

	(void)state;
	assert_int_equal(read_bytes(HELLO_TLS, grease, sizeof grease), ERR_OK);
	assert_true(offer.groups.sent);
	assert_false(offer.groups.empty);
	assert_int_equal(offer.groups.count, 0);
}

static void test_faults_of_small_extensions_are_told_apart(void **state)
{
	/* clang-format off */
	static const uint8_t faulty[] = { 0x03, 0x03, RANDOM, 0x00, 0x00, 0x02, 0x00, 0x2f,
		0x01, 0x00, 0x00, 0x10,             /* extensions */
		0xff, 0x01, 0x00, 0x00,             /* RFC 5746, 3.6: no length */
		0x00, 0x0b, 0x00, 0x01, 0x00,       /* RFC 8422, 5.1.2: no format */
		0x00, 0x10, 0x00, 0x03, 0x00, 0x01, 0x00 }; /* clang-format on */
							    /* RFC 7301, 3.1: no name */

	(void)state;
	assert_int_equal(read_bytes(HELLO_TLS, faulty, sizeof faulty), ERR_OK);
	assert_true(offer.malformed_renegotiation);
	assert_true(offer.no_point_format);
	assert_true(offer.malformed_alpn);
	assert_false(offer.malformed);
}

static void test_the_form_of_ssl2_offers_suites_and_a_version(void **state)
{
	/* clang-format off */
	static const uint8_t record[] = { 0x80, 0x1f, 0x01, 0x03, 0x01, /* TLS 1.0 */
		0x00, 0x06, 0x00, 0x00, 0x00, 0x10,         /* lengths */
		0x01, 0x00, 0x80, 0x00, 0x00, 0x2f,         /* one of SSL 2.0, one of TLS */
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
	/* clang-format on */

	(void)state; /* RFC 5246, E.2 */
	assert_int_equal(read_bytes(HELLO_SSLV2, record, sizeof record), ERR_OK);
	assert_int_equal(offer.suites.count, 1);
	assert_int_equal(offer.suites.codes[0], 0x002f);
	assert_int_equal(offer.versions_legacy, 1 << RANK_SSL3 | 1 << RANK_TLS10);
	assert_true(offer.only_null_compression);
	assert_false(offer.groups.sent);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists_are_read_without_grease),
		cmocka_unit_test(
			test_a_share_of_grease_stays_where_its_group_is_not_named),
		cmocka_unit_test(test_drafts_are_no_versions),
		cmocka_unit_test(test_flags_are_read),
		cmocka_unit_test(test_every_cut_is_refused),
		cmocka_unit_test(test_a_hello_without_extensions_offers_nothing_by_them),
		cmocka_unit_test(test_a_lie_inside_an_extension_is_told),
		cmocka_unit_test(test_a_list_of_grease_alone_is_not_an_empty_one),
		cmocka_unit_test(test_faults_of_small_extensions_are_told_apart),
		cmocka_unit_test(test_the_form_of_ssl2_offers_suites_and_a_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

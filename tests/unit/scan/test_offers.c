#include "../unit.h"

#include "base/attr.h"
#include "scan/offers.h"
#include "tls/iana.h"

static struct offers offers;

static bool holds(const uint16_t *codes, size_t count, uint16_t code)
{
	for (size_t i = 0; i < count; i++)
		if (codes[i] == code)
			return true;
	return false;
}

static void assert_each_once(const uint16_t *codes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		assert_false(holds(codes + i + 1, count - i - 1, codes[i]));
}

static void test_each_code_stands_once(void **state)
{
	(void)state;
	for (int rank = RANK_SSL3; rank <= RANK_TLS13; rank++)
		assert_each_once(offers.suites[rank], offers.suite_counts[rank]);
	assert_each_once(offers.curves, offers.curve_count);
	assert_each_once(offers.groups, offers.group_count);
	assert_each_once(offers.schemes, offers.scheme_count);
}

/* All that has a name is asked for, but what only signals and what is no suite. */
static void test_every_suite_is_of_some_version(void **state)
{
	(void)state;
	for (size_t i = 0; i < suite_count; i++) {
		uint16_t code = suite_table[i].code;
		bool asked = holds(offers.suites[RANK_TLS12],
				     offers.suite_counts[RANK_TLS12], code) ||
			     holds(offers.suites[RANK_TLS13],
				     offers.suite_counts[RANK_TLS13], code);

		assert_int_equal(
			asked, code != 0 && code != SUITE_EMPTY_RENEGOTIATION_INFO_SCSV &&
				       code != SUITE_FALLBACK_SCSV);
	}
	assert_int_equal(offers.group_count + 2, iana_groups.count); /* explicit ones */
	assert_int_equal(offers.scheme_count, iana_signature_schemes.count);
}

static void test_versions_do_not_mix(void **state)
{
	(void)state;
	assert_true(holds(
		offers.suites[RANK_TLS13], offers.suite_counts[RANK_TLS13], 0x1301));
	assert_false(holds(
		offers.suites[RANK_TLS12], offers.suite_counts[RANK_TLS12], 0x1301));
	assert_false(holds(
		offers.suites[RANK_TLS13], offers.suite_counts[RANK_TLS13], 0xc02f));
	assert_false(holds(offers.curves, offers.curve_count, 256));
	assert_true(holds(offers.groups, offers.group_count, 0x11ec));
}

/* Who follows the client picks what it can do without a signature. */
static void test_what_costs_little_comes_first(void **state)
{
	(void)state;
	assert_int_equal(suite_find(offers.suites[RANK_TLS12][0])->exchange, SUITE_RSA);
	assert_true(offers.suite_counts[RANK_TLS12] > 300);
	assert_int_equal(offers.curves[0], 29);
}

static void test_ssl2_offers_all_kinds(void **state)
{
	(void)state;
	for (size_t i = 0; i < iana_sslv2_ciphers.count; i++) {
		bool held = false;

		for (size_t j = 0; j < offers_sslv2_count; j++)
			held |= offers_sslv2[j] == iana_sslv2_ciphers.entries[i].code;
		assert_true(held);
	}
	assert_true(offers_alpn_count < 64); /* bits of one number */
}

static int set_up(void **state)
{
	(void)state;
	offers_init(&offers);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_code_stands_once),
		cmocka_unit_test(test_every_suite_is_of_some_version),
		cmocka_unit_test(test_versions_do_not_mix),
		cmocka_unit_test(test_what_costs_little_comes_first),
		cmocka_unit_test(test_ssl2_offers_all_kinds),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}

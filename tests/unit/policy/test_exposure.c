#include "../unit.h"

#include "../endpoints.h"
#include "policy/exposure.h"

static struct exposed look(const struct endpoint *endpoint, enum exposure which)
{
	struct exposed all[EXPOSURE_COUNT];

	exposures_of(endpoint, all);
	return all[which];
}

static void is(const struct endpoint *endpoint, enum exposure which,
	enum endpoint_trait trait, const char *reason)
{
	struct exposed found = look(endpoint, which);

	assert_string_equal(found.reason, reason);
	assert_int_equal(found.is, trait);
}

static void take(
	struct endpoint *e, enum version_rank rank, const uint32_t *suites, size_t count)
{
	e->versions[rank].status = ENDPOINT_ACCEPTED;
	e->versions[rank].suites = (struct endpoint_codes){ suites, count, true };
}

static void test_what_the_suites_of_a_version_show(void **state)
{
	static const uint32_t cbc[] = { 0x002f };
	struct endpoint e = erp_endpoint();

	(void)state;
	is(&e, EXPOSURE_POODLE, TRAIT_NO, "");
	is(&e, EXPOSURE_BEAST, TRAIT_YES,
		"TLS 1.0 with TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA");
	is(&e, EXPOSURE_SWEET32, TRAIT_YES, "TLS 1.0 with TLS_RSA_WITH_3DES_EDE_CBC_SHA");
	is(&e, EXPOSURE_RC4, TRAIT_NO, "");
	take(&e, RANK_SSL3, cbc, 1);
	is(&e, EXPOSURE_POODLE, TRAIT_YES, "SSL 3.0 with TLS_RSA_WITH_AES_128_CBC_SHA");
}

static void test_ssl3_with_rc4_alone_is_no_poodle(void **state)
{
	static const uint32_t rc4[] = { 0x0005, 0x0003 };
	struct endpoint e = erp_endpoint();

	(void)state;
	take(&e, RANK_SSL3, rc4, 2);
	is(&e, EXPOSURE_POODLE, TRAIT_NO, "");
	is(&e, EXPOSURE_RC4, TRAIT_YES, "SSL 3.0 with TLS_RSA_WITH_RC4_128_SHA");
}

static void test_what_is_not_whole_is_unknown(void **state)
{
	struct endpoint e = erp_endpoint();

	(void)state;
	e.versions[RANK_TLS12].suites.whole = false;
	is(&e, EXPOSURE_RC4, TRAIT_UNKNOWN, "not all suites of TLS 1.2 are known");
	is(&e, EXPOSURE_POODLE, TRAIT_NO, "");
	e.versions[RANK_SSL3].status = ENDPOINT_UNKNOWN;
	is(&e, EXPOSURE_POODLE, TRAIT_UNKNOWN, "SSL 3.0 is not known");
	e.versions[RANK_SSL3].status = ENDPOINT_REFUSED;
	e.versions[RANK_SSL3].without_name = TRAIT_YES;
	is(&e, EXPOSURE_POODLE, TRAIT_UNKNOWN, "not all suites of SSL 3.0 are known");
}

static void test_a_node_that_was_not_met_may_do_otherwise(void **state)
{
	struct endpoint e = erp_endpoint();

	(void)state;
	e.nodes_differ = true;
	is(&e, EXPOSURE_RC4, TRAIT_UNKNOWN, "servers that differ answer at this address");
}

static void test_export_suites(void **state)
{
	static const uint32_t rsa[] = { 0x0003 }, dhe[] = { 0x0014 };
	struct endpoint e = erp_endpoint();

	(void)state;
	is(&e, EXPOSURE_FREAK, TRAIT_NO, "");
	take(&e, RANK_TLS10, rsa, 1);
	is(&e, EXPOSURE_FREAK, TRAIT_YES, "TLS 1.0 with TLS_RSA_EXPORT_WITH_RC4_40_MD5");
	is(&e, EXPOSURE_LOGJAM, TRAIT_NO, "");
	take(&e, RANK_TLS10, dhe, 1);
	is(&e, EXPOSURE_FREAK, TRAIT_NO, "");
	is(&e, EXPOSURE_LOGJAM, TRAIT_YES,
		"TLS 1.0 with TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA");
}

/* A scanner took these for FREAK. */
static void test_export_suites_of_ssl2_are_no_freak(void **state)
{
	static const uint32_t ssl2[] = { 0x020080 };
	struct endpoint e = erp_endpoint();

	(void)state;
	take(&e, RANK_SSL2, ssl2, 1);
	is(&e, EXPOSURE_FREAK, TRAIT_NO, "");
	is(&e, EXPOSURE_DROWN, TRAIT_YES, "accepts SSL 2.0");
}

static void test_small_groups(void **state)
{
	static const uint32_t dhe[] = { 0x009e };
	struct endpoint e = erp_endpoint();

	(void)state;
	take(&e, RANK_TLS12, dhe, 1);
	is(&e, EXPOSURE_LOGJAM, TRAIT_UNKNOWN, "the size of its DH group is not known");
	e.dh.bits = 1024;
	is(&e, EXPOSURE_LOGJAM, TRAIT_NO, "");
	e.dh.known = "RFC 2409 group 2";
	is(&e, EXPOSURE_LOGJAM, TRAIT_YES, "DH group of 1024 bits, RFC 2409 group 2");
	e.dh = (struct endpoint_dh){ .bits = 768 };
	is(&e, EXPOSURE_LOGJAM, TRAIT_YES, "DH group of 768 bits");
}

static void test_traits(void **state)
{
	struct endpoint e = erp_endpoint();

	(void)state;
	is(&e, EXPOSURE_CRIME, TRAIT_NO, "");
	is(&e, EXPOSURE_RENEGOTIATION, TRAIT_NO, "");
	is(&e, EXPOSURE_HEARTBEAT, TRAIT_UNKNOWN, "it was not found out");
	e.traits.compression = TRAIT_YES;
	is(&e, EXPOSURE_CRIME, TRAIT_YES, "takes compression");
	e = erp_endpoint();
	e.traits = (struct endpoint_traits){ 0 };
	is(&e, EXPOSURE_CRIME, TRAIT_UNKNOWN, "it was not found out");
	e.versions[RANK_TLS10].status = e.versions[RANK_TLS12].status = ENDPOINT_REFUSED;
	e.versions[RANK_TLS13].status = ENDPOINT_ACCEPTED;
	is(&e, EXPOSURE_CRIME, TRAIT_NO, "");
}

static void test_of_who_does_not_answer_nothing_is_known(void **state)
{
	struct endpoint e = { .status = ENDPOINT_NO_ANSWER };

	(void)state;
	for (unsigned rank = RANK_SSL2; rank <= RANK_TLS13; rank++) {
		e.versions[rank].version =
			version_of_rank((enum version_rank)rank, false);
		e.versions[rank].status = ENDPOINT_NO_ANSWER;
	}
	for (int i = 0; i < EXPOSURE_COUNT; i++)
		assert_int_equal(look(&e, (enum exposure)i).is, TRAIT_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_the_suites_of_a_version_show),
		cmocka_unit_test(test_ssl3_with_rc4_alone_is_no_poodle),
		cmocka_unit_test(test_what_is_not_whole_is_unknown),
		cmocka_unit_test(test_a_node_that_was_not_met_may_do_otherwise),
		cmocka_unit_test(test_export_suites),
		cmocka_unit_test(test_export_suites_of_ssl2_are_no_freak),
		cmocka_unit_test(test_small_groups),
		cmocka_unit_test(test_traits),
		cmocka_unit_test(test_of_who_does_not_answer_nothing_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

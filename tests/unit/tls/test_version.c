#include "../unit.h"

#include "tls/version.h"

static void test_names_what_is_on_the_wire(void **state)
{
	(void)state;
	assert_string_equal(version_name(VERSION_SSL2), "SSL 2.0");
	assert_string_equal(version_name(VERSION_TLS10), "TLS 1.0");
	assert_string_equal(version_name(VERSION_DTLS12), "DTLS 1.2");
	assert_string_equal(version_name(0x7f12), "TLS 1.3 draft 18");
	assert_null(version_name(0x0305));
	assert_null(version_name(0x1a1a));
}

static void test_ranks_dtls_beside_the_tls_it_was_made_from(void **state)
{
	(void)state;
	assert_int_equal(version_rank(VERSION_DTLS10), RANK_TLS11);
	assert_int_equal(version_rank(VERSION_DTLS10_OPENSSL), RANK_TLS11);
	assert_int_equal(version_rank(VERSION_DTLS12), RANK_TLS12);
	assert_int_equal(version_rank(VERSION_DTLS13), RANK_TLS13);
}

static void test_ranks_a_draft_as_its_final(void **state)
{
	(void)state;
	assert_int_equal(version_rank(0x7f12), RANK_TLS13);
	assert_int_equal(version_rank(0xfb17), RANK_TLS13);
	assert_int_equal(version_rank(0x7f1d), RANK_UNKNOWN);
	assert_int_equal(version_rank(0x0a0a), RANK_UNKNOWN);
}

static void test_every_ranked_version_has_a_name(void **state)
{
	(void)state;
	for (uint32_t version = 0; version <= 0xffff; version++)
		assert_int_equal(version_rank((uint16_t)version) != RANK_UNKNOWN,
			version_name((uint16_t)version) != NULL);
}

static void test_reads_what_operators_write(void **state)
{
	static const struct {
		const char *text;
		uint16_t version;
	} written[] = {
		{ "1.2", VERSION_TLS12 },
		{ "TLS 1.2", VERSION_TLS12 },
		{ "tls1.2", VERSION_TLS12 },
		{ "TLSv1.2", VERSION_TLS12 },
		{ "TLSv1", VERSION_TLS10 },
		{ "ssl3", VERSION_SSL3 },
		{ "SSLv2", VERSION_SSL2 },
		{ "dtls1.2", VERSION_DTLS12 },
		{ "DTLS 1.3", VERSION_DTLS13 },
		{ "SSL 3.0", VERSION_SSL3 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof written / sizeof *written; i++) {
		uint16_t version = 0;

		assert_int_equal(version_parse(written[i].text, &version), ERR_OK);
		assert_int_equal(version, written[i].version);
	}
}

static void test_refuses_other_text_and_writes_nothing(void **state)
{
	static const char *const other[] = { "", "1", "1.4", "tls", "dtls1.1", "1.2x",
		"vv", "tls1.2                                 0" };
	uint16_t version = 0xbeef;

	(void)state;
	for (size_t i = 0; i < sizeof other / sizeof *other; i++)
		assert_int_equal(version_parse(other[i], &version), ERR_VALUE);
	assert_int_equal(version, 0xbeef);
}

static void test_knows_grease(void **state)
{
	(void)state;
	assert_true(is_grease(0x0a0a));
	assert_true(is_grease(0xfafa));
	assert_false(is_grease(0x0a1a));
	assert_false(is_grease(0x0b0b));
}

static void test_each_rank_has_its_version_back(void **state)
{
	(void)state;
	for (int rank = RANK_SSL2; rank <= RANK_TLS13; rank++)
		assert_int_equal(
			version_rank(version_of_rank((enum version_rank)rank, false)),
			rank);
	for (int rank = RANK_TLS11; rank <= RANK_TLS13; rank++)
		assert_int_equal(
			version_rank(version_of_rank((enum version_rank)rank, true)),
			rank);
	assert_int_equal(version_of_rank(RANK_TLS10, true), VERSION_NONE);
	assert_int_equal(version_of_rank(RANK_UNKNOWN, false), VERSION_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_what_is_on_the_wire),
		cmocka_unit_test(test_ranks_dtls_beside_the_tls_it_was_made_from),
		cmocka_unit_test(test_ranks_a_draft_as_its_final),
		cmocka_unit_test(test_every_ranked_version_has_a_name),
		cmocka_unit_test(test_reads_what_operators_write),
		cmocka_unit_test(test_refuses_other_text_and_writes_nothing),
		cmocka_unit_test(test_knows_grease),
		cmocka_unit_test(test_each_rank_has_its_version_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

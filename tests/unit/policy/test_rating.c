/* The arithmetic and the caps of the guide. */
#include "../unit.h"

#include "../endpoints.h"
#include "policy/rating.h"

static const uint32_t modern[] = { 0x1301, 0x1302, 0x1303 };
static const uint32_t good[] = { 0xc030, 0xc02f };

/* TLS 1.2 and 1.3, forward secrecy, AEAD, RSA of 2048 bits. */
static struct endpoint good_endpoint(void)
{
	struct endpoint e = erp_endpoint();

	e.versions[RANK_TLS10].status = ENDPOINT_REFUSED;
	e.versions[RANK_TLS12].suites = (struct endpoint_codes)ERP_LIST(good);
	e.versions[RANK_TLS13].status = ENDPOINT_ACCEPTED;
	e.versions[RANK_TLS13].suites = (struct endpoint_codes)ERP_LIST(modern);
	e.traits.heartbeat = TRAIT_NO;
	return e;
}

static struct rating rate(const struct endpoint *endpoint)
{
	struct rating rating;

	rating_of(endpoint, &rating);
	return rating;
}

static bool says(const struct rating *rating, const char *reason)
{
	for (size_t i = 0; i < rating->reason_count; i++)
		if (strcmp(rating->reasons[i], reason) == 0)
			return true;
	return false;
}

static void capped(const struct endpoint *endpoint, const char *grade, const char *reason)
{
	struct rating rating = rate(endpoint);

	assert_null(rating.unrated);
	assert_string_equal(rating.grade, grade);
	assert_true(says(&rating, reason));
}

static void accept(struct endpoint *e, enum version_rank rank, uint32_t code)
{
	static uint32_t codes[RANK_TLS13 + 1];

	codes[rank] = code;
	e->versions[rank].status = ENDPOINT_ACCEPTED;
	e->versions[rank].suites = (struct endpoint_codes){ &codes[rank], 1, true };
}

static void test_a_good_server_gets_an_a(void **state)
{
	struct endpoint e = good_endpoint();
	struct rating rating = rate(&e);

	(void)state;
	assert_string_equal(rating.grade, "A");
	assert_int_equal(rating.reason_count, 0);
	assert_int_equal(rating.protocol, 100);
	assert_int_equal(rating.exchange, 90);
	assert_int_equal(rating.cipher, 90); /* 256 and 128 bits */
	assert_int_equal(rating.score, 93);
}

/* (90 + 100) / 2, 80 for 1024 bits, (100 + 20) / 2 with 3DES: 28.5 + 24 + 24. */
static void test_the_parts_are_weighed(void **state)
{
	struct endpoint e = erp_endpoint();
	struct certificate small = erp_certificate;
	struct rating rating;

	(void)state;
	small.key_bits = 1024;
	e.certificates[0].chain[0] = &small;
	rating = rate(&e);
	assert_int_equal(rating.protocol, 95);
	assert_int_equal(rating.exchange, 80);
	assert_int_equal(rating.cipher, 60);
	assert_int_equal(rating.score, 76);
	assert_string_equal(rating.grade, "B");
}

/* One version, one suite, one key: the guide's tables, 2009r. `protocol` is the version's
 * score; exchange goes by the key: under 512 bits 20, under 1024 40, under 2048 80, under 4096
 * 90, else 100; cipher by the suite: none 0, under 128 bits 20, under 256 80, else 100; 30, 30
 * and 40 of a hundred, and a zero makes all zero. */
static const struct guide_row {
	enum version_rank rank;
	uint32_t suite;
	uint32_t key_bits;
	uint8_t protocol, exchange, cipher, score;
	const char *letter; /* by Table 1, before caps: from 80 on A, 65 B, 50 C, 35 D, 20 E */
} guide_rows[] = {
	{ RANK_SSL3, 0x002f, 2048, 80, 90, 80, 83, "A" },
	{ RANK_TLS10, 0x002f, 2048, 90, 90, 80, 86, "A" },
	{ RANK_TLS11, 0x002f, 2048, 95, 90, 80, 87, "A" },
	{ RANK_TLS12, 0xc02f, 2048, 100, 90, 80, 89, "A" },
	{ RANK_TLS12, 0xc030, 4096, 100, 100, 100, 100, "A" },
	{ RANK_TLS12, 0xc030, 4095, 100, 90, 100, 97, "A" },
	{ RANK_TLS12, 0xc030, 2047, 100, 80, 100, 94, "A" },
	{ RANK_TLS12, 0xc030, 1024, 100, 80, 100, 94, "A" },
	{ RANK_TLS12, 0xc030, 1023, 100, 40, 100, 82, "A" },
	{ RANK_TLS12, 0xc030, 512, 100, 40, 100, 82, "A" },
	{ RANK_TLS12, 0xc030, 511, 100, 20, 100, 76, "B" },
	{ RANK_TLS12, 0x000a, 2048, 100, 90, 20, 65, "B" },
	{ RANK_TLS12, 0x0009, 1024, 100, 80, 20, 62, "C" },
	{ RANK_TLS12, 0x000a, 1023, 100, 40, 20, 50, "C" },
	{ RANK_SSL3, 0x000a, 1023, 80, 40, 20, 44, "D" },
	{ RANK_SSL3, 0x000a, 511, 80, 20, 20, 38, "D" },
	{ RANK_TLS12, 0x0002, 4096, 100, 100, 0, 0, "F" },
	{ RANK_TLS12, 0x0034, 4096, 100, 0, 80, 0, "F" },
};

static void test_each_part_is_the_guides(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(guide_rows); i++) {
		const struct guide_row *row = &guide_rows[i];
		struct endpoint e = erp_endpoint();
		struct certificate leaf = erp_certificate;
		struct rating rating;

		e.versions[RANK_TLS10].status = ENDPOINT_REFUSED;
		e.versions[RANK_TLS12].status = ENDPOINT_REFUSED;
		accept(&e, row->rank, row->suite);
		leaf.key_bits = row->key_bits;
		e.certificates[0].chain[0] = &leaf;
		rating = rate(&e);
		assert_int_equal(rating.protocol, row->protocol);
		assert_int_equal(rating.exchange, row->exchange);
		assert_int_equal(rating.cipher, row->cipher);
		assert_int_equal(rating.score, row->score);
		assert_true(strcmp(rating.grade, row->letter) >= 0); /* caps only lower */
	}
}

static void test_a_revoked_certificate_is_an_f(void **state)
{
	struct endpoint e = good_endpoint();

	(void)state;
	e.certificates[0].staple = STAPLE_GOOD;
	assert_string_equal(rate(&e).grade, "A");
	e.certificates[0].staple = STAPLE_REVOKED;
	capped(&e, "F", "a certificate is revoked");
}

static void test_versions_cap(void **state)
{
	struct endpoint e = good_endpoint();

	(void)state;
	e.versions[RANK_TLS13].status = ENDPOINT_REFUSED;
	capped(&e, "A-", "no TLS 1.3");
	accept(&e, RANK_TLS11, 0xc013);
	capped(&e, "B", "TLS 1.0 or 1.1 is accepted");
	e.versions[RANK_TLS12].status = ENDPOINT_REFUSED;
	capped(&e, "C", "no TLS 1.2 or newer");
	e = good_endpoint();
	accept(&e, RANK_SSL3, 0x0005);
	capped(&e, "B", "SSL 3.0 is accepted");
	accept(&e, RANK_SSL3, 0x002f);
	capped(&e, "C", "POODLE");
	accept(&e, RANK_SSL2, 0x010080);
	capped(&e, "F", "SSL 2.0 is accepted");
}

static void test_suites_cap(void **state)
{
	struct endpoint e = good_endpoint();

	(void)state;
	accept(&e, RANK_TLS12, 0x000a);
	capped(&e, "C", "64-bit blocks with TLS 1.1 or newer");
	accept(&e, RANK_TLS12, 0x0005);
	capped(&e, "C", "RC4 with TLS 1.1 or newer");
	accept(&e, RANK_TLS12, 0x0003);
	capped(&e, "F", "export suites are accepted");
	accept(&e, RANK_TLS12, 0x0034);
	capped(&e, "F", "anonymous suites are accepted");
	accept(&e, RANK_TLS12, 0x0002);
	capped(&e, "F", "suites of fewer than 112 bits are accepted");
	e.versions[RANK_TLS13].status = ENDPOINT_REFUSED;
	accept(&e, RANK_TLS12, 0x009c);
	capped(&e, "B", "no suite with forward secrecy");
	accept(&e, RANK_TLS12, 0xc013);
	capped(&e, "B", "no suite with AEAD");
}

static void test_keys_cap(void **state)
{
	struct endpoint e = good_endpoint();
	struct certificate leaf = erp_certificate;

	(void)state;
	e.certificates[0].chain[0] = &leaf;
	e.dh.bits = 1024;
	capped(&e, "B", "a key or DH group of fewer than 2048 bits");
	e.dh.bits = 512;
	capped(&e, "F", "a key or DH group of fewer than 1024 bits");
	e.dh.bits = 0;
	leaf.signature = "md5WithRSAEncryption";
	capped(&e, "F", "a certificate is signed with MD5");
	leaf.signature = "ecdsa-with-SHA256";
	leaf.key_type = "EC P-256";
	leaf.key_bits = 256;
	assert_int_equal(rate(&e).exchange, 90);
	leaf.key_type = "EC P-384";
	leaf.key_bits = 384;
	assert_int_equal(rate(&e).exchange, 100);
}

static void test_trust_is_another_scale(void **state)
{
	struct endpoint e = good_endpoint();

	(void)state;
	e.certificates[0].name_matches = TRAIT_NO;
	assert_string_equal(rate(&e).grade, "M");
	e.certificates[0].trust = TRUST_SELF_SIGNED;
	assert_string_equal(rate(&e).grade, "T");
	assert_string_equal(rate(&e).without_trust, "A");
	e = good_endpoint();
	e.certificates[0].trust = TRUST_NOT_LOOKED_AT;
	assert_string_equal(rate(&e).grade, "A");
}

static void test_what_is_not_known_is_not_rated(void **state)
{
	struct endpoint e = good_endpoint();

	(void)state;
	e.versions[RANK_TLS10].status = ENDPOINT_UNKNOWN;
	assert_string_equal(rate(&e).unrated, "not all of its versions are known");
	assert_null(rate(&e).grade);
	e = good_endpoint();
	e.versions[RANK_TLS12].suites.whole = false;
	assert_string_equal(rate(&e).unrated, "not all of its suites are known");
	e = good_endpoint();
	e.certificate_count = 0;
	assert_string_equal(rate(&e).unrated, "no certificate of it was seen");
	e = good_endpoint();
	e.nodes_differ = true;
	assert_non_null(rate(&e).unrated);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_good_server_gets_an_a),
		cmocka_unit_test(test_the_parts_are_weighed),
		cmocka_unit_test(test_each_part_is_the_guides),
		cmocka_unit_test(test_a_revoked_certificate_is_an_f),
		cmocka_unit_test(test_versions_cap),
		cmocka_unit_test(test_suites_cap),
		cmocka_unit_test(test_keys_cap),
		cmocka_unit_test(test_trust_is_another_scale),
		cmocka_unit_test(test_what_is_not_known_is_not_rated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

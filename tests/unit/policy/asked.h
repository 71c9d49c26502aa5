/*
 * asked - a client and a server that agree on TLS 1.3, for tests of negotiate() to spoil.
 *
 * The codes are those of the registries; each list ends with a zero.
 */
#ifndef TESTS_UNIT_POLICY_ASKED_H
#define TESTS_UNIT_POLICY_ASKED_H

#include "../unit.h"

#include <string.h>

#include "base/attr.h"
#include "policy/negotiate.h"
#include "tls/alert.h"

static struct offer offer;
static struct policy policy;
static struct server_profile profile;

static inline void list(struct offer_codes *into, const uint16_t *codes)
{
	into->sent = true;
	into->empty = false;
	for (into->count = 0; codes[into->count] != 0; into->count++)
		into->codes[into->count] = codes[into->count];
}

static inline void allow(struct policy_codes *into, const uint16_t *codes)
{
	for (into->count = 0; codes[into->count] != 0; into->count++)
		into->codes[into->count] = codes[into->count];
}

#define CODES(...) ((const uint16_t[]){ __VA_ARGS__, 0 })

static inline void offer_suites(const uint16_t *codes)
{
	list(&offer.suites, codes);
	memset(offer.suite_set, 0, sizeof offer.suite_set);
	for (size_t i = 0; i < offer.suites.count; i++) {
		const struct suite *suite = suite_find(offer.suites.codes[i]);

		if (suite != NULL)
			offer.suite_set[suite_index(suite) / 64] |=
				(uint64_t)1 << suite_index(suite) % 64;
	}
}

/* The highest version offered. TLS 1.3 only by supported_versions. RFC 8446, 4.2.1. */
static inline void offer_up_to(enum version_rank rank)
{
	offer.versions_sent = rank == RANK_TLS13;
	offer.versions = rank == RANK_TLS13 ? 1 << RANK_TLS13 | 1 << RANK_TLS12 : 0;
	offer.version_count = rank == RANK_TLS13 ? 2 : 0;
	offer.version_order[0] = RANK_TLS13;
	offer.version_order[1] = RANK_TLS12;
	offer.legacy_version = rank >= RANK_TLS12
				       ? VERSION_TLS12
				       : (uint16_t)(VERSION_SSL3 + (rank - RANK_SSL3));
	offer.versions_legacy = 0;
	for (int i = RANK_SSL3; i <= RANK_TLS12 && i <= (int)rank; i++)
		offer.versions_legacy |= (uint16_t)(1 << i);
}

static inline void run_on(enum stack_id id)
{
	profile.stack = stack_of(id);
}

static inline int setup(void **state)
{
	(void)state;
	memset(&offer, 0, sizeof offer);
	memset(&policy, 0, sizeof policy);
	memset(&profile, 0, sizeof profile);
	offer_up_to(RANK_TLS13);
	offer_suites(
		CODES(0x1301, 0x1302, 0xc02b, 0xc02f, 0xc013, 0x009e, 0x009c, 0x002f));
	list(&offer.groups, CODES(29, 23, 24));
	list(&offer.key_shares, CODES(29));
	list(&offer.schemes, CODES(0x0403, 0x0804, 0x0401));
	offer.null_compression = offer.only_null_compression = true;
	policy.versions =
		1 << RANK_TLS10 | 1 << RANK_TLS11 | 1 << RANK_TLS12 | 1 << RANK_TLS13;
	profile.policy = &policy;
	profile.certificates[0] = (struct policy_key){ KEY_RSA, 2048, 0, 0x0401 };
	profile.certificate_count = 1;
	run_on(STACK_OPENSSL_3_0);
	return 0;
}

static inline void give_ecdsa(uint16_t curve)
{
	profile.certificates[0] = (struct policy_key){ KEY_ECDSA, 0, curve, 0x0401 };
}

static inline struct negotiation answer(void)
{
	struct negotiation ret;

	negotiate(&profile, &offer, &ret, NULL);
	return ret;
}

static inline void assert_refused(enum refusal refusal, uint8_t alert)
{
	struct negotiation got = answer();

	assert_int_equal(got.refusal, refusal);
	assert_int_equal(got.alert, alert);
}

static inline void assert_suite(uint32_t cipher, uint32_t group)
{
	struct negotiation got = answer();

	assert_int_equal(got.refusal, REFUSAL_NONE);
	assert_int_equal(got.cipher, cipher);
	assert_int_equal(got.group, group);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

#endif

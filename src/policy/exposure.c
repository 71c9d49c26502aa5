#include "policy/exposure.h"

#include <stdio.h>

#include "policy/endpoint_judge.h"
#include "tls/iana.h"
#include "tls/suite.h"

#define DH_BITS_BROKEN 1024 /* precomputed for the primes that many share: weakdh.org */

/* One attack: how it is found. Suites count in the versions from..to. */
struct kind {
	const char *name;
	const char *source;
	void (*look)(const struct kind *kind, const struct endpoint *endpoint,
		struct exposed *ret);
	enum version_rank from, to;
	bool (*is)(const struct suite *suite);
};

/* Of export suites the table keeps that they are; the cipher is in the name. */
static bool is_export_rc4(const struct suite *suite)
{
	const char *name = iana_name(&iana_cipher_suites, suite->code);

	return suite->cipher == SUITE_EXPORT && name != NULL &&
	       strstr(name, "RC4") != NULL;
}

static bool is_cbc(const struct suite *suite)
{
	switch (suite->cipher) {
	case SUITE_EXPORT: /* else DES or RC2 */
		return !is_export_rc4(suite);
	case SUITE_DES:
	case SUITE_IDEA:
	case SUITE_SEED:
	case SUITE_3DES:
	case SUITE_AES_CBC:
	case SUITE_CAMELLIA_CBC:
	case SUITE_ARIA_CBC:
		return true;
	default:
		return false;
	}
}

static bool is_rsa_export(const struct suite *suite)
{
	return suite->cipher == SUITE_EXPORT && suite->exchange == SUITE_RSA;
}

static bool is_dhe_export(const struct suite *suite)
{
	return suite->cipher == SUITE_EXPORT && suite->exchange == SUITE_DHE;
}

static bool is_dhe(const struct suite *suite)
{
	return suite->exchange == SUITE_DHE;
}

static bool is_rc4(const struct suite *suite)
{
	return suite->cipher == SUITE_RC4 || is_export_rc4(suite);
}

/* Blocks of 64 bits. */
static bool is_short_block(const struct suite *suite)
{
	return suite->cipher == SUITE_3DES || suite->cipher == SUITE_DES ||
	       suite->cipher == SUITE_IDEA;
}

static const struct suite *find_suite(
	const struct endpoint_version *found, bool (*is)(const struct suite *suite))
{
	for (size_t i = 0; i < found->suites.count; i++) {
		const struct suite *suite = suite_find((uint16_t)found->suites.codes[i]);

		if (suite != NULL && is(suite))
			return suite;
	}
	return NULL;
}

static bool is_refused(const struct endpoint_version *found)
{
	return found->version == VERSION_NONE ||
	       (found->status == ENDPOINT_REFUSED && !endpoint_accepts(found));
}

/* Of the versions of a kind the first that is not known well enough to say NO. */
static const struct endpoint_version *find_gap(
	const struct kind *kind, const struct endpoint *endpoint)
{
	for (unsigned rank = kind->from; rank <= (unsigned)kind->to; rank++) {
		const struct endpoint_version *found = &endpoint->versions[rank];

		if (!is_refused(found) &&
			(!endpoint_accepts(found) || !found->suites.whole))
			return found;
	}
	return NULL;
}

/* A node that was not met may do otherwise. */
static void say_no(
	const struct kind *kind, const struct endpoint *endpoint, struct exposed *ret)
{
	const struct endpoint_version *gap = find_gap(kind, endpoint);

	if (gap != NULL) {
		ret->is = TRAIT_UNKNOWN;
		(void)snprintf(ret->reason, sizeof ret->reason,
			endpoint_accepts(gap) ? "not all suites of %s are known"
					      : "%s is not known",
			gap->version == VERSION_NONE ? "an old version"
						     : version_name(gap->version));
	} else if (endpoint->nodes_differ) {
		ret->is = TRAIT_UNKNOWN;
		(void)snprintf(ret->reason, sizeof ret->reason,
			"servers that differ answer at this address");
	} else {
		ret->is = TRAIT_NO;
	}
}

static void look_at_suites(
	const struct kind *kind, const struct endpoint *endpoint, struct exposed *ret)
{
	for (unsigned rank = kind->from; rank <= (unsigned)kind->to; rank++) {
		const struct endpoint_version *found = &endpoint->versions[rank];
		const struct suite *suite = find_suite(found, kind->is);
		char name[IANA_TEXT_MAX];

		if (suite == NULL || !endpoint_accepts(found))
			continue;
		ret->is = TRAIT_YES;
		(void)snprintf(ret->reason, sizeof ret->reason, "%s with %s",
			version_name(found->version),
			iana_text(&iana_cipher_suites, suite->code, name));
		return;
	}
	say_no(kind, endpoint, ret);
}

/* CVE-2016-0800 needs SSL 2.0 of any server with the same RSA key; others' are not
 * asked for here. */
static void look_at_ssl2(
	const struct kind *kind, const struct endpoint *endpoint, struct exposed *ret)
{
	const struct endpoint_version *found = &endpoint->versions[RANK_SSL2];

	(void)kind;
	if (endpoint_accepts(found)) {
		ret->is = TRAIT_YES;
		(void)snprintf(ret->reason, sizeof ret->reason, "accepts SSL 2.0");
	} else if (!is_refused(found)) {
		(void)snprintf(ret->reason, sizeof ret->reason, "SSL 2.0 is not known");
	} else {
		ret->is = TRAIT_NO;
	}
}

/* Export suites, or a prime that is within reach. RFC 7919, 1. */
static void look_at_dh(
	const struct kind *kind, const struct endpoint *endpoint, struct exposed *ret)
{
	const struct kind any = { .from = kind->from, .to = kind->to, .is = is_dhe };
	const struct endpoint_dh *dh = &endpoint->dh;
	struct exposed lists = { 0 };

	look_at_suites(kind, endpoint, ret);
	if (ret->is == TRAIT_YES)
		return;
	look_at_suites(&any, endpoint, &lists);
	if (dh->bits != 0 && (dh->bits < DH_BITS_BROKEN ||
				     (dh->bits == DH_BITS_BROKEN && dh->known != NULL))) {
		ret->is = TRAIT_YES;
		(void)snprintf(ret->reason, sizeof ret->reason, "DH group of %u bits%s%s",
			dh->bits, dh->known == NULL ? "" : ", ",
			dh->known == NULL ? "" : dh->known);
	} else if (lists.is == TRAIT_YES && dh->bits == 0) {
		ret->is = TRAIT_UNKNOWN;
		(void)snprintf(ret->reason, sizeof ret->reason,
			"the size of its DH group is not known");
	}
}

static bool only_tls13(const struct endpoint *endpoint)
{
	for (unsigned rank = RANK_SSL3; rank <= RANK_TLS12; rank++)
		if (!is_refused(&endpoint->versions[rank]))
			return false;
	return endpoint->versions[RANK_TLS13].status == ENDPOINT_ACCEPTED;
}

static void look_at_trait(const struct endpoint *endpoint, enum endpoint_trait trait,
	enum endpoint_trait bad, const char *reason, struct exposed *ret)
{
	if (trait == TRAIT_UNKNOWN && !only_tls13(endpoint)) {
		(void)snprintf(ret->reason, sizeof ret->reason, "it was not found out");
	} else if (trait == bad) {
		ret->is = TRAIT_YES;
		(void)snprintf(ret->reason, sizeof ret->reason, "%s", reason);
	} else {
		ret->is = TRAIT_NO;
	}
}

/* RFC 8446, 4.1.2: TLS 1.3 has no compression, and no renegotiation. */
static void look_at_compression(
	const struct kind *kind, const struct endpoint *endpoint, struct exposed *ret)
{
	(void)kind;
	look_at_trait(endpoint, endpoint->traits.compression, TRAIT_YES,
		"takes compression", ret);
}

static void look_at_renegotiation(
	const struct kind *kind, const struct endpoint *endpoint, struct exposed *ret)
{
	(void)kind;
	look_at_trait(endpoint, endpoint->traits.secure_renegotiation, TRAIT_NO,
		"answers without RFC 5746; whether it renegotiates was not tried", ret);
}

static void look_at_heartbeat(
	const struct kind *kind, const struct endpoint *endpoint, struct exposed *ret)
{
	(void)kind;
	look_at_trait(endpoint, endpoint->traits.heartbeat, TRAIT_YES,
		"offers heartbeats; whether they leak (CVE-2014-0160) was not tried",
		ret);
}

/* In the order of the enum. To add one: a line here and there. */
static const struct kind kinds[EXPOSURE_COUNT] = {
	[EXPOSURE_BEAST] = { "BEAST", "CVE-2011-3389", look_at_suites, RANK_SSL3,
		RANK_TLS10, is_cbc },
	[EXPOSURE_CRIME] = { .name = "CRIME",
		.source = "CVE-2012-4929",
		.look = look_at_compression },
	[EXPOSURE_DROWN] = { .name = "DROWN",
		.source = "CVE-2016-0800",
		.look = look_at_ssl2 },
	[EXPOSURE_FREAK] = { "FREAK", "CVE-2015-0204", look_at_suites, RANK_SSL3,
		RANK_TLS12, is_rsa_export },
	[EXPOSURE_HEARTBEAT] = { .name = "heartbeat",
		.source = "RFC 6520",
		.look = look_at_heartbeat },
	[EXPOSURE_LOGJAM] = { "Logjam", "CVE-2015-4000", look_at_dh, RANK_SSL3,
		RANK_TLS12, is_dhe_export },
	[EXPOSURE_POODLE] = { "POODLE", "CVE-2014-3566", look_at_suites, RANK_SSL3,
		RANK_SSL3, is_cbc },
	[EXPOSURE_RC4] = { "RC4", "RFC 7465", look_at_suites, RANK_SSL3, RANK_TLS12,
		is_rc4 },
	[EXPOSURE_RENEGOTIATION] = { .name = "renegotiation",
		.source = "CVE-2009-3555",
		.look = look_at_renegotiation },
	[EXPOSURE_SWEET32] = { "SWEET32", "CVE-2016-2183", look_at_suites, RANK_SSL3,
		RANK_TLS12, is_short_block },
};

void exposures_of(const struct endpoint *endpoint, struct exposed ret[EXPOSURE_COUNT])
{
	for (int i = 0; i < EXPOSURE_COUNT; i++) {
		ret[i] = (struct exposed){ .is = TRAIT_UNKNOWN };
		kinds[i].look(&kinds[i], endpoint, &ret[i]);
	}
}

const char *exposure_name(enum exposure exposure)
{
	return kinds[exposure].name;
}

const char *exposure_source(enum exposure exposure)
{
	return kinds[exposure].source;
}

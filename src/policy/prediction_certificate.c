/* What a client lacks of certificates and signatures, in words. */
#include "policy/prediction_inside.h"

#include <stdio.h>

#include "base/attr.h"

static bool is_rsa_signed(const struct suite *suite)
{
	return suite->auth == SUITE_BY_RSA;
}

static bool is_ecdsa_signed(const struct suite *suite)
{
	return suite->auth == SUITE_BY_ECDSA;
}

/* RFC 8446, 4.2.3: by their code points' kind of key. */
static bool scheme_is_rsa(uint16_t scheme)
{
	return (scheme & 0xff) == 0x01 || (scheme >= 0x0804 && scheme <= 0x0806) ||
	       (scheme >= 0x0809 && scheme <= 0x080b);
}

static bool scheme_is_ecdsa(uint16_t scheme)
{
	return (scheme & 0xff) == 0x03 && scheme >> 8 != 0x08;
}

static bool all_schemes(const struct offer *offer, bool (*are)(uint16_t scheme))
{
	for (size_t i = 0; i < offer->schemes.count; i++)
		if (!are(offer->schemes.codes[i]))
			return false;
	return offer->schemes.count > 0;
}

/* Bits, 1 << enum suite_auth, of the suites up to TLS 1.2 that both have. */
static unsigned auths_in_common(
	const struct server_profile *profile, const struct offer *offer)
{
	struct code_list own = own_suites_until12(profile);
	unsigned auths = 0;

	for (size_t i = 0; i < own.count; i++) {
		const struct suite *suite = suite_find(own.codes[i]);

		if (suite != NULL && offer_has_suite(offer, suite))
			auths |= 1u << suite->auth;
	}
	return auths;
}

/* RFC 8446, 4.2.3: by their code points' hash. */
static bool scheme_is_sha1(uint16_t scheme)
{
	return scheme >> 8 <= 2;
}

static bool has_key(const struct server_profile *profile, enum suite_auth auth)
{
	for (size_t i = 0; i < profile->certificate_count; i++) {
		enum key_kind kind = profile->certificates[i].kind;

		if (auth == SUITE_BY_RSA ? kind == KEY_RSA || kind == KEY_RSA_PSS
					 : kind == KEY_ECDSA)
			return true;
	}
	return false;
}

/* Whether it can do with such signatures alone. Suites of TLS 1.3 do not say it. */
static bool accepts_only(const struct offer *offer, enum suite_auth auth, bool in13)
{
	if (auth == SUITE_BY_RSA)
		return all_schemes(offer, scheme_is_rsa) ||
		       (!in13 && offers_only_suites(offer, is_rsa_signed));
	return all_schemes(offer, scheme_is_ecdsa) ||
	       (!in13 && offers_only_suites(offer, is_ecdsa_signed));
}

/* The kind of key that the server would have to have; SUITE_ANONYMOUS: no single one. */
static enum suite_auth key_lacking(const struct server_profile *profile,
	const struct offer *offer, bool in13, bool *ret_only)
{
	static const enum suite_auth auths[] = { SUITE_BY_RSA, SUITE_BY_ECDSA };

	for (size_t i = 0; i < COUNT_OF(auths); i++) {
		if (has_key(profile, auths[i]))
			continue;
		*ret_only = accepts_only(offer, auths[i], in13);
		if (*ret_only ||
			(!in13 && auths_in_common(profile, offer) == 1u << auths[i]))
			return auths[i];
	}
	return SUITE_ANONYMOUS;
}

/* SHA-1 counts as 80 bits, or less where it is known to be broken. */
static bool level_allows_sha1(const struct server_profile *profile)
{
	return !profile->stack->has_levels ||
	       profile->security_level < (profile->stack->sha1_bits < 80 ? 1 : 2);
}

static bool allows_scheme(
	const struct server_profile *profile, uint16_t scheme, bool in13)
{
	const struct policy_codes *named = &profile->policy->schemes;
	struct code_list own = named->count > 0
				       ? (struct code_list){ named->codes, named->count }
				       : profile->stack->schemes;

	if (in13 && ((scheme & 0xff) == 0x01 || scheme_is_sha1(scheme)))
		return false; /* RFC 8446, 4.2.3 */
	if (scheme_is_sha1(scheme) && !level_allows_sha1(profile))
		return false;
	for (size_t i = 0; i < own.count; i++)
		if (own.codes[i] == scheme)
			return true;
	return false;
}

/* Whether the client takes the server's kind of key, but by no scheme that is allowed:
 * then another certificate would not help. */
static bool is_scheme_lacking(
	const struct server_profile *profile, const struct offer *offer, bool in13)
{
	bool takes_key = !offer->schemes.sent;

	for (size_t i = 0; i < offer->schemes.count; i++) {
		uint16_t scheme = offer->schemes.codes[i];

		if (!(scheme_is_rsa(scheme) && has_key(profile, SUITE_BY_RSA)) &&
			!(scheme_is_ecdsa(scheme) && has_key(profile, SUITE_BY_ECDSA)))
			continue;
		if (allows_scheme(profile, scheme, in13))
			return false;
		takes_key = true;
	}
	return takes_key;
}

/* RFC 5246, 7.4.1.4.1: up to TLS 1.2, who names none means SHA-1. */
static void tell_scheme(const struct offer *offer, char ret[REASON_MAX], bool in13)
{
	(void)snprintf(ret, REASON_MAX, "no common signature scheme%s",
		!offer->schemes.sent
			? in13 ? " (names none)" : " (names none, which means SHA-1)"
		: all_schemes(offer, scheme_is_sha1) ? " (offers only SHA-1)"
						     : "");
}

void tell_certificate(const struct server_profile *profile, const struct offer *offer,
	const struct negotiation *negotiation, char ret[REASON_MAX])
{
	bool in13 = negotiation->version == VERSION_TLS13, only = false;
	enum suite_auth lacking = key_lacking(profile, offer, in13, &only);

	if (negotiation->refusal == REFUSAL_SIGNATURE && !level_allows_sha1(profile) &&
		version_rank(negotiation->version) < RANK_TLS12)
		(void)snprintf(ret, REASON_MAX,
			"%s signs with SHA-1, which the security level forbids",
			version_name(negotiation->version));
	else if (lacking != SUITE_ANONYMOUS && only)
		(void)snprintf(ret, REASON_MAX,
			"certificate: client accepts %s signatures only",
			lacking == SUITE_BY_RSA ? "RSA" : "ECDSA");
	else if (lacking != SUITE_ANONYMOUS)
		(void)snprintf(ret, REASON_MAX,
			"certificate: the suites in common need %s key",
			lacking == SUITE_BY_RSA ? "an RSA" : "an ECDSA");
	else if (negotiation->refusal == REFUSAL_SIGNATURE &&
		 is_scheme_lacking(profile, offer, in13))
		tell_scheme(offer, ret, in13);
	else
		(void)snprintf(
			ret, REASON_MAX, "certificate: none that the client accepts");
}

#include "policy/prediction.h"

#include <stdio.h>

#include "base/attr.h"
#include "policy/stack_inside.h"
#include "tls/iana.h"

#define RANK_BIT(rank) (1u << (rank))

static enum version_rank highest(uint16_t versions)
{
	enum version_rank rank = RANK_TLS13;

	while (rank > RANK_UNKNOWN && (versions & RANK_BIT(rank)) == 0)
		rank--;
	return rank;
}

static enum version_rank lowest(uint16_t versions)
{
	enum version_rank rank = RANK_SSL2;

	while (rank < RANK_TLS13 && (versions & RANK_BIT(rank)) == 0)
		rank++;
	return rank;
}

/* No stack here has it (negotiate_version.c), so that it lacks is not the client's. */
static bool offers_dtls13(const struct server_profile *profile, const struct offer *offer)
{
	return offer->format == HELLO_DTLS &&
	       (offer->versions & RANK_BIT(RANK_TLS13)) != 0 &&
	       policy_allows_version(profile->policy, RANK_TLS13);
}

/* A client that offers an allowed version may be refused for it all the same: stacks
 * look at what stands around it too. */
static void tell_version(const struct server_profile *profile, const struct offer *offer,
	char ret[REASON_MAX])
{
	bool datagram = offer->format == HELLO_DTLS;
	uint16_t allowed = profile->policy->versions & profile->stack->versions;
	uint16_t offered = offer->versions_sent && !datagram ? offer->versions
							     : offer->versions_legacy;
	enum version_rank most = highest(offered), least = lowest(offered);

	if (allowed == 0)
		(void)snprintf(ret, REASON_MAX,
			"the server's stack has no version of "
			"the policy's");
	else if (most == RANK_UNKNOWN)
		(void)snprintf(ret, REASON_MAX, "offers no version that is known");
	else if (offers_dtls13(profile, offer))
		(void)snprintf(ret, REASON_MAX, "the server's stack has no DTLS 1.3");
	else if (most < lowest(allowed))
		(void)snprintf(ret, REASON_MAX, "offers nothing newer than %s",
			version_name(version_of_rank(most, datagram)));
	else if (least > highest(allowed))
		(void)snprintf(ret, REASON_MAX, "offers nothing older than %s",
			version_name(version_of_rank(least, datagram)));
	else if (offer->format == HELLO_SSLV2)
		(void)snprintf(ret, REASON_MAX, "sends its hello in the form of SSL 2.0");
	else
		(void)snprintf(ret, REASON_MAX, "%s", refusal_text(REFUSAL_VERSION));
}

static bool is_cbc(const struct suite *suite)
{
	return suite->cipher == SUITE_AES_CBC || suite->cipher == SUITE_CAMELLIA_CBC ||
	       suite->cipher == SUITE_ARIA_CBC || suite->cipher == SUITE_3DES;
}

static bool is_rc4(const struct suite *suite)
{
	return suite->cipher == SUITE_RC4;
}

static bool is_aead(const struct suite *suite)
{
	return suite->mac == SUITE_AEAD;
}

static bool is_not_aead(const struct suite *suite)
{
	return !is_aead(suite);
}

static bool is_rsa_exchange(const struct suite *suite)
{
	return suite->exchange == SUITE_RSA;
}

static bool is_dhe(const struct suite *suite)
{
	return suite->exchange == SUITE_DHE;
}

static bool is_rsa_signed(const struct suite *suite)
{
	return suite->auth == SUITE_BY_RSA;
}

static bool is_ecdsa_signed(const struct suite *suite)
{
	return suite->auth == SUITE_BY_ECDSA;
}

/* Whether all suites offered up to TLS 1.2, at least one, are so. */
static bool all_suites(const struct offer *offer, bool (*are)(const struct suite *suite))
{
	size_t seen = 0;

	for (size_t i = 0; i < offer->suites.count; i++) {
		const struct suite *suite = suite_find(offer->suites.codes[i]);

		if (suite == NULL || suite->exchange == SUITE_ANY_EXCHANGE)
			continue;
		if (!are(suite))
			return false;
		seen++;
	}
	return seen > 0;
}

/* Those up to TLS 1.2 that the policy names, or the stack's. */
static struct code_list own_suites12(const struct server_profile *profile)
{
	const struct policy_codes *own = &profile->policy->suites12;

	return own->count > 0 ? (struct code_list){ own->codes, own->count }
			      : profile->stack->suites12;
}

static bool wants_aead(const struct server_profile *profile)
{
	struct code_list own = own_suites12(profile);

	for (size_t i = 0; i < own.count; i++) {
		const struct suite *suite = suite_find(own.codes[i]);

		if (suite != NULL && !is_aead(suite))
			return false;
	}
	return own.count > 0;
}

typedef bool suite_is(const struct suite *suite);

/* A property that all suites offered share. */
struct common {
	const char *name; /* "" if they share none */
	suite_is *is;
};

static struct common common_cipher(const struct offer *offer)
{
	static const struct common ciphers[] = {
		{ "CBC", is_cbc },
		{ "RC4", is_rc4 },
		{ "AEAD", is_aead },
	};

	for (size_t i = 0; i < COUNT_OF(ciphers); i++)
		if (all_suites(offer, ciphers[i].is))
			return ciphers[i];
	return (struct common){ "", NULL };
}

static struct common common_exchange(const struct offer *offer)
{
	static const struct common exchanges[] = {
		{ "RSA exchange", is_rsa_exchange },
		{ "DHE", is_dhe },
	};

	for (size_t i = 0; i < COUNT_OF(exchanges); i++)
		if (all_suites(offer, exchanges[i].is))
			return exchanges[i];
	return (struct common){ "", NULL };
}

/* Whether one of the server's suites is so too: then that is not what lacks. */
static bool server_has(const struct server_profile *profile, const struct common *cipher,
	const struct common *exchange)
{
	struct code_list own = own_suites12(profile);

	for (size_t i = 0; i < own.count; i++) {
		const struct suite *suite = suite_find(own.codes[i]);

		if (suite != NULL && (cipher->is == NULL || cipher->is(suite)) &&
			(exchange->is == NULL || exchange->is(suite)))
			return true;
	}
	return false;
}

/* What all its suites have in common, for that is mostly what is missing. */
static void tell_suite12(const struct server_profile *profile, const struct offer *offer,
	char ret[REASON_MAX])
{
	struct common cipher = common_cipher(offer);
	struct common exchange = common_exchange(offer);

	if ((cipher.is == NULL && exchange.is == NULL) ||
		server_has(profile, &cipher, &exchange))
		(void)snprintf(ret, REASON_MAX, "no common suite%s",
			wants_aead(profile) && all_suites(offer, is_not_aead)
				? " (offers no AEAD)"
				: "");
	else
		(void)snprintf(ret, REASON_MAX, "no common suite (offers only %s%s%s)",
			cipher.name,
			cipher.is != NULL && exchange.is != NULL ? " with " : "",
			exchange.name);
}

#define GROUPS_TOLD 3

static void tell_group(const struct offer *offer, char ret[REASON_MAX], bool in13)
{
	char name[IANA_TEXT_MAX];
	size_t len;

	if (!offer->groups.sent || offer->groups.count == 0) {
		(void)snprintf(ret, REASON_MAX, "no common group (names none)");
		return;
	}
	if (in13 && !offer->key_shares.sent) {
		(void)snprintf(ret, REASON_MAX, "no common group (sends no key_share)");
		return;
	}
	len = (size_t)snprintf(ret, REASON_MAX, "no common group (offers only ");
	for (size_t i = 0; i < offer->groups.count && len < REASON_MAX; i++) {
		if (i == GROUPS_TOLD) {
			len += (size_t)snprintf(ret + len, REASON_MAX - len, ", …");
			break;
		}
		len += (size_t)snprintf(ret + len, REASON_MAX - len, "%s%s",
			i > 0 ? ", " : "",
			iana_text(&iana_groups, offer->groups.codes[i], name));
	}
	if (len < REASON_MAX)
		(void)snprintf(ret + len, REASON_MAX - len, ")");
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
	struct code_list own = own_suites12(profile);
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
		       (!in13 && all_suites(offer, is_rsa_signed));
	return all_schemes(offer, scheme_is_ecdsa) ||
	       (!in13 && all_suites(offer, is_ecdsa_signed));
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

static void tell_certificate(const struct server_profile *profile,
	const struct offer *offer, const struct negotiation *negotiation,
	char ret[REASON_MAX])
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

static void tell_refusal(const struct server_profile *profile, const struct offer *offer,
	struct prediction *ret)
{
	bool in13 = ret->negotiation.version == VERSION_TLS13;

	switch (ret->negotiation.refusal) {
	case REFUSAL_VERSION:
		tell_version(profile, offer, ret->reason);
		break;
	case REFUSAL_SUITE:
		if (in13)
			(void)snprintf(ret->reason, sizeof ret->reason,
				"no common suite of TLS 1.3");
		else
			tell_suite12(profile, offer, ret->reason);
		break;
	case REFUSAL_GROUP:
		tell_group(offer, ret->reason, in13);
		break;
	case REFUSAL_CERTIFICATE:
	case REFUSAL_SIGNATURE:
		tell_certificate(profile, offer, &ret->negotiation, ret->reason);
		break;
	default:
		(void)snprintf(ret->reason, sizeof ret->reason, "%s",
			refusal_text(ret->negotiation.refusal));
		break;
	}
}

void predict(const struct server_profile *profile, const struct offer *offer,
	struct prediction *ret)
{
	*ret = (struct prediction){ .verdict = VERDICT_PASSES };
	negotiate(profile, offer, &ret->negotiation, NULL);
	if (ret->negotiation.refusal == REFUSAL_NONE && !ret->negotiation.unoffered)
		return;
	ret->verdict = offer->cut ? VERDICT_UNKNOWN : VERDICT_BREAKS;
	if (ret->negotiation.refusal != REFUSAL_NONE)
		tell_refusal(profile, offer, ret);
	else
		(void)snprintf(ret->reason, sizeof ret->reason,
			"server signs with SHA-1, which the client does not accept");
}

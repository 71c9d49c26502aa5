#include "policy/prediction.h"

#include <stdio.h>

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

/* What all its suites have in common, for that is mostly what is missing. */
static void tell_suite(const struct server_profile *profile, const struct offer *offer,
	char ret[REASON_MAX])
{
	const char *cipher = all_suites(offer, is_cbc)    ? "CBC"
			     : all_suites(offer, is_rc4)  ? "RC4"
			     : all_suites(offer, is_aead) ? "AEAD"
							  : "";
	const char *exchange = all_suites(offer, is_rsa_exchange) ? "RSA exchange"
			       : all_suites(offer, is_dhe)        ? "DHE"
								  : "";
	const char *with = cipher[0] != '\0' && exchange[0] != '\0' ? " with " : "";

	if (cipher[0] == '\0' && exchange[0] == '\0')
		(void)snprintf(ret, REASON_MAX, "no common suite%s",
			wants_aead(profile) && all_suites(offer, is_not_aead)
				? " (offers no AEAD)"
				: "");
	else
		(void)snprintf(ret, REASON_MAX, "no common suite (offers only %s%s%s)",
			cipher, with, exchange);
}

#define GROUPS_TOLD 3

static void tell_group(const struct offer *offer, char ret[REASON_MAX])
{
	char name[IANA_TEXT_MAX];
	size_t len;

	if (!offer->groups.sent || offer->groups.count == 0) {
		(void)snprintf(ret, REASON_MAX, "no common group (names none)");
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

static void tell_certificate(const struct server_profile *profile,
	const struct offer *offer, char ret[REASON_MAX])
{
	unsigned auths = auths_in_common(profile, offer);
	const char *only = NULL;

	if (all_schemes(offer, scheme_is_rsa) || all_suites(offer, is_rsa_signed))
		only = "RSA";
	else if (all_schemes(offer, scheme_is_ecdsa) ||
		 all_suites(offer, is_ecdsa_signed))
		only = "ECDSA";
	if (only != NULL)
		(void)snprintf(ret, REASON_MAX,
			"certificate: client accepts %s signatures only", only);
	else if (auths == 1u << SUITE_BY_RSA || auths == 1u << SUITE_BY_ECDSA)
		(void)snprintf(ret, REASON_MAX,
			"certificate: the suites in common need %s key",
			auths == 1u << SUITE_BY_RSA ? "an RSA" : "an ECDSA");
	else
		(void)snprintf(
			ret, REASON_MAX, "certificate: none that the client accepts");
}

static void tell_refusal(const struct server_profile *profile, const struct offer *offer,
	struct prediction *ret)
{
	switch (ret->negotiation.refusal) {
	case REFUSAL_VERSION:
		tell_version(profile, offer, ret->reason);
		break;
	case REFUSAL_SUITE:
		tell_suite(profile, offer, ret->reason);
		break;
	case REFUSAL_GROUP:
		tell_group(offer, ret->reason);
		break;
	case REFUSAL_CERTIFICATE:
	case REFUSAL_SIGNATURE:
		tell_certificate(profile, offer, ret->reason);
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

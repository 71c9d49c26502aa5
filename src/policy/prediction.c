#include "policy/prediction_inside.h"

#include <stdio.h>

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

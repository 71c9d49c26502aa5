/* Which version a server answers with. */
#include "policy/negotiate_inside.h"

#include "tls/version.h"

static enum version_rank highest(uint16_t versions)
{
	for (int rank = RANK_TLS13; rank > RANK_UNKNOWN; rank--)
		if ((versions >> rank & 1) != 0)
			return (enum version_rank)rank;
	return RANK_UNKNOWN;
}

static uint16_t bits_up_to(enum version_rank rank)
{
	return (uint16_t)((1 << (rank + 1)) - 1);
}

/* OpenSSL's levels: in 1.1.1 and 3.0 (ssl/ssl_cert.c, SSL_SECOP_VERSION) SSL 3.0 ends
 * at level 2, TLS 1.0 at 3 and 1.1 at 4; in 3.5 all three end at 1. */
static uint16_t versions_of_level(const struct attempt *attempt)
{
	uint8_t level = attempt->profile->security_level;

	if (!attempt->stack->has_levels || level == 0)
		return UINT16_MAX;
	if (!attempt->stack->old_level_versions || level >= 4)
		return (uint16_t)~bits_up_to(RANK_TLS11);
	if (level == 3 && !attempt->datagram)
		return (uint16_t)~bits_up_to(RANK_TLS10);
	return level == 2 ? (uint16_t)~bits_up_to(RANK_SSL3) : UINT16_MAX;
}

static uint16_t own_versions(const struct attempt *attempt)
{
	uint16_t versions = attempt->policy->versions & attempt->stack->versions &
			    versions_of_level(attempt);

	/* RFC 4347 begins with the cipher suites of TLS 1.1; no DTLS 1.3 yet. */
	if (attempt->datagram)
		versions &= 1 << RANK_TLS11 | 1 << RANK_TLS12;
	if (attempt->offer->format == HELLO_QUIC) /* RFC 9001, 4.2 */
		versions &= 1 << RANK_TLS13;
	return versions;
}

/* SSL 3.0 has no protocol_version: RFC 6101, 5.4. OpenSSL 1.0.x finds words only where
 * TLS 1.0 takes over (ssl/s23_srvr.c). */
static bool refuse_version(struct attempt *attempt, const char *why)
{
	uint8_t alert = attempt->stack->no_version_alert;

	if (attempt->offer->legacy_version == VERSION_SSL3 &&
		attempt->stack->key_choice == KEY_BY_SCHEME &&
		(alert == ALERT_PROTOCOL_VERSION ||
			(attempt->offer->format == HELLO_TLS &&
				policy_allows_version(attempt->policy, RANK_TLS10))))
		alert = ALERT_HANDSHAKE_FAILURE;
	TELL(attempt, "version", NULL, "%s", why);
	return attempt_refuse(attempt, REFUSAL_VERSION, alert);
}

/* GnuTLS, _gnutls_negotiate_version() in lib/handshake.c: the legacy version must be one
 * of the server's, or TLS 1.2 in disguise, or higher than any. */
static bool legacy_does(const struct attempt *attempt, uint16_t own)
{
	enum version_rank legacy = highest(attempt->offer->versions_legacy);

	return (own >> legacy & 1) != 0 || legacy > highest(own) ||
	       (legacy == RANK_TLS12 && highest(own) >= RANK_TLS12);
}

static enum version_rank first_of_client(const struct offer *offer, uint16_t own)
{
	for (size_t i = 0; i < offer->version_count; i++)
		if ((own >> offer->version_order[i] & 1) != 0)
			return (enum version_rank)offer->version_order[i];
	return RANK_UNKNOWN;
}

/* RFC 8446, 4.2.1: a server that reads supported_versions goes by it alone. */
static enum version_rank listed_version(const struct attempt *attempt, uint16_t own)
{
	const struct offer *offer = attempt->offer;
	uint16_t shared = own & offer->versions;

	if (attempt->stack->version_choice == VERSION_CLIENT_ORDER)
		return first_of_client(offer, own);
	if (!certificates_serve13(attempt))
		shared &= (uint16_t) ~(1 << RANK_TLS13);
	return highest(shared);
}

static bool reads_versions(const struct attempt *attempt, uint16_t own)
{
	if (!attempt->offer->versions_sent || attempt->datagram)
		return false;
	return attempt->stack->version_choice == VERSION_LEGACY_FIRST
		       ? (own >> RANK_TLS13 & 1) != 0
		       : stack_can(attempt->stack, RANK_TLS13);
}

static bool take_version(struct attempt *attempt, uint16_t own)
{
	const struct offer *offer = attempt->offer;
	enum version_choice choice = attempt->stack->version_choice;

	if (offer->format == HELLO_SSLV2 && attempt->stack->no_sslv2)
		return refuse_version(
			attempt, "hellos in the form of SSL 2.0 are not read");
	if (choice == VERSION_LEGACY_FIRST && !legacy_does(attempt, own))
		return refuse_version(attempt, "the legacy version is not allowed");
	/* Go takes TLS 1.3 from the legacy version, and is then displeased. */
	if (choice == VERSION_CLIENT_ORDER && !offer->versions_sent &&
		!attempt->datagram && offer->legacy_version > VERSION_TLS12 &&
		(own >> RANK_TLS13 & 1) != 0) {
		TELL(attempt, "version", "RFC 8446, 4.2.1",
			"TLS 1.3 may not be offered by the legacy version");
		return attempt_refuse(attempt, REFUSAL_VERSION, ALERT_ILLEGAL_PARAMETER);
	}
	if (!reads_versions(attempt, own)) {
		attempt->rank = highest(own & offer->versions_legacy);
	} else {
		/* RFC 8446, D.1 */
		if (choice == VERSION_HIGHEST_ABOVE_SSL3 &&
			offer->legacy_version <= VERSION_SSL3)
			return refuse_version(attempt, "the legacy version is SSL 3.0");
		attempt->rank = listed_version(attempt, own);
		if (choice == VERSION_HIGHEST_BESIDE_12 && attempt->rank == RANK_TLS13 &&
			offer->legacy_version != VERSION_TLS12)
			return refuse_version(
				attempt, "the legacy version is not TLS 1.2");
	}
	if (attempt->rank == RANK_UNKNOWN)
		return refuse_version(attempt, "the server allows none of those offered");
	return true;
}

bool choose_version(struct attempt *attempt)
{
	uint16_t own = own_versions(attempt);

	if (!take_version(attempt, own))
		return false;
	attempt->ret->version = version_of_rank(attempt->rank, attempt->datagram);
	TELL(attempt, "version",
		attempt->offer->versions_sent ? "RFC 8446, 4.2.1" : "RFC 5246, E.1",
		"%s is the highest that both allow", version_name(attempt->ret->version));
	return true;
}

/* RFC 7507, 3: a client that fell back is told so if the server can do more. */
bool check_fallback(struct attempt *attempt)
{
	if (!attempt->offer->fallback_scsv || attempt->stack->no_fallback ||
		attempt->rank >= highest(own_versions(attempt)))
		return true;
	TELL(attempt, "fallback", "RFC 7507, 3",
		"the hello says it is a fallback, and the server can do more");
	return attempt_refuse(attempt, REFUSAL_FALLBACK, ALERT_INAPPROPRIATE_FALLBACK);
}

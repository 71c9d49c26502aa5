#include "policy/negotiate.h"

#include <stdarg.h>
#include <stdio.h>

#include "policy/negotiate_inside.h"
#include "tls/version.h"

const char *refusal_text(enum refusal refusal)
{
	static const char *const texts[REFUSAL_COUNT] = {
		[REFUSAL_MALFORMED] = "malformed hello",
		[REFUSAL_VERSION] = "no common version",
		[REFUSAL_FALLBACK] = "inappropriate fallback",
		[REFUSAL_COMPRESSION] = "no null compression",
		[REFUSAL_SERVER_NAME] = "no server name",
		[REFUSAL_EXTENDED_MASTER_SECRET] = "no extended master secret",
		[REFUSAL_SECURE_RENEGOTIATION] = "no secure renegotiation",
		[REFUSAL_ALPN] = "no common application protocol",
		[REFUSAL_SUITE] = "no common suite",
		[REFUSAL_GROUP] = "no common group",
		[REFUSAL_CERTIFICATE] = "no certificate for a common suite",
		[REFUSAL_SIGNATURE] = "no common signature scheme",
	};

	return texts[refusal];
}

void decisions_add(struct decisions *told, const char *what, const char *section,
	const char *format, ...)
{
	struct decision *item = &told->items[told->count];
	va_list values;

	if (told->count == DECISIONS_MAX)
		return;
	told->count++;
	item->what = what;
	item->section = section;
	va_start(values, format);
	(void)vsnprintf(item->text, sizeof item->text, format, values);
	va_end(values);
}

bool attempt_refuse(struct attempt *attempt, enum refusal refusal, uint8_t alert)
{
	attempt->ret->refusal = refusal;
	attempt->ret->alert = alert;
	return false;
}

static bool is_empty(const struct offer_codes *list)
{
	return list->sent && list->empty;
}

static bool refuse_malformed(struct attempt *attempt, const char *what, uint8_t alert)
{
	TELL(attempt, "hello", "RFC 8446, 6.2", "%s", what);
	return attempt_refuse(attempt, REFUSAL_MALFORMED, alert);
}

static bool check_suites(struct attempt *attempt)
{
	return !attempt->offer->suites.empty ||
	       refuse_malformed(
		       attempt, "no cipher suites at all", ALERT_ILLEGAL_PARAMETER);
}

/* RFC 5246, 7.4.1.2: null compression must be among those offered. RFC 8446, 4.1.2:
 * from TLS 1.3 on alone. */
static bool check_compression(struct attempt *attempt)
{
	if (attempt->offer->null_compression || attempt->stack->any_compression)
		return true;
	TELL(attempt, "compression", "RFC 5246, 7.4.1.2",
		"none is not among those offered");
	return attempt_refuse(
		attempt, REFUSAL_COMPRESSION, attempt->stack->no_null_alert);
}

static bool check_compression13(struct attempt *attempt)
{
	if (attempt->offer->only_null_compression || attempt->stack->any_compression ||
		attempt->stack->any_compression13)
		return true;
	TELL(attempt, "compression", "RFC 8446, 4.1.2", "others than none are offered");
	return attempt_refuse(attempt, REFUSAL_COMPRESSION, ALERT_ILLEGAL_PARAMETER);
}

static bool check_lists(struct attempt *attempt)
{
	const struct offer *offer = attempt->offer;

	if (offer->malformed || (offer->malformed_alpn && attempt->stack->reads_alpn) ||
		(offer->malformed_renegotiation && attempt->rank < RANK_TLS13))
		return refuse_malformed(
			attempt, "an extension does not add up", ALERT_DECODE_ERROR);
	if (attempt->stack->wants_uncompressed && offer->point_formats_sent &&
		!offer->point_uncompressed && attempt->rank < RANK_TLS13)
		return refuse_malformed(attempt, "no uncompressed points are offered",
			ALERT_UNEXPECTED_MESSAGE);
	if (offer->no_point_format && attempt->rank < RANK_TLS13)
		return refuse_malformed(attempt, "a list without any point format",
			attempt->stack->no_point_alert);
	if ((is_empty(&offer->groups) && !attempt->stack->empty_lists) ||
		is_empty(&offer->schemes) || is_empty(&offer->cert_schemes))
		return refuse_malformed(
			attempt, "a list without anything in it", ALERT_DECODE_ERROR);
	return true;
}

static bool check_server_name(struct attempt *attempt)
{
	if (!attempt->policy->needs_server_name || attempt->offer->server_name)
		return true;
	TELL(attempt, "server name", "RFC 6066, 3", "the policy needs one");
	return attempt_refuse(attempt, REFUSAL_SERVER_NAME, ALERT_UNRECOGNIZED_NAME);
}

/* What was asked of TLS 1.2 and is part of 1.3. RFC 7627, 5.2; RFC 5746, 3.6. */
static bool check_needs(struct attempt *attempt)
{
	const struct policy *policy = attempt->policy;
	const struct offer *offer = attempt->offer;

	if (policy->needs_secure_renegotiation && !offer->secure_renegotiation) {
		TELL(attempt, "renegotiation", "RFC 5746, 3.6",
			"the policy needs it secure, and the hello does not say so");
		return attempt_refuse(
			attempt, REFUSAL_SECURE_RENEGOTIATION, ALERT_HANDSHAKE_FAILURE);
	}
	if (policy->needs_extended_master_secret && !offer->extended_master_secret) {
		TELL(attempt, "extended master secret", "RFC 7627, 5.2",
			"the policy needs it, and the hello does not offer it");
		return attempt_refuse(
			attempt, REFUSAL_EXTENDED_MASTER_SECRET, ALERT_HANDSHAKE_FAILURE);
	}
	return true;
}

static bool alpn_is_shared(const struct policy *policy, const struct offer *offer)
{
	for (size_t i = 0; i < policy->alpn_count; i++)
		for (size_t j = 0; j < offer->alpn_count; j++)
			if (bytes_equal(bytes_of_string(policy->alpn[i]), offer->alpn[j]))
				return true;
	return false;
}

/* RFC 7301, 3.2. QUIC does not do without: RFC 9001, 8.1. */
static bool check_alpn(struct attempt *attempt)
{
	const struct offer *offer = attempt->offer;

	if (attempt->policy->alpn_count == 0 ||
		(offer->alpn_count == 0 && offer->format != HELLO_QUIC) ||
		alpn_is_shared(attempt->policy, offer))
		return true;
	TELL(attempt, "application protocol", "RFC 7301, 3.2", "none is shared");
	return attempt_refuse(attempt, REFUSAL_ALPN, ALERT_NO_APPLICATION_PROTOCOL);
}

/* RFC 8446, 9.2. */
static bool check_schemes_sent(struct attempt *attempt)
{
	if (attempt->offer->schemes.sent)
		return true;
	TELL(attempt, "signature", "RFC 8446, 9.2", "signature_algorithms is missing");
	return attempt_refuse(attempt, REFUSAL_SIGNATURE, ALERT_MISSING_EXTENSION);
}

static uint16_t rsa_security_bits(const struct stack *stack, uint16_t bits)
{
	if (bits >= 7680)
		return 192;
	if (bits >= 4096 && stack->rsa4096_bits != 0)
		return stack->rsa4096_bits;
	if (bits != 0 && bits < 1024)
		return 0;
	return bits >= 3072 ? 128 : bits >= 2048 || bits == 0 ? 112 : 80;
}

/* OpenSSL, ssl_get_auto_dh() in ssl/t1_lib.c: as strong as the key that signs, and as
 * the level demands. */
static uint16_t auto_dh_bits(const struct attempt *attempt)
{
	int certificate = attempt->ret->certificate;
	uint16_t bits =
		certificate < 0
			? 80
			: rsa_security_bits(attempt->stack,
				  attempt->profile->certificates[certificate].bits);

	if (bits < attempt->level_bits)
		bits = attempt->level_bits;
	return bits >= 192   ? 8192
	       : bits >= 152 ? 4096
	       : bits >= 128 ? 3072
	       : bits >= 112 ? 2048
			     : 1024;
}

static uint16_t dh_bits(const struct attempt *attempt)
{
	uint32_t group = group_for_dhe(attempt);

	if (group != CODE_NONE)
		return group_dh_bits(group);
	return attempt->profile->dh_auto ? auto_dh_bits(attempt)
					 : attempt->profile->dh_bits;
}

/* The suite is chosen before its parameters are looked at, so too short ones refuse. */
static bool check_dh(struct attempt *attempt, const struct suite *suite)
{
	uint16_t bits;

	if (suite->exchange != SUITE_DHE)
		return true;
	bits = dh_bits(attempt);
	attempt->ret->dh_bits = bits;
	if (level_allows(attempt, rsa_security_bits(attempt->stack, bits)))
		return true;
	TELL(attempt, "group", NULL,
		"the server's own parameters are too short for its security level");
	return attempt_refuse(attempt, REFUSAL_GROUP, ALERT_HANDSHAKE_FAILURE);
}

static bool negotiate13(struct attempt *attempt)
{
	if (!choose_suite13(attempt) || !check_compression(attempt) ||
		!check_lists(attempt) || !check_key_shares(attempt) ||
		!check_server_name(attempt) || !check_alpn(attempt) ||
		!check_schemes_sent(attempt) || !choose_group13(attempt) ||
		!check_compression13(attempt) || !share_schemes(attempt))
		return false;
	pick_certificate(attempt);
	return choose_signature13(attempt);
}

static bool negotiate12(struct attempt *attempt)
{
	const struct suite *suite = NULL;

	if (!check_compression(attempt) || !check_lists(attempt) ||
		!check_server_name(attempt) || !check_needs(attempt) ||
		!share_schemes(attempt))
		return false;
	pick_certificate(attempt);
	return choose_suite12(attempt, &suite) && choose_signature12(attempt, suite) &&
	       check_alpn(attempt) && check_dh(attempt, suite);
}

static struct code_list list_of(const struct policy_codes *policy, struct code_list own)
{
	if (policy->count == 0)
		return own;
	return (struct code_list){ policy->codes, policy->count };
}

/* What each security level demands of everything, in bits. OpenSSL,
 * SSL_CTX_set_security_level(3). */
static uint16_t bits_of_level(unsigned level)
{
	static const uint16_t bits[] = { 0, 80, 112, 128, 192, 256 };

	return bits[level < COUNT_OF(bits) ? level : COUNT_OF(bits) - 1];
}

/* OpenSSL, ossl_ec_security_bits(). A policy's key names its curve alone. */
static uint16_t curve_security_bits(const struct policy_key *key)
{
	if (key->curve == 25 || key->curve == 28 || key->bits >= 512)
		return 256;
	if (key->curve == 24 || key->curve == 27 || key->bits >= 384)
		return 192;
	return key->bits == 0 || key->bits >= 256 ? 128 : key->bits / 2;
}

/* OpenSSL, ssl_security_cert_key() in ssl/t1_lib.c. */
bool level_takes_key(
	const struct stack *stack, unsigned level, const struct policy_key *key)
{
	uint16_t bits;

	if (!stack->has_levels)
		return true;
	switch (key->kind) {
	case KEY_RSA:
	case KEY_RSA_PSS:
	case KEY_DSA:
		bits = key->bits >= 15360 ? 256 : rsa_security_bits(stack, key->bits);
		break;
	case KEY_ED448:
		bits = 224;
		break;
	case KEY_ED25519:
		bits = 128;
		break;
	default:
		bits = curve_security_bits(key);
		break;
	}
	return bits >= bits_of_level(level);
}

static void attempt_run(const struct server_profile *profile, const struct offer *offer,
	struct negotiation *ret, struct decisions *decisions)
{
	struct attempt attempt; /* shared[] is written as far as it is read */

	attempt.profile = profile;
	attempt.policy = profile->policy;
	attempt.stack = profile->stack;
	attempt.offer = offer;
	attempt.ret = ret;
	attempt.told = decisions;
	attempt.groups = list_of(&profile->policy->groups, profile->stack->groups);
	attempt.schemes = list_of(&profile->policy->schemes, profile->stack->schemes);
	attempt.level_bits = bits_of_level(profile->security_level);
	attempt.rank = RANK_UNKNOWN;
	attempt.datagram = offer->format == HELLO_DTLS;
	attempt.only_certificate = -1;
	attempt.shared_keys = 0;
	attempt.shared_count = 0;
	*ret = (struct negotiation){ .cipher = CODE_NONE,
		.group = CODE_NONE,
		.signature = CODE_NONE,
		.certificate = -1 };
	if (decisions != NULL)
		decisions->count = 0;
	if (!choose_version(&attempt) || !check_suites(&attempt) ||
		!check_fallback(&attempt))
		return;
	(void)(attempt.rank == RANK_TLS13 ? negotiate13(&attempt)
					  : negotiate12(&attempt));
}

void negotiate(const struct server_profile *profile, const struct offer *offer,
	struct negotiation *ret, struct decisions *decisions)
{
	struct server_profile sorted;
	int certificate;

	if (!profile->stack->sorts_certificates || profile->certificate_count < 2) {
		attempt_run(profile, offer, ret, decisions);
		return;
	}
	certificate = certificate_of_haproxy(profile, offer);
	sorted = *profile;
	sorted.certificates[0] = profile->certificates[certificate];
	sorted.certificate_count = 1;
	attempt_run(&sorted, offer, ret, decisions);
	if (ret->certificate == 0)
		ret->certificate = certificate;
}

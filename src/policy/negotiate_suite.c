/* Which cipher suite is taken. */
#include "policy/negotiate_inside.h"

#include "tls/iana.h"
#include "tls/version.h"

#define SUITE_TEXT(code) iana_text(&iana_cipher_suites, code, (char[IANA_TEXT_MAX]){ 0 })

struct suite_set {
	uint64_t words[SUITES_MAX / 64];
};

static void set_add(struct suite_set *set, const struct suite *suite)
{
	set->words[suite_index(suite) / 64] |= (uint64_t)1 << suite_index(suite) % 64;
}

static bool set_has(const struct suite_set *set, const struct suite *suite)
{
	return (set->words[suite_index(suite) / 64] >> suite_index(suite) % 64 & 1) != 0;
}

bool suite_is_known(const struct stack *stack, const struct suite *suite)
{
	if ((stack->ciphers >> suite->cipher & 1) == 0)
		return false;
	return suite->cipher != SUITE_CAMELLIA_CBC || suite->mac == SUITE_SHA1 ||
	       stack->camellia_sha2;
}

static uint16_t bits_of(const struct stack *stack, const struct suite *suite)
{
	return suite->cipher == SUITE_AES_CCM_8 && stack->ccm8_bits != 0
		       ? stack->ccm8_bits
		       : suite->bits;
}

/* OpenSSL, ssl_security_default_callback() in ssl/ssl_cert.c. */
static bool level_allows_suite(const struct attempt *attempt, const struct suite *suite)
{
	uint8_t level = attempt->profile->security_level;

	if (!attempt->stack->has_levels || attempt->level_bits == 0)
		return true;
	if (bits_of(attempt->stack, suite) < attempt->level_bits ||
		suite->auth == SUITE_ANONYMOUS || suite->mac == SUITE_MD5)
		return false;
	if (suite->mac == SUITE_SHA1 && attempt->level_bits > 160)
		return false;
	if (suite->cipher == SUITE_RC4 && level >= 2)
		return false;
	return level < 3 || suite->exchange == SUITE_DHE ||
	       suite->exchange == SUITE_ECDHE || suite->exchange == SUITE_ANY_EXCHANGE;
}

/* What a suite up to TLS 1.2 needs, found once. */
struct means {
	uint32_t auths;
	bool rsa_key; /* that can decrypt */
	bool dh;
	bool ecdhe;
	uint8_t ecdh; /* enum suite_auth: by whom a key for static ECDH is signed; or 0 */
};

static bool offers_finite_field(const struct offer *offer)
{
	for (size_t i = 0; i < offer->groups.count; i++)
		if (group_is_finite_field(offer->groups.codes[i]))
			return true;
	return false;
}

static bool has_own_dh(const struct attempt *attempt)
{
	const struct server_profile *profile = attempt->profile;

	return profile->dh_auto ||
	       (profile->dh_bits != 0 &&
		       profile->dh_bits >= attempt->policy->dh_bits_min);
}

/* RFC 7919, 4: a client that names finite-field groups, and shares none, should get no
 * DHE; not every stack knows. */
static bool has_dh(const struct attempt *attempt)
{
	switch (attempt->stack->dh_choice) {
	case DH_NEVER:
		return false;
	case DH_NAMED_IF_ASKED:
		return group_for_dhe(attempt) != CODE_NONE ||
		       (has_own_dh(attempt) && !offers_finite_field(attempt->offer));
	case DH_NAMED_OR_OWN:
		return group_for_dhe(attempt) != CODE_NONE || has_own_dh(attempt);
	default:
		return has_own_dh(attempt);
	}
}

static bool exchange_possible(const struct means *means, const struct suite *suite)
{
	switch (suite->exchange) {
	case SUITE_RSA:
		return means->rsa_key;
	case SUITE_DHE:
		return means->dh;
	case SUITE_ECDHE:
		return means->ecdhe;
	case SUITE_ECDH:
		return means->ecdh == suite->auth;
	default:
		return false;
	}
}

static bool auth_possible(const struct means *means, const struct suite *suite)
{
	if (suite->exchange == SUITE_RSA) /* decrypts, and does not sign */
		return means->rsa_key;
	if (suite->exchange == SUITE_ECDH)
		return true;
	return suite->auth == SUITE_ANONYMOUS || (means->auths >> suite->auth & 1) != 0;
}

/* RFC 5246, 1.2: TLS 1.2 has no suites with IDEA or DES. */
static bool is_removed(const struct attempt *attempt, const struct suite *suite)
{
	return attempt->rank == RANK_TLS12 && !attempt->stack->removed_suites12 &&
	       (suite->cipher == SUITE_IDEA || suite->cipher == SUITE_DES);
}

static bool fits(const struct attempt *attempt, const struct suite *suite)
{
	return (suite->since == RANK_TLS13) == (attempt->rank == RANK_TLS13) &&
	       suite->since <= attempt->rank && suite_is_known(attempt->stack, suite) &&
	       !is_removed(attempt, suite) && level_allows_suite(attempt, suite) &&
	       (!attempt->datagram || suite->cipher != SUITE_RC4); /* RFC 6347, 4.1.2.2 */
}

static bool possible(const struct attempt *attempt, const struct means *means,
	const struct suite *suite)
{
	return fits(attempt, suite) &&
	       (attempt->rank == RANK_TLS13 ||
		       (exchange_possible(means, suite) && auth_possible(means, suite)));
}

/* SSL_OP_PRIORITIZE_CHACHA, ssl3_choose_cipher() in ssl/s3_lib.c: a client that begins
 * with ChaCha20, of the suites that libssl knows, is not fast with AES. */
static bool client_prefers_chacha(const struct attempt *attempt)
{
	const struct offer_codes *offered = &attempt->offer->suites;

	for (size_t i = 0; i < offered->count; i++) {
		const struct suite *suite = suite_find(offered->codes[i]);

		if (suite != NULL && suite_is_known(attempt->stack, suite))
			return suite->cipher == SUITE_CHACHA20;
	}
	return false;
}

/* The first of the server's, of ChaCha20 alone or of all. */
static const struct suite *first_own(const struct attempt *attempt,
	const struct means *means, struct code_list own, bool chacha)
{
	for (size_t i = 0; i < own.count; i++) {
		const struct suite *suite = suite_find(own.codes[i]);

		if (suite != NULL && (!chacha || suite->cipher == SUITE_CHACHA20) &&
			offer_has_suite(attempt->offer, suite) &&
			possible(attempt, means, suite))
			return suite;
	}
	return NULL;
}

static const struct suite *by_server(
	const struct attempt *attempt, const struct means *means, struct code_list own)
{
	const struct suite *suite = NULL;

	if (attempt->stack->prefers_chacha && client_prefers_chacha(attempt))
		suite = first_own(attempt, means, own, true);
	return suite != NULL ? suite : first_own(attempt, means, own, false);
}

static const struct suite *by_client(
	const struct attempt *attempt, const struct means *means, struct code_list own)
{
	const struct offer_codes *offered = &attempt->offer->suites;
	struct suite_set set = { 0 };

	for (size_t i = 0; i < own.count; i++) {
		const struct suite *suite = suite_find(own.codes[i]);

		if (suite != NULL)
			set_add(&set, suite);
	}
	for (size_t i = 0; i < offered->count; i++) {
		const struct suite *suite = suite_find(offered->codes[i]);

		if (suite != NULL && set_has(&set, suite) &&
			possible(attempt, means, suite))
			return suite;
	}
	return NULL;
}

struct code_list own_suites(const struct attempt *attempt, bool of13)
{
	const struct policy_codes *codes =
		of13 ? &attempt->policy->suites13 : &attempt->policy->suites12;

	if (codes->count == 0)
		return of13 ? attempt->stack->suites13 : attempt->stack->suites12;
	return (struct code_list){ codes->codes, codes->count };
}

/* Go, aesgcmPreferred() in crypto/tls/cipher_suites.go: the client's first suite that Go
 * has tells whether it is fast with AES. */
static bool client_has_aes(const struct attempt *attempt)
{
	const struct offer_codes *offered = &attempt->offer->suites;
	struct code_list of12 = attempt->stack->order12->aes_first;
	struct code_list of13 = attempt->stack->order13->aes_first;

	for (size_t i = 0; i < offered->count; i++) {
		uint16_t code = offered->codes[i];
		const struct suite *suite = suite_find(code);

		if (list_holds(of12, code) || list_holds(of13, code))
			return suite->cipher == SUITE_AES_GCM &&
			       suite->exchange != SUITE_RSA;
	}
	return false;
}

static const struct suite *by_order(const struct attempt *attempt,
	const struct means *means, struct code_list own, struct code_list order)
{
	for (size_t i = 0; i < order.count; i++) {
		const struct suite *suite = suite_find(order.codes[i]);

		if (offer_has_suite(attempt->offer, suite) &&
			list_holds(own, suite->code) && possible(attempt, means, suite))
			return suite;
	}
	return NULL;
}

static const struct suite *choose(
	const struct attempt *attempt, const struct means *means, bool of13)
{
	const struct suite_order *order =
		of13 ? attempt->stack->order13 : attempt->stack->order12;
	struct code_list own = own_suites(attempt, of13);

	if (order != NULL)
		return by_order(attempt, means, own,
			client_has_aes(attempt) ? order->aes_first : order->chacha_first);
	return attempt->policy->server_order ? by_server(attempt, means, own)
					     : by_client(attempt, means, own);
}

static bool take(struct attempt *attempt, const struct suite *suite)
{
	attempt->ret->cipher = suite->code;
	TELL(attempt, "cipher suite",
		attempt->rank == RANK_TLS13 ? "RFC 8446, 4.1.1" : "RFC 5246, 7.4.1.3",
		"%s is the first of the %s that both can do", SUITE_TEXT(suite->code),
		attempt->policy->server_order || attempt->stack->order12 != NULL
			? "server's"
			: "client's");
	return true;
}

bool choose_suite13(struct attempt *attempt)
{
	const struct suite *suite = choose(attempt, NULL, true);

	if (suite != NULL)
		return take(attempt, suite);
	TELL(attempt, "cipher suite", "RFC 8446, 4.1.1", "none of TLS 1.3 is shared");
	return attempt_refuse(attempt, REFUSAL_SUITE, ALERT_HANDSHAKE_FAILURE);
}

/* What the suites in common lacked: the nearest to success is told. */
static enum refusal why_none(
	const struct attempt *attempt, const struct means *means, struct code_list own)
{
	enum refusal why = REFUSAL_SUITE;

	for (size_t i = 0; i < own.count; i++) {
		const struct suite *suite = suite_find(own.codes[i]);

		if (suite == NULL || !offer_has_suite(attempt->offer, suite) ||
			!fits(attempt, suite))
			continue;
		if (auth_possible(means, suite) && suite->exchange == SUITE_ECDHE)
			return REFUSAL_GROUP;
		if (suite->exchange == SUITE_RSA || exchange_possible(means, suite))
			why = REFUSAL_CERTIFICATE;
	}
	return why;
}

static bool refuse_suite(struct attempt *attempt, const struct means *means)
{
	enum refusal why = why_none(attempt, means, own_suites(attempt, false));

	TELL(attempt, "cipher suite", "RFC 5246, 7.4.1.3", "%s",
		why == REFUSAL_GROUP ? "those in common need a group, and none is shared"
		: why == REFUSAL_CERTIFICATE ? "those in common need another certificate"
					     : "none is shared");
	return attempt_refuse(attempt, why, ALERT_HANDSHAKE_FAILURE);
}

/* RFC 4492, 2.1 and 2.3, of a certificate that may be used for it. What key usage it has
 * is not known here; OpenSSL takes one without the extension. */
static uint8_t static_ecdh(const struct attempt *attempt)
{
	const struct server_profile *profile = attempt->profile;
	int found = certificate_of_kind(profile, KEY_ECDSA);
	const struct scheme *signature;

	if (!attempt->stack->static_ecdh || found < 0 ||
		!curve_is_accepted(attempt, &profile->certificates[found]))
		return 0;
	signature = scheme_find(profile->certificates[found].signature);
	if (signature == NULL)
		return 0;
	return signature->kind == SIGN_PKCS1   ? SUITE_BY_RSA
	       : signature->kind == SIGN_ECDSA ? SUITE_BY_ECDSA
					       : 0;
}

static bool has_rsa_key(const struct attempt *attempt)
{
	int found = certificate_of_kind(attempt->profile, KEY_RSA);

	return found >= 0 &&
	       (attempt->only_certificate < 0 || attempt->only_certificate == found);
}

bool choose_suite12(struct attempt *attempt, const struct suite **ret)
{
	uint32_t group = group_for_ecdhe(attempt);
	struct means means = {
		.auths = auths_possible(attempt),
		.rsa_key = has_rsa_key(attempt),
		.ecdh = static_ecdh(attempt),
		.dh = has_dh(attempt),
		.ecdhe = group != CODE_NONE,
	};
	const struct suite *suite = choose(attempt, &means, false);

	if (suite == NULL)
		return refuse_suite(attempt, &means);
	*ret = suite;
	if (suite->exchange == SUITE_ECDHE)
		attempt->ret->group = group;
	return take(attempt, suite);
}

/* Stacks that begin with their certificates: GnuTLS (lib/auth/cert.c of 3.7.9), Go
 * (crypto/tls of 1.19) and JSSE (sun.security.ssl of 17). All take the client's order of
 * schemes. HAProxy, ssl_sock_switchctx_cbk() in src/ssl_sock.c of 2.6, picks one and
 * leaves the rest to OpenSSL. */
#include "policy/negotiate_inside.h"

#include "tls/version.h"

/* The first shared scheme that the key can sign with; NULL if there is none. */
static const struct scheme *scheme_for_key(
	const struct attempt *attempt, const struct policy_key *key)
{
	bool bound = attempt->rank == RANK_TLS13 || attempt->stack->curve_always;

	for (size_t i = 0; i < attempt->shared_count; i++) {
		const struct scheme *scheme = scheme_find(attempt->shared[i]);

		if (scheme->key != key->kind || !key_is_long_enough(scheme, key) ||
			!(attempt->rank == RANK_TLS13 ? scheme->in13 : scheme->in12))
			continue;
		if (bound && scheme->curve != 0 && scheme->curve != key_curve(key))
			continue;
		return scheme;
	}
	return NULL;
}

static bool may_serve(const struct attempt *attempt, int certificate)
{
	const struct policy_key *key = &attempt->profile->certificates[certificate];

	if (attempt->only_certificate >= 0 && attempt->only_certificate != certificate)
		return false;
	if (attempt->rank < RANK_TLS12)
		return key->kind == KEY_RSA || key->kind == KEY_ECDSA ||
		       key->kind == KEY_DSA;
	return attempt->stack->late_signature || scheme_for_key(attempt, key) != NULL;
}

static bool curve_may_serve(const struct attempt *attempt, const struct policy_key *key)
{
	return key->kind != KEY_ECDSA || attempt->stack->any_curve ||
	       curve_is_accepted(attempt, key);
}

static uint32_t auth_of_kind(enum key_kind kind)
{
	switch (kind) {
	case KEY_RSA:
	case KEY_RSA_PSS:
		return 1 << SUITE_BY_RSA;
	case KEY_DSA:
		return 1 << SUITE_BY_DSS;
	default:
		return 1 << SUITE_BY_ECDSA;
	}
}

uint32_t auths_by_key(const struct attempt *attempt)
{
	const struct server_profile *profile = attempt->profile;
	uint32_t auths = 0;

	for (int i = 0; i < profile->certificate_count; i++) {
		const struct policy_key *key = &profile->certificates[i];

		if (may_serve(attempt, i) && curve_may_serve(attempt, key))
			auths |= auth_of_kind(key->kind);
	}
	return auths;
}

static int certificate_for(const struct attempt *attempt, const struct suite *suite)
{
	const struct server_profile *profile = attempt->profile;

	for (int i = 0; i < profile->certificate_count; i++)
		if (key_serves(suite, profile->certificates[i].kind) &&
			may_serve(attempt, i) &&
			curve_may_serve(attempt, &profile->certificates[i]))
			return i;
	return -1;
}

bool choose_key12(struct attempt *attempt, const struct suite *suite)
{
	const struct scheme *scheme = NULL;
	int certificate;

	if (suite->auth == SUITE_ANONYMOUS)
		return true;
	if (suite->exchange == SUITE_RSA)
		return take_signature(
			attempt, NULL, certificate_of_kind(attempt->profile, KEY_RSA));
	certificate = certificate_for(attempt, suite);
	if (certificate >= 0 && attempt->rank == RANK_TLS12) {
		scheme = scheme_for_key(
			attempt, &attempt->profile->certificates[certificate]);
		if (scheme == NULL)
			certificate = -1;
	}
	if (certificate < 0)
		return refuse_signature(attempt, attempt->stack->no_sha1_alert);
	return take_signature(attempt, scheme, certificate);
}

static bool take_key13(struct attempt *attempt, int certificate)
{
	const struct scheme *scheme =
		certificate < 0 ? NULL
				: scheme_for_key(attempt,
					  &attempt->profile->certificates[certificate]);

	if (scheme == NULL) /* JSSE finds out behind its ServerHello */
		return refuse_signature(attempt, certificate < 0
							 ? ALERT_HANDSHAKE_FAILURE
							 : attempt->stack->no_sha1_alert);
	return take_signature(attempt, scheme, certificate);
}

static int first_with_scheme(const struct attempt *attempt)
{
	for (int i = 0; i < attempt->profile->certificate_count; i++)
		if (scheme_for_key(attempt, &attempt->profile->certificates[i]) != NULL)
			return i;
	return -1;
}

static bool signs_in13(const struct attempt *attempt, enum key_kind kind)
{
	for (size_t i = 0; i < attempt->shared_count; i++)
		if (scheme_find(attempt->shared[i])->key == kind &&
			scheme_find(attempt->shared[i])->in13)
			return true;
	return false;
}

/* JSSE, CertificateMessage.java: the kinds stand in the order of those schemes that
 * the certificate's own signature may have. RFC 8446, 4.2.3. */
static int first_of_kinds(const struct attempt *attempt)
{
	const struct offer_codes *codes = attempt->offer->cert_schemes.sent
						  ? &attempt->offer->cert_schemes
						  : &attempt->offer->schemes;

	for (size_t i = 0; i < codes->count; i++) {
		const struct scheme *scheme = scheme_find(codes->codes[i]);
		int found;

		if (!scheme_allowed(attempt, scheme) || !signs_in13(attempt, scheme->key))
			continue;
		found = certificate_of_kind(attempt->profile, scheme->key);
		if (found >= 0)
			return found;
	}
	return -1;
}

bool choose_key13(struct attempt *attempt)
{
	switch (attempt->stack->key_choice) {
	case KEY_PICKED:
		return take_key13(attempt, attempt->only_certificate);
	case KEY_BY_KIND:
		return take_key13(attempt, first_of_kinds(attempt));
	default:
		return take_key13(attempt, first_with_scheme(attempt));
	}
}

static bool has_suite(const struct attempt *attempt, bool ecdhe, uint32_t auths)
{
	struct code_list own = own_suites(attempt, false);

	for (size_t i = 0; i < own.count; i++) {
		const struct suite *suite = suite_find(own.codes[i]);

		if (suite != NULL && offer_has_suite(attempt->offer, suite) &&
			suite->since <= attempt->rank &&
			(suite->exchange == SUITE_ECDHE) == ecdhe &&
			(!ecdhe || (auths >> suite->auth & 1) != 0))
			return true;
	}
	return false;
}

static bool rsa_may_decrypt(const struct attempt *attempt, const struct policy_key *key)
{
	return key->kind == KEY_RSA && attempt->rank < RANK_TLS13 &&
	       has_suite(attempt, false, 0);
}

/* Go, SupportsCertificate() in crypto/tls/common.go. */
static bool is_supported(const struct attempt *attempt, const struct policy_key *key)
{
	if (attempt->rank >= RANK_TLS12 && attempt->offer->schemes.sent &&
		scheme_for_key(attempt, key) == NULL)
		return rsa_may_decrypt(attempt, key);
	if (attempt->rank == RANK_TLS13)
		return true;
	if (group_for_ecdhe(attempt) == CODE_NONE)
		return rsa_may_decrypt(attempt, key);
	if (key->kind == KEY_ECDSA && !curve_is_accepted(attempt, key))
		return false;
	return has_suite(attempt, true, auth_of_kind(key->kind)) ||
	       rsa_may_decrypt(attempt, key);
}

/* Likewise, getCertificate(): the first that is supported, else the first. */
void pick_certificate(struct attempt *attempt)
{
	const struct server_profile *profile = attempt->profile;

	if (attempt->stack->key_choice != KEY_PICKED || profile->certificate_count == 0)
		return;
	attempt->only_certificate = 0;
	for (int i = 0; i < profile->certificate_count; i++)
		if (is_supported(attempt, &profile->certificates[i])) {
			attempt->only_certificate = i;
			return;
		}
}

static bool offers_signer(const struct offer *offer, uint8_t signer)
{
	for (size_t i = 0; i < offer->schemes.count; i++)
		if ((offer->schemes.codes[i] & 0xff) == signer)
			return true;
	return false;
}

/* Of those that libssl knows, which has no static ECDH any more. A suite of TLS 1.3
 * counts, for it goes with any key. */
static bool offers_suite_for_ecdsa(const struct stack *stack, const struct offer *offer)
{
	for (size_t i = 0; i < offer->suites.count; i++) {
		const struct suite *suite = suite_find(offer->suites.codes[i]);

		if (suite == NULL || !suite_is_known(stack, suite))
			continue;
		if (suite->auth == SUITE_ANY_AUTH ||
			(suite->auth == SUITE_BY_ECDSA && suite->exchange == SUITE_ECDHE))
			return true;
	}
	return false;
}

/* It looks at the second byte of each scheme, as TLS 1.2 had them (RFC 5246, 7.4.1.4.1),
 * so that of RSA's only those of PKCS#1 count. */
int certificate_of_haproxy(
	const struct server_profile *profile, const struct offer *offer)
{
	enum { SIGNER_RSA = 1, SIGNER_ECDSA = 3 };
	int rsa = certificate_of_kind(profile, KEY_RSA);
	int ecdsa = certificate_of_kind(profile, KEY_ECDSA);
	bool signs_rsa = !offer->schemes.sent || offers_signer(offer, SIGNER_RSA);
	bool signs_ecdsa = offers_signer(offer, SIGNER_ECDSA) &&
			   offers_suite_for_ecdsa(profile->stack, offer);

	if (!offer->server_name || (rsa < 0 && ecdsa < 0))
		return 0;
	if (ecdsa >= 0 && (signs_ecdsa || rsa < 0 || !signs_rsa))
		return ecdsa;
	return rsa;
}

/* Which key signs, and how. Here is what OpenSSL does; negotiate_key.c has the others. */
#include "policy/negotiate_inside.h"

#include "tls/iana.h"
#include "tls/version.h"

#define SCHEME_TEXT(code)                                                                \
	iana_text(&iana_signature_schemes, code, (char[IANA_TEXT_MAX]){ 0 })

#define CURVE_P256     23
#define RSA_BITS_USUAL 2048

int certificate_of_kind(const struct server_profile *profile, enum key_kind kind)
{
	for (int i = 0; i < profile->certificate_count; i++)
		if (profile->certificates[i].kind == kind)
			return i;
	return -1;
}

uint16_t key_curve(const struct policy_key *key)
{
	return key->curve != 0 ? key->curve : CURVE_P256;
}

/* RFC 8446, 4.2.3: signature_algorithms_cert is about the issuer's signature. Whether the
 * issuer's own key was for PSS alone does not show in it. */
static bool issuer_is_accepted(
	const struct attempt *attempt, const struct policy_key *certificate)
{
	const struct offer_codes *accepted = &attempt->offer->cert_schemes;
	const struct scheme *signature = scheme_find(certificate->signature);

	if (!reads_cert_schemes(attempt) || signature == NULL)
		return true;
	for (size_t i = 0; i < accepted->count; i++) {
		const struct scheme *scheme = scheme_find(accepted->codes[i]);

		if (scheme != NULL && scheme->kind == signature->kind &&
			scheme->hash == signature->hash &&
			(scheme->kind != SIGN_EDDSA || scheme->key == signature->key))
			return true;
	}
	return false;
}

/* RFC 8017, 9.1.1: PSS needs two hashes and two bytes; of 1024 bits a key is too short
 * for SHA-512. */
bool key_is_long_enough(const struct scheme *scheme, const struct policy_key *key)
{
	uint16_t bits = key->bits != 0 ? key->bits : RSA_BITS_USUAL;

	return scheme->kind != SIGN_PSS || bits / 8 >= 2 * scheme->hash + 2;
}

/* RFC 8422, 5.1 and 5.1.2: up to TLS 1.2 a certificate's curve and point format must
 * be among those that the client sent. */
bool curve_is_accepted(
	const struct attempt *attempt, const struct policy_key *certificate)
{
	const struct offer *offer = attempt->offer;
	uint16_t curve = key_curve(certificate);

	if (offer->point_formats_sent && !offer->point_uncompressed &&
		!attempt->stack->any_point_format)
		return false;
	/* Whoever names one group in OpenSSL 1.0.2 names that of the key exchange. */
	if (attempt->stack->own_curve_too && attempt->groups.count > 1 &&
		!list_holds(attempt->groups, curve))
		return false;
	return group_allowed(attempt, curve) &&
	       (!offer->groups.sent || offer_holds(&offer->groups, curve));
}

static bool sha1_is_allowed(const struct attempt *attempt, enum key_kind key)
{
	const struct scheme *scheme = sha1_scheme(key);

	return scheme_allowed(attempt, scheme) &&
	       list_holds(attempt->schemes, scheme->code);
}

/* True if a key of that kind can sign in this version, whatever the suite. */
static bool can_sign(const struct attempt *attempt, enum key_kind key)
{
	if (attempt->rank < RANK_TLS12 || attempt->stack->unoffered_sha1)
		return true;
	return attempt->offer->schemes.sent ? scheme_is_shared(attempt, key)
					    : sha1_is_allowed(attempt, key);
}

/* OpenSSL, ssl_set_masks() in ssl/ssl_lib.c: an RSA key counts even if no scheme for it
 * is shared, and then fails later; others count only if they can sign. */
static uint32_t auths_by_scheme(const struct attempt *attempt)
{
	const struct server_profile *profile = attempt->profile;
	int ecdsa = certificate_of_kind(profile, KEY_ECDSA);
	bool explicit = attempt->rank == RANK_TLS12 && attempt->offer->schemes.sent;
	uint32_t auths = 0;

	if (certificate_of_kind(profile, KEY_RSA) >= 0 ||
		(explicit && certificate_of_kind(profile, KEY_RSA_PSS) >= 0 &&
			scheme_is_shared(attempt, KEY_RSA_PSS)))
		auths |= 1 << SUITE_BY_RSA;
	if (certificate_of_kind(profile, KEY_DSA) >= 0)
		auths |= 1 << SUITE_BY_DSS;
	if (ecdsa >= 0 && curve_is_accepted(attempt, &profile->certificates[ecdsa]) &&
		can_sign(attempt, KEY_ECDSA))
		auths |= 1 << SUITE_BY_ECDSA;
	/* RFC 8422, 5.10: EdDSA takes the place of ECDSA. */
	if (explicit && (auths >> SUITE_BY_ECDSA & 1) == 0 &&
		((certificate_of_kind(profile, KEY_ED25519) >= 0 &&
			 scheme_is_shared(attempt, KEY_ED25519)) ||
			(certificate_of_kind(profile, KEY_ED448) >= 0 &&
				scheme_is_shared(attempt, KEY_ED448))))
		auths |= 1 << SUITE_BY_ECDSA;
	return auths;
}

uint32_t auths_possible(const struct attempt *attempt)
{
	return attempt->stack->key_choice == KEY_BY_SCHEME ? auths_by_scheme(attempt)
							   : auths_by_key(attempt);
}

bool certificates_serve13(const struct attempt *attempt)
{
	const struct server_profile *profile = attempt->profile;

	for (int i = 0; i < profile->certificate_count; i++) {
		const struct policy_key *key = &profile->certificates[i];

		if (key->kind == KEY_DSA)
			continue;
		if (key->kind != KEY_ECDSA)
			return true;
		for (size_t j = 0; j < attempt->schemes.count; j++) {
			const struct scheme *scheme =
				scheme_find(attempt->schemes.codes[j]);

			if (scheme != NULL && scheme->key == KEY_ECDSA &&
				scheme->curve == key_curve(key))
				return true;
		}
	}
	return profile->certificate_count == 0;
}

bool take_signature(struct attempt *attempt, const struct scheme *scheme, int certificate)
{
	attempt->ret->certificate = certificate;
	if (scheme == NULL)
		return true;
	attempt->ret->signature = scheme->code;
	TELL(attempt, "signature",
		attempt->rank == RANK_TLS13 ? "RFC 8446, 4.2.3" : "RFC 5246, 7.4.3",
		"%s, with certificate %d", SCHEME_TEXT(scheme->code), certificate + 1);
	return true;
}

bool refuse_signature(struct attempt *attempt, uint8_t alert)
{
	TELL(attempt, "signature", NULL,
		"no scheme is shared that the keys can sign with");
	return attempt_refuse(attempt, REFUSAL_SIGNATURE, alert);
}

/* RFC 8446, 4.4.3: neither SHA-1 nor PKCS#1; an ECDSA key must be on the scheme's
 * curve. OpenSSL, find_sig_alg() in ssl/t1_lib.c. */
bool choose_signature13(struct attempt *attempt)
{
	if (attempt->stack->key_choice != KEY_BY_SCHEME)
		return choose_key13(attempt);
	for (size_t i = 0; i < attempt->shared_count; i++) {
		const struct scheme *scheme = scheme_find(attempt->shared[i]);
		int found = certificate_of_kind(attempt->profile, scheme->key);
		const struct policy_key *key;

		if (!scheme->in13 || found < 0)
			continue;
		key = &attempt->profile->certificates[found];
		if (!issuer_is_accepted(attempt, key) || !key_is_long_enough(scheme, key))
			continue;
		if (scheme->key == KEY_ECDSA && scheme->curve != key_curve(key))
			continue;
		return take_signature(attempt, scheme, found);
	}
	return refuse_signature(attempt, ALERT_HANDSHAKE_FAILURE);
}

/* True if a key of that kind may sign for the suite. A key for PSS alone cannot decrypt,
 * so it does not serve RSA key exchange. RFC 8446, 4.2.3. */
bool key_serves(const struct suite *suite, enum key_kind key)
{
	switch (suite->auth) {
	case SUITE_BY_RSA:
		return key == KEY_RSA ||
		       (key == KEY_RSA_PSS && suite->exchange != SUITE_RSA);
	case SUITE_BY_ECDSA:
		return key == KEY_ECDSA || key == KEY_ED25519 || key == KEY_ED448;
	default:
		return key == KEY_DSA;
	}
}

static bool choose_among_shared(struct attempt *attempt, const struct suite *suite)
{
	for (size_t i = 0; i < attempt->shared_count; i++) {
		const struct scheme *scheme = scheme_find(attempt->shared[i]);
		int found = certificate_of_kind(attempt->profile, scheme->key);
		const struct policy_key *key;

		if (!scheme->in12 || found < 0 || !key_serves(suite, scheme->key))
			continue;
		key = &attempt->profile->certificates[found];
		if (!issuer_is_accepted(attempt, key) || !key_is_long_enough(scheme, key))
			continue;
		if (scheme->key == KEY_ECDSA && !curve_is_accepted(attempt, key))
			continue;
		return take_signature(attempt, scheme, found);
	}
	return false;
}

static enum key_kind usual_key(const struct suite *suite)
{
	return suite->auth == SUITE_BY_RSA     ? KEY_RSA
	       : suite->auth == SUITE_BY_ECDSA ? KEY_ECDSA
					       : KEY_DSA;
}

static bool choose_sha1(struct attempt *attempt, const struct suite *suite)
{
	enum key_kind key = usual_key(suite);
	int found = certificate_of_kind(attempt->profile, key);

	if (!scheme_allowed(attempt, sha1_scheme(key)))
		return refuse_signature(attempt, attempt->stack->no_sha1_alert);
	if (!list_holds(attempt->schemes, sha1_scheme(key)->code) || found < 0 ||
		!issuer_is_accepted(attempt, &attempt->profile->certificates[found]))
		return refuse_signature(attempt, attempt->stack->not_default_alert);
	return take_signature(attempt, sha1_scheme(key), found);
}

/* Up to TLS 1.1 the hash is fixed: MD5 with SHA-1 for RSA, else SHA-1. RFC 2246, 7.4.3.
 * OpenSSL 3.0 has neither from level 1 on, and says internal_error. */
static bool choose_fixed(struct attempt *attempt, const struct suite *suite)
{
	enum key_kind key = usual_key(suite);
	uint8_t bits = key == KEY_RSA ? attempt->stack->md5_sha1_bits
				      : attempt->stack->sha1_bits;

	if (!level_allows(attempt, bits)) {
		TELL(attempt, "signature", "RFC 2246, 7.4.3",
			"SHA-1 is not allowed at this security level");
		return attempt_refuse(attempt, REFUSAL_SIGNATURE, ALERT_INTERNAL_ERROR);
	}
	attempt->ret->certificate = certificate_of_kind(attempt->profile, key);
	return true;
}

static bool choose12(struct attempt *attempt, const struct suite *suite)
{
	if (suite->auth == SUITE_ANONYMOUS)
		return true;
	if (attempt->rank < RANK_TLS12)
		return choose_fixed(attempt, suite);
	if (!attempt->offer->schemes.sent)
		return choose_sha1(attempt, suite);
	if (choose_among_shared(attempt, suite))
		return true;
	if (!attempt->stack->unoffered_sha1)
		return refuse_signature(attempt, ALERT_HANDSHAKE_FAILURE);
	/* OpenSSL 1.0.x, tls1_process_sigalgs() in ssl/t1_lib.c. */
	attempt->ret->unoffered = true;
	return take_signature(attempt, sha1_scheme(usual_key(suite)),
		certificate_of_kind(attempt->profile, usual_key(suite)));
}

/* With RSA key exchange nothing is signed, but stacks look for a scheme all the same. */
bool choose_signature12(struct attempt *attempt, const struct suite *suite)
{
	if (attempt->stack->key_choice != KEY_BY_SCHEME)
		return choose_key12(attempt, suite);
	if (suite->exchange == SUITE_ECDH)
		return take_signature(
			attempt, NULL, certificate_of_kind(attempt->profile, KEY_ECDSA));
	if (!choose12(attempt, suite))
		return false;
	if (suite->exchange == SUITE_RSA) {
		attempt->ret->signature = CODE_NONE;
		attempt->ret->unoffered = false;
		TELL(attempt, "signature", "RFC 5246, 7.4.7.1",
			"nothing is signed: the client encrypts to the certificate's "
			"key");
	}
	return true;
}

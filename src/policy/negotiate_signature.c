/* Signature schemes and certificates: which key signs, and how. */
#include "policy/negotiate_inside.h"

#include "tls/iana.h"
#include "tls/version.h"

#define SCHEME_TEXT(code)                                                                \
	iana_text(&iana_signature_schemes, code, (char[IANA_TEXT_MAX]){ 0 })

#define CURVE_P256     23
#define RSA_BITS_USUAL 2048

/* How a scheme signs, whatever the hash. */
enum scheme_kind { SIGN_PKCS1, SIGN_PSS, SIGN_DSA, SIGN_ECDSA, SIGN_EDDSA };

struct scheme {
	uint16_t code;
	uint8_t kind;  /* enum scheme_kind */
	uint8_t key;   /* enum key_kind */
	uint8_t hash;  /* length of its hash; 0: none of its own */
	uint8_t curve; /* as a group; in TLS 1.3 the key must be on it. RFC 8446, 4.2.3 */
	bool in12;
	bool in13;
	uint16_t stacks;
};

#define ONE_0      (STACK_BIT(OPENSSL_1_0_1) | STACK_BIT(OPENSSL_1_0_2))
#define PSS_STACKS (OPENSSL_FROM_1_1_1 | OTHER_STACKS)

/* The place of a code in the table: those in use have few bits. */
#define SLOT(code) (((code) >> 8 & 0xf) << 5 | ((code)&0x1f))
#define SLOT_BITS  0x0f1f
#define SLOTS      512

/* To add one: a line here, in order of code. */
static const struct scheme schemes[SLOTS] = {
	[SLOT(0x0101)] = { 0x0101, SIGN_PKCS1, KEY_RSA, 16, 0, true, false, ONE_0 },
	[SLOT(0x0201)] = { 0x0201, SIGN_PKCS1, KEY_RSA, 20, 0, true, false, STACKS_ALL },
	[SLOT(0x0202)] = { 0x0202, SIGN_DSA, KEY_DSA, 20, 0, true, false, STACKS_ALL },
	[SLOT(0x0203)] = { 0x0203, SIGN_ECDSA, KEY_ECDSA, 20, 0, true, false,
		STACKS_ALL },
	[SLOT(0x0301)] = { 0x0301, SIGN_PKCS1, KEY_RSA, 28, 0, true, false, STACKS_ALL },
	[SLOT(0x0302)] = { 0x0302, SIGN_DSA, KEY_DSA, 28, 0, true, false, STACKS_ALL },
	[SLOT(0x0303)] = { 0x0303, SIGN_ECDSA, KEY_ECDSA, 28, 0, true, false,
		STACKS_ALL },
	[SLOT(0x0401)] = { 0x0401, SIGN_PKCS1, KEY_RSA, 32, 0, true, false, STACKS_ALL },
	[SLOT(0x0402)] = { 0x0402, SIGN_DSA, KEY_DSA, 32, 0, true, false, STACKS_ALL },
	[SLOT(0x0403)] = { 0x0403, SIGN_ECDSA, KEY_ECDSA, 32, 23, true, true,
		STACKS_ALL },
	[SLOT(0x0501)] = { 0x0501, SIGN_PKCS1, KEY_RSA, 48, 0, true, false, STACKS_ALL },
	[SLOT(0x0502)] = { 0x0502, SIGN_DSA, KEY_DSA, 48, 0, true, false, STACKS_ALL },
	[SLOT(0x0503)] = { 0x0503, SIGN_ECDSA, KEY_ECDSA, 48, 24, true, true,
		STACKS_ALL },
	[SLOT(0x0601)] = { 0x0601, SIGN_PKCS1, KEY_RSA, 64, 0, true, false, STACKS_ALL },
	[SLOT(0x0602)] = { 0x0602, SIGN_DSA, KEY_DSA, 64, 0, true, false, STACKS_ALL },
	[SLOT(0x0603)] = { 0x0603, SIGN_ECDSA, KEY_ECDSA, 64, 25, true, true,
		STACKS_ALL },
	[SLOT(0x0804)] = { 0x0804, SIGN_PSS, KEY_RSA, 32, 0, true, true, PSS_STACKS },
	[SLOT(0x0805)] = { 0x0805, SIGN_PSS, KEY_RSA, 48, 0, true, true, PSS_STACKS },
	[SLOT(0x0806)] = { 0x0806, SIGN_PSS, KEY_RSA, 64, 0, true, true, PSS_STACKS },
	[SLOT(0x0807)] = { 0x0807, SIGN_EDDSA, KEY_ED25519, 0, 0, true, true,
		PSS_STACKS },
	[SLOT(0x0808)] = { 0x0808, SIGN_EDDSA, KEY_ED448, 0, 0, true, true, PSS_STACKS },
	[SLOT(0x0809)] = { 0x0809, SIGN_PSS, KEY_RSA_PSS, 32, 0, true, true, PSS_STACKS },
	[SLOT(0x080a)] = { 0x080a, SIGN_PSS, KEY_RSA_PSS, 48, 0, true, true, PSS_STACKS },
	[SLOT(0x080b)] = { 0x080b, SIGN_PSS, KEY_RSA_PSS, 64, 0, true, true, PSS_STACKS },
	/* RFC 8734 */
	[SLOT(0x081a)] = { 0x081a, SIGN_ECDSA, KEY_ECDSA, 32, 26, false, true,
		STACK_BIT(OPENSSL_3_5) },
	[SLOT(0x081b)] = { 0x081b, SIGN_ECDSA, KEY_ECDSA, 48, 27, false, true,
		STACK_BIT(OPENSSL_3_5) },
	[SLOT(0x081c)] = { 0x081c, SIGN_ECDSA, KEY_ECDSA, 64, 28, false, true,
		STACK_BIT(OPENSSL_3_5) },
};

#define SHA1_LEN 20

static const struct scheme *scheme_find(uint32_t code)
{
	const struct scheme *scheme = &schemes[SLOT(code)];

	return (code & ~(uint32_t)SLOT_BITS) == 0 && scheme->code != 0 ? scheme : NULL;
}

/* OpenSSL counts half of the hash's bits, and less for what is broken: 3.0's
 * sigalg_security_bits() in ssl/t1_lib.c. */
static uint16_t scheme_bits(const struct stack *stack, const struct scheme *scheme)
{
	if (scheme->hash == SHA1_LEN)
		return stack->sha1_bits;
	if (scheme->kind == SIGN_EDDSA)
		return scheme->key == KEY_ED25519 ? 128 : 224;
	return (uint16_t)(scheme->hash * 4);
}

static bool scheme_allowed(const struct attempt *attempt, const struct scheme *scheme)
{
	return scheme != NULL && (scheme->stacks & attempt->stack->id_bit) != 0 &&
	       (attempt->rank < RANK_TLS13 || scheme->key != KEY_DSA) &&
	       level_allows(attempt, scheme_bits(attempt->stack, scheme));
}

static uint64_t bit_of(uint16_t code)
{
	return (uint64_t)1 << SLOT(code) % 64;
}

static struct code_list offered(const struct attempt *attempt)
{
	return (struct code_list){ attempt->offer->schemes.codes,
		attempt->offer->schemes.count };
}

/* Each once, in the order of who prefers. */
static void share(
	struct attempt *attempt, struct code_list preferred, struct code_list others)
{
	uint64_t left[SLOTS / 64] = { 0 };

	for (size_t i = 0; i < others.count; i++)
		if (scheme_find(others.codes[i]) != NULL)
			left[SLOT(others.codes[i]) / 64] |= bit_of(others.codes[i]);
	for (size_t i = 0; i < preferred.count; i++) {
		uint16_t code = preferred.codes[i];

		if (scheme_find(code) == NULL ||
			(left[SLOT(code) / 64] & bit_of(code)) == 0 ||
			!scheme_allowed(attempt, scheme_find(code)))
			continue;
		left[SLOT(code) / 64] &= ~bit_of(code);
		attempt->shared_keys |= 1u << scheme_find(code)->key;
		attempt->shared[attempt->shared_count++] = code;
	}
}

static bool is_shared(const struct attempt *attempt, enum key_kind key)
{
	return (attempt->shared_keys >> key & 1) != 0;
}

int certificate_of_kind(const struct server_profile *profile, enum key_kind kind)
{
	for (int i = 0; i < profile->certificate_count; i++)
		if (profile->certificates[i].kind == kind)
			return i;
	return -1;
}

static uint16_t curve_of(const struct policy_key *key)
{
	return key->curve != 0 ? key->curve : CURVE_P256;
}

/* The extension came with TLS 1.3, and means the same in TLS 1.2. */
static bool reads_cert_schemes(const struct attempt *attempt)
{
	return attempt->offer->cert_schemes.sent && attempt->rank >= RANK_TLS12 &&
	       stack_can(attempt->stack, RANK_TLS13);
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
static bool key_is_long_enough(const struct scheme *scheme, const struct policy_key *key)
{
	uint16_t bits = key->bits != 0 ? key->bits : RSA_BITS_USUAL;

	return scheme->kind != SIGN_PSS || bits / 8 >= 2 * scheme->hash + 2;
}

/* RFC 8422, 5.1 and 5.1.2: up to TLS 1.2 a certificate's curve and point format must
 * be among those that the client sent. */
static bool curve_is_accepted(
	const struct attempt *attempt, const struct policy_key *certificate)
{
	const struct offer *offer = attempt->offer;
	uint16_t curve = curve_of(certificate);

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

/* RFC 5246, 7.4.1.4.1: no signature_algorithms means SHA-1. */
static const struct scheme *sha1_scheme(enum key_kind key)
{
	return scheme_find(key == KEY_RSA ? 0x0201 : key == KEY_ECDSA ? 0x0203 : 0x0202);
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
	return attempt->offer->schemes.sent ? is_shared(attempt, key)
					    : sha1_is_allowed(attempt, key);
}

/* OpenSSL, ssl_set_masks() in ssl/ssl_lib.c: an RSA key counts even if no scheme for it
 * is shared, and then fails later; others count only if they can sign. */
uint32_t auths_possible(const struct attempt *attempt)
{
	const struct server_profile *profile = attempt->profile;
	int ecdsa = certificate_of_kind(profile, KEY_ECDSA);
	bool explicit = attempt->rank == RANK_TLS12 && attempt->offer->schemes.sent;
	uint32_t auths = 0;

	if (certificate_of_kind(profile, KEY_RSA) >= 0 ||
		(explicit && certificate_of_kind(profile, KEY_RSA_PSS) >= 0 &&
			is_shared(attempt, KEY_RSA_PSS)))
		auths |= 1 << SUITE_BY_RSA;
	if (certificate_of_kind(profile, KEY_DSA) >= 0)
		auths |= 1 << SUITE_BY_DSS;
	if (ecdsa >= 0 && curve_is_accepted(attempt, &profile->certificates[ecdsa]) &&
		can_sign(attempt, KEY_ECDSA))
		auths |= 1 << SUITE_BY_ECDSA;
	/* RFC 8422, 5.10: EdDSA takes the place of ECDSA. */
	if (explicit && (auths >> SUITE_BY_ECDSA & 1) == 0 &&
		((certificate_of_kind(profile, KEY_ED25519) >= 0 &&
			 is_shared(attempt, KEY_ED25519)) ||
			(certificate_of_kind(profile, KEY_ED448) >= 0 &&
				is_shared(attempt, KEY_ED448))))
		auths |= 1 << SUITE_BY_ECDSA;
	return auths;
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
				scheme->curve == curve_of(key))
				return true;
		}
	}
	return profile->certificate_count == 0;
}

bool share_schemes(struct attempt *attempt)
{
	if (attempt->rank < RANK_TLS12 ||
		(!attempt->offer->schemes.sent && !reads_cert_schemes(attempt)))
		return true;
	if (attempt->policy->server_order && !attempt->stack->client_schemes)
		share(attempt, attempt->schemes, offered(attempt));
	else
		share(attempt, offered(attempt), attempt->schemes);
	if (attempt->shared_count > 0 ||
		attempt->stack->no_scheme_alert == ALERT_NOT_SENT)
		return true;
	TELL(attempt, "signature", "RFC 5246, 7.4.1.4.1", "no scheme is shared");
	return attempt_refuse(
		attempt, REFUSAL_SIGNATURE, attempt->stack->no_scheme_alert);
}

static bool take_signature(
	struct attempt *attempt, const struct scheme *scheme, int certificate)
{
	attempt->ret->certificate = certificate;
	attempt->ret->signature = scheme->code;
	TELL(attempt, "signature",
		attempt->rank == RANK_TLS13 ? "RFC 8446, 4.2.3" : "RFC 5246, 7.4.3",
		"%s, with certificate %d", SCHEME_TEXT(scheme->code), certificate + 1);
	return true;
}

static bool refuse_signature(struct attempt *attempt, uint8_t alert)
{
	TELL(attempt, "signature", NULL,
		"no scheme is shared that the keys can sign with");
	return attempt_refuse(attempt, REFUSAL_SIGNATURE, alert);
}

/* RFC 8446, 4.4.3: neither SHA-1 nor PKCS#1; an ECDSA key must be on the scheme's
 * curve. OpenSSL, find_sig_alg() in ssl/t1_lib.c. */
bool choose_signature13(struct attempt *attempt)
{
	for (size_t i = 0; i < attempt->shared_count; i++) {
		const struct scheme *scheme = scheme_find(attempt->shared[i]);
		int found = certificate_of_kind(attempt->profile, scheme->key);
		const struct policy_key *key;

		if (!scheme->in13 || found < 0)
			continue;
		key = &attempt->profile->certificates[found];
		if (!issuer_is_accepted(attempt, key) || !key_is_long_enough(scheme, key))
			continue;
		if (scheme->key == KEY_ECDSA && scheme->curve != curve_of(key))
			continue;
		return take_signature(attempt, scheme, found);
	}
	return refuse_signature(attempt, ALERT_HANDSHAKE_FAILURE);
}

/* True if a key of that kind may sign for the suite. A key for PSS alone cannot decrypt,
 * so it does not serve RSA key exchange. RFC 8446, 4.2.3. */
static bool serves(const struct suite *suite, enum key_kind key)
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

		if (!scheme->in12 || found < 0 || !serves(suite, scheme->key))
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
	if (!choose12(attempt, suite))
		return false;
	if (suite->exchange == SUITE_RSA) {
		attempt->ret->signature = CODE_NONE;
		attempt->ret->unoffered = false;
	}
	return true;
}

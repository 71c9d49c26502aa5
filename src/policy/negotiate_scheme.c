/* Signature schemes: what they are, who knows them, and which are shared. */
#include "policy/negotiate_inside.h"

#include "tls/version.h"

#define ONE_0 (STACK_BIT(OPENSSL_1_0_1) | STACK_BIT(OPENSSL_1_0_2))
/* GnuTLS has SHA-224 in certificates alone: lib/algorithms/sign.c. */
#define SHA224_STACKS (OPENSSL_ALL | STACK_BIT(JSSE))
#define PSS_STACKS    (OPENSSL_FROM_1_1_1 | OTHER_STACKS)
/* Go signs with no RSA-PSS key and no Ed448 (crypto/tls/auth.go of 1.19). NSS has neither
 * curve of EdDSA in TLS (ssl_IsSupportedSignatureScheme() of 3.87). */
#define GO_NSS             (STACK_BIT(GO) | STACK_BIT(NSS))
#define RSA_PSS_KEY_STACKS (uint16_t)(PSS_STACKS & ~STACK_BIT(GO))
#define ED25519_STACKS     (uint16_t)(PSS_STACKS & ~STACK_BIT(NSS))
#define ED448_STACKS       (uint16_t)(PSS_STACKS & ~GO_NSS)

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
	[SLOT(0x0301)] = { 0x0301, SIGN_PKCS1, KEY_RSA, 28, 0, true, false,
		SHA224_STACKS },
	[SLOT(0x0302)] = { 0x0302, SIGN_DSA, KEY_DSA, 28, 0, true, false, SHA224_STACKS },
	[SLOT(0x0303)] = { 0x0303, SIGN_ECDSA, KEY_ECDSA, 28, 0, true, false,
		SHA224_STACKS },
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
		ED25519_STACKS },
	[SLOT(0x0808)] = { 0x0808, SIGN_EDDSA, KEY_ED448, 0, 0, true, true,
		ED448_STACKS },
	[SLOT(0x0809)] = { 0x0809, SIGN_PSS, KEY_RSA_PSS, 32, 0, true, true,
		RSA_PSS_KEY_STACKS },
	[SLOT(0x080a)] = { 0x080a, SIGN_PSS, KEY_RSA_PSS, 48, 0, true, true,
		RSA_PSS_KEY_STACKS },
	[SLOT(0x080b)] = { 0x080b, SIGN_PSS, KEY_RSA_PSS, 64, 0, true, true,
		RSA_PSS_KEY_STACKS },
	/* RFC 8734 */
	[SLOT(0x081a)] = { 0x081a, SIGN_ECDSA, KEY_ECDSA, 32, 26, false, true,
		STACK_BIT(OPENSSL_3_5) },
	[SLOT(0x081b)] = { 0x081b, SIGN_ECDSA, KEY_ECDSA, 48, 27, false, true,
		STACK_BIT(OPENSSL_3_5) },
	[SLOT(0x081c)] = { 0x081c, SIGN_ECDSA, KEY_ECDSA, 64, 28, false, true,
		STACK_BIT(OPENSSL_3_5) },
};

const struct scheme *scheme_find(uint32_t code)
{
	const struct scheme *scheme = &schemes[SLOT(code)];

	return (code & ~(uint32_t)SLOT_BITS) == 0 && scheme->code != 0 ? scheme : NULL;
}

#define SHA1_LEN 20

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

bool scheme_allowed(const struct attempt *attempt, const struct scheme *scheme)
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

bool scheme_is_shared(const struct attempt *attempt, enum key_kind key)
{
	return (attempt->shared_keys >> key & 1) != 0;
}

/* RFC 5246, 7.4.1.4.1: no signature_algorithms means SHA-1. */
const struct scheme *sha1_scheme(enum key_kind key)
{
	return scheme_find(key == KEY_RSA ? 0x0201 : key == KEY_ECDSA ? 0x0203 : 0x0202);
}

/* The extension came with TLS 1.3, and means the same in TLS 1.2. */
bool reads_cert_schemes(const struct attempt *attempt)
{
	return attempt->offer->cert_schemes.sent && attempt->rank >= RANK_TLS12 &&
	       stack_can(attempt->stack, RANK_TLS13);
}

/* RFC 5246, 7.4.1.4.1, for those who put it to work as if it had been sent. */
static void share_sha1(struct attempt *attempt)
{
	static const uint16_t all[] = { 0x0201, 0x0202, 0x0203 };

	struct code_list sha1 = { all, COUNT_OF(all) };

	share(attempt, sha1, attempt->schemes);
}

bool share_schemes(struct attempt *attempt)
{
	bool by_scheme = attempt->stack->key_choice == KEY_BY_SCHEME;

	if (!by_scheme && attempt->rank == RANK_TLS12 && !attempt->offer->schemes.sent) {
		share_sha1(attempt);
		return true;
	}
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

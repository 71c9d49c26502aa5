/*
 * negotiate_inside - the steps of a negotiation. For negotiate*.c alone.
 *
 * A step answers false once the attempt is refused; what it decided stands in `ret`.
 */
#ifndef POLICY_NEGOTIATE_INSIDE_H
#define POLICY_NEGOTIATE_INSIDE_H

#include "base/attr.h"
#include "policy/negotiate.h"
#include "policy/stack_inside.h"
#include "tls/alert.h"
#include "tls/suite.h"

#define SCHEMES_MAX 64 /* more than there are */

struct attempt {
	const struct server_profile *profile;
	const struct policy *policy;
	const struct stack *stack;
	const struct offer *offer;
	struct negotiation *ret;
	struct decisions *told;  /* NULL: nobody listens */
	struct code_list groups; /* the policy's, or the stack's own */
	struct code_list schemes;
	uint16_t level_bits; /* what the security level demands of everything */
	enum version_rank rank;
	bool datagram;
	int only_certificate; /* the one that Go has picked; -1: any may serve */
	uint16_t shared_keys; /* bit 1 << enum key_kind: whose schemes are shared */
	uint8_t shared_count; /* from TLS 1.2 on */
	uint16_t shared[SCHEMES_MAX]; /* in the order of who prefers */
};

/* Ends the attempt; answers false. */
bool attempt_refuse(struct attempt *attempt, enum refusal refusal, uint8_t alert);

/* Adds to the chain, if somebody listens. section may be NULL. */
#define TELL(attempt, what, section, ...)                                                \
	do {                                                                             \
		if (UNLIKELY((attempt)->told != NULL))                                   \
			decisions_add((attempt)->told, (what), (section), __VA_ARGS__);  \
	} while (0)
void decisions_add(struct decisions *told, const char *what, const char *section,
	const char *format, ...) PRINTF_LIKE(4, 5);

static inline bool list_holds(struct code_list list, uint32_t code)
{
	for (size_t i = 0; i < list.count; i++)
		if (list.codes[i] == code)
			return true;
	return false;
}

static inline bool level_allows(const struct attempt *attempt, uint16_t bits)
{
	return !attempt->stack->has_levels || bits >= attempt->level_bits;
}

static inline bool stack_can(const struct stack *stack, enum version_rank rank)
{
	return (stack->versions >> rank & 1) != 0;
}

/* negotiate_version.c */
bool choose_version(struct attempt *attempt);
bool check_fallback(struct attempt *attempt);

/* negotiate_suite.c */
struct code_list own_suites(const struct attempt *attempt, bool of13);
bool choose_suite13(struct attempt *attempt);
bool choose_suite12(struct attempt *attempt, const struct suite **ret);

bool suite_is_known(const struct stack *stack, const struct suite *suite);

/* negotiate_group.c */

/* The first of these that the others hold and that is allowed; CODE_NONE. */
uint32_t group_first_shared(
	const struct attempt *attempt, struct code_list these, struct code_list others);

/* Of the client's and the server's finite-field groups for DHE up to TLS 1.2. */
uint32_t group_for_dhe(const struct attempt *attempt);
bool check_key_shares(struct attempt *attempt);
bool choose_group13(struct attempt *attempt);

/* The group for ECDHE up to TLS 1.2; CODE_NONE if none is shared. */
uint32_t group_for_ecdhe(const struct attempt *attempt);

/* True if the level and the policy's least size let a group be used, and the stack knows
 * it in this version. */
bool group_allowed(const struct attempt *attempt, uint32_t code);
bool group_is_finite_field(uint32_t code); /* RFC 7919, 2 */
uint16_t group_dh_bits(uint32_t code);     /* of one of those; RFC 7919, A */

/* negotiate_scheme.c */

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

/* NULL if nobody here signs with it. */
const struct scheme *scheme_find(uint32_t code);

/* True if the stack knows it and the security level lets it. scheme may be NULL. */
bool scheme_allowed(const struct attempt *attempt, const struct scheme *scheme);

/* True if some shared scheme is for keys of that kind. */
bool scheme_is_shared(const struct attempt *attempt, enum key_kind key);

/* What signs without signature_algorithms. RFC 5246, 7.4.1.4.1. */
const struct scheme *sha1_scheme(enum key_kind key);

/* True if signature_algorithms_cert was sent and is read. */
bool reads_cert_schemes(const struct attempt *attempt);

/* Finds what both have; refuses if that is nothing and the stack minds. */
bool share_schemes(struct attempt *attempt);

/* negotiate_signature.c */
bool choose_signature13(struct attempt *attempt);
bool choose_signature12(struct attempt *attempt, const struct suite *suite);

/* Which certificate HAProxy gives to libssl. */
int certificate_of_haproxy(
	const struct server_profile *profile, const struct offer *offer);

/* Which keys can serve suites up to TLS 1.2: bit 1 << enum suite_auth. */
uint32_t auths_possible(const struct attempt *attempt);

/* The index of the first certificate with a key of that kind; -1 if there is none. */
int certificate_of_kind(const struct server_profile *profile, enum key_kind kind);

/* True if a certificate of the profile can serve TLS 1.3 at all. */
bool certificates_serve13(const struct attempt *attempt);

/* True if a key of that kind may sign for the suite. */
bool key_serves(const struct suite *suite, enum key_kind key);

/* The curve of an ECDSA key, and whether an RSA key is long enough for a scheme. */
uint16_t key_curve(const struct policy_key *key);
bool key_is_long_enough(const struct scheme *scheme, const struct policy_key *key);

/* True if a client up to TLS 1.2 can do with that key's curve. */
bool curve_is_accepted(
	const struct attempt *attempt, const struct policy_key *certificate);

/* Both end the choice. scheme NULL: none is told up to TLS 1.1. */
bool take_signature(
	struct attempt *attempt, const struct scheme *scheme, int certificate);
bool refuse_signature(struct attempt *attempt, uint8_t alert);

/* negotiate_key.c: stacks that begin with their certificates. */
void pick_certificate(struct attempt *attempt);
uint32_t auths_by_key(const struct attempt *attempt);
bool choose_key12(struct attempt *attempt, const struct suite *suite);
bool choose_key13(struct attempt *attempt);

#endif

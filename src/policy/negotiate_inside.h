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
bool choose_suite13(struct attempt *attempt);
bool choose_suite12(struct attempt *attempt, const struct suite **ret);

/* negotiate_group.c */
bool check_key_shares(struct attempt *attempt);
bool choose_group13(struct attempt *attempt);

/* The group for ECDHE up to TLS 1.2; CODE_NONE if none is shared. */
uint32_t group_for_ecdhe(const struct attempt *attempt);

/* True if the level lets a group be used, and the stack knows it in this version. */
bool group_allowed(const struct attempt *attempt, uint32_t code);
bool group_is_finite_field(uint32_t code); /* RFC 7919, 2 */

/* negotiate_signature.c */
bool choose_signature13(struct attempt *attempt);
bool choose_signature12(struct attempt *attempt, const struct suite *suite);

/* Finds what both have; refuses if that is nothing and the stack minds. */
bool share_schemes(struct attempt *attempt);

/* Which keys can serve suites up to TLS 1.2: bit 1 << enum suite_auth. */
uint32_t auths_possible(const struct attempt *attempt);

/* The index of the first certificate with a key of that kind; -1 if there is none. */
int certificate_of_kind(const struct server_profile *profile, enum key_kind kind);

/* True if a certificate of the profile can serve TLS 1.3 at all. */
bool certificates_serve13(const struct attempt *attempt);

#endif

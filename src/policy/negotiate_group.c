/* Groups: what they are worth, who knows them, and which one is taken. */
#include "policy/negotiate_inside.h"

#include "tls/iana.h"
#include "tls/version.h"

#define GROUP_TEXT(code) iana_text(&iana_groups, code, (char[IANA_TEXT_MAX]){ 0 })

struct group {
	uint16_t code;
	uint16_t bits; /* its strength as OpenSSL counts it,
			  providers/common/capabilities.c */
	uint8_t last;  /* enum version_rank: the newest version that has it */
	uint8_t first;
	uint16_t stacks; /* who knows it */
};

/* To add one: a line here, in order of code; those up to 41 stand without a gap. */
static const struct group groups[] = {
	{ 1, 80, RANK_TLS12, RANK_SSL3, OPENSSL_ALL },   /* sect163k1 */
	{ 2, 80, RANK_TLS12, RANK_SSL3, OPENSSL_ALL },   /* sect163r1 */
	{ 3, 80, RANK_TLS12, RANK_SSL3, OPENSSL_ALL },   /* sect163r2 */
	{ 4, 80, RANK_TLS12, RANK_SSL3, OPENSSL_ALL },   /* sect193r1 */
	{ 5, 80, RANK_TLS12, RANK_SSL3, OPENSSL_ALL },   /* sect193r2 */
	{ 6, 112, RANK_TLS12, RANK_SSL3, OPENSSL_ALL },  /* sect233k1 */
	{ 7, 112, RANK_TLS12, RANK_SSL3, OPENSSL_ALL },  /* sect233r1 */
	{ 8, 112, RANK_TLS12, RANK_SSL3, OPENSSL_ALL },  /* sect239k1 */
	{ 9, 128, RANK_TLS12, RANK_SSL3, OPENSSL_ALL },  /* sect283k1 */
	{ 10, 128, RANK_TLS12, RANK_SSL3, OPENSSL_ALL }, /* sect283r1 */
	{ 11, 192, RANK_TLS12, RANK_SSL3, OPENSSL_ALL }, /* sect409k1 */
	{ 12, 192, RANK_TLS12, RANK_SSL3, OPENSSL_ALL }, /* sect409r1 */
	{ 13, 256, RANK_TLS12, RANK_SSL3, OPENSSL_ALL }, /* sect571k1 */
	{ 14, 256, RANK_TLS12, RANK_SSL3, OPENSSL_ALL }, /* sect571r1 */
	{ 15, 80, RANK_TLS12, RANK_SSL3, OPENSSL_ALL },  /* secp160k1 */
	{ 16, 80, RANK_TLS12, RANK_SSL3, OPENSSL_ALL },  /* secp160r1 */
	{ 17, 80, RANK_TLS12, RANK_SSL3, OPENSSL_ALL },  /* secp160r2 */
	{ 18, 80, RANK_TLS12, RANK_SSL3, OPENSSL_ALL },  /* secp192k1 */
	{ 19, 80, RANK_TLS12, RANK_SSL3, OPENSSL_ALL | STACK_BIT(GNUTLS) },
	{ 20, 112, RANK_TLS12, RANK_SSL3, OPENSSL_ALL }, /* secp224k1 */
	{ 21, 112, RANK_TLS12, RANK_SSL3, OPENSSL_ALL | STACK_BIT(GNUTLS) },
	{ 22, 128, RANK_TLS12, RANK_SSL3, OPENSSL_ALL },        /* secp256k1 */
	{ 23, 128, RANK_TLS13, RANK_SSL3, STACKS_ALL },         /* secp256r1 */
	{ 24, 192, RANK_TLS13, RANK_SSL3, STACKS_ALL },         /* secp384r1 */
	{ 25, 256, RANK_TLS13, RANK_SSL3, STACKS_ALL },         /* secp521r1 */
	{ 26, 128, RANK_TLS12, RANK_SSL3, OPENSSL_FROM_1_0_2 }, /* brainpoolP256r1 */
	{ 27, 192, RANK_TLS12, RANK_SSL3, OPENSSL_FROM_1_0_2 }, /* brainpoolP384r1 */
	{ 28, 256, RANK_TLS12, RANK_SSL3, OPENSSL_FROM_1_0_2 }, /* brainpoolP512r1 */
	{ 29, 128, RANK_TLS13, RANK_SSL3,
		OPENSSL_FROM_1_1_1 | OTHER_STACKS }, /* x25519 */
	{ 30, 224, RANK_TLS13, RANK_SSL3,
		OPENSSL_FROM_1_1_1 | STACK_BIT(GNUTLS) | STACK_BIT(JSSE) }, /* x448 */
	{ 31, 128, RANK_TLS13, RANK_TLS13, STACK_BIT(OPENSSL_3_5) },
	{ 32, 192, RANK_TLS13, RANK_TLS13, STACK_BIT(OPENSSL_3_5) },
	{ 33, 256, RANK_TLS13, RANK_TLS13, STACK_BIT(OPENSSL_3_5) },
	{ 34, 0, RANK_TLS13, RANK_SSL3, 0 }, /* GOST, and SM2 */
	{ 35, 0, RANK_TLS13, RANK_SSL3, 0 }, { 36, 0, RANK_TLS13, RANK_SSL3, 0 },
	{ 37, 0, RANK_TLS13, RANK_SSL3, 0 }, { 38, 0, RANK_TLS13, RANK_SSL3, 0 },
	{ 39, 0, RANK_TLS13, RANK_SSL3, 0 }, { 40, 0, RANK_TLS13, RANK_SSL3, 0 },
	{ 41, 0, RANK_TLS13, RANK_SSL3, 0 },
	{ 256, 112, RANK_TLS13, RANK_SSL3, FFDHE_STACKS }, /* ffdhe2048. RFC 7919 */
	{ 257, 128, RANK_TLS13, RANK_SSL3, FFDHE_STACKS }, /* ffdhe3072 */
	{ 258, 128, RANK_TLS13, RANK_SSL3, FFDHE_STACKS }, /* ffdhe4096 */
	{ 259, 128, RANK_TLS13, RANK_SSL3, FFDHE_STACKS }, /* ffdhe6144 */
	{ 260, 192, RANK_TLS13, RANK_SSL3, FFDHE_STACKS }, /* ffdhe8192 */
	{ 512, 128, RANK_TLS13, RANK_TLS13, STACK_BIT(OPENSSL_3_5) }, /* MLKEM512 */
	{ 513, 192, RANK_TLS13, RANK_TLS13, STACK_BIT(OPENSSL_3_5) }, /* MLKEM768 */
	{ 514, 256, RANK_TLS13, RANK_TLS13, STACK_BIT(OPENSSL_3_5) }, /* MLKEM1024 */
	{ 4587, 192, RANK_TLS13, RANK_TLS13,
		STACK_BIT(OPENSSL_3_5) }, /* SecP256r1MLKEM768 */
	{ 4588, 192, RANK_TLS13, RANK_TLS13,
		STACK_BIT(OPENSSL_3_5) }, /* X25519MLKEM768 */
	{ 4589, 256, RANK_TLS13, RANK_TLS13,
		STACK_BIT(OPENSSL_3_5) }, /* SecP384r1MLKEM1024 */
};

#define GROUPS_WITHOUT_GAP 41

static const struct group *group_find(uint32_t code)
{
	if (code - 1 < GROUPS_WITHOUT_GAP)
		return &groups[code - 1];
	for (size_t i = GROUPS_WITHOUT_GAP; i < COUNT_OF(groups); i++)
		if (groups[i].code == code)
			return &groups[i];
	return NULL;
}

bool group_is_finite_field(uint32_t code)
{
	return code >= 256 && code <= 511; /* RFC 7919, 2 and 4 */
}

uint16_t group_dh_bits(uint32_t code)
{
	static const uint16_t bits[] = { 2048, 3072, 4096, 6144, 8192 };

	return code - 256 < COUNT_OF(bits) ? bits[code - 256] : 0;
}

bool group_allowed(const struct attempt *attempt, uint32_t code)
{
	const struct group *group = group_find(code);

	return group != NULL && (group->stacks & attempt->stack->id_bit) != 0 &&
	       attempt->rank >= group->first &&
	       (attempt->rank <= group->last || attempt->stack->old_groups13) &&
	       level_allows(attempt, group->bits) &&
	       (!group_is_finite_field(code) ||
		       group_dh_bits(code) >= attempt->policy->dh_bits_min);
}

/* The first of these that the others hold and that is allowed. */
uint32_t group_first_shared(
	const struct attempt *attempt, struct code_list these, struct code_list others)
{
	for (size_t i = 0; i < these.count; i++)
		if (list_holds(others, these.codes[i]) &&
			group_allowed(attempt, these.codes[i]))
			return these.codes[i];
	return CODE_NONE;
}

static struct code_list offered(const struct offer_codes *codes)
{
	return (struct code_list){ codes->codes, codes->count };
}

/* Up to TLS 1.2 the finite-field groups serve DHE alone. RFC 7919, 4. */
static uint32_t first_curve(
	const struct attempt *attempt, struct code_list these, struct code_list others)
{
	for (size_t i = 0; i < these.count; i++)
		if (!group_is_finite_field(these.codes[i]) &&
			list_holds(others, these.codes[i]) &&
			group_allowed(attempt, these.codes[i]))
			return these.codes[i];
	return CODE_NONE;
}

/* JSSE 17, NamedGroup.java: the curves of RFC 8422 and the groups of RFC 7919. */
static bool is_any_heard_of(struct code_list list)
{
	for (size_t i = 0; i < list.count; i++) {
		uint16_t code = list.codes[i];

		if ((code >= 1 && code <= 25) || code == 29 || code == 30 ||
			(code >= 256 && code <= 260))
			return true;
	}
	return false;
}

/* RFC 8422, 4: whoever sends no supported_groups leaves the choice to the server. So
 * does OpenSSL 1.0.x (ssl/t1_lib.c); later ones take it for no group at all. */
uint32_t group_for_ecdhe(const struct attempt *attempt)
{
	const struct stack *stack = attempt->stack;
	struct code_list own = attempt->groups;
	struct code_list theirs = offered(&attempt->offer->groups);

	if (stack->key_choice == KEY_PICKED && attempt->offer->point_formats_sent &&
		!attempt->offer->point_uncompressed)
		return CODE_NONE; /* Go, supportsECDHE() */
	if ((theirs.count == 0 && !attempt->offer->groups.sent) ||
		(stack->forgets_groups && !is_any_heard_of(theirs)))
		theirs = stack->any_groups;
	return attempt->policy->server_order && !stack->client_groups
		       ? first_curve(attempt, own, theirs)
		       : first_curve(attempt, theirs, own);
}

/* RFC 7919, 4. */
uint32_t group_for_dhe(const struct attempt *attempt)
{
	struct code_list theirs = offered(&attempt->offer->groups);
	bool server = attempt->policy->server_order && !attempt->stack->client_groups;
	struct code_list first = server ? attempt->groups : theirs;
	struct code_list others = server ? theirs : attempt->groups;

	if (attempt->stack->dh_choice != DH_NAMED_IF_ASKED &&
		attempt->stack->dh_choice != DH_NAMED_OR_OWN)
		return CODE_NONE;
	for (size_t i = 0; i < first.count; i++)
		if (group_is_finite_field(first.codes[i]) &&
			list_holds(others, first.codes[i]) &&
			group_allowed(attempt, first.codes[i]))
			return first.codes[i];
	return CODE_NONE;
}

static bool take_group(struct attempt *attempt, uint32_t group, bool retry)
{
	attempt->ret->group = group;
	attempt->ret->retried = retry;
	TELL(attempt, "group", retry ? "RFC 8446, 4.1.4" : "RFC 8446, 4.2.8",
		retry ? "%s is shared, and the client is asked for its share"
		      : "%s is shared, and the client sent its share",
		GROUP_TEXT(group));
	return true;
}

/* OpenSSL 1.1.1 and 3.0, ssl/statem/extensions_srvr.c: the first share that fits, in the
 * client's order; if there is none, final_key_share() asks for the first group of its
 * own list, whatever the order of preference is. */
static bool choose_first_share(struct attempt *attempt)
{
	uint32_t group = group_first_shared(
		attempt, offered(&attempt->offer->key_shares), attempt->groups);

	if (group != CODE_NONE)
		return take_group(attempt, group, false);
	group = group_first_shared(
		attempt, attempt->groups, offered(&attempt->offer->groups));
	if (group != CODE_NONE)
		return take_group(attempt, group, true);
	return false;
}

/* OpenSSL 3.5, likewise: within the first tuple that has anything in common, a group
 * with a share is better than one without. */
static bool choose_by_tuples(struct attempt *attempt)
{
	static const uint8_t whole[] = { UINT8_MAX, 0 };
	const uint8_t *tuple =
		attempt->policy->groups.count == 0 ? attempt->stack->tuples : whole;
	struct code_list shares = offered(&attempt->offer->key_shares);
	struct code_list theirs = offered(&attempt->offer->groups);
	struct code_list left = attempt->groups;

	for (; *tuple != 0 && left.count > 0; tuple++) {
		size_t count = *tuple < left.count ? *tuple : left.count;
		struct code_list own = { left.codes,
			*tuple == UINT8_MAX ? left.count : count };
		bool server = attempt->policy->server_order;
		uint32_t group = server ? group_first_shared(attempt, own, shares)
					: group_first_shared(attempt, shares, own);

		if (group != CODE_NONE)
			return take_group(attempt, group, false);
		group = server ? group_first_shared(attempt, own, theirs)
			       : group_first_shared(attempt, theirs, own);
		if (group != CODE_NONE)
			return take_group(attempt, group, true);
		left.codes += own.count;
		left.count -= own.count;
	}
	return false;
}

/* GnuTLS, lib/ext/supported_groups.c and key_share.c. */
static bool choose_one(struct attempt *attempt)
{
	struct code_list theirs = offered(&attempt->offer->groups);
	uint32_t group = attempt->policy->server_order
				 ? group_first_shared(attempt, attempt->groups, theirs)
				 : group_first_shared(attempt, theirs, attempt->groups);

	if (group == CODE_NONE)
		return false;
	return take_group(
		attempt, group, !offer_holds(&attempt->offer->key_shares, group));
}

/* Go, crypto/tls/handshake_server_tls13.go; whose list decides of JSSE,
 * KeyShareExtension.java. */
static bool choose_share_first(struct attempt *attempt, bool server)
{
	struct code_list own = attempt->groups;
	struct code_list shares = offered(&attempt->offer->key_shares);
	struct code_list theirs = offered(&attempt->offer->groups);
	uint32_t group = server ? group_first_shared(attempt, own, shares)
				: group_first_shared(attempt, shares, own);

	if (group != CODE_NONE)
		return take_group(attempt, group, false);
	group = server ? group_first_shared(attempt, own, theirs)
		       : group_first_shared(attempt, theirs, own);
	return group != CODE_NONE && take_group(attempt, group, true);
}

static bool choose_as_the_stack(struct attempt *attempt)
{
	switch (attempt->stack->group_choice) {
	case GROUP_TUPLES:
		return choose_by_tuples(attempt);
	case GROUP_ONE:
		return choose_one(attempt);
	case GROUP_OWN_SHARE:
		return choose_share_first(attempt, true);
	case GROUP_CLIENT_SHARE:
		return choose_share_first(attempt, false);
	default:
		return choose_first_share(attempt);
	}
}

/* RFC 8446, 4.2.8: a share must be of a group that supported_groups names. OpenSSL
 * before 3.5 looks no further once it has found its share. */
static bool shares_are_named(const struct attempt *attempt)
{
	const struct offer *offer = attempt->offer;

	for (size_t i = 0; i < offer->key_shares.count && offer->groups.sent; i++) {
		uint16_t group = offer->key_shares.codes[i];

		if (!offer_holds(&offer->groups, group))
			return false;
		if (attempt->stack->group_choice == GROUP_FIRST_SHARE &&
			list_holds(attempt->groups, group) &&
			group_allowed(attempt, group))
			return true;
	}
	return true;
}

bool check_key_shares(struct attempt *attempt)
{
	if (attempt->stack->key_choice != KEY_BY_SCHEME || shares_are_named(attempt))
		return true; /* OpenSSL alone looks */
	TELL(attempt, "group", "RFC 8446, 4.2.8",
		"a share is of a group that supported_groups does not name");
	return attempt_refuse(attempt, REFUSAL_MALFORMED, ALERT_ILLEGAL_PARAMETER);
}

bool choose_group13(struct attempt *attempt)
{
	if (!attempt->stack->needs_no_share &&
		(!attempt->offer->key_shares.sent || !attempt->offer->groups.sent)) {
		TELL(attempt, "group", "RFC 8446, 9.2",
			"key_share or supported_groups is missing");
		return attempt_refuse(attempt, REFUSAL_GROUP, ALERT_MISSING_EXTENSION);
	}
	if (choose_as_the_stack(attempt))
		return true;
	TELL(attempt, "group", "RFC 8446, 4.2.7", "none is shared");
	return attempt_refuse(attempt, REFUSAL_GROUP, ALERT_HANDSHAKE_FAILURE);
}

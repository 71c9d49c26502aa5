#include "policy/relax.h"

#include <string.h>

#include "base/attr.h"

#define OLD_VERSIONS (uint16_t)((1u << RANK_TLS13) - 1)
#define HARM_NEVER   UINT8_MAX /* is not proposed */

/* A search underway. */
struct search {
	const struct server_profile *profile;
	const struct offer *offers;
	size_t count;
	size_t first; /* the offer that failed last is asked first */
	struct relax *relax;
	struct relaxation set;
	size_t size;
};

static bool passes(const struct server_profile *profile, const struct offer *offer)
{
	struct negotiation made;

	negotiate(profile, offer, &made, NULL);
	return made.refusal == REFUSAL_NONE && !made.unoffered;
}

static bool all_pass(struct search *search)
{
	for (size_t i = 0; i < search->count; i++) {
		size_t at = (search->first + i) % search->count;

		if (!passes(&search->relax->profile, &search->offers[at])) {
			search->first = at;
			return false;
		}
	}
	return true;
}

static uint8_t harm_of_version(enum version_rank rank)
{
	static const uint8_t harm[] = { [RANK_SSL2] = HARM_NEVER,
		[RANK_SSL3] = 9,
		[RANK_TLS10] = 5, /* RFC 8996 */
		[RANK_TLS11] = 4,
		[RANK_TLS12] = 1,
		[RANK_TLS13] = 0 };

	return harm[rank];
}

static uint8_t harm_of_cipher(const struct suite *suite)
{
	switch (suite->cipher) {
	case SUITE_OTHER_CIPHER:
	case SUITE_NULL:
	case SUITE_EXPORT:
	case SUITE_DES:
		return HARM_NEVER;
	case SUITE_RC4: /* RFC 7465 */
		return 6;
	case SUITE_IDEA:
	case SUITE_SEED:
	case SUITE_3DES:
		return 4;
	default:
		return suite->mac == SUITE_AEAD ? 0 : 2; /* RFC 7525, 4.2 */
	}
}

/* Without forward secrecy: RFC 9325, 4.1. */
static uint8_t harm_of_suite(uint16_t code)
{
	const struct suite *suite = suite_find(code);
	uint8_t harm = suite == NULL ? HARM_NEVER : harm_of_cipher(suite);

	if (harm == HARM_NEVER || suite->auth == SUITE_ANONYMOUS ||
		suite->exchange == SUITE_OTHER_EXCHANGE || suite->exchange == SUITE_PSK)
		return HARM_NEVER;
	if (suite->exchange == SUITE_DHE)
		return (uint8_t)(harm + 1);
	return (uint8_t)(harm +
			 (suite->exchange == SUITE_ECDHE ||
						 suite->exchange == SUITE_ANY_EXCHANGE
					 ? 0
					 : 2));
}

/* RFC 8422, 5.1.1 has none below 23 any more. */
static uint8_t harm_of_group(uint16_t code)
{
	return code >= 23 ? 0 : 4;
}

/* RFC 9155: SHA-1 and MD5 are no more. */
static uint8_t harm_of_scheme(uint16_t code)
{
	if (code >> 8 == 1 || code >> 8 == 2)
		return 5;
	return code >> 8 == 3 ? 2 : 0;
}

/* Those of more harm stand behind; of more than there is room for, these are lost. */
static void propose(struct relax *relax, const struct relax_change *change)
{
	size_t at = relax->change_count;

	if (change->harm == HARM_NEVER)
		return;
	for (size_t i = 0; i < relax->change_count; i++)
		if (relax->changes[i].kind == change->kind &&
			relax->changes[i].code == change->code && change->code != 0)
			return;
	while (at > 0 && relax->changes[at - 1].harm > change->harm)
		at--;
	relax->cut |= relax->change_count == RELAX_CHANGES_MAX;
	if (at == RELAX_CHANGES_MAX)
		return;
	if (relax->change_count < RELAX_CHANGES_MAX)
		relax->change_count++;
	memmove(&relax->changes[at + 1], &relax->changes[at],
		(relax->change_count - at - 1) * sizeof relax->changes[0]);
	relax->changes[at] = *change;
}

static void propose_versions(
	struct relax *relax, const struct server_profile *profile, uint16_t offered)
{
	static const uint16_t versions[] = { VERSION_SSL3, VERSION_TLS10, VERSION_TLS11,
		VERSION_TLS12, VERSION_TLS13 };
	uint16_t able = offered & stack_versions(profile->stack);

	for (size_t i = 0; i < COUNT_OF(versions); i++) {
		enum version_rank rank = version_rank(versions[i]);

		if ((able >> rank & 1) != 0 &&
			!policy_allows_version(profile->policy, rank))
			propose(relax, &(struct relax_change){ .kind = RELAX_VERSION,
					       .harm = harm_of_version(rank),
					       .code = versions[i] });
	}
}

static bool begins_old_suites(const struct policy *policy)
{
	return policy->suites12.count == 0 && (policy->versions & OLD_VERSIONS) == 0;
}

/* The list that a change adds to, written out if it stands for the stack's own. */
static struct policy_codes *list_for(const struct stack *stack, struct policy *policy,
	const struct relax_change *change, bool from_nothing)
{
	const struct suite *suite = suite_find(change->code);
	enum stack_list which = STACK_SUITES12;
	struct policy_codes *list = &policy->suites12;

	if (change->kind == RELAX_GROUP) {
		which = STACK_GROUPS;
		list = &policy->groups;
	} else if (change->kind == RELAX_SCHEME) {
		which = STACK_SCHEMES;
		list = &policy->schemes;
	} else if (suite != NULL && suite->since == RANK_TLS13) {
		which = STACK_SUITES13;
		list = &policy->suites13;
	}
	if (list->count == 0 && !(which == STACK_SUITES12 && from_nothing))
		stack_defaults(stack, which, list);
	return list;
}

static void propose_codes(struct relax *relax, const struct server_profile *profile,
	enum relax_kind kind, const struct offer_codes *codes)
{
	struct policy policy = *profile->policy;
	bool from_nothing = begins_old_suites(&policy);

	for (size_t i = 0; i < codes->count; i++) {
		uint16_t code = codes->codes[i];
		const struct relax_change change = { .kind = (uint8_t)kind,
			.code = code,
			.harm = kind == RELAX_SUITE   ? harm_of_suite(code)
				: kind == RELAX_GROUP ? harm_of_group(code)
						      : harm_of_scheme(code) };
		const struct policy_codes *list =
			list_for(profile->stack, &policy, &change, from_nothing);

		if (list->count < POLICY_CODES_MAX && !policy_lists(list, code))
			propose(relax, &change);
	}
}

/* What a certificate of that kind is to be, if the policy says it. */
static struct policy_key as_policy_has(const struct policy *policy, struct policy_key key)
{
	for (size_t i = 0; i < policy->key_count; i++) {
		const struct policy_key *own = &policy->keys[i];

		if (own->kind != key.kind || (own->curve != 0 && own->curve != key.curve))
			continue;
		if (own->bits > key.bits)
			key.bits = own->bits;
		key.signature = own->signature;
		break;
	}
	return key;
}

static void propose_certificates(
	struct relax *relax, const struct server_profile *profile)
{
	static const struct policy_key usual[] = {
		{ .kind = KEY_RSA, .bits = 2048 },
		{ .kind = KEY_ECDSA, .bits = 256, .curve = 23 },
		{ .kind = KEY_ECDSA, .bits = 384, .curve = 24 },
	};

	if (profile->certificate_count == SERVER_CERTIFICATES_MAX ||
		profile->policy->key_count == POLICY_KEYS_MAX)
		return;
	for (size_t i = 0; i < COUNT_OF(usual); i++) {
		bool there = false;

		for (size_t j = 0; j < profile->certificate_count; j++)
			there |= profile->certificates[j].kind == usual[i].kind &&
				 profile->certificates[j].curve == usual[i].curve;
		if (!there)
			propose(relax, &(struct relax_change){ .kind = RELAX_CERTIFICATE,
					       .key = as_policy_has(
						       profile->policy, usual[i]) });
	}
}

static void propose_all(struct search *search)
{
	const struct server_profile *profile = search->profile;
	struct relax *relax = search->relax;

	propose_certificates(relax, profile);
	for (size_t i = 0; i < search->count; i++) {
		const struct offer *offer = &search->offers[i];

		/* One that passes may want these in a version that others need. */
		propose_codes(relax, profile, RELAX_SCHEME, &offer->schemes);
		propose_codes(relax, profile, RELAX_GROUP, &offer->groups);
		if (passes(profile, offer))
			continue;
		propose_codes(relax, profile, RELAX_SUITE, &offer->suites);
		propose_versions(relax, profile, offer->versions);
		propose_versions(relax, profile, offer->versions_legacy);
	}
}

static bool allows_kind(const struct policy *policy, const struct policy_key *key)
{
	for (size_t i = 0; i < policy->key_count; i++) {
		const struct policy_key *own = &policy->keys[i];

		if (own->kind == key->kind && own->bits <= key->bits &&
			(own->curve == 0 || own->curve == key->curve))
			return true;
	}
	return policy->key_count == 0;
}

static void add_certificate(struct server_profile *profile, struct policy *policy,
	const struct policy_key *key)
{
	if (profile->certificate_count == SERVER_CERTIFICATES_MAX)
		return;
	profile->certificates[profile->certificate_count++] = *key;
	if (!allows_kind(policy, key) && policy->key_count < POLICY_KEYS_MAX)
		policy->keys[policy->key_count++] = *key;
}

/* Is behind the others: least preferred. */
static void add_code(struct server_profile *profile, struct policy *policy,
	const struct relax_change *change, bool from_nothing)
{
	struct policy_codes *list =
		list_for(profile->stack, policy, change, from_nothing);

	if (list->count < POLICY_CODES_MAX)
		list->codes[list->count++] = change->code;
}

static void add_change(struct server_profile *profile, struct policy *policy,
	const struct relax_change *change, bool from_nothing)
{
	if (change->kind == RELAX_CERTIFICATE)
		add_certificate(profile, policy, &change->key);
	else if (change->kind == RELAX_VERSION)
		policy->versions |= (uint16_t)(1u << version_rank(change->code));
	else
		add_code(profile, policy, change, from_nothing);
}

/* How much stands in each list, to take back what was added. */
struct mark {
	uint16_t versions, suites13, suites12, groups, schemes;
	uint8_t keys, certificates;
};

static struct mark mark_of(const struct server_profile *profile)
{
	const struct policy *policy = profile->policy;

	return (struct mark){ policy->versions, policy->suites13.count,
		policy->suites12.count, policy->groups.count, policy->schemes.count,
		policy->key_count, profile->certificate_count };
}

static void go_back(struct relax *relax, const struct mark *mark)
{
	relax->policy.versions = mark->versions;
	relax->policy.suites13.count = mark->suites13;
	relax->policy.suites12.count = mark->suites12;
	relax->policy.groups.count = mark->groups;
	relax->policy.schemes.count = mark->schemes;
	relax->policy.key_count = mark->keys;
	relax->profile.certificate_count = mark->certificates;
}

/* People think of the version first. */
static void sort_changes(struct relaxation *set)
{
	for (size_t i = 1; i < set->count; i++)
		for (size_t j = i; j > 0; j--) {
			struct relax_change *a = &set->changes[j - 1];
			struct relax_change *b = &set->changes[j];
			const struct relax_change swapped = *a;

			if (a->kind > b->kind ||
				(a->kind == b->kind && a->code <= b->code))
				break;
			*a = *b;
			*b = swapped;
		}
}

/* Of the same harm the first found stays ahead. */
static void keep(struct relax *relax, const struct relaxation *set)
{
	size_t at = relax->found_count;

	relax->total++;
	while (at > 0 && relax->found[at - 1].harm > set->harm)
		at--;
	if (at == RELAX_FOUND_MAX)
		return;
	if (relax->found_count < RELAX_FOUND_MAX)
		relax->found_count++;
	memmove(&relax->found[at + 1], &relax->found[at],
		(relax->found_count - at - 1) * sizeof relax->found[0]);
	relax->found[at] = *set;
	sort_changes(&relax->found[at]);
}

static void try_set(struct search *search)
{
	struct relax *relax = search->relax;

	/* Old suites that nobody named would be the stack's own, all of them. */
	if (begins_old_suites(search->profile->policy) &&
		(relax->policy.versions & OLD_VERSIONS) != 0 &&
		relax->policy.suites12.count == 0)
		return;
	if (all_pass(search))
		keep(relax, &search->set);
}

/* All sets of search->size, each change once, in order. */
static void descend(struct search *search, size_t from)
{
	struct relax *relax = search->relax;
	struct relaxation *set = &search->set;
	const struct mark mark = mark_of(&relax->profile);
	bool from_nothing = begins_old_suites(search->profile->policy);

	if (set->count == search->size) {
		try_set(search);
		return;
	}
	for (size_t i = from; i < relax->change_count; i++) {
		const struct relax_change *change = &relax->changes[i];

		add_change(&relax->profile, &relax->policy, change, from_nothing);
		set->changes[set->count++] = *change;
		set->harm = (uint8_t)(set->harm + change->harm);
		descend(search, i + 1);
		set->harm = (uint8_t)(set->harm - change->harm);
		set->count--;
		go_back(relax, &mark);
	}
}

void relax_search(const struct server_profile *profile, const struct offer *offers,
	size_t count, struct relax *ret)
{
	struct search search = {
		.profile = profile, .offers = offers, .count = count, .relax = ret
	};

	memset(ret, 0, sizeof *ret);
	ret->policy = *profile->policy;
	ret->profile = *profile;
	ret->profile.policy = &ret->policy;
	propose_all(&search);
	for (search.size = 1; search.size <= RELAX_SIZE_MAX && ret->total == 0;
		search.size++)
		descend(&search, 0);
}

void relax_apply(const struct server_profile *profile,
	const struct relaxation *relaxation, struct policy *ret_policy,
	struct server_profile *ret)
{
	bool from_nothing = begins_old_suites(profile->policy);

	*ret_policy = *profile->policy;
	*ret = *profile;
	ret->policy = ret_policy;
	for (size_t i = 0; i < relaxation->count; i++)
		add_change(ret, ret_policy, &relaxation->changes[i], from_nothing);
}

static bool codes_exceed(
	const struct policy_codes *these, const struct policy_codes *those)
{
	if (those->count == 0)
		return false;
	for (size_t i = 0; i < these->count; i++)
		if (!policy_lists(those, these->codes[i]))
			return true;
	return these->count == 0;
}

static bool keys_exceed(const struct policy *policy, const struct policy *other)
{
	if (other->key_count == 0)
		return false;
	for (size_t i = 0; i < policy->key_count; i++)
		if (!allows_kind(other, &policy->keys[i]))
			return true;
	return policy->key_count == 0;
}

unsigned relax_excess(const struct policy *policy, const struct policy *other)
{
	bool new = policy_allows_version(policy, RANK_TLS13);
	bool old = (policy->versions & OLD_VERSIONS) != 0;
	unsigned excess = 0;

	if ((policy->versions & ~other->versions) != 0)
		excess |= RELAX_EXCESS_VERSIONS;
	if (new &&codes_exceed(&policy->suites13, &other->suites13))
		excess |= RELAX_EXCESS_SUITES13;
	if (old && codes_exceed(&policy->suites12, &other->suites12))
		excess |= RELAX_EXCESS_SUITES12;
	if (codes_exceed(&policy->groups, &other->groups))
		excess |= RELAX_EXCESS_GROUPS;
	if (codes_exceed(&policy->schemes, &other->schemes))
		excess |= RELAX_EXCESS_SCHEMES;
	if (keys_exceed(policy, other))
		excess |= RELAX_EXCESS_KEYS;
	return excess;
}

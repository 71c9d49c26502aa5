/* Of the lists of suites, groups and signature schemes that a server was found to accept.
 */
#include "policy/endpoint_judge_inside.h"

#include "tls/iana.h"
#include "tls/suite.h"

#define NAMED_MAX 3 /* of a list in a reason; the rest is counted */

/* Codes that a policy does not list, each once. */
struct beyond {
	size_t count;
	uint32_t codes[ENDPOINT_UNION_MAX];
	bool whole; /* of the lists that were looked at */
};

static void look_beyond(struct beyond *beyond, const struct endpoint_codes *list,
	const struct policy_codes *allowed)
{
	if (!list->whole)
		beyond->whole = false;
	for (size_t i = 0; i < list->count; i++) {
		struct endpoint_codes so_far = { beyond->codes, beyond->count, true };
		uint32_t code = list->codes[i];

		if ((code <= UINT16_MAX && policy_lists(allowed, (uint16_t)code)) ||
			endpoint_codes_hold(&so_far, code))
			continue;
		if (beyond->count < ENDPOINT_UNION_MAX)
			beyond->codes[beyond->count++] = code;
	}
}

static void judge_beyond(struct judging *j, const struct beyond *beyond, const char *what,
	const char *many, const struct iana_registry *registry)
{
	char name[IANA_TEXT_MAX];
	struct endpoint_reason *reason;

	if (!beyond->whole)
		reason_add(reason_begin(j, judge_lack_is(j)),
			"not all of its %s are known", many);
	if (beyond->count == 0)
		return;
	reason = reason_begin(j, judge_beyond_is(j));
	reason_add(reason, "accepts %s that %s: ", beyond->count == 1 ? what : many,
		!j->policy->recommends ? "the policy does not"
		: beyond->count == 1   ? "is not recommended"
				       : "are not recommended");
	for (size_t i = 0; i < beyond->count && i < NAMED_MAX; i++)
		reason_add(reason, "%s%s", i > 0 ? ", " : "",
			iana_text(registry, beyond->codes[i], name));
	if (beyond->count > NAMED_MAX)
		reason_add(reason, " and %zu more", beyond->count - NAMED_MAX);
}

bool judge_counts(const struct judging *j, unsigned rank)
{
	const struct endpoint_version *found = &j->endpoint->versions[rank];

	return found->version != VERSION_NONE && found->status != ENDPOINT_REFUSED &&
	       policy_allows_version(j->policy, (enum version_rank)rank);
}

static void judge_suites(struct judging *j)
{
	struct beyond beyond = { .whole = true };

	for (unsigned rank = RANK_SSL3; rank <= RANK_TLS13; rank++) {
		const struct policy_codes *allowed =
			rank == RANK_TLS13 ? &j->policy->suites13 : &j->policy->suites12;

		if (judge_counts(j, rank) && allowed->count > 0)
			look_beyond(
				&beyond, &j->endpoint->versions[rank].suites, allowed);
	}
	judge_beyond(j, &beyond, "a suite", "suites", &iana_cipher_suites);
}

static bool lists_exchange(
	const struct endpoint_version *found, enum suite_exchange exchange)
{
	for (size_t i = 0; i < found->suites.count; i++) {
		const struct suite *suite = suite_find((uint16_t)found->suites.codes[i]);

		if (suite != NULL && suite->exchange == exchange)
			return true;
	}
	return !found->suites.whole;
}

/* Groups are there for ECDHE up to TLS 1.2, and always in 1.3. RFC 8422, 4; RFC 8446,
 * 4.2.7. */
static void judge_groups(struct judging *j)
{
	struct beyond beyond = { .whole = true };

	if (j->policy->groups.count == 0)
		return;
	for (unsigned rank = RANK_TLS10; rank <= RANK_TLS13; rank++) {
		const struct endpoint_version *found = &j->endpoint->versions[rank];

		if (!judge_counts(j, rank) ||
			(rank < RANK_TLS12 && found->groups.count == 0) ||
			(rank == RANK_TLS12 && found->groups.count == 0 &&
				!lists_exchange(found, SUITE_ECDHE)))
			continue;
		look_beyond(&beyond, &found->groups, &j->policy->groups);
	}
	judge_beyond(j, &beyond, "a group", "groups", &iana_groups);
}

static void judge_schemes(struct judging *j)
{
	struct beyond beyond = { .whole = true };

	if (j->policy->schemes.count == 0)
		return;
	for (unsigned rank = RANK_TLS12; rank <= RANK_TLS13; rank++)
		if (judge_counts(j, rank))
			look_beyond(&beyond, &j->endpoint->versions[rank].schemes,
				&j->policy->schemes);
	judge_beyond(j, &beyond, "a signature scheme", "signature schemes",
		&iana_signature_schemes);
}

/* Of the parameters of DHE up to TLS 1.2; groups of TLS 1.3 are in their list. */
static void judge_dh(struct judging *j)
{
	const struct endpoint_dh *dh = &j->endpoint->dh;
	unsigned least = j->policy->dh_bits_min;
	bool may = false;

	for (unsigned rank = RANK_SSL3; rank <= RANK_TLS12; rank++)
		may = may ||
		      (judge_counts(j, rank) &&
			      lists_exchange(&j->endpoint->versions[rank], SUITE_DHE));
	if (least == 0 || !may)
		return;
	if (dh->bits == 0)
		reason_add(reason_begin(j, judge_lack_is(j)),
			"the size of its DH group is not known");
	else if (dh->bits < least)
		reason_add(reason_begin(j, judge_beyond_is(j)),
			"DH group of %u bits < %u", dh->bits, least);
}

void judge_lists(struct judging *j)
{
	judge_suites(j);
	judge_groups(j);
	judge_schemes(j);
	judge_dh(j);
}

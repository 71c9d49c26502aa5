#include "policy/endpoint_judge_inside.h"

#include <stdarg.h>
#include <stdio.h>

#include "policy/certificate_key.h"

void reason_add(struct endpoint_reason *reason, const char *format, ...)
{
	size_t len = strlen(reason->text);
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(reason->text + len, sizeof reason->text - len, format, arguments);
	va_end(arguments);
}

struct endpoint_reason *reason_begin(struct judging *j, enum verdict verdict)
{
	struct endpoint_judgement *made = j->made;
	struct endpoint_reason *reason;

	if (made->count < ENDPOINT_REASONS_MAX)
		made->count++;
	reason = &made->reasons[made->count - 1];
	*reason = (struct endpoint_reason){ .verdict = verdict };
	if (verdict == VERDICT_BREAKS)
		made->verdict = verdict;
	else if (verdict == VERDICT_UNKNOWN && made->verdict == VERDICT_PASSES)
		made->verdict = verdict;
	return reason;
}

enum verdict judge_beyond_is(const struct judging *j)
{
	return j->policy->recommends ? VERDICT_PASSES : VERDICT_BREAKS;
}

enum verdict judge_lack_is(const struct judging *j)
{
	return j->policy->recommends ? VERDICT_PASSES : VERDICT_UNKNOWN;
}

bool endpoint_accepts(const struct endpoint_version *found)
{
	return found->status == ENDPOINT_ACCEPTED || found->without_name == TRAIT_YES ||
	       found->other_name == TRAIT_YES;
}

static unsigned least_bits(const struct policy *policy, enum key_kind kind)
{
	unsigned least = 0;

	for (size_t i = 0; i < policy->key_count; i++)
		if (policy->keys[i].kind == kind &&
			(least == 0 || policy->keys[i].bits < least))
			least = policy->keys[i].bits;
	return least;
}

static void judge_leaf(struct judging *j, const struct certificate *leaf)
{
	const char *type = leaf->key_type == NULL ? "of no known kind" : leaf->key_type;
	struct policy_key key = { 0 };
	bool known = certificate_key(leaf, &key);
	unsigned least = known ? least_bits(j->policy, (enum key_kind)key.kind) : 0;

	if (known && policy_takes_key(j->policy, &key))
		return;
	if (known && leaf->key_bits < least)
		reason_add(reason_begin(j, judge_beyond_is(j)), "certificate %s %u < %u",
			type, (unsigned)leaf->key_bits, least);
	else
		reason_add(reason_begin(j, judge_beyond_is(j)),
			"certificate that %s: %s %u, %s",
			j->policy->recommends ? "is not recommended"
					      : "the policy does not allow",
			type, (unsigned)leaf->key_bits,
			leaf->signature == NULL ? "" : leaf->signature);
}

static bool shown_before(const struct endpoint *endpoint, size_t at)
{
	const struct certificate *leaf = endpoint->certificates[at].chain[0];

	for (size_t i = 0; i < at; i++)
		if (endpoint->certificates[i].chain_len > 0 &&
			memcmp(endpoint->certificates[i].chain[0]->digest, leaf->digest,
				SHA256_LEN) == 0)
			return true;
	return false;
}

static void judge_certificates(struct judging *j)
{
	bool any = false;

	if (j->policy->key_count == 0)
		return;
	for (size_t i = 0; i < j->endpoint->certificate_count; i++) {
		if (j->endpoint->certificates[i].chain_len == 0)
			continue;
		any = true;
		if (!shown_before(j->endpoint, i))
			judge_leaf(j, j->endpoint->certificates[i].chain[0]);
	}
	if (!any)
		reason_add(reason_begin(j, judge_lack_is(j)),
			"no certificate of it was seen");
}

/* What a policy asks that is a trait: it breaks if the trait is `bad`. */
static void judge_trait(struct judging *j, bool asked, enum endpoint_trait trait,
	enum endpoint_trait bad, const char *breaks, const char *unknown)
{
	if (!asked)
		return;
	if (trait == bad)
		reason_add(reason_begin(j, VERDICT_BREAKS), "%s", breaks);
	else if (trait == TRAIT_UNKNOWN)
		reason_add(reason_begin(j, VERDICT_UNKNOWN), "not known whether it %s",
			unknown);
}

/* All of these are of TLS 1.2 and older. RFC 8446, 4.1.2, D. */
static void judge_traits(struct judging *j)
{
	const struct endpoint_traits *traits = &j->endpoint->traits;
	const struct policy *policy = j->policy;
	bool older = false;

	for (unsigned rank = RANK_SSL3; rank <= RANK_TLS12; rank++)
		older = older || judge_counts(j, rank);
	/* A policy that names no suites has compression off by default, and did not ask
	 * whoever scanned to look for it. */
	if (policy->suites12.count > 0 || traits->compression != TRAIT_UNKNOWN)
		judge_trait(j, older && !policy->compression, traits->compression,
			TRAIT_YES, "takes compression", "takes compression");
	judge_trait(j, older && policy->needs_extended_master_secret,
		traits->extended_master_secret, TRAIT_NO, "has no extended master secret",
		"has an extended master secret");
	judge_trait(j, older && policy->needs_secure_renegotiation,
		traits->secure_renegotiation, TRAIT_NO, "has no secure renegotiation",
		"has secure renegotiation");
}

static void judge_name(struct judging *j)
{
	uint16_t open = 0, unknown = 0;

	for (unsigned rank = RANK_TLS10; rank <= RANK_TLS13; rank++) {
		enum endpoint_trait trait = j->endpoint->versions[rank].without_name;

		if (!j->policy->needs_server_name || !judge_counts(j, rank))
			continue;
		if (trait == TRAIT_YES)
			open = (uint16_t)(open | 1u << rank);
		else if (trait == TRAIT_UNKNOWN)
			unknown = (uint16_t)(unknown | 1u << rank);
	}
	judge_set(j, VERDICT_BREAKS, "accepts", open, " from who names no server");
	judge_set(j, VERDICT_UNKNOWN, "not known whether who names no server gets",
		unknown, "");
}

/* What breaks stands first, then what is unknown, then remarks. */
static void sort(struct endpoint_judgement *made)
{
	static const uint8_t place[VERDICT_COUNT] = {
		[VERDICT_BREAKS] = 0, [VERDICT_UNKNOWN] = 1, [VERDICT_PASSES] = 2
	};

	for (size_t i = 1; i < made->count; i++) {
		struct endpoint_reason moved = made->reasons[i];
		size_t at = i;

		while (at > 0 &&
			place[made->reasons[at - 1].verdict] > place[moved.verdict]) {
			made->reasons[at] = made->reasons[at - 1];
			at--;
		}
		made->reasons[at] = moved;
	}
}

/* Nothing can be said of who does not speak TLS, but that. */
static bool judge_presence(struct judging *j)
{
	const struct endpoint *endpoint = j->endpoint;
	bool any = false;

	for (unsigned rank = RANK_SSL2; rank <= RANK_TLS13; rank++)
		any = any || endpoint_accepts(&endpoint->versions[rank]) ||
		      endpoint->versions[rank].status == ENDPOINT_REFUSED;
	if (any)
		return true;
	reason_add(reason_begin(j, VERDICT_UNKNOWN), "%s",
		endpoint->reason != NULL               ? endpoint->reason
		: endpoint->status == ENDPOINT_NOT_TLS ? "what answers is not TLS"
						       : "it did not answer");
	return false;
}

void endpoint_judge(const struct policy *policy, const struct endpoint *endpoint,
	struct endpoint_judgement *ret)
{
	struct judging j = { policy, endpoint, ret };

	*ret = (struct endpoint_judgement){ .verdict = VERDICT_PASSES };
	if (!judge_presence(&j))
		return;
	judge_versions(&j);
	judge_lists(&j);
	judge_certificates(&j);
	judge_traits(&j);
	judge_name(&j);
	if (endpoint->nodes_differ)
		reason_add(reason_begin(&j, VERDICT_UNKNOWN),
			"servers that differ answer at this address, and not all may "
			"have been seen");
	sort(ret);
}

/* Of the versions that a server was found to accept. */
#include "policy/endpoint_judge_inside.h"

/* A hello is answered, and the handshake refused later, as some edges of content
 * networks do. Who is asked for a certificate could not get further either. */
static bool only_answers(
	const struct endpoint *endpoint, const struct endpoint_version *found)
{
	return found->completes == TRAIT_NO &&
	       endpoint->traits.client_certificate_needed != TRAIT_YES;
}

static bool is_open(const struct endpoint *endpoint, const struct endpoint_version *found)
{
	return endpoint_accepts(found) && !only_answers(endpoint, found);
}

/* "TLS 1.0, 1.1": the word is said once. */
static void add_versions(
	struct endpoint_reason *reason, const struct judging *j, uint16_t ranks)
{
	const char *before = NULL;

	for (unsigned rank = RANK_SSL2; rank <= RANK_TLS13; rank++) {
		const char *name;
		size_t word;

		if ((ranks >> rank & 1) == 0)
			continue;
		name = version_name(j->endpoint->versions[rank].version);
		word = strcspn(name, " ") + 1;
		if (before == NULL)
			reason_add(reason, "%s", name);
		else
			reason_add(reason, ", %s",
				strncmp(before, name, word) == 0 ? name + word : name);
		before = name;
	}
}

/* The ranks that the policy does not allow, but for which `is` holds. */
static uint16_t ranks_where(const struct judging *j,
	bool (*is)(const struct endpoint *endpoint, const struct endpoint_version *found))
{
	uint16_t ranks = 0;

	for (unsigned rank = RANK_SSL2; rank <= RANK_TLS13; rank++) {
		const struct endpoint_version *found = &j->endpoint->versions[rank];

		if (found->version != VERSION_NONE &&
			!policy_allows_version(j->policy, (enum version_rank)rank) &&
			is(j->endpoint, found))
			ranks = (uint16_t)(ranks | 1u << rank);
	}
	return ranks;
}

static bool is_open_by_name(
	const struct endpoint *endpoint, const struct endpoint_version *found)
{
	return found->status == ENDPOINT_ACCEPTED && !only_answers(endpoint, found);
}

static bool is_open_otherwise(
	const struct endpoint *endpoint, const struct endpoint_version *found)
{
	return found->status != ENDPOINT_ACCEPTED && is_open(endpoint, found);
}

static bool is_only_answered(
	const struct endpoint *endpoint, const struct endpoint_version *found)
{
	return endpoint_accepts(found) && only_answers(endpoint, found);
}

static bool is_not_known(
	const struct endpoint *endpoint, const struct endpoint_version *found)
{
	(void)endpoint;
	return found->status != ENDPOINT_REFUSED && !endpoint_accepts(found);
}

/* The versions of a set that share the reason of its first, which leave the set. */
static uint16_t alike(const struct judging *j, uint16_t *ranks, const char **ret_reason)
{
	uint16_t same = 0;
	const char *reason = NULL;

	for (unsigned rank = RANK_SSL2; rank <= RANK_TLS13; rank++) {
		const char *why = j->endpoint->versions[rank].reason;

		if ((*ranks >> rank & 1) == 0)
			continue;
		if (why == NULL)
			why = endpoint_status_name(j->endpoint->versions[rank].status);
		if (reason == NULL)
			reason = why;
		if (strcmp(reason, why) == 0)
			same = (uint16_t)(same | 1u << rank);
	}
	*ranks = (uint16_t)(*ranks & ~same);
	*ret_reason = reason;
	return same;
}

static void judge_unknown_versions(struct judging *j)
{
	uint16_t left = ranks_where(j, is_not_known);

	while (left != 0) {
		struct endpoint_reason *reason = reason_begin(j, VERDICT_UNKNOWN);
		const char *why;
		uint16_t same = alike(j, &left, &why);

		reason_add(reason, "not known whether it accepts ");
		add_versions(reason, j, same);
		reason_add(reason, ": %s", why);
	}
}

void judge_set(struct judging *j, enum verdict verdict, const char *what, uint16_t ranks,
	const char *rest)
{
	struct endpoint_reason *reason;

	if (ranks == 0)
		return;
	reason = reason_begin(j, verdict);
	reason_add(reason, "%s ", what);
	add_versions(reason, j, ranks);
	reason_add(reason, "%s", rest);
}

static void judge_open(struct judging *j)
{
	uint16_t named = ranks_where(j, is_open_by_name);
	uint16_t otherwise = ranks_where(j, is_open_otherwise);

	judge_set(j, VERDICT_BREAKS, "accepts", named, "");
	judge_set(j, VERDICT_BREAKS, "accepts", otherwise,
		" from who names no server, or another");
	judge_set(j, VERDICT_UNKNOWN, "answers hellos of",
		ranks_where(j, is_only_answered), ", but no handshake was completed");
	judge_unknown_versions(j);
	j->made->versions = named | otherwise;
}

/* Nothing at all, or nothing of the policy's: once the rest is off, nobody gets in. */
static void judge_overlap(struct judging *j)
{
	bool any = false, allowed = false;

	for (unsigned rank = RANK_SSL2; rank <= RANK_TLS13; rank++) {
		const struct endpoint_version *found = &j->endpoint->versions[rank];
		bool may = policy_allows_version(j->policy, (enum version_rank)rank);

		any = any || endpoint_accepts(found);
		allowed = allowed || (may && found->version != VERSION_NONE &&
					     found->status != ENDPOINT_REFUSED);
	}
	if (any && !allowed)
		reason_add(reason_begin(j, VERDICT_BREAKS),
			"accepts nothing that the policy allows");
	else if (!any && j->endpoint->status == ENDPOINT_REFUSED)
		reason_add(reason_begin(j, VERDICT_UNKNOWN),
			"accepted nothing that it was asked for");
}

void judge_versions(struct judging *j)
{
	judge_open(j);
	judge_overlap(j);
}

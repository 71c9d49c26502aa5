#include "policy/host_judge.h"

static enum setting_verdict judge_side(const struct policy *policy,
	const struct host_side *side, enum setting_side which)
{
	struct setting setting = {
		.side = which,
		.means = side->known == HOST_UNKNOWN ? SETTING_UNKNOWN : SETTING_ABSENT,
		.range = side->range,
		/* That a default's newest version is old says that it is old, not that
		 * somebody pinned it. */
		.floor = true,
	};
	enum setting_verdict verdict;

	if (side->absent)
		return SETTING_PASSES;
	verdict = setting_judge(policy, &setting).verdict;
	/* What may be on and is not allowed. */
	if (verdict == SETTING_PASSES && (side->range.maybe & ~policy->versions) != 0)
		verdict = SETTING_UNCLEAR;
	return verdict;
}

struct host_judgement host_judge(
	const struct policy *policy, const struct host_stack *stack)
{
	struct host_judgement judgement = {
		.client = judge_side(policy, &stack->client, SIDE_CLIENT),
		.server = judge_side(policy, &stack->server, SIDE_SERVER),
	};

	judgement.worst =
		judgement.client > judgement.server ? judgement.client : judgement.server;
	return judgement;
}

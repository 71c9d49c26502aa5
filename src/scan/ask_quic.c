/*
 * What only QUIC is asked for: its versions, by a hello in one that nobody has, and which
 * protocols it takes. It says encrypted which one it took (RFC 8446, 4.3.1), but that
 * none is in common it says in the clear (RFC 9001, 8.1): the usual one is offered alone,
 * then all others together, and each alone only if one of them is taken.
 */
#include "scan/asks.h"

enum { TURN_USUAL, TURN_OTHERS, TURN_EACH };

static enum readiness ready_alpn(const struct survey *survey, const struct job *job)
{
	(void)job;
	if (asks_after_suites(survey) != READY_NOW ||
		!survey_all_done(survey, ASK_GROUPS))
		return READY_LATER;
	return survey_accepts(survey, RANK_TLS13) && survey->groups[1].count > 0
		       ? READY_NOW
		       : READY_NEVER;
}

/* A share of a group that it has: a server that is to ask for one does so before it looks
 * for a protocol (Go). */
static void plan_alpn(struct survey *survey, struct job *job, struct survey_room *room,
	struct hello_plan *plan)
{
	plan_version(survey, RANK_TLS13, (enum form)job->form, room, plan);
	plan_found_suites(survey, RANK_TLS13, room, plan);
	room->groups[0] = (uint16_t)survey->groups[1].found[0];
	plan->groups = plan->shares = (struct hello_codes){ room->groups, 1 };
	plan->alpn = offers_quic_alpn;
	plan->alpn_count = 1;
	if (job->turn == TURN_USUAL)
		return;
	plan->alpn += job->turn == TURN_OTHERS ? 1 : job->turn - TURN_EACH + 1;
	if (job->turn == TURN_OTHERS)
		plan->alpn_count = offers_quic_alpn_count - 1;
}

/* `turn` counts this one already. */
static void told_alpn(struct survey *survey, struct job *job, const struct ruled *ruled)
{
	unsigned turn = job->turn - 1U;
	size_t which = turn == TURN_USUAL ? 0 : turn - TURN_EACH + 1;
	bool is_taken = ruled->ruling == RULING_TAKEN;

	if (is_taken && turn != TURN_OTHERS)
		survey->alpn[survey->alpn_count++] = offers_quic_alpn[which];
	if (turn == TURN_OTHERS ? is_taken : which + 1 < offers_quic_alpn_count)
		job->state = JOB_OPEN;
}

const struct ask ask_quic_alpn = { .name = "protocols of QUIC",
	.ready = ready_alpn,
	.plan = plan_alpn,
	.told = told_alpn,
	.only_quic = true,
	.tries = 2 };

/* Once it has answered at all: a middlebox may drop what it does not know. */
static enum readiness ready_versions(const struct survey *survey, const struct job *job)
{
	(void)job;
	return survey->reached ? READY_NOW : READY_LATER;
}

static void plan_versions(struct survey *survey, struct job *job,
	struct survey_room *room, struct hello_plan *plan)
{
	plan_version(survey, RANK_TLS13, (enum form)job->form, room, plan);
	plan->suites.count = hunt_open(&survey->suites[RANK_TLS13],
		plan_suites_at_once(survey, (enum form)job->form), room->suites);
}

/* What it named is kept of any reply: rulings.c. */
static void told_versions(
	struct survey *survey, struct job *job, const struct ruled *ruled)
{
	(void)survey, (void)job, (void)ruled;
}

const struct ask ask_quic_versions = { .name = "versions of QUIC",
	.ready = ready_versions,
	.plan = plan_versions,
	.told = told_versions,
	.only_quic = true,
	.tries = 2 };

#include "scan/asks.h"

/* A name that nobody has. RFC 2606, 2. */
#define NOBODY "no-such-host.invalid"

static bool was_refused(const struct survey *survey, int rank)
{
	return survey->findings[rank].status == ENDPOINT_REFUSED;
}

/* Of refused versions the highest in a row is asked: it is answered with any below. */
static enum readiness ready(const struct survey *survey, const struct job *job)
{
	bool top = job->rank == RANK_TLS13 || !was_refused(survey, job->rank + 1);

	if (survey->server_name.len == 0 || job->rank == RANK_SSL3)
		return READY_NEVER;
	if (asks_after_suites(survey) != READY_NOW)
		return READY_LATER;
	if (survey_highest(survey, RANK_TLS13) == RANK_UNKNOWN)
		return was_refused(survey, job->rank) && top ? READY_NOW : READY_NEVER;
	if (survey_accepts(survey, job->rank))
		return READY_NOW;
	return was_refused(survey, job->rank) && top ? READY_NOW : READY_NEVER;
}

static void plan_with(struct survey *survey, struct job *job, struct survey_room *room,
	struct bytes name, struct hello_plan *plan)
{
	struct hunt all = survey->suites[job->rank];

	plan_version(survey, job->rank, (enum form)job->form, room, plan);
	plan->server_name = name;
	if (survey_accepts(survey, job->rank)) {
		plan_found_suites(survey, job->rank, room, plan);
		return;
	}
	hunt_again(&all);
	plan->suites.count =
		hunt_open(&all, plan_suites_at_once((enum form)job->form), room->suites);
}

static void plan_no_name(struct survey *survey, struct job *job, struct survey_room *room,
	struct hello_plan *plan)
{
	plan_with(survey, job, room, (struct bytes){ 0 }, plan);
}

static void plan_other_name(struct survey *survey, struct job *job,
	struct survey_room *room, struct hello_plan *plan)
{
	plan_with(survey, job, room, bytes_of_string(NOBODY), plan);
}

/* What is open to a hello without the name is open, as old clients name nobody: told at
 * the end (findings.c), for nodes that differ may be why, and those are asked yet. */
static void found(struct survey *survey, const struct reply *reply)
{
	int rank = version_rank(reply->version);

	if (rank >= RANK_SSL3 && !survey_accepts(survey, rank))
		(void)hunt_found(&survey->suites[rank], reply->suite, &survey->arena);
}

static void told(
	struct survey *survey, struct job *job, const struct ruled *ruled, bool other)
{
	int rank = job->rank;
	uint8_t trait = TRAIT_NO;

	if (ruled->ruling == RULING_UNCLEAR)
		return;
	if (ruled->ruling == RULING_TAKEN) {
		int answered = version_rank(ruled->reply->version);

		trait = answered == rank || was_refused(survey, answered) ? TRAIT_YES
									  : TRAIT_NO;
		if (trait == TRAIT_YES)
			rank = answered;
		found(survey, ruled->reply);
	}
	if (other)
		survey->findings[rank].other_name = trait;
	else
		survey->findings[rank].without_name = trait;
}

static void told_no_name(
	struct survey *survey, struct job *job, const struct ruled *ruled)
{
	told(survey, job, ruled, false);
}

static void told_other_name(
	struct survey *survey, struct job *job, const struct ruled *ruled)
{
	told(survey, job, ruled, true);
}

const struct ask ask_no_name = { .name = "no name",
	.ready = ready,
	.plan = plan_no_name,
	.told = told_no_name,
	.tries = 2 };

const struct ask ask_other_name = { .name = "other name",
	.ready = ready,
	.plan = plan_other_name,
	.told = told_other_name,
	.tries = 2 };

#include "scan/asks.h"

/* A name that nobody has. RFC 2606, 2. */
#define NOBODY "no-such-host.invalid"

static bool was_refused(const struct survey *survey, int rank)
{
	return survey->findings[rank].status == ENDPOINT_REFUSED;
}

static enum endpoint_trait trait_of(const struct survey *survey, int rank, bool other)
{
	const struct finding *finding = &survey->findings[rank];

	return (enum endpoint_trait)(other ? finding->other_name : finding->without_name);
}

/* Of refused versions the highest in a row is asked: it is answered with any below. If
 * it is open itself, the next is asked. */
static enum readiness ready(const struct survey *survey, const struct job *job)
{
	bool other = job->ask == ASK_OTHER_NAME;
	int above = job->rank + 1;

	if (survey->server_name.len == 0 || job->rank == RANK_SSL3)
		return READY_NEVER;
	if (asks_after_suites(survey) != READY_NOW)
		return READY_LATER;
	if (survey_accepts(survey, job->rank))
		return READY_NOW;
	if (!was_refused(survey, job->rank))
		return READY_NEVER;
	if (job->rank == RANK_TLS13 || !was_refused(survey, above) ||
		trait_of(survey, above, other) == TRAIT_YES)
		return READY_NOW;
	return trait_of(survey, above, other) == TRAIT_UNKNOWN ? READY_LATER
							       : READY_NEVER;
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
	plan->suites.count = hunt_open(
		&all, plan_suites_at_once(survey, (enum form)job->form), room->suites);
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

static void note(struct survey *survey, int rank, bool other, enum endpoint_trait trait)
{
	if (other)
		survey->findings[rank].other_name = (uint8_t)trait;
	else
		survey->findings[rank].without_name = (uint8_t)trait;
}

static void told(
	struct survey *survey, struct job *job, const struct ruled *ruled, bool other)
{
	int answered;

	if (ruled->ruling == RULING_UNCLEAR)
		return;
	answered = ruled->ruling == RULING_TAKEN
			   ? (int)version_rank(ruled->reply->version)
			   : RANK_UNKNOWN;
	note(survey, job->rank, other, answered == job->rank ? TRAIT_YES : TRAIT_NO);
	if (answered != job->rank && was_refused(survey, answered))
		note(survey, answered, other, TRAIT_YES);
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

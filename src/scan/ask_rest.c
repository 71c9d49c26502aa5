#include "scan/asks.h"

/* The refusal that ended a list is asked for again with nothing between, so that of two
 * nodes in turn both are asked; more often where they differ. Suites of TLS 1.3 are much
 * the same everywhere. */
#define TURNS        2
#define TURNS_TLS13  1
#define TURNS_DIFFER 4
#define TURNS_MOST   8

static enum readiness ready(const struct survey *survey, const struct job *job)
{
	const struct hunt *hunt = &survey->suites[job->rank];

	if (!survey_accepts(survey, job->rank) || survey->findings[job->rank].cut)
		return READY_NEVER;
	return hunt->count < hunt->offer_count ? READY_NOW : READY_NEVER;
}

static void plan(struct survey *survey, struct job *job, struct survey_room *room,
	struct hello_plan *plan)
{
	struct hunt rest = survey->suites[job->rank];

	plan_version(survey, job->rank, (enum form)job->form, room, plan);
	hunt_again(&rest);
	plan->suites.count =
		hunt_open(&rest, plan_suites_at_once((enum form)job->form), room->suites);
}

static void reopen(struct survey *survey, int rank)
{
	struct job *suites = survey_job(survey, ASK_SUITES, (uint8_t)rank);

	hunt_again(&survey->suites[rank]);
	suites->state = JOB_OPEN;
}

static unsigned turns(const struct survey *survey, const struct job *job)
{
	if (survey->differ)
		return TURNS_DIFFER;
	return job->rank == RANK_TLS13 ? TURNS_TLS13 : TURNS;
}

static void told(struct survey *survey, struct job *job, const struct ruled *ruled)
{
	struct hunt *hunt = &survey->suites[job->rank];
	const struct reply *reply = ruled->reply;

	if (ruled->ruling == RULING_UNCLEAR)
		return;
	if (ruled->ruling == RULING_TAKEN && version_rank(reply->version) == job->rank &&
		!hunt_has(hunt, reply->suite)) {
		survey_differs(survey,
			"%s: a suite is refused, and taken in another "
			"connection",
			version_name(reply->version));
		(void)hunt_found(hunt, reply->suite, &survey->arena);
		if (job->turn < TURNS_MOST)
			reopen(survey, job->rank);
	}
	if (job->turn < turns(survey, job) ||
		(ruled->ruling == RULING_TAKEN && job->turn < TURNS_MOST))
		job->state = JOB_OPEN;
}

const struct ask ask_rest = { .name = "rest",
	.ready = ready,
	.plan = plan,
	.told = told,
	.quiet = true,
	.tries = 2 };

#include "scan/asks.h"
#include "tls/iana.h"

/* Of up to three nodes that take turns, three questions in a row meet all; where answers
 * differ already, nothing is in turn and more are asked. */
#define TURNS        3
#define TURNS_TLS13  2
#define TURNS_DIFFER 6

static bool is_open(const struct survey *survey, int rank)
{
	return survey->findings[rank].status == ENDPOINT_REFUSED ||
	       survey->findings[rank].status == ENDPOINT_UNKNOWN;
}

/* Of versions in a row the highest: it is answered with any that is below. */
static enum readiness ready(const struct survey *survey, const struct job *job)
{
	if (survey_highest(survey, RANK_TLS13) == RANK_UNKNOWN ||
		!is_open(survey, job->rank))
		return READY_NEVER;
	return job->rank >= RANK_TLS12 || !is_open(survey, job->rank + 1) ? READY_NOW
									  : READY_NEVER;
}

static void plan(struct survey *survey, struct job *job, struct survey_room *room,
	struct hello_plan *plan)
{
	struct hunt all = survey->suites[job->rank];

	plan_version(survey, job->rank, (enum form)job->form, room, plan);
	hunt_again(&all);
	plan->suites.count = hunt_open(
		&all, plan_suites_at_once(survey, (enum form)job->form), room->suites);
}

static unsigned turns(const struct survey *survey, const struct job *job)
{
	if (survey->differ || survey->several != NULL)
		return TURNS_DIFFER;
	return job->rank == RANK_TLS13 ? TURNS_TLS13 : TURNS;
}

static void told(struct survey *survey, struct job *job, const struct ruled *ruled)
{
	if (ruled->ruling == RULING_UNCLEAR)
		return;
	if (ruled->ruling == RULING_TAKEN) {
		int rank = (int)version_rank(ruled->reply->version);

		if (rank > RANK_SSL2 && !survey_accepts(survey, rank)) {
			if (survey_refused_then_taken(survey, rank))
				survey_differs(survey,
					"%s is refused, and accepted in another "
					"connection",
					version_name(ruled->reply->version));
			asks_version_found(survey, ruled->reply);
		}
	}
	if (job->turn < turns(survey, job))
		job->state = JOB_OPEN;
}

const struct ask ask_again = { .name = "again",
	.ready = ready,
	.plan = plan,
	.told = told,
	.quiet = true,
	.tries = 2 };

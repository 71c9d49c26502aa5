#include "scan/asks.h"

/* A version below the highest, to which a client would fall back. RFC 7507, 3. */
static int lower(const struct survey *survey)
{
	int highest = survey_highest(survey, RANK_TLS13);

	return highest == RANK_UNKNOWN ? RANK_UNKNOWN
				       : survey_highest(survey, highest - 1);
}

static enum readiness ready(const struct survey *survey, const struct job *job)
{
	(void)job;
	if (asks_after_suites(survey) != READY_NOW)
		return READY_LATER;
	return lower(survey) >= RANK_SSL3 ? READY_NOW : READY_NEVER;
}

static void plan(struct survey *survey, struct job *job, struct survey_room *room,
	struct hello_plan *plan)
{
	int rank = lower(survey);

	plan_version(survey, rank, (enum form)job->form, room, plan);
	plan_found_suites(survey, rank, room, plan);
	plan->says |= HELLO_SAYS_FALLBACK_SCSV;
}

static void told(struct survey *survey, struct job *job, const struct ruled *ruled)
{
	(void)job;
	if (ruled->ruling == RULING_TAKEN)
		survey->traits.fallback_scsv = TRAIT_NO;
	else if (ruled->ruling == RULING_REFUSED && ruled->reply->alert_seen &&
		 ruled->reply->alert == ALERT_INAPPROPRIATE_FALLBACK)
		survey->traits.fallback_scsv = TRAIT_YES;
}

const struct ask ask_fallback = {
	.name = "fallback", .ready = ready, .plan = plan, .told = told, .tries = 2
};

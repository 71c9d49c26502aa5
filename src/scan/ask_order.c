#include "scan/asks.h"

/* What some choke on rides here, where nothing else depends on it. */
#define RIDERS (HELLO_SAYS_DEFLATE | HELLO_SAYS_HEARTBEAT)

static bool is_rider_version(const struct survey *survey, int rank)
{
	return rank == survey_highest(survey, RANK_TLS12);
}

static bool riders_known(const struct survey *survey)
{
	return survey->traits.heartbeat != TRAIT_UNKNOWN &&
	       survey->traits.compression != TRAIT_UNKNOWN;
}

/* A handshake tells the order, too: this is for what that did not tell. */
static enum readiness ready(const struct survey *survey, const struct job *job)
{
	if (asks_after_suites(survey) != READY_NOW ||
		!survey_all_done(survey, ASK_HANDSHAKE))
		return READY_LATER;
	if ((survey->findings[job->rank].order != ORDER_UNKNOWN ||
		    survey->suites[job->rank].count < 2) &&
		(riders_known(survey) || !is_rider_version(survey, job->rank)))
		return READY_NEVER;
	if (!survey_accepts(survey, job->rank) || survey->suites[job->rank].count == 0)
		return READY_NEVER;
	return survey->suites[job->rank].count > 1 || is_rider_version(survey, job->rank)
		       ? READY_NOW
		       : READY_NEVER;
}

/* All that was found, from the last to the first. */
static void plan(struct survey *survey, struct job *job, struct survey_room *room,
	struct hello_plan *plan)
{
	const struct hunt *hunt = &survey->suites[job->rank];

	plan_version(survey, job->rank, (enum form)job->form, room, plan);
	plan->suites.count = hunt->count;
	for (size_t i = 0; i < hunt->count; i++)
		room->suites[i] = (uint16_t)hunt->found[hunt->count - 1 - i];
	if (job->turn == 0 && is_rider_version(survey, job->rank) &&
		job->form == FORM_FULL)
		plan->says |= RIDERS;
}

static void told(struct survey *survey, struct job *job, const struct ruled *ruled)
{
	const struct hunt *hunt = &survey->suites[job->rank];
	uint8_t *order = &survey->findings[job->rank].order;

	if (ruled->ruling != RULING_TAKEN) {
		if (job->turn == 1 && is_rider_version(survey, job->rank))
			job->state = JOB_OPEN; /* without them, then */
		return;
	}
	if (hunt->count < 2)
		return;
	/* Some mix both, as Go and OpenSSL's PrioritizeChaCha: then the client's counts.
	 */
	*order = ruled->reply->suite == hunt->found[0] ? ORDER_SERVER : ORDER_CLIENT;
}

const struct ask ask_order = {
	.name = "order", .ready = ready, .plan = plan, .told = told, .tries = 2
};

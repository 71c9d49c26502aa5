#include "scan/asks.h"

/* Of those up to TLS 1.2 the highest that is taken: of it all is told, as of no other. */
static bool is_highest(const struct survey *survey, int rank)
{
	for (int above = rank + 1; above <= RANK_TLS12; above++)
		if (survey->findings[above].status != ENDPOINT_REFUSED &&
			survey->findings[above].status != ENDPOINT_UNKNOWN)
			return false;
	return rank > RANK_SSL3 && rank <= RANK_TLS12;
}

/* Which group it would have is told beside the suite. RFC 8446, 4.1.4. */
static bool bears_groups(struct survey *survey)
{
	const struct job *groups = survey_job(survey, ASK_GROUPS, RANK_TLS13);
	const struct hunt *hunt = &survey->groups[1];

	return survey->joint13 == JOINT_GOES && survey->several == NULL &&
	       groups != NULL && groups->state == JOB_WAITS && hunt->count > 0 &&
	       !hunt_over(hunt);
}

uint8_t asks_rides(struct survey *survey, const struct job *job)
{
	const struct endpoint_traits *traits = &survey->traits;
	uint8_t rides = 0;

	if (survey->no_rides || survey->transport != PROBE_TCP || survey->setting->mass ||
		survey->differ || job->form != FORM_FULL || job->tries > 0 ||
		survey->suites[job->rank].count == 0)
		return 0;
	if (job->rank == RANK_TLS13)
		return bears_groups(survey) ? RIDE_GROUPS : 0;
	if (!is_highest(survey, job->rank))
		return 0;
	if (!survey->alpn_over)
		rides |= RIDE_ALPN;
	if (!asks_burdens_known(survey))
		rides |= RIDE_BURDENS;
	if (traits->heartbeat == TRAIT_UNKNOWN || traits->compression == TRAIT_UNKNOWN)
		rides |= RIDE_OFFERS;
	return rides;
}

void asks_add_rides(struct survey *survey, uint8_t rides, struct survey_room *room,
	struct hello_plan *plan)
{
	if (rides & RIDE_ALPN)
		asks_say_protocols(survey, room, plan);
	if (rides & RIDE_BURDENS)
		asks_say_burdens(plan);
	if (rides & RIDE_GROUPS)
		plan->groups.count =
			hunt_open(&survey->groups[1], OFFERS_GROUPS_MAX, room->groups);
	if (rides & RIDE_OFFERS)
		plan->says |= HELLO_SAYS_DEFLATE | HELLO_SAYS_HEARTBEAT;
}

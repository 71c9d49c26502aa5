#include "scan/asks.h"

/* Those of the version whose key exchange names one, without a PSK. RFC 8422, 2. */
static size_t ecdhe_suites(
	const struct survey *survey, int rank, enum suite_auth auth, uint16_t *ret)
{
	const struct hunt *hunt = &survey->suites[rank];
	size_t count = 0;

	for (size_t i = 0; i < hunt->count; i++) {
		const struct suite *suite = suite_find((uint16_t)hunt->found[i]);

		if (suite != NULL && suite->exchange == SUITE_ECDHE &&
			(auth == SUITE_OTHER_AUTH || suite->auth == auth))
			ret[count++] = suite->code;
	}
	return count;
}

static int rank_of(const struct survey *survey, const struct job *job)
{
	return job->rank == RANK_TLS13 ? RANK_TLS13 : survey_highest(survey, RANK_TLS12);
}

/* Handshakes find some on their way, if they can be done. */
static enum readiness ready_tls13(const struct survey *survey)
{
	if (survey->joint13 == JOINT_DOUBT)
		return READY_NOW;
	if (asks_after_version(survey, RANK_TLS13) != READY_NOW)
		return READY_LATER;
	if (!survey_accepts(survey, RANK_TLS13) || hunt_over(&survey->groups[1]))
		return READY_NEVER;
	return survey_saw_computed_group(survey, RANK_TLS13) &&
			       !survey_job_done(survey, ASK_HANDSHAKE, RANK_TLS13)
		       ? READY_LATER
		       : READY_NOW;
}

/* One suite by ECDHE and RSA is enough to ask for groups, and so the others need not be
 * waited for. */
static bool may_go_early(const struct survey *survey, int rank)
{
	uint16_t codes[SUITES_MAX];

	return rank == RANK_TLS12 && survey->joint == JOINT_GOES &&
	       survey->form == FORM_FULL && survey->full_taken &&
	       !hunt_over(&survey->groups[0]) &&
	       ecdhe_suites(survey, rank, SUITE_BY_RSA, codes) > 0;
}

static enum readiness ready(const struct survey *survey, const struct job *job)
{
	uint16_t codes[SUITES_MAX];
	int rank = rank_of(survey, job);

	if (job->rank == RANK_TLS13)
		return ready_tls13(survey);
	if (may_go_early(survey, rank))
		return READY_NOW;
	if (asks_after_version(survey, rank < RANK_SSL3 ? RANK_SSL3 : rank) != READY_NOW)
		return READY_LATER;
	if (rank <= RANK_SSL3 || hunt_over(&survey->groups[0]))
		return READY_NEVER;
	if (survey->joint == JOINT_DOUBT)
		return READY_LATER;
	return ecdhe_suites(survey, rank, SUITE_OTHER_AUTH, codes) > 0 ? READY_NOW
								       : READY_NEVER;
}

static struct hunt *hunt_of(struct survey *survey, const struct job *job)
{
	return &survey->groups[job->rank == RANK_TLS13];
}

/* A certificate on a curve is shown only to who offers that curve (RFC 8422, 5.1): with
 * one of RSA there is no such trap, so its suites are asked if there are any. */
static void plan_suites(struct survey *survey, int rank, struct survey_room *room,
	struct hello_plan *plan)
{
	size_t count = ecdhe_suites(survey, rank, SUITE_BY_RSA, room->suites);

	if (count == 0)
		count = ecdhe_suites(survey, rank, SUITE_OTHER_AUTH, room->suites);
	plan->suites.count = count;
}

/* Only ECDSA: the certificate's curve stays in the list, last. */
static bool keeps_curve(const struct survey *survey, int rank)
{
	uint16_t codes[SUITES_MAX];

	return rank != RANK_TLS13 && ecdhe_suites(survey, rank, SUITE_BY_RSA, codes) == 0;
}

static void plan_groups(struct survey *survey, const struct job *job, int rank,
	struct survey_room *room, struct hello_plan *plan)
{
	struct hunt *hunt = hunt_of(survey, job);

	plan->groups = (struct hello_codes){ room->groups,
		hunt_open(hunt,
			job->form == FORM_FULL ? OFFERS_GROUPS_MAX : 2 * SMALL_GROUPS,
			room->groups) };
	for (size_t i = 0; i < COUNT_OF(survey->curves) && keeps_curve(survey, rank); i++)
		if (hunt_has(hunt, survey->curves[i]) &&
			plan->groups.count < OFFERS_GROUPS_MAX)
			room->groups[plan->groups.count++] = survey->curves[i];
}

/* By a key of RSA each group goes with each scheme. RFC 5246, 7.4.1.4.1. */
static bool is_joint(const struct survey *survey, const struct job *job)
{
	return survey->joint == JOINT_GOES && survey->transport == PROBE_TCP &&
	       job->rank != RANK_TLS13 && job->form == FORM_FULL &&
	       rank_of(survey, job) == RANK_TLS12 && !keeps_curve(survey, RANK_TLS12);
}

static void plan(struct survey *survey, struct job *job, struct survey_room *room,
	struct hello_plan *plan)
{
	struct hunt *hunt = hunt_of(survey, job);
	int rank = rank_of(survey, job);
	uint16_t first = survey->findings[rank].first_group;

	plan_version(survey, rank, (enum form)job->form, room, plan);
	if (rank == RANK_TLS13)
		plan_found_suites(survey, rank, room, plan);
	else
		plan_suites(survey, rank, room, plan);
	if (hunt->count == 0 && hunt_is_open(hunt, first))
		(void)hunt_found(hunt, first, &survey->arena);
	survey->groups_rank = rank == RANK_TLS13 ? survey->groups_rank : (uint8_t)rank;
	plan_groups(survey, job, rank, room, plan);
	if (is_joint(survey, job))
		asks_say_schemes(survey, room, plan);
}

static void told_taken(struct survey *survey, struct job *job, const struct reply *reply)
{
	struct hunt *hunt = hunt_of(survey, job);
	struct finding *finding = &survey->findings[rank_of(survey, job)];

	if (reply->group != 0 && hunt_is_open(hunt, reply->group) &&
		hunt_found(hunt, reply->group, &survey->arena)) {
		if (!hunt_over(hunt))
			job->state = JOB_OPEN;
		return;
	}
	/* The one that had to stay in the list. Who follows the client's order has none
	 * of those in front of it. */
	finding->groups_cut = finding->order != ORDER_CLIENT;
}

/* What a hello with the rest of both told of schemes; where it told nothing of them, each
 * is hunted alone. */
static void told_joint(struct survey *survey, struct job *job, const struct ruled *ruled)
{
	if (ruled->ruling == RULING_TAKEN) {
		if (!asks_scheme_told(survey, ruled->reply))
			survey->joint = JOINT_OVER;
	} else if (ruled->ruling == RULING_REFUSED) {
		survey->joint = JOINT_DOUBT;
		job->state = JOB_WAITS; /* for what ask_schemes.c finds out */
	}
}

static void told_one(struct survey *survey, struct job *job, const struct ruled *ruled)
{
	struct hunt *hunt = hunt_of(survey, job);

	if (is_joint(survey, job)) {
		told_joint(survey, job, ruled);
		if (survey->joint == JOINT_DOUBT)
			return;
	}
	if (ruled->ruling == RULING_TAKEN) {
		told_taken(survey, job, ruled->reply);
		return;
	}
	if (ruled->ruling == RULING_UNCLEAR) {
		survey->findings[rank_of(survey, job)].groups_cut = true;
		asks_list_broke_off(survey, rank_of(survey, job), ruled);
		return;
	}
	hunt_refused(hunt, job->form == FORM_FULL ? OFFERS_GROUPS_MAX : 2 * SMALL_GROUPS);
	if (!hunt_over(hunt))
		job->state = JOB_OPEN;
}

static void told(struct survey *survey, struct job *job, const struct ruled *ruled)
{
	bool doubt = job->rank == RANK_TLS13 && survey->joint13 == JOINT_DOUBT;

	if (doubt)
		asks_settle_groups13(survey, ruled);
	told_one(survey, job, ruled);
	if (doubt && job->state == JOB_OPEN)
		job->state = JOB_WAITS; /* for handshakes, that find some on their way */
}

/* A joint hello was refused, and the same with all groups was taken: no group is left. */
void asks_groups_over(struct survey *survey)
{
	hunt_refused(&survey->groups[0], OFFERS_GROUPS_MAX);
}

const struct ask ask_groups = {
	.name = "groups", .ready = ready, .plan = plan, .told = told, .tries = 3
};

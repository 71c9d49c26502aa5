#include "scan/asks.h"

/*
 * What was refused at a list's end is asked for again with nothing between, in two parts:
 * - what needs parameters for Diffie-Hellman, with named groups (RFC 7919): some servers
 *   have no others (GnuTLS);
 * - all else: a server that picks a suite which it cannot do, for it lacks such
 *   parameters, breaks off and hides what stands behind (OpenSSL behind Dovecot).
 * What is taken now is told from nodes that differ by the whole rest once more.
 */
#define TURN_DH      0
#define TURN_OTHERS  1
#define TURNS        2
#define TURNS_DIFFER 5
#define TURNS_MOST   10

static enum readiness ready(const struct survey *survey, const struct job *job)
{
	const struct hunt *hunt = &survey->suites[job->rank];

	if (!survey_accepts(survey, job->rank) || survey->findings[job->rank].cut)
		return READY_NEVER;
	return hunt->count < hunt->offer_count ? READY_NOW : READY_NEVER;
}

static bool needs_dh(uint16_t code)
{
	const struct suite *suite = suite_find(code);

	return suite != NULL && suite->exchange == SUITE_DHE;
}

static bool is_of_turn(const struct job *job, uint16_t code)
{
	if (job->rank == RANK_TLS13 || job->turn > TURN_OTHERS)
		return true;
	return needs_dh(code) == (job->turn == TURN_DH);
}

static bool has_dh(const struct survey *survey, int rank)
{
	const struct hunt *hunt = &survey->suites[rank];

	for (size_t i = 0; i < hunt->count; i++)
		if (needs_dh((uint16_t)hunt->found[i]))
			return true;
	return false;
}

/* Who has no Diffie-Hellman in a newer version, with named groups neither, has none in
 * older ones by those alone. */
static bool is_without_dh(const struct survey *survey, int rank)
{
	bool asked = false;

	if (survey->differ || survey->several != NULL || rank == RANK_TLS13)
		return false;
	for (; rank <= RANK_TLS12; rank++) {
		if (has_dh(survey, rank))
			return false;
		asked |= rank == RANK_TLS12 && survey_accepts(survey, rank) &&
			 survey_job_done(survey, ASK_REST, (uint8_t)rank);
	}
	return asked;
}

static void plan(struct survey *survey, struct job *job, struct survey_room *room,
	struct hello_plan *plan)
{
	const struct finding *finding = &survey->findings[job->rank];
	struct hunt rest = survey->suites[job->rank];
	size_t count, kept = 0;

	if (job->turn == TURN_DH && job->rank < RANK_TLS12 &&
		is_without_dh(survey, job->rank))
		job->turn = TURN_OTHERS;
	plan_version(survey, job->rank, (enum form)job->form, room, plan);
	hunt_again(&rest);
	count = hunt_open(
		&rest, plan_suites_at_once(survey, (enum form)job->form), room->suites);
	for (size_t i = 0; i < count; i++)
		if (is_of_turn(job, room->suites[i]))
			room->suites[kept++] = room->suites[i];
	kept = kept > 0 ? kept : count; /* none of that part is left */
	if (job->turn > TURN_OTHERS && finding->rest_suite != 0)
		room->suites[kept++] = finding->rest_suite;
	plan->suites.count = kept;
	if (job->turn == TURN_DH)
		plan_named_dh(room, plan);
}

/* Goes on from there, with the part that it came of. */
static void reopen(struct survey *survey, struct job *job, const struct reply *reply)
{
	struct finding *finding = &survey->findings[job->rank];
	struct hunt *hunt = &survey->suites[job->rank];
	struct job *suites = survey_job(survey, ASK_SUITES, job->rank);
	bool dh = needs_dh((uint16_t)reply->suite);

	(void)hunt_found(hunt, reply->suite, &survey->arena);
	hunt_again(hunt);
	for (size_t i = 0; i < hunt->offer_count && job->turn <= TURNS; i++)
		if (needs_dh(hunt->offer[i]) != dh && job->rank != RANK_TLS13)
			hunt_refused_one(hunt, hunt->offer[i]);
	finding->named_dh |= dh && job->turn == TURN_DH + 1;
	finding->rest_suite = (uint16_t)reply->suite;
	suites->state = JOB_OPEN;
	suites->odd = 0;
}

static void told_taken(struct survey *survey, struct job *job, const struct reply *reply)
{
	struct finding *finding = &survey->findings[job->rank];

	if (version_rank(reply->version) != job->rank)
		return;
	if (job->turn > TURNS && finding->rest_suite != 0) {
		if (survey_refused_then_taken(survey, job->rank))
			survey_differs(survey,
				"%s: suites are refused, and taken in another connection",
				version_name(reply->version));
		finding->rest_suite = 0;
	}
	if (hunt_has(&survey->suites[job->rank], reply->suite))
		return;
	reopen(survey, job, reply);
}

static unsigned turns(const struct survey *survey, const struct job *job)
{
	if (survey->differ || survey->several != NULL)
		return TURNS_DIFFER;
	if (job->rank == RANK_TLS13)
		return 1;
	return survey->findings[job->rank].rest_suite != 0 ? TURNS + 1 : TURNS;
}

static void told(struct survey *survey, struct job *job, const struct ruled *ruled)
{
	if (ruled->ruling == RULING_UNCLEAR)
		return;
	if (ruled->ruling == RULING_TAKEN)
		told_taken(survey, job, ruled->reply);
	if (job->turn < turns(survey, job) ||
		(ruled->ruling == RULING_TAKEN && survey->differ &&
			job->turn < TURNS_MOST))
		job->state = JOB_OPEN;
}

const struct ask ask_rest = { .name = "rest",
	.ready = ready,
	.plan = plan,
	.told = told,
	.quiet = true,
	.tries = 2 };

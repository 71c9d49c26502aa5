#include "scan/asks.h"
#include "tls/iana.h"

/* Where answers contradict each other, so often is a question asked again. */
#define CONTRADICTIONS_MAX 8

static enum readiness ready(const struct survey *survey, const struct job *job)
{
	return job->rank == RANK_TLS13 && survey->joint13 == JOINT_DOUBT ? READY_LATER
									 : READY_NOW;
}

static void plan(struct survey *survey, struct job *job, struct survey_room *room,
	struct hello_plan *plan)
{
	plan_version(survey, job->rank, (enum form)job->form, room, plan);
	plan->suites.count = hunt_open(&survey->suites[job->rank],
		plan_suites_at_once(survey, (enum form)job->form), room->suites);
	if (job->rank == RANK_TLS13 && job->form == FORM_FULL && !survey->setting->mass)
		plan_open_groups(survey, room, plan);
	if (survey->findings[job->rank].named_dh)
		plan_named_dh(room, plan);
	job->rides = asks_rides(survey, job);
	asks_add_rides(survey, job->rides, room, plan);
}

static void settle(struct survey *survey, int rank, enum endpoint_status status,
	int alert, const char *reason)
{
	struct finding *finding = &survey->findings[rank];

	finding->status = (uint8_t)status;
	finding->alert = (int16_t)alert;
	finding->reason = reason;
}

static void tell_why(struct finding *finding, const char *reason)
{
	if (finding->reason == NULL)
		finding->reason = reason;
}

/* What is open of a version that is accepted stays open: no refusal ended it. */
static void cut(struct survey *survey, const struct job *job, const char *reason)
{
	survey->findings[job->rank].cut = true;
	tell_why(&survey->findings[job->rank], reason);
}

void asks_list_broke_off(struct survey *survey, int rank, const struct ruled *ruled)
{
	if (ruled->ruling == RULING_UNCLEAR)
		tell_why(&survey->findings[rank], ruled->reason);
}

/* A list's end is a handshake_failure. What ends it otherwise may be another node, that
 * has not the version: asked again, it is that if the hello is taken then. */
#define ODD_MAX 3

static bool is_odd(struct job *job, const struct reply *reply)
{
	if (!reply->alert_seen || reply->alert == ALERT_HANDSHAKE_FAILURE ||
		reply->alert == ALERT_INSUFFICIENT_SECURITY || job->odd == ODD_MAX)
		return false;
	job->odd++;
	job->state = JOB_OPEN;
	return true;
}

/* It takes a version by turns; true if it is worth another question. */
static bool contradicts(struct survey *survey, struct job *job, const char *how)
{
	char name[IANA_TEXT_MAX];

	survey_differs(survey, "%s is accepted, and %s in another connection",
		iana_text(&iana_versions, survey_version(survey, job->rank), name), how);
	if (job->turn < CONTRADICTIONS_MAX) {
		job->state = JOB_OPEN;
		return true;
	}
	return false;
}

/* RFC 5246, E.1: it answers with the highest that it has below. That is as good as an
 * alert, and shows itself that it answers. */
static void answered_lower(
	struct survey *survey, struct job *job, const struct reply *reply)
{
	int rank = (int)version_rank(reply->version);

	survey->findings[rank].hinted = true;
	if (survey->suites[job->rank].count == 0) {
		settle(survey, job->rank, ENDPOINT_REFUSED, -1,
			survey_clause(survey, "it answers with %s instead",
				version_name(reply->version)));
		return;
	}
	if (!contradicts(survey, job, "a lower version is answered"))
		cut(survey, job, "some connections answer with a lower version");
}

/* What was picked before, or never offered. */
static void picked_strangely(struct survey *survey, struct job *job)
{
	if (survey->suites[job->rank].count == 0)
		settle(survey, job->rank, ENDPOINT_UNKNOWN, -1,
			"it picks a suite that was not offered");
	else
		cut(survey, job, "it picks a suite that was not offered");
}

static void told_taken(struct survey *survey, struct job *job, const struct reply *reply)
{
	struct hunt *hunt = &survey->suites[job->rank];
	int rank = (int)version_rank(reply->version);

	if (rank != job->rank) {
		if (rank < job->rank && rank >= RANK_SSL3)
			answered_lower(survey, job, reply);
		else
			picked_strangely(survey, job);
		return;
	}
	if (!hunt_is_open(hunt, reply->suite)) {
		picked_strangely(survey, job);
		return;
	}
	if (!hunt_found(hunt, reply->suite, &survey->arena)) {
		cut(survey, job, "memory ran out");
		return;
	}
	if (job->odd > 0)
		survey_differs(survey,
			"a hello for %s is refused, and taken in another "
			"connection",
			version_name(reply->version));
	job->odd = 0;
	if (!survey_accepts(survey, rank))
		settle(survey, rank, ENDPOINT_ACCEPTED, -1, NULL);
	if (!survey->setting->mass && !hunt_over(hunt))
		job->state = JOB_OPEN;
	survey->findings[rank].cut |= survey->setting->mass;
}

static const char *why_refused(const struct reply *reply)
{
	if (!reply->alert_seen)
		return reply->kind == REPLY_NOT_TLS
			       ? "it answers something else than TLS to it"
			       : "it breaks the connection off each time, and answers "
				 "other hellos";
	switch (reply->alert) {
	case ALERT_INTERNAL_ERROR:
		return "internal error: it may be configured and forbidden by the "
		       "library, and open again once that changes";
	case ALERT_NO_APPLICATION_PROTOCOL:
		return "it takes none of the protocols (ALPN) that were offered; one "
		       "that "
		       "it takes would settle it";
	case ALERT_UNRECOGNIZED_NAME:
		return "it does not know the name; one that it knows "
		       "(--server-name) would settle it";
	default:
		return NULL;
	}
}

/* Whether what is still open was refused, too: its hello offered all, or it is the
 * version. Of who takes long hellos the long one that came first counts. */
static bool refused_all(
	const struct survey *survey, const struct job *job, const struct reply *reply)
{
	if (reply->alert_seen && reply->alert == ALERT_PROTOCOL_VERSION)
		return true;
	return hunt_over(&survey->suites[job->rank]) ||
	       (!reply->alert_seen && survey->full_taken);
}

/* Of a small hello only what it offered was refused: the next part is asked for. */
static void told_first_refused(
	struct survey *survey, struct job *job, const struct reply *reply)
{
	hunt_refused(&survey->suites[job->rank],
		plan_suites_at_once(survey, (enum form)job->form));
	if (!refused_all(survey, job, reply)) {
		job->state = JOB_OPEN;
		return;
	}
	settle(survey, job->rank, ENDPOINT_REFUSED, reply->alert_seen ? reply->alert : -1,
		why_refused(reply));
}

static void told_refused(
	struct survey *survey, struct job *job, const struct reply *reply)
{
	struct hunt *hunt = &survey->suites[job->rank];

	survey->findings[job->rank].closed |= !reply->alert_seen;
	if (reply->suite != 0 && hunt_is_open(hunt, reply->suite) &&
		version_rank(reply->version) == job->rank) {
		hunt_refused_one(hunt, reply->suite); /* picked, and then not borne */
		job->state = JOB_OPEN;
		return;
	}
	if (hunt->count == 0) {
		told_first_refused(survey, job, reply);
		return;
	}
	if (reply->alert_seen ? reply->alert == ALERT_PROTOCOL_VERSION : survey->differ) {
		if (!contradicts(survey, job, "refused"))
			cut(survey, job, "some connections refuse the version");
		return;
	}
	if (is_odd(job, reply))
		return;
	hunt_refused(hunt, plan_suites_at_once(survey, (enum form)job->form));
	if (!hunt_over(hunt))
		job->state = JOB_OPEN;
}

/* What rode on the hello is told first. False: for its sake the hello was not taken as it
 * is without, and says nothing of suites. */
static bool told_rides(struct survey *survey, struct job *job, const struct ruled *ruled)
{
	uint8_t rides = job->rides;

	job->rides = 0;
	if (rides == 0 || ruled->ruling == RULING_UNCLEAR)
		return true;
	if (ruled->ruling == RULING_TAKEN &&
		(int)version_rank(ruled->reply->version) == job->rank) {
		if (rides & RIDE_ALPN)
			(void)asks_protocol_told(survey, ruled->reply);
		if (rides & RIDE_BURDENS)
			asks_borne(survey);
		return true;
	}
	if ((rides & RIDE_GROUPS) && ruled->ruling == RULING_REFUSED &&
		ruled->reply->alert_seen &&
		ruled->reply->alert != ALERT_PROTOCOL_VERSION) {
		survey->joint13 = JOINT_DOUBT; /* for want of either */
		job->state = JOB_WAITS;        /* for what ask_groups.c finds out */
		return false;
	}
	/* RFC 7301, 3.2: it has none of the protocols that are left. */
	if ((rides & RIDE_ALPN) && ruled->ruling == RULING_REFUSED &&
		ruled->reply->alert_seen &&
		ruled->reply->alert == ALERT_NO_APPLICATION_PROTOCOL)
		survey->alpn_over = true;
	else
		survey->no_rides = true;
	job->state = JOB_OPEN;
	return false;
}

/* RFC 8446, 4.1.4: which group it would have is told beside the suite, and what it would
 * have of the rest once that one stands last, if it follows the client's order. */
static void told_group(struct survey *survey, const struct reply *reply)
{
	struct hunt *hunt = &survey->groups[1];

	if (version_rank(reply->version) == RANK_TLS13 &&
		hunt_is_open(hunt, reply->group))
		(void)hunt_found(hunt, reply->group, &survey->arena);
}

/* The hello that was refused had these groups: if one is taken now, it was the suites. */
void asks_settle_groups13(struct survey *survey, const struct ruled *ruled)
{
	struct job *suites = survey_job(survey, ASK_SUITES, RANK_TLS13);

	if (ruled->ruling == RULING_TAKEN &&
		version_rank(ruled->reply->version) == RANK_TLS13 &&
		hunt_is_open(&survey->groups[1], ruled->reply->group)) {
		hunt_refused(&survey->suites[RANK_TLS13], SUITES_MAX);
		suites->state = JOB_DONE;
	}
	survey->joint13 = JOINT_OVER;
}

static void told(struct survey *survey, struct job *job, const struct ruled *ruled)
{
	if (!told_rides(survey, job, ruled))
		return;
	if (ruled->ruling == RULING_TAKEN && job->rank == RANK_TLS13 &&
		job->form == FORM_FULL && !survey->setting->mass)
		told_group(survey, ruled->reply);
	if (ruled->ruling == RULING_TAKEN)
		told_taken(survey, job, ruled->reply);
	else if (ruled->ruling == RULING_REFUSED)
		told_refused(survey, job, ruled->reply);
	else if (survey->suites[job->rank].count > 0)
		cut(survey, job, ruled->reason);
	else
		settle(survey, job->rank, survey_silence(survey, job), -1, ruled->reason);
}

const struct ask ask_suites = {
	.name = "suites", .ready = ready, .plan = plan, .told = told, .tries = 3
};

void asks_version_found(struct survey *survey, const struct reply *reply)
{
	int rank = (int)version_rank(reply->version);
	struct job *job;

	if (rank < RANK_SSL3 || survey_accepts(survey, rank))
		return;
	settle(survey, rank, ENDPOINT_ACCEPTED, -1, NULL);
	hunt_again(&survey->suites[rank]);
	(void)hunt_found(&survey->suites[rank], reply->suite, &survey->arena);
	job = survey_job(survey, ASK_SUITES, (uint8_t)rank);
	if (job != NULL) {
		job->state = JOB_OPEN;
		job->form = survey->form;
		job->turn = 0;
	}
}

enum readiness asks_after_suites(const struct survey *survey)
{
	return survey_all_done(survey, ASK_SUITES) ? READY_NOW : READY_LATER;
}

static bool is_unasked(const struct survey *survey, int rank)
{
	for (unsigned i = 0; i < survey->job_count; i++)
		if (survey->jobs[i].ask == ASK_SUITES && survey->jobs[i].rank == rank)
			return survey->findings[rank].status == ENDPOINT_UNASKED;
	return false;
}

enum readiness asks_after_version(const struct survey *survey, int rank)
{
	for (int above = rank + 1; above <= RANK_TLS13; above++)
		if (is_unasked(survey, above))
			return READY_LATER;
	return survey_job_done(survey, ASK_SUITES, (uint8_t)rank) ? READY_NOW
								  : READY_LATER;
}

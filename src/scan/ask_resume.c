/*
 * Sessions are resumed: by id and by ticket in the highest version up to TLS 1.2, by a
 * pre-shared key in TLS 1.3. What ask_handshake.c left is offered; where nothing was left
 * of that kind, a handshake is carried to its end for it first. RFC 5246, 7.3; RFC 5077;
 * RFC 8446, 2.2.
 */
#include "scan/asks.h"

#define AGE_LEAST 1 /* milliseconds: a ticket is offered right after it came */

static int rank_of(const struct survey *survey, const struct job *job)
{
	return job->rank == RESUME_PSK ? RANK_TLS13 : survey_highest(survey, RANK_TLS12);
}

static enum readiness ready(const struct survey *survey, const struct job *job)
{
	int rank = rank_of(survey, job);

	if (!survey_all_done(survey, ASK_HANDSHAKE))
		return READY_LATER;
	/* What is left of schemes is known then. */
	if (job->rank == RESUME_ID && !survey_job_done(survey, ASK_GROUPS, RANK_TLS12))
		return READY_LATER;
	if (rank < RANK_SSL3 || (rank == RANK_SSL3 && job->rank == RESUME_TICKET))
		return READY_NEVER;
	return survey->findings[rank].completes == TRAIT_YES ? READY_NOW : READY_NEVER;
}

static void offer(const struct session *session, enum resume kind,
	struct survey_room *room, struct hello_plan *plan)
{
	struct writer w = writer_over(room->pre_shared_key, sizeof room->pre_shared_key);

	room->suites[0] =
		session->suite; /* of the same hash at least: RFC 8446, 4.2.11 */
	plan->suites.count = 1;
	switch (kind) {
	case RESUME_ID:
		plan->session_id = bytes_over(session->id, session->id_len);
		break;
	case RESUME_TICKET:
		plan->session_ticket = bytes_over(session->ticket, session->ticket_len);
		break;
	default:
		session_psk_write(session, AGE_LEAST, &w);
		plan->pre_shared_key = writer_written(&w);
	}
}

static bool is_signed(const struct survey *survey, uint16_t code)
{
	uint16_t codes[SUITES_MAX];
	size_t count = asks_signed_suites(survey, codes);

	for (size_t i = 0; i < count; i++)
		if (codes[i] == code)
			return true;
	return false;
}

/* A handshake that resumes nothing is signed by a scheme: of those that were not found
 * yet, then. */
static bool bears_schemes(struct survey *survey, const struct job *job)
{
	const struct job *schemes = survey_job(survey, ASK_SCHEMES, 0);
	const struct session *session = survey->sessions[job->rank];
	uint16_t codes[SUITES_MAX];

	if (job->rank != RESUME_ID || rank_of(survey, job) != RANK_TLS12 ||
		job->form != FORM_FULL || survey->differ || survey->several != NULL)
		return false;
	if (schemes == NULL || schemes->state != JOB_WAITS ||
		survey->schemes.count == 0 || hunt_over(&survey->schemes))
		return false;
	return session != NULL ? is_signed(survey, session->suite)
			       : asks_signed_suites(survey, codes) > 0;
}

/* With no session to offer, all signed suites stand there: if the rest of schemes is
 * refused with them, and all schemes are taken, no scheme was left. A session wants its
 * own suite, and a refusal with that one tells nothing of what goes with other keys. */
static uint8_t say_schemes(struct survey *survey, struct job *job,
	struct survey_room *room, struct hello_plan *plan)
{
	bool anew = survey->sessions[job->rank] == NULL;

	if (survey->joint_resumed == JOINT_DOUBT && !anew)
		survey->joint_resumed = JOINT_OVER; /* one came by another handshake */
	if (!bears_schemes(survey, job) || survey->joint_resumed == JOINT_OVER)
		return 0;
	if (anew)
		plan->suites.count = asks_signed_suites(survey, room->suites);
	if (survey->joint_resumed == JOINT_GOES)
		asks_say_schemes(survey, room, plan);
	return RIDE_SCHEMES;
}

static void plan(struct survey *survey, struct job *job, struct survey_room *room,
	struct hello_plan *plan)
{
	const struct session *session = survey->sessions[job->rank];
	int rank = rank_of(survey, job);

	plan_version(survey, rank, (enum form)job->form, room, plan);
	plan_found_suites(survey, rank, room, plan);
	plan_computed_groups(rank, plan);
	if (rank == RANK_TLS13)
		plan->versions.count = 1;
	if (job->rank == RESUME_ID) /* a server that gives a ticket gives no id */
		plan->says &= (uint16_t)~HELLO_SAYS_SESSION_TICKET;
	if (job->rank == RESUME_TICKET)
		plan->says |= HELLO_SAYS_SESSION_TICKET;
	if (session != NULL)
		offer(session, (enum resume)job->rank, room, plan);
	job->rides = say_schemes(survey, job, room, plan);
}

static enum resume kind_of(const struct session *session)
{
	if (session->version == VERSION_TLS13)
		return RESUME_PSK;
	return session->ticket_len > 0 ? RESUME_TICKET : RESUME_ID;
}

void survey_keep_session(struct survey *survey, const struct session *session)
{
	enum resume kind;
	struct bytes copy;
	int rank;

	if (session == NULL)
		return;
	kind = kind_of(session);
	rank = (int)version_rank(session->version);
	if (survey->sessions[kind] != NULL ||
		(kind == RESUME_ID && session->id_len == 0) ||
		(kind != RESUME_PSK && rank != survey_highest(survey, RANK_TLS12)))
		return;
	copy = arena_copy(&survey->arena, bytes_over(session, sizeof *session));
	survey->sessions[kind] = (const struct session *)(const void *)copy.at;
}

/* Of servers that take turns one need not know what the other gave: so often is a session
 * offered that was not resumed. */
#define OFFERS_MOST 3

/* One that is resumed, and was not before, is offered once more: a server that is alone
 * may only have been too slow to keep it (NSS). */
static void told_offered(struct survey *survey, struct job *job,
	enum endpoint_trait *trait, const struct reply *reply)
{
	bool doubt = job->odd > OFFERS_MOST;

	if (reply->resumed) {
		*trait = TRAIT_YES;
		if (job->odd > 0 && !doubt) {
			job->odd = OFFERS_MOST + 1;
			job->state = JOB_OPEN;
		}
	} else if (doubt) {
		survey->several = "a session is resumed, and not in another connection";
	} else if (++job->odd < OFFERS_MOST) {
		job->state = JOB_OPEN;
	} else if (!survey->differ && survey->several == NULL) {
		*trait = TRAIT_NO;
	}
}

/* False: it is asked again, as the rest of schemes may be why it was refused. */
static bool told_schemes(
	struct survey *survey, struct job *job, const struct ruled *ruled)
{
	bool taken = ruled->ruling == RULING_TAKEN && !ruled->reply->resumed;

	if (survey->joint_resumed == JOINT_DOUBT) {
		survey->joint_resumed = JOINT_OVER;
		if (taken)
			hunt_refused(&survey->schemes, OFFERS_SCHEMES_MAX);
		return true;
	}
	if (ruled->ruling == RULING_REFUSED) {
		survey->joint_resumed =
			survey->sessions[job->rank] == NULL ? JOINT_DOUBT : JOINT_OVER;
		job->state = JOB_OPEN;
		return false;
	}
	if (taken && !asks_scheme_told(survey, ruled->reply))
		survey->joint_resumed = JOINT_OVER;
	return true;
}

static void told(struct survey *survey, struct job *job, const struct ruled *ruled)
{
	enum endpoint_trait *const traits[] = {
		[RESUME_ID] = &survey->traits.resumption_id,
		[RESUME_TICKET] = &survey->traits.resumption_ticket,
		[RESUME_PSK] = &survey->traits.resumption_psk,
	};
	bool offered = survey->sessions[job->rank] != NULL;
	uint8_t rides = job->rides;

	job->rides = 0;
	if (rides != 0 && !told_schemes(survey, job, ruled))
		return;
	if (ruled->ruling != RULING_TAKEN || !ruled->reply->completed)
		return;
	if (offered) {
		told_offered(survey, job, traits[job->rank], ruled->reply);
		return;
	}
	survey_keep_session(survey, ruled->reply->session);
	if (survey->sessions[job->rank] != NULL)
		job->state = JOB_OPEN;
	else
		*traits[job->rank] = TRAIT_NO;
}

const struct ask ask_resume = { .name = "resumption",
	.ready = ready,
	.plan = plan,
	.told = told,
	.handshake = true,
	.only_tcp = true,
	.tries = 2 };

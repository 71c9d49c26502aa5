#include "scan/asks.h"

/* A group that can be computed is best known before: else a refusal may be for want of
 * one. */
static enum readiness ready(const struct survey *survey, const struct job *job)
{
	if (asks_after_version(survey, job->rank) != READY_NOW)
		return READY_LATER;
	if (!survey_saw_computed_group(survey, job->rank) &&
		!survey_all_done(survey, ASK_GROUPS))
		return READY_LATER;
	/* In TLS 1.3 certificates come behind the hello: RFC 8446, 2. For them alone, if
	 * no older version showed one. */
	if (survey->setting->mass && asks_after_suites(survey) != READY_NOW)
		return READY_LATER;
	if (survey->setting->mass && survey->chain_count > 0)
		return READY_NEVER;
	return survey_accepts(survey, job->rank) && survey->suites[job->rank].count > 0
		       ? READY_NOW
		       : READY_NEVER;
}

/* From the last to the first that was found: who takes the first all the same has an
 * order of its own. */
static void plan_reversed(const struct survey *survey, int rank, struct survey_room *room,
	struct hello_plan *plan)
{
	const struct hunt *hunt = &survey->suites[rank];

	plan->suites = (struct hello_codes){ room->suites, hunt->count };
	for (size_t i = 0; i < hunt->count; i++)
		room->suites[i] = (uint16_t)hunt->found[hunt->count - 1 - i];
}

/* In TLS 1.3 no share: the server asks for one of the group it would have. The schemes
 * are those that were not found yet, since only here it is told which it took. */
static void plan(struct survey *survey, struct job *job, struct survey_room *room,
	struct hello_plan *plan)
{
	plan_version(survey, job->rank, (enum form)job->form, room, plan);
	if (job->turn == 0)
		plan_reversed(survey, job->rank, room, plan);
	else
		plan_found_suites(survey, job->rank, room, plan);
	plan_computed_groups(job->rank, plan);
	if (job->rank != RANK_TLS13)
		return;
	plan_open_groups(survey, room, plan);
	plan->says |= HELLO_SAYS_STATUS_REQUEST | HELLO_SAYS_TIMESTAMPS;
	plan->versions.count = 1;
	plan->schemes = (struct hello_codes){ room->schemes,
		hunt_open(&survey->schemes13, OFFERS_SCHEMES_MAX, room->schemes) };
}

static void yes_or_no(enum endpoint_trait *trait, bool yes)
{
	if (yes)
		*trait = TRAIT_YES;
	else if (*trait == TRAIT_UNKNOWN)
		*trait = TRAIT_NO;
}

/* RFC 8446, 4.6.1 and 4.2.10. Up to TLS 1.2 a ticket is announced in the hello. */
static void note_tickets(struct survey *survey, const struct reply *reply)
{
	if (version_rank(reply->version) != RANK_TLS13)
		return;
	yes_or_no(&survey->traits.tickets, reply->tickets > 0);
	if (reply->tickets > 0)
		yes_or_no(&survey->traits.early_data, reply->early_data > 0);
}

/* The next scheme of TLS 1.3, until all the rest are refused. */
static void hunt_schemes(
	struct survey *survey, struct job *job, const struct reply *reply)
{
	struct hunt *hunt = &survey->schemes13;

	if (!survey->setting->mass && hunt_is_open(hunt, reply->scheme) &&
		hunt_found(hunt, reply->scheme, &survey->arena) && !hunt_over(hunt))
		job->state = JOB_OPEN;
	else
		survey->findings[RANK_TLS13].schemes_cut = true;
}

/* Where neither end of the list was taken, a group or a key may be why: ask_order.c has
 * them all. */
static void told_order(
	struct survey *survey, const struct job *job, const struct reply *reply)
{
	const struct hunt *hunt = &survey->suites[job->rank];
	uint8_t *order = &survey->findings[job->rank].order;

	if (job->turn != 1 || hunt->count < 2 || job->form != FORM_FULL ||
		(int)version_rank(reply->version) != job->rank)
		return;
	if (reply->suite == hunt->found[0])
		*order = ORDER_SERVER;
	else if (reply->suite == hunt->found[hunt->count - 1] &&
		 survey_computes_keys(survey, job->rank))
		*order = ORDER_CLIENT;
}

/* What was last may be a suite that cannot be computed here, or wants a secret. */
static bool wants_usual_suites(
	const struct survey *survey, const struct job *job, const struct reply *reply)
{
	const struct hunt *hunt = &survey->suites[job->rank];

	return job->turn == 1 && hunt->count > 1 && !reply->completed &&
	       reply->suite != hunt->found[0];
}

static void told_taken(struct survey *survey, struct job *job, const struct reply *reply)
{
	struct finding *finding = &survey->findings[job->rank];

	yes_or_no(&survey->traits.client_certificate_asked, reply->certificate_asked);
	survey_keep_session(survey, reply->session);
	if (reply->completed) {
		finding->completes = TRAIT_YES;
		yes_or_no(&survey->traits.client_certificate_needed, false);
		note_tickets(survey, reply);
	} else if (reply->alert_seen && reply->certificate_asked) {
		survey->traits.client_certificate_needed = TRAIT_YES;
	}
	if (job->rank == RANK_TLS13) {
		if (hunt_is_open(&survey->groups[1], reply->group))
			(void)hunt_found(
				&survey->groups[1], reply->group, &survey->arena);
		hunt_schemes(survey, job, reply);
	}
}

/* It answers the hello and refuses the handshake, as edges do that count who comes by old
 * versions; or it wants a certificate first. */
static void told_refused(
	struct survey *survey, struct job *job, const struct reply *reply)
{
	struct finding *finding = &survey->findings[job->rank];

	if (job->rank == RANK_TLS13 && survey->schemes13.count > 0) {
		hunt_refused(&survey->schemes13, OFFERS_SCHEMES_MAX);
		return;
	}
	if (reply->certificate_asked)
		survey->traits.client_certificate_needed = TRAIT_YES;
	else if (survey_computes_groups(survey, job->rank))
		finding->completes = TRAIT_NO;
}

static void told(struct survey *survey, struct job *job, const struct ruled *ruled)
{
	if (ruled->ruling != RULING_UNCLEAR) {
		told_order(survey, job, ruled->reply);
		if (wants_usual_suites(survey, job, ruled->reply)) {
			job->state = JOB_OPEN;
			return;
		}
	}
	if (ruled->ruling == RULING_TAKEN) {
		told_taken(survey, job, ruled->reply);
	} else if (ruled->ruling == RULING_REFUSED) {
		told_refused(survey, job, ruled->reply);
	} else if (job->rank == RANK_TLS13) {
		survey->findings[RANK_TLS13].schemes_cut = true;
		asks_list_broke_off(survey, RANK_TLS13, ruled);
	}
}

const struct ask ask_handshake = { .name = "handshake",
	.ready = ready,
	.plan = plan,
	.told = told,
	.handshake = true,
	.only_tcp = true,
	.tries = 2 };

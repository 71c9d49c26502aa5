#include "scan/asks.h"

/* A version that does not exist yet, as servers without TLS 1.3 see it. RFC 5246, E.1. */
#define VERSION_TO_COME 0x0304

#define SPLIT_AT 20 /* inside the random */

/* An extension that nobody has registered, with a body. RFC 8446, 4.2: to be ignored. */
static const uint8_t unknown_extension[] = { 0x5a, 0x5b, 0x00, 0x08, 1, 2, 3, 4, 5, 6, 7,
	8 };

static void say_extension(struct hello_plan *plan)
{
	plan->extensions = bytes_over(unknown_extension, sizeof unknown_extension);
}

static void say_grease(struct hello_plan *plan)
{
	plan->says |= HELLO_SAYS_GREASE;
}

static void say_no_session_id(struct hello_plan *plan)
{
	plan->session_id_len = 0;
}

static void say_split(struct hello_plan *plan)
{
	plan->first_record = SPLIT_AT;
}

static void say_version(struct hello_plan *plan)
{
	if (plan->versions.count == 0)
		plan->legacy_version = VERSION_TO_COME;
}

/* What a server has to bear. To add one: a line here, in order of name. */
static const struct burden {
	void (*say)(struct hello_plan *plan);
	size_t trait; /* in struct endpoint_traits */
} burdens[] = {
	{ say_extension, offsetof(struct endpoint_traits, intolerant_extension) },
	{ say_grease, offsetof(struct endpoint_traits, intolerant_grease) },
	{ say_no_session_id, offsetof(struct endpoint_traits, intolerant_no_session_id) },
	{ say_split, offsetof(struct endpoint_traits, intolerant_split) },
	{ say_version, offsetof(struct endpoint_traits, intolerant_version) },
};

static enum endpoint_trait *trait_of(struct survey *survey, size_t i)
{
	return (void *)((char *)&survey->traits + burdens[i].trait);
}

bool asks_burdens_known(const struct survey *survey)
{
	return survey->traits.intolerant_version != TRAIT_UNKNOWN;
}

void asks_say_burdens(struct hello_plan *plan)
{
	for (size_t i = 0; i < COUNT_OF(burdens); i++)
		burdens[i].say(plan);
}

void asks_borne(struct survey *survey)
{
	for (size_t i = 0; i < COUNT_OF(burdens); i++)
		*trait_of(survey, i) = TRAIT_NO;
}

static int rank_of(const struct survey *survey)
{
	int rank = survey_highest(survey, RANK_TLS12);

	return rank > RANK_SSL3 ? rank : survey_highest(survey, RANK_TLS13);
}

static enum readiness ready(const struct survey *survey, const struct job *job)
{
	(void)job;
	if (asks_burdens_known(survey)) /* they rode on a hello for suites */
		return READY_NEVER;
	if (asks_after_suites(survey) != READY_NOW)
		return READY_LATER;
	return rank_of(survey) > RANK_SSL3 ? READY_NOW : READY_NEVER;
}

/* All at once first; only if that is too much, each alone. */
static void plan(struct survey *survey, struct job *job, struct survey_room *room,
	struct hello_plan *plan)
{
	int rank = rank_of(survey);

	plan_version(survey, rank, (enum form)job->form, room, plan);
	plan_found_suites(survey, rank, room, plan);
	if (job->turn > 0) {
		burdens[job->turn - 1].say(plan);
		return;
	}
	asks_say_burdens(plan);
}

static void told_all(struct survey *survey, struct job *job, const struct ruled *ruled)
{
	if (ruled->ruling != RULING_TAKEN) {
		job->state = JOB_OPEN;
		return;
	}
	asks_borne(survey);
}

/* `turn` counts this one already: it stands one behind its burden. */
static void told(struct survey *survey, struct job *job, const struct ruled *ruled)
{
	if (job->turn == 1) {
		told_all(survey, job, ruled);
		return;
	}
	if (ruled->ruling != RULING_UNCLEAR)
		*trait_of(survey, job->turn - 2U) =
			ruled->ruling == RULING_TAKEN ? TRAIT_NO : TRAIT_YES;
	if (job->turn <= COUNT_OF(burdens))
		job->state = JOB_OPEN;
}

const struct ask ask_tolerance = { .name = "tolerance",
	.ready = ready,
	.plan = plan,
	.told = told,
	.only_tcp = true,
	.tries = 2 };

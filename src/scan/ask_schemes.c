#include "base/writer.h"
#include "scan/asks.h"

/* Those whose key exchange is signed. RFC 5246, 7.4.3. */
size_t asks_signed_suites(const struct survey *survey, uint16_t *ret)
{
	const struct hunt *hunt = &survey->suites[RANK_TLS12];
	size_t count = 0;

	for (size_t i = 0; i < hunt->count; i++) {
		const struct suite *suite = suite_find((uint16_t)hunt->found[i]);

		if (suite == NULL ||
			(suite->exchange != SUITE_ECDHE && suite->exchange != SUITE_DHE))
			continue;
		if (suite->auth == SUITE_BY_RSA || suite->auth == SUITE_BY_ECDSA ||
			suite->auth == SUITE_BY_DSS)
			ret[count++] = suite->code;
	}
	return count;
}

static enum readiness ready(const struct survey *survey, const struct job *job)
{
	uint16_t codes[SUITES_MAX];

	(void)job;
	if (asks_after_version(survey, RANK_TLS12) != READY_NOW)
		return READY_LATER;
	if (!survey_accepts(survey, RANK_TLS12))
		return READY_NEVER;
	if (asks_signed_suites(survey, codes) == 0)
		return READY_NEVER;
	if (survey->joint == JOINT_DOUBT)
		return READY_NOW;
	if (hunt_over(&survey->schemes))
		return READY_NEVER;
	/* Handshakes tell some on their way. */
	if (survey->schemes.count > 0 && !survey_all_done(survey, ASK_RESUME))
		return READY_LATER;
	return survey_job_done(survey, ASK_GROUPS, RANK_TLS12) ? READY_NOW : READY_LATER;
}

/* All schemes for certificates: a chain that was signed by another must not be why it is
 * refused. RFC 8446, 4.2.3. */
static struct bytes for_certificates(
	const struct offers *offers, struct survey_room *room)
{
	struct writer w = writer_over(room->extensions, sizeof room->extensions);
	size_t body, list;

	writer_u16(&w, EXTENSION_SIGNATURE_ALGORITHMS_CERT);
	body = writer_open(&w, 2);
	list = writer_open(&w, 2);
	for (size_t i = 0; i < offers->scheme_count; i++)
		writer_u16(&w, offers->schemes[i]);
	writer_close(&w, list, 2);
	writer_close(&w, body, 2);
	return writer_written(&w);
}

void asks_say_schemes(
	struct survey *survey, struct survey_room *room, struct hello_plan *plan)
{
	struct hunt *hunt = &survey->schemes;
	uint16_t first = survey->findings[RANK_TLS12].first_scheme;

	if (hunt->count == 0 && hunt_is_open(hunt, first))
		(void)hunt_found(hunt, first, &survey->arena);
	plan->schemes = (struct hello_codes){ room->schemes,
		hunt_open(hunt, OFFERS_SCHEMES_MAX, room->schemes) };
	plan->extensions = for_certificates(survey->setting->offers, room);
}

static void plan(struct survey *survey, struct job *job, struct survey_room *room,
	struct hello_plan *plan)
{
	plan_version(survey, RANK_TLS12, (enum form)job->form, room, plan);
	plan->suites.count = asks_signed_suites(survey, room->suites);
	asks_say_schemes(survey, room, plan);
}

bool asks_scheme_told(struct survey *survey, const struct reply *reply)
{
	return reply->scheme != 0 && hunt_is_open(&survey->schemes, reply->scheme) &&
	       hunt_found(&survey->schemes, reply->scheme, &survey->arena);
}

/* The hello that was refused had the same schemes, fewer groups, and of the suites those
 * by ECDHE and RSA: if one of these is taken now, it was the groups. */
static void settle_joint(struct survey *survey, const struct ruled *ruled)
{
	const struct suite *suite = ruled->ruling == RULING_TAKEN
					    ? suite_find((uint16_t)ruled->reply->suite)
					    : NULL;

	if (survey->joint == JOINT_DOUBT && suite != NULL &&
		suite->exchange == SUITE_ECDHE && suite->auth == SUITE_BY_RSA)
		asks_groups_over(survey);
	survey->joint = JOINT_OVER;
}

static void told(struct survey *survey, struct job *job, const struct ruled *ruled)
{
	struct hunt *hunt = &survey->schemes;

	settle_joint(survey, ruled);
	if (ruled->ruling == RULING_REFUSED) {
		hunt_refused(hunt, OFFERS_SCHEMES_MAX);
		return;
	}
	if (ruled->ruling == RULING_TAKEN && asks_scheme_told(survey, ruled->reply)) {
		if (!hunt_over(hunt))
			job->state = JOB_WAITS;
		return;
	}
	survey->findings[RANK_TLS12].schemes_cut = true;
	asks_list_broke_off(survey, RANK_TLS12, ruled);
}

const struct ask ask_schemes = {
	.name = "schemes", .ready = ready, .plan = plan, .told = told, .tries = 2
};

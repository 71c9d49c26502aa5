#include "scan/asks.h"

static enum readiness ready(const struct survey *survey, const struct job *job)
{
	(void)job;
	if (survey->alpn_over) /* told by what rode on hellos for suites */
		return READY_NEVER;
	if (asks_after_suites(survey) != READY_NOW)
		return READY_LATER;
	return survey_highest(survey, RANK_TLS12) > RANK_SSL3 ? READY_NOW : READY_NEVER;
}

/* In TLS 1.3 the answer is encrypted (RFC 8446, 4.3.1): handshakes are carried to their
 * end for it, where there is no older version to ask. */
static enum readiness ready_encrypted(const struct survey *survey, const struct job *job)
{
	(void)job;
	if (!survey_all_done(survey, ASK_HANDSHAKE))
		return READY_LATER;
	return survey_highest(survey, RANK_TLS12) <= RANK_SSL3 &&
			       survey->findings[RANK_TLS13].completes == TRAIT_YES
		       ? READY_NOW
		       : READY_NEVER;
}

void asks_say_protocols(
	const struct survey *survey, struct survey_room *room, struct hello_plan *plan)
{
	plan->alpn = room->alpn;
	for (size_t i = 0; i < offers_alpn_count; i++)
		if (survey->alpn_open >> i & 1)
			room->alpn[plan->alpn_count++] = offers_alpn[i];
}

static void plan(struct survey *survey, struct job *job, struct survey_room *room,
	struct hello_plan *plan)
{
	int rank = survey_highest(survey, RANK_TLS12);

	plan_version(survey, rank, (enum form)job->form, room, plan);
	plan_found_suites(survey, rank, room, plan);
	asks_say_protocols(survey, room, plan);
}

static void plan_encrypted(struct survey *survey, struct job *job,
	struct survey_room *room, struct hello_plan *plan)
{
	plan_version(survey, RANK_TLS13, (enum form)job->form, room, plan);
	plan_found_suites(survey, RANK_TLS13, room, plan);
	plan_computed_groups(RANK_TLS13, plan);
	plan->versions.count = 1;
	asks_say_protocols(survey, room, plan);
}

bool asks_protocol_told(struct survey *survey, const struct reply *reply)
{
	struct bytes name = bytes_over(reply->alpn, reply->alpn_len);

	survey->alpn_over = true;
	for (size_t i = 0; i < offers_alpn_count && name.len > 0; i++) {
		bool open = (survey->alpn_open >> i & 1) != 0;

		if (!open || !bytes_equal(name, offers_alpn[i]) ||
			survey->alpn_count == COUNT_OF(survey->alpn))
			continue;
		survey->alpn_open &= ~(UINT64_C(1) << i);
		survey->alpn[survey->alpn_count++] = offers_alpn[i];
		survey->alpn_over = survey->alpn_open == 0;
	}
	return !survey->alpn_over;
}

static void told(struct survey *survey, struct job *job, const struct ruled *ruled)
{
	if (ruled->ruling == RULING_REFUSED)
		survey->alpn_over = true;
	else if (ruled->ruling == RULING_TAKEN &&
		 asks_protocol_told(survey, ruled->reply))
		job->state = JOB_OPEN;
}

const struct ask ask_alpn = {
	.name = "protocols", .ready = ready, .plan = plan, .told = told, .tries = 2
};

const struct ask ask_alpn_encrypted = { .name = "encrypted protocols",
	.ready = ready_encrypted,
	.plan = plan_encrypted,
	.told = told,
	.handshake = true,
	.only_tcp = true,
	.tries = 2 };

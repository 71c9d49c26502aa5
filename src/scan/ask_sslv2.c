#include "scan/asks.h"

static enum readiness ready(const struct survey *survey, const struct job *job)
{
	(void)survey;
	(void)job;
	return READY_NOW;
}

static void settle(struct survey *survey, enum endpoint_status status, const char *reason)
{
	survey->findings[RANK_SSL2].status = (uint8_t)status;
	survey->findings[RANK_SSL2].reason = reason;
}

/* SSL 2.0's server names all ciphers that it has in common. draft-hickman, 5.6. A hello
 * of another version is none of 2.0: it may come of a server that reads its form. */
static void told_taken(struct survey *survey, const struct reply *reply)
{
	if (reply->version != VERSION_SSL2) {
		settle(survey, ENDPOINT_REFUSED, "it answers with another version");
		return;
	}
	settle(survey, ENDPOINT_ACCEPTED, NULL);
	survey->sslv2_count = reply->spec_count;
	memcpy(survey->sslv2, reply->specs, sizeof survey->sslv2);
}

static void told(struct survey *survey, struct job *job, const struct ruled *ruled)
{
	(void)job;
	if (ruled->ruling == RULING_TAKEN) {
		told_taken(survey, ruled->reply);
	} else if (ruled->ruling == RULING_REFUSED) {
		settle(survey, ENDPOINT_REFUSED, NULL);
		survey->findings[RANK_SSL2].closed = !ruled->reply->alert_seen;
		if (ruled->reply->alert_seen)
			survey->findings[RANK_SSL2].alert = ruled->reply->alert;
	} else {
		settle(survey, ENDPOINT_UNKNOWN, ruled->reason);
	}
}

const struct ask ask_sslv2 = {
	.name = "ssl2", .ready = ready, .told = told, .only_tcp = true, .tries = 2
};

#define TURNS 2

/* Of nodes that take turns, two questions in a row meet two. */
static enum readiness ready_again(const struct survey *survey, const struct job *job)
{
	(void)job;
	if (survey->findings[RANK_SSL2].status != ENDPOINT_REFUSED)
		return READY_NEVER;
	return survey_highest(survey, RANK_TLS13) == RANK_UNKNOWN ? READY_NEVER
								  : READY_NOW;
}

static void told_again(struct survey *survey, struct job *job, const struct ruled *ruled)
{
	if (ruled->ruling == RULING_TAKEN && ruled->reply->version == VERSION_SSL2) {
		if (survey_refused_then_taken(survey, RANK_SSL2))
			survey_differs(survey, "SSL 2.0 is refused, and accepted in "
					       "another connection");
		told_taken(survey, ruled->reply);
	} else if (ruled->ruling != RULING_UNCLEAR && job->turn < TURNS) {
		job->state = JOB_OPEN;
	}
}

const struct ask ask_sslv2_again = { .name = "ssl2 again",
	.ready = ready_again,
	.told = told_again,
	.quiet = true,
	.only_tcp = true,
	.tries = 2 };

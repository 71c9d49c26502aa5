#include "scan/asks.h"

static enum readiness ready(const struct survey *survey, const struct job *job)
{
	(void)survey;
	(void)job;
	return READY_LATER; /* survey.c opens it when it is wanted */
}

/* What was taken last, once more. */
static void plan(struct survey *survey, struct job *job, struct survey_room *room,
	struct hello_plan *plan)
{
	plan_version(survey, survey->good_rank, (enum form)job->form, room, plan);
	room->suites[0] = (uint16_t)survey->good_suite;
	plan->suites.count = 1;
}

/* What follows stands in rulings.c: a control is told nowhere else. */
static void told(struct survey *survey, struct job *job, const struct ruled *ruled)
{
	(void)survey;
	(void)job;
	(void)ruled;
}

const struct ask ask_control = {
	.name = "control", .ready = ready, .plan = plan, .told = told, .tries = 2
};

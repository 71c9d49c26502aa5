#include "scan/survey.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "scan/survey_inside.h"

static const enum ask_kind by_version[] = { ASK_SUITES, ASK_ORDER, ASK_REST, ASK_NO_NAME,
	ASK_OTHER_NAME, ASK_AGAIN, ASK_HANDSHAKE };
static const enum ask_kind once[] = { ASK_ALPN, ASK_ALPN_ENCRYPTED, ASK_FALLBACK,
	ASK_TOLERANCE, ASK_SSLV2_AGAIN, ASK_SCHEMES, ASK_QUIC_ALPN, ASK_QUIC_VERSIONS };

uint16_t survey_version(const struct survey *survey, int rank)
{
	if (survey->transport == PROBE_QUIC && rank != RANK_TLS13)
		return VERSION_NONE; /* RFC 9001, 4.2 */
	return version_of_rank((enum version_rank)rank, survey->transport == PROBE_DTLS);
}

static bool has_sense(const struct survey *survey, const struct ask *ask)
{
	if (survey->transport == PROBE_TCP)
		return !ask->only_quic;
	return !ask->only_tcp && (survey->transport == PROBE_QUIC || !ask->only_quic);
}

static void add_job(struct survey *survey, enum ask_kind ask, int rank)
{
	if (has_sense(survey, asks[ask]) && survey->job_count < JOBS_MAX)
		survey->jobs[survey->job_count++] = (struct job){
			.ask = (uint8_t)ask, .rank = (uint8_t)rank, .alert = -1
		};
}

/* TLS 1.2 first: nearly every server has it, and it proves that long lists are read. */
static void add_versions(struct survey *survey, enum ask_kind ask)
{
	static const int order[] = { RANK_TLS12, RANK_TLS13, RANK_TLS10, RANK_TLS11,
		RANK_SSL3 };

	for (size_t i = 0; i < COUNT_OF(order); i++)
		if (survey_version(survey, order[i]) != VERSION_NONE)
			add_job(survey, ask, order[i]);
}

static void add_jobs(struct survey *survey)
{
	add_job(survey, ASK_CONTROL, 0);
	add_versions(survey, ASK_SUITES);
	add_job(survey, ASK_SSLV2, RANK_SSL2);
	if (survey->setting->mass) {
		add_job(survey, ASK_HANDSHAKE, RANK_TLS13);
		return;
	}
	for (size_t i = 1; i < COUNT_OF(by_version); i++)
		add_versions(survey, by_version[i]);
	add_job(survey, ASK_GROUPS, RANK_TLS12);
	add_job(survey, ASK_GROUPS, RANK_TLS13);
	for (int kind = 0; kind < RESUME_KINDS; kind++)
		add_job(survey, ASK_RESUME, kind);
	for (size_t i = 0; i < COUNT_OF(once); i++)
		add_job(survey, once[i], 0);
}

static void init_hunts(struct survey *survey)
{
	const struct offers *offers = survey->setting->offers;

	for (int rank = RANK_SSL3; rank <= RANK_TLS13; rank++)
		hunt_init(&survey->suites[rank], offers->suites[rank],
			offers->suite_counts[rank]);
	hunt_init(&survey->groups[0], offers->curves, offers->curve_count);
	hunt_init(&survey->groups[1], offers->groups, offers->group_count);
	hunt_init(&survey->schemes, offers->schemes, offers->scheme_count);
	hunt_init(&survey->schemes13, offers->schemes, offers->scheme_count);
	survey->alpn_open =
		(UINT64_C(1) << (survey->transport == PROBE_QUIC ? offers_quic_alpn_count
								 : offers_alpn_count)) -
		1;
	for (int rank = 0; rank <= RANK_TLS13; rank++)
		survey->findings[rank].alert = -1;
}

struct survey *survey_new(const struct survey_setting *setting,
	enum probe_transport transport, struct bytes server_name)
{
	struct survey *survey = calloc(1, sizeof *survey);

	if (survey == NULL)
		return NULL;
	survey->setting = setting;
	survey->transport = transport;
	survey->server_name = server_name;
	arena_init(&survey->arena, SURVEY_ARENA_MAX);
	init_hunts(survey);
	add_jobs(survey);
	return survey;
}

void survey_free(struct survey *survey)
{
	if (survey == NULL)
		return;
	arena_done(&survey->arena);
	free(survey);
}

static const char *format_clause(struct survey *survey, const char *format, va_list args)
{
	char text[ENDPOINT_REASON_MAX];
	const char *clause;

	(void)vsnprintf(text, sizeof text, format, args);
	clause = arena_string(&survey->arena, bytes_of_string(text));
	return clause != NULL ? clause : "memory ran out";
}

const char *survey_clause(struct survey *survey, const char *format, ...)
{
	const char *clause;
	va_list args;

	va_start(args, format);
	clause = format_clause(survey, format, args);
	va_end(args);
	return clause;
}

void survey_differs(struct survey *survey, const char *format, ...)
{
	va_list args;

	if (survey->differ)
		return;
	survey->differ = true;
	va_start(args, format);
	survey->differ_reason = format_clause(survey, format, args);
	va_end(args);
}

/* A close counts as a refusal only if it came twice at least (rulings.c). */
#define CLOSES_OF_REFUSAL 2

bool survey_refused_then_taken(struct survey *survey, int rank)
{
	struct finding *finding = &survey->findings[rank];

	if (finding->closed)
		finding->wavers += CLOSES_OF_REFUSAL;
	return !finding->closed && (finding->status == ENDPOINT_REFUSED ||
					   finding->status == ENDPOINT_ACCEPTED);
}

struct job *survey_job(struct survey *survey, enum ask_kind ask, uint8_t rank)
{
	for (unsigned i = 0; i < survey->job_count; i++)
		if (survey->jobs[i].ask == ask && survey->jobs[i].rank == rank)
			return &survey->jobs[i];
	return NULL;
}

bool survey_all_done(const struct survey *survey, enum ask_kind ask)
{
	for (unsigned i = 0; i < survey->job_count; i++)
		if (survey->jobs[i].ask == ask && survey->jobs[i].state != JOB_DONE)
			return false;
	return true;
}

bool survey_speaks(const struct survey *survey)
{
	return survey->speaks;
}

struct survey_span survey_span(const struct survey *survey)
{
	return (struct survey_span){ survey->begun, survey->ended };
}

bool survey_job_done(const struct survey *survey, enum ask_kind ask, uint8_t rank)
{
	for (unsigned i = 0; i < survey->job_count; i++)
		if (survey->jobs[i].ask == ask && survey->jobs[i].rank == rank)
			return survey->jobs[i].state == JOB_DONE;
	return true;
}

bool survey_accepts(const struct survey *survey, int rank)
{
	return survey->findings[rank].status == ENDPOINT_ACCEPTED;
}

int survey_highest(const struct survey *survey, int most)
{
	while (most > RANK_UNKNOWN && !survey_accepts(survey, most))
		most--;
	return most;
}

/* Opens what waits and may be asked now; the first that is open. */
static struct job *open_job(struct survey *survey, bool quiet)
{
	for (unsigned i = 0; i < survey->job_count; i++) {
		struct job *job = &survey->jobs[i];
		const struct ask *ask = asks[job->ask];

		if (ask->quiet != quiet)
			continue;
		if (job->state == JOB_WAITS) {
			enum readiness ready = ask->ready(survey, job);

			if (ready == READY_LATER)
				continue;
			job->state = ready == READY_NOW ? JOB_OPEN : JOB_DONE;
			job->form = survey->form;
		}
		if (job->state == JOB_OPEN)
			return job;
	}
	return NULL;
}

static bool any(const struct survey *survey, enum job_state state)
{
	for (unsigned i = 0; i < survey->job_count; i++)
		if (survey->jobs[i].state == state)
			return true;
	return false;
}

static struct job *open_control(struct survey *survey)
{
	struct job *control = &survey->jobs[0];

	survey->mode = MODE_SUSPECT;
	control->state = JOB_OPEN;
	control->form = survey->good_form;
	return control;
}

/* With nothing else to do: a refusal that may have come of the hello's length is put to
 * the test by a short one. */
static struct job *ask_smaller(struct survey *survey)
{
	struct job *first = NULL;

	for (unsigned i = 0; i < survey->job_count; i++) {
		struct job *job = &survey->jobs[i];

		if (job->state != JOB_DOUBT)
			continue;
		job->state = JOB_OPEN;
		job->form = FORM_SMALL;
		if (first == NULL)
			first = job;
	}
	return first;
}

/* What comes next if all is well; NULL: nothing now. */
static struct job *next_job(struct survey *survey)
{
	struct job *job = NULL;

	if (!survey->reached && survey->under_way > 0)
		return NULL;
	job = open_job(survey, false);
	if (job != NULL || survey->under_way > 0)
		return job;
	if (any(survey, JOB_HELD) && survey->good_rank != 0)
		return open_control(survey);
	survey_settle_unproved(survey);
	job = ask_smaller(survey);
	return job != NULL ? job : open_job(survey, true);
}

/* In trouble: the control, once nothing else is under way. */
static struct job *next_control(struct survey *survey)
{
	return survey->under_way > 0 ? NULL : open_control(survey);
}

/* Of a server that has nothing else the control is of SSL 2.0, too. */
static bool is_sslv2(const struct survey *survey, const struct job *job)
{
	return job->ask == ASK_SSLV2 || job->ask == ASK_SSLV2_AGAIN ||
	       (job->ask == ASK_CONTROL && survey->good_rank == RANK_SSL2);
}

/* The first hello for a version, as every target gets it that has no name. */
static uint8_t alike(const struct survey *survey, const struct job *job)
{
	bool first = job->ask == ASK_SUITES && job->turn == 0 && job->form == FORM_FULL &&
		     survey->suites[job->rank].count == 0;

	return first && survey->setting->mass && survey->transport == PROBE_TCP &&
			       survey->server_name.len == 0
		       ? job->rank
		       : 0;
}

static void begin_question(struct survey *survey, struct job *job,
	struct survey_room *room, uint64_t now, struct survey_question *ret)
{
	*ret = (struct survey_question){ .job = (unsigned)(job - survey->jobs),
		.number = ++survey->asked,
		.at = now,
		.handshake = asks[job->ask]->handshake,
		.alike = alike(survey, job),
		.sslv2 = is_sslv2(survey, job),
		.transport = job->ask == ASK_QUIC_VERSIONS ? PROBE_QUIC_VERSIONS
							   : survey->transport };
	if (job->ask == ASK_RESUME)
		ret->session = survey->sessions[job->rank];
	if (!ret->sslv2)
		asks[job->ask]->plan(survey, job, room, &ret->plan);
	job->state = JOB_ASKED;
	job->offered = (uint16_t)ret->plan.suites.count;
	survey->under_way++;
	if (survey->begun == 0) {
		survey->begun = now;
		survey->burst_at = now;
	}
	survey->next_at = survey->pace > 0 ? now + survey->pace : 0;
}

/* True if nothing may be asked before *ret_again (0: before a reply). */
static bool must_wait(struct survey *survey, uint64_t now, uint64_t *ret_again)
{
	bool by_turns = survey->slowed || survey->transport == PROBE_DTLS;
	unsigned at_once = by_turns ? 1 : survey->setting->per_host;

	*ret_again = 0;
	if (survey->under_way >= at_once)
		return true;
	if (survey->next_at <= now)
		return false;
	*ret_again = survey->next_at;
	return true;
}

enum survey_next survey_next(struct survey *survey, struct survey_room *room,
	uint64_t now, struct survey_question *ret, uint64_t *ret_again)
{
	struct job *job;

	if (survey->begun != 0 && survey->mode != MODE_LOST &&
		now - survey->begun > survey->setting->patience)
		survey_lose(survey, "the time for one server was over before all was "
				    "asked; a longer one would settle it");
	if (survey->mode == MODE_LOST)
		return survey->under_way > 0 ? SURVEY_LATER : SURVEY_OVER;
	if (survey->hollow != NULL)
		survey_leave_lists(survey);
	if (must_wait(survey, now, ret_again))
		return SURVEY_LATER;
	if (survey->mode == MODE_PAUSED)
		survey->mode = MODE_SUSPECT;
	job = survey->mode == MODE_SUSPECT ? next_control(survey) : next_job(survey);
	if (job == NULL)
		return survey->under_way > 0 ? SURVEY_LATER : SURVEY_OVER;
	begin_question(survey, job, room, now, ret);
	return SURVEY_NEXT;
}

#include "base/attr.h"
#include "scan/survey_inside.h"

/* So many questions in a row that tell nothing, and a control is asked: versions that are
 * refused without a word are that many often enough. */
#define STREAK_MAX 4

/* A limit is mostly so many in ten seconds or a minute: waits of 1, 2, 4 to 32 seconds.
 */
#define PAUSE_FIRST TIME_SECOND
#define PAUSES_MAX  7

#define PACE_LEAST (TIME_SECOND / 20)
#define PACE_MOST  (2 * TIME_SECOND)

/* Until this machine has a source port or descriptor again. */
#define LOCAL_WAIT (TIME_SECOND / 10)
#define LOCAL_MAX  100

#define CONNECTS_MAX 2 /* that nobody takes until nobody is there */
#define NOT_TLS_MAX  2 /* answers in another language until that is what it speaks */

static bool is_first(const struct survey *survey, const struct job *job)
{
	return (job->ask == ASK_SUITES && survey->suites[job->rank].count == 0) ||
	       job->ask == ASK_SSLV2;
}

static void rule(struct survey *survey, struct job *job, enum ruling ruling,
	const struct reply *reply, const char *reason)
{
	const struct ruled ruled = { ruling, reply, reason };

	job->tries = 0;
	job->silent = 0;
	job->alert = -1;
	job->state = JOB_DONE;
	if (job->turn < UINT8_MAX)
		job->turn++;
	asks[job->ask]->told(survey, job, &ruled);
}

static bool is_close(uint8_t kind)
{
	return kind == REPLY_CLOSED || kind == REPLY_RESET || kind == REPLY_MALFORMED ||
	       kind == REPLY_NOT_TLS;
}

/* A doubtful refusal counts after all. */
static void rule_refused(struct survey *survey, struct job *job)
{
	const struct reply reply = {
		.kind = job->alert >= 0 ? REPLY_REFUSED : (enum reply_kind)job->last,
		.alert_seen = job->alert >= 0,
		.alert = (uint8_t)job->alert,
	};

	rule(survey, job, RULING_REFUSED, &reply, NULL);
}

/* Nothing was refused for want of an answer: somebody answered after it. */
static void settle_held(struct survey *survey, uint32_t answered)
{
	for (unsigned i = 0; i < survey->job_count; i++) {
		struct job *job = &survey->jobs[i];

		if (job->state == JOB_HELD && job->since < answered)
			rule_refused(survey, job);
		else if (job->state == JOB_DOUBT && job->offered <= survey->suites_taken)
			rule_refused(survey, job);
	}
}

/* It answers again after a time in which it did not: what was tried meanwhile says
 * nothing. Asked on as slowly as it bore. */
static void recover(struct survey *survey, uint64_t now)
{
	uint64_t pace = (now - survey->burst_at) /
			(survey->burst_taken > 0 ? survey->burst_taken : 1);

	if (survey->pace > pace)
		pace = survey->pauses > 1 ? 2 * survey->pace : survey->pace;
	survey->pace = pace < PACE_LEAST  ? PACE_LEAST
		       : pace > PACE_MOST ? PACE_MOST
					  : pace;
	survey->slowed = true;
	survey->pauses = 0;
	survey->burst_at = now;
	survey->burst_taken = 0;
	survey->next_at = now + survey->pace;
	for (unsigned i = 0; i < survey->job_count; i++) {
		struct job *job = &survey->jobs[i];

		if (job->state == JOB_HELD)
			job->state = JOB_OPEN;
		job->tries = 0;
		job->silent = 0;
	}
}

static void taken(struct survey *survey, struct job *job, const struct survey_question *q,
	const struct reply *reply, uint64_t now)
{
	bool was_paused = survey->pauses > 0;

	survey->streak = 0;
	survey->burst_taken++;
	if (job->ask == ASK_CONTROL && was_paused)
		recover(survey, now);
	if (job->ask == ASK_CONTROL)
		survey->mode = MODE_USUAL;
	if ((job->ask == ASK_SUITES || job->ask == ASK_SSLV2) &&
		job->rank >= survey->good_rank &&
		version_rank(reply->version) == job->rank) {
		survey->good_rank = job->rank;
		survey->good_form = job->form;
		survey->good_suite = reply->suite;
	}
	survey->findings[version_rank(reply->version)].taken++;
	survey->answers++;
	survey->accidents += job->tries > 0 && is_close(job->last);
	if (job->tries > 0 && is_close(job->last))
		survey->findings[version_rank(reply->version)].wavers++;
	if (q->plan.suites.count > survey->suites_taken)
		survey->suites_taken = (uint16_t)q->plan.suites.count;
	if (job->form == FORM_FULL && !q->sslv2)
		survey->full_taken = true;
	else if (!survey->full_taken && !q->sslv2 && job->form > survey->form)
		survey->form = job->form;
	rule(survey, job, RULING_TAKEN, reply, NULL);
	settle_held(survey, q->number);
}

void survey_lose(struct survey *survey, const char *reason)
{
	survey->mode = MODE_LOST;
	if (survey->reason == NULL)
		survey->reason = reason;
	for (unsigned i = 0; i < survey->job_count; i++) {
		struct job *job = &survey->jobs[i];

		if (job->state == JOB_DONE || job->state == JOB_ASKED)
			continue;
		if (job->state != JOB_WAITS || job->ask == ASK_SUITES ||
			job->ask == ASK_SSLV2)
			rule(survey, job, RULING_UNCLEAR, NULL, reason);
		job->state = JOB_DONE;
	}
}

void survey_leave_lists(struct survey *survey)
{
	for (unsigned i = 0; i < survey->job_count; i++) {
		struct job *job = &survey->jobs[i];

		if (job->state == JOB_ASKED || job->state == JOB_DONE ||
			job->ask == ASK_CONTROL || is_first(survey, job))
			continue;
		if (job->state != JOB_WAITS)
			rule(survey, job, RULING_UNCLEAR, NULL, survey->hollow);
		job->state = JOB_DONE;
	}
}

static void pause(struct survey *survey, uint64_t now)
{
	survey->slowed = true;
	if (survey->pauses == PAUSES_MAX) {
		survey_lose(survey,
			"it stopped answering, also what it had answered "
			"before; asking later or more slowly would settle it");
		return;
	}
	survey->mode = MODE_PAUSED;
	survey->next_at =
		now + (PAUSE_FIRST << (survey->pauses < 5 ? survey->pauses : 5));
	survey->pauses++;
	if (survey->next_at > survey->begun + survey->setting->patience)
		survey_lose(survey,
			"it stopped answering, and the time for one server is "
			"over; asking later would settle it");
}

/* Of nodes that take turns one may not take it: two in a row must fail. */
static void control_failed(struct survey *survey, struct job *job, uint64_t now)
{
	if (job->tries < asks[ASK_CONTROL]->tries) {
		job->state = JOB_OPEN;
		return;
	}
	job->tries = 0;
	job->state = JOB_DONE;
	pause(survey, now);
}

/* These say that it is this version, name or lack of a suite that is refused; all others
 * may be a hello that was not understood. */
static bool is_plain(uint8_t alert)
{
	switch (alert) {
	case ALERT_HANDSHAKE_FAILURE:
	case ALERT_PROTOCOL_VERSION:
	case ALERT_INSUFFICIENT_SECURITY:
	case ALERT_INTERNAL_ERROR:
	case ALERT_INAPPROPRIATE_FALLBACK:
	case ALERT_UNRECOGNIZED_NAME:
	case ALERT_NO_APPLICATION_PROTOCOL:
		return true;
	default:
		return false;
	}
}

/* protocol_version is about the version, whatever else the hello holds. */
static bool is_doubtful(
	const struct survey *survey, const struct job *job, const struct reply *reply)
{
	if (!is_first(survey, job) || job->form != FORM_FULL || job->ask == ASK_SSLV2)
		return false;
	if (reply->alert_seen && reply->alert == ALERT_PROTOCOL_VERSION)
		return false;
	return job->offered > survey->suites_taken ||
	       !(reply->alert_seen && is_plain(reply->alert));
}

static void refused(
	struct survey *survey, struct job *job, const struct reply *reply, uint64_t now)
{
	survey->streak = 0;
	if (job->ask == ASK_CONTROL) {
		job->tries++;
		control_failed(survey, job, now);
		return;
	}
	if (!is_doubtful(survey, job, reply)) {
		rule(survey, job, RULING_REFUSED, reply, NULL);
		return;
	}
	job->last = REPLY_REFUSED;
	job->alert = reply->alert_seen ? reply->alert : -1;
	if (reply->alert_seen && !is_plain(reply->alert)) {
		job->state = JOB_OPEN;
		job->form = FORM_SMALL;
		return;
	}
	job->state = JOB_DOUBT;
}

/* Nothing was ever answered that a control could say again. */
void survey_settle_unproved(struct survey *survey)
{
	for (unsigned i = 0; i < survey->job_count; i++) {
		struct job *job = &survey->jobs[i];

		if (job->state == JOB_HELD)
			rule(survey, job, RULING_UNCLEAR, NULL,
				survey_reason(survey, job));
	}
}

/* The next hello after one that told nothing; false: none is left. Once a full hello was
 * taken, or another form is known to be wanted, size is hardly why. */
static bool next_form(const struct survey *survey, struct job *job)
{
	if (!is_first(survey, job) || job->ask == ASK_SSLV2)
		return job->tries < asks[job->ask]->tries;
	if (job->form == FORM_BARE)
		return false;
	if (job->form == FORM_SMALL && survey->full_taken)
		return false;
	if (job->form == FORM_FULL && job->rank < RANK_TLS12 && survey->full_taken)
		job->form = FORM_BARE;
	else
		job->form++;
	return true;
}

static void unclear(struct survey *survey, struct job *job)
{
	job->since = survey->asked;
	if (next_form(survey, job)) {
		job->state = JOB_OPEN;
		return;
	}
	if (is_close(job->last) && job->silent == 0) {
		job->state = JOB_HELD;
		return;
	}
	rule(survey, job, RULING_UNCLEAR, NULL, survey_reason(survey, job));
}

static bool is_unconnected(enum reply_kind kind)
{
	return kind == REPLY_NO_LISTENER || kind == REPLY_NO_CONNECT ||
	       kind == REPLY_UNREACHABLE;
}

/* Nothing shows that anybody is there; over UDP there is nothing to connect to. */
static bool is_unreached(const struct survey *survey, const struct reply *reply)
{
	return is_unconnected(reply->kind) ||
	       (survey->transport != PROBE_TCP && reply->kind == REPLY_SILENT &&
		       reply->bytes == 0);
}

/* It has said nothing about the hello: that one did not come so far. */
static bool is_no_word(enum reply_kind kind)
{
	return is_unconnected(kind) || kind == REPLY_BEFORE_TLS;
}

/* Who has DTLS 1.3 alone may pass over what else is asked: it is next. Nothing is under
 * way, so that no question is of another job then. */
static void ask_dtls13_first(struct survey *survey, struct job *job)
{
	struct job *newest = survey_job(survey, ASK_SUITES, RANK_TLS13);
	struct job moved = *job;

	if (newest == NULL)
		return;
	*job = *newest;
	*newest = moved;
}

/* Over UDP: once more as it was, but small, since some drop what is long. */
static bool may_try_again(struct survey *survey, struct job *job)
{
	job->state = JOB_OPEN;
	if (survey->no_connection < CONNECTS_MAX) {
		job->form = survey->transport != PROBE_TCP ? FORM_SMALL : job->form;
		return true;
	}
	if (survey->no_connection > CONNECTS_MAX || survey->transport != PROBE_DTLS)
		return false;
	ask_dtls13_first(survey, job);
	return true;
}

/* Nobody was ever reached there. */
static void unreached(struct survey *survey, struct job *job)
{
	survey->no_connection++;
	if (!survey->setting->mass && may_try_again(survey, job))
		return;
	job->state = JOB_DONE;
	survey_lose(survey, NULL);
	survey->reason = survey_reason(survey, job);
}

static void told_nothing(
	struct survey *survey, struct job *job, const struct reply *reply, uint64_t now)
{
	if (job->rides != 0 && !is_no_word(reply->kind)) { /* asked again without */
		job->rides = 0;
		job->state = JOB_OPEN;
		survey->no_rides = true;
		survey->joint_resumed = JOINT_OVER;
		return;
	}
	job->last = (uint8_t)reply->kind;
	job->tries++;
	/* Neither is how a server refuses. */
	job->silent = (uint8_t)(job->silent + (reply->kind == REPLY_SILENT ||
						      reply->kind == REPLY_BROKEN));
	if (job->ask == ASK_CONTROL) {
		survey->accidents += is_close(job->last);
		control_failed(survey, job, now);
		return;
	}
	if (!survey->reached && is_unreached(survey, reply)) {
		unreached(survey, job);
		return;
	}
	unclear(survey, job);
	survey->streak++;
	if (survey->good_rank != 0 && survey->mode == MODE_USUAL &&
		(survey->streak >= STREAK_MAX || is_no_word(reply->kind)))
		survey->mode = MODE_SUSPECT;
}

/* Some other language; of a server that speaks TLS too it is one way to refuse. */
static void not_tls(
	struct survey *survey, struct job *job, const struct reply *reply, uint64_t now)
{
	if (survey->start_len == 0) {
		survey->start_len = reply->start_len;
		memcpy(survey->start, reply->start, reply->start_len);
	}
	if (!survey->speaks && reply->later && survey->not_tls < NOT_TLS_MAX) {
		survey->not_tls++; /* busy: it has a few more chances, one at a time */
		job->state = JOB_OPEN;
		survey->slowed = true;
		survey->next_at = now + (PAUSE_FIRST << survey->not_tls);
		return;
	}
	if (!survey->speaks && ++survey->not_tls >= NOT_TLS_MAX) {
		job->state = JOB_DONE;
		survey->without = reply->without;
		survey_lose(survey, survey_reason_before(survey, reply));
		return;
	}
	told_nothing(survey, job, reply, now);
}

static void local(struct survey *survey, struct job *job, uint64_t now)
{
	job->state = JOB_OPEN;
	survey->next_at = now + LOCAL_WAIT;
	if (++survey->local < LOCAL_MAX)
		return;
	job->last = REPLY_LOCAL;
	survey_lose(survey, "this machine had no source ports or descriptors left");
}

static void stop(struct survey *survey, struct job *job)
{
	job->state = JOB_OPEN;
	survey->stopped = true;
	survey_lose(survey, "the scan was stopped before all was asked");
}

/* Asked in a version that nobody has, that is what was to be heard; else version 1 is not
 * among those it has. */
static void other_quic(struct survey *survey, struct job *job, const struct reply *reply)
{
	survey->quic_version_count = reply->quic_version_count;
	memcpy(survey->quic_versions, reply->quic_versions,
		reply->quic_version_count * sizeof survey->quic_versions[0]);
	if (job->ask == ASK_QUIC_VERSIONS) {
		rule(survey, job, RULING_TAKEN, reply, NULL);
		return;
	}
	job->state = JOB_OPEN;
	survey_lose(survey, survey_reason_other_quic(survey));
}

/* What was under way when all was lost. */
static bool comes_late(struct survey *survey, struct job *job, const struct reply *reply)
{
	if (survey->mode != MODE_LOST)
		return false;
	if (reply->kind == REPLY_ACCEPTED)
		rule(survey, job, RULING_TAKEN, reply, NULL);
	else
		rule(survey, job, RULING_UNCLEAR, NULL, survey->reason);
	job->state = JOB_DONE;
	return true;
}

static void count(struct survey *survey, const struct reply *reply, size_t sent)
{
	survey->heard |= reply->kind != REPLY_SILENT && !is_unconnected(reply->kind);
	survey->heard |= reply->bytes > 0;
	survey->connections++;
	survey->bytes_received += reply->bytes;
	survey->reached |= !is_unreached(survey, reply);
	survey->speaks |= reply->answered || reply->kind == REPLY_ACCEPTED ||
			  reply->kind == REPLY_REFUSED || reply->kind == REPLY_OTHER_QUIC;
	if (!is_unconnected(reply->kind))
		survey->bytes_sent += sent;
}

void survey_told(struct survey *survey, const struct survey_question *question,
	const struct reply *reply, size_t sent, uint64_t now)
{
	struct job *job = &survey->jobs[question->job];

	survey->under_way--;
	survey->ended = now;
	if (reply->kind == REPLY_LOCAL) {
		local(survey, job, now);
		return;
	}
	if (reply->kind == REPLY_STOPPED) {
		stop(survey, job);
		return;
	}
	count(survey, reply, sent);
	survey_note_address(survey, reply);
	if (reply->kind == REPLY_ACCEPTED)
		survey_note(survey, question, reply);
	survey_count_hollow(survey, reply, now - question->at);
	if (comes_late(survey, job, reply))
		return;
	if (reply->kind == REPLY_ACCEPTED)
		taken(survey, job, question, reply, now);
	else if (reply->kind == REPLY_OTHER_QUIC)
		other_quic(survey, job, reply);
	else if (reply->kind == REPLY_REFUSED)
		refused(survey, job, reply, now);
	else if (reply->kind == REPLY_NOT_TLS || reply->kind == REPLY_BEFORE_TLS)
		not_tls(survey, job, reply, now);
	else
		told_nothing(survey, job, reply, now);
}

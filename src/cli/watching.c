#include "cli/watching.h"

#include <stdlib.h>

#include "base/text.h"
#include "cli/crew.h"
#include "cli/file_ends.h"
#include "sys/clock.h"
#include "sys/crypto.h"
#include "sys/files.h"
#include "sys/lock.h"
#include "sys/log.h"
#include "sys/signals.h"
#include "sys/source.h"
#include "sys/workers.h"
#include "watch/watch.h"

/* How long a worker waits for packets before it looks at signals and silences. */
#define WAIT_MS 100

/* Batches between two looks at the clock. */
#define BATCHES_A_PULSE 256

#define PULSE_EVERY (TIME_SECOND / 10)

/* A capture that begins further away from the end of the one before is another story:
 * nothing under way goes on in it. */
#define CONTINUES_WITHIN (60 * TIME_SECOND)

struct worker {
	struct watching *watching;
	struct source *source;
	struct watch *watch;
	struct coverage coverage; /* as published; under the lock */
	uint64_t drops;           /* of sources that are closed */
};

struct watching {
	const struct watching_plan *plan;
	struct files files;
	struct worker *workers;
	unsigned worker_count;
	struct crew *crew; /* NULL: one worker, or live */
	struct lock *lock;
	uint64_t begun; /* clock_monotonic() */
	uint64_t pulsed;
	uint64_t bytes_done; /* of files that are closed */
	struct file_ends ends;
	struct watching_result result;
};

static enum err worker_init(
	struct watching *watching, struct worker *worker, struct fault *why)
{
	const struct watching_plan *plan = watching->plan;
	struct watch_settings settings = {
		.crypto = crypto_openssl(),
		.key = plan->key,
		.sink = plan->sinks[worker - watching->workers],
		.max_flows = plan->max_flows / watching->worker_count,
		.fragments_apart = plan->interface == NULL && watching->worker_count > 1,
	};

	worker->watching = watching;
	worker->watch = watch_new(&settings);
	if (worker->watch == NULL)
		return fault_set(why, ERR_MEMORY,
			"memory ran out; fewer --max-flows or --workers need less");
	return ERR_OK;
}

/* Every worker of a run joins the group of the first one's number. */
static enum err worker_open_live(struct worker *worker, struct fault *why)
{
	const struct watching_plan *plan = worker->watching->plan;
	struct source_live live = {
		.interface = plan->interface,
		.filter = plan->filter,
		.fanout_group =
			plan->workers > 1 ? (unsigned)(plan->key.k0 & 0xffff) | 1 : 0,
	};

	return source_open_live(&live, &worker->source, why);
}

static enum err open_workers(struct watching *watching, struct fault *why)
{
	enum err err = ERR_OK;

	for (unsigned i = 0; i < watching->worker_count && err == ERR_OK; i++) {
		err = worker_init(watching, &watching->workers[i], why);
		if (err == ERR_OK && watching->plan->interface != NULL)
			err = worker_open_live(&watching->workers[i], why);
	}
	return err;
}

static enum err after_window(void *context, unsigned worker, struct fault *why);

static enum err gather_crew(struct watching *watching, struct fault *why)
{
	struct crew_hook hook = { after_window, watching };
	struct watch *watches[WORKERS_MAX];

	for (unsigned i = 0; i < watching->worker_count; i++)
		watches[i] = watching->workers[i].watch;
	watching->crew =
		crew_new(watches, watching->worker_count, &watching->plan->key, &hook);
	if (watching->crew == NULL)
		return fault_set(
			why, ERR_MEMORY, "memory ran out; fewer --workers need less");
	return ERR_OK;
}

enum err watching_open(
	const struct watching_plan *plan, struct watching **ret, struct fault *why)
{
	struct watching *watching = calloc(1, sizeof *watching);
	enum err err = ERR_OK;

	if (watching == NULL)
		return fault_set(why, ERR_MEMORY, "memory ran out");
	watching->plan = plan;
	watching->lock = lock_new();
	watching->worker_count = plan->workers;
	watching->workers = calloc(watching->worker_count, sizeof *watching->workers);
	if (watching->workers == NULL || watching->lock == NULL)
		err = fault_set(why, ERR_MEMORY, "memory ran out");
	if (err == ERR_OK && plan->interface == NULL)
		err = files_expand(
			plan->arguments, plan->argument_count, &watching->files, why);
	if (err == ERR_OK)
		err = open_workers(watching, why);
	if (err == ERR_OK && plan->interface == NULL && plan->workers > 1)
		err = gather_crew(watching, why);
	if (err != ERR_OK) {
		watching_free(watching);
		return err;
	}
	watching->result.files_others =
		watching->files.others + watching->files.unreadable;
	*ret = watching;
	return ERR_OK;
}

void watching_free(struct watching *watching)
{
	if (watching == NULL)
		return;
	crew_free(watching->crew);
	for (unsigned i = 0; watching->workers != NULL && i < watching->worker_count;
		i++) {
		source_close(watching->workers[i].source);
		watch_free(watching->workers[i].watch);
	}
	free(watching->workers);
	files_done(&watching->files);
	lock_free(watching->lock);
	free(watching);
}

const char *const *watching_paths(const struct watching *watching, size_t *ret_count)
{
	*ret_count = watching->files.count;
	return (const char *const *)watching->files.paths;
}

static void add_size(struct text *line, uint64_t bytes)
{
	static const char *const units[] = { "B", "kB", "MB", "GB", "TB" };
	double size = (double)bytes;
	size_t unit = 0;

	for (; size >= 1000 && unit + 1 < COUNT_OF(units); unit++)
		size /= 1000;
	text_format(line, "%.*f %s", unit > 0 && size < 100, size, units[unit]);
}

static void draw_progress(
	const struct watching *watching, const struct coverage *coverage, uint64_t bytes)
{
	uint64_t elapsed = clock_monotonic() - watching->begun;
	struct text line;

	text_init(&line, 1024);
	text_add(&line, "  ");
	add_size(&line, bytes);
	if (watching->files.bytes > 0) {
		text_add(&line, " of ");
		add_size(&line, watching->files.bytes);
	}
	text_add(&line, "   ");
	text_grouped(&line, coverage->frames);
	text_add(&line, " packets   ");
	text_grouped(&line, coverage->handshakes);
	text_add(&line, " handshakes   ");
	text_grouped(&line, coverage->kernel_drops + coverage->capture_drops);
	text_add(&line, " dropped   ");
	add_size(&line,
		(uint64_t)((double)coverage->frame_bytes * 1e9 / (double)(elapsed + 1)));
	text_add(&line, "/s");
	log_progress(text_string(&line));
	text_done(&line);
}

static struct coverage sum(const struct watching *watching)
{
	struct coverage all = { 0 };

	for (unsigned i = 0; i < watching->worker_count; i++)
		coverage_add(&all, &watching->workers[i].coverage);
	if (watching->crew != NULL)
		crew_coverage(watching->crew, &all);
	return all;
}

/* What a worker's counters are, drops of its source included. */
static struct coverage coverage_of(const struct worker *worker)
{
	struct coverage coverage = watch_coverage(worker->watch);
	uint64_t drops = worker->drops;

	if (worker->source != NULL)
		drops += source_progress(worker->source).drops;
	if (worker->watching->plan->interface != NULL)
		coverage.kernel_drops = drops;
	else
		coverage.capture_drops = drops;
	return coverage;
}

/* Publishes a worker's counters and, when it is time, lets the sink write. Of several
 * workers whoever comes first after the time does. */
static enum err pulse(struct worker *worker, bool last, struct fault *why)
{
	struct watching *watching = worker->watching;
	uint64_t now = clock_monotonic();
	enum err err = ERR_OK;

	lock_take(watching->lock);
	worker->coverage = coverage_of(worker);
	if (last || now - watching->pulsed >= PULSE_EVERY) {
		struct coverage all = sum(watching);
		uint64_t bytes = watching->bytes_done;

		watching->pulsed = now;
		/* Of a file that several read, the first holds the source. */
		if (watching->workers[0].source != NULL)
			bytes += source_progress(watching->workers[0].source).bytes_read;
		if (last || log_progress_due())
			draw_progress(watching, &all,
				watching->plan->interface != NULL ? all.frame_bytes
								  : bytes);
		err = watching->plan->pulse(
			watching->plan->context, &all, clock_now(), why);
	}
	lock_release(watching->lock);
	return err;
}

/* Lets the other workers' counters and the sink keep up. */
static enum err after_window(void *context, unsigned worker, struct fault *why)
{
	struct watching *watching = context;

	return pulse(&watching->workers[worker], false, why);
}

static enum err take_batch(struct worker *worker, const struct frame *frames,
	size_t count, struct fault *why)
{
	return count == 0 ? ERR_OK : watch_take(worker->watch, frames, count, why);
}

/* Reads a source to its end. What the source says of its end goes to *ret_end and
 * source_why; the result is of the watch, the sink, and the pulse. */
static enum err pump(struct worker *worker, enum err *ret_end, struct fault *source_why,
	struct fault *why)
{
	struct frame frames[SOURCE_BATCH_MAX];
	/* Silence is measured from here: by the clock alone, what comes slowly through a
	 * pipe and was recorded long ago would all be silent. */
	uint64_t heard = clock_monotonic();
	enum err err = ERR_OK;
	unsigned batches = 0;

	*ret_end = ERR_OK;
	while (err == ERR_OK && !signals_stop_wanted()) {
		size_t count = 0;

		*ret_end =
			source_next(worker->source, WAIT_MS, frames, &count, source_why);
		err = take_batch(worker, frames, count, why);
		if (count > 0)
			heard = clock_monotonic();
		else if (err == ERR_OK && *ret_end == ERR_AGAIN)
			err = watch_tick(worker->watch,
				watch_latest(worker->watch) + clock_monotonic() - heard,
				why);
		if (err == ERR_OK &&
			(*ret_end == ERR_AGAIN || ++batches % BATCHES_A_PULSE == 0))
			err = pulse(worker, false, why);
		if (*ret_end != ERR_OK && *ret_end != ERR_AGAIN)
			break;
	}
	return err;
}

_Static_assert(
	SOURCE_BATCH_MAX <= WATCH_BATCH_MAX, "a source's batch is one for the watch");

/* Connections go on from one file into the next where the next begins when the one
 * before ends, as in a rotated capture. */
static enum err begin_file(struct watching *watching, time_ns first, struct fault *why)
{
	time_ns latest = 0;
	enum err err = ERR_OK;

	for (unsigned i = 0; i < watching->worker_count; i++) {
		time_ns one = watch_latest(watching->workers[i].watch);

		latest = one > latest ? one : latest;
	}
	if (latest == 0 ||
		(first + TIME_SECOND >= latest && first < latest + CONTINUES_WITHIN))
		return ERR_OK;
	crew_finish(watching->crew);
	for (unsigned i = 0; i < watching->worker_count && err == ERR_OK; i++)
		err = watch_finish(watching->workers[i].watch, why);
	return err;
}

/* The first batch of a file is read alone, to see when the file begins. */
static enum err read_alone(struct worker *worker, enum err *ret_end,
	struct fault *source_why, struct fault *why)
{
	struct frame frames[SOURCE_BATCH_MAX];
	size_t count = 0;
	enum err err = ERR_OK;

	*ret_end = source_next(worker->source, WAIT_MS, frames, &count, source_why);
	if (count > 0)
		err = begin_file(worker->watching, frames[0].at, why);
	if (err == ERR_OK)
		err = take_batch(worker, frames, count, why);
	if (err == ERR_OK && (*ret_end == ERR_OK || *ret_end == ERR_AGAIN))
		err = pump(worker, ret_end, source_why, why);
	return err;
}

static enum err read_together(struct worker *worker, enum err *ret_end,
	struct fault *source_why, struct fault *why)
{
	struct watching *watching = worker->watching;
	const struct frame *first =
		crew_begin(watching->crew, worker->source, ret_end, source_why);
	enum err err = ERR_OK;

	if (first != NULL)
		err = begin_file(watching, first->at, why);
	return err != ERR_OK ? err : crew_run(watching->crew, ret_end, why);
}

static enum err read_file(struct worker *worker, const char *path, struct fault *why)
{
	struct watching *watching = worker->watching;
	struct fault source_why = { 0 };
	struct source_progress progress;
	enum err end = source_open_file(path, &worker->source, &source_why);
	enum err err = ERR_OK;

	if (end == ERR_OK) {
		err = watching->crew != NULL
			      ? read_together(worker, &end, &source_why, why)
			      : read_alone(worker, &end, &source_why, why);
		file_ends_links(&watching->ends, path, source_links(worker->source));
		progress = source_progress(worker->source);
		watching->bytes_done += progress.bytes_read;
		worker->drops += progress.drops;
		source_close(worker->source);
		worker->source = NULL;
	}
	watching->result.files_read++;
	if (end != ERR_OK && end != ERR_END && end != ERR_AGAIN)
		file_ends_tell(&watching->ends, end, &source_why);
	return err;
}

static enum err run_files(struct worker *worker, struct fault *why)
{
	const struct files *files = &worker->watching->files;
	enum err err = ERR_OK;

	for (size_t i = 0; i < files->count && err == ERR_OK && !signals_stop_wanted();
		i++)
		err = read_file(worker, files->paths[i], why);
	return err;
}

static enum err run_live(struct worker *worker, struct fault *why)
{
	struct fault source_why = { 0 };
	enum err end;
	enum err err = pump(worker, &end, &source_why, why);

	if (err == ERR_OK && end != ERR_OK && end != ERR_AGAIN && end != ERR_END) {
		log_progress_end();
		log_fault(&source_why);
		lock_take(worker->watching->lock);
		worker->watching->ends.faulty = 1;
		lock_release(worker->watching->lock);
		signals_stop();
	}
	return err;
}

/* Reports what is under way at the end, whatever the end was. */
static enum err finish(struct worker *worker, enum err err, struct fault *why)
{
	struct fault finish_why;
	enum err finished =
		watch_finish(worker->watch, err == ERR_OK ? why : &finish_why);

	return err != ERR_OK ? err : finished;
}

static enum err finish_one(void *context, struct fault *why)
{
	struct worker *worker = context;

	return watch_finish(worker->watch, why);
}

/* The same for all, at once: of a busy capture that is thousands of connections. */
static enum err finish_all(struct watching *watching, enum err err, struct fault *why)
{
	void *contexts[WORKERS_MAX];
	struct fault finish_why;
	enum err finished;

	if (watching->worker_count == 1)
		return finish(&watching->workers[0], err, why);
	crew_finish(watching->crew);
	for (unsigned i = 0; i < watching->worker_count; i++)
		contexts[i] = &watching->workers[i];
	finished = workers_run(finish_one, contexts, watching->worker_count,
		err == ERR_OK ? why : &finish_why);
	return err != ERR_OK ? err : finished;
}

static enum err work_live(void *context, struct fault *why)
{
	struct worker *worker = context;
	enum err err = finish(worker, run_live(worker, why), why);

	if (err != ERR_OK)
		signals_stop(); /* the other workers need not go on */
	return err;
}

static enum err run_together(struct watching *watching, struct fault *why)
{
	void *contexts[WORKERS_MAX];

	for (unsigned i = 0; i < watching->worker_count; i++)
		contexts[i] = &watching->workers[i];
	return workers_run(work_live, contexts, watching->worker_count, why);
}

static enum err run(struct watching *watching, struct fault *why)
{
	enum err err;

	if (watching->plan->interface != NULL)
		return watching->worker_count > 1 ? run_together(watching, why)
						  : work_live(&watching->workers[0], why);
	err = run_files(&watching->workers[0], why);
	return finish_all(watching, err, why);
}

enum err watching_run(
	struct watching *watching, struct watching_result *ret, struct fault *why)
{
	struct fault last_why;
	enum err err;
	enum err last;

	watching->begun = clock_monotonic();
	err = run(watching, why);
	for (unsigned i = 0; i < watching->worker_count; i++)
		watching->workers[i].coverage = coverage_of(&watching->workers[i]);
	last = pulse(&watching->workers[0], true, err == ERR_OK ? why : &last_why);
	watching->result.coverage = sum(watching);
	log_progress_end();
	file_ends_sum(&watching->ends);
	watching->result.files_faulty = watching->ends.faulty;
	watching->result.files_cut = watching->ends.cut;
	*ret = watching->result;
	return err != ERR_OK ? err : last;
}

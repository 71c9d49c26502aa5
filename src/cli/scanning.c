#include "cli/scanning.h"

#include <stdlib.h>

#include "cli/scan_progress.h"
#include "probe/starttls.h"
#include "sys/clock.h"
#include "sys/log.h"
#include "sys/signals.h"

/* Finished targets are kept and told together: so many, and no later than so long after
 * the first of them. */
#define HELD_MAX  256
#define HELD_TIME (TIME_SECOND / 10)

/* A line of progress shows that it goes on, so often. */
#define PROGRESS_EVERY (TIME_SECOND / 2)

struct run {
	struct scan scan; /* first: a scan of ours is a run */
	struct scan_results results;
	struct certificate_roots *roots;
	const struct scanning *asked;
	struct scan_targets targets;
	time_ns begun; /* of the monotonic clock */
	bool shows_progress;
	uint64_t held[HELD_MAX]; /* tags of what is not kept yet */
	size_t held_count;
	uint64_t held_since;
};

/* The name was looked at by cmd_scan. */
static enum upgrade upgrade_of(const struct run *run, uint16_t port)
{
	enum upgrade upgrade = UPGRADE_NONE;

	if (run->asked->starttls == NULL)
		return starttls_guess(port);
	(void)starttls_find(run->asked->starttls, &upgrade);
	return upgrade;
}

static enum exchange_next next(struct scan *scan, struct scan_target *ret)
{
	struct run *run = (struct run *)scan;
	const struct scanning *asked = run->asked;
	struct fault why = { 0 };
	enum err err;

	while ((err = scan_targets_next(&run->targets, ret, &why)) != ERR_OK) {
		if (err == ERR_END || err == ERR_AGAIN)
			return err == ERR_END ? EXCHANGE_NONE : EXCHANGE_LATER;
		log_fault(&why);
		scan_results_lack(&run->results);
	}
	/* Else an address has no name to be called by. RFC 6066, 3. */
	if (asked->server_name != NULL)
		ret->server_name = bytes_of_string(asked->server_name);
	ret->udp = asked->udp;
	if (asked->udp)
		return EXCHANGE_NEXT;
	ret->upgrade = upgrade_of(run, ret->at.port);
	ret->guessed = asked->starttls == NULL;
	return EXCHANGE_NEXT;
}

static void draw_progress(const struct run *run)
{
	const struct scan_progress *progress = &run->scan.progress;
	const struct targets_walk *walk = &run->targets.walk;
	struct text line;

	if (!run->shows_progress || !log_progress_due())
		return;
	text_init(&line, 512);
	scan_progress_line(&line,
		&(struct scan_progress_figures){ .targets = targets_walk_places(walk),
			.passed = targets_walk_passed(walk),
			.under_way = progress->begun - progress->done,
			.ended = progress->done,
			.connections = progress->connections,
			.elapsed = clock_monotonic() - run->begun });
	log_progress(text_string(&line));
	text_done(&line);
}

/* That they are done is noted once they are kept and told: who is killed in between asks
 * them again. */
static enum err flush(struct run *run, struct fault *why)
{
	enum err err = scan_results_flush(&run->results, why);

	for (size_t i = 0; i < run->held_count && err == ERR_OK; i++)
		err = scan_targets_ended(&run->targets, run->held[i], why);
	run->held_count = 0;
	return err == ERR_OK ? scan_targets_note(&run->targets, why) : err;
}

static enum err ended(struct scan *scan, uint64_t tag, struct fault *why)
{
	struct run *run = (struct run *)scan;

	if (run->held_count == 0)
		run->held_since = clock_monotonic();
	run->held[run->held_count++] = tag;
	return run->held_count == HELD_MAX || scan_results_full(&run->results)
		       ? flush(run, why)
		       : ERR_OK;
}

static enum err rest(
	struct scan *scan, uint64_t now, uint64_t *ret_again, struct fault *why)
{
	struct run *run = (struct run *)scan;
	enum err err = ERR_OK;

	if (run->held_count > 0 && now - run->held_since >= HELD_TIME)
		err = flush(run, why);
	draw_progress(run);
	if (run->held_count > 0)
		*ret_again = run->held_since + HELD_TIME;
	else if (run->shows_progress)
		*ret_again = now + PROGRESS_EVERY;
	return err;
}

/* A system without a bundle says so and has chains looked at by nobody; one that was
 * named must be there. */
static enum err read_roots(struct run *run, struct fault *why)
{
	enum err err;

	if (run->asked->no_trust)
		return ERR_OK;
	err = certificate_roots_new(run->asked->trust, &run->roots, why);
	if (err != ERR_OK && run->asked->trust == NULL) {
		log_fault(why);
		log_warning("chains are not looked at; --trust names a bundle");
		return ERR_OK;
	}
	run->scan.setting.roots = run->roots;
	return err;
}

static enum err run_all(struct run *run, enum exit_code *ret, struct fault *why)
{
	enum err err = scan_targets_begin(&run->targets, &run->asked->targets, why);

	if (err == ERR_OK)
		err = signals_catch(why);
	if (err == ERR_OK) /* what is kept is kept before it is printed */
		err = signals_end_with_reader(why);
	if (err == ERR_OK)
		err = read_roots(run, why);
	if (err == ERR_OK)
		err = scan_results_begin(&run->results, &run->asked->results, why);
	run->begun = clock_monotonic();
	run->shows_progress = log_progress_due(); /* none is drawn yet */
	if (err == ERR_OK)
		run->scan.guest = scan_targets_guest(&run->targets);
	if (err == ERR_OK)
		err = scan_run(&run->scan, why);
	if (err == ERR_OK)
		err = flush(run, why);
	log_progress_end();
	if (err == ERR_OK && signals_stop_wanted())
		scan_results_cut_short(&run->results);
	if (err == ERR_OK)
		scan_results_done_before(&run->results, run->targets.done_before);
	return err == ERR_OK ? scan_results_end(&run->results, ret, why) : err;
}

enum exit_code scanning_run(const struct scanning *asked)
{
	struct run *run = calloc(1, sizeof *run); /* a policy is large */
	enum exit_code code = EXIT_COULD_NOT;
	struct fault why = { 0 };
	enum err err;

	if (run == NULL) {
		log_error("memory ran out");
		return EXIT_COULD_NOT;
	}
	run->scan = (struct scan){ .next = next,
		.ended = ended,
		.rest = rest,
		.sink = &run->results.sink,
		.setting = asked->setting };
	run->asked = asked;
	err = run_all(run, &code, &why);
	scan_results_done(&run->results);
	certificate_roots_free(run->roots);
	scan_targets_done(&run->targets);
	free(run);
	return err == ERR_OK ? code : command_fault(&why);
}

static enum err show_all(
	const struct scanning *asked, struct scan_results *results, struct fault *why)
{
	enum err err = ERR_OK;

	if (asked->targets.operand_count == 0)
		return scan_results_stored(results, NULL, why);
	for (size_t i = 0; i < asked->targets.operand_count && err == ERR_OK; i++)
		err = scan_results_stored(results, asked->targets.operands[i], why);
	return err;
}

enum exit_code scanning_stored(const struct scanning *asked)
{
	struct scan_results *results = calloc(1, sizeof *results);
	enum exit_code code = EXIT_COULD_NOT;
	struct fault why = { 0 };
	enum err err;

	if (results == NULL) {
		log_error("memory ran out");
		return EXIT_COULD_NOT;
	}
	err = scan_results_begin(results, &asked->results, &why);
	if (err == ERR_OK)
		err = show_all(asked, results, &why);
	if (err == ERR_OK)
		err = scan_results_end(results, &code, &why);
	scan_results_done(results);
	free(results);
	return err == ERR_OK ? code : command_fault(&why);
}

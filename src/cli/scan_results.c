#include "cli/scan_results.h"

#include <stdlib.h>
#include <unistd.h>

#include "cli/policies.h"
#include "sys/clock.h"
#include "sys/dial.h"
#include "sys/log.h"
#include "sys/output.h"
#include "sys/terminal.h"

#define OUTPUT_MAX ((size_t)1 << 24) /* of one endpoint */

#define HELD_MAX ((size_t)1 << 16) /* printed at once */

static enum err print(struct scan_results *results, struct fault *why)
{
	enum err err = text_end(&results->text);

	if (text_len(&results->text) == 0 && err == ERR_OK)
		return ERR_OK;
	log_progress_end();
	if (err == ERR_OK)
		err = output_write(bytes_over(
			text_string(&results->text), text_len(&results->text)));
	text_reset(&results->text);
	if (err == ERR_IO)
		return fault_set(why, err, "standard output cannot be written");
	return err == ERR_OK
		       ? ERR_OK
		       : fault_set(why, err, "standard output: %s", err_sentence(err));
}

/* Every version that there is over its transport was refused, or accepted, and then no
 * list broke off: that has a reason. What was not asked for, as with --mass, has none. */
static bool is_settled(const struct endpoint *endpoint)
{
	bool any = false;

	for (unsigned rank = RANK_SSL2; rank <= RANK_TLS13; rank++) {
		const struct endpoint_version *found = &endpoint->versions[rank];

		if (found->version == VERSION_NONE)
			continue;
		any = true;
		if (found->status != ENDPOINT_REFUSED &&
			(found->status != ENDPOINT_ACCEPTED || found->reason != NULL))
			return false;
	}
	return any;
}

/* The endpoint's scans come in, the last first. */
struct comparison {
	struct store_reader reader;
	const struct endpoint *now;
	struct endpoint_diff *diff;
};

/* Of a whole scan the last whole one counts: one of versions alone in between would hide
 * what changed of the rest. */
static enum err compare(struct store_reader *reader, const struct endpoint *before)
{
	struct comparison *comparison = (struct comparison *)reader;
	bool whole = endpoint_diff_is_whole(before);

	if (!comparison->diff->any || whole)
		endpoint_diff(before, comparison->now, comparison->diff);
	return whole || !endpoint_diff_is_whole(comparison->now) ? ERR_END : ERR_OK;
}

static enum err compare_with_last(
	struct scan_results *results, const struct endpoint *endpoint, struct fault *why)
{
	struct comparison comparison = {
		.reader = { .endpoint = compare }, .now = endpoint, .diff = results->diff
	};

	enum err err;

	results->diff->any = results->diff->partial = false;
	results->diff->count = results->diff->findings = results->diff->left_out = 0;
	err = store_read_scans_of(results->store, endpoint, &comparison.reader, why);
	return err == ERR_END ? ERR_OK : err;
}

/* Compared before it is kept: the last one is then the one before. */
static enum err keep(
	struct scan_results *results, const struct endpoint *endpoint, struct fault *why)
{
	enum err err = ERR_OK;

	if (results->store == NULL || results->setting.stored)
		return ERR_OK;
	if (results->setting.diff)
		err = compare_with_last(results, endpoint, why);
	return err == ERR_OK ? store_write_scan(results->store, endpoint, why) : err;
}

static void count(struct scan_results *results, const struct endpoint *endpoint,
	const struct endpoint_judgement *made)
{
	struct endpoint_summary *summary = &results->summary;

	summary->endpoints++;
	summary->connections += endpoint->connections;
	summary->not_settled += !is_settled(endpoint);
	if (made != NULL)
		summary->by_verdict[made->verdict]++;
	if (results->setting.diff)
		summary->findings += results->diff->findings;
	results->servers[VERDICT_BREAKS] +=
		(made != NULL && made->verdict == VERDICT_BREAKS) ||
		(results->setting.diff && results->diff->findings > 0);
	results->servers[VERDICT_UNKNOWN] +=
		!is_settled(endpoint) ||
		(made != NULL && made->verdict == VERDICT_UNKNOWN);
}

static enum err take(
	struct sink *sink, const struct observation *observation, struct fault *why)
{
	struct scan_results *results = (struct scan_results *)sink;
	const struct endpoint *endpoint = observation->endpoint;
	bool judged = results->setting.policy != NULL;
	struct endpoint_judgement made;
	struct endpoint_view view = { .endpoint = endpoint,
		.policy = judged ? &results->policy : NULL,
		.judgement = judged ? &made : NULL,
		.diff = results->setting.diff ? results->diff : NULL,
		.now = results->setting.today == 0 ? clock_now() : results->setting.today,
		.width = results->width,
		.before = results->summary.endpoints };
	enum err err;

	if (observation->kind != OBSERVATION_ENDPOINT)
		return ERR_OK;
	if (judged)
		endpoint_judge(&results->policy, endpoint, &made);
	err = keep(results, endpoint, why);
	if (err != ERR_OK)
		return err;
	count(results, endpoint, view.judgement);
	results->setting.renderer->endpoint(&results->text, &view);
	return text_end(&results->text) == ERR_OK ? ERR_OK : print(results, why);
}

bool scan_results_full(const struct scan_results *results)
{
	return text_len(&results->text) >= HELD_MAX;
}

/* What is printed is kept: who stops the program there loses nothing he saw. */
enum err scan_results_flush(struct scan_results *results, struct fault *why)
{
	enum err err = ERR_OK;

	if (results->store != NULL && !results->setting.stored)
		err = store_commit_scans(results->store, why);
	results->width = terminal_width(STDOUT_FILENO);
	return err == ERR_OK ? print(results, why) : err;
}

/* The usual store is a convenience: where it cannot be, the answer is still printed. */
static enum err open_store(struct scan_results *results, struct fault *why)
{
	const struct scan_results_setting *setting = &results->setting;
	enum err err;

	if (setting->store == NULL)
		return ERR_OK;
	err = store_open(setting->store, setting->stored ? STORE_READ : STORE_WRITE,
		&results->store, why);
	if (err == ERR_OK || setting->store_named || setting->diff || setting->stored)
		return err;
	log_warning("%s; nothing is kept", why->text);
	return ERR_OK;
}

static enum err fit_together(const struct scan_results_setting *setting,
	const struct fail_on *fails, struct fault *why)
{
	if ((setting->diff || setting->stored) && setting->store == NULL)
		return fault_set(why, ERR_USAGE, "scan: %s reads what a store has kept",
			setting->diff ? "--diff" : "--stored");
	if (setting->diff && setting->stored)
		return fault_set(why, ERR_USAGE,
			"scan: --diff compares a new scan; --stored makes none");
	if (setting->fail_on != NULL && fails->verdict == VERDICT_BREAKS &&
		setting->policy == NULL && !setting->diff)
		return fault_set(why, ERR_USAGE,
			"scan: --fail-on breaks>N goes with --policy or --diff, by which "
			"something breaks");
	return ERR_OK;
}

enum err scan_results_begin(struct scan_results *results,
	const struct scan_results_setting *setting, struct fault *why)
{
	enum err err;

	*results = (struct scan_results){ .sink = { take }, .setting = *setting };
	text_init(&results->text, OUTPUT_MAX);
	results->width = terminal_width(STDOUT_FILENO);
	err = fail_on_parse(setting->fail_on, "scan", "servers", &results->fails, why);
	if (err == ERR_OK)
		err = fit_together(setting, &results->fails, why);
	if (err != ERR_OK)
		return err;
	if (setting->diff)
		results->diff = calloc(1, sizeof *results->diff);
	if (setting->diff && results->diff == NULL)
		return fault_set(why, ERR_MEMORY, "memory ran out");
	if (setting->policy != NULL)
		err = policy_load(setting->policy, &results->policy, why);
	if (err == ERR_OK)
		err = open_store(results, why);
	if (err != ERR_OK)
		return err;
	if (setting->renderer->begin != NULL)
		setting->renderer->begin(&results->text);
	return print(results, why);
}

/* What is kept, as if it had just been found. */
struct shelf {
	struct store_reader reader;
	struct scan_results *results;
	struct fault *why;
	size_t count;
};

static enum err take_down(struct store_reader *reader, const struct endpoint *endpoint)
{
	struct shelf *shelf = (struct shelf *)reader;
	struct observation observation = { .kind = OBSERVATION_ENDPOINT,
		.endpoint = endpoint };
	enum err err;

	if (shelf->results->setting.udp && endpoint->transport != TRANSPORT_UDP)
		return ERR_OK;
	shelf->count++;
	err = sink_take(&shelf->results->sink, &observation, shelf->why);
	return err == ERR_OK && scan_results_full(shelf->results)
		       ? scan_results_flush(shelf->results, shelf->why)
		       : err;
}

static void tell_none(const char *target)
{
	struct text CLEANUP(text_done) quoted;

	text_init(&quoted, 1024);
	if (target != NULL) {
		text_add(&quoted, " of ");
		text_quote_terminal(&quoted, bytes_of_string(target));
	}
	log_error("no scan is kept%s", text_string(&quoted));
}

enum err scan_results_stored(
	struct scan_results *results, const char *target, struct fault *why)
{
	struct shelf shelf = {
		.reader = { .endpoint = take_down }, .results = results, .why = why
	};
	struct store_scan_filter filter = { 0 };
	char host[DIAL_HOST_MAX];
	struct bytes name = { 0 };
	struct address address;
	enum err err = ERR_OK;

	if (target != NULL)
		err = dial_parse(target, host, &filter.port, why);
	if (target != NULL && err == ERR_OK) {
		name = bytes_of_string(host);
		if (address_parse(host, &address) == ERR_OK)
			filter.address = &address;
		else
			filter.host = &name;
	}
	if (err == ERR_OK)
		err = store_read_scans(results->store, &filter, &shelf.reader, why);
	if (err == ERR_OK && shelf.count == 0) {
		tell_none(target);
		scan_results_lack(results);
	}
	return err;
}

void scan_results_lack(struct scan_results *results)
{
	results->servers[VERDICT_UNKNOWN]++;
	results->summary.not_asked++;
}

void scan_results_cut_short(struct scan_results *results)
{
	results->cut_short = true;
}

/* Silence would be taken for an answer about them. */
void scan_results_done_before(struct scan_results *results, uint64_t count)
{
	results->summary.done_before = count;
	if (count == 0)
		return;
	log_warning("%llu target%s done by an earlier run and not judged in this one%s",
		(unsigned long long)count, count == 1 ? " was" : "s were",
		results->store != NULL
			? "; `tlsunset scan --stored`, of the same --store, shows and "
			  "judges what is kept"
			: ", and nothing of that is kept");
}

/* What stayed unknown is well only if it was asked how much of it may be so. */
static enum exit_code code_of(const struct scan_results *results)
{
	bool allowed = results->fails.verdict == VERDICT_UNKNOWN;
	enum exit_code code = fail_on_code(&results->fails, results->servers);

	if (code == EXIT_FOUND)
		return code;
	return results->cut_short || results->summary.done_before > 0 ||
			       (!allowed && results->servers[VERDICT_UNKNOWN] > 0)
		       ? EXIT_COULD_NOT
		       : EXIT_NOTHING_FOUND;
}

enum err scan_results_end(
	struct scan_results *results, enum exit_code *ret, struct fault *why)
{
	const struct endpoint_summary *summary = &results->summary;

	if (results->setting.renderer->end != NULL)
		results->setting.renderer->end(&results->text, summary);
	*ret = code_of(results);
	return scan_results_flush(results, why);
}

void scan_results_done(struct scan_results *results)
{
	store_close(results->store);
	free(results->diff);
	text_done(&results->text);
}

#include "cli/scanning.h"

#include <unistd.h>

#include "probe/starttls.h"
#include "sys/clock.h"
#include "sys/log.h"
#include "sys/output.h"
#include "sys/signals.h"
#include "sys/terminal.h"

#define OUTPUT_MAX ((size_t)1 << 24) /* of one endpoint */

struct run {
	struct scan scan; /* first: a scan of ours is a run */
	struct sink sink;
	const struct scanning *asked;
	size_t next;  /* of the targets named */
	size_t shown; /* endpoints */
	bool unknown; /* a version stayed unknown, or a target was not asked */
	struct text text;
	char host[DIAL_HOST_MAX];
};

static struct run *run_of_sink(struct sink *sink)
{
	return (struct run *)((char *)sink - offsetof(struct run, sink));
}

static enum err print(struct run *run, struct fault *why)
{
	enum err err = text_end(&run->text);

	if (err == ERR_OK)
		err = output_write(
			bytes_over(text_string(&run->text), text_len(&run->text)));
	text_reset(&run->text);
	return err == ERR_OK
		       ? ERR_OK
		       : fault_set(why, err, "standard output: %s", err_sentence(err));
}

static bool is_settled(const struct endpoint *endpoint)
{
	for (int rank = RANK_SSL2; rank <= RANK_TLS13; rank++)
		if (endpoint->versions[rank].status != ENDPOINT_ACCEPTED &&
			endpoint->versions[rank].status != ENDPOINT_REFUSED)
			return false;
	return true;
}

static enum err take(
	struct sink *sink, const struct observation *observation, struct fault *why)
{
	struct run *run = run_of_sink(sink);
	const struct endpoint_view view = { .endpoint = observation->endpoint,
		.now = clock_now(),
		.width = terminal_is(STDOUT_FILENO) ? terminal_width(STDOUT_FILENO) : 0,
		.before = run->shown++ };

	run->unknown |= !is_settled(observation->endpoint);
	run->asked->renderer->endpoint(&run->text, &view);
	return print(run, why);
}

/* An address is no name to call a server by. RFC 6066, 3. */
static struct bytes name_of(const struct run *run)
{
	struct address address;

	if (run->asked->server_name != NULL)
		return bytes_of_string(run->asked->server_name);
	if (address_parse(run->host, &address) == ERR_OK)
		return (struct bytes){ 0 };
	return bytes_of_string(run->host);
}

/* The name was looked at by cmd_scan. */
static enum upgrade upgrade_of(const struct run *run, uint16_t port)
{
	enum upgrade upgrade = UPGRADE_NONE;

	if (run->asked->starttls == NULL)
		return starttls_guess(port);
	(void)starttls_find(run->asked->starttls, &upgrade);
	return upgrade;
}

static bool next(struct scan *scan, struct scan_target *ret)
{
	struct run *run = (struct run *)scan;

	while (run->next < run->asked->target_count) {
		struct dial_target found[DIAL_TARGETS_MAX];
		const char *text = run->asked->targets[run->next++];
		struct fault why = { 0 };
		uint16_t port = 0;
		size_t count;
		enum err err = dial_parse(text, run->host, &port, &why);

		if (err == ERR_OK)
			err = dial_resolve(run->host, port, found, &count, &why);
		if (err == ERR_OK) {
			*ret = (struct scan_target){ .at = found[0],
				.host = bytes_of_string(run->host),
				.server_name = name_of(run),
				.upgrade = upgrade_of(run, port) };
			return true;
		}
		log_fault(&why);
		run->unknown = true;
	}
	return false;
}

static enum err run_all(struct run *run, struct fault *why)
{
	const struct endpoint_renderer *renderer = run->asked->renderer;
	enum err err = signals_catch(why);

	if (err != ERR_OK)
		return err;
	if (renderer->begin != NULL)
		renderer->begin(&run->text);
	err = print(run, why);
	if (err == ERR_OK)
		err = scan_run(&run->scan, why);
	if (err == ERR_OK && renderer->end != NULL)
		renderer->end(&run->text);
	return err == ERR_OK ? print(run, why) : err;
}

enum exit_code scanning_run(const struct scanning *asked)
{
	struct run run = { .scan = { .next = next, .setting = asked->setting },
		.sink = { take },
		.asked = asked };
	struct fault why = { 0 };
	enum err err;

	run.scan.sink = &run.sink;
	text_init(&run.text, OUTPUT_MAX);
	err = run_all(&run, &why);
	text_done(&run.text);
	if (err != ERR_OK)
		return command_fault(&why);
	return run.unknown || signals_stop_wanted() ? EXIT_COULD_NOT : EXIT_NOTHING_FOUND;
}

#include "cli/controlling.h"

#include <stdlib.h>
#include <unistd.h>

#include "probe/starttls.h"
#include "report/control_show.h"
#include "sys/log.h"
#include "sys/signals.h"
#include "sys/terminal.h"

#define OUTPUT_MAX ((size_t)1 << 16) /* three targets, each named once */

struct run {
	struct scan scan; /* first: a scan of ours is a run */
	const struct controlling *asked;
	struct control_view view;
	struct dial_target found[CONTROL_TARGETS];
	char hosts[CONTROL_TARGETS][DIAL_HOST_MAX];
	int next; /* to be asked for TLS */
	int done; /* asked for TLS last: they are asked one by one */
};

struct scan_sink {
	struct sink sink;
	struct run *run;
};

static enum control_stage stage_of(enum err err)
{
	switch (err) {
	case ERR_PERMISSION:
		return CONTROL_NO_LISTENER;
	case ERR_AGAIN:
		return CONTROL_NO_ANSWER;
	case ERR_NOT_FOUND:
		return CONTROL_NO_ROUTE;
	case ERR_OK:
	case ERR_END:
		return CONTROL_CLOSED; /* until TLS was asked for */
	default:
		return CONTROL_UNKNOWN;
	}
}

/* A name, then a connection. */
static void reach(struct run *run, int which)
{
	struct control_seen *seen = &run->view.seen[which];
	struct dial_target all[DIAL_TARGETS_MAX];
	struct fault why = { 0 };
	struct address address;
	size_t count = 0;
	uint16_t port = run->found[which].port;
	enum err err = dial_resolve(run->hosts[which], port, all, &count, &why);

	seen->named = address_parse(run->hosts[which], &address) != ERR_OK;
	seen->alert = -1;
	if (err != ERR_OK) {
		seen->stage = err == ERR_AGAIN ? CONTROL_NO_RESOLVER : CONTROL_NO_NAME;
		return;
	}
	run->found[which] = all[0];
	err = dial_first(
		all, count, run->asked->setting.connect_time, &run->found[which]);
	seen->at = run->found[which].address;
	seen->stage = stage_of(err);
}

static enum exchange_next next(struct scan *scan, struct scan_target *ret)
{
	struct run *run = (struct run *)scan;
	enum upgrade upgrade = UPGRADE_NONE;
	int which;

	while (run->next < CONTROL_TARGETS &&
		run->view.seen[run->next].stage != CONTROL_CLOSED)
		run->next++;
	if (run->next == CONTROL_TARGETS)
		return EXCHANGE_NONE;
	which = run->done = run->next++;
	if (run->asked->starttls == NULL)
		upgrade = starttls_guess(run->found[which].port);
	else
		(void)starttls_find(run->asked->starttls, &upgrade);
	*ret = (struct scan_target){ .at = run->found[which],
		.host = bytes_of_string(run->hosts[which]),
		.upgrade = upgrade,
		.guessed = run->asked->starttls == NULL };
	if (run->view.seen[which].named)
		ret->server_name = ret->host;
	return EXCHANGE_NEXT;
}

static enum err take(
	struct sink *sink, const struct observation *observation, struct fault *why)
{
	struct run *run = ((struct scan_sink *)sink)->run;

	(void)why;
	if (observation->kind == OBSERVATION_ENDPOINT)
		control_of_endpoint(observation->endpoint, &run->view.seen[run->done]);
	return ERR_OK;
}

static enum err read_roots(
	struct run *run, struct certificate_roots **roots, struct fault *why)
{
	enum err err = ERR_OK;

	if (!run->asked->no_trust)
		err = certificate_roots_new(run->asked->trust, roots, why);
	if (err != ERR_OK && run->asked->trust == NULL) {
		log_fault(why);
		log_warning("chains are not looked at; --trust names a bundle");
		err = ERR_OK;
	}
	run->scan.setting.roots = *roots;
	return err;
}

static enum err ask_all(struct run *run, struct fault *why)
{
	struct certificate_roots *roots = NULL;
	struct scan_sink sink = { { take }, run };
	enum err err = ERR_OK;

	for (int i = 0; i < CONTROL_TARGETS && err == ERR_OK; i++)
		err = dial_parse(
			run->asked->targets[i], run->hosts[i], &run->found[i].port, why);
	if (err == ERR_OK)
		err = signals_catch(why);
	if (err == ERR_OK)
		err = read_roots(run, &roots, why);
	for (int i = 0; i < CONTROL_TARGETS && err == ERR_OK; i++)
		reach(run, i);
	run->scan.sink = &sink.sink;
	if (err == ERR_OK)
		err = scan_run(&run->scan, why);
	certificate_roots_free(roots);
	if (err == ERR_OK && signals_stop_wanted())
		err = fault_set(why, ERR_END, "scan: it was ended before all were asked");
	return err;
}

static enum exit_code show(struct run *run)
{
	enum control_cause cause = control_judge(run->view.seen);
	enum exit_code code;
	struct text text;

	text_init(&text, OUTPUT_MAX);
	if (run->asked->json)
		control_json(&run->view, &text);
	else
		control_text(&run->view, &text);
	code = command_print(&text);
	text_done(&text);
	if (code != EXIT_NOTHING_FOUND || cause == CAUSE_NONE)
		return code;
	return cause == CAUSE_TLS ? EXIT_FOUND : EXIT_COULD_NOT;
}

enum exit_code controlling_run(const struct controlling *asked)
{
	struct run *run = calloc(1, sizeof *run);
	enum exit_code code;
	struct fault why = { 0 };

	if (run == NULL) {
		log_error("memory ran out");
		return EXIT_COULD_NOT;
	}
	run->asked = asked;
	run->scan = (struct scan){ .next = next, .setting = asked->setting };
	/* One after the other: three questions need no hurry, and which is told is known.
	 */
	run->scan.setting.concurrency = 1;
	run->view.width = terminal_width(STDOUT_FILENO);
	run->view.proxy_set =
		getenv("HTTPS_PROXY") != NULL || getenv("https_proxy") != NULL;
	for (int i = 0; i < CONTROL_TARGETS; i++)
		run->view.targets[i] = asked->targets[i];
	code = ask_all(run, &why) == ERR_OK ? show(run) : command_fault(&why);
	free(run);
	return code;
}

#include "cli/scanning.h"

#include <stdlib.h>

#include "probe/starttls.h"
#include "sys/log.h"
#include "sys/signals.h"

struct run {
	struct scan scan; /* first: a scan of ours is a run */
	struct scan_results results;
	const struct scanning *asked;
	size_t next; /* of the targets named */
	char host[DIAL_HOST_MAX];
};

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
				.upgrade = upgrade_of(run, port),
				.guessed = run->asked->starttls == NULL };
			return true;
		}
		log_fault(&why);
		scan_results_lack(&run->results);
	}
	return false;
}

static enum err run_all(struct run *run, enum exit_code *ret, struct fault *why)
{
	enum err err = signals_catch(why);

	if (err == ERR_OK)
		err = scan_results_begin(&run->results, &run->asked->results, why);
	if (err == ERR_OK)
		err = scan_run(&run->scan, why);
	if (err == ERR_OK && signals_stop_wanted())
		scan_results_lack(&run->results);
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
	run->scan = (struct scan){
		.next = next, .sink = &run->results.sink, .setting = asked->setting
	};
	run->asked = asked;
	err = run_all(run, &code, &why);
	scan_results_done(&run->results);
	free(run);
	return err == ERR_OK ? code : command_fault(&why);
}

static enum err show_all(
	const struct scanning *asked, struct scan_results *results, struct fault *why)
{
	enum err err = ERR_OK;

	if (asked->target_count == 0)
		return scan_results_stored(results, NULL, why);
	for (size_t i = 0; i < asked->target_count && err == ERR_OK; i++)
		err = scan_results_stored(results, asked->targets[i], why);
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

#define _GNU_SOURCE /* strndup */
#include <stdio.h>
#include <stdlib.h>

#include "cli/command.h"
#include "cli/keeping.h"
#include "cli/watching.h"
#include "policy/client.h"
#include "report/handshake_json.h"
#include "store/store.h"
#include "sys/clock.h"
#include "sys/crypto.h"
#include "sys/lock.h"
#include "sys/log.h"
#include "sys/output.h"
#include "sys/privilege.h"
#include "sys/reserve.h"
#include "sys/sandbox.h"
#include "sys/signals.h"
#include "sys/workers.h"
#include "tls/version.h"
#include "watch/watch.h"

#define MAX_FLOWS_LEAST 1024
#define MAX_FLOWS_MOST  16777216

/* SQLite's index of a journal of 128 MB, four times what a run lets it grow to. */
#define STORE_RESERVE 262144

/* Records that wait to be written: enough for one write in many handshakes. */
#define JSONL_BUFFER_MAX 1048576
#define JSONL_WRITE_AT   65536

/* Clients of an hour that records of JSON are judged by: some 20 MB at most. */
#define JSONL_CLIENTS_MAX 16384

enum output {
	OUTPUT_STORE,
	OUTPUT_JSONL,
};

static const char *const outputs[] = { "store", "jsonl", NULL };

struct watch_options {
	const char *filter;
	const char *interface;
	uint64_t max_flows;
	uint16_t min_version;
	unsigned output;
	bool quiet;
	const char *store;
	bool verbose;
	uint64_t workers;
};

#define AT(member) offsetof(struct watch_options, member)

static const struct option options[] = {
	{ "filter", 'f', OPTION_TEXT, AT(filter), "EXPRESSION",
		"live: only packets that match, in libpcap's language", NULL, 0, 0 },
	{ "interface", 'i', OPTION_TEXT, AT(interface), "NAME",
		"watch this interface live, until interrupted", NULL, 0, 0 },
	{ "max-flows", 0, OPTION_NUMBER, AT(max_flows), "N",
		"connections kept at once (65536)", NULL, MAX_FLOWS_LEAST,
		MAX_FLOWS_MOST },
	{ "min-version", 'm', OPTION_VERSION, AT(min_version), "VERSION",
		"the minimum that records are classed by (1.2)", NULL, 0, 0 },
	OPTION_OUTPUT(AT(output), "store|jsonl",
		"keep in the store, or write one record a line", outputs),
	{ "quiet", 'q', OPTION_FLAG, AT(quiet), NULL, "errors only", NULL, 0, 0 },
	OPTION_STORE(AT(store), "where evidence is kept (sqlite:evidence.db)"),
	{ "verbose", 'v', OPTION_FLAG, AT(verbose), NULL, "say more", NULL, 0, 0 },
	{ "workers", 'w', OPTION_NUMBER, AT(workers), "N",
		"so many threads share the packets (1)", NULL, 1, WORKERS_MAX },
};

/* Where handshakes go: a store, or lines of JSON on standard output. */
struct destination {
	struct sink *sinks[WORKERS_MAX];

	struct keeping *keeping; /* NULL: JSON lines */
	struct store *store;
	int reserve; /* see sys/reserve.h */
	struct store_totals totals;

	struct sink sink;  /* of all workers, for JSON lines, as what follows */
	struct lock *lock; /* over the lines and the clients */
	struct text lines;
	struct clients *clients;
	enum version_rank minimum;
};

static enum err write_lines(struct destination *to, struct fault *why)
{
	size_t len = text_len(&to->lines);

	if (text_end(&to->lines) != ERR_OK)
		return fault_set(why, ERR_MEMORY, "memory ran out while writing records");
	if (output_write(bytes_over(text_string(&to->lines), len)) != ERR_OK) {
		signals_stop();
		return fault_set(why, ERR_IO,
			"standard output was closed or is full; records are missing");
	}
	text_reset(&to->lines);
	return ERR_OK;
}

/* The class follows from what is known of the client by now: a stream cannot take back
 * what it said. */
static enum err take_line(
	struct sink *sink, const struct observation *observation, struct fault *why)
{
	struct destination *to =
		(struct destination *)(void *)((char *)sink -
					       offsetof(struct destination, sink));
	const struct handshake *handshake = &observation->handshake;
	struct judge_context context;
	enum err err = ERR_OK;

	lock_take(to->lock);
	if (clients_meet(to->clients, to->minimum, handshake, &context) != ERR_OK)
		err = fault_set(why, ERR_MEMORY, "memory ran out");
	else
		handshake_json(&to->lines, handshake,
			judge(to->minimum, handshake, &context).class);
	if (err == ERR_OK && text_len(&to->lines) >= JSONL_WRITE_AT)
		err = write_lines(to, why);
	lock_release(to->lock);
	return err;
}

static enum err pulse(
	void *context, const struct coverage *coverage, time_ns now, struct fault *why)
{
	struct destination *to = context;
	enum err err;

	if (to->keeping != NULL)
		return keeping_pulse(to->keeping, now, coverage, why);
	lock_take(to->lock);
	err = write_lines(to, why);
	lock_release(to->lock);
	return err;
}

static enum err open_store(struct destination *to, const struct watch_options *asked,
	const struct watching_plan *plan, struct fault *why)
{
	struct text inputs;
	struct store_run run = { .started = clock_now(), .version = TLSUNSET_VERSION };
	enum err err = store_open(asked->store, STORE_WRITE, &to->store, why);

	if (err != ERR_OK)
		return err;
	text_init(&inputs, 65536);
	if (asked->interface != NULL)
		text_format(&inputs, "-i %s", asked->interface);
	for (size_t i = 0; i < plan->argument_count; i++)
		text_format(&inputs, "%s%s", i > 0 ? " " : "", plan->arguments[i]);
	run.inputs = bytes_of_string(text_string(&inputs));
	err = store_run_begin(to->store, &run, why);
	text_done(&inputs);
	return err;
}

/* The directory of a store's file, where its journal lies too; to be freed. */
static char *folder_of_store(const char *store)
{
	const char *path = strchr(store, ':') == NULL ? store : strchr(store, ':') + 1;
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return strdup(".");
	return strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

/* From here on strangers' bytes come in. */
static enum err shut_the_door(const struct watch_options *asked,
	const struct watching *watching, struct destination *to, struct fault *why)
{
	char *folder = folder_of_store(asked->store);
	const char *writable[] = { folder };
	struct sandbox sandbox = { .write = writable };
	struct sandbox_outcome outcome;
	enum err err;

	sandbox.read = watching_paths(watching, &sandbox.read_count);
	sandbox.write_count = asked->output == OUTPUT_STORE && folder != NULL ? 1 : 0;
	if (sandbox.write_count > 0)
		to->reserve = reserve_open(folder, STORE_RESERVE);
	err = sandbox_enter(&sandbox, &outcome, why);
	if (err == ERR_OK && outcome.missing != NULL)
		log_note("the sandbox is not complete: %s", outcome.missing);
	free(folder);
	return err;
}

static enum err drop_privileges(const struct watch_options *asked, struct fault *why)
{
	struct privilege privilege = {
		.needs_files = asked->output == OUTPUT_STORE,
		.reads_any = asked->interface == NULL,
	};
	enum privilege_outcome outcome;
	enum err err = privilege_drop(&privilege, &outcome, why);

	if (err == ERR_OK && outcome != PRIVILEGE_NONE)
		log_note("root was given up: now %s", privilege_text(outcome));
	return err;
}

static void add_count(struct text *text, uint64_t count, const char *what)
{
	text_grouped(text, count);
	text_format(text, " %s%s", what, count == 1 ? "" : "s");
}

static void tell_losses(const struct coverage *coverage, struct text *text)
{
	/* What comes before are totals; from here on each counter is a loss. */
	size_t i = 0;

	while (strcmp(coverage_counters[i].name, "client_only") != 0)
		i++;
	for (; i < coverage_counter_count; i++) {
		if (coverage_get(coverage, i) == 0)
			continue;
		text_add(text, "  ");
		coverage_tell(coverage, i, text);
		text_char(text, '\n');
	}
}

static void tell_files(const struct watching_result *result, struct text *text)
{
	static const char *const meanings[] = {
		"not read, or not to the end",
		"cut short inside the last packet",
		"passed over in directories (no capture, or unreadable)",
	};
	const uint64_t counts[] = { result->files_faulty, result->files_cut,
		result->files_others };

	for (size_t i = 0; i < COUNT_OF(counts); i++) {
		if (counts[i] == 0)
			continue;
		text_add(text, "  ");
		add_count(text, counts[i], "file");
		text_format(text, " %s\n", meanings[i]);
	}
}

static void tell_store(const struct watch_options *asked, const struct destination *to,
	struct text *text)
{
	const char *colon = strchr(asked->store, ':');

	text_quote_terminal(
		text, bytes_of_string(colon == NULL ? asked->store : colon + 1));
	text_add(text, ": ");
	add_count(text, to->totals.handshakes, "handshake");
	text_add(text, ", ");
	add_count(text, to->totals.hellos, "distinct hello");
	text_add(text, ", ");
	add_count(text, to->totals.clients, "client");
	text_add(text, ", ");
	add_count(text, to->totals.servers, "server");
	text_char(text, '\n');
}

static void tell_run(const struct watching_result *result, struct text *text)
{
	text_add(text, "this run: ");
	add_count(text, result->coverage.frames, "packet");
	text_add(text, ", ");
	add_count(text, result->coverage.handshakes, "handshake");
	text_add(text, ", both hellos seen of ");
	text_grouped(text, result->coverage.both_hellos);
	text_char(text, '\n');
	tell_losses(&result->coverage, text);
	tell_files(result, text);
}

/* The last words: beside records, which have standard output for themselves, on
 * standard error. */
static enum exit_code tell(const struct watch_options *asked,
	const struct destination *to, const struct watching_result *result)
{
	enum exit_code code = EXIT_NOTHING_FOUND;
	struct text text;

	if (asked->quiet)
		return code;
	text_init(&text, 65536);
	if (asked->output == OUTPUT_STORE)
		tell_store(asked, to, &text);
	tell_run(result, &text);
	if (asked->output == OUTPUT_STORE)
		code = command_print(&text);
	else
		(void)fputs(text_string(&text), stderr);
	text_done(&text);
	return code;
}

/* The totals are for the last words, and reading them takes as long as the store is
 * large. */
static enum err finish(const struct watch_options *asked, struct destination *to,
	const struct watching_result *result, struct fault *why)
{
	enum err err;

	if (to->keeping == NULL)
		return write_lines(to, why);
	err = keeping_end(to->keeping, clock_now(), &result->coverage, why);
	return err != ERR_OK || asked->quiet ? err
					     : store_totals(to->store, &to->totals, why);
}

static enum err watch(const struct watch_options *asked, struct watching *watching,
	const struct watching_plan *plan, struct destination *to,
	struct watching_result *ret, struct fault *why)
{
	struct fault finish_why;
	enum err err = drop_privileges(asked, why);
	enum err finished;

	if (err == ERR_OK && asked->output == OUTPUT_STORE)
		err = open_store(to, asked, plan, why);
	if (err == ERR_OK)
		err = signals_catch(why);
	if (err == ERR_OK && asked->output == OUTPUT_JSONL)
		err = signals_end_with_reader(why);
	if (err == ERR_OK)
		err = shut_the_door(asked, watching, to, why);
	if (err == ERR_OK && to->keeping != NULL)
		err = keeping_begin(to->keeping, to->store, why);
	if (err != ERR_OK)
		return err;
	err = watching_run(watching, ret, why);
	/* Whatever ended the run, what was seen before is kept; if it cannot be, that is
	 * the reason, and how much is known only now. */
	finished = finish(asked, to, ret, &finish_why);
	if (finished != ERR_OK)
		*why = finish_why;
	return finished != ERR_OK ? finished : err;
}

static enum err plan_of(const struct watch_options *asked, char *arguments[],
	size_t operands, struct destination *to, struct watching_plan *ret,
	struct fault *why)
{
	if ((asked->interface == NULL) == (operands == 0))
		return fault_set(why, ERR_USAGE,
			"watch: give either an interface (-i) or capture files; "
			"`tlsunset "
			"watch --help` tells more");
	if (asked->interface == NULL && asked->filter != NULL)
		return fault_set(why, ERR_USAGE, "watch: --filter goes with -i only");
	*ret = (struct watching_plan){
		.arguments = (const char *const *)arguments,
		.argument_count = operands,
		.interface = asked->interface,
		.filter = asked->filter,
		.workers = (unsigned)asked->workers,
		.max_flows = asked->max_flows,
		.sinks = to->sinks,
		.pulse = pulse,
		.context = to,
	};
	if (random_hash_key(&ret->key) != ERR_OK)
		return fault_set(why, ERR_IO, "the kernel gave no random bytes");
	return ERR_OK;
}

/* What the workers hand their handshakes to. */
static enum err destination_init(struct destination *to,
	const struct watch_options *asked, const struct hash_key *key, struct fault *why)
{
	text_init(&to->lines, JSONL_BUFFER_MAX);
	to->minimum = version_rank(asked->min_version);
	to->sink.take = take_line;
	if (asked->output == OUTPUT_STORE) {
		to->keeping = keeping_new(key, (unsigned)asked->workers);
	} else {
		to->lock = lock_new();
		to->clients = clients_new(key, JSONL_CLIENTS_MAX);
	}
	if (to->keeping == NULL && (to->lock == NULL || to->clients == NULL))
		return fault_set(why, ERR_MEMORY, "memory ran out");
	for (unsigned i = 0; i < asked->workers; i++)
		to->sinks[i] =
			to->keeping != NULL ? keeping_sink(to->keeping, i) : &to->sink;
	return ERR_OK;
}

static void destination_done(struct destination *to)
{
	keeping_free(to->keeping);
	store_close(to->store);
	clients_free(to->clients);
	lock_free(to->lock);
	reserve_close(to->reserve);
	text_done(&to->lines);
}

static enum exit_code run(const struct command *self, char *arguments[], size_t count)
{
	struct watch_options asked = {
		.max_flows = WATCH_FLOWS_DEFAULT,
		.min_version = VERSION_TLS12,
		.store = STORE_USUAL,
		.workers = 1,
	};
	struct destination to = { .reserve = -1 };
	struct watching_plan plan;
	struct watching_result result = { 0 };
	struct watching *watching = NULL;
	struct fault why = { 0 };
	enum exit_code code;
	size_t operands;
	enum err err;

	if (!command_begin(self, &asked, arguments, count, &operands, &code))
		return code;
	log_set_level(asked.quiet ? LOG_QUIET : asked.verbose ? LOG_VERBOSE : LOG_NORMAL);
	err = plan_of(&asked, arguments, operands, &to, &plan, &why);
	if (err == ERR_OK)
		err = destination_init(&to, &asked, &plan.key, &why);
	if (err == ERR_OK)
		err = watching_open(&plan, &watching, &why);
	if (err == ERR_OK)
		err = watch(&asked, watching, &plan, &to, &result, &why);
	if (err != ERR_OK)
		code = command_fault(&why);
	else
		code = tell(&asked, &to, &result);
	if (code == EXIT_NOTHING_FOUND && result.files_faulty > 0)
		code = EXIT_COULD_NOT;
	watching_free(watching);
	destination_done(&to);
	return code;
}

const struct command command_watch = {
	.name = "watch",
	.summary = "watch handshakes in captures or on an interface",
	.operands = "{ -i NAME | { FILE | DIRECTORY | - }... }",
	.about = "Reads captures (pcap or pcapng, plain or packed by gzip or zstd), or "
		 "an\n"
		 "interface until interrupted, and keeps each TLS handshake in the "
		 "store.\n",
	.options = options,
	.option_count = COUNT_OF(options),
	.run = run,
};

#include "cli/command.h"

#include <stdio.h>

#include "report/render.h"
#include "sys/clock.h"
#include "sys/crypto.h"
#include "sys/terminal.h"

#define OUTPUT_MAX ((size_t)1 << 30) /* a report longer than 1 GB is a mistake */
#define ROWS_USUAL 40                /* of text; --limit says otherwise */

#define AT(member) offsetof(struct settings, member)

struct settings {
	uint16_t min_version;
	const char *store;
	unsigned output; /* index into outputs */
	unsigned by;     /* enum view_by */
	time_ns since;
	time_ns until;
	struct option_address client;
	struct option_address server;
	const char *name;
	time_ns today;
	uint64_t limit;
};

/* In the order of enum view_by. */
static const char *const subjects[] = { "detail", "client", "server", "name", "hello",
	NULL };

enum { OUTPUT_TEXT = 2 };
static const char *const outputs[] = { "csv", "json", "text", NULL };

static const struct option options[] = {
	{ "by", 'b', OPTION_CHOICE, AT(by), "client|server|name|hello",
		"totals by one of these; else each thing that breaks", subjects, 0, 0 },
	{ "client", 0, OPTION_ADDRESS, AT(client), "ADDRESS", "only this client", NULL, 0,
		0 },
	{ "limit", 'n', OPTION_NUMBER, AT(limit), "N",
		"rows of text at most; 0 is all (40)", NULL, 0, UINT32_MAX },
	{ "min-version", 'm', OPTION_VERSION, AT(min_version), "VERSION",
		"the minimum asked about (1.2)", NULL, 0, 0 },
	{ "name", 0, OPTION_TEXT, AT(name), "NAME", "only this server name", NULL, 0, 0 },
	{ "output", 'o', OPTION_CHOICE, AT(output), "text|json|csv",
		"the form of the answer (text)", outputs, 0, 0 },
	{ "server", 0, OPTION_ADDRESS, AT(server), "ADDRESS", "only this server", NULL, 0,
		0 },
	{ "since", 0, OPTION_TIME, AT(since), "TIME",
		"only what was seen at or after, such as 2026-11-22", NULL, 0, 0 },
	{ "store", 's', OPTION_TEXT, AT(store), "sqlite:PATH",
		"the evidence (" STORE_USUAL ")", NULL, 0, 0 },
	{ "today", 0, OPTION_TIME, AT(today), "TIME",
		"what \"last seen\" is told from (now)", NULL, 0, 0 },
	{ "until", 0, OPTION_TIME, AT(until), "TIME", "only what was seen before", NULL,
		0, 0 },
};

static enum err look(const struct settings *settings, const struct hash_key *key,
	struct view *ret, struct store *store, struct fault *why)
{
	struct bytes name = { 0 };
	struct store_filter filter = {
		.since = settings->since,
		.until = settings->until,
		.client = settings->client.given ? &settings->client.address : NULL,
		.server = settings->server.given ? &settings->server.address : NULL,
		.server_name = settings->name != NULL ? &name : NULL,
	};

	if (settings->name != NULL)
		name = bytes_of_string(settings->name);
	return view_init(ret, store, &filter, settings->min_version,
		(enum view_by)settings->by, key, why);
}

static enum exit_code show(const struct settings *settings, const struct view *view)
{
	struct render_options render = { .now = settings->today,
		.limit = (size_t)settings->limit };
	bool breaks = view->clients_by_verdict[VERDICT_BREAKS] > 0;
	enum exit_code code;
	struct text text;

	if (terminal_is(fileno(stdout)))
		render.width = terminal_width(fileno(stdout));
	text_init(&text, OUTPUT_MAX);
	renderer_find(outputs[settings->output])->render(view, &render, &text);
	code = command_print(&text);
	text_done(&text);
	return code == EXIT_NOTHING_FOUND && breaks ? EXIT_FOUND : code;
}

static enum exit_code answer(const struct settings *settings)
{
	struct fault why = { 0 };
	struct store *store = NULL;
	struct hash_key key;
	struct view view;
	enum exit_code code;
	enum err err = random_hash_key(&key);

	if (err != ERR_OK)
		err = fault_set(&why, err, "no random bytes could be drawn");
	else
		err = store_open(settings->store, STORE_READ, &store, &why);
	if (err != ERR_OK)
		return command_fault(&why);
	err = look(settings, &key, &view, store, &why);
	if (err == ERR_OK) {
		code = show(settings, &view);
		view_done(&view);
	} else {
		code = command_fault(&why);
	}
	store_close(store);
	return code;
}

static enum exit_code run(const struct command *self, char *arguments[], size_t count)
{
	struct settings settings = { .min_version = VERSION_TLS12,
		.store = STORE_USUAL,
		.output = OUTPUT_TEXT,
		.limit = ROWS_USUAL,
		.today = clock_now() };
	enum exit_code code;
	size_t operands;

	if (!command_begin(self, &settings, arguments, count, &operands, &code))
		return code;
	return answer(&settings);
}

const struct command command_impact = {
	.name = "impact",
	.summary = "who breaks if the minimum version rises, and why",
	.operands = "",
	.about = "Judges the handshakes of a store as if VERSION were the minimum. Ends "
		 "with\n1 if a client would fail, with 0 if none would.\n",
	.options = options,
	.option_count = COUNT_OF(options),
	.run = run,
};

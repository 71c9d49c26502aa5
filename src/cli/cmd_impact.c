#include "cli/command.h"

#include <stdio.h>

#include "cli/fail_on.h"
#include "cli/forecasting.h"
#include "cli/owners.h"
#include "cli/yaml_file.h"
#include "report/owned.h"
#include "report/render.h"
#include "sys/clock.h"
#include "sys/crypto.h"
#include "sys/log.h"
#include "sys/terminal.h"

#define OUTPUT_MAX ((size_t)1 << 30) /* a report longer than 1 GB is a mistake */
#define ROWS_USUAL 40                /* of text; --limit says otherwise */

#define LEVEL_UNSAID UINT64_MAX

#define AT(member) offsetof(struct settings, member)

struct settings {
	uint16_t min_version;
	const char *store;
	unsigned output; /* enum option_form */
	unsigned by;     /* enum view_by */
	time_ns since;
	time_ns until;
	struct option_address client;
	struct option_address server;
	const char *name;
	time_ns today;
	uint64_t limit;

	const char *policy;
	const char *certificate;
	const char *stack;
	uint64_t level; /* LEVEL_UNSAID: the policy alone decides */
	time_ns on;
	struct option_address explain;
	const char *fail_on;
	const char *keep;
	const char *owner;
	const char *owners;
	struct fail_on fails; /* the same, read */
	bool compare;
	const char *verify;
	uint64_t concurrency; /* 0: not said */
	uint64_t rate;
	const char *differences;

	/* What --owner and --keep name, once the owners are read. */
	struct owners known;
	struct store_owner only; /* owner NULL: everybody */
	struct kept kept;
};

/* In the order of enum view_by. */
static const char *const subjects[] = { "detail", "client", "server", "name", "hello",
	NULL };

static const enum forecast_output forecast_outputs[] = { FORECAST_CSV, FORECAST_JSON,
	FORECAST_JSONL, FORECAST_TEXT };

static const struct option options[] = {
	{ "by", 'b', OPTION_CHOICE, AT(by), "client|server|name|hello",
		"totals by one of these; else each thing that breaks", subjects, 0, 0 },
	{ "certificate", 0, OPTION_TEXT, AT(certificate), "KEY[,KEY]",
		"of a policy: what its server presents, as ecdsa-p256", NULL, 0, 0 },
	{ "client", 0, OPTION_ADDRESS, AT(client), "ADDRESS", "only this client", NULL, 0,
		0 },
	{ "compare", 0, OPTION_FLAG, AT(compare), NULL,
		"the policies behind it, side by side", NULL, 0, 0 },
	{ "concurrency", 0, OPTION_NUMBER, AT(concurrency), "N",
		"of --verify: connections at a time (16)", NULL, 1, 4096 },
	{ "differences", 0, OPTION_TEXT, AT(differences), "FILE",
		"of --verify: what differed, as lines of JSON", NULL, 0, 0 },
	{ "explain", 0, OPTION_ADDRESS, AT(explain), "CLIENT",
		"of a policy: how it comes to what this client gets", NULL, 0, 0 },
	{ "fail-on", 0, OPTION_TEXT, AT(fail_on), "breaks>N|unknown>N",
		"how many clients make it end with 1 (" FAIL_ON_USUAL ")", NULL, 0, 0 },
	{ "keep", 0, OPTION_TEXT, AT(keep), "CLIENT|SERVER|OWNER",
		"of a policy: what it must concede for this to pass", NULL, 0, 0 },
	{ "limit", 'n', OPTION_NUMBER, AT(limit), "N",
		"rows of text at most; 0 is all (40)", NULL, 0, UINT32_MAX },
	{ "min-version", 'm', OPTION_VERSION, AT(min_version), "VERSION",
		"the minimum asked about (1.2)", NULL, 0, 0 },
	{ "name", 0, OPTION_TEXT, AT(name), "NAME", "only this server name", NULL, 0, 0 },
	{ "on", 0, OPTION_TIME, AT(on), "DAY",
		"of a policy: whether it is in force by then", NULL, 0, 0 },
	OPTION_OUTPUT(AT(output), OPTION_FORMS,
		"the form of the answer (text); jsonl of policies", option_forms),
	{ "owner", 0, OPTION_TEXT, AT(owner), "OWNER",
		"only this owner's clients and servers", NULL, 0, 0 },
	{ "owners", 0, OPTION_TEXT, AT(owners), "FILE",
		"whose which networks and names are, as YAML", NULL, 0, 0 },
	{ "policy", 'p', OPTION_TEXT, AT(policy), "POLICY",
		"in place of a minimum: a policy's name, or a file", NULL, 0, 0 },
	{ "rate", 0, OPTION_NUMBER, AT(rate), "N",
		"of --verify: connections a second; 0 is as they go (0)", NULL, 0,
		100000 },
	{ "security-level", 0, OPTION_NUMBER, AT(level), "N",
		"of a policy: OpenSSL's @SECLEVEL on the server (0)", NULL, 0,
		SECURITY_LEVEL_MAX },
	{ "server", 0, OPTION_ADDRESS, AT(server), "ADDRESS", "only this server", NULL, 0,
		0 },
	{ "since", 0, OPTION_TIME, AT(since), "TIME",
		"only what was seen at or after, such as 2026-11-22", NULL, 0, 0 },
	{ "stack", 0, OPTION_TEXT, AT(stack), "NAME",
		"of a policy: what the server runs on (" STACK_USUAL ")", NULL, 0, 0 },
	OPTION_STORE(AT(store), "the evidence (" STORE_USUAL ")"),
	{ "today", 0, OPTION_TIME, AT(today), "TIME",
		"what \"last seen\" is told from (now)", NULL, 0, 0 },
	{ "until", 0, OPTION_TIME, AT(until), "TIME", "only what was seen before", NULL,
		0, 0 },
	{ "verify", 0, OPTION_TEXT, AT(verify), "HOST:PORT",
		"of a policy: say each hello to this server and compare", NULL, 0, 0 },
};

static struct store_filter filter_of(const struct settings *settings, struct bytes *name)
{
	*name = bytes_of_string(settings->name != NULL ? settings->name : "");
	return (struct store_filter){
		.since = settings->since,
		.until = settings->until,
		.client = settings->client.given ? &settings->client.address : NULL,
		.server = settings->server.given ? &settings->server.address : NULL,
		.server_name = settings->name != NULL ? name : NULL,
		.owner = settings->only.owner != NULL ? &settings->only : NULL,
	};
}

static struct render_options render_of(const struct settings *settings)
{
	struct render_options render = { .now = settings->today,
		.limit = (size_t)settings->limit };

	if (terminal_is(fileno(stdout)))
		render.width = terminal_width(fileno(stdout));
	return render;
}

static enum err look(const struct settings *settings, const struct hash_key *key,
	struct view *ret, struct store *store, struct fault *why)
{
	struct bytes name;
	struct store_filter filter = filter_of(settings, &name);

	return view_init(ret, store, &filter, settings->min_version,
		(enum view_by)settings->by, key, why);
}

static enum exit_code show(const struct settings *settings, const struct view *view)
{
	struct render_options render = render_of(settings);
	enum exit_code code;
	struct text text;

	text_init(&text, OUTPUT_MAX);
	renderer_find(option_forms[settings->output])->render(view, &render, &text);
	code = command_print(&text);
	text_done(&text);
	if (code != EXIT_NOTHING_FOUND)
		return code;
	return view_is_empty(view)
		       ? EXIT_COULD_NOT
		       : fail_on_code(&settings->fails, view->clients_by_verdict);
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
	if (err == ERR_OK && settings->owners != NULL)
		view_name_owners(&view, &settings->known);
	if (err == ERR_OK) {
		code = show(settings, &view);
		view_done(&view);
	} else {
		code = command_fault(&why);
	}
	store_close(store);
	return code;
}

static enum exit_code answer_by_policy(
	const struct settings *settings, char *arguments[], size_t operands)
{
	const char *const *policies =
		settings->compare ? (const char *const *)arguments : &settings->policy;
	struct bytes name;
	struct forecasting asked = {
		.policies = policies,
		.policy_count = settings->compare ? operands : 1,
		.certificate = settings->certificate,
		.stack = settings->stack,
		.level = settings->level == LEVEL_UNSAID ? 0 : (unsigned)settings->level,
		.level_said = settings->level != LEVEL_UNSAID,
		.on = settings->on,
		.owners = settings->owners != NULL ? &settings->known : NULL,
		.keep = settings->keep != NULL ? &settings->kept : NULL,
		.fails = settings->fails,
		.by = (enum view_by)settings->by,
		.output = forecast_outputs[settings->output],
		.filter = filter_of(settings, &name),
		.render = render_of(settings),
		.verify = { settings->verify, settings->name,
			settings->concurrency == 0 ? VERIFY_CONCURRENCY_USUAL
						   : settings->concurrency,
			settings->rate, settings->differences, NULL },
	};

	asked.verify.render = &asked.render;
	if (settings->explain.given) {
		asked.filter.client = &settings->explain.address;
		asked.explains = true;
	}
	return forecasting_run(&asked, settings->store);
}

/* What was asked for, a bit each. */
enum {
	SAID_COMPARE = 1 << 0,
	SAID_OPERANDS = 1 << 1,
	SAID_POLICY = 1 << 2,
	SAID_SERVER = 1 << 3, /* --certificate, --stack, --security-level */
	SAID_ON = 1 << 4,
	SAID_EXPLAIN = 1 << 5,
	SAID_VERIFY = 1 << 6,
	SAID_OF_VERIFY = 1 << 7, /* --concurrency, --differences, --rate */
	SAID_KEEP = 1 << 8,
	SAID_FAIL_ON = 1 << 9,
	SAID_CLIENT = 1 << 10,
	SAID_BY = 1 << 11,
	SAID_JSON = 1 << 12,
	SAID_JSONL = 1 << 13,
	SAID_CSV = 1 << 14,
	SAID_MINIMUM = 1 << 15,
	SAID_OWNER = 1 << 16,
	SAID_OWNERS = 1 << 17,

	SAID_BY_POLICY = SAID_POLICY | SAID_COMPARE,
	SAID_FORM = SAID_JSON | SAID_JSONL | SAID_CSV,
};

static unsigned said(const struct settings *settings, size_t operands)
{
	static const unsigned forms[] = { [OPTION_CSV] = SAID_CSV,
		[OPTION_JSON] = SAID_JSON,
		[OPTION_JSONL] = SAID_JSONL,
		[OPTION_PLAIN] = 0 };
	const struct {
		bool is;
		unsigned bit;
	} each[] = {
		{ settings->compare, SAID_COMPARE },
		{ operands > 0, SAID_OPERANDS },
		{ settings->policy != NULL, SAID_POLICY },
		{ settings->certificate != NULL || settings->stack != NULL ||
				settings->level != LEVEL_UNSAID,
			SAID_SERVER },
		{ settings->on != 0, SAID_ON },
		{ settings->explain.given, SAID_EXPLAIN },
		{ settings->verify != NULL, SAID_VERIFY },
		{ settings->differences != NULL || settings->concurrency != 0 ||
				settings->rate != 0,
			SAID_OF_VERIFY },
		{ settings->keep != NULL, SAID_KEEP },
		{ settings->owner != NULL, SAID_OWNER },
		{ settings->owners != NULL, SAID_OWNERS },
		{ settings->fail_on != NULL, SAID_FAIL_ON },
		{ settings->client.given, SAID_CLIENT },
		{ settings->by != VIEW_DETAIL, SAID_BY },
		{ settings->min_version != VERSION_NONE, SAID_MINIMUM },
	};
	unsigned bits = forms[settings->output];

	for (size_t i = 0; i < COUNT_OF(each); i++)
		bits |= each[i].is ? each[i].bit : 0;
	return bits;
}

/* What does not fit together; the first that applies is told. To add one: a line here. */
static const struct rule {
	unsigned of;    /* rules what says any of these: */
	unsigned wants; /* one of these stands beside it (0: nothing need) */
	unsigned bars;  /* and none of these */
	const char *says;
} rules[] = {
	{ SAID_COMPARE, SAID_OPERANDS, SAID_POLICY,
		"--compare goes with policies behind it, and without --policy" },
	{ SAID_OPERANDS, SAID_COMPARE, 0,
		"policies stand behind --compare, or one behind --policy" },
	{ SAID_SERVER | SAID_ON | SAID_EXPLAIN | SAID_VERIFY, SAID_BY_POLICY, 0,
		"--certificate, --stack, --security-level, --on, --explain and "
		"--verify go with --policy" },
	{ SAID_OF_VERIFY, SAID_VERIFY, 0,
		"--concurrency, --differences and --rate go with --verify" },
	{ SAID_KEEP, SAID_POLICY,
		SAID_EXPLAIN | SAID_VERIFY | SAID_FAIL_ON | SAID_BY | SAID_ON |
			SAID_JSONL | SAID_CSV | SAID_OWNER,
		"--keep goes with --policy, as text or json, and without --by, "
		"--explain, --fail-on, --on, --owner and --verify" },
	{ SAID_OWNER, SAID_OWNERS, 0, "--owner names one of those of --owners FILE" },
	{ SAID_COMPARE, 0, SAID_FAIL_ON, "--fail-on asks about one policy" },
	{ SAID_VERIFY, 0, SAID_FAIL_ON,
		"--verify ends with 1 if an answer differs, whatever --fail-on says" },
	{ SAID_VERIFY, 0, SAID_COMPARE, "--verify asks about one policy" },
	{ SAID_VERIFY, 0, SAID_ON,
		"--verify asks what a server does now, whatever --on says" },
	{ SAID_EXPLAIN, 0, SAID_COMPARE, "--explain tells of one policy" },
	{ SAID_EXPLAIN, 0, SAID_CLIENT,
		"--explain names the client itself, without --client" },
	{ SAID_VERIFY, 0, SAID_EXPLAIN,
		"--verify and --explain are two questions; --client names one whose "
		"hellos are sent" },
	{ SAID_VERIFY | SAID_EXPLAIN, 0, SAID_BY | SAID_FORM,
		"--verify and --explain are text alone, without --by and --output" },
	{ SAID_BY_POLICY, 0, SAID_MINIMUM,
		"a policy says itself which versions it allows, without --min-version" },
	{ SAID_JSONL, SAID_BY_POLICY, 0, "jsonl goes with --policy or --compare" },
};

/* NULL: what was asked fits together. */
static const char *misfit(const struct settings *settings, size_t operands)
{
	unsigned bits = said(settings, operands);

	for (size_t i = 0; i < COUNT_OF(rules); i++)
		if ((bits & rules[i].of) != 0 &&
			((rules[i].wants != 0 && (bits & rules[i].wants) == 0) ||
				(bits & rules[i].bars) != 0))
			return rules[i].says;
	return NULL;
}

/* An address, else an owner's name. */
static enum err read_kept(struct settings *settings, struct fault *why)
{
	struct kept *kept = &settings->kept;

	if (settings->keep == NULL ||
		address_parse(settings->keep, &kept->address) == ERR_OK)
		return ERR_OK;
	if (settings->owners == NULL)
		return fault_set(why, ERR_USAGE,
			"impact: --keep wants an IPv4 or IPv6 address, or one of "
			"--owners FILE");
	kept->owners = &settings->known;
	return owners_named(
		kept->owners, "--keep, no address", settings->keep, &kept->owner, why);
}

static enum err read_owners(
	struct settings *settings, struct arena *arena, struct fault *why)
{
	enum err err = ERR_OK;

	if (settings->owners != NULL)
		err = owners_load(settings->owners, arena, &settings->known, why);
	if (err == ERR_OK && settings->owner != NULL) {
		settings->only =
			(struct store_owner){ &settings->known, NULL, true, true };
		err = owners_named(&settings->known, "--owner", settings->owner,
			&settings->only.owner, why);
	}
	return err == ERR_OK ? read_kept(settings, why) : err;
}

static enum exit_code run(const struct command *self, char *arguments[], size_t count)
{
	struct settings settings = { .store = STORE_USUAL,
		.output = OPTION_PLAIN,
		.limit = ROWS_USUAL,
		.level = LEVEL_UNSAID,
		.today = clock_now() };
	struct fault why = { 0 };
	struct arena arena;
	enum exit_code code;
	size_t operands;

	if (!command_begin(self, &settings, arguments, count, &operands, &code))
		return code;
	if (misfit(&settings, operands) != NULL) {
		log_error("impact: %s", misfit(&settings, operands));
		return EXIT_WRONG_USE;
	}
	if (settings.min_version == VERSION_NONE)
		settings.min_version = VERSION_TLS12;
	arena_init(&arena, YAML_NODES_MAX);
	if (fail_on_parse(settings.fail_on, "impact", "clients", &settings.fails, &why) !=
			ERR_OK ||
		read_owners(&settings, &arena, &why) != ERR_OK)
		code = command_fault(&why);
	else if (settings.policy != NULL || settings.compare)
		code = answer_by_policy(&settings, arguments, operands);
	else
		code = answer(&settings);
	arena_done(&arena);
	return code;
}

const struct command command_impact = {
	.name = "impact",
	.summary = "who breaks under a minimum version or a policy, and why",
	.operands = "[--compare POLICY...]",
	.about = "Judges the handshakes of a store as if VERSION were the minimum, or as "
		 "a\nserver would that enforces POLICY (`tlsunset policy list`). Ends "
		 "with 1 if a\nclient would fail (--fail-on), with 0 if none would.\n",
	.options = options,
	.option_count = COUNT_OF(options),
	.run = run,
};

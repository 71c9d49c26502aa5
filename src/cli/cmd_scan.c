#include "cli/controlling.h"
#include "cli/scanning.h"
#include "probe/starttls.h"
#include "sys/log.h"

#define AT(member) offsetof(struct settings, member)

struct settings {
	bool all_addresses;
	uint64_t concurrency;
	bool control;
	bool diff;
	const char *dns;
	const char *exclude;
	const char *fail_on;
	bool mass;
	bool no_store;
	unsigned output; /* enum option_form */
	uint64_t per_host;
	const char *policy;
	uint64_t rate;
	const char *resume;
	const char *server_name;
	const char *shard;
	const char *starttls;
	const char *store;
	bool stored;
	uint64_t timeout;
	time_ns today;
	const char *trust;
	bool udp;
	bool yes;
};

static const struct option options[] = {
	{ "all-addresses", 0, OPTION_FLAG, AT(all_addresses), NULL,
		"of each name, not its first alone", NULL, 0, 0 },
	{ "concurrency", 0, OPTION_NUMBER, AT(concurrency), "N",
		"connections at a time, and targets (256)", NULL, 1,
		EXCHANGE_CONCURRENCY_MAX },
	{ "control", 0, OPTION_FLAG, AT(control), NULL,
		"of STRICT SIMILAR UNRELATED: the network, or TLS?", NULL, 0, 0 },
	{ "diff", 0, OPTION_FLAG, AT(diff), NULL,
		"what changed since the last scan; 1 if it got worse", NULL, 0, 0 },
	{ "dns", 0, OPTION_TEXT, AT(dns), "ADDRESS,...",
		"the name servers that are asked (the system's)", NULL, 0, 0 },
	{ "exclude", 0, OPTION_TEXT, AT(exclude), "TARGET,...|FILE",
		"names, addresses and ranges that are not asked", NULL, 0, 0 },
	{ "fail-on", 0, OPTION_TEXT, AT(fail_on), "breaks>N|unknown>N",
		"how many servers make it end with 1 (" FAIL_ON_USUAL ")", NULL, 0, 0 },
	{ "mass", 0, OPTION_FLAG, AT(mass), NULL,
		"versions and certificates only: a connection a version", NULL, 0, 0 },
	{ "no-store", 0, OPTION_FLAG, AT(no_store), NULL, "keep nothing", NULL, 0, 0 },
	OPTION_OUTPUT(
		AT(output), OPTION_FORMS, "the form of the answer (text)", option_forms),
	{ "per-host", 0, OPTION_NUMBER, AT(per_host), "N",
		"connections to one server at a time (5)", NULL, 1, 64 },
	{ "policy", 'p', OPTION_TEXT, AT(policy), "POLICY",
		"judge each by it: a name or a file; 1 if one breaks it", NULL, 0, 0 },
	{ "rate", 0, OPTION_NUMBER, AT(rate), "N",
		"connections a second; 0 is as they go (0)", NULL, 0, 1000000 },
	{ "resume", 0, OPTION_TEXT, AT(resume), "FILE",
		"keeps which targets are done; goes on from there", NULL, 0, 0 },
	{ "server-name", 0, OPTION_TEXT, AT(server_name), "NAME",
		"named to each server in place of its own name", NULL, 0, 0 },
	{ "shard", 0, OPTION_TEXT, AT(shard), "I/N",
		"one share of the targets of a scan by N machines", NULL, 0, 0 },
	{ "starttls", 0, OPTION_TEXT, AT(starttls), "PROTOCOL|none",
		"spoken before TLS, as smtp; else the port tells", NULL, 0, 0 },
	OPTION_STORE(AT(store), "where the answers are kept (" STORE_USUAL ")"),
	{ "stored", 0, OPTION_FLAG, AT(stored), NULL,
		"ask nobody: show the last scan that is kept of each", NULL, 0, 0 },
	{ "timeout", 0, OPTION_NUMBER, AT(timeout), "SECONDS",
		"for a connection, and then for an answer (5)", NULL, 1, 300 },
	{ "today", 0, OPTION_TIME, AT(today), "TIME",
		"the day from which certificates' days are counted", NULL, 0, 0 },
	{ "trust", 0, OPTION_TEXT, AT(trust), "FILE|none",
		"the roots of chains, in PEM (the system's)", NULL, 0, 0 },
	{ "udp", 0, OPTION_FLAG, AT(udp), NULL, "ask for DTLS and QUIC, and not over TCP",
		NULL, 0, 0 },
	{ "yes", 0, OPTION_FLAG, AT(yes), NULL,
		"to a range of more than 65,536 addresses", NULL, 0, 0 },
};

/* A server that is asked more slowly than it answers, sixty questions with pauses. */
#define PATIENCE (3 * TIME_MINUTE)

static enum exit_code unknown_protocol(const char *said)
{
	struct text CLEANUP(text_done) line;

	text_init(&line, 2048);
	text_add(&line, "scan: --starttls wants none or one of ");
	for (size_t i = 0; starttls_name(i) != NULL; i++)
		text_format(&line, "%s%s", i > 0 ? ", " : "", starttls_name(i));
	text_add(&line, ", not \"");
	text_quote_terminal(&line, bytes_first(bytes_of_string(said), 40));
	text_char(&line, '"');
	log_error("%s", text_string(&line));
	return EXIT_WRONG_USE;
}

/* What has no meaning for three servers that are asked why. */
static bool fits_control(const struct settings *settings, size_t operands)
{
	return operands == 3 &&
	       (settings->output == OPTION_PLAIN || settings->output == OPTION_JSON) &&
	       !settings->diff && !settings->stored && !settings->mass &&
	       !settings->all_addresses && !settings->udp && settings->policy == NULL &&
	       settings->fail_on == NULL && settings->resume == NULL &&
	       settings->shard == NULL && settings->exclude == NULL &&
	       settings->server_name == NULL && settings->dns == NULL;
}

/* What would be passed over in silence where nobody is asked. */
static bool fits_stored(const struct settings *settings)
{
	return !settings->stored ||
	       (!settings->mass && !settings->all_addresses && settings->rate == 0 &&
		       settings->exclude == NULL && settings->resume == NULL &&
		       settings->shard == NULL && settings->starttls == NULL &&
		       settings->server_name == NULL && settings->trust == NULL);
}

static enum exit_code run_control(const struct settings *settings,
	const struct scanning *asked, const char *const *targets, size_t operands)
{
	const struct controlling control = { .targets = targets,
		.starttls = settings->starttls,
		.trust = settings->trust,
		.no_trust = asked->no_trust,
		.json = settings->output == OPTION_JSON,
		.setting = asked->setting };

	if (fits_control(settings, operands))
		return controlling_run(&control);
	log_error(
		"scan: --control goes with three targets, STRICT SIMILAR UNRELATED, each "
		"HOST:PORT, as text or json, and with --starttls, --timeout, --trust and "
		"--today alone");
	return EXIT_WRONG_USE;
}

static enum exit_code run(const struct command *command, char *arguments[], size_t count)
{
	struct settings settings = {
		.concurrency = 256, .output = OPTION_PLAIN, .per_host = 5, .timeout = 5
	};
	struct scanning asked = { 0 };
	enum upgrade upgrade;
	enum exit_code code;

	if (!command_begin(command, &settings, arguments, count,
		    &asked.targets.operand_count, &code))
		return code;
	if (asked.targets.operand_count == 0 && !settings.stored) {
		log_error("scan: expected a target, as in erp.example.net:443");
		return EXIT_WRONG_USE;
	}
	if (!fits_stored(&settings)) {
		log_error(
			"scan: --stored asks nobody: of what is asked, and how, nothing "
			"goes with it");
		return EXIT_WRONG_USE;
	}
	if (settings.starttls != NULL && !starttls_find(settings.starttls, &upgrade))
		return unknown_protocol(settings.starttls);
	if (settings.udp && settings.starttls != NULL) {
		log_error("scan: --starttls is of TCP: nothing leads to TLS over UDP");
		return EXIT_WRONG_USE;
	}
	asked.udp = settings.udp;
	asked.starttls = settings.starttls;
	asked.targets.operands = (const char *const *)arguments;
	asked.targets.exclude = settings.exclude;
	asked.targets.shard = settings.shard;
	asked.targets.resume = settings.resume;
	asked.targets.dns = settings.dns;
	asked.targets.yes = settings.yes;
	asked.targets.udp = settings.udp;
	asked.targets.mass = settings.mass;
	asked.targets.all_addresses = settings.all_addresses;
	/* To verify a chain takes as long as to ask for it ten times. */
	asked.no_trust = settings.trust != NULL ? strcmp(settings.trust, "none") == 0
						: settings.mass;
	asked.trust = settings.trust;
	asked.server_name = settings.server_name;
	asked.results = (struct scan_results_setting){
		.renderer = endpoint_renderer_find(option_forms[settings.output]),
		.policy = settings.policy,
		.fail_on = settings.fail_on,
		.store_named = settings.store != NULL,
		.diff = settings.diff,
		.stored = settings.stored,
		.udp = settings.udp,
		.today = settings.today,
	};
	if (!settings.no_store)
		asked.results.store =
			settings.store == NULL ? STORE_USUAL : settings.store;
	asked.setting = (struct scan_setting){ .concurrency = settings.concurrency,
		.rate = (uint32_t)settings.rate,
		.per_host = (unsigned)settings.per_host,
		.mass = settings.mass || settings.control,
		.connect_time = settings.timeout * TIME_SECOND,
		.answer_time = settings.timeout * TIME_SECOND,
		.patience = PATIENCE,
		.judged_at = settings.today };
	if (settings.control)
		return run_control(&settings, &asked, (const char *const *)arguments,
			asked.targets.operand_count);
	return settings.stored ? scanning_stored(&asked) : scanning_run(&asked);
}

const struct command command_scan = {
	.name = "scan",
	.summary = "what servers accept, prefer and present",
	.operands = "TARGET|FILE|-...",
	.about = "Asks each server by hellos of its own making, SSL 2.0 to TLS 1.3, what "
		 "it\naccepts: versions, suites in their order, groups, certificates. "
		 "What "
		 "could not\nbe found out is told as unknown, with the reason. It ends "
		 "with 1 "
		 "if a server\nbreaks --policy or got worse since its last scan, else "
		 "with 3 "
		 "if something\nstayed unknown.\n",
	.options = options,
	.option_count = COUNT_OF(options),
	.run = run,
};

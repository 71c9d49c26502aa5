#include <stdlib.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/exports.h"
#include "cli/policies.h"
#include "host/host.h"
#include "report/host_render.h"
#include "sys/log.h"
#include "sys/terminal.h"

#define OUTPUT_MAX ((size_t)64 << 20) /* a kilobyte a stack, a line a process */

#define AT(member) offsetof(struct settings, member)

struct settings {
	const char *inventory;
	bool no_run;
	unsigned output; /* index into outputs */
	const char *policy;
	const char *registry;
	const char *root;
	const char *stack;
	const char *suites;
	const char *system;
};

enum { OUTPUT_JSON, OUTPUT_TEXT };
static const char *const outputs[] = { "json", "text", NULL };

static const struct option options[] = {
	{ "cipher-suites", 0, OPTION_TEXT, AT(suites), "FILE",
		"of Windows: what Get-TlsCipherSuite printed", NULL, 0, 0 },
	{ "inventory", 0, OPTION_TEXT, AT(inventory), "FILE,...",
		"of Windows: lists of updates, software, or systeminfo", NULL, 0, 0 },
	{ "no-run", 0, OPTION_FLAG, AT(no_run), NULL,
		"start no program: derive all from files", NULL, 0, 0 },
	OPTION_OUTPUT(AT(output), "text|json", "the form of the answer (text)", outputs),
	{ "policy", 'p', OPTION_TEXT, AT(policy), "POLICY",
		"judge each by it: a name or a file", NULL, 0, 0 },
	{ "registry", 0, OPTION_TEXT, AT(registry), "FILE,...",
		"of Windows: .reg files, or what reg query printed", NULL, 0, 0 },
	{ "root", 0, OPTION_TEXT, AT(root), "DIR",
		"a machine's files there; none of its programs is run", NULL, 0, 0 },
	{ "stack", 0, OPTION_TEXT, AT(stack), "NAME,...",
		"tell of these alone: openssl, java and so on", NULL, 0, 0 },
	{ "system", 0, OPTION_TEXT, AT(system), "NAME",
		"of Windows: which it is, as \"Windows Server 2019\"", NULL, 0, 0 },
};

/* What is worse than unknown ends with 1, as everywhere; what is unknown with 3. */
static enum exit_code code_of(
	const struct host_report *report, const struct policy *policy)
{
	enum exit_code code = EXIT_NOTHING_FOUND;

	/* A folder that was not mounted must not pass. */
	if (policy != NULL && report->stacks == NULL) {
		log_warning("host: no stack of TLS was found, so none was judged");
		return EXIT_COULD_NOT;
	}
	for (const struct host_stack *at = report->stacks; policy != NULL && at != NULL;
		at = at->next) {
		enum setting_verdict worst = host_judge(policy, at).worst;

		if (worst >= SETTING_ALLOWS)
			return EXIT_FOUND;
		if (worst == SETTING_UNCLEAR)
			code = EXIT_COULD_NOT;
	}
	return code;
}

static enum exit_code show(const struct settings *settings,
	const struct host_report *report, const struct policy *policy)
{
	struct host_view view = { .report = report, .policy = policy };
	struct text CLEANUP(text_done) text;
	enum exit_code code;

	if (terminal_is(STDOUT_FILENO))
		view.width = terminal_width(STDOUT_FILENO);
	text_init(&text, OUTPUT_MAX);
	if (settings->output == OUTPUT_JSON)
		host_render_json(&text, &view);
	else
		host_render_text(&text, &view);
	code = command_print(&text);
	return code == EXIT_NOTHING_FOUND ? code_of(report, policy) : code;
}

static bool is_windows(const struct settings *settings)
{
	return settings->registry != NULL || settings->inventory != NULL ||
	       settings->suites != NULL || settings->system != NULL;
}

static enum err find(
	const struct settings *settings, struct host *host, struct fault *why)
{
	struct exports exports = { .all.system = settings->system };
	enum err err;

	if (!is_windows(settings))
		return host_look(host, why);
	err = exports_read(
		&exports, settings->registry, settings->inventory, settings->suites, why);
	if (err == ERR_OK)
		err = host_windows(host, &exports.all, why);
	exports_done(&exports);
	return err;
}

static enum exit_code look(const struct settings *settings, const struct policy *policy)
{
	bool run = settings->root == NULL && !settings->no_run && !is_windows(settings);
	enum exit_code code = EXIT_COULD_NOT;
	struct host_report report;
	struct arena arena;
	struct root root;
	struct fault why;
	struct host host;
	enum err err;

	if (root_open(settings->root == NULL ? "/" : settings->root, &root, &why) !=
		ERR_OK) {
		why.err = ERR_USAGE;
		return command_fault(&why);
	}
	arena_init(&arena, HOST_ARENA_MAX);
	err = host_begin(&host, &report, &root, run, &arena, &why);
	host.here = settings->root == NULL && !is_windows(settings);
	host.only = settings->stack;
	if (err != ERR_OK || find(settings, &host, &why) != ERR_OK)
		code = command_fault(&why);
	else
		code = show(settings, &report, policy);
	arena_done(&arena);
	root_close(&root);
	return code;
}

static enum exit_code run(const struct command *command, char *arguments[], size_t count)
{
	struct settings settings = { .output = OUTPUT_TEXT };
	struct policy policy;
	enum exit_code code;
	struct fault why;
	size_t operands;

	if (!command_begin(command, &settings, arguments, count, &operands, &code))
		return code;
	if (is_windows(&settings) && settings.root != NULL) {
		log_error("host: --root is of Linux, the exports are of Windows");
		return EXIT_WRONG_USE;
	}
	if (settings.policy != NULL &&
		policy_load(settings.policy, &policy, &why) != ERR_OK)
		return command_fault(&why);
	return look(&settings, settings.policy == NULL ? NULL : &policy);
}

const struct command command_host = {
	.name = "host",
	.summary = "every TLS stack of a machine, and what decides its versions",
	.operands = "",
	.about = "Finds the TLS libraries, runtimes and programs of this machine, and "
		 "which\nversions each speaks as client and server unless an application "
		 "says otherwise:\nasked of the stack itself by handshakes where its "
		 "program is there, else derived\nof release and configuration. With "
		 "--policy it ends with 1 if one is too old,\nelse with 3 if one stayed "
		 "unknown.\n\n"
		 "Stacks are: crypto-policies curl dotnet dotnet-framework edge gnutls "
		 "go\ninternet-explorer java mbedtls node nss openssl php python ruby "
		 "rustls schannel\nwget winhttp wininet\n",
	.options = options,
	.option_count = COUNT_OF(options),
	.run = run,
};

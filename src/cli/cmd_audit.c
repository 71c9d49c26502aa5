#include "cli/audit_sources.h"
#include "cli/audit_telling.h"
#include "cli/fixing.h"
#include "cli/policies.h"
#include "sys/clock.h"
#include "sys/log.h"
#include "sys/terminal.h"

#include <stdio.h>
#include <unistd.h>

#define AT(member) offsetof(struct settings, member)

#define POLICY_USUAL "rfc8996"

struct settings {
	bool all;
	const char *baseline;
	bool dry_run;
	unsigned fail_on; /* index into levels */
	bool fix;
	bool ignore_named;
	uint64_t jobs;
	bool no_ignore;
	unsigned output; /* index into outputs */
	const char *policy;
	const char *rules;
	const char *since;
	time_ns today;
	bool day_was_said;
};

static const char *const outputs[] = { "csv", "cyclonedx", "json", "sarif", "text",
	NULL };
static const char *const levels[] = { "none", "note", "warning", "error", NULL };

enum { OUTPUT_TEXT = 4 };

static const struct option options[] = {
	{ "all", 'a', OPTION_FLAG, AT(all), NULL,
		"also what passes, is suppressed or known", NULL, 0, 0 },
	{ "baseline", 'b', OPTION_TEXT, AT(baseline), "FILE",
		"an earlier audit (JSON, SARIF): what is new counts", NULL, 0, 0 },
	{ "dry-run", 'n', OPTION_FLAG, AT(dry_run), NULL,
		"with --fix: only show the edits, as a unified diff", NULL, 0, 0 },
	{ "fail-on", 0, OPTION_CHOICE, AT(fail_on), "error|warning|note|none",
		"the least that makes it end with 1 (warning)", levels, 0, 0 },
	{ "fix", 0, OPTION_FLAG, AT(fix), NULL,
		"make the edits that are safe, then tell what is left", NULL, 0, 0 },
	{ "ignore-named", 0, OPTION_FLAG, AT(ignore_named), NULL,
		"also leave out what was named, for hooks", NULL, 0, 0 },
	{ "jobs", 'j', OPTION_NUMBER, AT(jobs), "N", "workers (as many as processors)",
		NULL, 1, AUDITORS_MAX },
	{ "no-ignore", 0, OPTION_FLAG, AT(no_ignore), NULL,
		"also what .gitignore and .tlsunsetignore leave out", NULL, 0, 0 },
	OPTION_OUTPUT(AT(output), "text|json|sarif|cyclonedx|csv",
		"the form of the answer (text)", outputs),
	{ "policy", 'p', OPTION_TEXT, AT(policy), "POLICY",
		"what is to be allowed: a name or a file (" POLICY_USUAL ")", NULL, 0,
		0 },
	{ "rules", 0, OPTION_TEXT, AT(rules), "FOLDER",
		"rules of your own, beside those that are built in", NULL, 0, 0 },
	{ "since", 0, OPTION_TEXT, AT(since), "COMMIT",
		"only files that changed since, as git tells it", NULL, 0, 0 },
	{ "today", 0, OPTION_TIME, AT(today), "TIME", "the day by which suppressions end",
		NULL, 0, 0 },
};

/* Trees that were asked for, and how. */
struct request {
	const struct settings *settings;
	const char *const *paths;
	size_t path_count;
	const struct rules *rules;
	const struct policy *policy;
	const struct baseline *baseline;
	struct changed changed; /* with --since */
};

static enum err look_at_all(
	const struct request *request, struct audited *ret, struct fault *why)
{
	const struct audit_request wanted = {
		.rules = request->rules,
		.paths = request->paths,
		.path_count = request->path_count,
		.workers = request->settings->jobs,
		.ignores = !request->settings->no_ignore,
		.ignores_named = request->settings->ignore_named,
		.kept = request->settings->since != NULL ? &request->changed.files : NULL,
	};

	return auditing_run(&wanted, ret, why);
}

/* A diff that is empty says nothing by itself. */
static void tell_edits(const struct fixing *fixing)
{
	if (fixing->edits == 0 && fixing->failed > 0)
		return;
	if (fixing->edits == 0)
		log_warning("there is no edit that is safe to be made");
	else if (!fixing->dry)
		log_warning("%zu %s made in %zu %s", fixing->edits,
			fixing->edits == 1 ? "edit was" : "edits were", fixing->files,
			fixing->files == 1 ? "file" : "files");
}

/* Edits are made, then all is looked at anew: what is left is told. */
static enum err fix(const struct request *request, struct audited *audited,
	size_t *ret_failed, struct fault *why)
{
	struct fixing fixing = { .rules = request->rules,
		.policy = request->policy,
		.now = request->settings->today,
		.dry = request->settings->dry_run,
		.shown = terminal_is(STDOUT_FILENO) };
	enum err err = fixing_run(&fixing, audited, why);

	if (err != ERR_OK)
		return err;
	tell_edits(&fixing);
	*ret_failed = fixing.failed;
	if (fixing.dry || fixing.edits == 0)
		return ERR_OK;
	audited_done(audited);
	return look_at_all(request, audited, why);
}

/* The diff stands alone on standard output; then only the code tells of the rest. */
static enum exit_code tell(
	const struct request *request, const struct audited *audited, uint64_t began)
{
	const struct settings *settings = request->settings;
	bool is_diff = settings->fix && settings->dry_run;
	const struct audit_telling how = {
		.renderer =
			is_diff ? NULL : setting_renderer_find(outputs[settings->output]),
		.policy = request->policy,
		.baseline = settings->baseline != NULL ? request->baseline : NULL,
		.all = settings->all,
		.may_be_none = settings->since != NULL || settings->ignore_named,
		.fail_on = (enum setting_level)settings->fail_on,
		.today = settings->today,
		.dated = settings->day_was_said,
		.took = clock_monotonic() - began,
	};

	return audit_tell(&how, audited);
}

static enum err only_changed(
	struct request *request, struct arena *arena, struct fault *why)
{
	enum err err = changed_read(request->settings->since, request->paths,
		request->path_count, arena, &request->changed, why);

	if (err == ERR_OK) {
		request->paths = request->changed.named;
		request->path_count = request->changed.named_count;
	}
	return err;
}

static enum exit_code audit(
	const struct settings *settings, const char *const paths[], size_t path_count)
{
	struct policy policy;
	struct audited audited = { 0 };
	struct rules rules = { 0 };
	struct baseline known = { 0 };
	struct request request = { settings, paths, path_count, &rules, &policy, &known,
		{ 0 } };
	struct fault why = { 0 };
	struct arena arena;
	size_t failed = 0; /* files that could not be mended */
	uint64_t began = clock_monotonic();
	enum exit_code code;
	enum err err = policy_load(settings->policy, &policy, &why);

	arena_init(&arena, RULES_BYTES_MAX);
	if (err == ERR_OK && settings->baseline != NULL)
		err = baseline_read(settings->baseline, &known, &why);
	if (err == ERR_OK)
		err = shipped_rules(&rules, &arena, &why);
	if (err == ERR_OK && settings->rules != NULL)
		err = rules_add_folder(&rules, settings->rules, &arena, &why);
	if (err == ERR_OK && settings->since != NULL)
		err = only_changed(&request, &arena, &why);
	if (err == ERR_OK)
		err = look_at_all(&request, &audited, &why);
	if (err == ERR_OK && settings->fix)
		err = fix(&request, &audited, &failed, &why);
	code = err == ERR_OK ? tell(&request, &audited, began) : command_fault(&why);
	if (code == EXIT_NOTHING_FOUND && failed > 0)
		code = EXIT_COULD_NOT;
	if (err == ERR_NOT_FOUND || err == ERR_TYPE)
		code = EXIT_WRONG_USE;
	audited_done(&audited);
	baseline_done(&known);
	arena_done(&arena);
	return code;
}

/* "src/", as shells complete it, has the findings of "src". */
static void drop_slashes(char *path)
{
	size_t len = strlen(path);

	while (len > 1 && path[len - 1] == '/')
		path[--len] = '\0';
}

static enum exit_code run(
	const struct command *command, char *arguments[], size_t count_all)
{
	static const char *const here[] = { "." };
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	struct settings settings = { .fail_on = LEVEL_WARNING,
		.jobs = processors > 0 ? (uint64_t)processors : 1,
		.output = OUTPUT_TEXT,
		.policy = POLICY_USUAL };
	enum exit_code code;
	size_t operands;

	if (!command_begin(command, &settings, arguments, count_all, &operands, &code))
		return code;
	if (settings.dry_run && !settings.fix) {
		log_error("audit: --dry-run goes with --fix");
		return EXIT_WRONG_USE;
	}
	if (settings.ignore_named && settings.no_ignore) {
		log_error("audit: --ignore-named and --no-ignore are opposites");
		return EXIT_WRONG_USE;
	}
	settings.day_was_said = settings.today != 0;
	if (!settings.day_was_said)
		settings.today = clock_now();
	if (operands == 0)
		return audit(&settings, here, 1);
	for (size_t i = 0; i < operands; i++)
		drop_slashes(arguments[i]);
	return audit(&settings, (const char *const *)arguments, operands);
}

const struct command command_audit = {
	.name = "audit",
	.summary = "where code and configuration decide TLS versions, and their fixes",
	.operands = "[FILE|FOLDER]...",
	.about =
		"Looks for every place that decides a TLS version, evaluates what comes "
		"of it,\nand says what the policy makes of that: it breaks, allows old "
		"versions, pins, or\nis unknown. Comments, comparisons and documents are "
		"no settings. It ends with 1\nif a finding is at least a warning "
		"(--fail-on), with 3 if no file was looked at.\n",
	.options = options,
	.option_count = COUNT_OF(options),
	.run = run,
};

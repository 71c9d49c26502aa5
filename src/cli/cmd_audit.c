#include "cli/audit_sources.h"
#include "cli/auditing.h"
#include "cli/baselines.h"
#include "cli/command.h"
#include "cli/fixing.h"
#include "cli/policies.h"
#include "report/setting_render.h"
#include "sys/clock.h"
#include "sys/log.h"
#include "sys/output.h"
#include "sys/terminal.h"

#include <stdio.h>
#include <unistd.h>

#define AT(member) offsetof(struct settings, member)

#define POLICY_USUAL "rfc8996"

/* What is shown at once: then it is written out. */
#define SHOWN_MAX ((size_t)1 << 20)

struct settings {
	bool all;
	const char *baseline;
	bool dry_run;
	unsigned fail_on; /* index into levels */
	bool fix;
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

enum { OUTPUT_SARIF = 3, OUTPUT_TEXT = 4, OUTPUT_NONE = 99 };

static const struct option options[] = {
	{ "all", 'a', OPTION_FLAG, AT(all), NULL,
		"also what passes, is suppressed or known", NULL, 0, 0 },
	{ "baseline", 'b', OPTION_TEXT, AT(baseline), "FILE",
		"an earlier audit (JSON, SARIF): what is new counts", NULL, 0, 0 },
	{ "dry-run", 'n', OPTION_FLAG, AT(dry_run), NULL,
		"with --fix: show the edits as a unified diff", NULL, 0, 0 },
	{ "fail-on", 0, OPTION_CHOICE, AT(fail_on), "error|warning|note|none",
		"the least that makes it end with 1 (warning)", levels, 0, 0 },
	{ "fix", 0, OPTION_FLAG, AT(fix), NULL,
		"make the edits that are safe, then tell what is left", NULL, 0, 0 },
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

/* Findings as they are told. */
struct telling {
	const struct settings *settings;
	const struct setting_renderer *renderer;
	const struct policy *policy;
	const struct baseline *baseline;
	struct text text;
	struct setting_summary summary;
	enum setting_level worst;
	enum err err;
};

static void flush(struct telling *telling, size_t least)
{
	struct bytes all =
		bytes_over(text_string(&telling->text), text_len(&telling->text));

	if (telling->err != ERR_OK || all.len < least)
		return;
	telling->err = text_end(&telling->text);
	if (telling->err == ERR_OK)
		telling->err = output_write(all);
	text_reset(&telling->text);
}

static struct setting_view view_of(
	const struct telling *telling, const struct audited *audited, size_t at)
{
	const struct setting *setting = &audited->settings[at];
	struct setting_view view = { .setting = setting,
		.judgement = setting_judge(telling->policy, setting),
		.policy = telling->policy,
		.compared = telling->settings->baseline != NULL };

	if (setting_is_suppressed(setting, telling->settings->today))
		view.status = STATUS_SUPPRESSED;
	else if (baseline_has(telling->baseline, setting->id))
		view.status = STATUS_KNOWN;
	return view;
}

static void count(struct telling *telling, const struct setting_view *view)
{
	struct setting_summary *summary = &telling->summary;

	if (view->judgement.verdict == SETTING_PASSES)
		return;
	summary->suppressed += view->status == STATUS_SUPPRESSED;
	summary->known += view->status == STATUS_KNOWN;
	if (view->status != STATUS_OPEN)
		return;
	summary->findings++;
	summary->by_verdict[view->judgement.verdict]++;
	if (view->judgement.level > telling->worst)
		telling->worst = view->judgement.level;
}

/* Settings stand in order of path: files that hold findings are counted on the way. */
static void count_all(struct telling *telling, const struct audited *audited)
{
	struct bytes before = { 0 };

	for (size_t i = 0; i < audited->count; i++) {
		struct setting_view view = view_of(telling, audited, i);

		count(telling, &view);
		if (view.judgement.verdict == SETTING_PASSES ||
			view.status != STATUS_OPEN ||
			bytes_equal(view.setting->path, before))
			continue;
		telling->summary.finding_files++;
		before = view.setting->path;
	}
}

/* A code host wants to know of the suppressed ones too. */
static bool is_shown(const struct telling *telling, const struct setting_view *view)
{
	if (telling->settings->all || telling->renderer->whole)
		return true;
	if (view->judgement.verdict == SETTING_PASSES)
		return false;
	return view->status == STATUS_OPEN || telling->settings->output == OUTPUT_SARIF;
}

/* All that the renderer takes in a round; *shown is counted on. */
static void tell_round(struct telling *telling, const struct audited *audited,
	size_t round, size_t *shown)
{
	const struct setting_renderer *renderer = telling->renderer;
	unsigned width = terminal_is(STDOUT_FILENO) ? terminal_width(STDOUT_FILENO) : 0;
	size_t first = *shown;

	for (size_t i = 0; i < audited->count && telling->err == ERR_OK; i++) {
		struct setting_view view = view_of(telling, audited, i);

		view.width = width;
		view.before = *shown;
		view.round = round;
		view.before_in_round = *shown - first;
		if (!is_shown(telling, &view) ||
			(renderer->takes != NULL && !renderer->takes(&view)))
			continue;
		renderer->setting(&telling->text, &view);
		++*shown;
		flush(telling, SHOWN_MAX / 2);
	}
}

static void tell_all(struct telling *telling, const struct audited *audited)
{
	const struct setting_renderer *renderer = telling->renderer;
	size_t rounds = renderer->rounds > 0 ? renderer->rounds : 1, shown = 0;

	if (renderer->begin != NULL)
		renderer->begin(&telling->text, &telling->summary);
	for (size_t i = 0; i < rounds; i++)
		tell_round(telling, audited, i, &shown);
	if (renderer->end != NULL)
		renderer->end(&telling->text, &telling->summary);
	flush(telling, 0);
}

/* What was not looked at is told, a line a reason. */
static void tell_skipped(const struct audited *audited)
{
	/* Links and what is to be ignored are what one expects. */
	for (unsigned i = 0; i < TREE_SKIPPED_COUNT; i++) {
		void (*say)(const char *format, ...) =
			i == TREE_LINK || i == TREE_IGNORED ? log_note : log_warning;

		if (audited->skipped[i] > 0)
			say("passed over: %llu %s",
				(unsigned long long)audited->skipped[i],
				tree_skipped_text((enum tree_skipped)i));
	}
	if (audited->unreadable > 0)
		log_warning("%llu files could not be read",
			(unsigned long long)audited->unreadable);
	if (audited->broken > 0)
		log_warning("%llu archives could not be read to their end",
			(unsigned long long)audited->broken);
	if (audited->bombs > 0)
		log_warning("%llu archives hold more than is looked at",
			(unsigned long long)audited->bombs);
	if (audited->cut > 0)
		log_warning("%llu files were not looked into to their end: too large, or "
			    "broken",
			(unsigned long long)audited->cut);
	if (audited->left_out > 0)
		log_warning("%llu findings were left out: there are too many",
			(unsigned long long)audited->left_out);
}

static enum exit_code tell(const struct settings *settings, const struct policy *policy,
	const struct baseline *baseline, const struct audited *audited, uint64_t took)
{
	struct telling telling = {
		.settings = settings,
		.renderer = settings->output == OUTPUT_NONE
				    ? NULL
				    : setting_renderer_find(outputs[settings->output]),
		.policy = policy,
		.baseline = baseline,
		.summary = { .policy = policy,
			.files = audited->files,
			.bytes = audited->bytes,
			.looked_into = audited->looked_into,
			.settings = audited->settings,
			.setting_count = audited->count,
			.skipped = audited->unreadable,
			.today = settings->day_was_said ? settings->today : 0,
			.seconds = terminal_is(STDOUT_FILENO)
					   ? (double)took / (double)TIME_SECOND
					   : 0 },
	};
	bool fails;

	for (unsigned i = 0; i < TREE_SKIPPED_COUNT; i++)
		telling.summary.skipped += audited->skipped[i];
	count_all(&telling, audited);
	text_init(&telling.text, 2 * SHOWN_MAX);
	if (telling.renderer != NULL)
		tell_all(&telling, audited);
	text_done(&telling.text);
	tell_skipped(audited);
	if (telling.err != ERR_OK) {
		log_error("standard output cannot be written");
		return EXIT_COULD_NOT;
	}
	fails = settings->fail_on != LEVEL_NONE &&
		telling.worst >= (enum setting_level)settings->fail_on;
	return fails ? EXIT_FOUND : EXIT_NOTHING_FOUND;
}

/* Trees that were asked for, and how. */
struct request {
	const struct settings *settings;
	const char *const *paths;
	size_t path_count;
	const struct rules *rules;
	const struct policy *policy;
	const struct baseline *baseline;
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
	};

	return auditing_run(&wanted, ret, why);
}

/* Edits are made, then all is looked at anew: what is left is told. */
static enum err fix(
	const struct request *request, struct audited *audited, struct fault *why)
{
	struct fixing fixing = { .rules = request->rules,
		.policy = request->policy,
		.now = request->settings->today,
		.dry = request->settings->dry_run,
		.shown = terminal_is(STDOUT_FILENO) };
	enum err err = fixing_run(&fixing, audited, why);

	if (err != ERR_OK || fixing.dry)
		return err;
	log_note("%zu edits were made in %zu files", fixing.edits, fixing.files);
	audited_done(audited);
	return look_at_all(request, audited, why);
}

/* The diff stands alone on standard output; then only the code tells of the rest. */
static enum exit_code tell_or_not(
	const struct request *request, const struct audited *audited, uint64_t began)
{
	struct settings settings = *request->settings;

	if (settings.fix && settings.dry_run)
		settings.output = OUTPUT_NONE;
	return tell(&settings, request->policy, request->baseline, audited,
		clock_monotonic() - began);
}

static enum err only_changed(
	struct request *request, struct arena *arena, struct fault *why)
{
	struct changed_files changed;
	enum err err = changed_files_read(request->settings->since, request->paths,
		request->path_count, arena, &changed, why);

	if (err == ERR_OK) {
		request->paths = changed.paths;
		request->path_count = changed.count;
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
	struct request request = { settings, paths, path_count, &rules, &policy, &known };
	struct fault why = { 0 };
	struct arena arena;
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
		err = fix(&request, &audited, &why);
	code = err == ERR_OK ? tell_or_not(&request, &audited, began)
			     : command_fault(&why);
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
		"no settings. It ends with 1\nif there are findings.\n",
	.options = options,
	.option_count = COUNT_OF(options),
	.run = run,
};

#include "cli/audit_telling.h"

#include <unistd.h>

#include "sys/log.h"
#include "sys/output.h"
#include "sys/terminal.h"

/* What is shown at once: then it is written out. */
#define SHOWN_MAX ((size_t)1 << 20)

/* A line of what was passed over: names may be long, and are quoted. */
#define LINE_TEXT_MAX 65536

/* Findings as they are told. */
struct telling {
	const struct audit_telling *how;
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
	const struct audit_telling *how = telling->how;
	const struct setting *setting = &audited->settings[at];
	struct setting_view view = { .setting = setting,
		.judgement = setting_judge(how->policy, setting),
		.policy = how->policy,
		.compared = how->baseline != NULL };

	view.known = how->baseline != NULL && baseline_has(how->baseline, setting->id);
	if (setting_is_suppressed(setting, how->today))
		view.status = STATUS_SUPPRESSED;
	else if (view.known)
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

static bool is_shown(const struct telling *telling, const struct setting_view *view)
{
	if (telling->how->all || telling->how->renderer->whole)
		return true;
	if (view->judgement.verdict == SETTING_PASSES)
		return false;
	return view->status == STATUS_OPEN || telling->how->renderer->stays;
}

/* All that the renderer takes in a round; *shown is counted on. */
static void tell_round(struct telling *telling, const struct audited *audited,
	size_t round, size_t *shown)
{
	const struct setting_renderer *renderer = telling->how->renderer;
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
	const struct setting_renderer *renderer = telling->how->renderer;
	size_t rounds = renderer->rounds > 0 ? renderer->rounds : 1, shown = 0;

	text_init(&telling->text, 2 * SHOWN_MAX);
	if (renderer->begin != NULL)
		renderer->begin(&telling->text, &telling->summary);
	for (size_t i = 0; i < rounds; i++)
		tell_round(telling, audited, i, &shown);
	if (renderer->end != NULL)
		renderer->end(&telling->text, &telling->summary);
	flush(telling, 0);
	text_done(&telling->text);
}

/* Of what was not looked at, or not to its end. In order of telling. */
static const struct {
	enum noted_kind kind;
	size_t count; /* where in struct audited */
	const char *one;
	const char *several;
} passed_over[] = {
	{ NOTED_BROKEN, offsetof(struct audited, broken),
		"archive could not be read to its end",
		"archives could not be read to their end" },
	{ NOTED_ENCRYPTED, offsetof(struct audited, encrypted),
		"archive holds encrypted files, which were not looked into",
		"archives hold encrypted files, which were not looked into" },
	{ NOTED_BOMB, offsetof(struct audited, bombs),
		"archive holds more than is looked at",
		"archives hold more than is looked at" },
	{ NOTED_CUT, offsetof(struct audited, cut),
		"file was not looked into to its end: too large, or broken",
		"files were not looked into to their end: too large, or broken" },
	{ NOTED_BINARY, offsetof(struct audited, binaries),
		"file was not looked into: it holds zeros, as no text does",
		"files were not looked into: they hold zeros, as no text does" },
};

/* ": a.zip, b.zip, c.zip, ..." */
static void add_names(struct text *text, const struct noted *noted, enum noted_kind kind,
	uint64_t count)
{
	size_t i = 0;

	for (; i < NOTED_MAX && i < count && noted->first[kind][i] != NULL; i++) {
		text_add(text, i == 0 ? ": " : ", ");
		text_quote_terminal(text, audit_path(noted->first[kind][i]));
	}
	text_add(text, i > 0 && i < count ? ", ..." : "");
}

static void tell_passed_over(const struct audited *audited)
{
	for (size_t i = 0; i < COUNT_OF(passed_over); i++) {
		uint64_t count = *(const uint64_t *)(const void *)((const char *)audited +
								   passed_over[i].count);
		struct text CLEANUP(text_done) text;

		text_init(&text, LINE_TEXT_MAX);
		text_grouped(&text, count);
		text_format(&text, " %s",
			count == 1 ? passed_over[i].one : passed_over[i].several);
		add_names(&text, &audited->noted, passed_over[i].kind, count);
		if (count > 0)
			log_warning("%s", text_string(&text));
	}
}

static uint64_t count_skipped(const struct audited *audited)
{
	uint64_t count = audited->encrypted;

	for (unsigned i = 0; i < TREE_SKIPPED_COUNT; i++)
		count += audited->skipped[i];
	return count;
}

/* What the walk passed over. Links, and what is to be ignored, are what one expects,
 * unless nothing else was there. */
static void tell_skipped(const struct audited *audited)
{
	static const enum noted_kind kind_of[TREE_SKIPPED_COUNT] = {
		[TREE_LINK] = NOTED_COUNT,
		[TREE_SPECIAL] = NOTED_SPECIAL,
		[TREE_UNREADABLE] = NOTED_UNREADABLE,
		[TREE_TOO_LONG] = NOTED_TOO_LONG,
		[TREE_IGNORED] = NOTED_COUNT,
	};

	for (unsigned i = 0; i < TREE_SKIPPED_COUNT; i++) {
		uint64_t count = audited->skipped[i];
		struct text CLEANUP(text_done) text;

		text_init(&text, LINE_TEXT_MAX);
		text_add(&text, "passed over: ");
		text_grouped(&text, count);
		text_format(&text, " %s", tree_skipped_text((enum tree_skipped)i, count));
		if (kind_of[i] < NOTED_COUNT)
			add_names(&text, &audited->noted, kind_of[i], count);
		if (count > 0 && (kind_of[i] < NOTED_COUNT || audited->files == 0))
			log_warning("%s", text_string(&text));
	}
}

static struct setting_summary summary_of(
	const struct audit_telling *how, const struct audited *audited)
{
	return (struct setting_summary){
		.policy = how->policy,
		.files = audited->files,
		.bytes = audited->bytes,
		.looked_into = audited->looked_into,
		.skipped = count_skipped(audited),
		.settings = audited->settings,
		.setting_count = audited->count,
		.today = how->dated ? how->today : 0,
		.width = terminal_is(STDOUT_FILENO) ? terminal_width(STDOUT_FILENO) : 0,
		.seconds = terminal_is(STDOUT_FILENO)
				   ? (double)how->took / (double)TIME_SECOND
				   : 0,
	};
}

/* A folder that was not mounted, a list that leaves out all, and archives of which no
 * file could be read must not pass. */
static bool looked_at_none(const struct audit_telling *how, const struct audited *audited)
{
	uint64_t closed = audited->encrypted + audited->broken;

	if (audited->files == 0)
		return !how->may_be_none || audited->skipped[TREE_UNREADABLE] > 0;
	/* An archive is a file too. */
	return closed > 0 && audited->files == audited->archives;
}

enum exit_code audit_tell(const struct audit_telling *how, const struct audited *audited)
{
	struct telling telling = { .how = how, .summary = summary_of(how, audited) };

	count_all(&telling, audited);
	if (how->renderer != NULL)
		tell_all(&telling, audited);
	else if (telling.summary.findings > 0)
		log_warning("as the files are now: %zu %s", telling.summary.findings,
			telling.summary.findings == 1 ? "finding" : "findings");
	tell_skipped(audited);
	tell_passed_over(audited);
	if (telling.err != ERR_OK) {
		log_error("standard output cannot be written");
		return EXIT_COULD_NOT;
	}
	if (looked_at_none(how, audited)) {
		log_error("audit: no file was looked at, so none was found to be right");
		return EXIT_COULD_NOT;
	}
	return how->fail_on != LEVEL_NONE && telling.worst >= how->fail_on
		       ? EXIT_FOUND
		       : EXIT_NOTHING_FOUND;
}

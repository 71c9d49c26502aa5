/* Findings of an audit for people: the place and what it comes to, then why and what to
 * do. */
#include "report/setting_render.h"

#include "report/grid.h"

#define LABEL_AT 4 /* "    why   " */
#define WORDS_AT 10

static void add_lines(struct text *text, const struct setting_view *view,
	const char *label, const char *words)
{
	text_format(text, "%*s%-*s", LABEL_AT, "", WORDS_AT - LABEL_AT, label);
	grid_sentence(text, words, WORDS_AT, WORDS_AT, view->width);
	text_char(text, '\n');
}

static void add_ended(struct text *text, const struct setting_view *view)
{
	struct text CLEANUP(text_done) ended;

	text_init(&ended, 8 * SNIPPET_MAX);
	setting_ended_text(view, &ended);
	if (text_len(&ended) > 0)
		add_lines(text, view, view->setting->why_count == 0 ? "why" : "",
			text_string(&ended));
}

/* As wide as what is left of the line; a snippet is cut, never broken. */
static void add_snippet(struct text *text, const struct setting_view *view, size_t start)
{
	struct text CLEANUP(text_done) quoted;
	size_t used = text_len(text) - start + 3;
	size_t room = view->width == 0          ? SNIPPET_MAX
		      : view->width > used + 12 ? view->width - used
						: 0;

	text_init(&quoted, 4 * SNIPPET_MAX + 1);
	text_quote_terminal(&quoted, view->setting->snippet);
	if (text_len(&quoted) <= room) {
		text_format(text, "   %s", text_string(&quoted));
		return;
	}
	if (room == 0)
		return;
	room--;
	while (room > 0 && ((uint8_t)text_string(&quoted)[room] & 0xc0) == 0x80)
		room--;
	text_add(text, "   ");
	text_bytes(text, bytes_over(text_string(&quoted), room));
	text_add(text, "…");
}

/* What it comes to stands beside the place or, where that is as wide as the terminal, in
 * a line below. Answers where its line begins. */
static size_t add_judgement(
	struct text *text, const struct setting_view *view, size_t start)
{
	const struct setting *setting = view->setting;
	struct text CLEANUP(text_done) words;

	text_init(&words, 1024);
	text_format(&words, "%s  ", setting_verdict_name(view->judgement.verdict));
	setting_judgement_text(&view->judgement, setting, &words);
	if (setting->place != PLACE_OWN)
		text_format(&words, " (%s)", setting_place_name(setting->place));
	if (view->status != STATUS_OPEN)
		text_format(&words, " (%s)", setting_status_name(view->status));
	if (view->width > 0 &&
		text_len(text) - start + 2 + text_len(&words) > view->width) {
		text_char(text, '\n');
		start = text_len(text);
		text_add(text, "  ");
	}
	text_format(text, "  %s", text_string(&words));
	return start;
}

void setting_text_show(struct text *text, const struct setting_view *view)
{
	const struct setting *setting = view->setting;
	size_t start = text_len(text);

	text_quote_terminal(text, setting->path);
	if (setting->line > 0) /* a binary has no lines */
		text_format(text, ":%u:%u", setting->line, setting->column);
	start = add_judgement(text, view, start);
	add_snippet(text, view, start);
	text_char(text, '\n');
	if (view->judgement.verdict == SETTING_PASSES)
		return;
	if (view->status == STATUS_SUPPRESSED) {
		struct text CLEANUP(text_done) reason;

		text_init(&reason, 4 * SNIPPET_MAX + 1);
		text_quote_terminal(&reason, setting->suppressed_why);
		add_lines(text, view, "stays", text_string(&reason));
		return;
	}
	for (size_t i = 0; i < setting->why_count; i++)
		add_lines(text, view, i == 0 ? "why" : "", setting->why[i]);
	add_ended(text, view);
	if (setting->fix.words != NULL) {
		struct text CLEANUP(text_done) words;

		text_init(&words, 4096);
		text_add(&words, setting->fix.words);
		text_add(&words, setting->fix.safe ? "; --fix does it" : "");
		add_lines(text, view, "fix", text_string(&words));
	}
}

/* "9.1 GB" */
static void add_size(struct text *text, uint64_t bytes)
{
	static const struct {
		uint64_t unit;
		const char *name;
	} units[] = { { 1000000000, "GB" }, { 1000000, "MB" }, { 1000, "kB" } };

	for (size_t i = 0; i < COUNT_OF(units); i++) {
		if (bytes < units[i].unit)
			continue;
		text_format(text, "%.1f %s", (double)bytes / (double)units[i].unit,
			units[i].name);
		return;
	}
	text_format(text, "%u bytes", (unsigned)bytes);
}

static void add_counts(struct text *text, const struct setting_summary *summary)
{
	const char *before = "";

	text_grouped(text, summary->findings);
	text_add(text, summary->findings == 1 ? " finding in " : " findings in ");
	text_grouped(text, summary->finding_files);
	text_add(text, summary->finding_files == 1 ? " file (" : " files (");
	for (unsigned i = SETTING_BREAKS; i > SETTING_PASSES; i--) {
		if (summary->by_verdict[i] == 0)
			continue;
		text_format(text, "%s%s ", before,
			setting_verdict_name((enum setting_verdict)i));
		text_grouped(text, summary->by_verdict[i]);
		before = ", ";
	}
	text_char(text, ')');
}

static void add_count(struct text *text, uint64_t count, const char *what)
{
	if (count == 0)
		return;
	text_add(text, "; ");
	text_grouped(text, count);
	text_format(text, " %s", what);
}

static void add_summary(struct text *text, const struct setting_summary *summary)
{
	text_grouped(text, summary->files);
	text_add(text, summary->files == 1 ? " file, " : " files, ");
	add_size(text, summary->bytes);
	if (summary->seconds > 0)
		text_format(text, ", %.1f s", summary->seconds);
	text_add(text, "; ");
	if (summary->files == 0)
		text_add(text, "nothing was looked at");
	else if (summary->findings == 0)
		text_add(text, "no findings");
	else
		add_counts(text, summary);
	add_count(text, summary->suppressed, "suppressed");
	add_count(text, summary->known, "known");
	add_count(text, summary->skipped, "passed over");
}

void setting_text_end(struct text *text, const struct setting_summary *summary)
{
	struct text CLEANUP(text_done) words;

	text_init(&words, 1024);
	add_summary(&words, summary);
	grid_sentence(text, text_string(&words), 0, LABEL_AT, summary->width);
	text_char(text, '\n');
}

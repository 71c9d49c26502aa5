#include "cli/scan_progress.h"

#define BAR_LEN 10

/* UTF-8, as all that is printed. */
static void add_bar(struct text *text, uint64_t percent)
{
	text_add(text, "▕");
	for (uint64_t i = 0; i < BAR_LEN; i++)
		text_add(text, i * 100 < percent * BAR_LEN ? "█" : " ");
	text_add(text, "▏");
}

static void add_left(struct text *text, uint64_t seconds)
{
	if (seconds < 120)
		text_format(text, "  %llu s left", (unsigned long long)seconds);
	else if (seconds < 7200)
		text_format(text, "  %llu min left", (unsigned long long)seconds / 60);
	else
		text_format(text, "  %llu h left", (unsigned long long)seconds / 3600);
}

/* Of one target there is no share: it is done or is not. */
static void add_lone(struct text *text, const struct scan_progress_figures *figures)
{
	text_format(text, "%llu s", (unsigned long long)(figures->elapsed / TIME_SECOND));
}

static void add_share(struct text *text, const struct scan_progress_figures *figures)
{
	uint64_t done = figures->passed - figures->under_way;
	double share =
		figures->targets == 0 ? 1 : (double)done / (double)figures->targets;
	double seconds = (double)figures->elapsed / (double)TIME_SECOND;
	double rate = seconds > 0 ? (double)figures->ended / seconds : 0;

	text_format(text, "%u %% ", (unsigned)(share * 100));
	add_bar(text, (uint64_t)(share * 100));
	text_format(text, " %.*f/s", rate < 10, rate);
	if (rate > 0)
		add_left(text, (uint64_t)((double)(figures->targets - done) / rate));
}

void scan_progress_line(struct text *text, const struct scan_progress_figures *figures)
{
	text_add(text, "  ");
	text_grouped(text, figures->targets);
	text_add(text, figures->targets == 1 ? " target  " : " targets  ");
	text_grouped(text, figures->connections);
	text_format(text, " connection%s  ", figures->connections == 1 ? "" : "s");
	if (figures->targets == 1)
		add_lone(text, figures);
	else
		add_share(text, figures);
}

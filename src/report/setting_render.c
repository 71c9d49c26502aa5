#include "report/setting_render.h"

/* To add one: a line here, setting_<name>.c, docs/audit.md. In order of name. */
static const struct setting_renderer renderers[] = {
	{ .name = "csv", .begin = setting_csv_begin, .setting = setting_csv },
	{ .name = "cyclonedx",
		.begin = setting_cyclonedx_begin,
		.setting = setting_cyclonedx,
		.end = setting_cyclonedx_end,
		.rounds = SETTING_CYCLONEDX_ROUNDS,
		.takes = setting_cyclonedx_takes,
		.whole = true },
	{ .name = "json",
		.begin = setting_json_begin,
		.setting = setting_json,
		.end = setting_json_end },
	{ .name = "sarif",
		.begin = setting_sarif_begin,
		.setting = setting_sarif,
		.end = setting_sarif_end,
		.stays = true },
	{ .name = "text", .setting = setting_text_show, .end = setting_text_end },
};

const struct setting_renderer *setting_renderer_find(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(renderers); i++)
		if (strcmp(renderers[i].name, name) == 0)
			return &renderers[i];
	return NULL;
}

const char *setting_status_name(enum setting_status status)
{
	static const char *const names[] = {
		[STATUS_OPEN] = "open",
		[STATUS_SUPPRESSED] = "suppressed",
		[STATUS_KNOWN] = "known",
	};

	return names[status];
}

bool setting_has_ended(const struct setting_view *view)
{
	return view->status != STATUS_SUPPRESSED &&
	       view->setting->suppressed != SUPPRESSED_NOT;
}

void setting_ended_text(const struct setting_view *view, struct text *text)
{
	const struct setting *setting = view->setting;
	char day[TIME_TEXT_MAX];

	if (!setting_has_ended(view))
		return;
	text_format(text, "the comment that let it stay ended with %.10s: ",
		time_text(setting->suppressed_until, day));
	text_quote_terminal(text, setting->suppressed_why);
}

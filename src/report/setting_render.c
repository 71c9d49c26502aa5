#include "report/setting_render.h"

/* To add one: a line here, setting_<name>.c, docs/audit.md. In order of name. */
static const struct setting_renderer renderers[] = {
	{ "csv", setting_csv_begin, setting_csv, NULL },
	{ "json", setting_json_begin, setting_json, setting_json_end },
	{ "sarif", setting_sarif_begin, setting_sarif, setting_sarif_end },
	{ "text", NULL, setting_text_show, setting_text_end },
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

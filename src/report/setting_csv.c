/* Findings of an audit as a table; docs/audit.md is the schema. */
#include "report/setting_render.h"

void setting_csv_begin(struct text *text, const struct setting_summary *summary)
{
	(void)summary;
	text_add(text, "path,line,column,verdict,level,says,rule,product,side,place,id,"
		       "status,snippet,why,fix\n");
}

static void add_field(struct text *text, const char *string)
{
	text_char(text, ',');
	text_quote_csv(text, bytes_of_string(string == NULL ? "" : string));
}

void setting_csv(struct text *text, const struct setting_view *view)
{
	const struct setting *setting = view->setting;
	struct text CLEANUP(text_done) words;

	text_init(&words, 8192);
	text_quote_csv(text, setting->path);
	text_format(text, ",%u,%u", setting->line, setting->column);
	add_field(text, setting_verdict_name(view->judgement.verdict));
	add_field(text, setting_level_name(view->judgement.level));
	setting_judgement_text(&view->judgement, setting, &words);
	add_field(text, text_string(&words));
	add_field(text, setting->rule);
	add_field(text, setting->product);
	add_field(text, setting_side_name(setting->side));
	add_field(text, setting_place_name(setting->place));
	text_format(text, ",%016llx", (unsigned long long)setting->id);
	add_field(text, setting_status_name(view->status));
	text_char(text, ',');
	text_quote_csv(text, setting->snippet);
	text_reset(&words);
	for (size_t i = 0; i < setting->why_count; i++)
		text_format(&words, "%s%s", i > 0 ? "; " : "", setting->why[i]);
	text_add(&words, setting->why_count > 0 && setting_has_ended(view) ? "; " : "");
	setting_ended_text(view, &words);
	add_field(text, text_string(&words));
	add_field(text, setting->fix.words);
	text_char(text, '\n');
}

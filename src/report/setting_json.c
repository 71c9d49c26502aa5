/* Findings of an audit for programs; docs/audit.md is the schema. */
#include "report/json.h"
#include "report/setting_render.h"

void setting_json_begin(struct text *text, const struct setting_summary *summary)
{
	text_add(text, "{\"format\":\"" AUDIT_FORMAT "\"");
	json_member(text, "policy");
	json_plain(text, summary->policy->name);
	json_member(text, "findings");
	text_add(text, "[");
}

static void add_range(struct text *text, const struct setting *setting)
{
	bool known = setting->means == SETTING_SET || setting->means == SETTING_ABSENT;

	json_member(text, "versions");
	if (!known) {
		json_null(text);
		return;
	}
	text_add(text, "{\"on\":");
	json_version_set(text, setting->range.on);
	json_member(text, "maybe");
	json_version_set(text, setting->range.maybe);
	text_char(text, '}');
}

static void add_suppression(struct text *text, const struct setting_view *view)
{
	const struct setting *setting = view->setting;

	json_member(text, "status");
	json_plain(text, setting_status_name(view->status));
	json_member(text, "suppression");
	if (setting->suppressed == SUPPRESSED_NOT) {
		json_null(text);
		return;
	}
	text_format(text, "{\"by\":\"%s\",\"reason\":",
		setting->suppressed == SUPPRESSED_HERE ? "tlsunset" : "other");
	json_quoted(text, setting->suppressed_why);
	json_member(text, "until");
	if (setting->suppressed_until == 0)
		json_null(text);
	else
		json_time(text, setting->suppressed_until);
	text_char(text, '}');
}

static void add_fix(struct text *text, const struct setting_fix *fix)
{
	json_member(text, "fix");
	if (fix->words == NULL && fix->edit_count == 0) {
		json_null(text);
		return;
	}
	text_add(text, "{\"words\":");
	json_string(text, fix->words);
	json_member(text, "safe");
	json_bool(text, fix->safe);
	json_member(text, "edits");
	text_char(text, '[');
	for (size_t i = 0; i < fix->edit_count; i++) {
		const struct setting_edit *edit = &fix->edits[i];

		text_format(text,
			"%s{\"offset\":%zu,\"length\":%zu,\"with\":", i > 0 ? "," : "",
			edit->at, edit->len);
		text_quote_json(text, edit->with);
		text_char(text, '}');
	}
	text_add(text, "]}");
}

void setting_json(struct text *text, const struct setting_view *view)
{
	const struct setting *setting = view->setting;
	struct text CLEANUP(text_done) words;

	text_init(&words, 1024);
	setting_judgement_text(&view->judgement, setting, &words);
	text_add(text, view->before > 0 ? ",\n" : "\n");
	text_format(
		text, "{\"id\":\"%016llx\",\"path\":", (unsigned long long)setting->id);
	json_quoted(text, setting->path);
	text_format(text, ",\"line\":%u,\"column\":%u,\"offset\":%zu,\"length\":%zu",
		setting->line, setting->column, setting->at, setting->len);
	json_member(text, "verdict");
	json_plain(text, setting_verdict_name(view->judgement.verdict));
	json_member(text, "level");
	json_plain(text, setting_level_name(view->judgement.level));
	json_member(text, "says");
	json_plain(text, text_string(&words));
	json_member(text, "rule");
	json_string(text, setting->rule);
	json_member(text, "product");
	json_string(text, setting->product);
	json_member(text, "side");
	json_plain(text, setting_side_name(setting->side));
	json_member(text, "means");
	json_plain(text, setting_means_name(setting->means));
	add_range(text, setting);
	json_member(text, "place");
	json_plain(text, setting_place_name(setting->place));
	json_member(text, "snippet");
	json_quoted(text, setting->snippet);
	json_member(text, "why");
	text_char(text, '[');
	for (size_t i = 0; i < setting->why_count; i++) {
		text_add(text, i > 0 ? "," : "");
		json_string(text, setting->why[i]);
	}
	text_char(text, ']');
	add_fix(text, &setting->fix);
	add_suppression(text, view);
	text_char(text, '}');
}

void setting_json_end(struct text *text, const struct setting_summary *summary)
{
	text_add(text, "\n]");
	json_member(text, "summary");
	text_format(text,
		"{\"files\":%llu,\"bytes\":%llu,\"looked_into\":%llu,\"skipped\":%llu,"
		"\"findings\":%zu,\"finding_files\":%zu,\"suppressed\":%zu,"
		"\"known\":%zu",
		(unsigned long long)summary->files, (unsigned long long)summary->bytes,
		(unsigned long long)summary->looked_into,
		(unsigned long long)summary->skipped, summary->findings,
		summary->finding_files, summary->suppressed, summary->known);
	for (unsigned i = SETTING_BREAKS; i > SETTING_PASSES; i--) {
		json_member(text, setting_verdict_name((enum setting_verdict)i));
		text_number(text, summary->by_verdict[i]);
	}
	text_add(text, "}}\n");
}

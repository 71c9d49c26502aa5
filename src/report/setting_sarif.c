/*
 * Findings of an audit as SARIF 2.1.0 (OASIS, 27 March 2020), which code hosts show. The
 * sections that are cited are that standard's.
 */
#include "report/json.h"
#include "report/setting_render.h"

#include <stdlib.h>

#define SARIF_SCHEMA                                                                     \
	"https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/"                     \
	"sarif-schema-2.1.0.json"

void setting_sarif_begin(struct text *text, const struct setting_summary *summary)
{
	(void)summary;
	text_add(text, "{\"$schema\":\"" SARIF_SCHEMA "\",\"version\":\"2.1.0\","
		       "\"runs\":[{\"columnKind\":\"unicodeCodePoints\",\"results\":[");
}

/* True of the "/" behind a ".." of a name in an archive: it must not lead out of that. */
static bool leads_out(struct bytes path, size_t at)
{
	size_t bang = bytes_find(path, bytes_of_string("!"));

	return path.at[at] == '/' && bang < at && at >= 3 && path.at[at - 1] == '.' &&
	       path.at[at - 2] == '.' && strchr("!/", path.at[at - 3]) != NULL;
}

/* A relative reference, or file:// of an absolute path. RFC 3986, 2.1; RFC 8089, 2. */
static void add_uri(struct text *text, struct bytes path)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-._~/!";

	text_add(text, path.len > 0 && path.at[0] == '/' ? "\"file://" : "\"");
	for (size_t i = 0; i < path.len; i++) {
		if (path.at[i] != 0 && strchr(plain, path.at[i]) != NULL &&
			!leads_out(path, i))
			text_char(text, (char)path.at[i]);
		else
			text_format(text, "%%%02X", path.at[i]);
	}
	text_char(text, '"');
}

static void add_artifact(struct text *text, const struct setting *setting)
{
	text_add(text, "\"artifactLocation\":{\"uri\":");
	add_uri(text, setting->path);
	text_char(text, '}');
}

/* 3.11.5: a brace of a message is written twice. */
static void add_message(struct text *text, const char *name, struct bytes words)
{
	struct text CLEANUP(text_done) doubled;

	text_init(&doubled, 16384);
	for (size_t i = 0; i < words.len; i++) {
		text_char(&doubled, (char)words.at[i]);
		if (words.at[i] == '{' || words.at[i] == '}')
			text_char(&doubled, (char)words.at[i]);
	}
	text_format(text, "\"%s\":{\"text\":", name);
	text_quote_json(text, bytes_over(text_string(&doubled), text_len(&doubled)));
	text_char(text, '}');
}

static void add_snippet(struct text *text, const struct setting *setting)
{
	text_add(text, "\"snippet\":{\"text\":");
	text_quote_json(text, setting->snippet);
	text_add(text, "}");
}

/* 3.28: where. From its column to the end of the line, for bytes beside would have to be
 * the same ones (3.30.4); the line is what stands around it (3.29.5), if it is more. */
static void add_location(struct text *text, const struct setting *setting)
{
	text_add(text, "{\"physicalLocation\":{");
	add_artifact(text, setting);
	text_add(text, ",\"region\":{");
	if (setting->line == 0) /* a binary has no lines: 3.30.3 */
		text_format(text, "\"byteOffset\":%zu,\"byteLength\":%zu", setting->at,
			setting->len);
	else
		text_format(text, "\"startLine\":%u,\"startColumn\":%u", setting->line,
			setting->column);
	if (setting->column > 1)
		text_format(text, "},\"contextRegion\":{\"startLine\":%u", setting->line);
	text_char(text, ',');
	add_snippet(text, setting);
	text_add(text, "}}}");
}

/* 3.36: from the constant to where it is used. */
static void add_flow(struct text *text, const struct setting *setting)
{
	if (setting->source_line == 0)
		return;
	text_add(text, ",\"codeFlows\":[{\"threadFlows\":[{\"locations\":[{\"location\":"
		       "{\"physicalLocation\":{");
	add_artifact(text, setting);
	text_format(text, ",\"region\":{\"startLine\":%u,\"startColumn\":%u}}}},",
		setting->source_line, setting->source_column);
	text_add(text, "{\"location\":");
	add_location(text, setting);
	text_add(text, "}]}]}]");
}

/* RFC 2045, 6.8. */
static void add_base64(struct text *text, struct bytes all)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789+/";

	for (; all.len > 0; all = bytes_after(all, 3)) {
		uint32_t three = (uint32_t)all.at[0] << 16;

		three |= all.len > 1 ? (uint32_t)all.at[1] << 8 : 0;
		three |= all.len > 2 ? all.at[2] : 0;
		text_char(text, digits[three >> 18]);
		text_char(text, digits[three >> 12 & 63]);
		text_char(text, all.len > 1 ? digits[three >> 6 & 63] : '=');
		text_char(text, all.len > 2 ? digits[three & 63] : '=');
	}
}

/* 3.57.2: what replaces bytes is bytes; as text too, where that is UTF-8 (3.3.2): in
 * UTF-16 a zero stands in it. */
static void add_inserted(struct text *text, struct bytes with)
{
	text_add(text, ",\"insertedContent\":{\"binary\":\"");
	add_base64(text, with);
	text_char(text, '"');
	if (memchr(with.at, 0, with.len) == NULL) {
		text_add(text, ",\"text\":");
		text_quote_json(text, with);
	}
	text_char(text, '}');
}

/* 3.55: edits, by bytes. 3.57. */
static void add_fixes(struct text *text, const struct setting *setting)
{
	const struct setting_fix *fix = &setting->fix;

	if (fix->edit_count == 0 || fix->words == NULL)
		return;
	text_add(text, ",\"fixes\":[{");
	add_message(text, "description", bytes_of_string(fix->words));
	text_add(text, ",\"artifactChanges\":[{");
	add_artifact(text, setting);
	text_add(text, ",\"replacements\":[");
	for (size_t i = 0; i < fix->edit_count; i++) {
		text_format(text,
			"%s{\"deletedRegion\":{\"byteOffset\":%zu,\"byteLength\":%zu}",
			i > 0 ? "," : "", fix->edits[i].at, fix->edits[i].len);
		if (fix->edits[i].with.len > 0)
			add_inserted(text, fix->edits[i].with);
		text_char(text, '}');
	}
	text_add(text, "]}]}]");
}

/* 3.35. 3.27.23: all results of a run say how they are suppressed, or none does. 3.27.24:
 * what was there before is unchanged, suppressed or not. */
static void add_status(struct text *text, const struct setting_view *view)
{
	text_add(text, ",\"suppressions\":[");
	if (view->status == STATUS_SUPPRESSED) {
		text_add(text, "{\"kind\":\"inSource\",\"justification\":");
		text_quote_json(text, view->setting->suppressed_why);
		text_char(text, '}');
	}
	text_char(text, ']');
	if (view->compared)
		text_format(text, ",\"baselineState\":\"%s\"",
			view->known ? "unchanged" : "new");
}

static void add_words(struct text *text, const struct setting_view *view)
{
	const struct setting *setting = view->setting;
	struct text CLEANUP(text_done) words;

	text_init(&words, 8192);
	setting_judgement_text(&view->judgement, setting, &words);
	for (size_t i = 0; i < setting->why_count; i++)
		text_format(&words, "%s%s", i > 0 ? "; " : ": ", setting->why[i]);
	text_add(&words, setting_has_ended(view) ? "; " : "");
	setting_ended_text(view, &words);
	if (setting->fix.words != NULL)
		text_format(&words, ". Fix: %s", setting->fix.words);
	add_message(text, "message", bytes_over(text_string(&words), text_len(&words)));
}

void setting_sarif(struct text *text, const struct setting_view *view)
{
	const struct setting *setting = view->setting;
	bool passes = view->judgement.verdict == SETTING_PASSES;

	text_add(text, view->before > 0 ? ",\n{" : "\n{");
	text_add(text, "\"ruleId\":");
	json_string(text, setting->rule);
	/* 3.27.9: what passes has no level. */
	text_format(text, ",\"kind\":\"%s\",\"level\":\"%s\",", passes ? "pass" : "fail",
		setting_level_name(view->judgement.level));
	add_words(text, view);
	text_add(text, ",\"locations\":[");
	add_location(text, setting);
	text_format(text, "],\"partialFingerprints\":{\"tlsunset/v1\":\"%016llx\"}",
		(unsigned long long)setting->id);
	add_status(text, view);
	add_flow(text, setting);
	add_fixes(text, setting);
	text_format(text,
		",\"properties\":{\"verdict\":\"%s\",\"side\":\"%s\",\"place\":\"%s\","
		"\"offset\":%zu,\"length\":%zu}}",
		setting_verdict_name(view->judgement.verdict),
		setting_side_name(setting->side), setting_place_name(setting->place),
		setting->at, setting->len);
}

static int by_rule(const void *a, const void *b)
{
	const struct setting *const *one = a, *const *other = b;

	return strcmp((*one)->rule, (*other)->rule);
}

/* 3.49: a rule that found something. */
static void add_rule(struct text *text, const struct setting *setting)
{
	struct text CLEANUP(text_done) words;

	text_init(&words, 8192);
	text_format(&words, "%s: %s", setting->product,
		setting->why_count > 0 ? setting->why[0] : "a TLS version is decided");
	text_add(text, "{\"id\":");
	json_string(text, setting->rule);
	text_char(text, ',');
	add_message(text, "shortDescription",
		bytes_over(text_string(&words), text_len(&words)));
	if (setting->fix.words != NULL) {
		text_char(text, ',');
		add_message(text, "help", bytes_of_string(setting->fix.words));
	}
	text_add(text, ",\"properties\":{\"tags\":[\"security\",\"tls\"]}}");
}

static void add_rules(struct text *text, const struct setting_summary *summary)
{
	const struct setting **all =
		calloc(summary->setting_count + 1, sizeof(const struct setting *));
	const char *before = "";

	for (size_t i = 0; all != NULL && i < summary->setting_count; i++)
		all[i] = &summary->settings[i];
	if (all != NULL && summary->setting_count > 0)
		qsort(all, summary->setting_count, sizeof(const struct setting *),
			by_rule);
	for (size_t i = 0; all != NULL && i < summary->setting_count; i++) {
		if (strcmp(all[i]->rule, before) == 0)
			continue;
		text_add(text, before[0] != '\0' ? "," : "");
		before = all[i]->rule;
		add_rule(text, all[i]);
	}
	free(all);
}

void setting_sarif_end(struct text *text, const struct setting_summary *summary)
{
	text_add(text, "\n],\"tool\":{\"driver\":{\"name\":\"tlsunset\",\"version\":"
		       "\"" TLSUNSET_VERSION "\",\"rules\":[");
	add_rules(text, summary);
	text_add(text, "]}},\"properties\":{\"policy\":");
	json_plain(text, summary->policy->name);
	text_format(text, ",\"files\":%llu}}]}\n", (unsigned long long)summary->files);
}

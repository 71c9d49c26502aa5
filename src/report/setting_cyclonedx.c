/*
 * Settings of an audit as a bill of materials of cryptography: CycloneDX 1.6 (ECMA-424),
 * a component a version that something speaks, with every place that has it on.
 *
 * It is an inventory: what passes stands in it too. The same tree gives the same bytes:
 * it has no serial number, which would have to differ each time, and a time only if the
 * day was said.
 */
#include "report/json.h"
#include "report/setting_render.h"

/* A round a version, then one for what names none: it is left to the system, or was not
 * found out. */
#define ROUND_OF(rank) ((size_t)(rank)-RANK_SSL2)
_Static_assert(SETTING_CYCLONEDX_ROUNDS == ROUND_OF(RANK_TLS13) + 2, "a round a version");

static enum version_rank rank_of(size_t round)
{
	return (enum version_rank)(RANK_SSL2 + round);
}

static uint16_t versions_on(const struct setting *setting)
{
	bool known = setting->means == SETTING_SET || setting->means == SETTING_ABSENT;

	return known ? setting->range.on : 0;
}

bool setting_cyclonedx_takes(const struct setting_view *view)
{
	uint16_t on = versions_on(view->setting);

	if (view->round == ROUND_OF(RANK_TLS13) + 1)
		return on == 0;
	return (on & VERSIONS_OF(rank_of(view->round))) != 0;
}

void setting_cyclonedx_begin(struct text *text, const struct setting_summary *summary)
{
	text_add(text,
		"{\"$schema\":\"http://cyclonedx.org/schema/bom-1.6.schema.json\","
		"\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"version\":1,"
		"\"metadata\":{");
	if (summary->today != 0) {
		text_add(text, "\"timestamp\":");
		json_time(text, summary->today);
		text_char(text, ',');
	}
	text_add(text, "\"tools\":{\"components\":[{\"type\":\"application\",\"name\":"
		       "\"tlsunset\",\"version\":\"" TLSUNSET_VERSION "\"}]},"
		       "\"properties\":[{\"name\":\"tlsunset:policy\",\"value\":");
	json_string(text, summary->policy->name);
	text_add(text, "}]},\"components\":[");
}

/* "SSL 3.0" of SSL, for "3.0" alone would be a TLS to come; "1.2" of TLS. The schema
 * knows of no type for SSL. */
static void open_component(struct text *text, const struct setting_view *view)
{
	enum version_rank rank = rank_of(view->round);
	const char *name =
		rank <= RANK_TLS13 ? version_name(version_of_rank(rank, false)) : "TLS";
	const char *number = rank >= RANK_TLS10 ? name + strlen("TLS ") : name;

	text_add(text, view->before > 0 ? "\n]}},\n" : "\n");
	text_format(text, "{\"type\":\"cryptographic-asset\",\"name\":\"%s\",", name);
	if (rank > RANK_TLS13) {
		text_add(text, "\"bom-ref\":\"tls\",\"description\":\"the version is "
			       "left to the system, or not known\",");
	} else {
		text_format(text, "\"bom-ref\":\"%s-%s\",",
			rank >= RANK_TLS10 ? "tls" : "ssl", name + strlen("TLS "));
	}
	text_add(text, "\"cryptoProperties\":{\"assetType\":\"protocol\","
		       "\"protocolProperties\":{\"type\":\"tls\"");
	if (rank <= RANK_TLS13)
		text_format(text, ",\"version\":\"%s\"", number);
	text_add(text, "}},");
	if (rank <= RANK_TLS13)
		text_format(text,
			"\"properties\":[{\"name\":\"tlsunset:allowed\",\"value\":\"%s\"}"
			"],",
			(view->policy->versions & VERSIONS_OF(rank)) != 0 ? "true"
									  : "false");
	text_add(text, "\"evidence\":{\"occurrences\":[");
}

/* What it comes to, which rule found it, and its line. */
static void add_context(struct text *text, const struct setting_view *view)
{
	const struct setting *setting = view->setting;
	struct text CLEANUP(text_done) words;

	text_init(&words, 1024);
	text_format(&words,
		"%s%s: ", view->status == STATUS_SUPPRESSED ? "suppressed, " : "",
		setting_verdict_name(view->judgement.verdict));
	setting_judgement_text(&view->judgement, setting, &words);
	text_format(
		&words, "; %s; %s; ", setting->rule, setting_side_name(setting->side));
	text_bytes(&words, setting->snippet);
	text_quote_json(text, bytes_over(text_string(&words), text_len(&words)));
}

void setting_cyclonedx(struct text *text, const struct setting_view *view)
{
	const struct setting *setting = view->setting;

	if (view->before_in_round == 0)
		open_component(text, view);
	text_add(text, view->before_in_round > 0 ? ",\n" : "\n");
	text_add(text, "{\"location\":");
	text_quote_json(text, setting->path);
	text_format(text,
		",\"line\":%u,\"offset\":%zu,\"additionalContext\":", setting->line,
		setting->at);
	add_context(text, view);
	text_char(text, '}');
}

void setting_cyclonedx_end(struct text *text, const struct setting_summary *summary)
{
	/* Every setting is taken in a round. */
	text_add(text, summary->setting_count > 0 ? "\n]}}\n" : "");
	text_add(text, "]}\n");
}

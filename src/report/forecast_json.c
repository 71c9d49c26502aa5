/* A forecast for programs; docs/impact.md. */
#include "report/render_forecast.h"

#include "tls/alert.h"
#include "tls/iana.h"

static void add_key(struct text *text, const char *name)
{
	text_format(text, ",\"%s\":", name);
}

static void add_number(struct text *text, const char *name, uint64_t value)
{
	add_key(text, name);
	text_number(text, value);
}

/* Empty is null. */
static void add_string(struct text *text, const char *name, const char *string)
{
	add_key(text, name);
	if (string[0] == '\0')
		text_add(text, "null");
	else
		text_quote_json(text, bytes_of_string(string));
}

static void add_code(struct text *text, const char *name,
	const struct iana_registry *registry, uint32_t code, bool there)
{
	char written[IANA_TEXT_MAX];

	add_string(text, name, there ? iana_text(registry, code, written) : "");
}

static void add_verdicts(
	struct text *text, const char *name, const uint64_t counts[VERDICT_COUNT])
{
	add_key(text, name);
	for (int i = 0; i < VERDICT_COUNT; i++) {
		text_format(text, "%s\"%s\":", i == 0 ? "{" : ",",
			verdict_name((enum verdict)i));
		text_number(text, counts[i]);
	}
	text_char(text, '}');
}

static void add_reason(struct text *text, const struct forecast_reason *reason)
{
	text_format(text, "{\"verdict\":\"%s\"", verdict_name(reason->verdict));
	add_string(text, "reason", reason->text);
}

static void add_reasons(struct text *text, const struct forecast_policy *policy)
{
	add_key(text, "reasons");
	text_char(text, '[');
	for (size_t i = 0; i < policy->reason_count; i++) {
		const struct forecast_reason *reason = &policy->reasons[i];

		text_add(text, i > 0 ? "," : "");
		add_reason(text, reason);
		add_number(text, "clients", reason->clients);
		add_number(text, "handshakes", reason->handshakes);
		text_char(text, '}');
	}
	text_char(text, ']');
}

/* What a row stands for; the first member is without a comma. */
static void add_subject(
	struct text *text, enum view_by by, const struct forecast_row *row)
{
	char name[ADDRESS_TEXT_MAX];

	text_format(text, "\"%s\":",
		by == VIEW_CLIENT   ? "client"
		: by == VIEW_SERVER ? "server"
				    : "server_name");
	if (by != VIEW_NAME)
		text_quote_json(text, bytes_of_string(address_text(&row->address, name)));
	else if (row->name.len == 0)
		text_add(text, "null");
	else
		text_quote_json(text, row->name);
	if (by == VIEW_SERVER)
		add_number(text, "server_port", row->port);
}

static void add_row_reasons(struct text *text, const struct forecast *forecast,
	const struct forecast_row *row, size_t policy)
{
	struct forecast_reason reasons[FORECAST_ROW_REASONS_MAX];
	size_t count = forecast_row_reasons(forecast, row, policy, reasons);

	add_key(text, "reasons");
	text_char(text, '[');
	for (size_t i = 0; i < count; i++) {
		text_add(text, i > 0 ? "," : "");
		add_reason(text, &reasons[i]);
		add_number(text, "handshakes", reasons[i].handshakes);
		text_char(text, '}');
	}
	text_char(text, ']');
}

static void add_row_versions(
	struct text *text, const struct forecast_row *row, size_t policy)
{
	uint16_t versions[FORECAST_VERSIONS_MAX];
	size_t count = forecast_row_versions(row, policy, versions);
	char name[VERSION_TEXT_MAX];

	add_key(text, "versions");
	text_char(text, '[');
	for (size_t i = 0; i < count; i++)
		text_format(text, "%s\"%s\"", i > 0 ? "," : "",
			render_version(versions[i], name));
	text_char(text, ']');
}

static void add_row_members(struct text *text, const struct forecast *forecast,
	const struct forecast_row *row, size_t policy)
{
	char moment[TIME_TEXT_MAX];

	add_subject(text, forecast->by, row);
	if (forecast->owned)
		add_string(text, "owner", row->owner == NULL ? "" : row->owner->name);
	add_verdicts(text, "clients", row->clients_by_verdict[policy]);
	add_verdicts(text, "handshakes", row->handshakes_by_verdict[policy]);
	add_string(text, "last", time_text(row->last, moment));
	add_row_versions(text, row, policy);
	add_row_reasons(text, forecast, row, policy);
	text_char(text, '}');
}

static void add_hello_members(struct text *text, const struct forecast_hello *hello,
	const struct forecast_prediction *prediction)
{
	const struct negotiation *made = &prediction->negotiation;
	bool passes = prediction->verdict == VERDICT_PASSES;
	char version[VERSION_TEXT_MAX];

	text_add(text, "\"hello\":\"sha256:");
	text_hex(text, bytes_over(hello->hello->digest, SHA256_LEN));
	text_char(text, '"');
	add_number(text, "clients", hello->clients);
	add_number(text, "handshakes", hello->handshakes);
	add_string(text, "verdict", verdict_name((enum verdict)prediction->verdict));
	add_string(text, "version", passes ? render_version(made->version, version) : "");
	add_code(text, "cipher", &iana_cipher_suites, made->cipher,
		passes && made->cipher != CODE_NONE);
	add_code(text, "group", &iana_groups, made->group,
		passes && made->group != CODE_NONE);
	add_code(text, "signature", &iana_signature_schemes, made->signature,
		passes && made->signature != CODE_NONE);
	add_code(text, "alert", &iana_alerts, made->alert,
		made->refusal != REFUSAL_NONE && made->alert != ALERT_NOT_SENT);
	add_string(text, "reason", prediction->reason);
	text_char(text, '}');
}

/* The hellos or rows that were asked for. */
static void add_rows(struct text *text, const struct forecast *forecast, size_t policy)
{
	bool hellos = forecast->by == VIEW_HELLO;
	size_t count = hellos ? forecast->hello_count : forecast->row_count;

	add_key(text, "rows");
	for (size_t i = 0; i < count; i++) {
		text_add(text, i > 0 ? ",\n{" : "[\n{");
		if (hellos)
			add_hello_members(text, &forecast->hellos[i],
				&forecast->hellos[i].predictions[policy]);
		else
			add_row_members(text, forecast, &forecast->rows[i], policy);
	}
	text_add(text, count > 0 ? "]" : "[]");
}

/* What the server is taken to present, and since when that is known. */
static void add_certificates(struct text *text, const struct forecast_policy *policy)
{
	const struct server_origin *origin = policy->origin;
	struct text CLEANUP(text_done) key;
	char moment[TIME_TEXT_MAX];

	text_init(&key, IANA_TEXT_MAX + 32);
	add_key(text, "certificates");
	for (size_t i = 0; i < policy->profile->certificate_count; i++) {
		bool seen = origin != NULL && origin->keys[i] != 0;
		bool said = origin == NULL || origin->keys_said;

		text_reset(&key);
		forecast_text_key(&policy->profile->certificates[i], &key);
		text_add(text, i > 0 ? ",{\"key\":" : "[{\"key\":");
		text_quote_json(text, bytes_of_string(text_string(&key)));
		add_string(text, "from", seen ? "seen" : said ? "said" : "assumed");
		add_string(text, "seen", seen ? time_text(origin->keys[i], moment) : "");
		text_char(text, '}');
	}
	text_char(text, ']');
}

/* null: it names no date. */
static void add_force(struct text *text, const struct forecast *forecast, size_t at)
{
	static const char *const words[] = {
		[FORCE_UNASKED] = "null",
		[FORCE_UNDATED] = "null",
		[FORCE_NOT_YET] = "false",
		[FORCE_BY_THEN] = "true",
	};
	char day[TIME_TEXT_MAX];

	time_text(forecast->on, day);
	text_format(text, "\"on\":\"%.10s\",\"in_force\":%s", day,
		words[forecast->policies[at].force]);
}

static void add_policy(struct text *text, const struct forecast *forecast, size_t at)
{
	const struct forecast_policy *policy = &forecast->policies[at];

	text_add(text, "{\"policy\":");
	text_quote_json(text, bytes_of_string(policy->profile->policy->name));
	if (forecast->on != 0) {
		text_char(text, ',');
		add_force(text, forecast, at);
	}
	add_string(text, "stack", stack_name(policy->profile->stack));
	add_number(text, "security_level", policy->profile->security_level);
	add_certificates(text, policy);
	add_verdicts(text, "clients", policy->clients);
	add_number(text, "breaks_in_part", policy->in_part);
	add_verdicts(text, "handshakes", policy->handshakes);
	add_reasons(text, policy);
	if (forecast->by != VIEW_DETAIL)
		add_rows(text, forecast, at);
	text_char(text, '}');
}

void forecast_json(const struct forecast *forecast, struct text *text)
{
	text_add(text, "{\"format\":\"" FORECAST_FORMAT "\"");
	add_number(text, "clients", forecast->clients);
	add_number(text, "handshakes", forecast->handshakes);
	add_number(text, "hellos", forecast->hello_count);
	add_number(text, "without_hello", forecast->without_hello);
	render_coverage_json(&forecast->coverage, forecast->runs, text);
	if (forecast->by != VIEW_DETAIL) {
		add_string(text, "by", view_by_name(forecast->by));
		text_format(
			text, ",\"rows_cut\":%s", forecast->rows_cut ? "true" : "false");
	}
	add_key(text, "policies");
	text_char(text, '[');
	for (size_t i = 0; i < forecast->policy_count; i++) {
		text_add(text, i > 0 ? ",\n" : "\n");
		add_policy(text, forecast, i);
	}
	text_add(text, "]}\n");
}

/* Of several policies a line says of which it is; of a day, whether it is in force. */
static void begin_line(struct text *text, const struct forecast *forecast, size_t policy)
{
	const char *name = forecast->policies[policy].profile->policy->name;

	text_char(text, '{');
	if (forecast->policy_count > 1) {
		text_add(text, "\"policy\":");
		text_quote_json(text, bytes_of_string(name));
		text_char(text, ',');
	}
	if (forecast->on != 0) {
		add_force(text, forecast, policy);
		text_char(text, ',');
	}
}

void forecast_jsonl(const struct forecast *forecast, struct text *text)
{
	bool rows = forecast->by != VIEW_DETAIL && forecast->by != VIEW_HELLO;
	size_t count = rows ? forecast->row_count : forecast->hello_count;

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < forecast->policy_count; j++) {
			begin_line(text, forecast, j);
			if (rows)
				add_row_members(text, forecast, &forecast->rows[i], j);
			else
				add_hello_members(text, &forecast->hellos[i],
					&forecast->hellos[i].predictions[j]);
			text_char(text, '\n');
		}
}

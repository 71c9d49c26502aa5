/* A forecast for spreadsheets: always the same columns. RFC 4180; docs/impact.md. */
#include "report/render_forecast.h"
#include "tls/alert.h"
#include "tls/iana.h"

static void field(struct text *text, const char *string)
{
	text_char(text, ',');
	if (string[0] != '\0')
		text_quote_csv(text, bytes_of_string(string));
}

static void empty_fields(struct text *text, size_t count)
{
	for (size_t i = 0; i < count; i++)
		text_char(text, ',');
}

static void field_number(struct text *text, uint64_t value)
{
	text_char(text, ',');
	text_number(text, value);
}

static void field_code(struct text *text, const struct iana_registry *registry,
	uint32_t code, bool there)
{
	char written[IANA_TEXT_MAX];

	field(text, there ? iana_text(registry, code, written) : "");
}

static void begin_line(struct text *text, const struct forecast_policy *policy)
{
	text_add(text, FORECAST_FORMAT);
	field(text, policy->profile->policy->name);
}

static void fields_of_subject(
	struct text *text, enum view_by by, const struct forecast_row *row)
{
	char name[ADDRESS_TEXT_MAX];

	field(text, by == VIEW_CLIENT ? address_text(&row->address, name) : "");
	field(text, by == VIEW_SERVER ? address_text(&row->address, name) : "");
	text_char(text, ',');
	if (by == VIEW_SERVER)
		text_number(text, row->port);
	text_char(text, ',');
	if (row->name.len > 0)
		text_quote_csv(text, row->name);
}

#define SUBJECT_FIELDS 4
#define HELLO_FIELDS   3 /* render_csv_hello() */

static void fields_of_verdicts(struct text *text, const uint64_t counts[VERDICT_COUNT])
{
	for (int i = 0; i < VERDICT_COUNT; i++)
		field_number(text, counts[i]);
}

/* All of one verdict. */
static void fields_of_verdict(
	struct text *text, enum verdict verdict, uint64_t clients, uint64_t handshakes)
{
	uint64_t counts[VERDICT_COUNT] = { 0 };

	field(text, verdict_name(verdict));
	counts[verdict] = clients;
	fields_of_verdicts(text, counts);
	counts[verdict] = handshakes;
	fields_of_verdicts(text, counts);
}

#define ANSWER_FIELDS 5

static void fields_of_answer(
	struct text *text, const struct forecast_prediction *prediction)
{
	const struct negotiation *made = &prediction->negotiation;
	bool passes = prediction->verdict == VERDICT_PASSES;
	char name[VERSION_TEXT_MAX];

	field(text, passes ? render_version(made->version, name) : "");
	field_code(text, &iana_cipher_suites, made->cipher,
		passes && made->cipher != CODE_NONE);
	field_code(text, &iana_groups, made->group, passes && made->group != CODE_NONE);
	field_code(text, &iana_signature_schemes, made->signature,
		passes && made->signature != CODE_NONE);
	field_code(text, &iana_alerts, made->alert,
		made->refusal != REFUSAL_NONE && made->alert != ALERT_NOT_SENT);
}

/* Empty: no day was asked about, or the policy names no date. */
static void end_line(struct text *text, const struct forecast_policy *policy,
	const struct owner *owner)
{
	static const char *const words[] = {
		[FORCE_UNASKED] = "",
		[FORCE_UNDATED] = "",
		[FORCE_NOT_YET] = "false",
		[FORCE_BY_THEN] = "true",
	};

	field(text, words[policy->force]);
	field(text, owner == NULL ? "" : owner->name);
	text_add(text, "\r\n");
}

static void write_hello(struct text *text, const struct forecast_policy *policy,
	const struct forecast_hello *hello, const struct forecast_prediction *prediction)
{
	begin_line(text, policy);
	empty_fields(text, SUBJECT_FIELDS);
	render_csv_hello(text, hello->hello);
	fields_of_verdict(text, (enum verdict)prediction->verdict, hello->clients,
		hello->handshakes);
	fields_of_answer(text, prediction);
	field(text, "");
	field(text, prediction->reason);
	end_line(text, policy, NULL);
}

static void join_reasons(const struct forecast *forecast, const struct forecast_row *row,
	size_t policy, struct text *all)
{
	struct forecast_reason reasons[FORECAST_ROW_REASONS_MAX];
	size_t count = forecast_row_reasons(forecast, row, policy, reasons);

	for (size_t i = 0; i < count; i++)
		text_format(all, "%s%s", i > 0 ? "; " : "", reasons[i].text);
}

static void join_versions(const struct forecast_row *row, size_t policy, struct text *all)
{
	uint16_t versions[FORECAST_VERSIONS_MAX];
	size_t count = forecast_row_versions(row, policy, versions);
	char name[VERSION_TEXT_MAX];

	for (size_t i = 0; i < count; i++)
		text_format(all, "%s%s", i > 0 ? "; " : "",
			render_version(versions[i], name));
}

#define JOINED_MAX ((size_t)FORECAST_ROW_REASONS_MAX * (REASON_MAX + 2))

/* A row may have several versions and reasons: they stand in one field each. */
static void write_row(
	struct text *text, const struct forecast *forecast, size_t at, size_t policy)
{
	const struct forecast_row *row = &forecast->rows[at];
	struct text CLEANUP(text_done) joined;
	char moment[TIME_TEXT_MAX];

	text_init(&joined, JOINED_MAX);
	begin_line(text, &forecast->policies[policy]);
	fields_of_subject(text, forecast->by, row);
	empty_fields(text, HELLO_FIELDS + 1);
	fields_of_verdicts(text, row->clients_by_verdict[policy]);
	fields_of_verdicts(text, row->handshakes_by_verdict[policy]);
	join_versions(row, policy, &joined);
	field(text, text_string(&joined));
	empty_fields(text, ANSWER_FIELDS - 1);
	field(text, time_text(row->last, moment));
	text_reset(&joined);
	join_reasons(forecast, row, policy, &joined);
	field(text, text_string(&joined));
	end_line(text, &forecast->policies[policy], row->owner);
}

static void write_reason(struct text *text, const struct forecast_policy *policy,
	enum verdict verdict, uint64_t clients, uint64_t handshakes, const char *reason)
{
	begin_line(text, policy);
	empty_fields(text, SUBJECT_FIELDS + HELLO_FIELDS);
	fields_of_verdict(text, verdict, clients, handshakes);
	empty_fields(text, ANSWER_FIELDS + 1);
	field(text, reason);
	end_line(text, policy, NULL);
}

static void write_reasons(struct text *text, const struct forecast *forecast,
	const struct forecast_policy *policy)
{
	for (size_t i = 0; i < policy->reason_count; i++)
		write_reason(text, policy, policy->reasons[i].verdict,
			policy->reasons[i].clients, policy->reasons[i].handshakes,
			policy->reasons[i].text);
	write_reason(text, policy, VERDICT_PASSES, policy->clients[VERDICT_PASSES],
		policy->handshakes[VERDICT_PASSES], "");
	if (forecast->without_hello > 0)
		write_reason(text, policy, VERDICT_UNKNOWN, forecast->without_clients,
			forecast->without_hello, FORECAST_NOT_SEEN);
}

static void write_policy(struct text *text, const struct forecast *forecast, size_t at)
{
	const struct forecast_policy *policy = &forecast->policies[at];

	if (forecast->by == VIEW_DETAIL) {
		write_reasons(text, forecast, policy);
	} else if (forecast->by == VIEW_HELLO) {
		for (size_t i = 0; i < forecast->hello_count; i++)
			write_hello(text, policy, &forecast->hellos[i],
				&forecast->hellos[i].predictions[at]);
	} else {
		for (size_t i = 0; i < forecast->row_count; i++)
			write_row(text, forecast, i, at);
	}
}

void forecast_csv(const struct forecast *forecast, struct text *text)
{
	text_add(text, "format,policy,client,server,server_port,server_name,hello,"
		       "offered_max,software,verdict,clients_passes,clients_breaks,"
		       "clients_unknown,passes,breaks,unknown,version,cipher,group,"
		       "signature,alert,last,reason,in_force,owner\r\n");
	for (size_t i = 0; i < forecast->policy_count; i++)
		write_policy(text, forecast, i);
}

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

static void add_reasons(struct text *text, const struct forecast_policy *policy)
{
	add_key(text, "reasons");
	text_char(text, '[');
	for (size_t i = 0; i < policy->reason_count; i++) {
		const struct forecast_reason *reason = &policy->reasons[i];

		text_format(text, "%s{\"verdict\":\"%s\"", i > 0 ? "," : "",
			verdict_name(reason->verdict));
		add_string(text, "reason", reason->text);
		add_number(text, "clients", reason->clients);
		add_number(text, "handshakes", reason->handshakes);
		text_char(text, '}');
	}
	text_char(text, ']');
}

static void add_policy(struct text *text, const struct forecast_policy *policy)
{
	text_add(text, "{\"policy\":");
	text_quote_json(text, bytes_of_string(policy->profile->policy->name));
	add_string(text, "stack", stack_name(policy->profile->stack));
	add_verdicts(text, "clients", policy->clients);
	add_verdicts(text, "handshakes", policy->handshakes);
	add_reasons(text, policy);
	text_char(text, '}');
}

void forecast_json(const struct forecast *forecast, struct text *text)
{
	text_add(text, "{\"format\":\"" FORECAST_FORMAT "\"");
	add_number(text, "clients", forecast->clients);
	add_number(text, "handshakes", forecast->handshakes);
	add_number(text, "hellos", forecast->hello_count);
	add_number(text, "without_hello", forecast->without_hello);
	add_key(text, "policies");
	text_char(text, '[');
	for (size_t i = 0; i < forecast->policy_count; i++) {
		text_add(text, i > 0 ? ",\n" : "\n");
		add_policy(text, &forecast->policies[i]);
	}
	text_add(text, "]}\n");
}

static void add_hello(struct text *text, const struct forecast_hello *hello)
{
	const struct prediction *prediction = &hello->predictions[0];
	const struct negotiation *made = &prediction->negotiation;
	bool passes = prediction->verdict == VERDICT_PASSES;
	char version[VERSION_TEXT_MAX];

	text_add(text, "{\"hello\":\"sha256:");
	text_hex(text, bytes_over(hello->hello->digest, SHA256_LEN));
	text_char(text, '"');
	add_number(text, "clients", hello->clients);
	add_number(text, "handshakes", hello->handshakes);
	add_string(text, "verdict", verdict_name(prediction->verdict));
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
	text_add(text, "}\n");
}

void forecast_jsonl(const struct forecast *forecast, struct text *text)
{
	for (size_t i = 0; i < forecast->hello_count; i++)
		add_hello(text, &forecast->hellos[i]);
}

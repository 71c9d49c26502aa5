#include "policy/policy_parts.h"

/* Read in is only what can be shown, so two characters are left to escape. */
static void write_quoted(struct text *text, const char *string)
{
	text_char(text, '"');
	for (; *string != '\0'; string++) {
		if (*string == '"' || *string == '\\')
			text_char(text, '\\');
		text_char(text, *string);
	}
	text_char(text, '"');
}

static void write_text(struct text *text, const char *field, const char *string)
{
	if (string[0] == '\0')
		return;
	text_format(text, "%s: ", field);
	write_quoted(text, string);
	text_char(text, '\n');
}

static void write_dates(struct text *text, const struct policy *policy)
{
	text_add(text, policy->date_count > 0 ? "dates:\n" : "");
	for (size_t i = 0; i < policy->date_count; i++) {
		const struct policy_date *date = &policy->dates[i];

		text_format(text, "  - on: %s\n", date->on);
		if (date->said[0] != '\0')
			text_format(text, "    said: %s\n", date->said);
		if (date->note[0] != '\0') {
			text_add(text, "    note: ");
			write_quoted(text, date->note);
			text_char(text, '\n');
		}
	}
}

static void write_versions(struct text *text, const struct policy *policy)
{
	static const uint16_t versions[] = { VERSION_SSL2, VERSION_SSL3, VERSION_TLS10,
		VERSION_TLS11, VERSION_TLS12, VERSION_TLS13 };
	const char *between = "";

	text_add(text, "versions: [");
	for (size_t i = 0; i < COUNT_OF(versions); i++) {
		if (!policy_allows_version(policy, version_rank(versions[i])))
			continue;
		text_format(text, "%s%s", between, version_name(versions[i]));
		between = ", ";
	}
	text_add(text, "]\n");
}

static void write_codes(struct text *text, const char *field,
	const struct code_kind *kind, const struct policy_codes *codes)
{
	char name[IANA_TEXT_MAX];

	if (codes->count == 0)
		return;
	text_format(text, "%s:\n", field);
	for (size_t i = 0; i < codes->count; i++)
		text_format(text, "  - %s\n",
			iana_text(kind->registries[0], codes->codes[i], name));
}

static void write_keys(struct text *text, const struct policy *policy)
{
	char name[IANA_TEXT_MAX];

	text_add(text, policy->key_count > 0 ? "keys:\n" : "");
	for (size_t i = 0; i < policy->key_count; i++) {
		const struct policy_key *key = &policy->keys[i];

		text_format(
			text, "  - kind: %s\n", key_kind_name((enum key_kind)key->kind));
		if (key->bits != 0)
			text_format(text, "    bits: %u\n", key->bits);
		if (key->curve != 0)
			text_format(text, "    curve: %s\n",
				iana_text(&iana_groups, key->curve, name));
		if (key->signature != 0)
			text_format(text, "    signature: %s\n",
				iana_text(&iana_signature_schemes, key->signature, name));
	}
}

static void write_alpn(struct text *text, const struct policy *policy)
{
	text_add(text, policy->alpn_count > 0 ? "alpn:\n" : "");
	for (size_t i = 0; i < policy->alpn_count; i++) {
		text_add(text, "  - ");
		write_quoted(text, policy->alpn[i]);
		text_char(text, '\n');
	}
}

static void write_switch(struct text *text, const char *field, bool on, const char *yes)
{
	if (on)
		text_format(text, "%s: %s\n", field, yes);
}

void policy_write_yaml(const struct policy *policy, struct text *text)
{
	text_format(text, "name: %s\n", policy->name);
	write_text(text, "title", policy->title);
	write_text(text, "source", policy->source);
	write_dates(text, policy);
	write_versions(text, policy);
	write_codes(text, "cipher-suites-1.3", &code_suite, &policy->suites13);
	write_codes(text, "cipher-suites-1.2", &code_suite, &policy->suites12);
	write_switch(text, "order", policy->server_order, "server");
	write_codes(text, "groups", &code_group, &policy->groups);
	write_codes(text, "signature-schemes", &code_scheme, &policy->schemes);
	write_keys(text, policy);
	if (policy->dh_bits_min != 0)
		text_format(text, "dh-bits: %u\n", policy->dh_bits_min);
	write_switch(text, "extended-master-secret", policy->needs_extended_master_secret,
		"required");
	write_switch(text, "secure-renegotiation", policy->needs_secure_renegotiation,
		"required");
	write_switch(text, "server-name", policy->needs_server_name, "required");
	write_switch(text, "compression", policy->compression, "allowed");
	write_switch(text, "unlisted", policy->recommends, "not-recommended");
	write_alpn(text, policy);
}

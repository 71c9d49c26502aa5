#include "report/policy_show.h"

#include <stdio.h>

#include "policy/policy_file.h"
#include "report/grid.h"
#include "tls/iana.h"

#define VALUES   28 /* the column where they begin */
#define NOT_SAID "    not said: the stack's own\n"

static const uint16_t versions[] = { VERSION_SSL2, VERSION_SSL3, VERSION_TLS10,
	VERSION_TLS11, VERSION_TLS12, VERSION_TLS13 };

/* A list of a policy, as it is told to people and to programs. */
static const struct list {
	const char *title;
	const char *member;
	const struct iana_registry *registry;
	size_t offset;
} lists[] = {
	{ "cipher suites of TLS 1.3", "cipher_suites_13", &iana_cipher_suites,
		offsetof(struct policy, suites13) },
	{ "cipher suites up to TLS 1.2", "cipher_suites_12", &iana_cipher_suites,
		offsetof(struct policy, suites12) },
	{ "groups", "groups", &iana_groups, offsetof(struct policy, groups) },
	{ "signature schemes", "signature_schemes", &iana_signature_schemes,
		offsetof(struct policy, schemes) },
};

static const struct policy_codes *codes_of(
	const struct policy *policy, const struct list *list)
{
	return (const struct policy_codes *)((const char *)policy + list->offset);
}

static void text_row(
	struct text *text, const char *what, const char *value, unsigned width)
{
	text_format(text, "%-*s", VALUES, what);
	grid_sentence(text, value, VALUES, VALUES, width);
	text_char(text, '\n');
}

static void text_dates(const struct policy *policy, unsigned width, struct text *text)
{
	struct text CLEANUP(text_done) value;

	text_init(&value, 4096);
	for (size_t i = 0; i < policy->date_count; i++) {
		const struct policy_date *date = &policy->dates[i];

		text_reset(&value);
		text_add(&value, date->on);
		if (date->said[0] != '\0')
			text_format(&value, ", said %s", date->said);
		if (date->note[0] != '\0')
			text_format(&value, ": %s", date->note);
		text_row(text, i == 0 ? "dates" : "", text_string(&value), width);
	}
}

static void text_versions(const struct policy *policy, unsigned width, struct text *text)
{
	struct text CLEANUP(text_done) value;
	const char *between = "";

	text_init(&value, 4096);
	for (size_t i = 0; i < COUNT_OF(versions); i++) {
		if (!policy_allows_version(policy, version_rank(versions[i])))
			continue;
		text_format(&value, "%s%s", between, version_name(versions[i]));
		between = ", ";
	}
	text_row(text, "versions", text_string(&value), width);
}

static void text_list(
	const struct policy *policy, const struct list *list, struct text *text)
{
	const struct policy_codes *codes = codes_of(policy, list);
	char name[IANA_TEXT_MAX];

	text_format(text, "%s\n", list->title);
	for (size_t i = 0; i < codes->count; i++)
		text_format(text, "    0x%04x  %s\n", codes->codes[i],
			iana_text(list->registry, codes->codes[i], name));
	if (codes->count == 0)
		text_add(text, NOT_SAID);
}

static void text_keys(const struct policy *policy, struct text *text)
{
	char name[IANA_TEXT_MAX];

	text_add(text, "keys of certificates\n");
	for (size_t i = 0; i < policy->key_count; i++) {
		const struct policy_key *key = &policy->keys[i];

		text_format(text, "    %s", key_kind_name((enum key_kind)key->kind));
		if (key->bits != 0)
			text_format(text, ", %u bits or more", key->bits);
		if (key->curve != 0)
			text_format(
				text, ", %s", iana_text(&iana_groups, key->curve, name));
		if (key->signature != 0)
			text_format(text, ", signed by %s",
				iana_text(&iana_signature_schemes, key->signature, name));
		text_char(text, '\n');
	}
	if (policy->key_count == 0)
		text_add(text, NOT_SAID);
}

static const char *need(bool needed)
{
	return needed ? "required" : "optional";
}

static void text_rest(const struct policy *policy, unsigned width, struct text *text)
{
	struct text CLEANUP(text_done) alpn;
	char bits[32];

	(void)snprintf(bits, sizeof bits, "%u or more", policy->dh_bits_min);
	text_row(text, "DH bits", policy->dh_bits_min != 0 ? bits : "not said", width);
	text_row(text, "extended master secret",
		need(policy->needs_extended_master_secret), width);
	text_row(text, "secure renegotiation", need(policy->needs_secure_renegotiation),
		width);
	text_row(text, "server name", need(policy->needs_server_name), width);
	text_row(text, "compression", policy->compression ? "allowed" : "refused", width);
	if (policy->recommends)
		text_row(text, "unlisted", "not recommended, but not forbidden", width);
	text_init(&alpn, 4096);
	for (size_t i = 0; i < policy->alpn_count; i++)
		text_format(&alpn, "%s%s", i > 0 ? ", " : "", policy->alpn[i]);
	text_row(text, "ALPN",
		policy->alpn_count > 0 ? text_string(&alpn) : "not looked at", width);
}

void policy_show_text(const struct policy *policy, unsigned width, struct text *text)
{
	text_row(text, "policy", policy->name, width);
	if (policy->title[0] != '\0')
		text_row(text, "title", policy->title, width);
	if (policy->source[0] != '\0')
		text_row(text, "source", policy->source, width);
	text_dates(policy, width, text);
	text_versions(policy, width, text);
	text_row(text, "order of suites",
		policy->server_order ? "the server's" : "the client's", width);
	for (size_t i = 0; i < COUNT_OF(lists); i++)
		text_list(policy, &lists[i], text);
	text_keys(policy, text);
	text_rest(policy, width, text);
}

static void json_string(struct text *text, const char *string)
{
	text_quote_json(text, bytes_of_string(string));
}

static void json_member(struct text *text, const char *member, const char *string)
{
	text_format(text, ",\"%s\":", member);
	json_string(text, string);
}

static void json_dates(const struct policy *policy, struct text *text)
{
	text_add(text, ",\"dates\":[");
	for (size_t i = 0; i < policy->date_count; i++) {
		text_format(text,
			"%s{\"on\":\"%s\",\"said\":\"%s\",\"note\":", i > 0 ? "," : "",
			policy->dates[i].on, policy->dates[i].said);
		json_string(text, policy->dates[i].note);
		text_char(text, '}');
	}
	text_char(text, ']');
}

static void json_versions(const struct policy *policy, struct text *text)
{
	const char *between = "";

	text_add(text, ",\"versions\":[");
	for (size_t i = 0; i < COUNT_OF(versions); i++) {
		if (!policy_allows_version(policy, version_rank(versions[i])))
			continue;
		text_format(text, "%s\"%s\"", between, version_name(versions[i]));
		between = ",";
	}
	text_char(text, ']');
}

static void json_list(
	const struct policy *policy, const struct list *list, struct text *text)
{
	const struct policy_codes *codes = codes_of(policy, list);
	char name[IANA_TEXT_MAX];

	text_format(text, ",\"%s\":[", list->member);
	for (size_t i = 0; i < codes->count; i++)
		text_format(text, "%s\"%s\"", i > 0 ? "," : "",
			iana_text(list->registry, codes->codes[i], name));
	text_char(text, ']');
}

static void json_keys(const struct policy *policy, struct text *text)
{
	char name[IANA_TEXT_MAX];

	text_add(text, ",\"keys\":[");
	for (size_t i = 0; i < policy->key_count; i++) {
		const struct policy_key *key = &policy->keys[i];

		text_format(text, "%s{\"kind\":\"%s\"", i > 0 ? "," : "",
			key_kind_name((enum key_kind)key->kind));
		if (key->bits != 0)
			text_format(text, ",\"bits\":%u", key->bits);
		if (key->curve != 0)
			text_format(text, ",\"curve\":\"%s\"",
				iana_text(&iana_groups, key->curve, name));
		if (key->signature != 0)
			text_format(text, ",\"signature\":\"%s\"",
				iana_text(&iana_signature_schemes, key->signature, name));
		text_char(text, '}');
	}
	text_char(text, ']');
}

void policy_show_json(const struct policy *policy, struct text *text)
{
	text_add(text, "{\"format\":\"" POLICY_FORMAT "\"");
	json_member(text, "name", policy->name);
	json_member(text, "title", policy->title);
	json_member(text, "source", policy->source);
	json_dates(policy, text);
	json_versions(policy, text);
	json_member(text, "order", policy->server_order ? "server" : "client");
	for (size_t i = 0; i < COUNT_OF(lists); i++)
		json_list(policy, &lists[i], text);
	json_keys(policy, text);
	text_format(text, ",\"dh_bits\":%u", policy->dh_bits_min);
	json_member(text, "extended_master_secret",
		need(policy->needs_extended_master_secret));
	json_member(
		text, "secure_renegotiation", need(policy->needs_secure_renegotiation));
	json_member(text, "server_name", need(policy->needs_server_name));
	json_member(text, "compression", policy->compression ? "allowed" : "refused");
	json_member(text, "unlisted", policy->recommends ? "not-recommended" : "refused");
	text_add(text, ",\"alpn\":[");
	for (size_t i = 0; i < policy->alpn_count; i++) {
		text_add(text, i > 0 ? "," : "");
		json_string(text, policy->alpn[i]);
	}
	text_add(text, "]}\n");
}

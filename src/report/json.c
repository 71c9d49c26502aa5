#include "report/json.h"

#include "evidence/observation.h"

void json_member(struct text *text, const char *name)
{
	text_add(text, ",\"");
	text_add(text, name);
	text_add(text, "\":");
}

void json_null(struct text *text)
{
	text_bytes(text, bytes_over("null", 4));
}

void json_bool(struct text *text, bool value)
{
	text_add(text, value ? "true" : "false");
}

void json_plain(struct text *text, const char *string)
{
	if (string == NULL) {
		json_null(text);
		return;
	}
	text_char(text, '"');
	text_add(text, string);
	text_char(text, '"');
}

void json_quoted(struct text *text, struct bytes all)
{
	if (all.len == 0)
		json_null(text);
	else
		text_quote_json(text, all);
}

void json_string(struct text *text, const char *string)
{
	if (string == NULL)
		json_null(text);
	else
		text_quote_json(text, bytes_of_string(string));
}

void json_version(struct text *text, uint16_t version)
{
	const char *name = version_name(version);

	if (version == VERSION_NONE)
		json_null(text);
	else if (name != NULL)
		json_plain(text, name);
	else
		text_format(text, "\"0x%04x\"", version);
}

void json_version_set(struct text *text, uint16_t versions)
{
	bool first = true;

	text_char(text, '[');
	for (unsigned rank = RANK_SSL2; rank <= RANK_TLS13; rank++) {
		if ((versions & VERSIONS_OF(rank)) == 0)
			continue;
		if (!first)
			text_char(text, ',');
		json_version(text, version_of_rank((enum version_rank)rank, false));
		first = false;
	}
	text_char(text, ']');
}

void json_code(struct text *text, const struct iana_registry *registry, uint32_t code)
{
	char name[IANA_TEXT_MAX];

	json_plain(text, code == CODE_NONE ? NULL : iana_text(registry, code, name));
}

void json_address(struct text *text, const struct address *address)
{
	char name[ADDRESS_TEXT_MAX];

	json_plain(text, address_text(address, name));
}

void json_time(struct text *text, time_ns moment)
{
	char name[TIME_TEXT_MAX];

	json_plain(text, time_text(moment, name));
}

void json_certificate(struct text *text, const struct certificate *certificate)
{
	if (certificate == NULL) {
		json_null(text);
		return;
	}
	text_add(text, "{\"sha256\":\"");
	text_hex(text, bytes_over(certificate->digest, SHA256_LEN));
	text_char(text, '"');
	json_member(text, "subject");
	json_string(text, certificate->subject);
	json_member(text, "issuer");
	json_string(text, certificate->issuer);
	json_member(text, "names");
	json_string(text, certificate->names);
	json_member(text, "key_type");
	json_string(text, certificate->key_type);
	json_member(text, "key_bits");
	text_number(text, certificate->key_bits);
	json_member(text, "signature");
	json_string(text, certificate->signature);
	json_member(text, "not_before");
	json_time(text, certificate->not_before);
	json_member(text, "not_after");
	json_time(text, certificate->not_after);
	text_char(text, '}');
}

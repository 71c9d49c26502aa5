#include "report/handshake_json.h"

#include "tls/alert.h"
#include "tls/iana.h"

/* Every member is written with the comma that parts it from the one before; `name`
 * is a literal that needs no quoting. */
static void member(struct text *text, const char *name)
{
	text_add(text, ",\"");
	text_add(text, name);
	text_add(text, "\":");
}

static void add_null(struct text *text)
{
	text_bytes(text, bytes_over("null", 4));
}

/* string: ours, or of an alphabet that needs no quoting. */
static void add_plain(struct text *text, const char *string)
{
	if (string == NULL) {
		add_null(text);
		return;
	}
	text_char(text, '"');
	text_add(text, string);
	text_char(text, '"');
}

static void add_bool(struct text *text, bool value)
{
	text_add(text, value ? "true" : "false");
}

/* Strangers' text; nothing at all is null. */
static void add_quoted(struct text *text, struct bytes all)
{
	if (all.len == 0)
		add_null(text);
	else
		text_quote_json(text, all);
}

static void add_string(struct text *text, const char *string)
{
	if (string == NULL)
		add_null(text);
	else
		text_quote_json(text, bytes_of_string(string));
}

static void add_version(struct text *text, uint16_t version)
{
	const char *name = version_name(version);

	if (version == VERSION_NONE)
		add_null(text);
	else if (name != NULL)
		add_plain(text, name);
	else
		text_format(text, "\"0x%04x\"", version);
}

static void add_code(
	struct text *text, const struct iana_registry *registry, uint32_t code)
{
	char name[IANA_TEXT_MAX];

	add_plain(text, code == CODE_NONE ? NULL : iana_text(registry, code, name));
}

static void add_address(struct text *text, const struct address *address)
{
	char name[ADDRESS_TEXT_MAX];

	add_plain(text, address_text(address, name));
}

static void add_ends(struct text *text, const struct handshake *h)
{
	char moment[TIME_TEXT_MAX];

	text_add(text, "{\"ts\":");
	add_plain(text, time_text(h->at, moment));
	member(text, "transport");
	add_plain(text, transport_name(h->transport));
	member(text, "client");
	add_address(text, &h->client);
	member(text, "client_port");
	text_number(text, h->client_port);
	member(text, "server");
	add_address(text, &h->server);
	member(text, "server_port");
	text_number(text, h->server_port);
	member(text, "server_name");
	add_quoted(text, h->server_name);
	member(text, "upgrade");
	add_plain(text, upgrade_name(h->upgrade));
}

static void add_offer(struct text *text, const struct hello *hello)
{
	uint16_t versions[HELLO_VERSIONS_MAX];
	size_t count = hello_versions(hello, versions);

	member(text, "hello");
	text_add(text, "\"sha256:");
	text_hex(text, bytes_over(hello->digest, SHA256_LEN));
	text_char(text, '"');
	member(text, "hello_format");
	add_plain(text, hello_format_name(hello->format));
	member(text, "offered_versions");
	text_char(text, '[');
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			text_char(text, ',');
		add_version(text, versions[i]);
	}
	text_char(text, ']');
	member(text, "offered_max");
	add_version(text, hello->max_version);
}

static void add_answer(struct text *text, const struct handshake *h)
{
	member(text, "version");
	add_version(text, h->version);
	member(text, "cipher");
	add_code(text,
		h->version == VERSION_SSL2 ? &iana_sslv2_ciphers : &iana_cipher_suites,
		h->cipher);
	member(text, "group");
	add_code(text, &iana_groups, h->group);
	member(text, "alpn");
	add_quoted(text, h->alpn);
	member(text, "resumed");
	if (h->resumed_known)
		add_bool(text, h->resumed);
	else
		add_null(text);
}

/* An encrypted alert tells its side and no more. RFC 8446, 6. */
static void add_alert(struct text *text, const struct observed_alert *alert)
{
	bool seen = alert->level != 0;

	text_add(text, "{\"side\":");
	add_plain(text, side_name(alert->side));
	member(text, "level");
	if (seen)
		add_plain(text, alert->level == ALERT_WARNING ? "warning" : "fatal");
	else
		add_null(text);
	member(text, "description");
	add_code(text, &iana_alerts, seen ? alert->description : CODE_NONE);
	member(text, "inferred");
	add_bool(text, alert->inferred);
	text_char(text, '}');
}

static void add_outcome(struct text *text, const struct handshake *h)
{
	member(text, "outcome");
	add_plain(text, outcome_name(h->outcome));
	member(text, "alerts");
	text_char(text, '[');
	for (size_t i = 0; i < h->alert_count && i < OBSERVED_ALERTS_MAX; i++) {
		if (i > 0)
			text_char(text, ',');
		add_alert(text, &h->alerts[i]);
	}
	text_char(text, ']');
}

static void add_certificate(struct text *text, const struct certificate *leaf)
{
	char moment[TIME_TEXT_MAX];

	member(text, "certificate");
	if (leaf == NULL) {
		add_null(text);
		return;
	}
	text_add(text, "{\"sha256\":\"");
	text_hex(text, bytes_over(leaf->digest, SHA256_LEN));
	text_char(text, '"');
	member(text, "subject");
	add_string(text, leaf->subject);
	member(text, "issuer");
	add_string(text, leaf->issuer);
	member(text, "names");
	add_string(text, leaf->names);
	member(text, "key_type");
	add_string(text, leaf->key_type);
	member(text, "key_bits");
	text_number(text, leaf->key_bits);
	member(text, "signature");
	add_string(text, leaf->signature);
	member(text, "not_before");
	add_plain(text, time_text(leaf->not_before, moment));
	member(text, "not_after");
	add_plain(text, time_text(leaf->not_after, moment));
	text_char(text, '}');
}

/* What only a ServerHello can tell. */
static void add_agreed(
	struct text *text, const char *name, const struct handshake *h, bool agreed)
{
	member(text, name);
	if (h->version == VERSION_NONE)
		add_null(text);
	else
		add_bool(text, agreed);
}

static void add_rest(struct text *text, const struct handshake *h)
{
	member(text, "outcome_inferred");
	add_bool(text, h->outcome_inferred);
	member(text, "retried");
	add_bool(text, h->retried);
	member(text, "dh_bits");
	if (h->dh_bits == 0)
		add_null(text);
	else
		text_number(text, h->dh_bits);
	member(text, "signature");
	add_code(text, &iana_signature_schemes, h->signature_scheme);
	add_agreed(text, "extended_master_secret", h, h->extended_master_secret);
	add_agreed(text, "secure_renegotiation", h, h->secure_renegotiation);
	member(text, "client_certificate_asked");
	add_bool(text, h->client_certificate_asked);
	member(text, "hello_cut");
	add_bool(text, h->hello_cut);
	member(text, "hello_malformed");
	add_bool(text, h->hello_malformed);
	add_certificate(text, h->certificate);
}

void handshake_json(
	struct text *text, const struct handshake *handshake, enum handshake_class class)
{
	add_ends(text, handshake);
	if (handshake->hello != NULL)
		add_offer(text, handshake->hello);
	else
		text_add(text, ",\"hello\":null,\"hello_format\":null,"
			       "\"offered_versions\":null,\"offered_max\":null");
	add_answer(text, handshake);
	add_outcome(text, handshake);
	member(text, "class");
	add_plain(text, class_name(class));
	member(text, "ja3");
	add_plain(text, handshake->ja3);
	member(text, "ja3s");
	add_plain(text, handshake->ja3s);
	member(text, "ja4");
	add_string(text, handshake->ja4); /* may hold letters of an ALPN name */
	add_rest(text, handshake);
	text_add(text, "}\n");
}

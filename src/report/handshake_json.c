#include "report/handshake_json.h"

#include "report/json.h"
#include "tls/alert.h"

static void add_ends(struct text *text, const struct handshake *h)
{
	text_add(text, "{\"ts\":");
	json_time(text, h->at);
	json_member(text, "transport");
	json_plain(text, transport_name(h->transport));
	json_member(text, "client");
	json_address(text, &h->client);
	json_member(text, "client_port");
	text_number(text, h->client_port);
	json_member(text, "server");
	json_address(text, &h->server);
	json_member(text, "server_port");
	text_number(text, h->server_port);
	json_member(text, "server_name");
	json_quoted(text, h->server_name);
	json_member(text, "upgrade");
	json_plain(text, upgrade_name(h->upgrade));
}

static void add_offer(struct text *text, const struct hello *hello)
{
	uint16_t versions[HELLO_VERSIONS_MAX];
	size_t count = hello_versions(hello, versions);

	json_member(text, "hello");
	text_add(text, "\"sha256:");
	text_hex(text, bytes_over(hello->digest, SHA256_LEN));
	text_char(text, '"');
	json_member(text, "hello_format");
	json_plain(text, hello_format_name(hello->format));
	json_member(text, "offered_versions");
	text_char(text, '[');
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			text_char(text, ',');
		json_version(text, versions[i]);
	}
	text_char(text, ']');
	json_member(text, "offered_max");
	json_version(text, hello->max_version);
}

static void add_answer(struct text *text, const struct handshake *h)
{
	json_member(text, "version");
	json_version(text, h->version);
	json_member(text, "cipher");
	json_code(text,
		h->version == VERSION_SSL2 ? &iana_sslv2_ciphers : &iana_cipher_suites,
		h->cipher);
	json_member(text, "group");
	json_code(text, &iana_groups, h->group);
	json_member(text, "alpn");
	json_quoted(text, h->alpn);
	json_member(text, "resumed");
	if (h->resumed_known)
		json_bool(text, h->resumed);
	else
		json_null(text);
}

/* An encrypted alert tells its side and no more. RFC 8446, 6. */
static void add_alert(struct text *text, const struct observed_alert *alert)
{
	bool seen = alert->level != 0;

	text_add(text, "{\"side\":");
	json_plain(text, side_name(alert->side));
	json_member(text, "level");
	if (seen)
		json_plain(text, alert->level == ALERT_WARNING ? "warning" : "fatal");
	else
		json_null(text);
	json_member(text, "description");
	json_code(text, &iana_alerts, seen ? alert->description : CODE_NONE);
	json_member(text, "inferred");
	json_bool(text, alert->inferred);
	text_char(text, '}');
}

static void add_outcome(struct text *text, const struct handshake *h)
{
	json_member(text, "outcome");
	json_plain(text, outcome_name(h->outcome));
	json_member(text, "alerts");
	text_char(text, '[');
	for (size_t i = 0; i < h->alert_count && i < OBSERVED_ALERTS_MAX; i++) {
		if (i > 0)
			text_char(text, ',');
		add_alert(text, &h->alerts[i]);
	}
	text_char(text, ']');
}

/* What only a ServerHello can tell. */
static void add_agreed(
	struct text *text, const char *name, const struct handshake *h, bool agreed)
{
	json_member(text, name);
	if (h->version == VERSION_NONE)
		json_null(text);
	else
		json_bool(text, agreed);
}

static void add_rest(struct text *text, const struct handshake *h)
{
	json_member(text, "outcome_inferred");
	json_bool(text, h->outcome_inferred);
	json_member(text, "retried");
	json_bool(text, h->retried);
	json_member(text, "dh_bits");
	if (h->dh_bits == 0)
		json_null(text);
	else
		text_number(text, h->dh_bits);
	json_member(text, "signature");
	json_code(text, &iana_signature_schemes, h->signature_scheme);
	add_agreed(text, "extended_master_secret", h, h->extended_master_secret);
	add_agreed(text, "secure_renegotiation", h, h->secure_renegotiation);
	json_member(text, "client_certificate_asked");
	json_bool(text, h->client_certificate_asked);
	json_member(text, "hello_cut");
	json_bool(text, h->hello_cut);
	json_member(text, "hello_malformed");
	json_bool(text, h->hello_malformed);
	json_member(text, "certificate");
	json_certificate(text, h->certificate);
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
	json_member(text, "class");
	json_plain(text, class_name(class));
	json_member(text, "ja3");
	json_plain(text, handshake->ja3);
	json_member(text, "ja3s");
	json_plain(text, handshake->ja3s);
	json_member(text, "ja4");
	json_string(text, handshake->ja4); /* may hold letters of an ALPN name */
	add_rest(text, handshake);
	text_add(text, "}\n");
}

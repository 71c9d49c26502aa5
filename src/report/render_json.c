/* For programs: one JSON object. Everything a view holds; docs/impact.md. */
#include "report/render.h"
#include "report/software.h"

static void key(struct text *text, const char *name)
{
	text_char(text, '"');
	text_add(text, name);
	text_add(text, "\":");
}

static void key_number(struct text *text, const char *name, uint64_t value)
{
	text_char(text, ',');
	key(text, name);
	text_number(text, value);
}

static void key_string(struct text *text, const char *name, const char *string)
{
	text_char(text, ',');
	key(text, name);
	text_quote_json(text, bytes_of_string(string));
}

static void key_strange(struct text *text, const char *name, struct bytes all)
{
	text_char(text, ',');
	key(text, name);
	if (all.len == 0)
		text_add(text, "null");
	else
		text_quote_json(text, all);
}

static void key_version(struct text *text, const char *name, uint16_t version)
{
	char written[VERSION_TEXT_MAX];

	key_strange(text, name, bytes_of_string(render_version(version, written)));
}

static void add_verdicts(struct text *text, const uint64_t counts[VERDICT_COUNT])
{
	text_char(text, '{');
	for (int i = 0; i < VERDICT_COUNT; i++) {
		if (i > 0)
			text_char(text, ',');
		key(text, verdict_name((enum verdict)i));
		text_number(text, counts[i]);
	}
	text_char(text, '}');
}

static void add_totals(struct text *text, const char *name, uint64_t total,
	const uint64_t counts[VERDICT_COUNT])
{
	text_char(text, ',');
	key(text, name);
	text_add(text, "{\"total\":");
	text_number(text, total);
	text_add(text, ",\"by_verdict\":");
	add_verdicts(text, counts);
	text_char(text, '}');
}

static void add_classes(struct text *text, const struct view *view)
{
	text_add(text, ",\"classes\":{");
	for (int i = CLASS_NONE + 1; i < CLASS_COUNT; i++) {
		if (i > CLASS_NONE + 1)
			text_char(text, ',');
		key(text, class_name((enum handshake_class)i));
		text_add(text, "{\"clients\":");
		text_number(text, view->classes[i].clients);
		key_number(text, "handshakes", view->classes[i].handshakes);
		text_char(text, '}');
	}
	text_char(text, '}');
}

static void add_hello(struct text *text, const struct hello *hello)
{
	struct text software;

	text_add(text, ",\"hello\":");
	if (hello == NULL) {
		text_add(text, "null,\"offered_max\":null,\"ja4\":null,"
			       "\"software\":null");
		return;
	}
	text_add(text, "\"sha256:");
	text_hex(text, bytes_over(hello->digest, SHA256_LEN));
	text_char(text, '"');
	key_version(text, "offered_max", hello->max_version);
	key_strange(text, "ja4", bytes_of_string(hello->ja4));
	text_init(&software, SOFTWARE_TEXT_MAX);
	software_of(hello, &software);
	key_strange(text, "software", bytes_of_string(text_string(&software)));
	text_done(&software);
}

/* The version agreed on, or how it ended without one. */
static void add_answer(struct text *text, const struct view_row *row)
{
	bool agreed = row->version != VERSION_NONE;

	key_version(text, "version", row->version);
	key_strange(text, "outcome",
		bytes_of_string(agreed ? "" : outcome_name(row->outcome)));
}

static void add_subject(struct text *text, enum view_by by, const struct view_row *row)
{
	char name[ADDRESS_TEXT_MAX];

	if (by == VIEW_DETAIL || by == VIEW_CLIENT)
		key_string(text, "client", address_text(&row->client, name));
	if (by == VIEW_DETAIL || by == VIEW_SERVER) {
		key_string(text, "server", address_text(&row->server, name));
		key_number(text, "server_port", row->server_port);
		text_char(text, ',');
		key(text, "server_scan");
		server_scan_json(row->scan, text);
	}
	if (by == VIEW_DETAIL || by == VIEW_NAME)
		key_strange(text, "server_name", row->server_name);
	if (by == VIEW_DETAIL || by == VIEW_HELLO)
		add_hello(text, row->hello);
	if (by == VIEW_DETAIL)
		add_answer(text, row);
}

static void add_row(
	struct text *text, const struct view *view, const struct view_row *row)
{
	char moment[TIME_TEXT_MAX];

	text_add(text, "{\"handshakes\":");
	text_number(text, row->handshakes);
	add_subject(text, view->by, row);
	if (view->owned)
		key_strange(text, "owner",
			bytes_of_string(row->owner == NULL ? "" : row->owner->name));
	key_string(text, "first", time_text(row->first, moment));
	key_string(text, "last", time_text(row->last, moment));
	text_add(text, ",\"by_verdict\":");
	add_verdicts(text, row->by_verdict);
	text_add(text, ",\"by_class\":{");
	for (int i = CLASS_NONE + 1, n = 0; i < CLASS_COUNT; i++) {
		if (row->by_class[i] == 0)
			continue;
		if (n++ > 0)
			text_char(text, ',');
		key(text, class_name((enum handshake_class)i));
		text_number(text, row->by_class[i]);
	}
	text_add(text, "}}");
}

static void add_limited(struct text *text, const struct view *view)
{
	char name[ENDPOINT_TEXT_MAX];

	key_number(text, "server_limited_servers", view->limited_servers);
	text_add(text, ",\"server_limited_first\":[");
	for (size_t i = 0; i < view->limited_servers && i < VIEW_SERVERS_TOLD; i++) {
		const struct view_server *server = &view->limited_told[i];
		const char *endpoint =
			render_endpoint(&server->address, server->port, name);

		if (i > 0)
			text_char(text, ',');
		text_quote_json(text, bytes_of_string(endpoint));
	}
	text_char(text, ']');
	key_number(text, "server_limited_scanned", view->limited_scanned);
	key_number(text, "server_limited_able", view->limited_able);
}

void render_json(
	const struct view *view, const struct render_options *options, struct text *text)
{
	(void)options;
	text_add(text, "{\"format\":\"" IMPACT_FORMAT "\"");
	key_version(text, "minimum", view->minimum);
	add_totals(text, "clients", view->clients, view->clients_by_verdict);
	add_totals(text, "handshakes", view->handshakes, view->handshakes_by_verdict);
	add_classes(text, view);
	add_limited(text, view);
	render_coverage_json(&view->coverage, view->runs, text);
	key_string(text, "by", view_by_name(view->by));
	text_add(text, view->rows_cut ? ",\"rows_cut\":true" : ",\"rows_cut\":false");
	text_add(text, ",\"rows\":[");
	for (size_t i = 0; i < view->row_count; i++) {
		text_add(text, i > 0 ? ",\n" : "\n");
		add_row(text, view, &view->rows[i]);
	}
	text_add(text, "]}\n");
}

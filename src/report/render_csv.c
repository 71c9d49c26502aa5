/* For spreadsheets: the rows, one a line, always the same columns. RFC 4180. */
#include "report/render.h"
#include "report/software.h"

static void field(struct text *text, const char *string)
{
	text_char(text, ',');
	if (string[0] != '\0')
		text_quote_csv(text, bytes_of_string(string));
}

static void field_strange(struct text *text, struct bytes all)
{
	text_char(text, ',');
	if (all.len > 0)
		text_quote_csv(text, all);
}

static void field_number(struct text *text, uint64_t value)
{
	text_char(text, ',');
	text_number(text, value);
}

void render_csv_hello(struct text *text, const struct hello *hello)
{
	char name[VERSION_TEXT_MAX];
	struct text software;

	text_char(text, ',');
	if (hello == NULL) {
		text_add(text, ",,");
		return;
	}
	text_add(text, "\"sha256:");
	text_hex(text, bytes_over(hello->digest, SHA256_LEN));
	text_char(text, '"');
	field(text, render_version(hello->max_version, name));
	text_init(&software, SOFTWARE_TEXT_MAX);
	software_of(hello, &software);
	field(text, text_string(&software));
	text_done(&software);
}

static void add_scan(struct text *text, const struct server_scan *scan)
{
	char moment[TIME_TEXT_MAX];
	struct text CLEANUP(text_done) versions;

	text_init(&versions, 256);
	if (scan == NULL) {
		text_add(text, ",,");
		return;
	}
	server_scan_versions(scan, &versions);
	field(text, text_string(&versions));
	field(text, time_text(scan->at, moment));
}

static void write_row(struct text *text, enum view_by by, const struct view_row *row)
{
	char name[ADDRESS_TEXT_MAX];
	bool detail = by == VIEW_DETAIL;

	text_add(text, IMPACT_FORMAT);
	field(text, detail || by == VIEW_CLIENT ? address_text(&row->client, name) : "");
	field(text, detail || by == VIEW_SERVER ? address_text(&row->server, name) : "");
	text_char(text, ',');
	if (detail || by == VIEW_SERVER)
		text_number(text, row->server_port);
	field_strange(text, row->server_name);
	render_csv_hello(text, row->hello);
	field(text, render_version(row->version, name));
	field_number(text, row->handshakes);
	for (int i = 0; i < VERDICT_COUNT; i++)
		field_number(text, row->by_verdict[i]);
	for (int i = CLASS_NONE + 1; i < CLASS_COUNT; i++)
		field_number(text, row->by_class[i]);
	field(text, time_text(row->first, name));
	field(text, time_text(row->last, name));
	field(text,
		detail && row->version == VERSION_NONE ? outcome_name(row->outcome) : "");
	add_scan(text, row->scan);
	field(text, row->owner == NULL ? "" : row->owner->name);
	text_add(text, "\r\n");
}

void render_csv(
	const struct view *view, const struct render_options *options, struct text *text)
{
	(void)options;
	text_add(text, "format,client,server,server_port,server_name,hello,offered_max,"
		       "software,version,handshakes,passes,breaks,unknown,"
		       "class_cannot,class_server_limited,class_fell_back,class_junk,"
		       "class_unknown,first,last,outcome,"
		       "server_accepts,server_scanned,owner\r\n");
	for (size_t i = 0; i < view->row_count; i++)
		write_row(text, view->by, &view->rows[i]);
}

/* For people: a headline, the classes, the rows, and how much was seen. */
#include "report/render.h"

#include "report/grid.h"
#include "report/owned.h"
#include "report/software.h"

#define TEXT_MAX 4096 /* of one cell or sentence before it is cut */

/* What each class means; %s is the minimum. In order of the table. */
static const struct class_line {
	enum handshake_class class;
	const char *meaning;
} class_lines[] = {
	{ CLASS_CANNOT, "offers nothing newer; must be updated, replaced or exempted" },
	{ CLASS_SERVER_LIMITED, "could do %s; " },
	{ CLASS_FELL_BACK, "offers %s too; retried lower after a failure" },
	{ CLASS_JUNK, "scanners and noise; not counted above" },
	{ CLASS_UNKNOWN, "too little was seen to say" },
};

static const char *minimum_short(const struct view *view)
{
	const char *name = version_name(view->minimum);
	const char *space = name == NULL ? NULL : strchr(name, ' ');

	return space == NULL ? "the minimum" : space + 1;
}

static void add_failing(const struct view *view, struct text *line)
{
	uint64_t unknown = view->clients_by_verdict[VERDICT_UNKNOWN];

	text_grouped(line, view->clients_by_verdict[VERDICT_BREAKS]);
	text_add(line, " of ");
	text_grouped(line, view->clients);
	text_add(line, view->clients == 1 ? " client" : " clients");
	text_add(line, " would fail (");
	render_share(line, view->handshakes_by_verdict[VERDICT_BREAKS], view->handshakes);
	text_add(line, " of handshakes); ");
	text_grouped(line, unknown);
	text_add(line, unknown == 1 ? " is unknown." : " are unknown.");
}

static void write_headline(const struct view *view, unsigned width, struct text *text)
{
	char name[VERSION_TEXT_MAX];
	struct text CLEANUP(text_done) line;

	text_init(&line, TEXT_MAX);
	text_format(
		&line, "If the minimum were %s: ", render_version(view->minimum, name));
	if (view_is_empty(view))
		text_add(&line, "no handshake in the store is one that was asked about.");
	else
		add_failing(view, &line);
	grid_sentence(text, text_string(&line), 0, 0, width);
	text_char(text, '\n');
}

static void write_limited(const struct view *view, struct text *text)
{
	char name[ENDPOINT_TEXT_MAX];
	uint64_t count = view->limited_servers;
	uint16_t able = (uint16_t)(~0u << version_rank(view->minimum));

	text_add(text, count == 1 ? "this server will not: " : "these ");
	if (count != 1) {
		text_grouped(text, count);
		text_add(text, " servers will not: ");
	}
	for (size_t i = 0; i < count && i < VIEW_SERVERS_TOLD; i++) {
		const struct view_server *server = &view->limited_told[i];

		text_add(text, i > 0 ? ", " : "");
		text_add(text, render_endpoint(&server->address, server->port, name));
		if (server->scan == NULL)
			continue;
		text_add(text, (server->scan->accepted & able) != 0 ? " (but " : " (");
		server_scan_tell(server->scan, view->minimum, text);
		text_add(text, ")");
	}
	if (count > VIEW_SERVERS_TOLD)
		text_add(text, ", …");
	if (view->limited_able > 0 && count > VIEW_SERVERS_TOLD) {
		text_add(text, "; by now ");
		text_grouped(text, view->limited_able);
		text_format(text, " of them accept%s it, as scanned",
			view->limited_able == 1 ? "s" : "");
	}
}

static void cell_meaning(
	struct grid *grid, const struct view *view, const struct class_line *line)
{
	const char *hole = strstr(line->meaning, "%s");
	struct bytes all = bytes_of_string(line->meaning);
	struct text meaning;

	text_init(&meaning, TEXT_MAX);
	if (hole == NULL) {
		text_bytes(&meaning, all);
	} else {
		text_bytes(&meaning, bytes_first(all, all.len - strlen(hole)));
		text_add(&meaning, minimum_short(view));
		text_add(&meaning, hole + 2);
	}
	if (line->class == CLASS_SERVER_LIMITED)
		write_limited(view, &meaning);
	grid_cell(grid, text_string(&meaning));
	text_done(&meaning);
}

static const struct grid_column class_columns[] = {
	{ .head = "class", .need = GRID_KEPT },
	{ .head = "clients", .need = GRID_KEPT, .number = true },
	{ .head = "handshakes", .need = GRID_KEPT, .number = true },
	{ .head = "what it means", .need = GRID_KEPT, .least = 20, .wraps = true },
};

static void write_classes(const struct view *view, unsigned width, struct text *text)
{
	struct grid CLEANUP(grid_done) grid;
	bool any = false;

	grid_init(&grid, 1 << 16);
	for (size_t i = 0; i < COUNT_OF(class_columns); i++)
		grid_column(&grid, &class_columns[i]);
	for (size_t i = 0; i < COUNT_OF(class_lines); i++) {
		const struct view_class *seen = &view->classes[class_lines[i].class];

		if (seen->handshakes == 0)
			continue;
		grid_cell(&grid, class_name(class_lines[i].class));
		grid_number(&grid, seen->clients);
		grid_number(&grid, seen->handshakes);
		cell_meaning(&grid, view, &class_lines[i]);
		any = true;
	}
	if (!any)
		return;
	text_char(text, '\n');
	grid_write(&grid, width, text);
}

static void cell_client(struct grid *grid, const struct view_row *row, time_ns now)
{
	char name[ADDRESS_TEXT_MAX];

	(void)now;
	grid_cell(grid, address_text(&row->client, name));
}

static void cell_server(struct grid *grid, const struct view_row *row, time_ns now)
{
	char name[ENDPOINT_TEXT_MAX];

	(void)now;
	grid_cell(grid, render_endpoint(&row->server, row->server_port, name));
}

/* Parentheses stand in no server name. */
static void cell_name(struct grid *grid, const struct view_row *row, time_ns now)
{
	struct bytes name = row->server_name;
	struct text CLEANUP(text_done) quoted;

	(void)now;
	text_init(&quoted, TEXT_MAX);
	text_quote_terminal(&quoted, bytes_first(name, TEXT_MAX / 4));
	grid_cell(grid, name.len == 0 ? "(none)" : text_string(&quoted));
}

static void cell_owner(struct grid *grid, const struct view_row *row, time_ns now)
{
	(void)now;
	owner_cell(grid, row->owner);
}

static void cell_hello(struct grid *grid, const struct view_row *row, time_ns now)
{
	struct text CLEANUP(text_done) digest;

	(void)now;
	text_init(&digest, TEXT_MAX);
	if (row->hello != NULL)
		text_hex(&digest, bytes_over(row->hello->digest, 8));
	grid_cell(grid, row->hello == NULL ? "not seen" : text_string(&digest));
}

static void cell_offer(struct grid *grid, const struct view_row *row, time_ns now)
{
	char name[VERSION_TEXT_MAX];
	struct text CLEANUP(text_done) all;

	(void)now;
	text_init(&all, TEXT_MAX);
	if (row->hello != NULL) {
		text_add(&all, "≤ ");
		text_add(&all, render_version(row->hello->max_version, name));
	}
	grid_cell(grid, text_string(&all));
}

/* The version agreed on, or what came in its place. */
static void cell_answer(struct grid *grid, const struct view_row *row, time_ns now)
{
	static const char *const in_its_place[OUTCOME_COUNT] = {
		[OUTCOME_COMPLETED] = "not seen",
		[OUTCOME_REFUSED] = "refused",
		[OUTCOME_RESET] = "reset",
		[OUTCOME_UNANSWERED] = "no answer",
		[OUTCOME_UNDECIDED] = "not seen",
	};
	char name[VERSION_TEXT_MAX];

	(void)now;
	grid_cell(grid, row->version == VERSION_NONE
				? in_its_place[row->outcome]
				: render_version(row->version, name));
}

static void cell_handshakes(struct grid *grid, const struct view_row *row, time_ns now)
{
	(void)now;
	grid_number(grid, row->handshakes);
}

static void cell_breaks(struct grid *grid, const struct view_row *row, time_ns now)
{
	(void)now;
	grid_number(grid, row->by_verdict[VERDICT_BREAKS]);
}

static void cell_unknown(struct grid *grid, const struct view_row *row, time_ns now)
{
	(void)now;
	grid_number(grid, row->by_verdict[VERDICT_UNKNOWN]);
}

static void cell_last(struct grid *grid, const struct view_row *row, time_ns now)
{
	char moment[TIME_TEXT_MAX];

	grid_cell(grid, time_text_ago(row->last, now, moment));
}

static void cell_scan(struct grid *grid, const struct view_row *row, time_ns now)
{
	char moment[TIME_TEXT_MAX];
	struct text CLEANUP(text_done) all;

	(void)now;
	text_init(&all, TEXT_MAX);
	if (row->scan != NULL) {
		server_scan_versions(row->scan, &all);
		text_format(&all, " (%.10s)", time_text(row->scan->at, moment));
	}
	grid_cell(grid, text_string(&all));
}

static void cell_software(struct grid *grid, const struct view_row *row, time_ns now)
{
	struct text CLEANUP(text_done) label;

	(void)now;
	text_init(&label, SOFTWARE_TEXT_MAX);
	software_of(row->hello, &label);
	grid_cell(grid, text_string(&label));
}

#define BY(subject) (1u << (VIEW_##subject))
#define TOTALS      (BY(CLIENT) | BY(SERVER) | BY(NAME) | BY(HELLO))

/* Who and with what result is always told. Of the rest, the moment is what one can best
 * do without; a name says much by its first part, and software by its own name. To add
 * one: a line here and a function above. In order of appearance. */
static const struct row_column {
	struct grid_column column;
	unsigned views; /* bits: BY() */
	void (*cell)(struct grid *grid, const struct view_row *row, time_ns now);
} row_columns[] = {
	{ { "client", GRID_KEPT, 0, false, false }, BY(DETAIL) | BY(CLIENT),
		cell_client },
	{ { "server", GRID_KEPT, 0, false, false }, BY(DETAIL) | BY(SERVER),
		cell_server },
	{ { "name", GRID_KEPT, 12, false, false }, BY(DETAIL) | BY(NAME), cell_name },
	{ { "owner", GRID_KEPT, 8, false, false },
		BY(DETAIL) | BY(CLIENT) | BY(SERVER) | BY(NAME), cell_owner },
	{ { "hello", GRID_KEPT, 0, false, false }, BY(HELLO), cell_hello },
	{ { "offers", GRID_KEPT, 0, false, false }, BY(DETAIL) | BY(HELLO), cell_offer },
	{ { "got", GRID_KEPT, 0, false, false }, BY(DETAIL), cell_answer },
	{ { "handshakes", 3, 0, true, false }, BY(DETAIL) | TOTALS, cell_handshakes },
	{ { "would fail", GRID_KEPT, 0, true, false }, TOTALS, cell_breaks },
	{ { "unknown", GRID_KEPT, 0, true, false }, TOTALS, cell_unknown },
	{ { "last seen", 1, 0, false, false }, BY(DETAIL) | TOTALS, cell_last },
	{ { "scanned", 1, 15, false, false }, BY(SERVER), cell_scan },
	{ { "likely software", 2, 15, false, false }, BY(DETAIL) | BY(HELLO),
		cell_software },
};

/* Where nothing was scanned, or no owners are known, no column says so. */
static bool has_column(const struct view *view, const struct row_column *column)
{
	bool wanted = (column->views & 1u << view->by) != 0;

	if (column->cell == cell_owner)
		return wanted && view->owned;
	if (column->cell != cell_scan)
		return wanted;
	for (size_t i = 0; i < view->row_count && wanted; i++)
		if (view->rows[i].scan != NULL)
			return true;
	return false;
}

static void fill_grid(
	const struct view *view, size_t limit, time_ns now, struct grid *grid)
{
	bool has[COUNT_OF(row_columns)];

	for (size_t i = 0; i < COUNT_OF(row_columns); i++) {
		has[i] = has_column(view, &row_columns[i]);
		if (has[i])
			grid_column(grid, &row_columns[i].column);
	}
	for (size_t row = 0; row < view->row_count && row < limit; row++)
		for (size_t i = 0; i < COUNT_OF(row_columns); i++)
			if (has[i])
				row_columns[i].cell(grid, &view->rows[row], now);
}

static void write_rows(
	const struct view *view, const struct render_options *options, struct text *text)
{
	size_t limit = options->limit == 0 ? view->row_count : options->limit;
	struct grid CLEANUP(grid_done) grid;

	grid_init(&grid, 1u << 30);
	if (view->row_count == 0)
		return;
	fill_grid(view, limit, options->now, &grid);
	text_char(text, '\n');
	grid_write(&grid, options->width, text);
	render_rows_left(text, view->row_count, limit);
	if (view->rows_cut)
		text_add(text, "  … and more than can be held; the totals count them\n");
	grid_left_out(&grid, options->width, text);
}

void render_text(
	const struct view *view, const struct render_options *options, struct text *text)
{
	write_headline(view, options->width, text);
	write_classes(view, options->width, text);
	write_rows(view, options, text);
	render_coverage_text(&view->coverage, view->runs, options->width, text);
}

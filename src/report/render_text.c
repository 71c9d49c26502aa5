/* For people: a headline, the classes, the rows, and how much was seen. */
#include "report/render.h"

#include "report/software.h"

#define COLUMNS_MAX 9
#define CELL_MAX    60   /* wider names are cut: a name may be 255 characters long */
#define TEXT_MAX    4096 /* of one cell before it is cut */

/* What each class means; %s is the minimum. In order of the table. */
static const struct class_line {
	enum handshake_class class;
	const char *meaning;
} class_lines[] = {
	{ CLASS_CANNOT, "offers nothing newer; must be updated, replaced or exempted" },
	{ CLASS_SERVER_LIMITED, "could do %s; " },
	{ CLASS_FELL_BACK, "usually does %s; retried lower after a failure" },
	{ CLASS_JUNK, "scanners and noise; not counted above" },
	{ CLASS_UNKNOWN, "too little was seen to say" },
};

/* How many columns of a terminal the text takes: its characters, for what stands in
 * cells is quoted and of single width but for East Asian names. */
static size_t columns_of(const char *text)
{
	size_t columns = 0;

	for (; *text != '\0'; text++)
		columns += ((uint8_t)*text & 0xc0) != 0x80;
	return columns;
}

/* At most `columns` characters, with an ellipsis in place of what is cut. */
static void add_cut(struct text *text, const char *cell, size_t columns)
{
	size_t have = columns_of(cell), at = 0;

	if (have <= columns) {
		text_add(text, cell);
		return;
	}
	for (size_t kept = 0; kept + 1 < columns; kept++)
		do
			at++;
		while (((uint8_t)cell[at] & 0xc0) == 0x80);
	text_bytes(text, bytes_over(cell, at));
	text_add(text, "…");
}

static void add_spaces(struct text *text, size_t n)
{
	while (n-- > 0)
		text_char(text, ' ');
}

/* A table under construction: cells as text, row after row. */
struct grid {
	struct text cells; /* each ends with a zero */
	size_t columns;
	size_t widths[COLUMNS_MAX];
	bool right[COLUMNS_MAX]; /* numbers */
	size_t count;
};

static void grid_cell(struct grid *grid, const char *cell)
{
	size_t at = grid->count++ % grid->columns;
	size_t width = columns_of(cell);

	if (width > CELL_MAX)
		width = CELL_MAX;
	if (width > grid->widths[at])
		grid->widths[at] = width;
	text_add(&grid->cells, cell);
	text_bytes(&grid->cells, bytes_over("", 1));
}

static void grid_number(struct grid *grid, uint64_t value)
{
	struct text CLEANUP(text_done) number;

	text_init(&number, TEXT_MAX);
	text_grouped(&number, value);
	grid_cell(grid, text_string(&number));
}

/* A server name; parentheses stand in none. */
static void cell_name(struct grid *grid, struct bytes all)
{
	struct text CLEANUP(text_done) quoted;

	text_init(&quoted, TEXT_MAX);
	text_quote_terminal(&quoted, bytes_first(all, TEXT_MAX / 4));
	grid_cell(grid, all.len == 0 ? "(none)" : text_string(&quoted));
}

/* Writes the grid, two spaces in front and two between. The last column takes what
 * the terminal leaves, and no row ends in spaces. */
static void grid_write(const struct grid *grid, unsigned width, struct text *text)
{
	const char *cell = text_string(&grid->cells);
	size_t used = 0;

	for (size_t i = 0; i < grid->count; i++, cell += strlen(cell) + 1) {
		size_t at = i % grid->columns;
		bool last = at + 1 == grid->columns;
		size_t room = grid->widths[at];
		size_t have = columns_of(cell) < room ? columns_of(cell) : room;

		if (at == 0)
			used = 0;
		if (last && width > used + 2 && room > width - used - 2)
			room = width - used - 2;
		if (have > 0 || !last) {
			add_spaces(text, 2 + (grid->right[at] ? room - have : 0));
			add_cut(text, cell, room);
			if (!last && !grid->right[at])
				add_spaces(text, room - have);
		}
		used += 2 + room;
		if (last)
			text_char(text, '\n');
	}
}

static const char *minimum_short(const struct view *view)
{
	const char *name = version_name(view->minimum);
	const char *space = name == NULL ? NULL : strchr(name, ' ');

	return space == NULL ? "the minimum" : space + 1;
}

/* "0.11 %": two digits, and never 0.00 for something nor 100.00 for not all. */
static void add_share(struct text *text, uint64_t part, uint64_t whole)
{
	double share = whole == 0 ? 0 : 100.0 * (double)part / (double)whole;

	if (part > 0 && share < 0.01)
		text_add(text, "under 0.01 %");
	else if (part < whole && share > 99.99)
		text_add(text, "over 99.99 %");
	else
		text_format(
			text, part == 0 || part == whole ? "%.0f %%" : "%.2f %%", share);
}

static void write_headline(const struct view *view, struct text *text)
{
	char name[VERSION_TEXT_MAX];
	uint64_t unknown = view->clients_by_verdict[VERDICT_UNKNOWN];

	text_format(
		text, "If the minimum were %s: ", render_version(view->minimum, name));
	text_grouped(text, view->clients_by_verdict[VERDICT_BREAKS]);
	text_add(text, " of ");
	text_grouped(text, view->clients);
	text_add(text, view->clients == 1 ? " client" : " clients");
	text_add(text, " would fail (");
	add_share(text, view->handshakes_by_verdict[VERDICT_BREAKS], view->handshakes);
	text_add(text, " of handshakes); ");
	text_grouped(text, unknown);
	text_add(text, unknown == 1 ? " is unknown.\n" : " are unknown.\n");
}

static void write_limited(const struct view *view, struct text *text)
{
	char name[ENDPOINT_TEXT_MAX];
	uint64_t count = view->limited_servers;

	text_add(text, count == 1 ? "this server will not: " : "these ");
	if (count != 1) {
		text_grouped(text, count);
		text_add(text, " servers will not: ");
	}
	for (size_t i = 0; i < count && i < VIEW_SERVERS_TOLD; i++) {
		const struct view_server *server = &view->limited_told[i];

		text_add(text, i > 0 ? ", " : "");
		text_add(text, render_endpoint(&server->address, server->port, name));
	}
	if (count > VIEW_SERVERS_TOLD)
		text_add(text, ", …");
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

static void write_classes(
	const struct view *view, const struct render_options *options, struct text *text)
{
	struct grid grid = { .columns = 4, .right = { false, true, true } };

	text_init(&grid.cells, 1 << 16);
	grid_cell(&grid, "class");
	grid_cell(&grid, "clients");
	grid_cell(&grid, "handshakes");
	grid_cell(&grid, "what it means");
	for (size_t i = 0; i < COUNT_OF(class_lines); i++) {
		const struct view_class *seen = &view->classes[class_lines[i].class];

		if (seen->handshakes == 0)
			continue;
		grid_cell(&grid, class_name(class_lines[i].class));
		grid_number(&grid, seen->clients);
		grid_number(&grid, seen->handshakes);
		cell_meaning(&grid, view, &class_lines[i]);
	}
	grid.widths[3] = 200; /* the meaning is cut by the terminal alone */
	if (grid.count > grid.columns) {
		text_char(text, '\n');
		grid_write(&grid, options->width, text);
	}
	text_done(&grid.cells);
}

static void cell_offer(struct grid *grid, const struct hello *hello)
{
	char name[VERSION_TEXT_MAX];
	struct text CLEANUP(text_done) all;

	text_init(&all, TEXT_MAX);
	if (hello != NULL) {
		text_add(&all, "≤ ");
		text_add(&all, render_version(hello->max_version, name));
	}
	grid_cell(grid, text_string(&all));
}

/* The version agreed on, or what came in its place. */
static void cell_answer(struct grid *grid, const struct view_row *row)
{
	static const char *const in_its_place[OUTCOME_COUNT] = {
		[OUTCOME_COMPLETED] = "not seen",
		[OUTCOME_REFUSED] = "refused",
		[OUTCOME_RESET] = "reset",
		[OUTCOME_UNANSWERED] = "no answer",
		[OUTCOME_UNDECIDED] = "not seen",
	};
	char name[VERSION_TEXT_MAX];

	grid_cell(grid, row->version == VERSION_NONE
				? in_its_place[row->outcome]
				: render_version(row->version, name));
}

static void cell_hello(struct grid *grid, const struct hello *hello)
{
	struct text CLEANUP(text_done) digest;

	text_init(&digest, TEXT_MAX);
	if (hello != NULL)
		text_hex(&digest, bytes_over(hello->digest, 8));
	grid_cell(grid, hello == NULL ? "not seen" : text_string(&digest));
}

static void cells_of_subject(
	struct grid *grid, enum view_by by, const struct view_row *row)
{
	char name[ENDPOINT_TEXT_MAX];

	if (by == VIEW_DETAIL || by == VIEW_CLIENT)
		grid_cell(grid, address_text(&row->client, name));
	if (by == VIEW_DETAIL || by == VIEW_SERVER)
		grid_cell(grid, render_endpoint(&row->server, row->server_port, name));
	if (by == VIEW_DETAIL || by == VIEW_NAME)
		cell_name(grid, row->server_name);
	if (by == VIEW_HELLO)
		cell_hello(grid, row->hello);
	if (by == VIEW_DETAIL || by == VIEW_HELLO)
		cell_offer(grid, row->hello);
	if (by == VIEW_DETAIL)
		cell_answer(grid, row);
}

static void cell_software(struct grid *grid, const struct hello *hello)
{
	struct text CLEANUP(text_done) label;

	text_init(&label, SOFTWARE_TEXT_MAX);
	software_of(hello, &label);
	grid_cell(grid, text_string(&label));
}

static void cells_of_row(
	struct grid *grid, enum view_by by, const struct view_row *row, time_ns now)
{
	char moment[TIME_TEXT_MAX];

	cells_of_subject(grid, by, row);
	grid_number(grid, row->handshakes);
	if (by != VIEW_DETAIL) {
		grid_number(grid, row->by_verdict[VERDICT_BREAKS]);
		grid_number(grid, row->by_verdict[VERDICT_UNKNOWN]);
	}
	grid_cell(grid, time_text_ago(row->last, now, moment));
	if (by == VIEW_DETAIL || by == VIEW_HELLO)
		cell_software(grid, row->hello);
}

/* The heads of the columns of each kind of row; as cells_of_row() fills them. */
static const struct heads {
	const char *heads[COLUMNS_MAX];
	size_t first_number;
	size_t numbers;
} heads[VIEW_BY_COUNT] = {
	[VIEW_DETAIL] = { { "client", "server", "name", "offers", "got", "handshakes",
				  "last seen", "likely software" },
		5, 1 },
	[VIEW_CLIENT] = { { "client", "handshakes", "would fail", "unknown",
				  "last seen" },
		1, 3 },
	[VIEW_SERVER] = { { "server", "handshakes", "would fail", "unknown",
				  "last seen" },
		1, 3 },
	[VIEW_NAME] = { { "name", "handshakes", "would fail", "unknown", "last seen" }, 1,
		3 },
	[VIEW_HELLO] = { { "hello", "offers", "handshakes", "would fail", "unknown",
				 "last seen", "likely software" },
		2, 3 },
};

static void write_rows(
	const struct view *view, const struct render_options *options, struct text *text)
{
	const struct heads *head = &heads[view->by];
	size_t limit = options->limit == 0 ? view->row_count : options->limit;
	struct grid grid = { .columns = 0 };

	if (view->row_count == 0)
		return;
	text_init(&grid.cells, 1u << 30);
	while (head->heads[grid.columns] != NULL)
		grid.columns++;
	for (size_t i = 0; i < grid.columns; i++) {
		grid.right[i] =
			i >= head->first_number && i < head->first_number + head->numbers;
		grid_cell(&grid, head->heads[i]);
	}
	for (size_t i = 0; i < view->row_count && i < limit; i++)
		cells_of_row(&grid, view->by, &view->rows[i], options->now);
	text_char(text, '\n');
	grid_write(&grid, options->width, text);
	text_done(&grid.cells);
	if (view->row_count > limit) {
		text_add(text, "  … and ");
		text_grouped(text, view->row_count - limit);
		text_add(text, " more; --limit 0 shows all\n");
	}
	if (view->rows_cut)
		text_add(text, "  … and more than can be held; the totals count them\n");
}

/* What was lost, a line for each reason that happened. */
static void write_losses(const struct coverage *coverage, struct text *text)
{
	const size_t first_loss = offsetof(struct coverage, hello_cut);

	for (size_t i = 0; i < coverage_counter_count; i++) {
		if (coverage_counters[i].offset < first_loss ||
			coverage_get(coverage, i) == 0)
			continue;
		text_add(text, "  ");
		coverage_tell(coverage, i, text);
		text_char(text, '\n');
	}
}

static void write_coverage(const struct view *view, struct text *text)
{
	const struct coverage *coverage = &view->coverage;

	if (view->runs == 0)
		return;
	text_add(text, "\nSeen: ");
	add_share(text, coverage->both_hellos, coverage->handshakes);
	text_add(text, " of ");
	text_grouped(text, coverage->handshakes);
	text_add(text, " handshakes with both hellos, ");
	add_share(text, coverage->client_only, coverage->handshakes);
	text_add(text, " with the client's only, ");
	add_share(text, coverage->server_only, coverage->handshakes);
	text_add(text, " with the server's only.\n");
	write_losses(coverage, text);
}

void render_text(
	const struct view *view, const struct render_options *options, struct text *text)
{
	write_headline(view, text);
	write_classes(view, options, text);
	write_rows(view, options, text);
	write_coverage(view, text);
}

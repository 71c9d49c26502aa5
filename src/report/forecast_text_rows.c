/* Clients, servers or names of a forecast, for people. */
#include "report/grid.h"
#include "report/owned.h"
#include "report/render_forecast.h"
#include "report/software.h"

#define TEXT_MAX 4096 /* of one cell or sentence before it is cut */
#define GRID_MAX (1u << 30)

#define REASONS_TOLD 2 /* of a row; how many more there are is told */

static void cell_subject(
	struct grid *grid, enum view_by by, const struct forecast_row *row)
{
	char name[ENDPOINT_TEXT_MAX];
	struct text CLEANUP(text_done) quoted;

	text_init(&quoted, TEXT_MAX);
	if (by == VIEW_CLIENT)
		text_add(&quoted, address_text(&row->address, name));
	else if (by == VIEW_SERVER)
		text_add(&quoted, render_endpoint(&row->address, row->port, name));
	else if (row->name.len == 0)
		text_add(&quoted, "(none)"); /* no parentheses stand in a name */
	else
		text_quote_terminal(&quoted, bytes_first(row->name, TEXT_MAX / 4));
	grid_cell(grid, text_string(&quoted));
}

/* "TLS 1.3, TLS 1.2": what the client would get. */
static void cell_versions(struct grid *grid, const struct forecast_row *row)
{
	uint16_t versions[FORECAST_VERSIONS_MAX];
	size_t count = forecast_row_versions(row, 0, versions);
	char name[VERSION_TEXT_MAX];
	struct text CLEANUP(text_done) cell;

	text_init(&cell, TEXT_MAX);
	for (size_t i = 0; i < count; i++)
		text_format(&cell, "%s%s", i > 0 ? ", " : "",
			render_version(versions[i], name));
	grid_cell(grid, text_string(&cell));
}

static void cell_reasons(struct grid *grid, const struct forecast *forecast,
	const struct forecast_row *row)
{
	struct forecast_reason reasons[FORECAST_ROW_REASONS_MAX];
	size_t count = forecast_row_reasons(forecast, row, 0, reasons);
	struct text CLEANUP(text_done) cell;

	text_init(&cell, TEXT_MAX);
	for (size_t i = 0; i < count && i < REASONS_TOLD; i++)
		text_format(&cell, "%s%s", i > 0 ? "; " : "", reasons[i].text);
	if (count > REASONS_TOLD)
		text_format(&cell, "; and %zu more", count - REASONS_TOLD);
	grid_cell(grid, text_string(&cell));
}

/* Of what breaks most, else of what is said most. */
static void cell_software(struct grid *grid, const struct forecast_row *row)
{
	const struct hello *hello = NULL;
	struct text CLEANUP(text_done) label = { 0 };

	for (size_t i = 0; i < row->part_count; i++) {
		const struct forecast_hello *said = row->parts[i].hello;

		if (said == NULL)
			continue;
		if (hello == NULL)
			hello = said->hello;
		if (said->predictions[0].verdict == VERDICT_BREAKS) {
			hello = said->hello;
			break;
		}
	}
	text_init(&label, SOFTWARE_TEXT_MAX);
	software_of(hello, &label);
	grid_cell(grid, text_string(&label));
}

static const struct grid_column columns[] = {
	[VIEW_CLIENT] = { "client", GRID_KEPT, 0, false, false },
	[VIEW_SERVER] = { "server", GRID_KEPT, 0, false, false },
	[VIEW_NAME] = { "name", GRID_KEPT, 20, false, false },
};

static const struct grid_column owner_column = { "owner", GRID_KEPT, 8, false, false };

enum row_cell {
	CELL_CLIENTS,
	CELL_HANDSHAKES,
	CELL_BREAKS,
	CELL_UNKNOWN,
	CELL_LAST,
	CELL_VERSIONS,
	CELL_SOFTWARE,
	CELL_REASONS,
};

#define BY(subject) (1u << (VIEW_##subject))
#define MANY        (BY(SERVER) | BY(NAME))

/* Of a client what fails are handshakes, of a server or name clients. In order of
 * appearance. */
static const struct row_column {
	struct grid_column column;
	unsigned views; /* bits: BY() */
	enum row_cell cell;
} row_columns[] = {
	{ { "handshakes", 3, 0, true, false }, BY(CLIENT), CELL_HANDSHAKES },
	{ { "clients", GRID_KEPT, 0, true, false }, MANY, CELL_CLIENTS },
	{ { "would fail", GRID_KEPT, 0, true, false }, BY(CLIENT) | MANY, CELL_BREAKS },
	{ { "unknown", GRID_KEPT, 0, true, false }, BY(CLIENT) | MANY, CELL_UNKNOWN },
	{ { "handshakes", 3, 0, true, false }, MANY, CELL_HANDSHAKES },
	{ { "as", 4, 0, false, false }, BY(CLIENT), CELL_VERSIONS },
	{ { "last seen", 1, 0, false, false }, BY(CLIENT) | MANY, CELL_LAST },
	{ { "likely software", 2, 15, false, false }, BY(CLIENT), CELL_SOFTWARE },
	{ { "reason", GRID_KEPT, 20, false, true }, BY(CLIENT) | MANY, CELL_REASONS },
};

static void write_cell(struct grid *grid, const struct forecast *forecast,
	const struct forecast_row *row, enum row_cell cell, time_ns now)
{
	const uint64_t *verdicts = forecast->by == VIEW_CLIENT
					   ? row->handshakes_by_verdict[0]
					   : row->clients_by_verdict[0];
	char moment[TIME_TEXT_MAX];

	switch (cell) {
	case CELL_CLIENTS:
		grid_number(grid, row->clients);
		break;
	case CELL_HANDSHAKES:
		grid_number(grid, row->handshakes);
		break;
	case CELL_BREAKS:
		grid_number(grid, verdicts[VERDICT_BREAKS]);
		break;
	case CELL_UNKNOWN:
		grid_number(grid, verdicts[VERDICT_UNKNOWN]);
		break;
	case CELL_LAST:
		grid_cell(grid, time_text_ago(row->last, now, moment));
		break;
	case CELL_VERSIONS:
		cell_versions(grid, row);
		break;
	case CELL_SOFTWARE:
		cell_software(grid, row);
		break;
	case CELL_REASONS:
		cell_reasons(grid, forecast, row);
		break;
	}
}

static void fill_rows(
	const struct forecast *forecast, size_t limit, time_ns now, struct grid *grid)
{
	const unsigned by = 1u << forecast->by;

	grid_column(grid, &columns[forecast->by]);
	if (forecast->owned)
		grid_column(grid, &owner_column);
	for (size_t i = 0; i < COUNT_OF(row_columns); i++)
		if ((row_columns[i].views & by) != 0)
			grid_column(grid, &row_columns[i].column);
	for (size_t i = 0; i < forecast->row_count && i < limit; i++) {
		cell_subject(grid, forecast->by, &forecast->rows[i]);
		if (forecast->owned)
			owner_cell(grid, forecast->rows[i].owner);
		for (size_t j = 0; j < COUNT_OF(row_columns); j++)
			if ((row_columns[j].views & by) != 0)
				write_cell(grid, forecast, &forecast->rows[i],
					row_columns[j].cell, now);
	}
}

/* Of a client a word, of a server or name how many clients would fail. */
static void cell_fate(struct grid *grid, const struct forecast *forecast,
	const struct forecast_row *row, size_t policy)
{
	const uint64_t *clients = row->clients_by_verdict[policy];
	uint16_t versions[FORECAST_VERSIONS_MAX];
	size_t count = forecast_row_versions(row, policy, versions);
	char name[VERSION_TEXT_MAX];

	if (forecast->by != VIEW_CLIENT)
		grid_number(grid, clients[VERDICT_BREAKS]);
	else if (clients[VERDICT_PASSES] > 0 && count > 0)
		grid_cell(grid, render_version(versions[count - 1], name));
	else
		grid_cell(grid,
			verdict_name(clients[VERDICT_BREAKS] > 0 ? VERDICT_BREAKS
								 : VERDICT_UNKNOWN));
}

static void fill_fates(const struct forecast *forecast, size_t limit,
	struct grid_column heads[FORECAST_POLICIES_MAX], struct grid *grid)
{
	static const struct grid_column clients = { "clients", 3, 0, true, false };
	bool many = forecast->by != VIEW_CLIENT;

	grid_column(grid, &columns[forecast->by]);
	if (forecast->owned)
		grid_column(grid, &owner_column);
	if (many)
		grid_column(grid, &clients);
	for (size_t i = 0; i < forecast->policy_count; i++) {
		heads[i] =
			(struct grid_column){ forecast->policies[i].profile->policy->name,
				GRID_KEPT, 0, many, false };
		grid_column(grid, &heads[i]);
	}
	for (size_t i = 0; i < forecast->row_count && i < limit; i++) {
		const struct forecast_row *row = &forecast->rows[i];

		cell_subject(grid, forecast->by, row);
		if (forecast->owned)
			owner_cell(grid, row->owner);
		if (many)
			grid_number(grid, row->clients);
		for (size_t j = 0; j < forecast->policy_count; j++)
			cell_fate(grid, forecast, row, j);
	}
}

void forecast_text_rows(const struct forecast *forecast,
	const struct render_options *options, struct text *text)
{
	size_t limit = options->limit == 0 ? forecast->row_count : options->limit;
	struct grid_column heads[FORECAST_POLICIES_MAX];
	struct grid CLEANUP(grid_done) grid;

	grid_init(&grid, GRID_MAX);
	if (forecast->policy_count > 1) {
		text_add(text, forecast->by == VIEW_CLIENT
				       ? "The least that each client would get:\n"
				       : "Clients that would fail:\n");
		fill_fates(forecast, limit, heads, &grid);
	} else {
		forecast_text_headline(forecast, options->width, text);
		fill_rows(forecast, limit, options->now, &grid);
	}
	text_char(text, '\n');
	if (forecast->row_count > 0)
		grid_write(&grid, options->width, text);
	render_rows_left(text, forecast->row_count, limit);
	if (forecast->rows_cut)
		text_add(text, "  … and more than can be held; the totals count them\n");
	grid_left_out(&grid, options->width, text);
	render_coverage_text(&forecast->coverage, forecast->runs, options->width, text);
}

#include "report/grid.h"

#define GAP     "  " /* in front of every column */
#define GAP_LEN 2

/* How many columns of a terminal the bytes take: their characters, for what stands in
 * cells is quoted and of single width but for East Asian names. */
static size_t columns_of(struct bytes all)
{
	size_t columns = 0;

	for (size_t i = 0; i < all.len; i++)
		columns += (all.at[i] & 0xc0) != 0x80;
	return columns;
}

static size_t columns_of_cell(const char *cell)
{
	return columns_of(bytes_of_string(cell));
}

/* At most `columns` characters, with an ellipsis in place of what is cut. */
static void add_cut(struct text *text, const char *cell, size_t columns)
{
	size_t at = 0;

	if (columns_of_cell(cell) <= columns) {
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

/* The next word; a figure and its % are not parted. */
static size_t word_len(const char *sentence)
{
	size_t len = strcspn(sentence, " ");

	if (strncmp(sentence + len, " %", 2) == 0)
		len += 1 + strcspn(sentence + len + 1, " ");
	return len;
}

void grid_sentence(
	struct text *text, const char *sentence, size_t at, size_t indent, unsigned width)
{
	bool first = true; /* of its line */

	while (*sentence != '\0') {
		struct bytes word = bytes_over(sentence, word_len(sentence));
		size_t columns = columns_of(word);

		if (width > 0 && !first && at + 1 + columns > width) {
			text_char(text, '\n');
			add_spaces(text, indent);
			at = indent;
			first = true;
		}
		if (!first)
			text_char(text, ' ');
		text_bytes(text, word);
		at += columns + !first;
		first = false;
		sentence += word.len;
		sentence += *sentence == ' ';
	}
}

void grid_init(struct grid *grid, size_t room)
{
	*grid = (struct grid){ 0 };
	text_init(&grid->cells, room);
}

void grid_done(struct grid *grid)
{
	text_done(&grid->cells);
}

void grid_column(struct grid *grid, const struct grid_column *column)
{
	grid->columns[grid->column_count] = column;
	grid->widest[grid->column_count++] = columns_of_cell(column->head);
}

void grid_cell(struct grid *grid, const char *cell)
{
	size_t column = grid->count % grid->column_count;
	size_t width = columns_of_cell(cell);

	if (width > GRID_CELL_MAX && !grid->columns[column]->wraps)
		width = GRID_CELL_MAX;
	if (width > grid->widest[column])
		grid->widest[column] = width;
	text_add(&grid->cells, cell);
	text_char(&grid->cells, '\0');
	grid->count += text_end(&grid->cells) == ERR_OK;
}

void grid_number(struct grid *grid, uint64_t value)
{
	struct text CLEANUP(text_done) number;

	text_init(&number, 32);
	text_grouped(&number, value);
	grid_cell(grid, text_string(&number));
}

/* Of the columns that are there, the one that is needed least; past the last if all are
 * kept. */
static size_t least_needed(const struct grid *grid, const size_t widths[])
{
	size_t found = grid->column_count;
	uint8_t need = GRID_KEPT;

	for (size_t i = 0; i < grid->column_count; i++) {
		if (widths[i] == 0 || grid->columns[i]->need >= need)
			continue;
		need = grid->columns[i]->need;
		found = i;
	}
	return found;
}

static size_t sum_of(const struct grid *grid, const size_t widths[])
{
	size_t sum = 0;

	for (size_t i = 0; i < grid->column_count; i++)
		sum += widths[i] > 0 ? GAP_LEN + widths[i] : 0;
	return sum;
}

/* What the narrowest form of the columns that have a place leaves of the terminal goes to
 * them from the left. */
static void widen(const struct grid *grid, unsigned width, size_t ret[])
{
	size_t sum = sum_of(grid, ret);

	for (size_t i = 0; i < grid->column_count && sum < width; i++) {
		size_t more = ret[i] == 0 ? 0 : grid->widest[i] - ret[i];

		more = more > width - sum ? width - sum : more;
		ret[i] += more;
		sum += more;
	}
}

/* How wide each column is to be; 0: left out. */
static void fit(const struct grid *grid, unsigned width, size_t ret[])
{
	size_t out;

	for (size_t i = 0; i < grid->column_count; i++) {
		size_t least = grid->columns[i]->least;
		bool cut = width > 0 && least > 0 && least < grid->widest[i];

		ret[i] = cut ? least : grid->widest[i];
	}
	while (width > 0 && sum_of(grid, ret) > width &&
		(out = least_needed(grid, ret)) < grid->column_count)
		ret[out] = 0;
	widen(grid, width, ret);
}

/* The columns of the part of a table that goes on with column `from`: the first, which
 * says whose row it is, and those that have room, one at least. Answers where the next
 * part goes on. */
static size_t part_from(const struct grid *grid, const size_t widths[], size_t from,
	unsigned width, size_t ret[])
{
	size_t sum = GAP_LEN + widths[0];
	bool any = false;

	memset(ret, 0, GRID_COLUMNS_MAX * sizeof *ret);
	ret[0] = widths[0];
	for (; from < grid->column_count; from++) {
		if (widths[from] == 0)
			continue;
		sum += GAP_LEN + widths[from];
		if (any && width > 0 && sum > width)
			break;
		ret[from] = widths[from];
		any = true;
	}
	widen(grid, width, ret);
	return from;
}

/* cells: of one row; answers those of the next. NULL: the heads. */
static const char *write_row(const struct grid *grid, const size_t widths[],
	const char *cells, struct text *text)
{
	size_t at = 0;
	size_t owed = 0; /* spaces: no line ends in them */

	for (size_t i = 0; i < grid->column_count; i++) {
		const struct grid_column *column = grid->columns[i];
		const char *cell = cells == NULL ? column->head : cells;
		size_t room = widths[i];
		size_t have = columns_of_cell(cell) < room ? columns_of_cell(cell) : room;
		size_t before = column->number ? room - have : 0;

		if (cells != NULL)
			cells += strlen(cells) + 1;
		if (room == 0)
			continue;
		at += GAP_LEN;
		owed += GAP_LEN;
		if (have > 0) {
			add_spaces(text, owed + before);
			if (column->wraps)
				grid_sentence(text, cell, at, at, (unsigned)(at + room));
			else
				add_cut(text, cell, room);
			owed = 0;
		}
		owed += have > 0 ? room - have - before : room;
		at += room;
	}
	text_char(text, '\n');
	return cells;
}

static void write_part(const struct grid *grid, const size_t widths[], struct text *text)
{
	const char *cells = text_string(&grid->cells);

	(void)write_row(grid, widths, NULL, text);
	for (size_t i = grid->count / grid->column_count; i > 0; i--)
		cells = write_row(grid, widths, cells, text);
}

void grid_write(const struct grid *grid, unsigned width, struct text *text)
{
	size_t widths[GRID_COLUMNS_MAX];
	size_t part[GRID_COLUMNS_MAX];
	size_t from = 1;

	fit(grid, width, widths);
	do {
		if (from > 1)
			text_char(text, '\n');
		from = part_from(grid, widths, from, width, part);
		write_part(grid, part, text);
	} while (from < grid->column_count);
	if (text_end(&grid->cells) != ERR_OK)
		text_add(text, GAP "… and more than can be held\n");
}

void grid_left_out(const struct grid *grid, unsigned width, struct text *text)
{
	size_t widths[GRID_COLUMNS_MAX];
	struct text CLEANUP(text_done) sentence;

	text_init(&sentence, 1024);
	fit(grid, width, widths);
	for (size_t i = 0; i < grid->column_count; i++)
		if (widths[i] == 0)
			text_format(&sentence, "%s%s",
				text_len(&sentence) == 0 ? "no room for: " : ", ",
				grid->columns[i]->head);
	if (text_len(&sentence) == 0)
		return;
	text_add(text, GAP);
	grid_sentence(text, text_string(&sentence), GAP_LEN, GAP_LEN, width);
	text_char(text, '\n');
}

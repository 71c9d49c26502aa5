/*
 * grid - tables and sentences that fit a terminal.
 *
 * A grid keeps its cells until it is written, for a column is as wide as its widest cell.
 * Where the terminal is narrower, columns that are needed least are left out
 * whole; then those that may be cut are cut, with an ellipsis. What may be neither is
 * always there, however narrow the terminal is: what still has no room stands in another
 * table below, which begins with the first column again.
 *
 * A width is in columns of the terminal; 0 is as wide as need be.
 */
#ifndef REPORT_GRID_H
#define REPORT_GRID_H

#include <stdbool.h>

#include "base/text.h"

#define GRID_COLUMNS_MAX 20

/* Wider cells are cut even where the width is not told: a name may be 255 characters
 * long, and would push all else off the screen. */
#define GRID_CELL_MAX 60

#define GRID_KEPT UINT8_MAX /* a need: never left out */

struct grid_column {
	const char *head;
	uint8_t need;  /* the lowest is left out first */
	uint8_t least; /* may be cut to so many characters; 0: is not cut */
	bool number;   /* stands to the right */
	bool wraps;    /* goes on in the lines below; only the last column may */
};

struct grid {
	struct text cells; /* members are for grid.c alone; each ends with a zero */
	const struct grid_column *columns[GRID_COLUMNS_MAX];
	size_t widest[GRID_COLUMNS_MAX];
	size_t column_count;
	size_t count;
};

/* room: in bytes, of all cells together. */
void grid_init(struct grid *grid, size_t room);
void grid_done(struct grid *grid);

/* All columns first, borrowed; then cells, row after row. */
void grid_column(struct grid *grid, const struct grid_column *column);
void grid_cell(struct grid *grid, const char *cell);
void grid_number(struct grid *grid, uint64_t value);

void grid_write(const struct grid *grid, unsigned width, struct text *text);

/* A line that says which columns had no room; nothing if all had. */
void grid_left_out(const struct grid *grid, unsigned width, struct text *text);

/* A sentence, broken between words; `at` columns of the first line are taken, and the
 * lines after it begin at `indent`. */
void grid_sentence(struct text *text, const char *sentence, size_t at, size_t indent,
	unsigned width);

#endif

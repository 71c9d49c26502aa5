/*
 * positions - where the bytes of a text stand: their lines and columns, and how many
 * units of UTF-16 are in front of them.
 *
 * All of it is counted once, and kept for the start of each block: what is asked then
 * takes no longer than a block, in a file of one line too. Pure.
 *
 * tests: tests/unit/audit/test_positions.c
 */
#ifndef AUDIT_POSITIONS_H
#define AUDIT_POSITIONS_H

#include "base/arena.h"
#include "base/err.h"

struct position_mark {
	uint32_t lines;      /* ended before the block */
	uint32_t line_start; /* of the line that goes on in it */
	uint32_t characters;
	uint32_t units; /* of UTF-16 */
};

struct positions {
	struct bytes text;                 /* borrowed */
	const struct position_mark *marks; /* the arena's */
};

/* ERR_MEMORY; ERR_LIMIT: of 4 GB. */
MUST_USE enum err positions_of(
	struct bytes text, struct arena *arena, struct positions *ret);

/* Of a byte, or of the text's end. Lines and columns are from 1, columns in characters.
 */
uint32_t positions_line(const struct positions *positions, size_t at);
uint32_t positions_column(const struct positions *positions, size_t at);

/* Where the line of the byte begins. */
size_t positions_line_start(const struct positions *positions, size_t at);

/* Units of UTF-16 before the byte. */
size_t positions_units(const struct positions *positions, size_t at);

#endif

/*
 * chunks - bytes dealt out in pieces of sizes that a seed decides, and numbers from
 * the same seed, for targets whose property is that pieces do not matter.
 */
#ifndef TESTS_FUZZ_CHUNKS_H
#define TESTS_FUZZ_CHUNKS_H

#include "base/bytes.h"

struct chunks {
	struct bytes rest;
	uint32_t state;
};

/* A number under `below`. */
static inline uint32_t chunks_number(struct chunks *chunks, uint32_t below)
{
	chunks->state = chunks->state * 1664525 + 1013904223;
	return (chunks->state >> 8) % below;
}

/* The next piece, of one byte at least; empty when there is no more. */
static inline struct bytes chunks_next(struct chunks *chunks)
{
	uint32_t most = chunks_number(chunks, 4) == 0 ? 2000 : 12;
	struct bytes piece = bytes_first(chunks->rest, 1 + chunks_number(chunks, most));

	chunks->rest = bytes_after(chunks->rest, piece.len);
	return piece;
}

#endif

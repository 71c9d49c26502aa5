/*
 * pieces - joins pieces of bytes that arrive with their offset, in any order,
 * twice and overlapping, for DTLS fragments and QUIC CRYPTO frames.
 *
 * Of two pieces that disagree the one put first counts. Memory is heap, as much
 * as the farthest piece needs; pieces_done() gives it back.
 */
#ifndef TLS_PIECES_H
#define TLS_PIECES_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

/* Runs apart from each other that are kept. Chromium deals a hello into some
 * twenty frames out of order, over two packets. */
#define PIECES_SPANS_MAX 48

struct pieces_span {
	uint32_t from; /* first byte that is there */
	uint32_t to;   /* first byte after it that is not */
};

struct pieces {
	uint8_t *memory; /* members are for pieces.c alone */
	uint32_t room;
	uint32_t span_count;
	struct pieces_span spans[PIECES_SPANS_MAX]; /* in order, never touching */
};

/* Puts some at offset; all zero is nothing yet. ERR_LIMIT: it would reach past
 * ceiling, or leave too many runs. ERR_MEMORY. What was there stays as it was. */
MUST_USE enum err pieces_put(
        struct pieces *pieces, uint64_t offset, struct bytes some, uint32_t ceiling);

/* What is there from offset 0 without a gap; borrowed until the next put. */
struct bytes pieces_run(const struct pieces *pieces);

void pieces_done(struct pieces *pieces);

#endif

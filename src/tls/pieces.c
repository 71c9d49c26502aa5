#include "tls/pieces.h"

#include <stdlib.h>

#define ROOM_MIN 1024 /* most hellos fit */

static enum err grow(struct pieces *pieces, uint32_t need, uint32_t ceiling)
{
	uint32_t room = pieces->room < ROOM_MIN / 2 ? ROOM_MIN : pieces->room * 2;

	if (need <= pieces->room)
		return ERR_OK;
	if (room < need)
		room = need;
	if (room > ceiling)
		room = ceiling;

	uint8_t *memory = realloc(pieces->memory, room);
	if (memory == NULL)
		return ERR_MEMORY;
	pieces->memory = memory;
	pieces->room = room;
	return ERR_OK;
}

/* Copies of the piece only what no span covers, so that what came first stays. */
static void fill_gaps(struct pieces *pieces, struct pieces_span piece, const uint8_t *at)
{
	uint32_t from = piece.from;

	for (uint32_t i = 0; i <= pieces->span_count && from < piece.to; i++) {
		bool last = i == pieces->span_count;
		uint32_t gap_end = last ? piece.to : pieces->spans[i].from;

		if (gap_end > piece.to)
			gap_end = piece.to;
		if (gap_end > from)
			memcpy(pieces->memory + from, at + (from - piece.from),
			        gap_end - from);
		if (!last && pieces->spans[i].to > from)
			from = pieces->spans[i].to;
	}
}

/* The spans that piece touches are [*ret_first, *ret_last). */
static void find_touched(const struct pieces *pieces, struct pieces_span piece,
        uint32_t *ret_first, uint32_t *ret_last)
{
	uint32_t first = 0;
	uint32_t last;

	while (first < pieces->span_count && pieces->spans[first].to < piece.from)
		first++;
	last = first;
	while (last < pieces->span_count && pieces->spans[last].from <= piece.to)
		last++;
	*ret_first = first;
	*ret_last = last;
}

/* Replaces the touched spans by one that covers them and the piece. */
static void merge(
        struct pieces *pieces, struct pieces_span piece, uint32_t first, uint32_t last)
{
	struct pieces_span *spans = pieces->spans;

	if (first < last) {
		if (spans[first].from < piece.from)
			piece.from = spans[first].from;
		if (spans[last - 1].to > piece.to)
			piece.to = spans[last - 1].to;
	}
	memmove(spans + first + 1, spans + last,
	        (pieces->span_count - last) * sizeof *spans);
	spans[first] = piece;
	pieces->span_count += 1 - (last - first);
}

enum err pieces_put(
        struct pieces *pieces, uint64_t offset, struct bytes some, uint32_t ceiling)
{
	uint32_t first;
	uint32_t last;

	if (offset > ceiling || some.len > ceiling - offset)
		return ERR_LIMIT;
	if (some.len == 0)
		return ERR_OK;

	struct pieces_span piece = { (uint32_t)offset, (uint32_t)(offset + some.len) };
	find_touched(pieces, piece, &first, &last);
	if (first == last && pieces->span_count == PIECES_SPANS_MAX)
		return ERR_LIMIT;

	enum err err = grow(pieces, piece.to, ceiling);
	if (err != ERR_OK)
		return err;
	fill_gaps(pieces, piece, some.at);
	merge(pieces, piece, first, last);
	return ERR_OK;
}

struct bytes pieces_run(const struct pieces *pieces)
{
	if (pieces->span_count == 0 || pieces->spans[0].from > 0)
		return (struct bytes){ 0 };
	return bytes_over(pieces->memory, pieces->spans[0].to);
}

void pieces_done(struct pieces *pieces)
{
	free(pieces->memory);
	*pieces = (struct pieces){ 0 };
}

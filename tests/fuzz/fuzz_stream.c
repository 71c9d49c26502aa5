#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#include "base/reader.h"
#include "flow/stream.h"

/* Any segments in any order: what comes out is, byte for byte and in order, the
 * copy of each byte that was seen first; and what is kept stays under its ceiling. */

#define ROOM    4096
#define CEILING 600

struct model {
	uint8_t first[ROOM]; /* the value seen first */
	bool seen[ROOM];
	size_t out; /* bytes handed out so far */
};

static void check_piece(struct model *model, struct bytes piece)
{
	for (size_t i = 0; i < piece.len; i++, model->out++)
		if (model->out >= ROOM || !model->seen[model->out] ||
			model->first[model->out] != piece.at[i])
			abort();
}

static void note_seen(struct model *model, size_t from, struct bytes payload)
{
	for (size_t i = 0; i < payload.len; i++) {
		if (model->seen[from + i])
			continue;
		model->seen[from + i] = true;
		model->first[from + i] = payload.at[i];
	}
}

/* False if memory ran out, after which bytes may be missing. */
static bool feed(struct model *model, struct stream *s, uint32_t start, struct reader *r)
{
	uint8_t payload[256];
	size_t from = reader_u16(r) % (ROOM - sizeof payload);
	size_t len = reader_u8(r);
	struct bytes piece;
	enum err err;

	memset(payload, reader_u8(r), sizeof payload);
	err = stream_take(
		s, start + (uint32_t)from, bytes_over(payload, len), CEILING, &piece);
	if (err == ERR_MEMORY)
		return false;
	if (err == ERR_OK)
		note_seen(model, from, bytes_over(payload, len));
	else if (piece.len > 0)
		abort();
	for (; piece.len > 0; piece = stream_next_piece(s))
		check_piece(model, piece);
	if (s->kept_bytes > CEILING || s->kept_count > STREAM_SEGMENTS_MAX)
		abort();
	if ((s->kept_count > 0) != stream_has_gap(s))
		abort();
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reader r = reader_over(bytes_over(data, size));
	struct model model = { 0 };
	struct stream s = stream();
	uint32_t start = reader_u32(&r);

	stream_syn(&s, start - 1);
	while (reader_more(&r) && feed(&model, &s, start, &r))
		;
	stream_done(&s);
	return 0;
}

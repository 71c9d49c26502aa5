#include <stdlib.h>

#include "base/text.h"
#include "chunks.h"
#include "fuzz.h"
#include "tls/record.h"

/* Any stream in any chunks: the same records, bytes and fault come out, and what
 * record_check() says of the start agrees with them. */

#define TRACE_MAX (1 << 20)

static enum err feed(
	struct record_deframer *deframer, struct bytes in, struct text *trace)
{
	struct record_piece piece;
	enum err err;

	while ((err = record_next(deframer, &in, &piece)) == ERR_OK) {
		if (piece.payload.len == 0 && piece.record_len > 0)
			abort();
		if (piece.first)
			text_format(trace, "[%u %04x %u]", piece.type, piece.version,
				piece.record_len);
		text_hex(trace, piece.payload);
		if (piece.last)
			text_char(trace, '.');
	}
	if (err == ERR_MORE && in.len > 0)
		abort();
	return err;
}

static enum err feed_chunks(struct chunks chunks, struct text *trace)
{
	struct record_deframer deframer = record_deframer();
	enum err err = ERR_MORE;

	for (struct bytes in = chunks_next(&chunks); in.len > 0 && err == ERR_MORE;
		in = chunks_next(&chunks))
		err = feed(&deframer, in, trace);
	return err;
}

static void check_start(struct bytes all, enum err whole)
{
	enum err start = record_check(all);

	if (start == ERR_OK && all.len < RECORD_HEADER_LEN)
		abort();
	if (start == ERR_MORE && (all.len >= RECORD_HEADER_LEN || whole != ERR_MORE))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes all = bytes_after(bytes_over(data, size), 1);
	struct record_deframer deframer = record_deframer();
	struct text whole, pieces;

	if (size < 2)
		return 0;
	text_init(&whole, TRACE_MAX);
	text_init(&pieces, TRACE_MAX);

	enum err err = feed(&deframer, all, &whole);
	if (feed_chunks((struct chunks){ all, data[0] }, &pieces) != err)
		abort();
	if (text_end(&whole) == ERR_OK && text_end(&pieces) == ERR_OK &&
		strcmp(text_string(&whole), text_string(&pieces)) != 0)
		abort();
	check_start(all, err);
	text_done(&whole);
	text_done(&pieces);
	return 0;
}

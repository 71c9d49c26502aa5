#include <stdlib.h>

#include "base/text.h"
#include "chunks.h"
#include "fuzz.h"
#include "tls/handshake.h"

/* Any payload in any pieces: the same messages and fault come out. Memory that runs
 * out is its own end. */

#define TRACE_MAX (1 << 20)

static enum err feed(struct handshake_joiner *joiner, struct bytes in, struct text *trace)
{
	struct handshake_message message;
	enum err err;

	while ((err = handshake_next(joiner, &in, &message)) == ERR_OK) {
		if (message.whole ? message.body.len != message.len
				  : message.body.len > 0)
			abort();
		if (!handshake_allowed(message.type, message.len))
			abort();
		text_format(trace, "[%u %u]", message.type, message.len);
		text_hex(trace, message.body);
	}
	if (err == ERR_MORE && in.len > 0)
		abort();
	return err;
}

static enum err feed_chunks(
	struct handshake_joiner *joiner, struct chunks chunks, struct text *trace)
{
	enum err err = ERR_MORE;

	for (struct bytes in = chunks_next(&chunks); in.len > 0 && err == ERR_MORE;
		in = chunks_next(&chunks))
		err = feed(joiner, in, trace);
	return err;
}

static void compare(struct text *whole, struct text *pieces)
{
	if (text_end(whole) == ERR_OK && text_end(pieces) == ERR_OK &&
		strcmp(text_string(whole), text_string(pieces)) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes all = bytes_after(bytes_over(data, size), 1);
	struct handshake_joiner one = handshake_joiner();
	struct handshake_joiner many = handshake_joiner();
	struct text whole, pieces;

	if (size < 2)
		return 0;
	text_init(&whole, TRACE_MAX);
	text_init(&pieces, TRACE_MAX);

	enum err err = feed(&one, all, &whole);
	enum err err_pieces =
		feed_chunks(&many, (struct chunks){ all, data[0] }, &pieces);
	if (err != ERR_MEMORY && err_pieces != ERR_MEMORY) {
		if (err != err_pieces)
			abort();
		compare(&whole, &pieces);
	}
	handshake_joiner_done(&one);
	handshake_joiner_done(&many);
	text_done(&whole);
	text_done(&pieces);
	return 0;
}

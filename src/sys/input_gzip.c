#define ZLIB_CONST /* next_in points to const */
#include "sys/input_packed.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <zlib.h>

#define GZIP_ONLY 16 /* added to the window's bits: a gzip header, and no other */

static const uint8_t magic[] = { 0x1f, 0x8b }; /* RFC 1952, 2.3.1 */

struct gzip {
	z_stream stream;
	bool between; /* members: the next byte starts one */
};

static void *gzip_new(void)
{
	struct gzip *gzip = calloc(1, sizeof *gzip);

	if (gzip != NULL && inflateInit2(&gzip->stream, MAX_WBITS + GZIP_ONLY) != Z_OK) {
		free(gzip);
		return NULL;
	}
	return gzip;
}

static void gzip_free(void *state)
{
	struct gzip *gzip = state;

	inflateEnd(&gzip->stream);
	free(gzip);
}

/* Zeros after a member are what tapes and block devices pad with; gzip(1) passes over
 * them too. */
static enum err start_member(struct gzip *gzip, struct bytes *in)
{
	while (in->len > 0 && in->at[0] == 0)
		*in = bytes_after(*in, 1);
	if (in->len == 0)
		return ERR_END;
	if (!bytes_start_with(*in, bytes_first(bytes_over(magic, sizeof magic), in->len)))
		return ERR_LONG;
	gzip->between = false;
	return inflateReset(&gzip->stream) == Z_OK ? ERR_OK : ERR_VALUE;
}

static enum err gzip_unpack(
        void *state, struct bytes *in, uint8_t *to, size_t n, size_t *ret_len)
{
	struct gzip *gzip = state;
	z_stream *stream = &gzip->stream;

	*ret_len = 0;
	if (gzip->between) {
		enum err err = start_member(gzip, in);
		if (err != ERR_OK)
			return err;
	}
	stream->next_in = in->at;
	stream->avail_in = in->len < UINT_MAX ? (uInt)in->len : UINT_MAX;
	stream->next_out = to;
	stream->avail_out = n < UINT_MAX ? (uInt)n : UINT_MAX;

	int outcome = inflate(stream, Z_NO_FLUSH);

	*ret_len = (size_t)(stream->next_out - to);
	*in = bytes_after(*in, (size_t)(stream->next_in - in->at));
	if (outcome == Z_STREAM_END)
		gzip->between = true;
	else if (outcome == Z_BUF_ERROR)
		return ERR_MORE; /* no fault: nothing could be done */
	else if (outcome == Z_MEM_ERROR)
		return ERR_MEMORY;
	else if (outcome != Z_OK)
		return ERR_VALUE;
	return ERR_OK;
}

const struct packing input_gzip = {
	.name = "gzip",
	.magic = { magic, sizeof magic },
	.state_new = gzip_new,
	.state_free = gzip_free,
	.unpack = gzip_unpack,
};

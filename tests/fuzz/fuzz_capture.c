#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#include "flow/capture_format.h"

/* Any bytes, whole or in chunks of just what capture_needs() asks for, give the
 * same frames and the same end; a frame lies inside what was given. */

#define FRAMES_MAX 512

struct decoded {
	struct frame frames[FRAMES_MAX];
	size_t count;
	uint64_t drops;
	enum err end;
};

static void note(struct decoded *decoded, const struct frame *frame, struct bytes all)
{
	if (frame->bytes.len > CAPTURE_FRAME_MAX || frame->wire_len < frame->bytes.len)
		abort();
	if (frame->bytes.at < all.at ||
		frame->bytes.at + frame->bytes.len > all.at + all.len)
		abort();
	if (decoded->count < FRAMES_MAX)
		decoded->frames[decoded->count] = *frame;
	decoded->count++;
}

/* Shows the decoder step more bytes than it asks for, up to all. */
static void decode(struct bytes all, size_t step, struct decoded *ret)
{
	struct capture_decoder *decoder = capture_decoder_new();
	struct bytes in = bytes_first(all, step);
	struct frame frame;
	enum err err;

	ret->count = 0;
	ret->end = ERR_MEMORY;
	if (decoder == NULL)
		return;
	while ((err = capture_next(decoder, &in, &frame)) == ERR_OK || err == ERR_MORE) {
		size_t left = (size_t)(all.at + all.len - in.at);

		if (err == ERR_OK) {
			note(ret, &frame, bytes_over(all.at, all.len));
			continue;
		}
		if (in.at == NULL || capture_needs(decoder) <= in.len)
			abort();
		if (in.len == left)
			break;
		in = bytes_first(bytes_over(in.at, left), capture_needs(decoder) + step);
	}
	ret->end = err;
	ret->drops = capture_drops(decoder);
	capture_decoder_free(decoder);
}

static void compare(const struct decoded *a, const struct decoded *b)
{
	if (a->end == ERR_MEMORY || b->end == ERR_MEMORY)
		return;
	if (a->count != b->count || a->end != b->end || a->drops != b->drops)
		abort();
	for (size_t i = 0; i < a->count && i < FRAMES_MAX; i++) {
		const struct frame *x = &a->frames[i];
		const struct frame *y = &b->frames[i];

		if (x->at != y->at || x->link_type != y->link_type ||
			x->wire_len != y->wire_len || x->bytes.at != y->bytes.at ||
			x->bytes.len != y->bytes.len)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct decoded whole;
	static struct decoded chunked;

	if (size == 0)
		return 0;
	decode(bytes_over(data, size), size, &whole);
	decode(bytes_over(data, size), 0, &chunked);
	compare(&whole, &chunked);
	decode(bytes_over(data, size), data[0] % 64, &chunked);
	compare(&whole, &chunked);
	return 0;
}

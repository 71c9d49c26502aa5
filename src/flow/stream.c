#include "flow/stream.h"

#include <stdlib.h>

/* No IP packet holds more but a jumbogram (RFC 2675), which this is far above;
 * places relative to `next` then fit 32 bits. */
#define PAYLOAD_MAX (UINT32_C(1) << 30)

/* What malloc() takes for itself, about: segments may be of one byte. */
#define BLOCK_COST 16

struct stream_segment {
	struct stream_segment *next;
	uint32_t sequence;
	uint32_t len;
	uint8_t bytes[];
};

/* A part of a payload that no kept segment holds. Places count from stream->next,
 * so that they compare as plain numbers where sequence numbers wrap. */
struct hole {
	struct stream_segment **link; /* where a segment that fills it belongs */
	uint32_t from;
	uint32_t to;
};

static uint32_t place_of(
	const struct stream *stream, const struct stream_segment *segment)
{
	return segment->sequence - stream->next;
}

static struct hole hole_before(struct stream *stream, uint32_t place)
{
	return (struct hole){ .link = &stream->kept, .to = place };
}

/* Moves to the next hole before end; false if there is none. */
static bool hole_next(const struct stream *stream, struct hole *hole, uint32_t end)
{
	struct stream_segment *segment;

	hole->from = hole->to;
	while ((segment = *hole->link) != NULL &&
		place_of(stream, segment) <= hole->from) {
		uint32_t segment_end = place_of(stream, segment) + segment->len;

		if (segment_end > hole->from)
			hole->from = segment_end;
		hole->link = &segment->next;
	}
	if (hole->from >= end)
		return false;
	hole->to = end;
	if (segment != NULL && place_of(stream, segment) < end)
		hole->to = place_of(stream, segment);
	return true;
}

static bool has_room(
	struct stream *stream, uint32_t place, struct bytes payload, size_t ceiling)
{
	struct hole hole = hole_before(stream, place);
	size_t bytes = stream->kept_bytes;
	size_t count = stream->kept_count;

	while (hole_next(stream, &hole, place + (uint32_t)payload.len)) {
		bytes += hole.to - hole.from;
		count++;
	}
	return bytes <= ceiling && count <= STREAM_SEGMENTS_MAX;
}

static enum err fill(struct stream *stream, const struct hole *hole, const uint8_t *at)
{
	uint32_t len = hole->to - hole->from;
	struct stream_segment *segment = malloc(sizeof *segment + len);

	if (segment == NULL)
		return ERR_MEMORY;
	segment->next = *hole->link;
	segment->sequence = stream->next + hole->from;
	segment->len = len;
	memcpy(segment->bytes, at, len);
	*hole->link = segment;
	stream->kept_bytes += len;
	stream->kept_count++;
	return ERR_OK;
}

/* Keeps a copy of what nobody has of payload: the bytes seen first stay. */
static enum err keep(struct stream *stream, uint32_t place, struct bytes payload)
{
	struct hole hole = hole_before(stream, place);
	enum err err = ERR_OK;

	while (err == ERR_OK && hole_next(stream, &hole, place + (uint32_t)payload.len))
		err = fill(stream, &hole, payload.at + (hole.from - place));
	return err;
}

void stream_syn(struct stream *stream, uint32_t sequence)
{
	if (stream->started)
		return;
	stream->started = true;
	stream->next = sequence + 1;
}

/* Drops what lies before `next`: a retransmission, or a keep-alive probe, whose
 * one byte is the last one again (RFC 9293, 3.8.4). Answers the place of the rest,
 * which is empty if all was old. */
static uint32_t cut_old(
	const struct stream *stream, uint32_t sequence, struct bytes *payload)
{
	uint32_t behind = stream->next - sequence;

	if (behind > UINT32_C(1) << 31)
		return sequence - stream->next; /* ahead */
	*payload = bytes_after(*payload, behind);
	return 0;
}

static enum err take_unusual(struct stream *stream, uint32_t sequence,
	struct bytes payload, size_t ceiling, struct bytes *ret_piece)
{
	struct bytes due;
	uint32_t place = cut_old(stream, sequence, &payload);

	if (payload.len == 0)
		return ERR_OK;
	if (place > 0)
		return has_room(stream, place, payload, ceiling)
			       ? keep(stream, place, payload)
			       : ERR_LIMIT;

	due = payload;
	if (stream->kept != NULL)
		due = bytes_first(payload, place_of(stream, stream->kept));
	payload = bytes_after(payload, due.len);
	/* What lies behind kept bytes waits for them only. Where a gap closes it is
	 * due at once, and no ceiling counts it. */
	if (due.len == 0 && !has_room(stream, 0, payload, ceiling))
		return ERR_LIMIT;
	stream->next += (uint32_t)due.len;
	*ret_piece = due;
	return keep(stream, 0, payload);
}

enum err stream_take(struct stream *stream, uint32_t sequence, struct bytes payload,
	size_t ceiling, struct bytes *ret_piece)
{
	*ret_piece = (struct bytes){ 0 };
	/* An empty segment starts nothing: a keep-alive's sequence number is one too
	 * low, and would leave a gap that nothing fills. */
	if (payload.len == 0)
		return ERR_OK;
	if (payload.len > PAYLOAD_MAX)
		return ERR_LIMIT;
	if (!stream->started) {
		stream->started = true;
		stream->next = sequence;
	}
	if (UNLIKELY(sequence != stream->next || stream->kept != NULL))
		return take_unusual(stream, sequence, payload, ceiling, ret_piece);
	stream->next += (uint32_t)payload.len;
	*ret_piece = payload;
	return ERR_OK;
}

static struct stream_segment *unlink_first(struct stream *stream)
{
	struct stream_segment *first = stream->kept;

	stream->kept = first->next;
	stream->kept_bytes -= first->len;
	stream->kept_count--;
	return first;
}

struct bytes stream_next_piece(struct stream *stream)
{
	free(stream->taken);
	stream->taken = NULL;
	if (stream->kept == NULL || stream->kept->sequence != stream->next)
		return (struct bytes){ 0 };
	stream->taken = unlink_first(stream);
	stream->next += stream->taken->len;
	return bytes_over(stream->taken->bytes, stream->taken->len);
}

bool stream_has_gap(const struct stream *stream)
{
	return stream->kept != NULL && stream->kept->sequence != stream->next;
}

bool stream_has_reached(const struct stream *stream, uint32_t sequence)
{
	return !stream->started || stream->next - sequence < UINT32_C(1) << 31;
}

size_t stream_held(const struct stream *stream)
{
	size_t count = stream->kept_count;
	size_t bytes = stream->kept_bytes;

	if (stream->taken != NULL) {
		count++;
		bytes += stream->taken->len;
	}
	return bytes + count * (sizeof(struct stream_segment) + BLOCK_COST);
}

bool stream_skip_gap(struct stream *stream)
{
	if (!stream_has_gap(stream))
		return false;
	stream->next = stream->kept->sequence;
	return true;
}

void stream_done(struct stream *stream)
{
	free(stream->taken);
	while (stream->kept != NULL)
		free(unlink_first(stream));
	*stream = (struct stream){ 0 };
}

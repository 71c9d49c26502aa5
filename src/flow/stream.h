/*
 * stream - puts one direction of a TCP connection back in order.
 *
 * Segments come in as captured: out of order, twice, overlapping, with gaps, from
 * the middle of the connection. What comes out is the byte stream in order, each
 * byte once, in borrowed pieces. Where two copies of a byte differ the first seen
 * wins. Sequence numbers wrap (RFC 9293, 3.4).
 *
 * The ordinary segment, the one that is next, is handed through without a copy;
 * one from the future is kept, up to a ceiling of bytes and of segments.
 *
 * A stream never goes back: bytes before the place it has reached are old, also
 * where it began in the middle and an earlier segment comes late. So a keep-alive
 * or a retransmission adds nothing. A FIN counts after the last byte
 * (stream_has_reached()); what an RST carries (RFC 9293, 3.5.3) is no part of the stream.
 */
#ifndef FLOW_STREAM_H
#define FLOW_STREAM_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/err.h"

#define STREAM_SEGMENTS_MAX 64 /* kept ahead of a gap, a direction */

struct stream_segment;

struct stream {
	uint32_t next; /* the sequence number that is due; members are for stream.c */
	bool started;
	uint16_t kept_count;
	uint32_t kept_bytes;
	struct stream_segment *kept; /* in order, not overlapping; heap */
	struct stream_segment *taken;
};

static inline struct stream stream(void)
{
	return (struct stream){ 0 };
}

void stream_done(struct stream *stream);

/* A SYN was seen: its sequence number counts as one, so data in the same segment
 * (TCP Fast Open, RFC 7413) is taken with sequence + 1. A second SYN, or one after
 * data, changes nothing. */
void stream_syn(struct stream *stream, uint32_t sequence);

/* Takes a segment's payload. *ret_piece is what of it is due now, borrowed from
 * payload; empty if nothing is. Afterwards stream_next_piece() hands out kept
 * segments that have become due. Without a SYN the first payload seen starts the
 * stream. ERR_LIMIT: past ceiling bytes or STREAM_SEGMENTS_MAX kept; the segment
 * is not kept. A segment that closes a gap is never refused. ERR_MEMORY: of what
 * was to be kept, some is lost; *ret_piece stands. */
MUST_USE enum err stream_take(struct stream *stream, uint32_t sequence,
	struct bytes payload, size_t ceiling, struct bytes *ret_piece);

/* The next kept piece that is due, valid until the next call; empty if none. */
struct bytes stream_next_piece(struct stream *stream);

/* True if segments are kept behind a gap. */
bool stream_has_gap(const struct stream *stream);

/* True if every byte before sequence was handed out or given up; also as long as
 * nothing was seen. What a FIN at sequence asks. */
bool stream_has_reached(const struct stream *stream, uint32_t sequence);

/* Bytes of memory that it keeps. */
size_t stream_held(const struct stream *stream);

/* Gives up waiting: jumps over the gap to the next kept segment, if there is one,
 * which stream_next_piece() then hands out. */
bool stream_skip_gap(struct stream *stream);

#endif

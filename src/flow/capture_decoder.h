/*
 * capture_decoder - what pcap.c, pcapng.c and capture_format.c share; for these
 * three files alone.
 *
 * Here, and in the two record headers that stand in front of every packet, numbers
 * are loaded directly and not through struct reader: a file has millions of these
 * headers a second, of fixed length, and one comparison covers all their fields.
 * Everything of variable shape (blocks' bodies, options) goes through the reader.
 */
#ifndef FLOW_CAPTURE_DECODER_H
#define FLOW_CAPTURE_DECODER_H

#include "flow/capture_format.h"

struct pcap_kind; /* a line of the table in pcap.c */

/* How an interface counts time, made ready for the conversion to nanoseconds. */
struct capture_clock {
	uint64_t multiply; /* 0: divide or shift instead */
	uint64_t divide;   /* 0: shift instead */
	unsigned shift;
	uint64_t offset; /* nanoseconds to add, or to take off */
	bool offset_negative;
};

struct capture_interface {
	uint32_t link_type;
	uint32_t snaplen; /* 0: no limit */
	struct capture_clock clock;
	uint64_t drops;
};

struct capture_decoder {
	bool swapped; /* the file's byte order is not this machine's */
	size_t needs;

	const struct pcap_kind *pcap; /* NULL: not pcap */
	size_t record_header_len;
	uint32_t link_type;
	uint32_t fraction_ns; /* nanoseconds in one of the second field's units */

	bool pcapng;
	uint64_t skip; /* of an unknown block too long to be asked for whole */
	time_ns newest; /* time of the last frame, for blocks that have none */
	uint64_t drops_earlier; /* of the sections before this one */
	struct capture_interface *interfaces;
	size_t interface_count;
	size_t interface_room;
};

static inline uint16_t load_u16(const uint8_t *at, bool swapped)
{
	uint16_t value;

	memcpy(&value, at, sizeof value);
	return swapped ? __builtin_bswap16(value) : value;
}

static inline uint32_t load_u32(const uint8_t *at, bool swapped)
{
	uint32_t value;

	memcpy(&value, at, sizeof value);
	return swapped ? __builtin_bswap32(value) : value;
}

static inline uint64_t load_u64(const uint8_t *at, bool swapped)
{
	uint64_t value;

	memcpy(&value, at, sizeof value);
	return swapped ? __builtin_bswap64(value) : value;
}

/* Steps over the first n bytes of *in, which has them. Unlike bytes_after() it
 * keeps the place where nothing is left, so that a caller can tell it. */
static inline void capture_step(struct bytes *in, size_t n)
{
	in->at += n;
	in->len -= n;
}

static inline enum err capture_wants(struct capture_decoder *decoder, size_t needs)
{
	decoder->needs = needs;
	return ERR_MORE;
}

/* Each: is this the start of such a file? start has at least 4 bytes. */
bool pcap_starts(struct bytes start);
bool pcapng_starts(struct bytes start);

/* Reads the file header and steps over it. */
MUST_USE enum err pcap_begin(struct capture_decoder *decoder, struct bytes *in);
MUST_USE enum err pcap_next(
	struct capture_decoder *decoder, struct bytes *in, struct frame *ret);
const char *pcap_kind_name(const struct pcap_kind *kind);

MUST_USE enum err pcapng_next(
	struct capture_decoder *decoder, struct bytes *in, struct frame *ret);

#endif

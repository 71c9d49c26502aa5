#include "base/reader.h"
#include "flow/capture_decoder.h"

/* draft-ietf-opsawg-pcap, 4 and 5. */
#define FILE_HEADER_LEN            24
#define RECORD_HEADER_LEN          16
#define MODIFIED_RECORD_HEADER_LEN 24 /* and interface, protocol, packet type */

#define VERSION_MAJOR 2

/* Above the link type stand the length of a frame check sequence and its flags;
 * between, the class in which NetBSD numbers its address families. */
#define LINK_TYPE_MASK UINT32_C(0x03ffffff)

/* The formats by their first four bytes. To add one: a line here. By magic. */
static const struct pcap_kind {
	uint32_t magic; /* the file's first four bytes, big-endian */
	bool big_endian;
	uint32_t fraction_ns;
	size_t record_header_len;
	const char *name;
} kinds[] = {
	{ 0x34cdb2a1, false, 1000, MODIFIED_RECORD_HEADER_LEN,
		"modified pcap (microseconds, little-endian)" },
	{ 0x4d3cb2a1, false, 1, RECORD_HEADER_LEN, "pcap (nanoseconds, little-endian)" },
	{ 0xa1b23c4d, true, 1, RECORD_HEADER_LEN, "pcap (nanoseconds, big-endian)" },
	{ 0xa1b2c3d4, true, 1000, RECORD_HEADER_LEN, "pcap (microseconds, big-endian)" },
	{ 0xa1b2cd34, true, 1000, MODIFIED_RECORD_HEADER_LEN,
		"modified pcap (microseconds, big-endian)" },
	{ 0xd4c3b2a1, false, 1000, RECORD_HEADER_LEN,
		"pcap (microseconds, little-endian)" },
};

static const struct pcap_kind *kind_of(struct bytes start)
{
	struct reader r = reader_over(start);
	uint32_t magic = reader_u32(&r);

	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (kinds[i].magic == magic)
			return &kinds[i];
	return NULL;
}

bool pcap_starts(struct bytes start)
{
	return kind_of(start) != NULL;
}

const char *pcap_kind_name(const struct pcap_kind *kind)
{
	return kind->name;
}

enum err pcap_begin(struct capture_decoder *decoder, struct bytes *in)
{
	const struct pcap_kind *kind = kind_of(*in);
	uint32_t native;

	if (in->len < FILE_HEADER_LEN)
		return capture_wants(decoder, FILE_HEADER_LEN);
	native = load_u32(in->at, false);
	decoder->swapped = native != kind->magic;
	if (!kind->big_endian)
		decoder->swapped = native != __builtin_bswap32(kind->magic);
	if (load_u16(in->at + 4, decoder->swapped) != VERSION_MAJOR)
		return ERR_VALUE;
	decoder->link_type = load_u32(in->at + 20, decoder->swapped) & LINK_TYPE_MASK;
	decoder->record_header_len = kind->record_header_len;
	decoder->fraction_ns = kind->fraction_ns;
	decoder->pcap = kind;
	capture_step(in, FILE_HEADER_LEN);
	return ERR_OK;
}

/* Runs for every packet. Seconds have 32 bits, so no time can overflow. */
enum err pcap_next(struct capture_decoder *decoder, struct bytes *in, struct frame *ret)
{
	size_t header_len = decoder->record_header_len;
	bool swapped = decoder->swapped;
	uint32_t captured;
	uint32_t on_wire;

	if (UNLIKELY(in->len < header_len))
		return capture_wants(decoder, header_len);
	captured = load_u32(in->at + 8, swapped);
	on_wire = load_u32(in->at + 12, swapped);
	if (UNLIKELY(captured > CAPTURE_FRAME_MAX))
		return ERR_LIMIT;
	if (UNLIKELY(in->len - header_len < captured))
		return capture_wants(decoder, header_len + captured);

	ret->at = load_u32(in->at, swapped) * TIME_SECOND +
		  (uint64_t)load_u32(in->at + 4, swapped) * decoder->fraction_ns;
	ret->link_type = decoder->link_type;
	ret->wire_len = on_wire > captured ? on_wire : captured;
	ret->bytes = bytes_over(in->at + header_len, captured);
	capture_step(in, header_len + captured);
	return ERR_OK;
}

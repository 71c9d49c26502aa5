#include <stdlib.h>

#include "base/reader.h"
#include "flow/capture_decoder.h"

/* draft-ietf-opsawg-pcapng, the sections named at each function. */
#define BLOCK_HEADER_LEN 8  /* type and total length */
#define BLOCK_LEN_MIN    12 /* and the total length once more */
#define SECTION_LEN_MIN  28
#define ENHANCED_LEN_MIN 32
#define ENHANCED_DATA    28 /* where the packet begins in its block */

#define BYTE_ORDER_MAGIC UINT32_C(0x1a2b3c4d)

enum block_type {
	BLOCK_INTERFACE = 1,
	BLOCK_PACKET = 2,
	BLOCK_SIMPLE = 3,
	BLOCK_STATISTICS = 5,
	BLOCK_ENHANCED = 6,
	BLOCK_SECTION = 0x0a0d0d0a,
};

enum option_code {
	OPTION_END = 0,
	OPTION_STATISTICS_IFDROP = 5,
	OPTION_STATISTICS_OSDROP = 7,
	OPTION_TSRESOL = 9,
	OPTION_TSOFFSET = 14,
};

bool pcapng_starts(struct bytes start)
{
	struct reader r = reader_over(start);

	return reader_u32(&r) == BLOCK_SECTION; /* reads the same from both ends */
}

static uint16_t read_u16(const struct capture_decoder *decoder, struct reader *r)
{
	struct bytes taken = reader_take(r, 2);

	return taken.len == 0 ? 0 : load_u16(taken.at, decoder->swapped);
}

static uint32_t read_u32(const struct capture_decoder *decoder, struct reader *r)
{
	struct bytes taken = reader_take(r, 4);

	return taken.len == 0 ? 0 : load_u32(taken.at, decoder->swapped);
}

static uint64_t read_u64(const struct capture_decoder *decoder, struct reader *r)
{
	struct bytes taken = reader_take(r, 8);

	return taken.len == 0 ? 0 : load_u64(taken.at, decoder->swapped);
}

/* A time in 64 bits is always the high half first. */
static uint64_t read_time(const struct capture_decoder *decoder, struct reader *r)
{
	uint64_t high = read_u32(decoder, r);

	return high << 32 | read_u32(decoder, r);
}

/* The next option (3.5) as a child to be closed; false at the end of the list. */
static bool option_next(const struct capture_decoder *decoder, struct reader *r,
	uint16_t *ret_code, struct reader *ret_value)
{
	size_t len;

	if (!reader_more(r))
		return false;
	*ret_code = read_u16(decoder, r);
	len = read_u16(decoder, r);
	if (*ret_code == OPTION_END) {
		(void)reader_rest(r);
		return false;
	}
	*ret_value = reader_child(r, len);
	(void)reader_take(r, -len % 4);
	return true;
}

static uint64_t saturated_product(uint64_t a, uint64_t b)
{
	uint64_t product;

	return __builtin_mul_overflow(a, b, &product) ? UINT64_MAX : product;
}

/* if_tsresol (4.2): a power of ten, or of two where the highest bit is set. */
static void clock_set_resolution(struct capture_clock *clock, uint8_t resolution)
{
	unsigned exponent = resolution & 0x7f;

	*clock = (struct capture_clock){ .offset = clock->offset,
		.offset_negative = clock->offset_negative };
	if (resolution & 0x80) {
		clock->shift = exponent;
		return;
	}
	if (exponent <= 9)
		clock->multiply = 1;
	else
		clock->divide = 1;
	for (; exponent < 9; exponent++)
		clock->multiply *= 10;
	for (; exponent > 9; exponent--)
		clock->divide = saturated_product(clock->divide, 10);
}

static void clock_set_offset(struct capture_clock *clock, uint64_t seconds)
{
	clock->offset_negative = seconds >> 63;
	if (clock->offset_negative)
		seconds = -seconds;
	clock->offset = saturated_product(seconds, TIME_SECOND);
}

/* ticks / 2^shift seconds, in steps that fit 64 bits. */
static time_ns shifted_time(uint64_t ticks, unsigned shift)
{
	uint64_t seconds = shift < 64 ? ticks >> shift : 0;
	uint64_t fraction = shift < 64 ? ticks - (seconds << shift) : ticks;
	uint64_t total;

	if (shift > 32) {
		fraction = shift - 32 < 64 ? fraction >> (shift - 32) : 0;
		shift = 32;
	}
	fraction = fraction * TIME_SECOND >> shift;
	if (__builtin_add_overflow(
		    saturated_product(seconds, TIME_SECOND), fraction, &total))
		return UINT64_MAX;
	return total;
}

/* Runs for every packet: nearly always the first line and the first return. */
static time_ns clock_time(const struct capture_clock *clock, uint64_t ticks)
{
	time_ns time = saturated_product(ticks, clock->multiply);
	time_ns moved;

	if (UNLIKELY(clock->multiply == 0))
		time = clock->divide != 0 ? ticks / clock->divide
					  : shifted_time(ticks, clock->shift);
	if (LIKELY(clock->offset == 0))
		return time;
	if (clock->offset_negative)
		return time > clock->offset ? time - clock->offset : 0;
	return __builtin_add_overflow(time, clock->offset, &moved) ? UINT64_MAX : moved;
}

/* 4.2: its options. */
static void read_interface_options(const struct capture_decoder *decoder,
	struct reader *r, struct capture_clock *clock)
{
	uint16_t code;
	struct reader value;

	while (option_next(decoder, r, &code, &value)) {
		if (code == OPTION_TSRESOL)
			clock_set_resolution(clock, reader_u8(&value));
		else if (code == OPTION_TSOFFSET)
			clock_set_offset(clock, read_u64(decoder, &value));
		else
			continue;
		reader_close(r, &value);
	}
}

static enum err interface_add(
	struct capture_decoder *decoder, const struct capture_interface *interface)
{
	size_t room = decoder->interface_room == 0 ? 8 : 2 * decoder->interface_room;
	struct capture_interface *moved;

	if (decoder->interface_count == CAPTURE_INTERFACES_MAX)
		return ERR_LIMIT;
	if (decoder->interface_count == decoder->interface_room) {
		moved = realloc(decoder->interfaces, room * sizeof *moved);
		if (moved == NULL)
			return ERR_MEMORY;
		decoder->interfaces = moved;
		decoder->interface_room = room;
	}
	decoder->interfaces[decoder->interface_count++] = *interface;
	return ERR_OK;
}

/* A body that ends too early or goes on too long: a record that contradicts itself. */
static enum err body_end(const struct reader *r)
{
	return reader_end(r) == ERR_OK ? ERR_OK : ERR_VALUE;
}

/* 4.2. */
static enum err read_interface(
	struct capture_decoder *decoder, struct bytes body, struct frame *ret)
{
	struct reader r = reader_over(body);
	struct capture_interface interface = { 0 };

	(void)ret;
	interface.link_type = read_u16(decoder, &r);
	(void)read_u16(decoder, &r);
	interface.snaplen = read_u32(decoder, &r);
	clock_set_resolution(&interface.clock, 6); /* microseconds, if not said */
	read_interface_options(decoder, &r, &interface.clock);
	if (body_end(&r) != ERR_OK)
		return ERR_VALUE;

	enum err err = interface_add(decoder, &interface);
	return err == ERR_OK ? ERR_AGAIN : err;
}

/* 4.6. The counters run from the start of the capture, so the last block counts. */
static enum err read_statistics(
	struct capture_decoder *decoder, struct bytes body, struct frame *ret)
{
	struct reader r = reader_over(body);
	uint32_t interface = read_u32(decoder, &r);
	uint64_t drops = 0;
	uint16_t code;
	struct reader value;

	(void)ret;
	(void)read_time(decoder, &r);
	while (option_next(decoder, &r, &code, &value)) {
		if (code != OPTION_STATISTICS_IFDROP && code != OPTION_STATISTICS_OSDROP)
			continue;
		drops += read_u64(decoder, &value);
		reader_close(&r, &value);
	}
	if (body_end(&r) != ERR_OK || interface >= decoder->interface_count)
		return ERR_VALUE;
	decoder->interfaces[interface].drops = drops;
	return ERR_AGAIN;
}

/* Fills in what every kind of packet block tells. */
static enum err set_frame(struct capture_decoder *decoder, uint32_t interface,
	uint32_t on_wire, struct bytes packet, struct frame *ret)
{
	if (interface >= decoder->interface_count)
		return ERR_VALUE;
	if (packet.len > CAPTURE_FRAME_MAX)
		return ERR_LIMIT;
	ret->at = decoder->newest;
	ret->link_type = decoder->interfaces[interface].link_type;
	ret->wire_len = on_wire > packet.len ? on_wire : (uint32_t)packet.len;
	ret->bytes = packet;
	return ERR_OK;
}

/* 4.4. No time and no length of its own: the frame before gives the one, the
 * interface's snaplen and the block the other. */
static enum err read_simple(
	struct capture_decoder *decoder, struct bytes body, struct frame *ret)
{
	struct reader r = reader_over(body);
	uint32_t on_wire = read_u32(decoder, &r);
	struct bytes packet = bytes_first(reader_rest(&r), on_wire);

	if (decoder->interface_count == 0 || reader_fault(&r) != ERR_OK)
		return ERR_VALUE;
	if (decoder->interfaces[0].snaplen != 0)
		packet = bytes_first(packet, decoder->interfaces[0].snaplen);
	return set_frame(decoder, 0, on_wire, packet, ret);
}

/* Appendix A: obsolete, still in old files. */
static enum err read_packet(
	struct capture_decoder *decoder, struct bytes body, struct frame *ret)
{
	struct reader r = reader_over(body);
	uint32_t interface = read_u16(decoder, &r);
	uint64_t ticks;
	uint32_t captured;
	uint32_t on_wire;
	struct bytes packet;

	(void)read_u16(decoder, &r); /* drops since the last packet */
	ticks = read_time(decoder, &r);
	captured = read_u32(decoder, &r);
	on_wire = read_u32(decoder, &r);
	packet = reader_take(&r, captured);
	if (reader_fault(&r) != ERR_OK || interface >= decoder->interface_count)
		return ERR_VALUE;
	decoder->newest = clock_time(&decoder->interfaces[interface].clock, ticks);
	return set_frame(decoder, interface, on_wire, packet, ret);
}

/* 4.3. Runs for every packet, so its fixed header is loaded directly; block is
 * whole. The options behind the packet tell nothing we use and are not read. */
static enum err read_enhanced(
	struct capture_decoder *decoder, struct bytes block, struct frame *ret)
{
	bool swapped = decoder->swapped;
	const struct capture_interface *interface;
	uint64_t ticks;
	uint32_t captured;
	uint32_t on_wire;

	if (UNLIKELY(block.len < ENHANCED_LEN_MIN ||
		     load_u32(block.at + 8, swapped) >= decoder->interface_count))
		return ERR_VALUE;
	interface = &decoder->interfaces[load_u32(block.at + 8, swapped)];
	ticks = (uint64_t)load_u32(block.at + 12, swapped) << 32 |
		load_u32(block.at + 16, swapped);
	captured = load_u32(block.at + 20, swapped);
	on_wire = load_u32(block.at + 24, swapped);
	if (UNLIKELY(captured > block.len - ENHANCED_LEN_MIN))
		return ERR_VALUE;
	if (UNLIKELY(captured > CAPTURE_FRAME_MAX))
		return ERR_LIMIT;
	ret->at = decoder->newest = clock_time(&interface->clock, ticks);
	ret->link_type = interface->link_type;
	ret->wire_len = on_wire > captured ? on_wire : captured;
	ret->bytes = bytes_over(block.at + ENHANCED_DATA, captured);
	return ERR_OK;
}

/* 4.1. A new section forgets the interfaces of the one before. */
static enum err read_section(
	struct capture_decoder *decoder, struct bytes body, struct frame *ret)
{
	struct reader r = reader_over(body);

	(void)ret;
	(void)read_u32(decoder, &r); /* the byte order, looked at before */
	if (read_u16(decoder, &r) != 1)
		return ERR_VALUE;
	decoder->drops_earlier = capture_drops(decoder);
	decoder->interface_count = 0;
	return ERR_AGAIN;
}

/* The blocks we read; any other is stepped over. ERR_AGAIN: read, and no frame.
 * To add one: a line here and a function above. By type. */
static const struct block {
	uint32_t type;
	enum err (*read)(
		struct capture_decoder *decoder, struct bytes body, struct frame *ret);
} blocks[] = {
	{ BLOCK_INTERFACE, read_interface },
	{ BLOCK_PACKET, read_packet },
	{ BLOCK_SIMPLE, read_simple },
	{ BLOCK_STATISTICS, read_statistics },
	{ BLOCK_SECTION, read_section },
};

static const struct block *block_find(uint32_t type)
{
	for (size_t i = 0; i < COUNT_OF(blocks); i++)
		if (blocks[i].type == type)
			return &blocks[i];
	return NULL;
}

/* A section says its byte order itself, and its own length is in that order. */
static enum err section_order(struct capture_decoder *decoder, struct bytes in)
{
	uint32_t magic;

	if (in.len < BLOCK_LEN_MIN)
		return capture_wants(decoder, BLOCK_LEN_MIN);
	magic = load_u32(in.at + BLOCK_HEADER_LEN, false);
	if (magic != BYTE_ORDER_MAGIC && magic != __builtin_bswap32(BYTE_ORDER_MAGIC))
		return ERR_VALUE;
	decoder->swapped = magic != BYTE_ORDER_MAGIC;
	return load_u32(in.at + 4, decoder->swapped) < SECTION_LEN_MIN ? ERR_VALUE
								       : ERR_OK;
}

/* No packet needs so long a block. One that we would not read anyway is stepped
 * over, whole or not: never asked for. */
static enum err skip_long(struct capture_decoder *decoder, uint32_t type, uint32_t len)
{
	if (type == BLOCK_ENHANCED || block_find(type) != NULL)
		return ERR_LIMIT;
	decoder->skip = len;
	return ERR_AGAIN;
}

static enum err read_block(struct capture_decoder *decoder, uint32_t type,
	struct bytes all, struct frame *ret)
{
	const struct block *known;

	if (LIKELY(type == BLOCK_ENHANCED))
		return read_enhanced(decoder, all, ret);
	known = block_find(type);
	if (known == NULL)
		return ERR_AGAIN;
	return known->read(decoder,
		bytes_over(all.at + BLOCK_HEADER_LEN, all.len - BLOCK_LEN_MIN), ret);
}

/* Steps over the next block: ERR_OK if it gave a frame, ERR_AGAIN if none. */
static enum err block_next(
	struct capture_decoder *decoder, struct bytes *in, struct frame *ret)
{
	uint32_t type;
	uint32_t len;
	enum err err = ERR_OK;

	if (UNLIKELY(in->len < BLOCK_HEADER_LEN))
		return capture_wants(decoder, BLOCK_HEADER_LEN);
	type = load_u32(in->at, decoder->swapped);
	if (UNLIKELY(type == BLOCK_SECTION))
		err = section_order(decoder, *in);
	if (UNLIKELY(err != ERR_OK))
		return err;
	len = load_u32(in->at + 4, decoder->swapped);
	if (UNLIKELY(len < BLOCK_LEN_MIN || len % 4 != 0))
		return ERR_VALUE;
	if (UNLIKELY(len > CAPTURE_RECORD_MAX))
		return skip_long(decoder, type, len);
	if (UNLIKELY(len > in->len))
		return capture_wants(decoder, len);
	if (UNLIKELY(load_u32(in->at + len - 4, decoder->swapped) != len))
		return ERR_VALUE;
	err = read_block(decoder, type, bytes_over(in->at, len), ret);
	if (LIKELY(err == ERR_OK || err == ERR_AGAIN))
		capture_step(in, len);
	return err;
}

static enum err skip_on(struct capture_decoder *decoder, struct bytes *in)
{
	size_t now = in->len < decoder->skip ? in->len : (size_t)decoder->skip;

	capture_step(in, now);
	decoder->skip -= now;
	if (decoder->skip == 0)
		return ERR_OK;
	return capture_wants(decoder, decoder->skip < CAPTURE_RECORD_MAX
					      ? (size_t)decoder->skip
					      : CAPTURE_RECORD_MAX);
}

enum err pcapng_next(struct capture_decoder *decoder, struct bytes *in, struct frame *ret)
{
	enum err err = ERR_AGAIN;

	while (err == ERR_AGAIN) {
		if (UNLIKELY(decoder->skip > 0)) {
			err = skip_on(decoder, in);
			if (err != ERR_OK)
				return err;
		}
		err = block_next(decoder, in, ret);
	}
	return err;
}

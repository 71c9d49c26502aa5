/*
 * What Go's linker writes of a build: the release of Go, and lines of the module and its
 * settings. debug/buildinfo of Go 1.13 and later: 32 bytes that begin with a mark, then
 * (from 1.18 on) two texts with their lengths in front, before that two pointers to
 * texts.
 */
#include "audit/binary_inside.h"

#define HEADER_LEN  32
#define ALIGNED     16
#define MARKS_MAX   64 /* a program that looks for the mark has a few */
#define RELEASE_MAX 256
#define TEXT_MAX    ((size_t)1 << 20) /* modules of the largest programs: some 50 kB */
#define LINES_MAX   10000
#define SENTINEL    16 /* bytes around the module's lines */
#define FLAG_BIG    1
#define FLAG_INLINE 2

static const char mark[] = "\xff Go buildinf:";

struct go {
	struct binary_reading *reading;
	binary_place *place;
	const void *map;
	uint8_t width;
	bool big;
};

/* A number of 7 bits a byte, the lowest first. encoding/binary, Uvarint. */
static uint64_t varint(struct reader *r)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 63; shift += 7) {
		uint8_t byte = reader_u8(r);

		value |= (uint64_t)(byte & 0x7f) << shift;
		if ((byte & 0x80) == 0)
			return value;
	}
	reader_spoil(r, ERR_VALUE);
	return 0;
}

static struct bytes text_inline(struct reader *r)
{
	uint64_t len = varint(r);

	if (len > TEXT_MAX)
		reader_spoil(r, ERR_LIMIT);
	return reader_take(r, (size_t)len);
}

/* A pointer to a pointer and a length, in memory. */
static struct bytes text_pointed(const struct go *go, uint64_t address)
{
	uint64_t offset = 0, len;
	struct reader r;

	if (!go->place(go->map, address, &offset))
		return (struct bytes){ 0 };
	r = binary_from(go->reading->file, offset);
	address = binary_number(&r, go->width, go->big);
	len = binary_number(&r, go->width, go->big);
	if (reader_fault(&r) != ERR_OK || len > TEXT_MAX ||
		!go->place(go->map, address, &offset))
		return (struct bytes){ 0 };
	r = binary_part(go->reading->file, offset, len);
	return reader_rest(&r);
}

static void state(const struct go *go, const char *name, struct bytes value)
{
	if (value.len > 0)
		binary_add(go->reading, &(const struct fact){ .kind = FACT_STATED,
						.name = bytes_of_string(name),
						.value = value,
						.at = binary_offset(go->reading, value),
						.len = value.len });
}

/* "build\tDefaultGODEBUG=tls10server=1": what the program does unless its environment
 * says otherwise. runtime/debug, BuildInfo. */
static void take_lines(const struct go *go, struct bytes text)
{
	static const char debug[] = "build\tDefaultGODEBUG=";

	for (size_t i = 0; text.len > 0 && i < LINES_MAX; i++) {
		size_t len = bytes_find(text, bytes_of_string("\n"));
		struct bytes line = bytes_first(text, len);

		if (bytes_start_with(line, bytes_of_string(debug)))
			state(go, "go.DefaultGODEBUG",
				bytes_after(line, sizeof debug - 1));
		text = bytes_after(text, len + 1);
	}
}

/* "go1.19.8", or "devel go1.23-1234567 ..." of who builds Go himself. */
static void take_release(const struct go *go, struct bytes release)
{
	size_t at;

	release = bytes_first(release, RELEASE_MAX);
	at = bytes_find(release, bytes_of_string("go1"));
	if (at < release.len)
		state(go, "go", bytes_after(release, at + 2));
}

static void take_texts(struct go *go, struct reader *r, uint8_t flags)
{
	struct bytes release, module;

	if ((flags & FLAG_INLINE) != 0) {
		(void)reader_take(r, HEADER_LEN - ALIGNED);
		release = text_inline(r);
		module = text_inline(r);
	} else {
		release = text_pointed(go, binary_number(r, go->width, go->big));
		module = text_pointed(go, binary_number(r, go->width, go->big));
	}
	take_release(go, release);
	if (module.len > 2 * SENTINEL)
		take_lines(go, bytes_first(bytes_after(module, SENTINEL),
				       module.len - 2 * SENTINEL));
}

/* The mark may also be a text of a program that looks for it: it is no header there. */
void binary_read_go(struct binary_reading *reading, binary_place *place, const void *map)
{
	struct bytes left = reading->file;
	struct bytes sought = bytes_of_string(mark);
	size_t before = reading->count, marks = 0;

	while (left.len > 0 && reading->count == before && marks++ < MARKS_MAX) {
		size_t at = bytes_find(left, sought);
		size_t offset = reading->file.len - left.len + at;
		struct go go = { .reading = reading, .place = place, .map = map };
		struct reader r = binary_from(reading->file, offset);
		uint8_t flags;

		left = bytes_after(left, at + 1);
		if (offset % ALIGNED != 0)
			continue;
		(void)reader_take(&r, sought.len);
		go.width = reader_u8(&r);
		flags = reader_u8(&r);
		go.big = (flags & FLAG_BIG) != 0;
		if ((flags & FLAG_INLINE) != 0 || go.width == 4 || go.width == 8)
			take_texts(&go, &r, flags);
	}
}

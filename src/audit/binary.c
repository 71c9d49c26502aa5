#include "audit/binary_inside.h"

/* JVMS 4.1. Mach-O's files of several processors begin alike, with their number where the
 * major version is, which is at least 45. */
static bool is_class(struct bytes file)
{
	struct reader r = reader_over(file);

	return reader_u32(&r) == 0xcafebabe && reader_u16(&r) < UINT16_MAX &&
	       reader_u16(&r) >= 45;
}

/* gABI, 4: e_ident. */
static bool is_elf(struct bytes file)
{
	return bytes_start_with(file, bytes_of_string("\177ELF"));
}

/* Behind a program of DOS, which says where. */
static bool is_pe(struct bytes file)
{
	struct reader r = binary_from(file, PE_OFFSET_AT);

	if (!bytes_start_with(file, bytes_of_string("MZ")))
		return false;
	r = binary_from(file, read_le32(&r));
	return bytes_equal(reader_take(&r, 4), bytes_over("PE\0\0", 4));
}

/* To add one: a line here, in order of name. */
static const struct {
	const char *kind;
	bool (*is)(struct bytes file);
	void (*read)(struct binary_reading *reading);
} formats[] = {
	{ "class", is_class, binary_read_class },
	{ "elf", is_elf, binary_read_elf },
	{ "pe", is_pe, binary_read_pe },
};

static size_t format_of(struct bytes file)
{
	size_t i = 0;

	while (i < COUNT_OF(formats) && !formats[i].is(file))
		i++;
	return i;
}

const char *binary_kind(struct bytes file)
{
	size_t format = format_of(file);

	return format < COUNT_OF(formats) ? formats[format].kind : NULL;
}

enum err binary_read(struct bytes file, struct arena *arena, struct binary *ret)
{
	struct binary_reading reading = { .file = file, .arena = arena };
	size_t format = format_of(file);

	*ret = (struct binary){ 0 };
	if (format < COUNT_OF(formats))
		formats[format].read(&reading);
	if (reading.no_memory)
		return ERR_MEMORY;
	*ret = (struct binary){ reading.facts, reading.count, reading.cut };
	return ERR_OK;
}

bool binary_is_full(struct binary_reading *reading)
{
	if (reading->count < FACTS_MAX)
		return false;
	reading->cut = true;
	return true;
}

void binary_add(struct binary_reading *reading, const struct fact *fact)
{
	struct fact *more;

	if (binary_is_full(reading))
		return;
	if (reading->count == reading->room) {
		reading->room = reading->room == 0 ? 64 : 2 * reading->room;
		more = arena_take(reading->arena, reading->room * sizeof *more);
		if (more == NULL) {
			reading->no_memory = true;
			reading->room = reading->count;
			return;
		}
		if (reading->count > 0)
			memcpy(more, reading->facts, reading->count * sizeof *more);
		reading->facts = more;
	}
	reading->facts[reading->count++] = *fact;
}

struct reader binary_from(struct bytes all, uint64_t offset)
{
	struct reader r = reader_over(
		bytes_after(all, offset < all.len ? (size_t)offset : all.len));

	if (offset > all.len)
		reader_spoil(&r, ERR_SHORT);
	return r;
}

struct reader binary_part(struct bytes all, uint64_t offset, uint64_t len)
{
	struct reader from = binary_from(all, offset);
	struct reader r;

	if (len > reader_left(&from)) {
		reader_spoil(&from, ERR_SHORT);
		return from;
	}
	r = reader_child(&from, (size_t)len);
	return r;
}

struct bytes binary_string(struct bytes all, uint64_t offset)
{
	struct reader from = binary_from(all, offset);
	struct bytes rest = bytes_first(reader_rest(&from), NAME_MAX_LEN);
	const uint8_t *end = rest.len > 0 ? memchr(rest.at, 0, rest.len) : NULL;

	if (end == NULL)
		return (struct bytes){ 0 };
	return bytes_first(rest, (size_t)(end - rest.at));
}

size_t binary_offset(const struct binary_reading *reading, struct bytes part)
{
	return part.len > 0 ? (size_t)(part.at - reading->file.at) : 0;
}

uint64_t binary_number(struct reader *r, size_t width, bool big)
{
	struct bytes taken = reader_take(r, width);
	uint64_t value = 0;

	for (size_t i = 0; i < taken.len; i++)
		value = value << 8 | taken.at[big ? i : taken.len - 1 - i];
	return value;
}

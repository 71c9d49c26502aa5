/*
 * PE, as Windows has its programs and libraries: what is imported, by which names. "PE
 * Format" of Microsoft's documentation; the names below are its words.
 */
#include "audit/binary_pe.h"

#define LIBRARIES_MAX 1024
#define SYMBOLS_MAX   65536

enum { MAGIC_WIDE = 0x20b, IS_DLL = 0x2000 };

/* Data directories. */
enum { DIRECTORY_IMPORT = 1, DIRECTORY_DELAYED = 13, DIRECTORY_CLR = 14 };

struct reader pe_from(const struct pe *pe, uint32_t address)
{
	struct reader none = { 0 };

	for (size_t i = 0; i < pe->section_count; i++) {
		const struct section *at = &pe->sections[i];
		struct reader part;

		if (address < at->address || address - at->address >= at->len)
			continue;
		part = binary_part(pe->reading->file, at->offset, at->len);
		(void)reader_take(&part, address - at->address);
		return part;
	}
	reader_spoil(&none, ERR_VALUE);
	return none;
}

static bool place_of_address(const void *map, uint64_t address, uint64_t *ret_offset)
{
	const struct pe *pe = map;

	for (size_t i = 0; i < pe->section_count; i++) {
		const struct section *at = &pe->sections[i];
		uint64_t start = pe->base + at->address;

		if (address < start || address - start >= at->len)
			continue;
		*ret_offset = at->offset + (address - start);
		return true;
	}
	return false;
}

static struct bytes string_at(const struct pe *pe, uint32_t address, uint32_t skip)
{
	struct reader r = pe_from(pe, address);

	(void)reader_take(&r, skip);
	return binary_string(reader_rest(&r), 0);
}

static void add_name(const struct pe *pe, enum fact_kind kind, struct bytes name)
{
	if (name.len > 0)
		binary_add(pe->reading, &(const struct fact){ .kind = kind,
						.name = name,
						.at = binary_offset(pe->reading, name),
						.len = name.len });
}

/* The lookup table of one library: names behind a hint of two bytes, or numbers. */
static void take_symbols(struct pe *pe, uint32_t table)
{
	struct reader r = pe_from(pe, table);
	size_t width = pe->wide ? 8 : 4;

	while (pe->symbols_left > 0 && reader_more(&r)) {
		uint64_t entry = binary_number(&r, width, false);

		if (entry == 0)
			return;
		pe->symbols_left--;
		if ((entry >> (8 * width - 1)) == 0)
			add_name(pe, FACT_SYMBOL, string_at(pe, (uint32_t)entry, 2));
	}
}

static void take_imports(struct pe *pe, uint32_t directory)
{
	struct reader r = pe_from(pe, directory);

	for (size_t i = 0; i < LIBRARIES_MAX && reader_more(&r); i++) {
		uint32_t lookup = read_le32(&r), name, addresses;

		(void)reader_take(&r, 8); /* time, forwarder */
		name = read_le32(&r);
		addresses = read_le32(&r);
		if (reader_fault(&r) != ERR_OK || name == 0)
			return;
		add_name(pe, FACT_LIBRARY, string_at(pe, name, 0));
		take_symbols(pe, lookup != 0 ? lookup : addresses);
	}
}

/* The same of what is loaded when it is first called. */
static void take_delayed(struct pe *pe, uint32_t directory)
{
	struct reader r = pe_from(pe, directory);

	for (size_t i = 0; i < LIBRARIES_MAX && reader_more(&r); i++) {
		uint32_t name, names;

		(void)read_le32(&r); /* attributes */
		name = read_le32(&r);
		(void)reader_take(&r, 8); /* the module's handle, addresses */
		names = read_le32(&r);
		(void)reader_take(&r, 12);
		if (reader_fault(&r) != ERR_OK || name == 0)
			return;
		add_name(pe, FACT_LIBRARY, string_at(pe, name, 0));
		take_symbols(pe, names);
	}
}

static void take_sections(struct pe *pe, struct reader *r, size_t count)
{
	for (size_t i = 0; i < count && i < SECTIONS_MAX; i++) {
		struct section section;

		(void)reader_take(r, 12); /* name, size in memory */
		section.address = read_le32(r);
		section.len = read_le32(r);
		section.offset = read_le32(r);
		(void)reader_take(r, 16);
		if (reader_fault(r) == ERR_OK)
			pe->sections[pe->section_count++] = section;
	}
}

/* Of the optional header: where its directories are. */
static struct reader take_optional(struct pe *pe, struct reader *r, size_t *ret_count)
{
	pe->wide = read_le16(r) == MAGIC_WIDE;
	(void)reader_take(r, pe->wide ? 22 : 26);
	pe->base = binary_number(r, pe->wide ? 8 : 4, false);
	(void)reader_take(r, pe->wide ? 76 : 60);
	*ret_count = read_le32(r);
	return *r;
}

/* 0: there is no such directory. */
static uint32_t directory(struct reader directories, size_t count, size_t index)
{
	uint32_t address;

	if (index >= count)
		return 0;
	(void)reader_take(&directories, 8 * index);
	address = read_le32(&directories);
	return reader_fault(&directories) == ERR_OK ? address : 0;
}

void binary_read_pe(struct binary_reading *reading)
{
	struct pe pe = { .reading = reading, .symbols_left = SYMBOLS_MAX };
	struct reader r = binary_from(reading->file, PE_OFFSET_AT);
	struct reader optional, directories;
	size_t sections, optional_len, count = 0;
	uint32_t clr;

	r = binary_from(reading->file, read_le32(&r));
	(void)reader_take(&r, 6); /* its mark, the machine */
	sections = read_le16(&r);
	(void)reader_take(&r, 12);
	optional_len = read_le16(&r);
	pe.is_library = (read_le16(&r) & IS_DLL) != 0;
	optional = reader_child(&r, optional_len);
	directories = take_optional(&pe, &optional, &count);
	take_sections(&pe, &r, sections);
	if (reader_fault(&r) != ERR_OK || reader_fault(&optional) != ERR_OK) {
		reading->cut = true;
		return;
	}
	take_imports(&pe, directory(directories, count, DIRECTORY_IMPORT));
	take_delayed(&pe, directory(directories, count, DIRECTORY_DELAYED));
	clr = directory(directories, count, DIRECTORY_CLR);
	if (clr != 0)
		binary_read_clr(&pe, clr);
	binary_read_go(reading, place_of_address, &pe);
}

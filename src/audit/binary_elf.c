/*
 * ELF as the loader sees it: what the dynamic segment names, never the sections, which
 * may be absent or lie. gABI (System V ABI, edition 4.1), 5; versions as GNU has them
 * (LSB 5.0, 10.7).
 */
#include "audit/binary_inside.h"

#define SEGMENTS_MAX 512   /* programs have some ten */
#define ENTRIES_MAX  16384 /* of the dynamic segment: libraries that are linked with */
#define SYMBOLS_MAX  1000000
#define VERSIONS_MAX 4096

enum { SEGMENT_LOAD = 1, SEGMENT_DYNAMIC = 2 };

/* What of the dynamic segment is needed. gABI, 5: figure 5-10. */
enum {
	TAG_NEEDED = 1,
	TAG_HASH = 4,
	TAG_STRINGS = 5,
	TAG_SYMBOLS = 6,
	TAG_STRINGS_LEN = 10,
	TAG_GNU_HASH = 0x6ffffef5,
	TAG_DEFINED = 0x6ffffffc,
	TAG_DEFINED_COUNT = 0x6ffffffd,
};

struct segment {
	uint64_t address;
	uint64_t offset;
	uint64_t len;
};

struct elf {
	struct binary_reading *reading;
	bool big;  /* its numbers' order */
	bool wide; /* 64 bits */
	struct segment segments[SEGMENTS_MAX];
	size_t segment_count;
	struct bytes dynamic;

	struct bytes strings;
	uint64_t strings_at;
	uint64_t strings_len;
	uint64_t symbols;
	uint64_t hash;
	uint64_t gnu_hash;
	uint64_t defined;
	uint64_t defined_count;
};

static uint64_t half(const struct elf *elf, struct reader *r)
{
	return binary_number(r, 2, elf->big);
}

static uint64_t word(const struct elf *elf, struct reader *r)
{
	return binary_number(r, 4, elf->big);
}

/* An address, an offset, a length. */
static uint64_t natural(const struct elf *elf, struct reader *r)
{
	return binary_number(r, elf->wide ? 8 : 4, elf->big);
}

static void take_segment(struct elf *elf, struct reader *r)
{
	uint64_t type = word(elf, r);
	struct segment segment;

	if (elf->wide)
		(void)word(elf, r); /* flags */
	segment.offset = natural(elf, r);
	segment.address = natural(elf, r);
	(void)natural(elf, r); /* the physical address */
	segment.len = natural(elf, r);
	if (reader_fault(r) != ERR_OK)
		return;
	if (type == SEGMENT_LOAD && elf->segment_count < SEGMENTS_MAX) {
		elf->segments[elf->segment_count++] = segment;
	} else if (type == SEGMENT_DYNAMIC) {
		struct reader part =
			binary_part(elf->reading->file, segment.offset, segment.len);

		elf->reading->cut |= reader_fault(&part) != ERR_OK;
		elf->dynamic = reader_rest(&part);
	}
}

/* gABI, 4: the header; 5: program headers. */
static bool take_header(struct elf *elf)
{
	struct reader r = reader_over(elf->reading->file);
	uint64_t offset, size, count;

	(void)reader_take(&r, 4); /* the magic */
	elf->wide = reader_u8(&r) == 2;
	elf->big = reader_u8(&r) == 2;
	(void)reader_take(&r, 10 + 8); /* e_ident's rest; type, machine, version */
	(void)natural(elf, &r);
	offset = natural(elf, &r);
	(void)natural(elf, &r);
	(void)reader_take(&r, 6); /* flags, this header's size */
	size = half(elf, &r);
	count = half(elf, &r);
	if (reader_fault(&r) != ERR_OK)
		return false;
	for (size_t i = 0; i < count && i < SEGMENTS_MAX; i++) {
		struct reader part =
			binary_part(elf->reading->file, offset + i * size, size);

		take_segment(elf, &part);
		if (reader_fault(&part) != ERR_OK)
			return false;
	}
	return true;
}

static bool place_of_address(const void *map, uint64_t address, uint64_t *ret_offset)
{
	const struct elf *elf = map;

	for (size_t i = 0; i < elf->segment_count; i++) {
		const struct segment *at = &elf->segments[i];

		if (address < at->address || address - at->address >= at->len)
			continue;
		*ret_offset = at->offset + (address - at->address);
		return true;
	}
	return false;
}

/* From an address to the end of the file; spoiled if it is nowhere. */
static struct reader from_address(const struct elf *elf, uint64_t address)
{
	uint64_t offset = UINT64_MAX;

	(void)place_of_address(elf, address, &offset);
	return binary_from(elf->reading->file, offset);
}

static void add_name(struct elf *elf, enum fact_kind kind, uint64_t string)
{
	struct bytes name = binary_string(elf->strings, string);

	if (name.len > 0)
		binary_add(elf->reading, &(const struct fact){ .kind = kind,
						 .name = name,
						 .at = binary_offset(elf->reading, name),
						 .len = name.len });
}

static void take_tag(struct elf *elf, uint64_t tag, uint64_t value)
{
	switch (tag) {
	case TAG_HASH:
		elf->hash = value;
		break;
	case TAG_STRINGS:
		elf->strings_at = value;
		break;
	case TAG_SYMBOLS:
		elf->symbols = value;
		break;
	case TAG_STRINGS_LEN:
		elf->strings_len = value;
		break;
	case TAG_GNU_HASH:
		elf->gnu_hash = value;
		break;
	case TAG_DEFINED:
		elf->defined = value;
		break;
	case TAG_DEFINED_COUNT:
		elf->defined_count = value;
		break;
	default:
		break;
	}
}

/* Names are known only after all tags, so there are two turns. */
static void take_dynamic(struct elf *elf, bool libraries)
{
	struct reader r = reader_over(elf->dynamic);
	uint64_t tag = 1;

	for (size_t i = 0; i < ENTRIES_MAX && tag != 0 && reader_more(&r); i++) {
		uint64_t value;

		tag = natural(elf, &r);
		value = natural(elf, &r);
		if (reader_fault(&r) != ERR_OK)
			break;
		if (!libraries)
			take_tag(elf, tag, value);
		else if (tag == TAG_NEEDED)
			add_name(elf, FACT_LIBRARY, value);
	}
}

/* Those that others give stand in front of the first that GNU's table hashes; the old
 * table has the count of all. gABI, 5: hash table. */
static uint64_t symbol_count(const struct elf *elf)
{
	struct reader r;

	if (elf->gnu_hash != 0) {
		r = from_address(elf, elf->gnu_hash);
		(void)word(elf, &r); /* buckets */
		return word(elf, &r);
	}
	if (elf->hash == 0)
		return 0;
	r = from_address(elf, elf->hash);
	(void)word(elf, &r);
	return word(elf, &r);
}

/* gABI, 4: symbol table. Section 0: it is another's. */
static void take_symbols(struct elf *elf)
{
	struct reader r = from_address(elf, elf->symbols);
	uint64_t count = symbol_count(elf);

	if (count > SYMBOLS_MAX) {
		elf->reading->cut = true;
		count = SYMBOLS_MAX;
	}
	for (uint64_t i = 0; i < count && reader_more(&r); i++) {
		uint64_t name = word(elf, &r), section;

		(void)reader_take(&r, elf->wide ? 2 : 10); /* value, size; info, other */
		section = half(elf, &r);
		(void)reader_take(&r, elf->wide ? 16 : 0);
		if (reader_fault(&r) != ERR_OK)
			elf->reading->cut = true;
		else if (section == 0 && name != 0)
			add_name(elf, FACT_SYMBOL, name);
	}
}

/* LSB 5.0, 10.7.3: each definition's first name, and how far it is to the next. */
static void take_defined(struct elf *elf)
{
	uint64_t at = elf->defined;

	for (uint64_t i = 0; i < elf->defined_count && i < VERSIONS_MAX; i++) {
		struct reader r = from_address(elf, at);
		struct reader names;
		uint64_t first, next;

		(void)reader_take(&r, 12); /* version, flags, index, count, hash */
		first = word(elf, &r);
		next = word(elf, &r);
		names = from_address(elf, at + first);
		if (reader_fault(&r) == ERR_OK)
			add_name(elf, FACT_DEFINED, word(elf, &names));
		if (next == 0 || reader_fault(&r) != ERR_OK)
			break;
		at += next;
	}
}

void binary_read_elf(struct binary_reading *reading)
{
	struct elf elf = { .reading = reading };
	uint64_t offset = 0;
	struct reader strings;

	if (!take_header(&elf)) {
		reading->cut = true;
		return;
	}
	take_dynamic(&elf, false);
	if (elf.strings_at != 0 && place_of_address(&elf, elf.strings_at, &offset)) {
		strings = binary_part(reading->file, offset, elf.strings_len);
		elf.strings = reader_rest(&strings);
		take_dynamic(&elf, true);
		if (elf.symbols != 0)
			take_symbols(&elf);
		take_defined(&elf);
	}
	binary_read_go(reading, place_of_address, &elf);
}

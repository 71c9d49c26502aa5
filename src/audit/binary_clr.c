#include "audit/binary_clr.h"

#define STREAMS_MAX    32 /* there are five */
#define ROWS_MAX       10000000
#define ATTRIBUTES_MAX 100000

enum { ROOT_MAGIC = 0x424a5342, STRINGS_WIDE = 1, GUIDS_WIDE = 2, BLOBS_WIDE = 4 };

/*
 * The rows of tables, II.22: 2 and 4 are numbers of so many bytes; s, g, b indices into
 * heaps; a letter of coded below; t and a digit of 16 an index into a table.
 */
static const char *const layouts[TABLES_READ] = {
	[0x00] = "2sggg",    /* Module */
	[0x01] = "Rss",      /* TypeRef */
	[0x02] = "4ssDt4t6", /* TypeDef */
	[0x03] = "t4",       /* FieldPtr */
	[0x04] = "2sb",      /* Field */
	[0x05] = "t6",       /* MethodPtr */
	[0x06] = "422sbt8",  /* MethodDef */
	[0x07] = "t8",       /* ParamPtr */
	[0x08] = "22s",      /* Param */
	[0x09] = "t2D",      /* InterfaceImpl */
	[0x0a] = "Psb",      /* MemberRef */
	[0x0b] = "2Cb",      /* Constant */
	[0x0c] = "AYb",      /* CustomAttribute */
};

/* II.24.2.6: the tables that an index may go into; 0x3f is none. */
static const struct {
	char letter;
	uint8_t bits;
	uint8_t count;
	uint8_t tables[22];
} coded[] = {
	{ 'A', 5, 22,
		{ 6, 4, 1, 2, 8, 9, 10, 0, 14, 0x17, 0x14, 0x11, 0x1a, 0x1b, 0x20, 0x23,
			0x26, 0x27, 0x28, 0x2a, 0x2c, 0x2b } }, /* HasCustomAttribute */
	{ 'C', 2, 3, { 4, 8, 0x17 } },                          /* HasConstant */
	{ 'D', 2, 3, { 2, 1, 0x1b } },                          /* TypeDefOrRef */
	{ 'P', 3, 5, { 2, 1, 0x1a, 6, 0x1b } },                 /* MemberRefParent */
	{ 'R', 2, 4, { 0, 0x1a, 0x23, 1 } },                    /* ResolutionScope */
	{ 'Y', 3, 5, { 0x3f, 0x3f, 6, 10, 0x3f } },             /* CustomAttributeType */
};

static size_t coded_width(const struct clr *clr, char letter)
{
	for (size_t i = 0; i < COUNT_OF(coded); i++) {
		uint32_t limit = UINT32_C(1) << (16 - coded[i].bits);

		if (coded[i].letter != letter)
			continue;
		for (size_t j = 0; j < coded[i].count; j++)
			if (clr->rows[coded[i].tables[j]] >= limit)
				return 4;
	}
	return 2;
}

static size_t table_width(const struct clr *clr, unsigned table)
{
	return clr->rows[table] > UINT16_MAX ? 4 : 2;
}

static size_t heap_width(const struct clr *clr, uint8_t flag)
{
	return (clr->heap_sizes & flag) != 0 ? 4 : 2;
}

static size_t row_len(const struct clr *clr, const char *layout)
{
	size_t len = 0;

	for (; *layout != '\0'; layout++) {
		if (*layout == '2' || *layout == '4')
			len += (size_t)(*layout - '0');
		else if (*layout == 's')
			len += heap_width(clr, STRINGS_WIDE);
		else if (*layout == 'g')
			len += heap_width(clr, GUIDS_WIDE);
		else if (*layout == 'b')
			len += heap_width(clr, BLOBS_WIDE);
		else if (*layout == 't')
			len += table_width(clr, (unsigned)(*++layout - '0'));
		else
			len += coded_width(clr, *layout);
	}
	return len;
}

struct reader clr_row(const struct clr *clr, unsigned table, uint32_t row)
{
	struct reader none = { 0 };

	if (row > 0 && row <= clr->rows[table])
		return binary_part(clr->tables,
			clr->start[table] + (uint64_t)(row - 1) * clr->row_len[table],
			clr->row_len[table]);
	reader_spoil(&none, ERR_VALUE);
	return none;
}

uint32_t clr_string_index(const struct clr *clr, struct reader *row)
{
	return (uint32_t)binary_number(row, heap_width(clr, STRINGS_WIDE), false);
}

uint32_t clr_blob_index(const struct clr *clr, struct reader *row)
{
	return (uint32_t)binary_number(row, heap_width(clr, BLOBS_WIDE), false);
}

uint32_t clr_table_index(const struct clr *clr, struct reader *row, unsigned table)
{
	return (uint32_t)binary_number(row, table_width(clr, table), false);
}

uint32_t clr_coded_index(const struct clr *clr, struct reader *row, char letter)
{
	return (uint32_t)binary_number(row, coded_width(clr, letter), false);
}

struct bytes clr_string(const struct clr *clr, uint32_t index)
{
	return binary_string(clr->strings, index);
}

uint32_t clr_length(struct reader *r)
{
	uint32_t first = reader_u8(r);

	if ((first & 0x80) == 0)
		return first;
	if ((first & 0x40) == 0)
		return (first & 0x3f) << 8 | reader_u8(r);
	return (first & 0x1f) << 24 | reader_u24(r);
}

struct reader clr_blob(const struct clr *clr, uint32_t index)
{
	struct reader r = binary_from(clr->blobs, index);
	uint32_t len = clr_length(&r);

	return reader_child(&r, len);
}

struct bytes clr_dotted(
	const struct clr *clr, struct bytes space, struct bytes name, struct bytes member)
{
	const struct bytes parts[] = { space, name, member };
	struct binary_reading *reading = clr->pe->reading;
	size_t len = 0, room = space.len + name.len + member.len + COUNT_OF(parts);
	uint8_t *all = arena_take(reading->arena, room);

	if (all == NULL) {
		reading->no_memory = true;
		return (struct bytes){ 0 };
	}
	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		if (parts[i].len == 0)
			continue;
		if (len > 0)
			all[len++] = '.';
		memcpy(all + len, parts[i].at, parts[i].len);
		len += parts[i].len;
	}
	return bytes_over(all, len);
}

/* II.23.2.1: how it is called, type parameters if it has some, the number of others. */
static size_t parameters(struct reader signature)
{
	if ((reader_u8(&signature) & 0x10) != 0)
		(void)clr_length(&signature);
	return clr_length(&signature);
}

struct clr_member clr_member(const struct clr *clr, uint32_t row)
{
	struct reader r = clr_row(clr, TABLE_MEMBER_REF, row);
	uint32_t parent = clr_coded_index(clr, &r, 'P');
	struct clr_member member = { 0 };
	struct reader type;

	if (reader_fault(&r) != ERR_OK || (parent & 7) != 1) /* a TypeRef */
		return member;
	member.name = clr_string(clr, clr_string_index(clr, &r));
	member.parameters = parameters(clr_blob(clr, clr_blob_index(clr, &r)));
	type = clr_row(clr, TABLE_TYPE_REF, parent >> 3);
	(void)clr_coded_index(clr, &type, 'R');
	member.type = clr_string(clr, clr_string_index(clr, &type));
	member.space = clr_string(clr, clr_string_index(clr, &type));
	return member;
}

/* II.24.2.6: the stream "#~". */
static bool take_tables(struct clr *clr, struct bytes stream)
{
	struct reader r = reader_over(stream);
	size_t start = 0;
	uint64_t present;

	(void)reader_take(&r, 6); /* reserved, version */
	clr->heap_sizes = reader_u8(&r);
	(void)reader_u8(&r);
	present = binary_number(&r, 8, false);
	(void)reader_take(&r, 8); /* which are sorted */
	for (unsigned i = 0; i < TABLES; i++) {
		if ((present >> i & 1) != 0)
			clr->rows[i] = read_le32(&r);
		if (clr->rows[i] > ROWS_MAX)
			reader_spoil(&r, ERR_LIMIT);
	}
	clr->tables = reader_rest(&r);
	for (unsigned i = 0; i < TABLES_READ; i++) {
		clr->start[i] = start;
		clr->row_len[i] = row_len(clr, layouts[i]);
		start += clr->row_len[i] * clr->rows[i];
	}
	return reader_fault(&r) == ERR_OK && start <= clr->tables.len;
}

static bool is_stream(struct bytes name, const char *wanted)
{
	return bytes_equal(name, bytes_of_string(wanted));
}

/* II.24.2.1: the root, and the headers of its streams. */
static bool take_root(struct clr *clr, struct bytes root)
{
	struct reader r = reader_over(root);
	struct bytes tables = { 0 };
	size_t count;

	if (read_le32(&r) != ROOT_MAGIC)
		return false;
	(void)reader_take(&r, 8); /* versions, reserved */
	(void)reader_take(&r, read_le32(&r));
	(void)read_le16(&r); /* flags */
	count = read_le16(&r);
	for (size_t i = 0; i < count && i < STREAMS_MAX && reader_more(&r); i++) {
		uint32_t offset = read_le32(&r), len = read_le32(&r);
		struct reader stream = binary_part(root, offset, len);
		struct reader names = r;
		struct bytes name = binary_string(reader_rest(&names), 0);

		(void)reader_take(&r, (name.len / 4 + 1) * 4);
		if (is_stream(name, "#Strings"))
			clr->strings = reader_rest(&stream);
		else if (is_stream(name, "#Blob"))
			clr->blobs = reader_rest(&stream);
		else if (is_stream(name, "#~"))
			tables = reader_rest(&stream);
	}
	return reader_fault(&r) == ERR_OK && take_tables(clr, tables);
}

/* ".NETFramework,Version=v4.5" of a program; a library does what its program targets. */
static void take_target(const struct clr *clr, struct bytes text)
{
	static const char start[] = ".NETFramework,Version=v";

	if (bytes_start_with(text, bytes_of_string(start)))
		binary_add(clr->pe->reading,
			&(const struct fact){ .kind = FACT_STATED,
				.name = bytes_of_string("framework"),
				.value = bytes_after(text, sizeof start - 1),
				.at = binary_offset(clr->pe->reading, text),
				.len = text.len });
}

/* II.22.10: attributes of the assembly; II.23.3: a value begins with 1, then its text. */
static void take_attributes(const struct clr *clr)
{
	for (uint32_t i = 1; i <= clr->rows[TABLE_ATTRIBUTE] && i < ATTRIBUTES_MAX; i++) {
		struct reader r = clr_row(clr, TABLE_ATTRIBUTE, i);
		uint32_t parent = clr_coded_index(clr, &r, 'A');
		uint32_t type = clr_coded_index(clr, &r, 'Y');
		struct reader value = clr_blob(clr, clr_blob_index(clr, &r));

		if ((parent & 0x1f) != 14 || (type & 7) != 3 ||
			!bytes_equal(clr_member(clr, type >> 3).type,
				bytes_of_string("TargetFrameworkAttribute")))
			continue;
		(void)read_le16(&value);
		take_target(clr, reader_take(&value, clr_length(&value)));
	}
}

/* II.25.3.3: the header says where the metadata is. */
void binary_read_clr(const struct pe *pe, uint32_t header)
{
	struct clr clr = { .pe = pe };
	struct reader r = pe_from(pe, header);
	uint32_t address, len;

	(void)reader_take(&r, 8);
	address = read_le32(&r);
	len = read_le32(&r);
	if (reader_fault(&r) == ERR_OK) {
		struct reader from = pe_from(pe, address);
		struct reader root = reader_child(&from, len);

		if (take_root(&clr, reader_rest(&root))) {
			if (!pe->is_library)
				take_attributes(&clr);
			binary_read_il(&clr);
			return;
		}
	}
	pe->reading->cut = true;
}

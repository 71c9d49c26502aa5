/*
 * binary_clr - the metadata of a .NET assembly: tables of fixed rows, and heaps of texts
 * and signatures. ECMA-335 (6th edition), II.24.
 *
 * To be included by binary*.c only.
 */
#ifndef AUDIT_BINARY_CLR_H
#define AUDIT_BINARY_CLR_H

#include "audit/binary_pe.h"

/* Tables by number, as far as they are read. II.22. */
enum {
	TABLE_TYPE_REF = 0x01,
	TABLE_TYPE_DEF = 0x02,
	TABLE_METHOD = 0x06,
	TABLE_MEMBER_REF = 0x0a,
	TABLE_ATTRIBUTE = 0x0c,
	TABLES_READ = 0x0d, /* those before it lie in front, and are all that is needed */
	TABLES = 64,
};

struct clr {
	const struct pe *pe;
	struct bytes strings;
	struct bytes blobs;
	struct bytes tables; /* their rows, one table behind the other */
	uint32_t rows[TABLES];
	size_t row_len[TABLES_READ];
	size_t start[TABLES_READ]; /* in tables */
	uint8_t heap_sizes;
};

/* A row, from 1; spoiled if there is none. */
struct reader clr_row(const struct clr *clr, unsigned table, uint32_t row);

/* An index that stands in a row: into the texts, the blobs, a table, or one of several
 * tables, the lowest bits telling which. */
uint32_t clr_string_index(const struct clr *clr, struct reader *row);
uint32_t clr_blob_index(const struct clr *clr, struct reader *row);
uint32_t clr_table_index(const struct clr *clr, struct reader *row, unsigned table);
uint32_t clr_coded_index(const struct clr *clr, struct reader *row, char coded);

struct bytes clr_string(const struct clr *clr, uint32_t index);
struct reader clr_blob(const struct clr *clr, uint32_t index);

/* A length in 1, 2 or 4 bytes. II.23.2 */
uint32_t clr_length(struct reader *r);

/* A row of TABLE_MEMBER_REF; its names are empty if it is of no type that has one here.
 */
struct clr_member {
	struct bytes space;
	struct bytes type;
	struct bytes name;
	size_t parameters;
};

struct clr_member clr_member(const struct clr *clr, uint32_t row);

/* Namespace and name of a type, and a member of it, with points between. */
struct bytes clr_dotted(const struct clr *clr, struct bytes space, struct bytes name,
	struct bytes member);

/* What methods hand to calls that decide versions. */
void binary_read_il(const struct clr *clr);

#endif

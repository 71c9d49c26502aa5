/*
 * binary_inside - a binary that is being read, as the readers of its formats share it.
 *
 * To be included by binary*.c only.
 */
#ifndef AUDIT_BINARY_INSIDE_H
#define AUDIT_BINARY_INSIDE_H

#include "audit/binary.h"
#include "base/reader.h"

/* Names of others are no longer; C++ has some of thousands of characters. */
#define NAME_MAX_LEN 1024

#define PE_OFFSET_AT 0x3c /* of a DOS program: where its Windows program begins */

struct binary_reading {
	struct bytes file;
	struct arena *arena;
	struct fact *facts;
	size_t count;
	size_t room;
	bool cut;
	bool no_memory;
};

/* Where what lies at an address of memory stands in the file; false: nowhere. */
typedef bool binary_place(const void *map, uint64_t address, uint64_t *ret_offset);

void binary_read_class(struct binary_reading *reading);
void binary_read_elf(struct binary_reading *reading);
void binary_read_pe(struct binary_reading *reading);

/* Go's build information, if there is any: pointers in it are addresses. */
void binary_read_go(struct binary_reading *reading, binary_place *place, const void *map);

/* True at the ceiling, and says that there are more: ask it before memory is taken for a
 * fact, of which a file may pretend to have millions. */
bool binary_is_full(struct binary_reading *reading);

/* Keeps a fact, unless it is full. */
void binary_add(struct binary_reading *reading, const struct fact *fact);

/* len bytes at an offset of all; a spoiled reader if it has fewer. */
struct reader binary_part(struct bytes all, uint64_t offset, uint64_t len);

/* From an offset of all to its end. */
struct reader binary_from(struct bytes all, uint64_t offset);

/* The text at an offset, up to its zero; nothing if there is none, or it is too long. */
struct bytes binary_string(struct bytes all, uint64_t offset);

/* Where a part of the file stands in it. */
size_t binary_offset(const struct binary_reading *reading, struct bytes part);

/* Numbers of 1, 2, 4 or 8 bytes, in either order. */
uint64_t binary_number(struct reader *r, size_t width, bool big);

static inline uint16_t read_le16(struct reader *r)
{
	return reader_le16(r);
}

static inline uint32_t read_le32(struct reader *r)
{
	return (uint32_t)binary_number(r, 4, false);
}

#endif

/*
 * binary_pe - a PE file's map, as the readers of what is in it share it.
 *
 * To be included by binary*.c only.
 */
#ifndef AUDIT_BINARY_PE_H
#define AUDIT_BINARY_PE_H

#include "audit/binary_inside.h"

#define SECTIONS_MAX 96 /* what Windows loads at most */

struct section {
	uint32_t address; /* from the image's base on */
	uint32_t len;
	uint32_t offset;
};

struct pe {
	struct binary_reading *reading;
	bool wide; /* PE32+ */
	bool is_library;
	uint64_t base;
	struct section sections[SECTIONS_MAX];
	size_t section_count;
	size_t symbols_left; /* until there are too many, of all libraries */
};

/* From an address on to the end of its section; spoiled if it is in none. */
struct reader pe_from(const struct pe *pe, uint32_t address);

/* What .NET keeps of an assembly: its header stands at an address. */
void binary_read_clr(const struct pe *pe, uint32_t header);

#endif

/*
 * elf - a shared library for tests, written piece by piece: as a linker makes it, but
 * with nothing in it that is not read.
 */
#ifndef TESTS_UNIT_AUDIT_ELF_H
#define TESTS_UNIT_AUDIT_ELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define ELF_ROOM 8192
#define ELF_BASE 0x10000 /* where it is loaded */

struct elf_file {
	uint8_t at[ELF_ROOM];
	size_t len;
	bool wide;
	bool big;
};

/* Puts a number of so many bytes at a place. */
static inline void elf_put(struct elf_file *elf, size_t at, uint64_t value, size_t width)
{
	for (size_t i = 0; i < width; i++)
		elf->at[at + (elf->big ? width - 1 - i : i)] = (uint8_t)(value >> 8 * i);
}

static inline void elf_add(struct elf_file *elf, uint64_t value, size_t width)
{
	elf_put(elf, elf->len, value, width);
	elf->len += width;
}

static inline void elf_natural(struct elf_file *elf, uint64_t value)
{
	elf_add(elf, value, elf->wide ? 8 : 4);
}

static inline void elf_bytes(struct elf_file *elf, const void *bytes, size_t len)
{
	memcpy(elf->at + elf->len, bytes, len);
	elf->len += len;
}

/* The header and two program headers, whose fields for the dynamic segment and the whole
 * are put once all else is written: elf_end(). gABI, 4 and 5. */
static inline void elf_begin(struct elf_file *elf, bool wide, bool big)
{
	static const uint8_t magic[] = { 0x7f, 'E', 'L', 'F' };
	size_t header = wide ? 64 : 52, segment = wide ? 56 : 32;

	memset(elf, 0, sizeof *elf);
	elf->wide = wide;
	elf->big = big;
	elf_bytes(elf, magic, sizeof magic);
	elf_add(elf, wide ? 2 : 1, 1);
	elf_add(elf, big ? 2 : 1, 1);
	elf->len = 16;
	elf_add(elf, 3, 2); /* a shared object */
	elf_add(elf, 0, 2);
	elf_add(elf, 1, 4);
	elf_natural(elf, 0);
	elf_natural(elf, header);
	elf_natural(elf, 0);
	elf_add(elf, 0, 4);
	elf_add(elf, header, 2);
	elf_add(elf, segment, 2);
	elf_add(elf, 2, 2);
	elf->len = header + 2 * segment;
}

static inline void elf_segment(
	struct elf_file *elf, size_t index, uint64_t type, uint64_t offset, uint64_t len)
{
	size_t end = elf->len;

	elf->len = (elf->wide ? 64 : 52) + index * (elf->wide ? 56 : 32);
	elf_add(elf, type, 4);
	if (elf->wide)
		elf_add(elf, 4, 4);
	elf_natural(elf, offset);
	elf_natural(elf, ELF_BASE + offset);
	elf_natural(elf, ELF_BASE + offset);
	elf_natural(elf, len);
	elf_natural(elf, len);
	elf->len = end;
}

static inline void elf_symbol(struct elf_file *elf, uint64_t name, uint64_t section)
{
	elf_add(elf, name, 4);
	if (elf->wide) {
		elf_add(elf, 0x12, 2);
		elf_add(elf, section, 2);
		elf_natural(elf, 0);
		elf_natural(elf, 0);
	} else {
		elf_natural(elf, 0);
		elf_natural(elf, 0);
		elf_add(elf, 0x12, 2);
		elf_add(elf, section, 2);
	}
}

/* One entry of the dynamic segment. */
static inline void elf_tag(struct elf_file *elf, uint64_t tag, uint64_t value)
{
	elf_natural(elf, tag);
	elf_natural(elf, value);
}

/* The dynamic segment began at that offset, and ends here. */
static inline void elf_end(struct elf_file *elf, size_t dynamic)
{
	elf_tag(elf, 0, 0);
	elf_segment(elf, 0, 1, 0, elf->len);
	elf_segment(elf, 1, 2, dynamic, elf->len - dynamic);
}

/* Texts at 1 (libssl.so.1.0.0), 17 (TLSv1_method), 30 (own), 34 (GNUTLS_3_6_14). */
#define ELF_STRINGS "\0libssl.so.1.0.0\0TLSv1_method\0own\0GNUTLS_3_6_14"

/* A library that needs another, takes one symbol and gives one, and defines a version;
 * symbols are counted by GNU's table, or by the old one. */
static inline void elf_write(struct elf_file *elf, bool wide, bool big, bool old_hash)
{
	size_t strings, symbols, hash, defined, dynamic;

	elf_begin(elf, wide, big);
	strings = elf->len;
	elf_bytes(elf, ELF_STRINGS, sizeof ELF_STRINGS);
	symbols = elf->len;
	elf_symbol(elf, 0, 0);
	elf_symbol(elf, 17, 0);
	elf_symbol(elf, 30, 7);
	hash = elf->len;
	elf_add(elf, 1, 4);
	elf_add(elf, old_hash ? 3 : 2, 4);
	defined = elf->len;
	elf_add(elf, 1, 2);
	elf_add(elf, 0, 2);
	elf_add(elf, 1, 2);
	elf_add(elf, 1, 2);
	elf_add(elf, 0, 4);
	elf_add(elf, 20, 4);
	elf_add(elf, 0, 4);
	elf_add(elf, 34, 4);
	elf_add(elf, 0, 4);
	dynamic = elf->len;
	elf_tag(elf, 1, 1);
	elf_tag(elf, old_hash ? 4 : 0x6ffffef5, ELF_BASE + hash);
	elf_tag(elf, 5, ELF_BASE + strings);
	elf_tag(elf, 6, ELF_BASE + symbols);
	elf_tag(elf, 10, sizeof ELF_STRINGS);
	elf_tag(elf, 0x6ffffffc, ELF_BASE + defined);
	elf_tag(elf, 0x6ffffffd, 1);
	elf_end(elf, dynamic);
}

#endif

/*
 * writer - a cursor that fills the caller's memory and cannot leave it.
 *
 * The counterpart of the reader: a write that would cross the end writes
 * nothing and spoils the writer for good, so a structure is written straight
 * through and asked once, at the end, whether it fitted.
 */
#ifndef BASE_WRITER_H
#define BASE_WRITER_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

struct writer {
	uint8_t *start; /* members are for writer.c alone */
	size_t len;
	size_t room;
	enum err fault;
};

struct writer writer_over(void *memory, size_t room);

/* Big-endian numbers. */
void writer_u8(struct writer *w, uint8_t value);
void writer_u16(struct writer *w, uint16_t value);
void writer_u24(struct writer *w, uint32_t value);
void writer_u32(struct writer *w, uint32_t value);
void writer_u64(struct writer *w, uint64_t value);

void writer_bytes(struct writer *w, struct bytes all);
void writer_zeros(struct writer *w, size_t n);

/* Opens a vector whose length of `width` bytes (1 to 3) is written by
 * writer_close(), which takes what writer_open() answered. */
size_t writer_open(struct writer *w, size_t width);
void writer_close(struct writer *w, size_t opened, size_t width);

/* What was written so far; nothing once spoiled. Borrowed from the caller's memory. */
struct bytes writer_written(const struct writer *w);

/* ERR_OK, or why a write did not fit. */
MUST_USE enum err writer_end(const struct writer *w);

#endif

/*
 * reader - a cursor over bytes we do not trust.
 *
 * A reader cannot be made to look outside its bytes. A read that would cross
 * the end yields zero, or nothing, and spoils the reader: it is empty for good
 * and keeps the first fault. So a parser reads a whole structure straight
 * through and asks once, at the end, whether all was well.
 *
 * A reader owns nothing; the bytes must outlive it. Copying it keeps a place:
 * a stored list is walked by walking a copy.
 */
#ifndef BASE_READER_H
#define BASE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

struct reader {
	const uint8_t *at; /* members are for reader.c alone */
	size_t left;
	enum err fault;
};

struct reader reader_over(struct bytes all);

/* Big-endian numbers. */
uint8_t reader_u8(struct reader *r);
uint16_t reader_u16(struct reader *r);
uint32_t reader_u24(struct reader *r);
uint32_t reader_u32(struct reader *r);
uint64_t reader_u64(struct reader *r);

/* Little-endian numbers, for the formats that have them (TDS, MySQL, pcap). */
uint16_t reader_le16(struct reader *r);

/* The next n bytes, or nothing and a spoiled reader if there are fewer. Borrowed. */
struct bytes reader_take(struct reader *r, size_t n);

/* All that remains. Borrowed. */
struct bytes reader_rest(struct reader *r);

/* How many bytes remain. */
size_t reader_left(const struct reader *r);

/* A vector to read now, its length in front: a child that sees its own bytes
 * and no others. Hand the child to reader_close(). RFC 8446, 3.4. */
struct reader reader_vec8(struct reader *r);
struct reader reader_vec16(struct reader *r);
struct reader reader_vec24(struct reader *r);

/* A child of exactly n bytes. */
struct reader reader_child(struct reader *r, size_t n);

/* A vector to keep for later, of items of item_len bytes. An uneven length
 * spoils r, so a list needs no closing. */
struct reader reader_list8(struct reader *r, size_t item_len);
struct reader reader_list16(struct reader *r, size_t item_len);

/* True while there is more to read; never again once spoiled. */
bool reader_more(const struct reader *r);

/* Spoils r with why, unless it is spoiled already. */
void reader_spoil(struct reader *r, enum err why);

/* Spoils parent if child is spoiled, or was not read to its end. */
void reader_close(struct reader *parent, const struct reader *child);

/* The fault that spoiled r, or ERR_OK; bytes may still be unread. */
enum err reader_fault(const struct reader *r);

/* ERR_OK only if every byte was read and none was missing. */
MUST_USE enum err reader_end(const struct reader *r);

#endif

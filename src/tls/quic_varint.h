/*
 * quic_varint - QUIC's numbers of one to eight bytes. RFC 9000, 16.
 */
#ifndef TLS_QUIC_VARINT_H
#define TLS_QUIC_VARINT_H

#include "base/reader.h"

static inline uint64_t quic_varint(struct reader *r)
{
	uint8_t first = reader_u8(r);
	uint64_t value = first & 0x3f;

	for (size_t more = ((size_t)1 << (first >> 6)) - 1; more > 0; more--)
		value = value << 8 | reader_u8(r);
	return value;
}

/* The next n bytes, as reader_take(), for an n that a varint told. */
static inline struct bytes quic_varint_take(struct reader *r, uint64_t n)
{
	if (n > reader_left(r)) {
		reader_spoil(r, ERR_SHORT);
		return (struct bytes){ 0 };
	}
	return reader_take(r, (size_t)n);
}

#endif

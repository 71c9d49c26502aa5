/*
 * record - takes the record layer off a stream: bytes in, pieces of records out.
 *
 * A deframer sees one direction of one connection, in order, in chunks of any
 * size, and hands out the payload of each record in as few pieces as the chunks
 * allow, without copying: a piece borrows from the chunk. It keeps only a header
 * that was cut. RFC 8446, 5.1; RFC 6101, 5.2.1.
 *
 * Faults are final: a stream that is not TLS cannot become TLS again.
 */
#ifndef TLS_RECORD_H
#define TLS_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"
#include "base/writer.h"

#define RECORD_HEADER_LEN 5

#define RECORD_PLAINTEXT_MAX 16384 /* RFC 8446, 5.1 */

/* 2^14 of plaintext and 2048 of expansion. RFC 5246, 6.2.3. */
#define RECORD_PAYLOAD_MAX (16384 + 2048)

enum content_type { /* RFC 8446, 5.1; RFC 6520 */
	CONTENT_CHANGE_CIPHER_SPEC = 20,
	CONTENT_ALERT = 21,
	CONTENT_HANDSHAKE = 22,
	CONTENT_APPLICATION_DATA = 23,
	CONTENT_HEARTBEAT = 24,
};

struct record_piece {
	uint8_t type;         /* enum content_type */
	uint16_t version;     /* the record's; says nothing about the session */
	uint16_t record_len;  /* of the whole payload */
	bool first;           /* the payload begins with this piece */
	bool last;            /* the payload ends with this piece */
	struct bytes payload; /* may be empty if record_len is 0 */
};

struct record_deframer {
	uint8_t header[RECORD_HEADER_LEN]; /* members are for record.c alone */
	uint8_t header_len;
	uint16_t left;
	enum err fault;
};

/* A deframer for the start of a record: all zero. */
static inline struct record_deframer record_deframer(void)
{
	return (struct record_deframer){ 0 };
}

/* Takes the next piece from *in, which moves past it.
 * ERR_MORE: *in is used up. ERR_VALUE: not a TLS record. ERR_LIMIT: a length
 * that no TLS version allows. */
MUST_USE enum err record_next(
	struct record_deframer *deframer, struct bytes *in, struct record_piece *ret);

/* Whether at the start of `all` stands a record header that TLS allows:
 * ERR_OK, ERR_MORE if fewer than five bytes stand there and they fit so far,
 * ERR_VALUE if not. */
MUST_USE enum err record_check(struct bytes all);

/* Writes all in as few records as it takes. */
void record_write(
	uint8_t type, uint16_t version, struct bytes all, struct writer *w);

#endif

/* The frames of Initial packets and the joining of their CRYPTO stream: the
 * second half of quic_initial.h. */
#include <stdlib.h>

#include "base/reader.h"
#include "tls/pieces.h"
#include "tls/quic_initial.h"
#include "tls/quic_varint.h"

enum frame_type { /* those an Initial may hold: RFC 9000, 12.4 */
	FRAME_PADDING = 0x00,
	FRAME_PING = 0x01,
	FRAME_ACK = 0x02,
	FRAME_ACK_ECN = 0x03,
	FRAME_CRYPTO = 0x06,
	FRAME_CONNECTION_CLOSE = 0x1c,
};

#define MESSAGE_HEADER_LEN 4

struct quic_joiner {
	struct pieces stream;
	size_t given; /* bytes of the stream answered as messages */
	bool spoiled; /* what stands at given is no message */
};

struct quic_joiner *quic_joiner_new(void)
{
	return calloc(1, sizeof(struct quic_joiner));
}

void quic_joiner_free(struct quic_joiner *joiner)
{
	if (joiner == NULL)
		return;
	pieces_done(&joiner->stream);
	free(joiner);
}

size_t quic_joiner_held(const struct quic_joiner *joiner)
{
	return joiner == NULL ? 0 : sizeof *joiner + joiner->stream.room;
}

/* Padding comes by the thousand bytes, so it is stepped over at once. */
static void skip_padding(struct reader *r)
{
	struct reader ahead = *r;
	struct bytes rest = reader_rest(&ahead);
	size_t n = 0;

	/* Nearly always padding goes on to the end of the packet, a thousand bytes of it:
	 * all are zero if the first is and each equals the next. */
	if (rest.len > 0 && rest.at[0] == FRAME_PADDING &&
		memcmp(rest.at, rest.at + 1, rest.len - 1) == 0)
		n = rest.len;
	while (n < rest.len && rest.at[n] == FRAME_PADDING)
		n++;
	(void)reader_take(r, n);
}

/* RFC 9000, 19.3. */
static void read_ack(struct reader *r, bool ecn)
{
	(void)quic_varint(r); /* largest acknowledged */
	(void)quic_varint(r); /* delay */

	uint64_t ranges = quic_varint(r);
	(void)quic_varint(r); /* first range */
	for (; ranges > 0 && reader_fault(r) == ERR_OK; ranges--) {
		(void)quic_varint(r); /* gap */
		(void)quic_varint(r); /* length */
	}
	for (int i = 0; ecn && i < 3; i++)
		(void)quic_varint(r);
}

/* RFC 9000, 19.19. */
static void read_close(struct reader *r, uint64_t *ret_code)
{
	uint64_t code = quic_varint(r);

	(void)quic_varint(r); /* type of the frame that was at fault */
	(void)quic_varint_take(r, quic_varint(r)); /* reason */
	if (reader_fault(r) == ERR_OK)
		*ret_code = code;
}

/* RFC 9000, 19.6. Answers why the bytes could not be kept; the frame may be fine. */
static enum err read_crypto(struct reader *r, struct quic_joiner *joiner)
{
	uint64_t offset = quic_varint(r);
	struct bytes some = quic_varint_take(r, quic_varint(r));

	if (reader_fault(r) != ERR_OK)
		return ERR_OK;
	return pieces_put(&joiner->stream, offset, some, QUIC_CRYPTO_MAX);
}

/* Every type here is one byte, and must be written as one: RFC 9000, 12.4. */
static enum err read_frame(
	struct reader *r, struct quic_joiner *joiner, uint64_t *ret_closed_with)
{
	uint8_t type = reader_u8(r);

	switch (type) {
	case FRAME_PADDING:
		skip_padding(r);
		return ERR_OK;
	case FRAME_PING:
		return ERR_OK;
	case FRAME_ACK:
	case FRAME_ACK_ECN:
		read_ack(r, type == FRAME_ACK_ECN);
		return ERR_OK;
	case FRAME_CRYPTO:
		return read_crypto(r, joiner);
	case FRAME_CONNECTION_CLOSE:
		read_close(r, ret_closed_with);
		return ERR_OK;
	default:
		reader_spoil(r, ERR_VALUE);
		return ERR_OK;
	}
}

enum err quic_joiner_take(
	struct quic_joiner *joiner, struct bytes frames, uint64_t *ret_closed_with)
{
	struct reader r = reader_over(frames);
	enum err kept = ERR_OK;

	*ret_closed_with = UINT64_MAX;
	if (!reader_more(&r) || joiner->spoiled) /* RFC 9000, 12.4: at least one frame */
		return ERR_VALUE;
	while (reader_more(&r)) {
		enum err err = read_frame(&r, joiner, ret_closed_with);

		if (kept == ERR_OK)
			kept = err;
	}
	return reader_end(&r) == ERR_OK ? kept : ERR_VALUE;
}

bool quic_joiner_next(struct quic_joiner *joiner, struct handshake_message *ret)
{
	struct bytes run = bytes_after(pieces_run(&joiner->stream), joiner->given);
	struct reader r = reader_over(run);
	uint8_t type = reader_u8(&r);
	uint32_t len = reader_u24(&r);

	if (reader_fault(&r) != ERR_OK || joiner->spoiled)
		return false;
	if (!handshake_allowed(type, len)) {
		joiner->spoiled = true;
		return false;
	}
	struct bytes body = reader_take(&r, len);
	if (reader_fault(&r) != ERR_OK)
		return false;
	*ret = (struct handshake_message){
		.type = type, .whole = true, .len = len, .body = body
	};
	joiner->given += MESSAGE_HEADER_LEN + (size_t)len;
	return true;
}

bool quic_joiner_is_spoiled(const struct quic_joiner *joiner)
{
	return joiner->spoiled;
}

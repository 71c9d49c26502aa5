#include <stdlib.h>

#include "base/writer.h"
#include "chunks.h"
#include "fuzz.h"
#include "no_crypto.h"
#include "tls/quic_initial.h"

/* Two properties. Any datagram, with cryptography that lets all through: packets
 * end, frames lie inside what was opened. And a stream cut into CRYPTO frames in
 * any order gives the messages that it gives in one piece. */

#define FRAMES_MAX 40 /* fewer than there may be gaps */
#define STREAM_MAX 4000

static void take_frames(struct quic_joiner *joiner, struct bytes frames)
{
	struct handshake_message message;
	uint64_t closed;

	(void)!quic_joiner_take(joiner, frames, &closed);
	while (quic_joiner_next(joiner, &message))
		if (message.body.len != message.len)
			abort();
}

static void take_any(struct bytes datagram)
{
	static uint8_t memory[QUIC_PLAINTEXT_MAX];
	struct quic_joiner *joiner = quic_joiner_new();
	struct quic_packet packet;
	struct quic_secret secret;
	struct quic_keys keys;

	if (quic_check(datagram) && datagram.len < 7)
		abort();
	while (joiner != NULL && quic_packet_next(&datagram, &packet) == ERR_OK) {
		struct bytes frames;

		if (packet.whole.len == 0 || packet.type != QUIC_INITIAL)
			continue;
		if (quic_secret_derive(&no_crypto, packet.version, packet.destination_id,
			    &secret) != ERR_OK)
			abort();
		quic_client_keys(&no_crypto, &secret, &keys);
		if (quic_initial_open(&no_crypto, &keys, &packet, memory, &frames) !=
			ERR_OK)
			continue;
		if (frames.at + frames.len > memory + packet.whole.len)
			abort();
		take_frames(joiner, frames);
	}
	quic_joiner_free(joiner);
}

static void put_crypto(struct quic_joiner *joiner, struct bytes stream, size_t from,
	size_t len, enum err *err)
{
	uint8_t memory[STREAM_MAX + 16];
	struct writer w = writer_over(memory, sizeof memory);
	uint64_t closed;
	enum err taken;

	writer_u8(&w, 0x06);
	writer_u16(&w, (uint16_t)(0x4000 | from));
	writer_u16(&w, (uint16_t)(0x4000 | len));
	writer_bytes(&w, bytes_first(bytes_after(stream, from), len));
	taken = quic_joiner_take(joiner, writer_written(&w), &closed);
	if (*err == ERR_OK)
		*err = taken;
}

/* Every second frame first, then the others. */
static enum err put_all(struct quic_joiner *joiner, struct bytes stream, uint8_t seed)
{
	size_t step = stream.len / FRAMES_MAX + 1 + seed % 16;
	enum err err = ERR_OK;

	for (size_t turn = 0; turn < 2; turn++)
		for (size_t from = (turn ^ (seed >> 7)) * step; from < stream.len;
			from += 2 * step) {
			size_t left = stream.len - from;
			size_t len = step + seed / 16 % 4;

			put_crypto(joiner, stream, from, len < left ? len : left, &err);
		}
	return err;
}

static void take_stream(struct bytes stream, uint8_t seed)
{
	struct handshake_joiner one = handshake_joiner();
	struct quic_joiner *many = quic_joiner_new();
	struct handshake_message expected, message;

	if (many != NULL && put_all(many, stream, seed) == ERR_OK) {
		while (handshake_next(&one, &stream, &expected) == ERR_OK) {
			if (!quic_joiner_next(many, &message) ||
				message.type != expected.type ||
				!bytes_equal(message.body, expected.body))
				abort();
		}
		if (quic_joiner_next(many, &message))
			abort();
	}
	handshake_joiner_done(&one);
	quic_joiner_free(many);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes all = bytes_over(data, size);

	take_any(all);
	/* As dear as some twenty datagrams: of one input in four. */
	if (size > 1 && size < STREAM_MAX && data[size - 1] % 4 == 0)
		take_stream(bytes_after(all, 1), data[0]);
	return 0;
}

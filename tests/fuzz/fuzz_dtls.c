#include <stdlib.h>

#include "base/writer.h"
#include "chunks.h"
#include "fuzz.h"
#include "tls/dtls.h"

/* Two properties. Any datagram: its records end, and whatever is joined is what
 * was announced. And messages cut into overlapping fragments, sent in any order
 * and twice, come out whole and in order. */

#define BODY_MAX      2000
#define FRAGMENTS_MAX 200

static void take_any(struct bytes datagram)
{
	struct dtls_joiner *joiner = dtls_joiner_new();
	struct handshake_message message;
	struct dtls_record record;

	if (joiner == NULL)
		return;
	if (dtls_check(datagram) && datagram.len < DTLS_RECORD_HEADER_LEN)
		abort();
	while (dtls_record_next(&datagram, &record) == ERR_OK) {
		if (record.type != 22 || record.epoch != 0)
			continue;
		(void)!dtls_joiner_take(joiner, record.payload);
		while (dtls_joiner_next(joiner, &message))
			if (message.whole && message.body.len != message.len)
				abort();
	}
	dtls_joiner_free(joiner);
}

struct sent {
	uint16_t seq;
	size_t from;
	size_t len;
};

/* Deals the messages out as overlapping fragments. */
static size_t deal(
	struct chunks *chunks, uint16_t messages, size_t body_len, struct sent *sent)
{
	size_t count = 0;

	for (uint16_t seq = 0; seq < messages; seq++)
		for (size_t from = 0; from < body_len && count < FRAGMENTS_MAX;) {
			size_t step = 1 + chunks_number(chunks, 200);
			size_t len = step + chunks_number(chunks, 9);

			if (count == FRAGMENTS_MAX / messages * (seq + 1u) - 1)
				len = body_len;
			if (len > body_len - from)
				len = body_len - from;
			sent[count++] = (struct sent){ seq, from, len };
			from += len < step ? len : step;
			if (sent[count - 1].from + len == body_len)
				break;
		}
	return count;
}

static void shuffle(struct chunks *chunks, struct sent *sent, size_t count)
{
	for (size_t i = count; i > 1; i--) {
		size_t other = chunks_number(chunks, (uint32_t)i);
		struct sent kept = sent[i - 1];

		sent[i - 1] = sent[other];
		sent[other] = kept;
	}
}

static enum err send(struct dtls_joiner *joiner, struct bytes body, struct sent sent)
{
	uint8_t memory[12 + BODY_MAX];
	struct writer w = writer_over(memory, sizeof memory);

	writer_u8(&w, HANDSHAKE_CERTIFICATE);
	writer_u24(&w, (uint32_t)body.len);
	writer_u16(&w, sent.seq);
	writer_u24(&w, (uint32_t)sent.from);
	writer_u24(&w, (uint32_t)sent.len);
	writer_bytes(&w, bytes_first(bytes_after(body, sent.from), sent.len));
	return dtls_joiner_take(joiner, writer_written(&w));
}

static void take_fragments(struct bytes body, uint8_t seed)
{
	struct chunks chunks = { .state = seed };
	uint16_t messages = (uint16_t)(1 + chunks_number(&chunks, DTLS_MESSAGES_MAX));
	struct dtls_joiner *joiner = dtls_joiner_new();
	struct sent sent[FRAGMENTS_MAX];
	struct handshake_message message;
	size_t count = deal(&chunks, messages, body.len, sent);
	uint16_t got = 0;
	enum err err = ERR_OK;

	shuffle(&chunks, sent, count);
	for (size_t i = 0; joiner != NULL && i < 2 * count && err == ERR_OK; i++) {
		err = send(joiner, body, sent[i % count]);
		while (dtls_joiner_next(joiner, &message)) {
			if (!bytes_equal(message.body, body))
				abort();
			got++;
		}
	}
	/* A limit is allowed: many gaps at once; it may leave a message out. */
	if (joiner != NULL && err == ERR_OK && got != messages)
		abort();
	if (err != ERR_OK && err != ERR_LIMIT && err != ERR_MEMORY)
		abort();
	dtls_joiner_free(joiner);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes all = bytes_over(data, size);

	take_any(all);
	/* As dear as some hundred datagrams: of one input in eight. */
	if (size > 3 && size < BODY_MAX && data[size - 1] % 8 == 0)
		take_fragments(bytes_after(all, 1), data[0]);
	return 0;
}

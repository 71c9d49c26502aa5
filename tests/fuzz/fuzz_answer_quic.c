/* Any datagrams, two bytes in front of each its length, with cryptography that lets all
 * through: the answer is out once and for good; and whatever a server sends, each flight
 * is whole datagrams that fit the room said, in which a server finds the hello. */
#include <stdlib.h>

#include "fuzz.h"
#include "no_crypto.h"
#include "tls/answer_quic.h"

#define HELLO_LEN 1800

static uint8_t hello[HELLO_LEN];
static uint8_t memory[QUIC_PLAINTEXT_MAX];
static uint8_t flight[8 * ANSWER_QUIC_DATAGRAM];

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* False if memory ran out. */
static bool take_datagram(struct quic_joiner *joiner, struct bytes datagram)
{
	static const struct quic_keys keys;
	struct quic_packet packet;
	struct bytes frames;
	uint64_t closed;
	enum err err;

	must(quic_check(datagram) && quic_packet_next(&datagram, &packet) == ERR_OK);
	must(packet.type == QUIC_INITIAL && datagram.len == 0);
	must(quic_initial_open(&no_crypto, &keys, &packet, memory, &frames) == ERR_OK);
	err = quic_joiner_take(joiner, frames, &closed);
	must(err == ERR_OK || err == ERR_MEMORY);
	return err == ERR_OK;
}

static void must_say_hello(struct answer_quic *quic)
{
	struct writer w = writer_over(flight, answer_quic_flight_max(HELLO_LEN));
	struct quic_joiner *joiner = quic_joiner_new();
	struct handshake_message message;
	bool taken = joiner != NULL;
	struct bytes all;

	must(answer_quic_flight_max(HELLO_LEN) <= sizeof flight);
	must(answer_quic_flight(quic, &w) == ERR_OK);
	all = writer_written(&w);
	must(all.len > 0 && all.len % ANSWER_QUIC_DATAGRAM == 0);
	for (; taken && all.len > 0; all = bytes_after(all, ANSWER_QUIC_DATAGRAM))
		taken = take_datagram(joiner, bytes_first(all, ANSWER_QUIC_DATAGRAM));
	if (taken) {
		must(quic_joiner_next(joiner, &message));
		must(bytes_equal(message.body, bytes_over(hello + 4, HELLO_LEN - 4)));
	}
	quic_joiner_free(joiner);
}

static void hear(struct answer_quic *quic, struct bytes all)
{
	bool again, more = true;

	while (all.len > 2) {
		size_t len = (size_t)(all.at[0] << 8 | all.at[1]);
		bool was = more;

		more = answer_quic_take(
			quic, bytes_first(bytes_after(all, 2), len), memory, &again);
		must(was || !more);
		must(more == (quic->answer.outcome == ANSWER_PENDING));
		if (again)
			must_say_hello(quic);
		all = bytes_after(all, 2 + len);
	}
	must(quic->answer.outcome != ANSWER_REFUSED || quic->answer.alert_seen ||
		quic->answer.inferred);
	must_say_hello(quic);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct answer_quic quic;
	enum err err;

	memset(hello, 0x33, sizeof hello);
	memcpy(hello, "\x01\x00", 2);
	hello[2] = (HELLO_LEN - 4) >> 8;
	hello[3] = (HELLO_LEN - 4) & 0xff;
	err = answer_quic_begin(&quic, &no_crypto, bytes_over(hello, sizeof hello));
	must(err == ERR_OK || err == ERR_MEMORY);
	if (err == ERR_OK)
		hear(&quic, bytes_over(data, size));
	answer_quic_done(&quic);
	return 0;
}

/* Two properties. Any datagrams, the first byte of each its length: the answer is out
 * once and for good, and whatever a server sends there is always a flight that fits the
 * room said. And a hello that is said over DTLS is the hello when a server joins it. */
#include <stdlib.h>

#include "fuzz.h"
#include "tls/answer_dtls.h"

#define HELLO_MAX 4000

static void must(bool holds)
{
	if (!holds)
		abort();
}

static struct bytes flight_of(struct answer_dtls *dtls, uint8_t *room, size_t hello_len)
{
	struct writer w = writer_over(room, answer_dtls_flight_max(hello_len));

	must(answer_dtls_flight(dtls, &w) == ERR_OK);
	return writer_written(&w);
}

/* The body, as far as a cookie of that length lets it be compared: behind the cookie. */
static void must_join(struct bytes flight, struct bytes hello, size_t end_len)
{
	struct dtls_joiner *joiner = dtls_joiner_new();
	struct handshake_message message;
	struct dtls_record record;
	enum err err = joiner == NULL ? ERR_MEMORY : ERR_OK;

	while (err == ERR_OK && flight.len > 0) {
		must(dtls_record_next(&flight, &record) == ERR_OK);
		err = dtls_joiner_take(joiner, record.payload);
	}
	if (err == ERR_OK && hello.len <= DTLS_MESSAGE_LEN_MAX) {
		must(dtls_joiner_next(joiner, &message));
		must(message.type == HANDSHAKE_CLIENT_HELLO);
		must(bytes_equal(bytes_after(message.body, message.body.len - end_len),
			bytes_after(hello, hello.len - end_len)));
	}
	must(err == ERR_OK || err == ERR_MEMORY);
	dtls_joiner_free(joiner);
}

static void hear(struct answer_dtls *dtls, struct bytes all, size_t hello_len)
{
	static uint8_t room[(HELLO_MAX / 1000 + 2) * ANSWER_DTLS_DATAGRAM];
	bool again, more = true;

	while (all.len > 0) {
		size_t len = all.at[0];
		bool was = more;

		more = answer_dtls_take(
			dtls, bytes_first(bytes_after(all, 1), len), &again);
		must(was || !more);
		must(more == (dtls->answer.outcome == ANSWER_PENDING));
		(void)flight_of(dtls, room, hello_len);
		all = bytes_after(all, 1 + len);
	}
	must(dtls->answer.outcome != ANSWER_RETRY || dtls->answer.conversation.retried);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A hello, its body filled with what was drawn: version, random, no id or cookie.
	 */
	static uint8_t hello[HELLO_MAX],
		room[(HELLO_MAX / 1000 + 2) * ANSWER_DTLS_DATAGRAM];
	size_t drawn = size < HELLO_MAX - 40 ? size : HELLO_MAX - 40;
	struct answer_dtls dtls;
	enum err err;

	memset(hello, 0, 40);
	hello[0] = HANDSHAKE_CLIENT_HELLO;
	hello[2] = (uint8_t)((36 + drawn) >> 8);
	hello[3] = (uint8_t)(36 + drawn);
	if (drawn > 0)
		memcpy(hello + 40, data, drawn);
	err = answer_dtls_begin(&dtls, bytes_over(hello, 40 + drawn));
	must(err == ERR_OK || err == ERR_MEMORY);
	if (err == ERR_OK) {
		struct bytes flight = flight_of(&dtls, room, 40 + drawn);

		if (drawn > 6) /* as long as a ClientHello must be */
			must_join(flight, bytes_over(hello, 40 + drawn), drawn);
		hear(&dtls, bytes_over(data, size), 40 + drawn);
	}
	answer_dtls_done(&dtls);
	return 0;
}

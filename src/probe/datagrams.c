#include "probe/datagrams.h"

#include <stdlib.h>

#include "tls/answer_dtls.h"
#include "tls/answer_quic.h"

struct datagrams {
	enum probe_transport transport;
	union {
		struct answer answer; /* of both, which begin with it */
		struct answer_dtls dtls;
		struct answer_quic quic;
	};
	size_t room;
	uint8_t flight[];
};

void datagrams_free(struct datagrams *datagrams)
{
	if (datagrams == NULL)
		return;
	if (datagrams->transport == PROBE_DTLS)
		answer_dtls_done(&datagrams->dtls);
	else
		answer_quic_done(&datagrams->quic);
	free(datagrams);
}

struct datagrams *datagrams_new(
	enum probe_transport transport, const struct crypto *crypto, struct bytes hello)
{
	size_t room = transport == PROBE_DTLS ? answer_dtls_flight_max(hello.len)
					      : answer_quic_flight_max(hello.len);
	struct datagrams *made = malloc(sizeof *made + room);
	enum err err;

	if (made == NULL)
		return NULL;
	made->transport = transport;
	made->room = room;
	err = transport == PROBE_DTLS ? answer_dtls_begin(&made->dtls, hello)
				      : answer_quic_begin(&made->quic, crypto, hello);
	if (transport == PROBE_QUIC_VERSIONS)
		answer_quic_ask_versions(&made->quic);
	if (err == ERR_OK)
		return made;
	datagrams_free(made);
	return NULL;
}

struct answer *datagrams_answer(struct datagrams *datagrams)
{
	return &datagrams->answer;
}

size_t datagrams_len(const struct datagrams *datagrams)
{
	return datagrams->transport == PROBE_DTLS ? ANSWER_DTLS_DATAGRAM
						  : ANSWER_QUIC_DATAGRAM;
}

static struct bytes write_flight(struct datagrams *datagrams, bool goodbye)
{
	struct writer w = writer_over(datagrams->flight, datagrams->room);
	enum err err;

	if (datagrams->transport == PROBE_DTLS)
		err = goodbye ? answer_dtls_goodbye(&datagrams->dtls, &w)
			      : answer_dtls_flight(&datagrams->dtls, &w);
	else
		err = goodbye ? answer_quic_goodbye(&datagrams->quic, &w)
			      : answer_quic_flight(&datagrams->quic, &w);
	return err == ERR_OK ? writer_written(&w) : (struct bytes){ 0 };
}

struct bytes datagrams_flight(struct datagrams *datagrams)
{
	return write_flight(datagrams, false);
}

/* A server that goes on waits for us; one that refused does not. */
static bool is_waited_for(const struct answer *answer)
{
	return answer->outcome == ANSWER_ACCEPTED || answer->outcome == ANSWER_RETRY;
}

bool datagrams_take(struct datagrams *datagrams, struct bytes datagram, uint8_t *memory,
	struct bytes *ret_send)
{
	bool again = false, more;

	more = datagrams->transport == PROBE_DTLS
		       ? answer_dtls_take(&datagrams->dtls, datagram, &again)
		       : answer_quic_take(&datagrams->quic, datagram, memory, &again);
	if ((more && again) || is_waited_for(&datagrams->answer))
		*ret_send = write_flight(datagrams, !more);
	else
		*ret_send = (struct bytes){ 0 };
	return more;
}

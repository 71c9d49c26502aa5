#include "probe/probe.h"

#include <stdlib.h>

#include "probe/passage.h"
#include "tls/quic_initial.h"

/* A server that refuses behind its certificate does so at once: JSSE after a
 * millisecond. Left for what the network may hold up. */
#define DOUBT (TIME_SECOND / 4)

/* A question that was sent, until its answer is told. */
struct inquiry {
	struct answer answer;        /* over TCP */
	struct client *client;       /* likewise; NULL: no handshake is to be completed */
	struct datagrams *datagrams; /* over UDP; else NULL */
	struct passage *passage;     /* or NULL */
	struct bytes hello;
	bool no_memory; /* to go on */
	void *owner;
};

struct asking {
	struct exchange_party party; /* first: a party of ours is an asking */
	struct prober *prober;
	uint8_t memory[QUIC_PLAINTEXT_MAX]; /* for one datagram at a time */
};

static void inquiry_free(struct inquiry *inquiry)
{
	if (inquiry->client != NULL)
		client_done(inquiry->client);
	free(inquiry->client);
	answer_done(&inquiry->answer);
	datagrams_free(inquiry->datagrams);
	passage_free(inquiry->passage);
	free(inquiry);
}

static struct answer *answer_to(struct inquiry *inquiry)
{
	return inquiry->datagrams != NULL ? datagrams_answer(inquiry->datagrams)
					  : &inquiry->answer;
}

static void tell(struct prober *prober, struct inquiry *inquiry, enum exchange_end end)
{
	bool connected = end <= EXCHANGE_TIMED_OUT;
	struct probe_result result = { .end = end };

	if (connected && !passage_is_open(inquiry->passage))
		result.before = passage_dialogue(inquiry->passage);
	else
		result.reached = connected;
	if (result.reached && inquiry->client != NULL)
		result.client = inquiry->client;
	else if (result.reached)
		result.answer = answer_to(inquiry);
	prober->told(prober, inquiry->owner, &result);
}

static bool begin_datagrams(const struct prober *prober,
	const struct probe_question *question, struct inquiry *inquiry,
	struct exchange *ret)
{
	inquiry->datagrams =
		datagrams_new(question->transport, prober->crypto, question->hello);
	if (inquiry->datagrams == NULL)
		return false;
	ret->datagrams = true;
	ret->datagram_len = datagrams_len(inquiry->datagrams);
	ret->send = datagrams_flight(inquiry->datagrams);
	return true;
}

static bool begin_handshake(const struct client_start *start, struct inquiry *inquiry)
{
	inquiry->client = calloc(1, sizeof *inquiry->client);
	if (inquiry->client == NULL || client_begin(inquiry->client, start) != ERR_OK)
		return false;
	inquiry->hello = client_sends(inquiry->client);
	return true;
}

/* What is sent first; false if there was no memory for it. */
static bool begin_to_send(const struct prober *prober,
	const struct probe_question *question, struct inquiry *inquiry,
	struct exchange *ret)
{
	if (question->transport != PROBE_TCP)
		return begin_datagrams(prober, question, inquiry, ret);
	if (question->handshake != NULL && !begin_handshake(question->handshake, inquiry))
		return false;
	ret->send = inquiry->hello;
	return question->upgrade == UPGRADE_NONE ||
	       passage_new(question->upgrade, question->host, &inquiry->passage,
		       &ret->send) == ERR_OK;
}

/* The question as an exchange; false likewise. */
static bool begin(const struct prober *prober, const struct probe_question *question,
	struct exchange *ret)
{
	struct inquiry *inquiry = calloc(1, sizeof *inquiry);

	if (inquiry == NULL)
		return false;
	*inquiry = (struct inquiry){
		.answer = answer(), .hello = question->hello, .owner = question->owner
	};
	*ret = (struct exchange){ .target = question->target,
		.owner = inquiry,
		.connect_time = question->connect_time,
		.answer_time = question->answer_time };
	if (begin_to_send(prober, question, inquiry, ret)) {
		answer_to(inquiry)->listener = question->listener;
		return true;
	}
	inquiry_free(inquiry);
	return false;
}

static enum exchange_next next(struct exchange_party *party, struct exchange *ret)
{
	struct prober *prober = ((struct asking *)party)->prober;
	struct probe_question question = { 0 };
	enum exchange_next next;

	while ((next = prober->next(prober, &question)) == EXCHANGE_NEXT) {
		if (begin(prober, &question, ret))
			return next;
		tell(prober, &(struct inquiry){ .owner = question.owner },
			EXCHANGE_LOCAL);
		question = (struct probe_question){ 0 };
	}
	ret->again = question.again;
	return next;
}

static bool take_piece(struct inquiry *inquiry, struct bytes tls)
{
	return inquiry->client != NULL ? client_take(inquiry->client, tls)
				       : answer_take(&inquiry->answer, tls);
}

static bool take_tls(struct inquiry *inquiry, struct bytes bytes)
{
	struct bytes in = bytes, tls;
	enum err err;

	while ((err = passage_next(inquiry->passage, &in, &tls)) == ERR_OK)
		if (!take_piece(inquiry, tls))
			return false;
	/* What is in no packet is for the answer to say that it is no TLS. */
	return err == ERR_MORE || take_piece(inquiry, bytes);
}

/* What a handshake wants to say in return. */
static struct bytes client_words(struct inquiry *inquiry)
{
	struct bytes wire = { 0 }, tls = { 0 };

	if (inquiry->client != NULL)
		tls = client_sends(inquiry->client);
	if (tls.len > 0 && passage_send(inquiry->passage, tls, &wire) != ERR_OK)
		inquiry->no_memory = true;
	return wire;
}

/* The dialogue goes on; once it has come to TLS the hello is sent. */
static bool go_on(struct inquiry *inquiry, struct bytes *in, struct bytes *ret_send)
{
	if (!passage_take(inquiry->passage, in, ret_send))
		return false;
	if (passage_is_open(inquiry->passage))
		inquiry->no_memory = passage_send(inquiry->passage, inquiry->hello,
					     ret_send) != ERR_OK;
	return !inquiry->no_memory;
}

static struct exchange_wish received(
	struct exchange_party *party, void *owner, struct bytes bytes)
{
	struct inquiry *inquiry = owner;
	struct exchange_wish wish = { 0 };

	if (inquiry->datagrams != NULL) {
		wish.enough = !datagrams_take(inquiry->datagrams, bytes,
			((struct asking *)party)->memory, &wish.send);
		return wish;
	}
	if (!passage_is_open(inquiry->passage))
		wish.enough = !go_on(inquiry, &bytes, &wish.send);
	if (wish.enough || !passage_is_open(inquiry->passage) || bytes.len == 0)
		return wish;
	wish.enough = !take_tls(inquiry, bytes);
	if (!wish.enough && wish.send.len == 0)
		wish.send = client_words(inquiry);
	wish.enough |= inquiry->no_memory;
	wish.patience = answer_may_be_out(&inquiry->answer) ? DOUBT : 0;
	return wish;
}

static struct bytes again(struct exchange_party *party, void *owner)
{
	(void)party;
	return datagrams_flight(((struct inquiry *)owner)->datagrams);
}

static void end_client(struct client *client, enum exchange_end end)
{
	if (end == EXCHANGE_CLOSED)
		client_closed(client);
	else if (end == EXCHANGE_RESET)
		client_reset(client);
	else if (end == EXCHANGE_TIMED_OUT)
		client_timed_out(client);
}

static void ended(struct exchange_party *party, void *owner, enum exchange_end end)
{
	struct inquiry *inquiry = owner;

	if (inquiry->client != NULL)
		end_client(inquiry->client, end);
	else if (end == EXCHANGE_CLOSED)
		answer_closed(answer_to(inquiry));
	else if (end == EXCHANGE_RESET)
		answer_reset(answer_to(inquiry));
	else if (end == EXCHANGE_TIMED_OUT)
		answer_timed_out(answer_to(inquiry));
	tell(((struct asking *)party)->prober, inquiry,
		inquiry->no_memory ? EXCHANGE_LOCAL : end);
	inquiry_free(inquiry);
}

static uint64_t rest(struct exchange_party *party, uint64_t now)
{
	struct prober *prober = ((struct asking *)party)->prober;

	return prober->rest != NULL ? prober->rest(prober, now) : 0;
}

enum err probe_run(
	struct prober *prober, const struct exchange_limits *limits, struct fault *why)
{
	struct asking *asking = malloc(sizeof *asking);
	enum err err;

	if (asking == NULL)
		return fault_set(why, ERR_MEMORY, "%s", err_sentence(ERR_MEMORY));
	asking->prober = prober;
	asking->party = (struct exchange_party){ .next = next,
		.received = received,
		.ended = ended,
		.again = again,
		.rest = rest,
		.guest = prober->guest };
	err = exchange_run(&asking->party, limits, why);
	free(asking);
	return err;
}

const char *probe_result_name(const struct probe_result *result)
{
	static const char *const names[] = {
		[EXCHANGE_REFUSED] = "no-listener",
		[EXCHANGE_UNREACHABLE] = "unreachable",
		[EXCHANGE_NO_CONNECT] = "no-connect",
		[EXCHANGE_LOCAL] = "local",
		[EXCHANGE_STOPPED] = "stopped",
	};

	if (result->client != NULL)
		return client_end_name(result->client->end);
	if (result->reached)
		return answer_outcome_name(result->answer->outcome);
	return result->before != NULL ? "before-tls" : names[result->end];
}

enum upgrade probe_result_way(const struct probe_result *result)
{
	const struct starttls *before = result->before;
	enum upgrade speaks = UPGRADE_UNKNOWN;

	if (result->answer != NULL && result->answer->outcome == ANSWER_NOT_TLS) {
		speaks = starttls_greeting_of(
			bytes_over(result->answer->start, result->answer->start_len));
		return starttls_has(speaks) ? speaks : UPGRADE_UNKNOWN;
	}
	if (before == NULL)
		return UPGRADE_UNKNOWN;
	if (before->outcome == STARTTLS_OTHER)
		return starttls_has(before->speaks) ? before->speaks : UPGRADE_NONE;
	return before->outcome == STARTTLS_TLS || before->bytes == 0 ? UPGRADE_NONE
								     : UPGRADE_UNKNOWN;
}

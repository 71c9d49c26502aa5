#include "probe/probe.h"

#include <stdlib.h>

/* A question that was sent, until its answer is told. */
struct inquiry {
	struct answer answer;
	void *owner;
};

struct asking {
	struct exchange_party party; /* first: a party of ours is an asking */
	struct prober *prober;
};

static void tell(struct prober *prober, struct inquiry *inquiry, enum exchange_end end)
{
	bool reached = end <= EXCHANGE_TIMED_OUT;
	struct probe_result result = { .reached = reached, .end = end };

	if (reached)
		result.answer = &inquiry->answer;
	prober->told(prober, inquiry->owner, &result);
}

static enum exchange_next next(struct exchange_party *party, struct exchange *ret)
{
	struct prober *prober = ((struct asking *)party)->prober;
	struct probe_question question = { 0 };
	enum exchange_next next;

	while ((next = prober->next(prober, &question)) == EXCHANGE_NEXT) {
		struct inquiry *inquiry = malloc(sizeof *inquiry);

		if (inquiry != NULL) {
			*inquiry = (struct inquiry){ answer(), question.owner };
			inquiry->answer.listener = question.listener;
			*ret = (struct exchange){ .target = question.target,
				.send = question.hello,
				.owner = inquiry,
				.connect_time = question.connect_time,
				.answer_time = question.answer_time };
			return next;
		}
		tell(prober, &(struct inquiry){ .owner = question.owner },
			EXCHANGE_LOCAL);
		question = (struct probe_question){ 0 };
	}
	ret->again = question.again;
	return next;
}

static struct exchange_wish received(
	struct exchange_party *party, void *owner, struct bytes bytes)
{
	struct inquiry *inquiry = owner;

	(void)party;
	return (struct exchange_wish){ .enough = !answer_take(&inquiry->answer, bytes) };
}

static void ended(struct exchange_party *party, void *owner, enum exchange_end end)
{
	struct inquiry *inquiry = owner;

	if (end == EXCHANGE_CLOSED)
		answer_closed(&inquiry->answer);
	else if (end == EXCHANGE_RESET)
		answer_reset(&inquiry->answer);
	else if (end == EXCHANGE_TIMED_OUT)
		answer_timed_out(&inquiry->answer);
	tell(((struct asking *)party)->prober, inquiry, end);
	answer_done(&inquiry->answer);
	free(inquiry);
}

enum err probe_run(
	struct prober *prober, const struct exchange_limits *limits, struct fault *why)
{
	struct asking asking = { .party = { .next = next,
					 .received = received,
					 .ended = ended,
					 .guest = prober->guest },
		.prober = prober };

	return exchange_run(&asking.party, limits, why);
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

	return result->reached ? answer_outcome_name(result->answer->outcome)
			       : names[result->end];
}

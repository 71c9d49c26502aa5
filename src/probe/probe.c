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

static bool next(struct exchange_party *party, struct exchange *ret)
{
	struct prober *prober = ((struct asking *)party)->prober;
	struct probe_question question;

	while (prober->next(prober, &question)) {
		struct inquiry *inquiry = malloc(sizeof *inquiry);

		if (inquiry != NULL) {
			*inquiry = (struct inquiry){ answer(), question.owner };
			*ret = (struct exchange){ question.target, question.hello,
				inquiry };
			return true;
		}
		tell(prober, &(struct inquiry){ .owner = question.owner },
			EXCHANGE_LOCAL);
	}
	return false;
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
	struct asking asking = { { next, received, ended }, prober };

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

#include "policy/judge.h"

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[VERDICT_COUNT] = {
		[VERDICT_PASSES] = "passes",
		[VERDICT_BREAKS] = "breaks",
		[VERDICT_UNKNOWN] = "unknown",
	};

	return names[verdict];
}

const char *class_name(enum handshake_class class)
{
	static const char *const names[CLASS_COUNT] = {
		[CLASS_CANNOT] = "cannot",
		[CLASS_SERVER_LIMITED] = "server-limited",
		[CLASS_FELL_BACK] = "fell-back",
		[CLASS_JUNK] = "junk",
		[CLASS_UNKNOWN] = "unknown",
	};

	return names[class];
}

static struct judgement passes(const char *reason)
{
	return (struct judgement){ VERDICT_PASSES, CLASS_NONE, reason };
}

static struct judgement unknown(const char *reason)
{
	return (struct judgement){ VERDICT_UNKNOWN, CLASS_UNKNOWN, reason };
}

static struct judgement server_limited(void)
{
	return (struct judgement){ VERDICT_PASSES, CLASS_SERVER_LIMITED,
		"the client offers the minimum, the server answered lower" };
}

/* What the server answered, seen from the minimum. A value that is no version tells
 * as little as no answer. */
enum answer {
	ANSWER_NONE,
	ANSWER_LOW,
	ANSWER_ENOUGH,
};

static enum answer answer_of(enum version_rank minimum, const struct handshake *handshake)
{
	enum version_rank rank = version_rank(handshake->version);

	if (rank == RANK_UNKNOWN)
		return ANSWER_NONE;
	return rank >= minimum ? ANSWER_ENOUGH : ANSWER_LOW;
}

/* A hello that offers less than the minimum. TLS_FALLBACK_SCSV says that the client
 * can do more than this hello offers, not how much more (RFC 7507, 4): a promise
 * of the minimum only if the next higher version is enough. */
static struct judgement judge_low_offer(enum version_rank minimum,
	const struct hello *hello, const struct judge_context *context)
{
	enum version_rank offered = version_rank(hello->max_version);

	if (context->able)
		return (struct judgement){ VERDICT_PASSES, CLASS_FELL_BACK,
			"the same client offered the minimum within the hour" };
	if (hello->fallback_scsv)
		return (struct judgement){ offered + 1 >= minimum ? VERDICT_PASSES
								  : VERDICT_UNKNOWN,
			CLASS_FELL_BACK, "the hello says that it is a fallback" };
	return (struct judgement){ VERDICT_BREAKS, CLASS_CANNOT,
		"the client offers nothing newer" };
}

/* Without a hello the answer alone remains: it proves that the client can, but an
 * old answer may be either side's doing. */
static struct judgement judge_answer(enum answer answer)
{
	if (answer == ANSWER_ENOUGH)
		return passes("the minimum was agreed on");
	if (answer == ANSWER_LOW)
		return unknown(
			"an old version was agreed on, and the hello was not seen");
	return unknown("neither hello was seen whole");
}

/* A hello has two maxima: one for a server that reads supported_versions (RFC 8446,
 * 4.2.1) and one for a server that does not (RFC 5246, E.1). Where the minimum lies
 * between them, only the server's answer tells which of the two this server is. */
static struct judgement judge_offer(enum version_rank minimum,
	const struct handshake *handshake, const struct judge_context *context)
{
	const struct hello *hello = handshake->hello;
	bool list_enough = version_rank(hello->max_version) >= minimum;
	bool legacy_enough = version_rank(hello->max_version_legacy) >= minimum;
	enum answer answer = answer_of(minimum, handshake);

	if (!list_enough && !legacy_enough)
		return judge_low_offer(minimum, hello, context);
	if (answer == ANSWER_ENOUGH)
		return passes("the minimum was agreed on");
	if (answer == ANSWER_NONE)
		return unknown(
			list_enough && legacy_enough
				? "the client offers the minimum, no answer was seen"
				: "what is offered depends on the server, and no "
				  "answer was seen");
	if (list_enough)
		return server_limited(); /* an old one, if it went by legacy_version */
	/* The server read the list, which holds less than legacy_version says: Java 17
	 * and Go 1.19 limited to TLS 1.1 send such hellos. */
	return judge_low_offer(minimum, hello, context);
}

struct judgement judge(enum version_rank minimum, const struct handshake *handshake,
	const struct judge_context *context)
{
	if (handshake->hello_malformed)
		return (struct judgement){ VERDICT_UNKNOWN, CLASS_JUNK,
			"what was sent is no well-formed hello" };
	if (context->junk)
		return (struct judgement){ VERDICT_UNKNOWN, CLASS_JUNK,
			"the client tries many hellos or servers and completes little" };
	if (handshake->hello == NULL)
		return judge_answer(answer_of(minimum, handshake));
	return judge_offer(minimum, handshake, context);
}

/*
 * sink - where a feature hands its observations, knowing neither store nor policy.
 *
 * The command wires a sink to a judge, a store, a stream of JSON lines. A sink
 * is used by one thread at a time.
 */
#ifndef EVIDENCE_SINK_H
#define EVIDENCE_SINK_H

#include "base/fault.h"
#include "evidence/observation.h"

struct sink {
	/* Takes one observation; everything it keeps, it copies. An error ends the
	 * feature's work, with why as the reason that the user is told. */
	enum err (*take)(struct sink *sink, const struct observation *observation,
		struct fault *why);
};

MUST_USE static inline enum err sink_take(
	struct sink *sink, const struct observation *observation, struct fault *why)
{
	return sink->take(sink, observation, why);
}

#endif

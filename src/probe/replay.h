/*
 * replay - asks one server what it makes of stored hellos: each is said once, over what
 * it is a hello of, TCP, DTLS or QUIC, as evidence/hello_live.h writes it, seeded by its
 * digest, so that the same hello is sent with the same bytes whenever it is asked again.
 *
 * Nothing is kept of an answer but what told() keeps of it.
 */
#ifndef PROBE_REPLAY_H
#define PROBE_REPLAY_H

#include "evidence/hello.h"
#include "probe/probe.h"

/* Whoever replays begins its struct with this. */
struct replay {
	const struct hello *const *hellos; /* borrowed */
	size_t count;
	const struct crypto *crypto;
	struct dial_target target;
	struct bytes server_name; /* for hellos that name one; empty: none is named */
	struct exchange_limits limits;

	/* The answer to hellos[index]; told once each, in the order in which they come.
	 * result is NULL if it could not be sent: unsent says why, ERR_UNSUPPORTED for a
	 * hello of a draft of QUIC. */
	void (*told)(struct replay *replay, size_t index,
		const struct probe_result *result, enum err unsent);
};

/* Runs until all are told. Errors as of exchange_run(). */
MUST_USE enum err replay_run(struct replay *replay, struct fault *why);

#endif

/*
 * scan - surveys many servers at once, on one loop, and hands each to a sink as it is
 * done.
 *
 * Bounded: so many connections at once and in a second, so many of one address, so long
 * for each. Memory follows the targets under way, not all there are; what was found of
 * one is given back once the sink had it.
 *
 * At a port of UDP, DTLS and QUIC are asked for at the same time. What speaks one of
 * them, or both, is an endpoint for each that it speaks; what speaks neither is one.
 *
 * A stop that is wanted (sys/signals.h) ends it: targets under way are handed over with
 * what is known of them, the rest as unknown, and `stopped` of the result says so.
 */
#ifndef SCAN_SCAN_H
#define SCAN_SCAN_H

#include "evidence/sink.h"
#include "scan/survey.h"
#include "sys/certificate_trust.h"
#include "sys/exchange.h"

struct scan_target {
	struct dial_target at;
	struct bytes host;        /* as it is named in what is printed */
	struct bytes server_name; /* empty: none is sent. RFC 6066, 3: no address */
	enum upgrade upgrade;     /* what leads to TLS there */
	uint64_t tag;             /* handed back when it has ended */
	bool udp;                 /* DTLS and QUIC are asked for; nothing leads to them */
	bool guessed; /* by the port: another is taken if the server does not speak so */
};

struct scan_setting {
	size_t concurrency; /* connections at once, and targets */
	uint32_t rate;      /* connections a second; 0: as fast as they go */
	unsigned per_host;
	bool mass;
	time_ns connect_time;
	time_ns answer_time;
	time_ns patience;                      /* for one server */
	const struct certificate_roots *roots; /* that chains are to lead to; NULL: they
						* are not looked at */
	time_ns judged_at; /* when they are to be valid; 0: when the server was asked */
};

struct scan_progress {
	uint64_t begun;
	uint64_t done;
	uint64_t connections;
};

/* Whoever scans begins its struct with this. */
struct scan {
	/* The next to ask; all is copied. As next() of an exchange_party: LATER is asked
	 * again after the guest was told something. */
	enum exchange_next (*next)(struct scan *scan, struct scan_target *ret);
	struct exchange_guest *guest; /* on the same loop; or NULL */
	/* The sink had what was found of it, all that was asked for; not told of what a
	 * stop cut short. NULL: nobody wants to know. */
	enum err (*ended)(struct scan *scan, uint64_t tag, struct fault *why);
	/* Nothing happens for now. *ret_again: when it is to be told so again, if nothing
	 * happens before; 0: never. NULL: nobody wants to know. */
	enum err (*rest)(
		struct scan *scan, uint64_t now, uint64_t *ret_again, struct fault *why);
	struct sink *sink;
	struct scan_setting setting;
	struct scan_progress progress; /* kept up to date */
};

/* Runs until all are handed over. Errors as of exchange_run(), or the sink's. */
MUST_USE enum err scan_run(struct scan *scan, struct fault *why);

#endif

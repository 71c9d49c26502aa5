/*
 * probe - asks servers: sends each a hello and tells what it answered.
 *
 * The engine that verifying predictions and scanning share. Whoever asks says whom and
 * with which bytes, as fast as the limits of sys/exchange.h let it, and is told each
 * answer once, in the order in which they end. A handshake is completed only where that
 * is asked for. Where TLS is come to by a dialogue (probe/starttls.h), the hello follows
 * its end.
 *
 * Over DTLS and QUIC a hello is said again with the cookie or token that a server wants
 * first.
 *
 * Servers are strangers: what one may send is bounded (tls/answer.h), and how long it may
 * take (sys/exchange.h).
 */
#ifndef PROBE_PROBE_H
#define PROBE_PROBE_H

#include "probe/datagrams.h"
#include "probe/starttls.h"
#include "sys/exchange.h"
#include "tls/answer.h"
#include "tls/client.h"

struct probe_question {
	struct dial_target target;
	struct bytes hello; /* over TCP as it goes on the wire, else the message, type and
			     * length included; must live until the answer is told */
	void *owner;        /* handed back with it */
	enum probe_transport transport;
	struct answer_listener *listener;     /* of the answer as it comes; or NULL */
	const struct client_start *handshake; /* over TCP: it is carried to its end, its
					       * hello being this one; NULL: it is not */
	enum upgrade upgrade; /* UPGRADE_NONE: the hello is the first to be sent, as
				 always over UDP */
	struct bytes host;    /* for a dialogue, as of starttls_begin() */
	time_ns connect_time; /* 0: those of the limits */
	time_ns answer_time;
	uint64_t again; /* EXCHANGE_LATER: as of struct exchange */
};

struct probe_result {
	bool reached; /* TLS; else `end` says why not, and there is no answer */
	enum exchange_end end;
	const struct starttls *before; /* connected, but this did not come to TLS; else
					* NULL. Borrowed likewise */
	const struct answer *answer;   /* borrowed until told() returns */
	const struct client *client;   /* in its place, of a handshake; likewise */
};

/* Whoever asks begins its struct with this. */
struct prober {
	/* As next() of an exchange_party; *ret comes zeroed. */
	enum exchange_next (*next)(struct prober *prober, struct probe_question *ret);
	void (*told)(
		struct prober *prober, void *owner, const struct probe_result *result);
	/* As rest() of an exchange_party; or NULL. */
	uint64_t (*rest)(struct prober *prober, uint64_t now);
	struct exchange_guest *guest; /* or NULL */
	const struct crypto *crypto;  /* for QUIC; else NULL will do */
};

/* Asks until there is no next question and all are answered. Errors as of
 * exchange_run(). */
MUST_USE enum err probe_run(
	struct prober *prober, const struct exchange_limits *limits, struct fault *why);

/* One word for the result: that of the answer, or "no-listener", "unreachable",
 * "no-connect", "local", "stopped"; "before-tls" where a dialogue did not come to it. */
const char *probe_result_name(const struct probe_result *result);

/* What seems to lead to TLS there instead of what was tried: another dialogue, whose
 * greeting came, or UPGRADE_NONE of who says nothing where a greeting is due, or speaks
 * TLS. UPGRADE_UNKNOWN: nothing hints at another way. */
enum upgrade probe_result_way(const struct probe_result *result);

#endif

/*
 * resolve - names to addresses, many at once, on the loop that the connections are on.
 *
 * A resolver is a guest of sys/exchange: it is asked for names, and has answers once
 * there are any; nobody waits for it. Names are looked for as the system says:
 * /etc/hosts, then the name servers of /etc/resolv.conf, both A and AAAA, ordered by RFC
 * 6724; a localhost name that neither knows is the loopback.
 *
 * Bounded: RESOLVE_AT_ONCE names at a time, RESOLVE_TIME for each, DIAL_TARGETS_MAX
 * addresses of one.
 *
 * tests: tests/unit/sys/test_resolve.c, tests/interop/scan_names.py
 */
#ifndef SYS_RESOLVE_H
#define SYS_RESOLVE_H

#include "sys/dial.h"
#include "sys/exchange.h"

/* Some hundred bytes each, and as many as a resolver of a home router bears. */
#define RESOLVE_AT_ONCE 256

/* Two rounds of two and four seconds over three name servers are eighteen. */
#define RESOLVE_TIME (20 * TIME_SECOND)

struct resolver; /* heap */

/* servers: addresses with or without port, parted by commas, that are asked in place of
 * the system's; or NULL. ERR_USAGE: they are none. */
MUST_USE enum err resolver_new(
	const char *servers, struct resolver **ret, struct fault *why);
/* Once its loop has ended; what is open is forgotten. */
void resolver_free(struct resolver *resolver);

/* To be the guest of the party's loop, and asked for nothing before that runs. */
struct exchange_guest *resolver_guest(struct resolver *resolver);

/* Asks for a name, which must live until it is answered. ERR_BUSY: RESOLVE_AT_ONCE are
 * asked for. ERR_MEMORY. */
MUST_USE enum err resolver_ask(
	struct resolver *resolver, const char *host, uint16_t port, uint64_t tag);

/* How many were asked for whose answer was not taken. */
size_t resolver_open(const struct resolver *resolver);

struct resolver_answer {
	const char *host;
	uint64_t tag;
	struct dial_target targets[DIAL_TARGETS_MAX];
	size_t count;
};

/* Takes an answer, in the order in which they came. ERR_AGAIN: there is none now. Else as
 * of that name: ERR_NOT_FOUND: it has no address; ERR_IO: nobody could say. */
MUST_USE enum err resolver_take(
	struct resolver *resolver, struct resolver_answer *ret, struct fault *why);

#endif

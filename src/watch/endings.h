/*
 * endings - the handshakes under way of one watch: what they hold of memory, and how
 * they end before they are decided, by a full table, too much held, or a silence.
 * The inside of watch.c.
 */
#ifndef WATCH_ENDINGS_H
#define WATCH_ENDINGS_H

#include "flow/decapsulation.h"
#include "watch/attempt.h"
#include "watch/timeline.h"

struct watch {
	struct watch_shared shared;
	struct connections *connections;
	struct decapsulation *decapsulation;
	uint64_t swept; /* the second up to which silence was looked for */
	struct timeline time;
	struct connection_key ahead; /* of the packet that may be a leap of time */
	size_t held;                 /* by handshakes under way */
	size_t held_max;
};

/* Bytes of memory an attempt takes, its own included. */
size_t attempt_held(const struct attempt *attempt);

/* The attempt of a connection that has one; NULL otherwise. */
struct attempt *connection_attempt(struct connection *connection);

/* Frees an attempt, unreported; what it held is given back. NULL is allowed. */
void watch_attempt_free(struct watch *watch, struct attempt *attempt);

/* Reports what is known of a connection's handshake, takes it off, and remembers the
 * connection as settled. */
MUST_USE enum err watch_settle(
	struct watch *watch, struct connection *connection, struct fault *why);

/* Makes room in a full table. */
MUST_USE enum err watch_make_room(struct watch *watch, struct fault *why);

/* True if handshakes hold more than they may; then watch_hold_less() ends some. */
bool watch_holds_too_much(const struct watch *watch);
MUST_USE enum err watch_hold_less(struct watch *watch, struct fault *why);

/* Ends and forgets what was last touched before the second `limit`. */
#define WATCH_EXPIRE_ALL UINT64_MAX
MUST_USE enum err watch_expire(struct watch *watch, enum connection_list list,
	uint64_t limit, struct fault *why);

#endif

/*
 * exchange - many short conversations with servers at once, on one loop of epoll.
 *
 * A party says, one after the other, whom to ask and what to send; it is handed what
 * comes back as it comes, says what to send in return and when it has heard enough, and
 * is told how each exchange ended. It holds no socket and no clock; the loop knows
 * nothing of TLS. Nothing waits for anything else: a server that drips bytes or says
 * nothing costs a slot until its time is over.
 *
 * Bounded: how many at once, how many begun in a second, and for each the time to
 * connect, and from then on to the end. Memory is a slot for each of `concurrency`,
 * however many exchanges there are.
 *
 * A stop that is wanted (sys/signals.h) ends what is under way and begins no more.
 */
#ifndef SYS_EXCHANGE_H
#define SYS_EXCHANGE_H

#include "base/time.h"
#include "sys/dial.h"

/* As many sockets as a process may be given; each is some hundred bytes here. */
#define EXCHANGE_CONCURRENCY_MAX 65536

struct exchange_limits {
	size_t concurrency; /* 1 to EXCHANGE_CONCURRENCY_MAX */
	uint32_t rate;      /* begun in a second; 0: as fast as they go */
	time_ns connect_time;
	time_ns answer_time;
};

struct exchange {
	struct dial_target target;
	struct bytes send; /* must live until the end is told */
	void *owner;       /* the party's own; handed back with all that is told */
};

struct exchange_wish {
	bool enough;
	struct bytes send; /* if not enough: to be sent, in place of what is unsent; must
			    * live until the end is told */
};

enum exchange_end {
	EXCHANGE_ENOUGH,
	EXCHANGE_CLOSED,      /* by the server, in order */
	EXCHANGE_RESET,       /* by the server, after connecting */
	EXCHANGE_TIMED_OUT,   /* connected, and the time was over */
	EXCHANGE_REFUSED,     /* nobody listens there */
	EXCHANGE_UNREACHABLE, /* no way there */
	EXCHANGE_NO_CONNECT,  /* nobody answered the wish to connect */
	EXCHANGE_LOCAL,       /* this machine has no descriptor or source port for it */
	EXCHANGE_STOPPED,
};

/* Whoever makes a party begins its struct with this. */
struct exchange_party {
	/* The next to ask; false if there is none. */
	bool (*next)(struct exchange_party *party, struct exchange *ret);
	/* Bytes came; borrowed until it returns. */
	struct exchange_wish (*received)(
		struct exchange_party *party, void *owner, struct bytes bytes);
	/* It is over; told once for each that next() answered. */
	void (*ended)(struct exchange_party *party, void *owner, enum exchange_end end);
};

/* Runs until there is no next and all have ended. ERR_USAGE: no such concurrency.
 * ERR_MEMORY, ERR_IO: the loop could not be made. */
MUST_USE enum err exchange_run(struct exchange_party *party,
	const struct exchange_limits *limits, struct fault *why);

#endif

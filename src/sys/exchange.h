/*
 * exchange - many short conversations with servers at once, on one loop of epoll, over
 * TCP and over UDP.
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
 * Over UDP each datagram is handed over whole; what was sent is sent again after one,
 * three, seven seconds and so on (RFC 6347, 4.2.4.1) until the party sends something else
 * or has heard enough. That nobody listens shows by ICMP, if it shows; else time is over.
 *
 * A TCP connection that the server has not closed is broken off by RST once enough was
 * heard, as nothing more is to be said: else each would hold a source port for a minute
 * (RFC 9293, 3.6.1), and some 28,000 a minute were the most that one server can be asked.
 * Its socket serves the next one, which spares three of seven calls to the kernel.
 *
 * A stop that is wanted (sys/signals.h) ends what is under way and begins no more.
 */
#ifndef SYS_EXCHANGE_H
#define SYS_EXCHANGE_H

#include "base/time.h"
#include "sys/dial.h"

/* As many sockets as a process may be given; each is some hundred bytes here. */
#define EXCHANGE_CONCURRENCY_MAX 65536

/* Descriptors of one guest: a resolver has two for each server it asks. */
#define EXCHANGE_WATCHED_MAX 64

struct exchange_limits {
	size_t concurrency; /* 1 to EXCHANGE_CONCURRENCY_MAX */
	uint32_t rate;      /* begun in a second, or over UDP said again; 0: as fast as
			     * they go */
	time_ns connect_time;
	time_ns answer_time;
};

struct exchange {
	struct dial_target target;
	struct bytes
		send;   /* must live until the end is told, or another takes its place */
	void *owner;    /* the party's own; handed back with all that is told */
	bool datagrams; /* over UDP */
	size_t datagram_len;  /* what is sent is cut into datagrams of so many bytes;
			       * 0: it is one */
	time_ns connect_time; /* 0: those of the limits */
	time_ns answer_time;
	uint64_t again; /* EXCHANGE_LATER: when to ask again, by clock_monotonic(); 0: no
			 * time tells */
};

struct exchange_wish {
	bool enough;
	struct bytes send; /* to be sent, in place of what is unsent; must live as above.
			    * If enough: over UDP sent once, as a goodbye; over TCP not */
	time_ns patience;  /* unless 0: its time is over so long from now, or before */
};

enum exchange_end {
	EXCHANGE_ENOUGH,
	EXCHANGE_CLOSED,      /* by the server, in order */
	EXCHANGE_RESET,       /* by the server, after connecting */
	EXCHANGE_TIMED_OUT,   /* connected, or over UDP, and the time was over */
	EXCHANGE_REFUSED,     /* nobody listens there */
	EXCHANGE_UNREACHABLE, /* no way there */
	EXCHANGE_NO_CONNECT,  /* nobody answered the wish to connect */
	EXCHANGE_LOCAL,       /* this machine has no descriptor or source port for it */
	EXCHANGE_STOPPED,
};

enum exchange_next {
	EXCHANGE_NONE, /* there is none, and never will be */
	EXCHANGE_NEXT,
	EXCHANGE_LATER, /* none now: asked again after any end, after the guest was told
			 * something, and at ret->again; if nothing of that can be, none
			 */
};

struct exchange_loop;

/* Who has descriptors and a timer of its own on the same loop: a resolver. */
struct exchange_guest {
	/* The loop runs, and can be handed to the functions below until it ends. */
	void (*began)(struct exchange_guest *guest, struct exchange_loop *loop);
	/* A descriptor of the guest's can be read or written, or has failed: then both.
	 */
	void (*ready)(struct exchange_guest *guest, int descriptor, bool readable,
		bool writable);
	/* The time that exchange_wake() asked for has come. */
	void (*woken)(struct exchange_guest *guest);
};

/* Whoever makes a party begins its struct with this. */
struct exchange_party {
	/* The next to ask; *ret comes zeroed. */
	enum exchange_next (*next)(struct exchange_party *party, struct exchange *ret);
	/* Bytes came; borrowed until it returns. */
	struct exchange_wish (*received)(
		struct exchange_party *party, void *owner, struct bytes bytes);
	/* It is over; told once for each that next() answered. */
	void (*ended)(struct exchange_party *party, void *owner, enum exchange_end end);
	/* Over UDP: what to send again, as protocols want other numbers in it. NULL: the
	 * same bytes. */
	struct bytes (*again)(struct exchange_party *party, void *owner);
	/* The loop is about to wait: answers until when at most, by clock_monotonic(); 0:
	 * for as long as nothing happens. NULL: likewise. */
	uint64_t (*rest)(struct exchange_party *party, uint64_t now);
	struct exchange_guest *guest; /* or NULL */
};

/* Runs until there is no next and all have ended. ERR_USAGE: no such concurrency.
 * ERR_MEMORY, ERR_IO: the loop could not be made. */
MUST_USE enum err exchange_run(struct exchange_party *party,
	const struct exchange_limits *limits, struct fault *why);

/* For guests. Watches a descriptor for these, in place of what it was watched for;
 * neither: no longer, which is due before it is closed. ERR_LIMIT: more than
 * EXCHANGE_WATCHED_MAX. ERR_IO: no descriptor that can be watched. */
MUST_USE enum err exchange_watch(
	struct exchange_loop *loop, int descriptor, bool readable, bool writable);

/* For guests. Calls woken() once at that time of clock_monotonic(), in place of another;
 * 0: not any more. */
void exchange_wake(struct exchange_loop *loop, uint64_t at);

#endif

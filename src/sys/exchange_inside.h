/*
 * exchange_inside - the loop of sys/exchange.h and what is under way on it: exchange.c
 * begins, waits and ends; exchange_talk.c sends and receives.
 */
#ifndef SYS_EXCHANGE_INSIDE_H
#define SYS_EXCHANGE_INSIDE_H

#include "sys/deadlines.h"
#include "sys/exchange.h"

/* Taken of one connection in one turn; a datagram is no longer. */
#define EXCHANGE_RECEIVE_LEN 65536

/* One exchange under way. */
struct slot {
	struct deadline due; /* first: what is due first is a slot */
	struct exchange exchange;
	int socket; /* -1: none; of a free one, to be used again, and watched still */
	bool busy;
	bool talks;
	bool cut; /* writing failed: what was sent before may still be read */
	struct bytes unsent;
	uint64_t deadline;
	uint64_t
		resend_wait; /* over UDP: due.at is when to send again, or the deadline */
	struct slot *next_free;
};

struct exchange_loop {
	struct exchange_party *party;
	const struct exchange_limits *limits;
	int epoll;
	struct slot *slots;
	struct slot *free;
	struct deadlines deadlines;
	size_t busy;
	bool no_more;
	bool later;     /* the party has none now */
	uint64_t again; /* when it is asked again all the same; 0: no time tells */
	bool held;      /* `waiting` is to be begun once there are descriptors */
	struct exchange waiting;
	uint64_t next_start;
	uint64_t heard;                    /* when something happened last */
	uint64_t wake;                     /* the guest's; 0: never */
	int watched[EXCHANGE_WATCHED_MAX]; /* its descriptors; -1: free */
	size_t watched_count;
	uint8_t received[EXCHANGE_RECEIVE_LEN];
};

void exchange_end_slot(
	struct exchange_loop *loop, struct slot *slot, enum exchange_end end);

/* How an exchange ends whose socket answered that. */
enum exchange_end exchange_end_of(enum err err);

/* One was begun, or said once more: the rate has it that the next waits. */
void exchange_note_start(struct exchange_loop *loop, uint64_t now);

/* Begins to talk: connected, or over UDP; sends. */
void exchange_talk(struct exchange_loop *loop, struct slot *slot, uint64_t now);

/* Something happened to a slot that talks: enum EPOLL_EVENTS. */
void exchange_go_on(
	struct exchange_loop *loop, struct slot *slot, uint32_t events, uint64_t now);

/* Over UDP: no answer for a while. */
void exchange_resend(struct exchange_loop *loop, struct slot *slot, uint64_t now);

#endif

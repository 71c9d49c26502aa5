#include "sys/exchange.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sys/clock.h"
#include "sys/signals.h"

#define EVENTS_MAX  256   /* looked at in one turn of the loop */
#define RECEIVE_LEN 16384 /* taken of one connection in one turn: a record */

/* How long it takes until descriptors and ports are looked for again. */
#define RETRY_AFTER (TIME_SECOND / 20)

/* What the loop oversleeps is made up for, up to this: epoll counts in milliseconds. */
#define CATCH_UP (TIME_SECOND / 500)

/* One exchange under way. Those that connect and those that talk stand in a list each,
 * in order of deadline: within a list all have the same time. */
struct slot {
	struct exchange exchange;
	int socket;
	bool talks;
	bool cut; /* writing failed: what was sent before may still be read */
	struct bytes unsent;
	uint64_t deadline;
	struct slot *before; /* in its list; `after` also of those that are free */
	struct slot *after;
};

struct list {
	struct slot *first;
	struct slot *last;
};

struct loop {
	struct exchange_party *party;
	const struct exchange_limits *limits;
	int epoll;
	struct slot *slots;
	struct slot *free;
	struct list lists[2]; /* by slot.talks */
	size_t busy;
	bool no_more;
	bool held; /* `waiting` is to be begun once there are descriptors */
	struct exchange waiting;
	uint64_t next_start;
	uint8_t received[RECEIVE_LEN];
};

static void list_add(struct list *list, struct slot *slot)
{
	slot->before = list->last;
	slot->after = NULL;
	if (list->last != NULL)
		list->last->after = slot;
	else
		list->first = slot;
	list->last = slot;
}

static void list_remove(struct list *list, struct slot *slot)
{
	if (slot->before != NULL)
		slot->before->after = slot->after;
	else
		list->first = slot->after;
	if (slot->after != NULL)
		slot->after->before = slot->before;
	else
		list->last = slot->before;
}

static void end_slot(struct loop *loop, struct slot *slot, enum exchange_end end)
{
	void *owner = slot->exchange.owner;

	(void)close(slot->socket);
	list_remove(&loop->lists[slot->talks], slot);
	slot->after = loop->free;
	loop->free = slot;
	loop->busy--;
	loop->party->ended(loop->party, owner, end);
}

static bool watch_slot(struct loop *loop, struct slot *slot, int how, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = slot };

	return epoll_ctl(loop->epoll, how, slot->socket, &event) == 0;
}

static enum exchange_end end_of_dial(enum err err)
{
	switch (err) {
	case ERR_END:
		return EXCHANGE_RESET;
	case ERR_PERMISSION:
		return EXCHANGE_REFUSED;
	case ERR_LIMIT:
	case ERR_BUSY:
		return EXCHANGE_LOCAL;
	default:
		return EXCHANGE_UNREACHABLE;
	}
}

/* Begins one; false if this machine cannot now, but can once others have ended. */
static bool start(struct loop *loop, const struct exchange *exchange, uint64_t now)
{
	struct slot *slot = loop->free;
	int socket;
	enum err err = dial_start(&exchange->target, &socket);

	if ((err == ERR_LIMIT || err == ERR_BUSY) && loop->busy > 0)
		return false;
	if (err != ERR_OK) {
		loop->party->ended(loop->party, exchange->owner, end_of_dial(err));
		return true;
	}
	loop->free = slot->after;
	loop->busy++;
	*slot = (struct slot){ .exchange = *exchange,
		.socket = socket,
		.unsent = exchange->send,
		.deadline = now + loop->limits->connect_time };
	list_add(&loop->lists[false], slot);
	if (!watch_slot(loop, slot, EPOLL_CTL_ADD, EPOLLOUT))
		end_slot(loop, slot, EXCHANGE_LOCAL);
	return true;
}

static bool take_next(struct loop *loop, struct exchange *ret)
{
	if (loop->held) {
		*ret = loop->waiting;
		loop->held = false;
		return true;
	}
	loop->no_more = loop->no_more || !loop->party->next(loop->party, ret);
	return !loop->no_more;
}

static bool may_start(const struct loop *loop)
{
	return loop->free != NULL && (loop->held || !loop->no_more);
}

static void note_start(struct loop *loop, uint64_t now)
{
	if (loop->limits->rate == 0)
		return;
	if (loop->next_start < now - CATCH_UP)
		loop->next_start = now - CATCH_UP;
	loop->next_start += TIME_SECOND / loop->limits->rate;
}

static void start_due(struct loop *loop, uint64_t now)
{
	struct exchange exchange;

	while (may_start(loop) && now >= loop->next_start) {
		if (!take_next(loop, &exchange))
			return;
		if (!start(loop, &exchange, now)) {
			loop->waiting = exchange;
			loop->held = true;
			loop->next_start = now + RETRY_AFTER;
			return;
		}
		note_start(loop, now);
	}
}

static void send_more(struct loop *loop, struct slot *slot)
{
	while (slot->unsent.len > 0 && !slot->cut) {
		ssize_t sent = send(
			slot->socket, slot->unsent.at, slot->unsent.len, MSG_NOSIGNAL);

		if (sent >= 0)
			slot->unsent = bytes_after(slot->unsent, (size_t)sent);
		else if (errno == EAGAIN)
			break;
		else if (errno != EINTR)
			slot->cut = true;
	}
	if (!watch_slot(loop, slot, EPOLL_CTL_MOD,
		    slot->unsent.len > 0 && !slot->cut ? EPOLLIN | EPOLLOUT : EPOLLIN))
		end_slot(loop, slot, EXCHANGE_LOCAL);
}

static void connected(struct loop *loop, struct slot *slot, uint64_t now)
{
	enum err err = dial_finish(slot->socket);

	if (err != ERR_OK) {
		end_slot(loop, slot, end_of_dial(err));
		return;
	}
	list_remove(&loop->lists[false], slot);
	slot->talks = true;
	slot->deadline = now + loop->limits->answer_time;
	list_add(&loop->lists[true], slot);
	send_more(loop, slot);
}

static void receive(struct loop *loop, struct slot *slot)
{
	ssize_t got = recv(slot->socket, loop->received, sizeof loop->received, 0);
	struct exchange_wish wish;

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got <= 0) {
		end_slot(loop, slot,
			got < 0 || slot->cut ? EXCHANGE_RESET : EXCHANGE_CLOSED);
		return;
	}
	wish = loop->party->received(loop->party, slot->exchange.owner,
		bytes_over(loop->received, (size_t)got));
	if (wish.enough) {
		end_slot(loop, slot, EXCHANGE_ENOUGH);
	} else if (wish.send.len > 0) {
		slot->unsent = wish.send;
		send_more(loop, slot);
	}
}

static void handle(struct loop *loop, const struct epoll_event *event, uint64_t now)
{
	struct slot *slot = event->data.ptr;

	if (slot == NULL) /* a stop is wanted: the loop looks itself */
		return;
	if (!slot->talks)
		connected(loop, slot, now);
	else if (event->events & (EPOLLIN | EPOLLHUP | EPOLLERR))
		receive(loop, slot);
	else if (event->events & EPOLLOUT)
		send_more(loop, slot);
}

static void expire(struct loop *loop, uint64_t now)
{
	for (int talks = 0; talks < 2; talks++)
		while (loop->lists[talks].first != NULL &&
			loop->lists[talks].first->deadline <= now)
			end_slot(loop, loop->lists[talks].first,
				talks ? EXCHANGE_TIMED_OUT : EXCHANGE_NO_CONNECT);
}

/* Until the first of what can happen without an event, in whole milliseconds. */
static int wait_time(const struct loop *loop, uint64_t now)
{
	uint64_t until = UINT64_MAX;

	for (int talks = 0; talks < 2; talks++)
		if (loop->lists[talks].first != NULL &&
			loop->lists[talks].first->deadline < until)
			until = loop->lists[talks].first->deadline;
	if (may_start(loop) && loop->next_start < until)
		until = loop->next_start;
	if (until <= now)
		return 0;
	until = (until - now + TIME_SECOND / 1000 - 1) / (TIME_SECOND / 1000);
	return until < 60000 ? (int)until : 60000;
}

static void stop_all(struct loop *loop)
{
	for (int talks = 0; talks < 2; talks++)
		while (loop->lists[talks].first != NULL)
			end_slot(loop, loop->lists[talks].first, EXCHANGE_STOPPED);
	if (loop->held)
		loop->party->ended(loop->party, loop->waiting.owner, EXCHANGE_STOPPED);
	loop->held = false;
}

static enum err turn(struct loop *loop)
{
	struct epoll_event events[EVENTS_MAX];
	int count = epoll_wait(
		loop->epoll, events, EVENTS_MAX, wait_time(loop, clock_monotonic()));
	uint64_t now = clock_monotonic();

	if (count < 0 && errno != EINTR)
		return ERR_IO;
	for (int i = 0; i < count; i++)
		handle(loop, &events[i], now);
	expire(loop, now);
	return ERR_OK;
}

static enum err run(struct loop *loop)
{
	enum err err = ERR_OK;

	loop->next_start = clock_monotonic();
	while (err == ERR_OK && !signals_stop_wanted()) {
		start_due(loop, clock_monotonic());
		if (loop->busy == 0 && !may_start(loop))
			return ERR_OK;
		err = turn(loop);
	}
	stop_all(loop);
	return err;
}

static bool loop_init(struct loop *loop)
{
	struct epoll_event stop = { .events = EPOLLIN };

	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll < 0)
		return false;
	for (size_t i = 0; i < loop->limits->concurrency; i++) {
		loop->slots[i].after = loop->free;
		loop->free = &loop->slots[i];
	}
	return signals_descriptor() < 0 ||
	       epoll_ctl(loop->epoll, EPOLL_CTL_ADD, signals_descriptor(), &stop) == 0;
}

static enum err run_with(struct loop *loop)
{
	enum err err;

	loop->slots = calloc(loop->limits->concurrency, sizeof *loop->slots);
	if (loop->slots == NULL)
		return ERR_MEMORY;
	err = loop_init(loop) ? run(loop) : ERR_IO;
	if (loop->epoll >= 0)
		(void)close(loop->epoll);
	free(loop->slots);
	return err;
}

enum err exchange_run(struct exchange_party *party, const struct exchange_limits *limits,
	struct fault *why)
{
	struct loop *loop = calloc(1, sizeof *loop);
	enum err err = ERR_MEMORY;

	if (limits->concurrency == 0 || limits->concurrency > EXCHANGE_CONCURRENCY_MAX) {
		err = ERR_USAGE;
	} else if (loop != NULL) {
		loop->party = party;
		loop->limits = limits;
		err = run_with(loop);
	}
	free(loop);
	return err == ERR_OK ? ERR_OK
			     : fault_set(why, err, "connections: %s", err_sentence(err));
}

#include "sys/exchange.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/attr.h"
#include "sys/clock.h"
#include "sys/exchange_inside.h"
#include "sys/signals.h"

#define EVENTS_MAX 1024 /* looked at in one turn of the loop */

/* How long it takes until descriptors and ports are looked for again. */
#define RETRY_AFTER (TIME_SECOND / 20)

/* What the loop oversleeps is made up for, up to this: epoll counts in milliseconds. */
#define CATCH_UP (TIME_SECOND / 500)

/* So long after something happened the loop looks again instead of waiting: who waits has
 * to be woken, which costs the peer on this machine, and the kernel of any other, more
 * than what it would tell. */
#define LOOK_FOR (TIME_SECOND / 20000)

/* It stays watched, and what is told of it meanwhile is nobody's. */
static void drop_socket(struct slot *slot)
{
	if (slot->socket >= 0)
		(void)close(slot->socket);
	slot->socket = -1;
}

/* A connection that is broken off by RST leaves a socket that serves the slot's next one:
 * that spares making, watching and closing one, three of seven calls. */
static void end_socket(struct slot *slot, enum exchange_end end)
{
	bool reused = slot->talks && !slot->exchange.datagrams &&
		      end != EXCHANGE_CLOSED && end != EXCHANGE_RESET &&
		      dial_break_off(slot->socket);

	if (!reused)
		drop_socket(slot);
}

void exchange_end_slot(
	struct exchange_loop *loop, struct slot *slot, enum exchange_end end)
{
	void *owner = slot->exchange.owner;

	end_socket(slot, end);
	slot->busy = false;
	deadlines_remove(&loop->deadlines, &slot->due);
	slot->next_free = loop->free;
	loop->free = slot;
	loop->busy--;
	loop->later = false;
	loop->party->ended(loop->party, owner, end);
}

enum exchange_end exchange_end_of(enum err err)
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

/* A socket for datagrams can be written at once, so it is not watched for that. */
static bool watch_slot(struct exchange_loop *loop, struct slot *slot)
{
	uint32_t writable = slot->exchange.datagrams ? 0 : EPOLLOUT;
	struct epoll_event event = { .events = EPOLLIN | writable | EPOLLRDHUP | EPOLLET,
		.data.ptr = slot };

	return epoll_ctl(loop->epoll, EPOLL_CTL_ADD, slot->socket, &event) == 0;
}

static void begin_slot(struct exchange_loop *loop, const struct exchange *exchange,
	int socket, bool watched, uint64_t now)
{
	struct slot *slot = loop->free;
	time_ns time = exchange->connect_time > 0 ? exchange->connect_time
						  : loop->limits->connect_time;

	loop->free = slot->next_free;
	loop->busy++;
	*slot = (struct slot){ .exchange = *exchange,
		.socket = socket,
		.busy = true,
		.unsent = exchange->send,
		.deadline = now + time };
	deadlines_add(&loop->deadlines, &slot->due, slot->deadline);
	if (!watched && !watch_slot(loop, slot))
		exchange_end_slot(loop, slot, EXCHANGE_LOCAL);
	else if (exchange->datagrams)
		exchange_talk(loop, slot, now);
}

/* Whether the slot's socket is one that can connect there. */
static bool is_of_use(const struct slot *slot, const struct exchange *exchange)
{
	return slot->socket >= 0 && !exchange->datagrams &&
	       address_is_ipv4(&slot->exchange.target.address) ==
		       address_is_ipv4(&exchange->target.address);
}

static void drop_idle(struct exchange_loop *loop)
{
	for (struct slot *slot = loop->free; slot != NULL; slot = slot->next_free)
		drop_socket(slot);
}

static enum err start_new(
	struct exchange_loop *loop, const struct exchange *exchange, int *ret_socket)
{
	enum err (*dial)(const struct dial_target *target, int *ret) =
		exchange->datagrams ? dial_datagrams : dial_start;
	enum err err;

	drop_socket(loop->free);
	err = dial(&exchange->target, ret_socket);
	if (err != ERR_LIMIT)
		return err;
	drop_idle(loop);
	return dial(&exchange->target, ret_socket);
}

/* Begins one; false if this machine cannot now, but can once others have ended. */
static bool start(
	struct exchange_loop *loop, const struct exchange *exchange, uint64_t now)
{
	int socket = loop->free->socket;
	bool reused = is_of_use(loop->free, exchange);
	enum err err = reused ? dial_restart(socket, &exchange->target)
			      : start_new(loop, exchange, &socket);

	if (reused && err != ERR_OK)
		drop_socket(loop->free);
	if ((err == ERR_LIMIT || err == ERR_BUSY) && loop->busy > 0)
		return false;
	if (err == ERR_OK)
		begin_slot(loop, exchange, socket, reused, now);
	else
		loop->party->ended(loop->party, exchange->owner, exchange_end_of(err));
	return true;
}

static bool take_next(struct exchange_loop *loop, struct exchange *ret)
{
	enum exchange_next next;

	if (loop->held) {
		*ret = loop->waiting;
		loop->held = false;
		return true;
	}
	*ret = (struct exchange){ 0 };
	next = loop->party->next(loop->party, ret);
	loop->no_more = next == EXCHANGE_NONE;
	loop->later = next == EXCHANGE_LATER;
	loop->again = loop->later ? ret->again : 0;
	return next == EXCHANGE_NEXT;
}

static bool may_start(const struct exchange_loop *loop)
{
	return loop->free != NULL && (loop->held || (!loop->no_more && !loop->later));
}

void exchange_note_start(struct exchange_loop *loop, uint64_t now)
{
	if (loop->limits->rate == 0)
		return;
	if (loop->next_start < now - CATCH_UP)
		loop->next_start = now - CATCH_UP;
	loop->next_start += TIME_SECOND / loop->limits->rate;
}

static void start_due(struct exchange_loop *loop, uint64_t now)
{
	struct exchange exchange;

	if (loop->later && loop->again > 0 && loop->again <= now)
		loop->later = false;
	while (may_start(loop) && now >= loop->next_start) {
		if (!take_next(loop, &exchange))
			return;
		if (!start(loop, &exchange, now)) {
			loop->waiting = exchange;
			loop->held = true;
			loop->next_start = now + RETRY_AFTER;
			return;
		}
		exchange_note_start(loop, now);
	}
}

/* Whether anything can still happen. */
static bool is_over(const struct exchange_loop *loop)
{
	if (loop->busy > 0 || loop->held)
		return false;
	if (loop->later)
		return loop->again == 0 && loop->wake == 0 && loop->watched_count == 0;
	return loop->no_more;
}

/* A connection that is there can be written, and tells nothing else. */
static void connected(
	struct exchange_loop *loop, struct slot *slot, uint32_t events, uint64_t now)
{
	bool failed = (events & (EPOLLERR | EPOLLHUP)) != 0;
	enum err err = failed ? dial_finish(slot->socket) : ERR_OK;

	if (err != ERR_OK) {
		exchange_end_slot(loop, slot, exchange_end_of(err));
		return;
	}
	exchange_talk(loop, slot, now);
	exchange_go_on(loop, slot, events & ~(uint32_t)EPOLLOUT, now);
}

/* The guest's descriptors are told by where theirs are kept. */
static bool is_guest(const struct exchange_loop *loop, const void *of)
{
	return (const int *)of >= loop->watched &&
	       (const int *)of < loop->watched + EXCHANGE_WATCHED_MAX;
}

static void guest_ready(
	struct exchange_loop *loop, const int *descriptor, uint32_t events)
{
	struct exchange_guest *guest = loop->party->guest;
	bool failed = (events & (EPOLLERR | EPOLLHUP)) != 0;

	if (*descriptor < 0) /* given up by what was told before in this turn */
		return;
	loop->later = false;
	guest->ready(guest, *descriptor, failed || (events & EPOLLIN) != 0,
		failed || (events & EPOLLOUT) != 0);
}

static void handle(
	struct exchange_loop *loop, const struct epoll_event *event, uint64_t now)
{
	struct slot *slot = event->data.ptr;

	if (slot == NULL) /* a stop is wanted: the loop looks itself */
		return;
	if (is_guest(loop, slot))
		guest_ready(loop, event->data.ptr, event->events);
	else if (!slot->busy) /* what is told of a socket between two connections */
		return;
	else if (!slot->talks)
		connected(loop, slot, event->events, now);
	else
		exchange_go_on(loop, slot, event->events, now);
}

static void expire(struct exchange_loop *loop, uint64_t now)
{
	struct slot *slot;

	while ((slot = (struct slot *)deadlines_first(&loop->deadlines)) != NULL &&
		slot->due.at <= now) {
		if (slot->deadline > now)
			exchange_resend(loop, slot, now);
		else
			exchange_end_slot(loop, slot,
				slot->talks ? EXCHANGE_TIMED_OUT : EXCHANGE_NO_CONNECT);
	}
	if (loop->wake > 0 && loop->wake <= now) {
		loop->wake = 0;
		loop->later = false;
		loop->party->guest->woken(loop->party->guest);
	}
}

/* Until the first of what can happen without an event, in whole milliseconds. */
static int wait_time(const struct exchange_loop *loop, uint64_t now)
{
	const struct deadline *first = deadlines_first(&loop->deadlines);
	uint64_t until = first != NULL ? first->at : UINT64_MAX;
	struct exchange_party *party = loop->party;
	uint64_t rest = party->rest != NULL ? party->rest(party, now) : 0;

	if (rest > 0 && rest < until)
		until = rest;
	if (may_start(loop) && loop->next_start < until)
		until = loop->next_start;
	if (loop->later && loop->again > 0 && loop->again < until)
		until = loop->again;
	if (loop->wake > 0 && loop->wake < until)
		until = loop->wake;
	if (until <= now)
		return 0;
	until = (until - now + TIME_SECOND / 1000 - 1) / (TIME_SECOND / 1000);
	return until < 60000 ? (int)until : 60000;
}

static void stop_all(struct exchange_loop *loop)
{
	struct slot *slot;

	while ((slot = (struct slot *)deadlines_first(&loop->deadlines)) != NULL)
		exchange_end_slot(loop, slot, EXCHANGE_STOPPED);
	if (loop->held)
		loop->party->ended(loop->party, loop->waiting.owner, EXCHANGE_STOPPED);
	loop->held = false;
}

static enum err turn(struct exchange_loop *loop)
{
	struct epoll_event events[EVENTS_MAX];
	uint64_t now = clock_monotonic();
	int wait = wait_time(loop, now);
	int count = epoll_wait(
		loop->epoll, events, EVENTS_MAX, now - loop->heard < LOOK_FOR ? 0 : wait);

	now = clock_monotonic();
	if (count < 0 && errno != EINTR)
		return ERR_IO;
	if (count > 0)
		loop->heard = now;
	for (int i = 0; i < count; i++)
		handle(loop, &events[i], now);
	expire(loop, now);
	return ERR_OK;
}

static enum err run(struct exchange_loop *loop)
{
	struct exchange_guest *guest = loop->party->guest;
	enum err err = ERR_OK;

	loop->next_start = clock_monotonic();
	if (guest != NULL)
		guest->began(guest, loop);
	while (err == ERR_OK && !signals_stop_wanted()) {
		start_due(loop, clock_monotonic());
		if (is_over(loop))
			return ERR_OK;
		err = turn(loop);
	}
	stop_all(loop);
	return err;
}

static bool loop_init(struct exchange_loop *loop)
{
	struct epoll_event stop = { .events = EPOLLIN };

	for (size_t i = 0; i < loop->limits->concurrency; i++) {
		loop->slots[i].socket = -1;
		loop->slots[i].next_free = loop->free;
		loop->free = &loop->slots[i];
	}
	for (size_t i = 0; i < EXCHANGE_WATCHED_MAX; i++)
		loop->watched[i] = -1;
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll < 0)
		return false;
	return signals_descriptor() < 0 ||
	       epoll_ctl(loop->epoll, EPOLL_CTL_ADD, signals_descriptor(), &stop) == 0;
}

static enum err run_with(struct exchange_loop *loop)
{
	enum err err = deadlines_init(&loop->deadlines, loop->limits->concurrency);

	loop->slots = calloc(loop->limits->concurrency, sizeof *loop->slots);
	loop->epoll = -1;
	if (loop->slots == NULL)
		err = ERR_MEMORY;
	if (err == ERR_OK)
		err = loop_init(loop) ? run(loop) : ERR_IO;
	if (loop->epoll >= 0)
		(void)close(loop->epoll);
	drop_idle(loop);
	free(loop->slots);
	deadlines_done(&loop->deadlines);
	return err;
}

enum err exchange_run(struct exchange_party *party, const struct exchange_limits *limits,
	struct fault *why)
{
	struct exchange_loop *loop = calloc(1, sizeof *loop);
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

static int *watched_find(struct exchange_loop *loop, int descriptor)
{
	for (size_t i = 0; i < EXCHANGE_WATCHED_MAX; i++)
		if (loop->watched[i] == descriptor)
			return &loop->watched[i];
	return NULL;
}

enum err exchange_watch(
	struct exchange_loop *loop, int descriptor, bool readable, bool writable)
{
	int *known = watched_find(loop, descriptor);
	int *place = known != NULL ? known : watched_find(loop, -1);
	int how = known == NULL ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
	struct epoll_event event = { .data.ptr = place };

	if (!readable && !writable) {
		if (known != NULL) {
			(void)epoll_ctl(loop->epoll, EPOLL_CTL_DEL, descriptor, NULL);
			*known = -1;
			loop->watched_count--;
		}
		return ERR_OK;
	}
	if (place == NULL)
		return ERR_LIMIT;
	event.events = (readable ? EPOLLIN : 0u) | (writable ? EPOLLOUT : 0u);
	if (epoll_ctl(loop->epoll, how, descriptor, &event) != 0)
		return ERR_IO;
	*place = descriptor;
	loop->watched_count += known == NULL;
	return ERR_OK;
}

void exchange_wake(struct exchange_loop *loop, uint64_t at)
{
	loop->wake = at;
}

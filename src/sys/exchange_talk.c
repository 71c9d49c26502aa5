/* Sending and receiving, one exchange at a time. Sockets are watched once, for all
 * (EPOLLET): that is a third of the calls to the kernel saved. So what has come must be
 * read to its end, or the watch be renewed. */
#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "sys/exchange_inside.h"

/* RFC 6347, 4.2.4.1; RFC 9002, 6.2.2 begins alike, a third sooner. */
#define RESEND_FIRST TIME_SECOND
#define RESEND_MOST  (60 * TIME_SECOND)

/* Datagrams taken of one exchange in one turn: a first flight of any server. */
#define DATAGRAMS_MAX 16

enum progress {
	MORE,  /* there may be more to read */
	EMPTY, /* nothing there now */
	ENDED, /* the slot is free again */
};

static enum progress end_with(
	struct exchange_loop *loop, struct slot *slot, enum exchange_end end)
{
	exchange_end_slot(loop, slot, end);
	return ENDED;
}

/* Stays silent about what it already told of the socket: another look at it. */
static void renew(struct exchange_loop *loop, struct slot *slot)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
		.data.ptr = slot };

	if (epoll_ctl(loop->epoll, EPOLL_CTL_MOD, slot->socket, &event) != 0)
		exchange_end_slot(loop, slot, EXCHANGE_LOCAL);
}

static void send_stream(struct slot *slot)
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
}

/* One that does not fit the socket's buffer is lost, as any can be. */
static enum progress send_datagrams(struct exchange_loop *loop, struct slot *slot)
{
	struct bytes left = slot->unsent;
	size_t each = slot->exchange.datagram_len;

	while (left.len > 0) {
		struct bytes one = each > 0 ? bytes_first(left, each) : left;

		if (send(slot->socket, one.at, one.len, 0) < 0 && errno != EAGAIN &&
			errno != EINTR && errno != ENOBUFS)
			return end_with(loop, slot, exchange_end_of(dial_err(errno)));
		left = bytes_after(left, one.len);
	}
	return EMPTY;
}

/* The deadline is the last that can be due. */
static void plan_resend(struct exchange_loop *loop, struct slot *slot, uint64_t now)
{
	uint64_t at = now + slot->resend_wait;

	deadlines_move(
		&loop->deadlines, &slot->due, at < slot->deadline ? at : slot->deadline);
}

static enum progress send_flight(
	struct exchange_loop *loop, struct slot *slot, uint64_t now)
{
	slot->resend_wait = RESEND_FIRST;
	plan_resend(loop, slot, now);
	return send_datagrams(loop, slot);
}

void exchange_resend(struct exchange_loop *loop, struct slot *slot, uint64_t now)
{
	struct exchange_party *party = loop->party;

	if (party->again != NULL)
		slot->unsent = party->again(party, slot->exchange.owner);
	if (slot->resend_wait < RESEND_MOST)
		slot->resend_wait *= 2;
	plan_resend(loop, slot, now);
	exchange_note_start(loop, now);
	(void)send_datagrams(loop, slot);
}

void exchange_talk(struct exchange_loop *loop, struct slot *slot, uint64_t now)
{
	time_ns time = slot->exchange.answer_time > 0 ? slot->exchange.answer_time
						      : loop->limits->answer_time;

	slot->talks = true;
	slot->deadline = now + time;
	if (slot->exchange.datagrams) {
		(void)send_flight(loop, slot, now);
		return;
	}
	deadlines_move(&loop->deadlines, &slot->due, slot->deadline);
	send_stream(slot);
}

static enum progress receive_failed(struct exchange_loop *loop, struct slot *slot)
{
	if (errno == EAGAIN)
		return EMPTY;
	if (errno == EINTR)
		return MORE;
	return end_with(loop, slot,
		slot->exchange.datagrams ? exchange_end_of(dial_err(errno))
					 : EXCHANGE_RESET);
}

/* Its time is over then, or before. */
static void wait_for_more(
	struct exchange_loop *loop, struct slot *slot, time_ns patience, uint64_t now)
{
	uint64_t at = now + patience;

	if (patience > 0 && at < slot->deadline) {
		slot->deadline = at;
		deadlines_move(&loop->deadlines, &slot->due, at);
	}
}

/* A datagram may be empty; it says nothing. */
static enum progress receive_once(
	struct exchange_loop *loop, struct slot *slot, uint64_t now)
{
	struct exchange *exchange = &slot->exchange;
	ssize_t got = recv(slot->socket, loop->received, sizeof loop->received, 0);
	struct exchange_wish wish;

	if (got < 0)
		return receive_failed(loop, slot);
	if (got == 0 && !exchange->datagrams)
		return end_with(loop, slot, slot->cut ? EXCHANGE_RESET : EXCHANGE_CLOSED);
	wish = loop->party->received(
		loop->party, exchange->owner, bytes_over(loop->received, (size_t)got));
	if (wish.send.len > 0)
		slot->unsent = wish.send;
	if (wish.enough && wish.send.len > 0 && exchange->datagrams &&
		send_datagrams(loop, slot) == ENDED)
		return ENDED;
	if (wish.enough)
		return end_with(loop, slot, EXCHANGE_ENOUGH);
	if (wish.send.len > 0 && exchange->datagrams &&
		send_flight(loop, slot, now) == ENDED)
		return ENDED;
	if (wish.send.len > 0 && !exchange->datagrams)
		send_stream(slot);
	wait_for_more(loop, slot, wish.patience, now);
	return exchange->datagrams || (size_t)got == sizeof loop->received ? MORE : EMPTY;
}

/* A stream that gave less than was asked is empty, unless its end was in sight already,
 * of which no other event will tell: epoll(7), question 9. */
static void receive(
	struct exchange_loop *loop, struct slot *slot, uint32_t events, uint64_t now)
{
	bool datagrams = slot->exchange.datagrams;
	bool ends = !datagrams && (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
	unsigned left = datagrams ? DATAGRAMS_MAX : 1 + ends;
	enum progress progress = MORE;

	for (; left > 0 && (progress == MORE || (progress == EMPTY && ends)); left--)
		progress = receive_once(loop, slot, now);
	if (progress == MORE || (progress == EMPTY && ends))
		renew(loop, slot);
}

void exchange_go_on(
	struct exchange_loop *loop, struct slot *slot, uint32_t events, uint64_t now)
{
	if (!slot->exchange.datagrams && (events & EPOLLOUT) != 0)
		send_stream(slot);
	if ((events & ~(uint32_t)EPOLLOUT) != 0)
		receive(loop, slot, events, now);
}

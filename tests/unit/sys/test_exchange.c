#include "../unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sys/clock.h"
#include "sys/exchange.h"
#include "sys/signals.h"

#define CLIENTS 40

/* What a server of ours does with a connection. */
enum habit {
	ECHOES,  /* until the other end closes */
	ANSWERS, /* "hello" at once, then waits */
	CLOSES,  /* having read what came */
	RESETS,
	IS_SILENT,
};

/* A listener on loopback with a thread that does as its habit is. */
struct server {
	int socket;
	uint16_t port;
	enum habit habit;
	pthread_t thread;
	int kept[CLIENTS];
	int kept_count;
};

static void reset(int socket)
{
	struct linger none = { .l_onoff = 1 };

	(void)setsockopt(socket, SOL_SOCKET, SO_LINGER, &none, sizeof none);
}

static void echo(int socket)
{
	char bytes[512];
	ssize_t got;

	while ((got = recv(socket, bytes, sizeof bytes, 0)) > 0)
		if (send(socket, bytes, (size_t)got, MSG_NOSIGNAL) != got)
			break;
}

static void serve(struct server *server, int socket)
{
	if (server->habit == ECHOES)
		echo(socket);
	if (server->habit == ANSWERS)
		(void)send(socket, "hello", 5, MSG_NOSIGNAL);
	if (server->habit == CLOSES)
		(void)recv(socket, (char[512]){ 0 }, 512, 0);
	if (server->habit == RESETS)
		reset(socket);
	if (server->habit == IS_SILENT || server->habit == ANSWERS)
		server->kept[server->kept_count++] = socket;
	else
		(void)close(socket);
}

static void *run_server(void *of)
{
	struct server *server = of;
	int socket;

	while ((socket = accept(server->socket, NULL, NULL)) >= 0)
		serve(server, socket);
	return NULL;
}

static void listen_on_loopback(struct server *server)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof at;

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	server->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(
		bind(server->socket, (const struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(server->socket, CLIENTS), 0);
	assert_int_equal(getsockname(server->socket, (struct sockaddr *)&at, &len), 0);
	server->port = ntohs(at.sin_port);
}

static void server_start(struct server *server, enum habit habit)
{
	*server = (struct server){ .habit = habit };
	listen_on_loopback(server);
	assert_int_equal(pthread_create(&server->thread, NULL, run_server, server), 0);
}

static void server_stop(struct server *server)
{
	(void)shutdown(server->socket, SHUT_RDWR);
	(void)pthread_join(server->thread, NULL);
	(void)close(server->socket);
	for (int i = 0; i < server->kept_count; i++)
		(void)close(server->kept[i]);
}

/* A party that asks one target `left` times and counts the ends. */
struct party {
	struct exchange_party party; /* first */
	struct exchange exchange;
	uint64_t pause, patience; /* before the first; with each answer */
	size_t left;
	size_t want;            /* bytes that are enough */
	bool one_by_one, twice; /* twice: answers the first bytes with more */
	size_t got;
	size_t stop_at; /* wants a stop and says nothing more after so many */
	size_t under_way;
	size_t most_under_way;
	size_t ends[EXCHANGE_STOPPED + 1];
};

static enum exchange_next next(struct exchange_party *party, struct exchange *ret)
{
	struct party *self = (struct party *)party;

	if (self->stop_at > 0 && self->under_way == self->stop_at) {
		signals_stop();
		return EXCHANGE_NONE;
	}
	if (self->one_by_one && self->under_way > 0)
		return EXCHANGE_LATER;
	if (self->pause > 0) {
		ret->again = clock_monotonic() + self->pause;
		self->pause = 0;
		return EXCHANGE_LATER;
	}
	if (self->left == 0)
		return EXCHANGE_NONE;
	self->left--;
	if (++self->under_way > self->most_under_way)
		self->most_under_way = self->under_way;
	*ret = self->exchange;
	ret->owner = self;
	return EXCHANGE_NEXT;
}

static struct exchange_wish received(
	struct exchange_party *party, void *owner, struct bytes bytes)
{
	struct party *self = owner;
	struct exchange_wish wish = { .patience = self->patience };

	assert_ptr_equal(party, self);
	self->got += bytes.len;
	wish.enough = self->got >= self->want;
	if (self->twice && !wish.enough && self->got == 5)
		wish.send = bytes_of_string("second");
	return wish;
}

static void ended(struct exchange_party *party, void *owner, enum exchange_end end)
{
	struct party *self = owner;

	assert_ptr_equal(party, self);
	self->under_way--;
	self->ends[end]++;
}

static struct party party_to(uint16_t port, size_t times)
{
	static const uint8_t loopback[] = { 127, 0, 0, 1 };

	return (struct party){
		.party = { .next = next, .received = received, .ended = ended },
		.exchange = { .target = { address_of_ipv4(loopback), port },
			.send = bytes_of_string("first") },
		.left = times,
		.want = SIZE_MAX
	};
}

/* answer_time of 0: what is not connected by then never will be. */
static void run(
	struct party *party, size_t concurrency, uint32_t rate, time_ns answer_time)
{
	struct exchange_limits limits = { concurrency, rate,
		answer_time > 0 ? 30 * TIME_SECOND : TIME_SECOND / 50, answer_time };
	struct fault why;

	assert_int_equal(exchange_run(&party->party, &limits, &why), ERR_OK);
	assert_int_equal(party->under_way, 0);
}

static void test_sends_and_receives_until_it_is_enough(void **state)
{
	struct server server;
	struct party party;

	(void)state;
	server_start(&server, ECHOES);
	party = party_to(server.port, 1);
	party.want = 11;
	party.twice = true;
	run(&party, 1, 0, 10 * TIME_SECOND);
	server_stop(&server);
	assert_int_equal(party.got, 11); /* "first" and "second" */
	assert_int_equal(party.ends[EXCHANGE_ENOUGH], 1);
}

static void expect_end(enum habit habit, enum exchange_end end)
{
	struct server server;
	struct party party;

	server_start(&server, habit);
	party = party_to(server.port, 5);
	run(&party, 2, 0, habit == IS_SILENT ? TIME_SECOND / 50 : 10 * TIME_SECOND);
	server_stop(&server);
	assert_int_equal(party.ends[end], 5);
}

static void test_tells_how_each_ended(void **state)
{
	(void)state;
	expect_end(CLOSES, EXCHANGE_CLOSED);
	expect_end(RESETS, EXCHANGE_RESET);
	expect_end(IS_SILENT, EXCHANGE_TIMED_OUT);
}

static void test_nobody_listening_is_told_apart(void **state)
{
	struct server server;
	struct party party;

	(void)state;
	listen_on_loopback(&server);
	(void)close(server.socket);
	party = party_to(server.port, 3);
	run(&party, 1, 0, 10 * TIME_SECOND);
	assert_int_equal(party.ends[EXCHANGE_REFUSED], 3);
}

/* TEST-NET-1 (RFC 5737) is nowhere, or the loopback's own refusal in a sandbox. */
static void test_an_address_without_a_way_ends_too(void **state)
{
	struct party party = party_to(9, 2);

	(void)state;
	party.exchange.target.address.bytes[12] = 192;
	party.exchange.target.address.bytes[13] = 0;
	party.exchange.target.address.bytes[14] = 2;
	run(&party, 1, 0, 0);
	assert_int_equal(party.ends[EXCHANGE_NO_CONNECT] +
				 party.ends[EXCHANGE_UNREACHABLE] +
				 party.ends[EXCHANGE_REFUSED],
		2);
}

static void test_no_more_at_once_than_allowed(void **state)
{
	struct server server;
	struct party party;

	(void)state;
	server_start(&server, IS_SILENT);
	party = party_to(server.port, CLIENTS);
	run(&party, 8, 0, TIME_SECOND / 100);
	server_stop(&server);
	assert_int_equal(party.ends[EXCHANGE_TIMED_OUT], CLIENTS);
	assert_int_equal(party.most_under_way, 8);
}

/* Twenty at a hundred a second take nineteen hundredths; more is the machine's affair. */
static void test_no_more_in_a_second_than_allowed(void **state)
{
	struct server server;
	struct party party;
	uint64_t began = clock_monotonic();

	(void)state;
	server_start(&server, ANSWERS);
	party = party_to(server.port, 20);
	party.want = 1;
	run(&party, 20, 100, 10 * TIME_SECOND);
	server_stop(&server);
	assert_true(clock_monotonic() - began >= 19 * (TIME_SECOND / 100));
	assert_int_equal(party.ends[EXCHANGE_ENOUGH], 20);
}

static void test_who_has_none_now_is_asked_again_after_an_end_and_in_time(void **state)
{
	struct server server;
	struct party party;
	uint64_t began = clock_monotonic();

	(void)state;
	server_start(&server, CLOSES);
	party = party_to(server.port, 5);
	party.one_by_one = true;
	party.pause = TIME_SECOND / 50;
	run(&party, 5, 0, 10 * TIME_SECOND);
	server_stop(&server);
	assert_int_equal(party.ends[EXCHANGE_CLOSED], 5);
	assert_int_equal(party.most_under_way, 1);
	assert_true(clock_monotonic() - began >= TIME_SECOND / 50);
}

/* Later than anything can happen is never. */
static void test_later_with_nothing_to_come_is_none(void **state)
{
	struct party party = party_to(9, 1);

	(void)state;
	party.one_by_one = true;
	party.under_way = 1;
	assert_int_equal(
		exchange_run(&party.party, &(struct exchange_limits){ .concurrency = 1 },
			&(struct fault){ 0 }),
		ERR_OK);
	assert_int_equal(party.left, 1);
}

static void test_an_exchange_may_have_a_time_of_its_own(void **state)
{
	struct server server;
	struct party party;

	(void)state;
	server_start(&server, IS_SILENT);
	party = party_to(server.port, 2);
	party.exchange.answer_time = TIME_SECOND / 50;
	run(&party, 2, 0, 3600 * TIME_SECOND);
	server_stop(&server);
	assert_int_equal(party.ends[EXCHANGE_TIMED_OUT], 2);
}

static void test_a_wish_may_have_less_patience(void **state)
{
	struct server server;
	struct party party;

	(void)state;
	server_start(&server, ANSWERS);
	party = party_to(server.port, 2);
	party.patience = 1;
	run(&party, 2, 0, 3600 * TIME_SECOND);
	assert_int_equal(party.ends[EXCHANGE_TIMED_OUT], 2);
	server_stop(&server);
}

/* A party that is resolving: its target comes through a pipe, which a timer fills. */
struct resolving {
	struct party party; /* first */
	struct exchange_guest guest;
	struct exchange_loop *loop;
	int pipe[2];
	int calls;
};

static struct resolving *resolving_of(struct exchange_guest *guest)
{
	return (struct resolving *)(void *)((char *)guest -
					    offsetof(struct resolving, guest));
}

static void began(struct exchange_guest *guest, struct exchange_loop *loop)
{
	struct resolving *self = resolving_of(guest);

	self->loop = loop;
	assert_int_equal(exchange_watch(loop, self->pipe[0], true, false), ERR_OK);
	exchange_wake(loop, clock_monotonic() + TIME_SECOND / 100);
}

static void woken(struct exchange_guest *guest)
{
	assert_int_equal(write(resolving_of(guest)->pipe[1], "x", 1), 1);
}

static void ready(
	struct exchange_guest *guest, int descriptor, bool readable, bool writable)
{
	struct resolving *self = resolving_of(guest);

	assert_int_equal(descriptor, self->pipe[0]);
	assert_true(readable && !writable);
	assert_int_equal(read(descriptor, (char[1]){ 0 }, 1), 1);
	assert_int_equal(exchange_watch(self->loop, descriptor, false, false), ERR_OK);
	self->party.under_way = 0; /* what it waited for: see one_by_one */
	self->calls++;
}

static void test_a_guest_has_its_descriptors_and_its_time(void **state)
{
	struct server server;
	struct resolving self = { .guest = { began, ready, woken } };

	(void)state;
	server_start(&server, CLOSES);
	self.party = party_to(server.port, 1);
	self.party.one_by_one = true;
	self.party.under_way = 1;
	self.party.party.guest = &self.guest;
	assert_int_equal(pipe(self.pipe), 0);
	run(&self.party, 1, 0, 10 * TIME_SECOND);
	server_stop(&server);
	assert_int_equal(self.calls, 1);
	assert_int_equal(self.party.ends[EXCHANGE_CLOSED], 1);
	(void)close(self.pipe[0]);
	(void)close(self.pipe[1]);
}

static void test_nobody_asks_more_at_once_than_there_can_be_sockets(void **state)
{
	struct party party = party_to(9, 1);
	struct exchange_limits limits = { .concurrency = 0 };
	struct fault why;

	(void)state;
	assert_int_equal(exchange_run(&party.party, &limits, &why), ERR_USAGE);
	limits.concurrency = EXCHANGE_CONCURRENCY_MAX + 1;
	assert_int_equal(exchange_run(&party.party, &limits, &why), ERR_USAGE);
	assert_int_equal(party.left, 1);
}

/* The lowest descriptor that is free. */
static rlim_t first_free(void)
{
	int free_one = dup(0);

	(void)close(free_one);
	return (rlim_t)free_one;
}

/* Asks a listener that nobody serves, with so many descriptors left. */
static struct party run_with_descriptors(unsigned left)
{
	struct server server;
	struct party party;
	struct rlimit usual, few;

	listen_on_loopback(&server);
	party = party_to(server.port, 10);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &usual), 0);
	few = usual;
	few.rlim_cur = first_free() + left;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	run(&party, 10, 0, TIME_SECOND / 50);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &usual), 0);
	(void)close(server.socket);
	return party;
}

static void test_waits_for_descriptors_as_long_as_some_come_back(void **state)
{
	(void)state;
	assert_int_equal(run_with_descriptors(4).ends[EXCHANGE_TIMED_OUT], 10);
	assert_int_equal(run_with_descriptors(1).ends[EXCHANGE_LOCAL], 10);
}

/* The wish lasts as long as the process, so this test is the last. */
static void test_a_stop_ends_what_is_under_way(void **state)
{
	struct server server;
	struct party party;

	(void)state;
	listen_on_loopback(&server);
	party = party_to(server.port, 10);
	party.stop_at = 3;
	run(&party, 5, 0, 30 * TIME_SECOND);
	assert_int_equal(party.left, 7);
	assert_int_equal(party.ends[EXCHANGE_STOPPED], 3);
	(void)close(server.socket);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sends_and_receives_until_it_is_enough),
		cmocka_unit_test(test_tells_how_each_ended),
		cmocka_unit_test(test_nobody_listening_is_told_apart),
		cmocka_unit_test(test_an_address_without_a_way_ends_too),
		cmocka_unit_test(test_no_more_at_once_than_allowed),
		cmocka_unit_test(test_no_more_in_a_second_than_allowed),
		cmocka_unit_test(
			test_who_has_none_now_is_asked_again_after_an_end_and_in_time),
		cmocka_unit_test(test_later_with_nothing_to_come_is_none),
		cmocka_unit_test(test_an_exchange_may_have_a_time_of_its_own),
		cmocka_unit_test(test_a_wish_may_have_less_patience),
		cmocka_unit_test(test_a_guest_has_its_descriptors_and_its_time),
		cmocka_unit_test(test_nobody_asks_more_at_once_than_there_can_be_sockets),
		cmocka_unit_test(test_waits_for_descriptors_as_long_as_some_come_back),
		cmocka_unit_test(test_a_stop_ends_what_is_under_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

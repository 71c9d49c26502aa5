#include "../unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sys/clock.h"
#include "sys/exchange.h"

/* A server of datagrams on loopback: it passes over some, and answers each other one with
 * itself, then with "!". */
struct server {
	int socket;
	uint16_t port;
	int deaf; /* how many it passes over first */
	int heard;
	pthread_t thread;
};

static void open_on_loopback(struct server *server)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof at;

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	server->socket = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(
		bind(server->socket, (const struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(getsockname(server->socket, (struct sockaddr *)&at, &len), 0);
	server->port = ntohs(at.sin_port);
}

static void *serve(void *of)
{
	struct server *server = of;
	struct sockaddr_in from;
	socklen_t len = sizeof from;
	char bytes[65536];
	ssize_t got;

	while ((got = recvfrom(server->socket, bytes, sizeof bytes, 0,
			(struct sockaddr *)&from, &len)) > 0) {
		if (server->heard++ < server->deaf)
			continue;
		(void)sendto(server->socket, bytes, (size_t)got, 0,
			(struct sockaddr *)&from, len);
		(void)sendto(server->socket, "!", 1, 0, (struct sockaddr *)&from, len);
	}
	return NULL;
}

static struct server *server_start(struct server *server)
{
	open_on_loopback(server);
	assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);
	return server;
}

static void server_stop(struct server *server)
{
	(void)shutdown(server->socket, SHUT_RDWR);
	(void)pthread_join(server->thread, NULL);
	(void)close(server->socket);
}

struct party {
	struct exchange_party party; /* first */
	struct exchange exchange;
	size_t left;
	size_t want; /* datagrams that are enough */
	size_t got;
	size_t lengths[8];
	struct bytes then;    /* sent upon the first */
	struct bytes instead; /* sent again instead of the same */
	size_t ends[EXCHANGE_STOPPED + 1];
};

static enum exchange_next next(struct exchange_party *party, struct exchange *ret)
{
	struct party *self = (struct party *)party;

	if (self->left == 0)
		return EXCHANGE_NONE;
	self->left--;
	*ret = self->exchange;
	return EXCHANGE_NEXT;
}

static struct exchange_wish received(
	struct exchange_party *party, void *owner, struct bytes bytes)
{
	struct party *self = (struct party *)party;

	(void)owner;
	if (self->got < 8)
		self->lengths[self->got] = bytes.len;
	self->got++;
	return (struct exchange_wish){ .enough = self->got >= self->want,
		.send = self->got == 1 ? self->then : (struct bytes){ 0 } };
}

static void ended(struct exchange_party *party, void *owner, enum exchange_end end)
{
	(void)owner;
	((struct party *)party)->ends[end]++;
}

static struct bytes again(struct exchange_party *party, void *owner)
{
	(void)owner;
	return ((struct party *)party)->instead;
}

static struct party party_to(uint16_t port, size_t want)
{
	static const uint8_t loopback[] = { 127, 0, 0, 1 };

	return (struct party){
		.party = { .next = next, .received = received, .ended = ended },
		.exchange = { .target = { address_of_ipv4(loopback), port },
			.datagrams = true,
			.send = bytes_of_string("first") },
		.left = 1,
		.want = want,
	};
}

static void run(struct party *party, time_ns answer_time)
{
	struct exchange_limits limits = { 4, 0, TIME_SECOND, answer_time };
	struct fault why;

	assert_int_equal(exchange_run(&party->party, &limits, &why), ERR_OK);
}

static void test_datagrams_come_whole_and_are_answered(void **state)
{
	struct server server = { 0 };
	struct party party;

	(void)state;
	party = party_to(server_start(&server)->port, 4);
	party.then = bytes_of_string("seconds");
	run(&party, 10 * TIME_SECOND);
	server_stop(&server);
	assert_int_equal(party.ends[EXCHANGE_ENOUGH], 1);
	assert_int_equal(party.lengths[0], 5);
	assert_int_equal(party.lengths[1] + party.lengths[2] + party.lengths[3], 9);
}

static void test_what_is_long_is_sent_in_datagrams_of_one_length(void **state)
{
	static uint8_t zeros[2500];
	struct server server = { 0 };
	struct party party;

	(void)state;
	party = party_to(server_start(&server)->port, 6);
	party.exchange.send = bytes_over(zeros, sizeof zeros);
	party.exchange.datagram_len = 1200;
	run(&party, 10 * TIME_SECOND);
	server_stop(&server);
	assert_int_equal(party.ends[EXCHANGE_ENOUGH], 1);
	assert_int_equal(party.lengths[0], 1200);
	assert_int_equal(party.lengths[4], 100);
}

/* RFC 6347, 4.2.4.1: after a second. */
static void test_what_is_not_answered_is_sent_again(void **state)
{
	struct server server = { .deaf = 1 };
	struct party party;
	uint64_t began = clock_monotonic();

	(void)state;
	party = party_to(server_start(&server)->port, 2);
	party.party.again = again;
	party.instead = bytes_of_string("again");
	party.exchange.send = bytes_of_string("once");
	run(&party, 10 * TIME_SECOND);
	server_stop(&server);
	assert_true(clock_monotonic() - began >= TIME_SECOND);
	assert_int_equal(party.ends[EXCHANGE_ENOUGH], 1);
	assert_int_equal(party.lengths[0], 5);
}

static void test_silence_ends_in_time(void **state)
{
	struct server server = { .deaf = 9 };
	struct party party;

	(void)state;
	party = party_to(server_start(&server)->port, 1);
	run(&party, TIME_SECOND / 20);
	server_stop(&server);
	assert_int_equal(party.ends[EXCHANGE_TIMED_OUT], 1);
	assert_int_equal(server.heard, 1);
}

static void test_a_port_where_nobody_is_refuses(void **state)
{
	struct server server = { 0 };
	struct party party;

	(void)state;
	open_on_loopback(&server);
	(void)close(server.socket);
	party = party_to(server.port, 1);
	run(&party, 10 * TIME_SECOND);
	assert_int_equal(party.ends[EXCHANGE_REFUSED], 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_datagrams_come_whole_and_are_answered),
		cmocka_unit_test(test_what_is_long_is_sent_in_datagrams_of_one_length),
		cmocka_unit_test(test_what_is_not_answered_is_sent_again),
		cmocka_unit_test(test_silence_ends_in_time),
		cmocka_unit_test(test_a_port_where_nobody_is_refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "../unit.h"

#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "probe/replay.h"
#include "sys/crypto.h"

#define ASKED 3

/* clang-format off */
/* Forms: TLS 1.0 with one suite, and DTLS 1.2. */
static const uint8_t TLS[] = {
	0x03, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0x00, 0x00, 0x02, 0x00, 0x2f, 0x01, 0x00,
};
static const uint8_t DTLS[] = {
	0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0x00, 0x00, 0x00, 0x02, 0x00, 0x2f, 0x01, 0x00,
};
/* The first with a server name, "x". RFC 6066, 3. */
static const uint8_t NAMED[] = {
	0x03, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0x00, 0x00, 0x02, 0x00, 0x2f, 0x01, 0x00,
	0x00, 0x0a, 0x00, 0x00, 0x00, 0x06, 0x00, 0x04, 0x00, 0x00, 0x01, 'x',
};
/* clang-format on */
static const uint8_t ALERT[] = { 0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46 };

/* Takes so many hellos, keeps them, and refuses each with protocol_version. */
struct server {
	int socket;
	uint16_t port;
	int connections;
	uint8_t got[2][64];
};

static void *serve(void *of)
{
	struct server *server = of;

	for (int i = 0; i < server->connections; i++) {
		int peer = accept(server->socket, NULL, NULL);
		size_t want = 5 + 4 + sizeof TLS;

		if (recv(peer, server->got[i], want, MSG_WAITALL) == (ssize_t)want)
			(void)send(peer, ALERT, sizeof ALERT, MSG_NOSIGNAL);
		(void)close(peer);
	}
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
	assert_int_equal(listen(server->socket, 8), 0);
	assert_int_equal(getsockname(server->socket, (struct sockaddr *)&at, &len), 0);
	server->port = ntohs(at.sin_port);
}

struct asked {
	struct replay replay; /* first */
	enum answer_outcome outcomes[ASKED];
	enum err unsent[ASKED];
	enum exchange_end ends[ASKED];
	int told[ASKED];
};

static void told(struct replay *replay, size_t index, const struct probe_result *result,
	enum err unsent)
{
	struct asked *asked = (struct asked *)replay;

	asked->told[index]++;
	asked->unsent[index] = unsent;
	if (result != NULL)
		asked->ends[index] = result->end;
	if (result != NULL && result->reached)
		asked->outcomes[index] = result->answer->outcome;
}

static struct hello hello_over(enum hello_format format, const uint8_t *form, size_t len)
{
	struct hello hello;

	assert_int_equal(
		hello_of_form(crypto_openssl(), format, bytes_over(form, len), &hello),
		ERR_OK);
	return hello;
}

/* A hello of TLS, one of DTLS, and the first again. */
static struct asked ask(uint16_t port)
{
	static const uint8_t loopback[] = { 127, 0, 0, 1 };
	struct hello tls = hello_over(HELLO_TLS, TLS, sizeof TLS);
	struct hello dtls = hello_over(HELLO_DTLS, DTLS, sizeof DTLS);
	const struct hello *hellos[ASKED] = { &tls, &dtls, &tls };
	struct asked asked = {
		.replay = { .hellos = hellos,
			.count = ASKED,
			.crypto = crypto_openssl(),
			.target = { address_of_ipv4(loopback), port },
			.server_name = bytes_of_string("x.example"),
			.limits = { 1, 0, 30 * TIME_SECOND, 30 * TIME_SECOND },
			.told = told }
	};
	struct fault why;

	assert_int_equal(replay_run(&asked.replay, &why), ERR_OK);
	for (int i = 0; i < ASKED; i++)
		assert_int_equal(asked.told[i], 1);
	return asked;
}

static void test_each_hello_is_told_once_and_sent_alike_again(void **state)
{
	struct server server = { .connections = 2 };
	struct asked asked;
	pthread_t thread;

	(void)state;
	listen_on_loopback(&server);
	assert_int_equal(pthread_create(&thread, NULL, serve, &server), 0);
	asked = ask(server.port);
	(void)pthread_join(thread, NULL);
	(void)close(server.socket);
	assert_int_equal(asked.outcomes[0], ANSWER_REFUSED);
	assert_int_equal(asked.outcomes[2], ANSWER_REFUSED);
	assert_int_equal(asked.ends[1], EXCHANGE_REFUSED); /* nobody is there over UDP */
	assert_memory_equal(server.got[0], "\x16\x03\x01\x00\x2d\x01\x00\x00\x29", 9);
	assert_memory_equal(server.got[0], server.got[1], sizeof server.got[0]);
}

/* A server that is known by address alone has no name to be called by. RFC 6066, 3. */
static void test_without_a_name_none_is_named(void **state)
{
	struct server server = { .connections = 1 };
	struct hello named = hello_over(HELLO_TLS, NAMED, sizeof NAMED);
	const struct hello *hellos[] = { &named };
	struct asked asked = {
		.replay = { hellos, 1, crypto_openssl(),
			.limits = { 1, 0, 30 * TIME_SECOND, 30 * TIME_SECOND },
			.told = told }
	};
	struct fault why;
	pthread_t thread;

	(void)state;
	listen_on_loopback(&server);
	asked.replay.target =
		(struct dial_target){ address_of_ipv4((const uint8_t[]){ 127, 0, 0, 1 }),
			server.port };
	assert_int_equal(pthread_create(&thread, NULL, serve, &server), 0);
	assert_int_equal(replay_run(&asked.replay, &why), ERR_OK);
	(void)pthread_join(thread, NULL);
	(void)close(server.socket);
	assert_int_equal(asked.unsent[0], ERR_OK);
	assert_memory_equal(server.got[0], "\x16\x03\x01\x00\x2f\x01\x00\x00\x2b", 9);
}

static void test_nobody_listening_is_no_answer(void **state)
{
	struct server server = { 0 };
	struct asked asked;

	(void)state;
	listen_on_loopback(&server);
	(void)close(server.socket);
	asked = ask(server.port);
	assert_int_equal(asked.outcomes[0], ANSWER_PENDING);
	assert_int_equal(asked.unsent[0], ERR_OK);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_hello_is_told_once_and_sent_alike_again),
		cmocka_unit_test(test_without_a_name_none_is_named),
		cmocka_unit_test(test_nobody_listening_is_no_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

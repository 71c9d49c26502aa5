#include "../unit.h"

#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "probe/probe.h"

#define LINES_MAX 4

static const char HELLO[] = "\x16\x03\x01\0\x04\x01\0\0\0";
static const char ALERT[] = "\x15\x03\x01\0\x02\x02\x46";

/* What the server says in turn, having heard so many bytes before. */
struct line {
	size_t heard_len;
	struct bytes says;
};

/* A server of one connection. */
struct server {
	int socket;
	struct dial_target target;
	struct line lines[LINES_MAX];
	uint8_t heard[256]; /* all of it */
	size_t heard_len;
	pthread_t thread;
};

static void *serve(void *of)
{
	struct server *server = of;
	int peer = accept(server->socket, NULL, NULL);

	for (size_t i = 0; i < LINES_MAX && server->lines[i].says.len > 0; i++) {
		size_t want = server->lines[i].heard_len;

		if (want > 0 && recv(peer, server->heard + server->heard_len, want,
					MSG_WAITALL) != (ssize_t)want)
			break;
		server->heard_len += want;
		(void)send(peer, server->lines[i].says.at, server->lines[i].says.len,
			MSG_NOSIGNAL);
	}
	(void)recv(peer, (char[8]){ 0 }, 8, 0); /* until the other end has gone */
	(void)close(peer);
	return NULL;
}

static void server_start(struct server *server)
{
	static const uint8_t loopback[] = { 127, 0, 0, 1 };
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof at;

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	server->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(
		bind(server->socket, (const struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(server->socket, 1), 0);
	assert_int_equal(getsockname(server->socket, (struct sockaddr *)&at, &len), 0);
	server->target =
		(struct dial_target){ address_of_ipv4(loopback), ntohs(at.sin_port) };
	assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);
}

/* Asks once and keeps what was told. */
struct asked {
	struct prober prober; /* first */
	struct probe_question question;
	bool sent;
	int told;
	bool reached;
	enum exchange_end end;
	enum answer_outcome outcome;
	enum starttls_outcome before;
	const char *word;
};

static enum exchange_next next(struct prober *prober, struct probe_question *ret)
{
	struct asked *asked = (struct asked *)prober;

	if (asked->sent)
		return EXCHANGE_NONE;
	asked->sent = true;
	*ret = asked->question;
	return EXCHANGE_NEXT;
}

static void told(struct prober *prober, void *owner, const struct probe_result *result)
{
	struct asked *asked = (struct asked *)prober;

	(void)owner;
	asked->told++;
	asked->reached = result->reached;
	asked->end = result->end;
	if (result->answer != NULL)
		asked->outcome = result->answer->outcome;
	if (result->before != NULL)
		asked->before = result->before->outcome;
	asked->word = probe_result_name(result);
}

static struct asked ask_and_listen(struct server *server, enum upgrade upgrade,
	time_ns answer_time, struct answer_listener *listener)
{
	static const struct exchange_limits limits = { 1, 0, 30 * TIME_SECOND,
		30 * TIME_SECOND };
	struct asked asked = { .prober = { .next = next, .told = told } };
	struct fault why;

	server_start(server);
	asked.question = (struct probe_question){ .target = server->target,
		.hello = bytes_over(HELLO, sizeof HELLO - 1),
		.upgrade = upgrade,
		.host = bytes_of_string("a.example"),
		.listener = listener,
		.answer_time = answer_time };
	assert_int_equal(probe_run(&asked.prober, &limits, &why), ERR_OK);
	assert_int_equal(asked.told, 1);
	(void)pthread_join(server->thread, NULL);
	(void)close(server->socket);
	return asked;
}

static struct asked ask(struct server *server, enum upgrade upgrade, time_ns answer_time)
{
	return ask_and_listen(server, upgrade, answer_time, NULL);
}

#define SAYS(heard_len, text)                                                            \
	{                                                                                \
		heard_len,                                                               \
		{                                                                        \
			(const uint8_t *)(text), sizeof(text) - 1                        \
		}                                                                        \
	}

static void test_the_hello_follows_the_dialogue(void **state)
{
	struct server server = {
		.lines = { SAYS(0, "220 hi\r\n"), SAYS(23, "250 STARTTLS\r\n"),
			SAYS(10, "220 go\r\n"), SAYS(sizeof HELLO - 1, ALERT) }
	};
	struct asked asked = ask(&server, UPGRADE_SMTP, 0);

	(void)state;
	assert_true(asked.reached);
	assert_int_equal(asked.outcome, ANSWER_REFUSED);
	assert_memory_equal(server.heard + 33, HELLO, sizeof HELLO - 1);
}

/* MySQL's client says nothing that is answered: both go at once. */
static void test_what_ends_the_dialogue_goes_before_the_hello(void **state)
{
	static const char greeting[] = "\x17\0\0\0\x0a"
				       "8\0\1\0\0\0"
				       "12345678\0\xff\xff\x21\2\0\xff\xc1";
	struct server server = { .lines = { SAYS(0, greeting),
					 SAYS(36 + sizeof HELLO - 1, ALERT) } };
	struct asked asked = ask(&server, UPGRADE_MYSQL, 0);

	(void)state;
	assert_int_equal(asked.outcome, ANSWER_REFUSED);
	assert_memory_equal(server.heard + 36, HELLO, sizeof HELLO - 1);
}

static void test_tds_packs_the_hello_and_unpacks_the_answer(void **state)
{
	static const char prelogin[] = "\x04\x01\0\x0f\0\0\x01\0"
				       "\x01\0\x06\0\x01\xff\x01";
	static const char alert[] = "\x12\x01\0\x0f\0\0\0\0\x15\x03\x01\0\x02\x02\x46";
	struct server server = { .lines = { SAYS(47, prelogin),
					 SAYS(8 + sizeof HELLO - 1, alert) } };
	struct asked asked = ask(&server, UPGRADE_TDS, 0);

	(void)state;
	assert_int_equal(asked.outcome, ANSWER_REFUSED);
	assert_memory_equal(server.heard + 47, "\x12\x01\0\x11\0\0\x01\0", 8);
	assert_memory_equal(server.heard + 55, HELLO, sizeof HELLO - 1);
}

static void test_who_does_not_come_to_tls_is_told_of(void **state)
{
	struct server server = { .lines = { SAYS(0, "421 try later\r\n") } };
	struct asked asked = ask(&server, UPGRADE_SMTP, 0);

	(void)state;
	assert_false(asked.reached);
	assert_int_equal(asked.before, STARTTLS_REFUSED);
	assert_string_equal(asked.word, "before-tls");
	assert_int_equal(server.heard_len, 0);
}

/* A server of TLS waits for a hello, and we for its greeting. */
static void test_who_says_nothing_is_told_of(void **state)
{
	struct server server = { .lines = { { 0 } } };
	struct asked asked = ask(&server, UPGRADE_SMTP, TIME_SECOND / 20);

	(void)state;
	assert_false(asked.reached);
	assert_int_equal(asked.end, EXCHANGE_TIMED_OUT);
	assert_string_equal(asked.word, "before-tls");
}

static void test_a_greeting_where_tls_was_asked_for_is_no_tls(void **state)
{
	struct server server = { .lines = { SAYS(0, "* OK ready\r\n") } };
	struct asked asked = ask(&server, UPGRADE_NONE, 0);

	(void)state;
	assert_true(asked.reached);
	assert_int_equal(asked.outcome, ANSWER_NOT_TLS);
}

/* What an answer says, as whoever asked hears it. */
struct ear {
	struct answer_listener listener; /* first */
	unsigned hellos;
	unsigned messages;
	uint16_t version;
	uint16_t suite;
	uint8_t last;
};

static void hear_hello(struct answer_listener *listener, const struct server_hello *hello)
{
	struct ear *ear = (struct ear *)listener;

	ear->hellos++;
	ear->version = hello->version;
	ear->suite = hello->cipher_suite;
}

static void hear_message(
	struct answer_listener *listener, const struct handshake_message *message)
{
	struct ear *ear = (struct ear *)listener;

	ear->messages++;
	ear->last = message->type;
}

/* A ServerHello of TLS 1.2 and its end, behind a dialogue that is none of its business.
 */
static void test_a_listener_hears_what_comes_of_tls_alone(void **state)
{
	static const char flight[] = "\x16\x03\x03\0\x2e\x02\0\0\x26\x03\x03"
				     "0123456789abcdef0123456789abcdef\0\0\x2f\0"
				     "\x0e\0\0\0";
	struct server server = {
		.lines = { SAYS(0, "220 hi\r\n"), SAYS(23, "250 STARTTLS\r\n"),
			SAYS(10, "220 go\r\n"), SAYS(sizeof HELLO - 1, flight) }
	};
	struct ear ear = { .listener = { hear_hello, hear_message, NULL } };
	struct asked asked = ask_and_listen(&server, UPGRADE_SMTP, 0, &ear.listener);

	(void)state;
	assert_int_equal(asked.outcome, ANSWER_ACCEPTED);
	assert_int_equal(ear.hellos, 1);
	assert_int_equal(ear.version, VERSION_TLS12);
	assert_int_equal(ear.suite, 0x002f);
	assert_int_equal(ear.messages, 1);
	assert_int_equal(ear.last, HANDSHAKE_SERVER_HELLO_DONE);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_hello_follows_the_dialogue),
		cmocka_unit_test(test_what_ends_the_dialogue_goes_before_the_hello),
		cmocka_unit_test(test_tds_packs_the_hello_and_unpacks_the_answer),
		cmocka_unit_test(test_who_does_not_come_to_tls_is_told_of),
		cmocka_unit_test(test_who_says_nothing_is_told_of),
		cmocka_unit_test(test_a_greeting_where_tls_was_asked_for_is_no_tls),
		cmocka_unit_test(test_a_listener_hears_what_comes_of_tls_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

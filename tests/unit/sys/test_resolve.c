#include "../unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/reader.h"
#include "base/writer.h"
#include "sys/resolve.h"

/* A name server on loopback with a thread. What it answers stands in the name: the first
 * label is "both", "six", "none", "missing", "fails" or "silent". */
struct server {
	int socket;
	char at[32];
	pthread_t thread;
	size_t hold; /* answers nothing before so many questions came */
	struct datagram {
		struct sockaddr_in from;
		uint8_t bytes[512];
		size_t len;
	} held[2 * RESOLVE_AT_ONCE];
	size_t held_count;
};

enum { TYPE_A = 1, TYPE_AAAA = 28, NXDOMAIN = 3, SERVFAIL = 2 };

/* RFC 1035, 4.1.3: an answer for the name of the question. */
static void write_address(struct writer *w, uint16_t type, uint8_t last)
{
	static const uint8_t doc4[] = { 192, 0, 2 };
	static const uint8_t doc6[] = { 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		0 };

	writer_u16(w, 0xc00c);
	writer_u16(w, type);
	writer_u16(w, 1); /* IN */
	writer_u32(w, 60);
	writer_u16(w, type == TYPE_A ? 4 : 16);
	writer_bytes(w, type == TYPE_A ? bytes_over(doc4, sizeof doc4)
				       : bytes_over(doc6, sizeof doc6));
	writer_u8(w, last);
}

static bool is_label(struct bytes label, const char *name)
{
	return bytes_equal(label, bytes_of_string(name));
}

static size_t answer(const struct datagram *asked, uint8_t *ret, size_t room)
{
	struct reader r = reader_over(bytes_over(asked->bytes, asked->len));
	uint16_t id = reader_u16(&r), type;
	struct writer w = writer_over(ret, room);
	struct bytes first, label;
	size_t question;
	bool found;

	(void)reader_take(&r, 10);
	first = reader_take(&r, reader_u8(&r));
	while ((label = reader_take(&r, reader_u8(&r))).len > 0)
		continue;
	type = reader_u16(&r);
	(void)reader_u16(&r);
	question = asked->len - reader_left(&r);
	assert_int_equal(reader_fault(&r), ERR_OK);
	found = is_label(first, "both") || (is_label(first, "six") && type == TYPE_AAAA);
	writer_u16(&w, id);
	writer_u16(&w, (uint16_t)(0x8180 | (is_label(first, "missing")        ? NXDOMAIN
						   : is_label(first, "fails") ? SERVFAIL
									      : 0)));
	writer_u16(&w, 1);
	writer_u16(&w, found);
	writer_u32(&w, 0);
	writer_bytes(&w, bytes_over(asked->bytes + 12, question - 12));
	if (found)
		write_address(&w, type, 7);
	return is_label(first, "silent") ? 0 : writer_written(&w).len;
}

static void answer_all(struct server *server)
{
	uint8_t bytes[512];

	if (server->held_count < server->hold)
		return;
	for (size_t i = 0; i < server->held_count; i++) {
		const struct datagram *one = &server->held[i];
		size_t len = answer(one, bytes, sizeof bytes);

		if (len > 0)
			(void)sendto(server->socket, bytes, len, 0,
				(const struct sockaddr *)&one->from, sizeof one->from);
	}
	server->held_count = 0;
	server->hold = 0;
}

/* An empty datagram ends it. */
static void *serve(void *of)
{
	struct server *server = of;

	for (;;) {
		struct datagram *one = &server->held[server->held_count];
		socklen_t len = sizeof one->from;
		ssize_t got = recvfrom(server->socket, one->bytes, sizeof one->bytes, 0,
			(struct sockaddr *)&one->from, &len);

		if (got <= 0)
			return NULL;
		one->len = (size_t)got;
		server->held_count++;
		answer_all(server);
	}
}

static void server_start(struct server *server, size_t hold)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof at;

	*server = (struct server){ .hold = hold };
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	server->socket = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(
		bind(server->socket, (const struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(getsockname(server->socket, (struct sockaddr *)&at, &len), 0);
	(void)snprintf(server->at, sizeof server->at, "127.0.0.1:%u", ntohs(at.sin_port));
	assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);
}

static void server_stop(struct server *server)
{
	struct sockaddr_in at;
	socklen_t len = sizeof at;

	assert_int_equal(getsockname(server->socket, (struct sockaddr *)&at, &len), 0);
	(void)sendto(server->socket, "", 0, 0, (const struct sockaddr *)&at, sizeof at);
	(void)pthread_join(server->thread, NULL);
	(void)close(server->socket);
}

/* A party that connects to nobody: it asks for names, and keeps what comes. */
struct asking {
	struct exchange_party party; /* first */
	struct resolver *resolver;
	const char *const *names;
	size_t left;
	size_t want; /* answers; 0: all */
	size_t count;
	struct kept {
		const char *host;
		enum err err;
		struct fault why;
		size_t count;
		struct dial_target first;
	} got[RESOLVE_AT_ONCE];
};

static enum exchange_next next(struct exchange_party *party, struct exchange *ret)
{
	struct asking *self = (struct asking *)party;
	struct resolver_answer answer;
	struct fault why = { 0 };
	enum err err;

	(void)ret;
	for (; self->left > 0; self->left--, self->names++)
		assert_int_equal(
			resolver_ask(self->resolver, *self->names, 443, self->left),
			ERR_OK);
	if (resolver_open(self->resolver) == RESOLVE_AT_ONCE)
		assert_int_equal(
			resolver_ask(self->resolver, "more.example.", 443, 0), ERR_BUSY);
	while ((err = resolver_take(self->resolver, &answer, &why)) != ERR_AGAIN)
		self->got[self->count++] = (struct kept){ answer.host, err, why,
			answer.count, answer.targets[0] };
	if (resolver_open(self->resolver) == 0 ||
		(self->want > 0 && self->count >= self->want))
		return EXCHANGE_NONE;
	return EXCHANGE_LATER;
}

static void run(
	struct asking *self, const char *server, const char *const *names, size_t count)
{
	const struct exchange_limits limits = { 1, 0, TIME_SECOND, TIME_SECOND };
	struct fault why;

	self->names = names;
	self->left = count;
	assert_int_equal(resolver_new(server, &self->resolver, &why), ERR_OK);
	self->party = (struct exchange_party){ .next = next,
		.guest = resolver_guest(self->resolver) };
	assert_int_equal(exchange_run(&self->party, &limits, &why), ERR_OK);
}

static void done(struct asking *self)
{
	resolver_free(self->resolver);
}

static const struct kept *answer_of(const struct asking *self, const char *host)
{
	for (size_t i = 0; i < self->count; i++)
		if (strcmp(self->got[i].host, host) == 0)
			return &self->got[i];
	fail_msg("%s was not answered", host);
	return NULL;
}

static void test_addresses_of_both_kinds_are_found(void **state)
{
	static const char *const names[] = { "both.example.", "six.example." };
	struct asking self = { 0 };
	struct server server;
	char text[ADDRESS_TEXT_MAX];

	(void)state;
	server_start(&server, 0);
	run(&self, server.at, names, COUNT_OF(names));
	assert_int_equal(answer_of(&self, names[0])->count, 2);
	assert_int_equal(answer_of(&self, names[1])->count, 1);
	assert_string_equal(
		address_text(&answer_of(&self, names[1])->first.address, text),
		"2001:db8::7");
	assert_int_equal(answer_of(&self, names[1])->first.port, 443);
	done(&self);
	server_stop(&server);
}

static void test_what_is_wrong_with_a_name_is_said(void **state)
{
	static const struct {
		const char *name;
		enum err err;
		const char *text;
	} all[] = {
		{ "missing.example.", ERR_NOT_FOUND,
			"missing.example.: there is no such name" },
		{ "none.example.", ERR_NOT_FOUND, "none.example. has no address" },
		{ "fails.example.", ERR_IO,
			"fails.example.: no name server can be reached, or all fail" },
		{ "a..b", ERR_NOT_FOUND, "a..b: no name can be so" },
	};
	struct server server;

	(void)state;
	server_start(&server, 0);
	for (size_t i = 0; i < COUNT_OF(all); i++) {
		struct asking self = { 0 };

		run(&self, server.at, &all[i].name, 1);
		assert_string_equal(self.got[0].why.text, all[i].text);
		assert_int_equal(self.got[0].err, all[i].err);
		done(&self);
	}
	server_stop(&server);
}

/* A name server that answers none before it was asked for all. */
static void test_many_names_are_asked_for_at_once_but_not_more(void **state)
{
	static char texts[RESOLVE_AT_ONCE][32];
	static const char *names[RESOLVE_AT_ONCE];
	static struct asking self;
	static struct server server;

	(void)state;
	for (size_t i = 0; i < RESOLVE_AT_ONCE; i++) {
		(void)snprintf(texts[i], sizeof texts[i], "both.n%zu.example.", i);
		names[i] = texts[i];
	}
	server_start(&server, 100);
	run(&self, server.at, names, RESOLVE_AT_ONCE);
	assert_int_equal(self.count, RESOLVE_AT_ONCE);
	for (size_t i = 0; i < RESOLVE_AT_ONCE; i++)
		assert_int_equal(self.got[i].err, ERR_OK);
	done(&self);
	server_stop(&server);
}

/* The second is in no /etc/hosts; the third is not this machine's. */
static void test_names_of_this_machine_take_no_name_server(void **state)
{
	static const char *const names[] = { "localhost", "a.LocalHost.",
		"notlocalhost" };
	struct asking self = { 0 };

	(void)state;
	run(&self, "127.0.0.1:1", names, COUNT_OF(names));
	assert_int_equal(self.count, COUNT_OF(names));
	for (size_t i = 0; i < COUNT_OF(names); i++)
		assert_int_equal(self.got[i].err == ERR_OK, self.got[i].host != names[2]);
	done(&self);
}

static void test_who_stops_leaves_no_answer_behind(void **state)
{
	static const char *const names[] = { "both.example.", "silent.example." };
	struct asking self = { .want = 1 };
	struct server server;

	(void)state;
	server_start(&server, 0);
	run(&self, server.at, names, COUNT_OF(names));
	assert_int_equal(self.count, 1);
	done(&self);
	server_stop(&server);
}

static void test_name_servers_are_addresses(void **state)
{
	struct resolver *resolver = NULL;
	struct fault why;

	(void)state;
	assert_int_equal(resolver_new("zork", &resolver, &why), ERR_USAGE);
	assert_null(resolver);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses_of_both_kinds_are_found),
		cmocka_unit_test(test_what_is_wrong_with_a_name_is_said),
		cmocka_unit_test(test_many_names_are_asked_for_at_once_but_not_more),
		cmocka_unit_test(test_names_of_this_machine_take_no_name_server),
		cmocka_unit_test(test_who_stops_leaves_no_answer_behind),
		cmocka_unit_test(test_name_servers_are_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

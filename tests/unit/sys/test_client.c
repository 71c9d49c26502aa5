/* tls/client.h over libcrypto, against a server that says what it is told to. What real
 * servers say, tests/interop/handshakes.py shows. */
#include "../unit.h"

#include "../../fuzz/tls_server.h"

#define FLIGHT_MAX 8192

static const struct kind {
	uint16_t version;
	uint16_t suite;
} kinds[] = {
	{ VERSION_TLS13, 0x1301 },
	{ VERSION_TLS12, 0xc02f },
	{ VERSION_TLS11, 0xc013 },
	{ VERSION_TLS10, 0xc013 },
};

/* A list of one certificate, which nobody reads. */
static const uint8_t OLD_CHAIN[] = { 0, 0, 5, 0, 0, 2, 0x30, 0x00 };
static const uint8_t NEW_CHAIN[] = { 0, 0, 0, 7, 0, 0, 2, 0x30, 0x00, 0, 0 };
static const uint8_t VERIFY[] = { 0x08, 0x04, 0, 1, 9 };

struct talk {
	struct server server;
	struct client client;
	uint8_t memory[FLIGHT_MAX];
	struct writer w;
};

static void begin(struct talk *talk, const struct kind *kind)
{
	talk->w = writer_over(talk->memory, sizeof talk->memory);
	assert_true(server_begin(
		&talk->server, kind->version, kind->suite, NULL, &talk->client));
	server_hear_hello(&talk->server, client_sends(&talk->client));
}

static void end(struct talk *talk)
{
	client_done(&talk->client);
	server_end(&talk->server);
}

/* The right first flight; up to TLS 1.2 that ends before the client's. */
static void say_flight(struct talk *talk)
{
	struct server *server = &talk->server;

	server_say_hello(server, &talk->w);
	if (server->version < VERSION_TLS13) {
		server_say(server, HANDSHAKE_CERTIFICATE,
			bytes_over(OLD_CHAIN, sizeof OLD_CHAIN), &talk->w);
		server_say_key(server, &talk->w);
		server_say(server, HANDSHAKE_SERVER_HELLO_DONE, (struct bytes){ 0 },
			&talk->w);
		return;
	}
	server_say(
		server, HANDSHAKE_ENCRYPTED_EXTENSIONS, bytes_over("\0\0", 2), &talk->w);
	server_say(server, HANDSHAKE_CERTIFICATE, bytes_over(NEW_CHAIN, sizeof NEW_CHAIN),
		&talk->w);
	server_say(server, HANDSHAKE_CERTIFICATE_VERIFY,
		bytes_over(VERIFY, sizeof VERIFY), &talk->w);
}

/* All that was written goes to the client, in pieces; then what is written starts anew.
 */
static void hand_over(struct talk *talk, size_t piece)
{
	struct bytes all = writer_written(&talk->w);

	for (; all.len > 0; all = bytes_after(all, piece))
		(void)client_take(&talk->client, bytes_first(all, piece));
	talk->w = writer_over(talk->memory, sizeof talk->memory);
}

static void say_rest(struct talk *talk, bool right)
{
	uint8_t wrong[SHA256_LEN] = { 0 };
	bool old = talk->server.version < VERSION_TLS13;

	if (old) {
		server_hear_flight(&talk->server, client_sends(&talk->client));
		server_say_change(&talk->server, &talk->w);
	}
	if (right)
		server_say_finished(&talk->server, &talk->w);
	else
		server_say(&talk->server, HANDSHAKE_FINISHED,
			bytes_over(wrong, old ? 12 : SHA256_LEN), &talk->w);
}

static void test_a_right_handshake_completes(void **state)
{
	struct talk talk;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		for (size_t piece = 1; piece < 2000; piece += 666) {
			begin(&talk, &kinds[i]);
			say_flight(&talk);
			hand_over(&talk, piece);
			say_rest(&talk, true);
			hand_over(&talk, piece);
			client_closed(&talk.client);
			assert_int_equal(talk.client.end, CLIENT_COMPLETED);
			assert_true(talk.client.finished);
			assert_int_equal(talk.client.version, kinds[i].version);
			assert_int_equal(talk.client.group, SERVER_X25519);
			assert_int_equal(client_certificate(&talk.client, 0).len, 2);
			end(&talk);
		}
}

static void test_a_wrong_finished_does_not(void **state)
{
	struct talk talk;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		begin(&talk, &kinds[i]);
		say_flight(&talk);
		hand_over(&talk, FLIGHT_MAX);
		say_rest(&talk, false);
		hand_over(&talk, FLIGHT_MAX);
		assert_int_equal(talk.client.end, CLIENT_BROKEN);
		assert_string_equal(talk.client.reason, "its Finished is wrong");
		assert_false(talk.client.finished);
		end(&talk);
	}
}

/* A close behind each byte: nothing is completed before all was said. */
static void test_a_close_anywhere_is_a_close(void **state)
{
	struct talk talk;
	size_t len = 1;

	(void)state;
	for (size_t cut = 0; cut < len; cut++) {
		begin(&talk, &kinds[0]);
		say_flight(&talk);
		say_rest(&talk, true);
		len = writer_written(&talk.w).len;
		assert_true(client_take(
			&talk.client, bytes_first(writer_written(&talk.w), cut)));
		client_closed(&talk.client);
		assert_int_equal(talk.client.end, CLIENT_CLOSED);
		end(&talk);
	}
}

/* One message of the flight is left out: what follows is out of its place. */
static void test_what_comes_out_of_its_place_breaks(void **state)
{
	static const uint8_t types[] = { HANDSHAKE_SERVER_HELLO_DONE, HANDSHAKE_FINISHED,
		HANDSHAKE_CLIENT_KEY_EXCHANGE, HANDSHAKE_CERTIFICATE_VERIFY };
	struct talk talk;

	(void)state;
	for (size_t i = 0; i < 2; i++)
		for (size_t j = 0; j < COUNT_OF(types); j++) {
			uint8_t body[SHA256_LEN] = { 0 };

			if (i == 1 && j == 0)
				continue; /* that may come there, and then lacks a key */
			begin(&talk, &kinds[i]);
			server_say_hello(&talk.server, &talk.w);
			server_say(&talk.server, types[j],
				bytes_over(body, j == 0 ? 0 : sizeof body), &talk.w);
			hand_over(&talk, FLIGHT_MAX);
			assert_int_equal(talk.client.end, CLIENT_BROKEN);
			end(&talk);
		}
}

/* Records of other kinds, and messages that lie across a change of keys. */
static void test_wrong_records_break(void **state)
{
	struct talk talk;

	(void)state;
	for (uint8_t content = CONTENT_APPLICATION_DATA; content <= CONTENT_HEARTBEAT;
		content++) {
		begin(&talk, &kinds[1]);
		server_send(&talk.server, content, bytes_of_string("data"), &talk.w);
		hand_over(&talk, FLIGHT_MAX);
		assert_int_equal(talk.client.end, CLIENT_BROKEN);
		end(&talk);
	}
	begin(&talk, &kinds[0]);
	server_say_hello(&talk.server, &talk.w);
	talk.server.sealed = false; /* in the clear, where it should be sealed */
	server_say(&talk.server, HANDSHAKE_ENCRYPTED_EXTENSIONS, bytes_over("\0\0", 2),
		&talk.w);
	hand_over(&talk, FLIGHT_MAX);
	assert_int_equal(talk.client.end, CLIENT_BROKEN);
	end(&talk);
}

static enum client_end end_of(struct bytes said, void (*ended)(struct client *client))
{
	enum client_end came;
	struct talk talk;

	begin(&talk, &kinds[1]);
	(void)client_take(&talk.client, said);
	ended(&talk.client);
	came = talk.client.end;
	end(&talk);
	return came;
}

static void test_ends_have_their_names(void **state)
{
	struct bytes none = { 0 }, alert = bytes_over("\x15\3\3\0\2\2\x28", 7);
	struct bytes warning = bytes_over("\x15\3\3\0\2\1\x70", 7);

	(void)state;
	assert_int_equal(end_of(alert, client_closed), CLIENT_REFUSED);
	assert_int_equal(end_of(warning, client_closed), CLIENT_CLOSED);
	assert_int_equal(end_of(none, client_closed), CLIENT_CLOSED);
	assert_int_equal(end_of(none, client_reset), CLIENT_RESET);
	assert_int_equal(end_of(none, client_timed_out), CLIENT_SILENT);
	assert_int_equal(end_of(bytes_of_string("HTTP/1.1 400 Bad"), client_closed),
		CLIENT_NOT_TLS);
	assert_int_equal(end_of(bytes_over("\x16\3\3\0\4\2\0\0\1", 9), client_closed),
		CLIENT_BROKEN); /* a ServerHello of one byte */
}

/* A byte a second for ever is somebody else's to end; what is endless ends here. */
static size_t endless(struct bytes again)
{
	struct talk talk;
	size_t taken = 0;

	begin(&talk, &kinds[1]);
	while (client_take(&talk.client, again))
		taken += again.len;
	assert_int_equal(talk.client.end, CLIENT_TOO_LONG);
	end(&talk);
	return taken;
}

static void test_what_has_no_end_is_ended(void **state)
{
	(void)state; /* warnings, and records that hold nothing */
	assert_in_range(
		endless(bytes_over("\x15\3\3\0\2\1\x70", 7)), 1, CLIENT_BYTES_MAX);
	assert_in_range(endless(bytes_over("\x16\3\3\0\0", 5)), 1, CLIENT_BYTES_MAX);
}

/* A certificate of 16 MB: no more is taken of it than CLIENT_BYTES_MAX. */
static void test_a_huge_certificate_is_not_waited_for(void **state)
{
	static uint8_t record[RECORD_HEADER_LEN + RECORD_PLAINTEXT_MAX] = { 22, 3, 3,
		0x40 };
	struct talk talk;
	size_t taken = 0;

	(void)state;
	begin(&talk, &kinds[1]);
	server_say_hello(&talk.server, &talk.w);
	hand_over(&talk, FLIGHT_MAX);
	(void)client_take(&talk.client, bytes_over("\x16\3\3\0\4\x0b\xff\xff\xff", 9));
	while (client_take(&talk.client, bytes_over(record, sizeof record)))
		taken += sizeof record;
	assert_int_equal(talk.client.end, CLIENT_TOO_LONG);
	assert_in_range(taken, 1, CLIENT_BYTES_MAX);
	end(&talk);
}

static struct bytes write_retry(
	const struct server *server, bool with_cookie, uint8_t memory[256])
{
	static const uint8_t random[] = { 0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11,
		0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16,
		0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c };
	struct writer w = writer_over(memory, 256);

	writer_u16(&w, VERSION_TLS12);
	writer_bytes(&w, bytes_over(random, sizeof random));
	writer_u8(&w, server->session_id_len);
	writer_bytes(&w, bytes_over(server->session_id, server->session_id_len));
	writer_u16(&w, 0x1301);
	writer_u8(&w, 0);
	writer_u16(&w, with_cookie ? 15 : 6);
	writer_bytes(&w, bytes_over("\0\x2b\0\x02\x03\x04", 6));
	if (with_cookie)
		writer_bytes(&w, bytes_over("\0\x2c\0\x05\0\x03"
					    "abc",
					 9));
	return writer_written(&w);
}

static void test_another_hello_is_said_once(void **state)
{
	uint8_t memory[256];
	struct client_hello hello;
	struct bytes again;
	struct talk talk;

	(void)state;
	begin(&talk, &kinds[0]);
	server_say(&talk.server, HANDSHAKE_SERVER_HELLO,
		write_retry(&talk.server, true, memory), &talk.w);
	hand_over(&talk, FLIGHT_MAX);
	assert_true(talk.client.retried);
	again = bytes_after(client_sends(&talk.client), RECORD_HEADER_LEN + 4);
	assert_int_equal(client_hello_parse(again, &hello), ERR_OK);
	assert_int_equal(client_hello_extension(&hello, EXTENSION_COOKIE).len, 5);
	server_say(&talk.server, HANDSHAKE_SERVER_HELLO,
		write_retry(&talk.server, true, memory), &talk.w);
	hand_over(&talk, FLIGHT_MAX);
	assert_int_equal(talk.client.end, CLIENT_BROKEN);
	assert_string_equal(talk.client.reason, "it asked for another hello twice");
	end(&talk);
}

static void test_another_hello_must_be_another(void **state)
{
	uint8_t memory[256];
	struct talk talk;

	(void)state;
	begin(&talk, &kinds[0]);
	server_say(&talk.server, HANDSHAKE_SERVER_HELLO,
		write_retry(&talk.server, false, memory), &talk.w);
	hand_over(&talk, FLIGHT_MAX);
	assert_int_equal(talk.client.end, CLIENT_BROKEN);
	end(&talk);
}

static void test_what_was_not_offered_breaks(void **state)
{
	struct talk talk;

	(void)state;
	begin(&talk, &kinds[3]); /* TLS 1.0 is offered, 1.2 answered */
	talk.server.version = VERSION_TLS12;
	server_say_hello(&talk.server, &talk.w);
	hand_over(&talk, FLIGHT_MAX);
	assert_string_equal(
		talk.client.reason, "it chose a version that was not offered");
	end(&talk);
	begin(&talk, &kinds[1]);
	talk.server.suite = suite_find(0x002f);
	server_say_hello(&talk.server, &talk.w);
	hand_over(&talk, FLIGHT_MAX);
	assert_string_equal(talk.client.reason, "it chose a suite that was not offered");
	end(&talk);
}

/* Camellia-GCM is not in libcrypto: the chain is seen all the same. */
static void test_what_cannot_be_computed_is_stuck(void **state)
{
	static const struct kind kind = { VERSION_TLS12, 0xc08a };
	struct talk talk;

	(void)state;
	begin(&talk, &kind);
	say_flight(&talk);
	hand_over(&talk, FLIGHT_MAX);
	assert_int_equal(talk.client.end, CLIENT_STUCK);
	assert_string_equal(talk.client.reason, "libcrypto lacks the cipher it chose");
	assert_int_equal(talk.client.chain_len, 1);
	assert_int_equal(client_sends(&talk.client).len, 0);
	end(&talk);
}

/* In TLS 1.3 a client without certificate is refused behind its own Finished. */
static void test_a_certificate_that_is_needed_is_missed_late(void **state)
{
	struct talk talk;

	(void)state;
	begin(&talk, &kinds[0]);
	server_say_hello(&talk.server, &talk.w);
	server_say(&talk.server, HANDSHAKE_ENCRYPTED_EXTENSIONS, bytes_over("\0\0", 2),
		&talk.w);
	server_say(&talk.server, HANDSHAKE_CERTIFICATE_REQUEST, bytes_over("\0\0\0", 3),
		&talk.w);
	server_say(&talk.server, HANDSHAKE_CERTIFICATE,
		bytes_over(NEW_CHAIN, sizeof NEW_CHAIN), &talk.w);
	server_say(&talk.server, HANDSHAKE_CERTIFICATE_VERIFY,
		bytes_over(VERIFY, sizeof VERIFY), &talk.w);
	server_say_finished(&talk.server, &talk.w);
	hand_over(&talk, FLIGHT_MAX);
	assert_int_equal(talk.client.end, CLIENT_PENDING);
	server_send(&talk.server, CONTENT_ALERT, bytes_over("\2\x74", 2), &talk.w);
	hand_over(&talk, FLIGHT_MAX);
	assert_int_equal(talk.client.end, CLIENT_REFUSED);
	assert_int_equal(talk.client.alert, 116); /* certificate_required */
	assert_true(talk.client.finished && talk.client.certificate_asked);
	end(&talk);
}

static void test_tickets_leave_a_session(void **state)
{
	static const uint8_t ticket[] = { 0, 0, 0x1c, 0x20, 1, 2, 3, 4, 1, 7, 0, 3, 'a',
		'b', 'c', 0, 8, 0, 42, 0, 4, 0, 0, 0x10, 0 };
	struct talk talk;

	(void)state;
	begin(&talk, &kinds[0]);
	say_flight(&talk);
	say_rest(&talk, true);
	server_say(&talk.server, HANDSHAKE_NEW_SESSION_TICKET,
		bytes_over(ticket, sizeof ticket), &talk.w);
	hand_over(&talk, FLIGHT_MAX);
	assert_int_equal(talk.client.tickets, 1);
	assert_int_equal(talk.client.max_early_data, 4096);
	assert_int_equal(talk.client.session.version, VERSION_TLS13);
	assert_int_equal(talk.client.session.lifetime, 7200);
	assert_int_equal(talk.client.session.secret_len, SHA256_LEN);
	assert_memory_equal(talk.client.session.ticket, "abc", 3);
	end(&talk);
}

static void test_what_is_no_hello_is_not_begun(void **state)
{
	struct client client;

	(void)state;
	assert_int_equal(client_begin(&client,
				 &(struct client_start){ .crypto = crypto_openssl(),
					 .seed = server_seed,
					 .hello = bytes_of_string("no hello at all") }),
		ERR_VALUE);
	client_done(&client);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_right_handshake_completes),
		cmocka_unit_test(test_a_wrong_finished_does_not),
		cmocka_unit_test(test_a_close_anywhere_is_a_close),
		cmocka_unit_test(test_what_comes_out_of_its_place_breaks),
		cmocka_unit_test(test_wrong_records_break),
		cmocka_unit_test(test_ends_have_their_names),
		cmocka_unit_test(test_what_has_no_end_is_ended),
		cmocka_unit_test(test_a_huge_certificate_is_not_waited_for),
		cmocka_unit_test(test_another_hello_is_said_once),
		cmocka_unit_test(test_another_hello_must_be_another),
		cmocka_unit_test(test_what_was_not_offered_breaks),
		cmocka_unit_test(test_what_cannot_be_computed_is_stuck),
		cmocka_unit_test(test_a_certificate_that_is_needed_is_missed_late),
		cmocka_unit_test(test_tickets_leave_a_session),
		cmocka_unit_test(test_what_is_no_hello_is_not_begun),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

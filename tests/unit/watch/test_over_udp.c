/* Datagrams in odd orders, and what is said of their handshake. */
#include "../hex.h"
#include "../sys/quic_vectors.h"
#include "hellos.h"
#include "tls/quic_initial.h"
#include "tls/version.h"
#include "wire.h"

/* RFC 6347, 4.1 and 4.2.2: a record of one whole message, sequence and message_seq
 * by their last byte. */
#define RECORD(sequence, record_len) "\x16\xfe\xfd\0\0\0\0\0\0\0" sequence "\0" record_len
#define MESSAGE(type, len, seq)      type "\0\0" len "\0" seq "\0\0\0\0\0" len
#define HELLO(sequence, seq)                                                             \
	RECORD(sequence, "\x38")                                                         \
	MESSAGE("\x01", "\x2c", seq)                                                     \
	"\xfe\xfd" RANDOM "\0\0"           /* version, random, session, cookie */        \
	"\x00\x04\xc0\x2f\x00\x0a\x01\x00" /* suites, compressions */
#define COOKIE_HELLO                                                                     \
	RECORD("\x01", "\x3a")                                                           \
	MESSAGE("\x01", "\x2e", "\x01")                                                  \
	"\xfe\xfd" RANDOM "\0\x02kk"       /* version, random, session, cookie */        \
	"\x00\x04\xc0\x2f\x00\x0a\x01\x00" /* suites, compressions */
#define VERIFY_REQUEST                                                                   \
	RECORD("\x00", "\x11")                                                           \
	MESSAGE("\x03", "\x05", "\x00")                                                  \
	"\xfe\xff\x02kk"
#define DTLS_SERVER_HELLO(sequence, seq)                                                 \
	RECORD(sequence, "\x32")                                                         \
	MESSAGE("\x02", "\x26", seq)                                                     \
	"\xfe\xfd" RANDOM                                                                \
	"\0\xc0\x2f\0" /* version, random, session, suite, compression */
#define DTLS_ALERT    "\x15\xfe\xfd\0\0\0\0\0\0\0\x09\0\x02\x02\x46" /* protocol_version */
#define DTLS_CHANGE   "\x14\xfe\xfd\0\0\0\0\0\0\0\x07\0\x01\x01"
#define DTLS_FINISHED "\x16\xfe\xfd\0\x01\0\0\0\0\0\0\0\x28" ENCRYPTED40
#define DTLS_DATA     "\x17\xfe\xfd\0\x01\0\0\0\0\0\x01\0\x28" ENCRYPTED40

#define CLIENT_SENDS(text) FROM_CLIENT(0, 0, text)
#define SERVER_SENDS(text) FROM_SERVER(0, 0, text)
#define CLIENT_SENDS_AFTER(seconds, text)                                                \
	{                                                                                \
		SIDE_CLIENT, 0, 0, BYTES(text), (seconds)*TIME_SECOND, 0                 \
	}

static void expect(const struct wire *wire, size_t count, enum outcome outcome)
{
	assert_int_equal(wire->count, count);
	assert_int_equal(wire->reported[count - 1].outcome, outcome);
	assert_int_equal(wire->reported[count - 1].server_port, SERVER_PORT);
	assert_non_null(wire->reported[count - 1].hello);
}

static void test_reads_a_handshake_with_a_cookie(void **state)
{
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, CLIENT_SENDS(HELLO("\x00", "\x00")), SERVER_SENDS(VERIFY_REQUEST),
		CLIENT_SENDS(COOKIE_HELLO),
		SERVER_SENDS(DTLS_SERVER_HELLO("\x01", "\x01")),
		CLIENT_SENDS(DTLS_CHANGE DTLS_FINISHED),
		SERVER_SENDS(DTLS_CHANGE DTLS_FINISHED));
	expect(&wire, 1, OUTCOME_COMPLETED);
	assert_int_equal(wire.reported[0].version, VERSION_DTLS12);
	assert_true(wire.reported[0].retried);
}

static void test_hellos_sent_again_are_one_handshake(void **state)
{
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, CLIENT_SENDS(HELLO("\x00", "\x00")),
		CLIENT_SENDS_AFTER(1, HELLO("\x01", "\x00")),
		SERVER_SENDS(VERIFY_REQUEST), SERVER_SENDS(VERIFY_REQUEST),
		CLIENT_SENDS(COOKIE_HELLO), CLIENT_SENDS_AFTER(1, COOKIE_HELLO),
		SERVER_SENDS(DTLS_ALERT), CLIENT_SENDS(COOKIE_HELLO));
	expect(&wire, 1, OUTCOME_REFUSED);
}

static void test_a_hello_whose_first_form_was_lost_is_read(void **state)
{
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, CLIENT_SENDS(COOKIE_HELLO), SERVER_SENDS(DTLS_ALERT));
	expect(&wire, 1, OUTCOME_REFUSED);
}

static void test_a_server_hello_in_front_of_the_hello_names_the_sides(void **state)
{
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, SERVER_SENDS(DTLS_SERVER_HELLO("\x01", "\x01")),
		CLIENT_SENDS(COOKIE_HELLO), CLIENT_SENDS(DTLS_CHANGE DTLS_FINISHED),
		SERVER_SENDS(DTLS_CHANGE DTLS_FINISHED));
	expect(&wire, 1, OUTCOME_COMPLETED);
}

/* RFC 5077, 3.1: with a ticket its ChangeCipherSpec alone says so. */
static void test_a_server_that_resumes_is_known_in_any_order(void **state)
{
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, CLIENT_SENDS(HELLO("\x00", "\x00")), SERVER_SENDS(DTLS_CHANGE),
		SERVER_SENDS(DTLS_FINISHED),
		SERVER_SENDS(DTLS_SERVER_HELLO("\x00", "\x00")),
		CLIENT_SENDS(DTLS_CHANGE DTLS_FINISHED));
	expect(&wire, 1, OUTCOME_COMPLETED);
	assert_true(wire.reported[0].resumed);
	assert_true(wire.reported[0].resumed_known);
}

static void test_a_finished_sent_again_completes_once(void **state)
{
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, CLIENT_SENDS(HELLO("\x00", "\x00")),
		SERVER_SENDS(DTLS_SERVER_HELLO("\x00", "\x00")),
		CLIENT_SENDS(DTLS_CHANGE DTLS_FINISHED),
		CLIENT_SENDS_AFTER(1, DTLS_CHANGE DTLS_FINISHED),
		SERVER_SENDS(DTLS_CHANGE DTLS_FINISHED),
		SERVER_SENDS(DTLS_CHANGE DTLS_FINISHED), CLIENT_SENDS(DTLS_DATA));
	expect(&wire, 1, OUTCOME_COMPLETED);
}

static void test_an_unanswered_hello_is_told(void **state)
{
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, CLIENT_SENDS(HELLO("\x00", "\x00")),
		CLIENT_SENDS_AFTER(4, HELLO("\x01", "\x00")));
	expect(&wire, 1, OUTCOME_UNANSWERED);
}

/* The server's first ChangeCipherSpec is epoch 0 yet; behind either's the type is sealed
 * in, and an id stands in front of the length. RFC 9146, 4. */
#define DTLS_CID_FINISHED "\x19\xfe\xfd\0\x01\0\0\0\0\0\0idid\0\x28" ENCRYPTED40

static void test_a_handshake_with_connection_ids_completes(void **state)
{
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, CLIENT_SENDS(HELLO("\x00", "\x00")),
		SERVER_SENDS(DTLS_SERVER_HELLO("\x00", "\x00")),
		CLIENT_SENDS(DTLS_CHANGE DTLS_CID_FINISHED),
		SERVER_SENDS(DTLS_CHANGE DTLS_CID_FINISHED));
	expect(&wire, 1, OUTCOME_COMPLETED);
	WIRE_RUN(&wire, CLIENT_SENDS(HELLO("\x00", "\x00")),
		SERVER_SENDS(DTLS_SERVER_HELLO("\x00", "\x00")),
		CLIENT_SENDS(DTLS_CHANGE DTLS_CID_FINISHED),
		CLIENT_SENDS_AFTER(1, DTLS_CHANGE DTLS_CID_FINISHED));
	expect(&wire, 1, OUTCOME_UNDECIDED);
}

/* A fragment that is longer than the record it stands in. RFC 6347, 4.2.2. */
static void test_a_fragment_past_its_record_is_a_malformed_hello(void **state)
{
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, CLIENT_SENDS(RECORD("\x00", "\x0e")
					MESSAGE("\x01", "\x2c", "\x00") "\xfe\xfd"));
	assert_int_equal(wire.count, 1);
	assert_true(wire.reported[0].hello_malformed);
	assert_false(wire.reported[0].hello_cut);
}

/* Peers whose ports are fixed, and that speak on and on. */
static void test_a_second_handshake_on_the_same_ports_is_another(void **state)
{
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, CLIENT_SENDS(HELLO("\x00", "\x00")), SERVER_SENDS(DTLS_ALERT),
		CLIENT_SENDS_AFTER(9, DTLS_DATA), CLIENT_SENDS_AFTER(9, DTLS_DATA),
		CLIENT_SENDS(HELLO("\x00", "\x00")), SERVER_SENDS(DTLS_ALERT));
	expect(&wire, 2, OUTCOME_REFUSED);
}

/* The end that was the server before may be the client now. */
static void test_the_sides_of_a_second_handshake_may_be_changed(void **state)
{
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, CLIENT_SENDS(HELLO("\x00", "\x00")), SERVER_SENDS(DTLS_ALERT),
		CLIENT_SENDS_AFTER(20, DTLS_DATA), SERVER_SENDS(HELLO("\x00", "\x00")),
		CLIENT_SENDS(DTLS_ALERT));
	assert_int_equal(wire.count, 2);
	assert_int_equal(wire.reported[1].server_port, CLIENT_PORT);
}

static void test_data_in_the_middle_of_a_session_is_no_handshake(void **state)
{
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, CLIENT_SENDS(DTLS_DATA), SERVER_SENDS(DTLS_DATA),
		CLIENT_SENDS_AFTER(20, DTLS_DATA));
	assert_int_equal(wire.count, 0);
}

/* The capture begins behind a handshake, and the next one begins at once. */
static void test_a_hello_right_behind_the_data_of_a_session_is_read(void **state)
{
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, CLIENT_SENDS(DTLS_DATA), SERVER_SENDS(DTLS_DATA),
		CLIENT_SENDS(HELLO("\x00", "\x00")), SERVER_SENDS(DTLS_ALERT));
	expect(&wire, 1, OUTCOME_REFUSED);
}

/* The packets of RFC 9001 and RFC 9369, A; what a side sent before is not needed. */
static struct sent quic(enum side from, const char *digits)
{
	static uint8_t memory[8][1200];
	static size_t next;

	return (struct sent){ .from = from,
		.payload = from_hex(digits, memory[next++ % COUNT_OF(memory)]) };
}

static void test_reads_a_quic_handshake(void **state)
{
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, quic(SIDE_CLIENT, CLIENT_INITIAL_V1),
		quic(SIDE_SERVER, SERVER_INITIAL_V1),
		CLIENT_SENDS("\x40 a short header"));
	expect(&wire, 1, OUTCOME_COMPLETED);
	assert_int_equal(wire.reported[0].version, VERSION_TLS13);
}

/* RFC 9369, 4.1: the server may go on in version 2, with keys of the same id. */
static void test_reads_a_quic_server_that_changes_the_version(void **state)
{
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, quic(SIDE_CLIENT, CLIENT_INITIAL_V1),
		quic(SIDE_SERVER, SERVER_INITIAL_V2));
	expect(&wire, 1, OUTCOME_UNDECIDED);
	assert_int_equal(wire.reported[0].version, VERSION_TLS13);
}

static void test_quic_initials_out_of_order_are_one_handshake(void **state)
{
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, quic(SIDE_SERVER, SERVER_INITIAL_V1),
		quic(SIDE_CLIENT, CLIENT_INITIAL_V1),
		quic(SIDE_CLIENT, CLIENT_INITIAL_V1),
		quic(SIDE_SERVER, SERVER_INITIAL_V1),
		quic(SIDE_SERVER, SERVER_INITIAL_V1));
	expect(&wire, 1, OUTCOME_UNDECIDED);
	assert_int_equal(wire.reported[0].version, VERSION_TLS13);
}

/* RFC 9000, 17.2.1: none of the versions that the server has was offered. */
static void test_a_quic_server_of_other_versions_has_answered(void **state)
{
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, quic(SIDE_CLIENT, CLIENT_INITIAL_V1),
		SERVER_SENDS("\x80\0\0\0\0\0\x08\x83\x94\xc8\xf0\x3e\x51\x57\x08"
			     "\x6b\x33\x43\xcf"));
	expect(&wire, 1, OUTCOME_UNDECIDED);
}

/* RFC 9002, 6.2: it is sent again until somebody answers. */
static void test_a_quic_hello_sent_again_is_no_answer(void **state)
{
	struct wire wire;
	struct sent again = quic(SIDE_CLIENT, CLIENT_INITIAL_V1);

	(void)state;
	again.after = TIME_SECOND;
	WIRE_RUN(&wire, quic(SIDE_CLIENT, CLIENT_INITIAL_V1), again);
	expect(&wire, 1, OUTCOME_UNDECIDED); /* the capture may have ended too early */
	again.after = 4 * TIME_SECOND;
	WIRE_RUN(&wire, quic(SIDE_CLIENT, CLIENT_INITIAL_V1), again);
	expect(&wire, 1, OUTCOME_UNANSWERED);
}

/* Joined from two taps, the first may come last. */
static void test_datagrams_out_of_order_last_as_long(void **state)
{
	struct wire wire;
	struct sent early = quic(SIDE_CLIENT, CLIENT_INITIAL_V1);

	(void)state;
	early.after = -(4 * TIME_SECOND);
	WIRE_RUN(&wire, quic(SIDE_CLIENT, CLIENT_INITIAL_V1), early);
	expect(&wire, 1, OUTCOME_UNANSWERED);
}

/* An Initial of a client with these frames. */
static struct sent quic_of(const char *frames, size_t len)
{
	static uint8_t memory[1200];
	static const uint8_t ID[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	struct quic_initial initial = { .version = 1,
		.destination_id = bytes_over(ID, sizeof ID) };
	struct quic_secret secret;
	struct quic_keys keys;

	assert_int_equal(
		quic_secret_derive(crypto_openssl(), 1, initial.destination_id, &secret),
		ERR_OK);
	quic_client_keys(crypto_openssl(), &secret, &keys);
	assert_int_equal(quic_initial_seal(crypto_openssl(), &keys, &initial,
				 bytes_over(frames, len), sizeof memory, memory),
		ERR_OK);
	return (struct sent){ .from = SIDE_CLIENT,
		.payload = bytes_over(memory, sizeof memory) };
}

static void expect_malformed(const char *frames, size_t len, bool malformed)
{
	struct wire wire;

	WIRE_RUN(&wire, quic_of(frames, len));
	assert_int_equal(wire.count, 1);
	assert_int_equal(wire.reported[0].hello_malformed, malformed);
	assert_int_equal(wire.reported[0].hello_cut, !malformed);
}

static void test_what_is_no_hello_over_quic_is_malformed(void **state)
{
	static const char BEGUN[] = "\x06\0\x08\x01\0\x01\0\x03\x03rr";
	static const char NO_MESSAGE[] = "\x06\0\x08\xee\0\x01\0\x03\x03rr";
	static const char ANOTHER[] = "\x06\0\x06\x0b\0\0\x02\0\0";
	static const char FORBIDDEN[] = "\x1e"; /* HANDSHAKE_DONE: RFC 9000, 12.4 */

	(void)state;
	expect_malformed(BEGUN, sizeof BEGUN - 1, false);
	expect_malformed(NO_MESSAGE, sizeof NO_MESSAGE - 1, true);
	expect_malformed(ANOTHER, sizeof ANOTHER - 1, true);
	expect_malformed(FORBIDDEN, sizeof FORBIDDEN - 1, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_a_handshake_with_a_cookie),
		cmocka_unit_test(test_hellos_sent_again_are_one_handshake),
		cmocka_unit_test(test_a_hello_whose_first_form_was_lost_is_read),
		cmocka_unit_test(
			test_a_server_hello_in_front_of_the_hello_names_the_sides),
		cmocka_unit_test(test_a_server_that_resumes_is_known_in_any_order),
		cmocka_unit_test(test_a_finished_sent_again_completes_once),
		cmocka_unit_test(test_an_unanswered_hello_is_told),
		cmocka_unit_test(test_a_handshake_with_connection_ids_completes),
		cmocka_unit_test(test_a_fragment_past_its_record_is_a_malformed_hello),
		cmocka_unit_test(test_a_second_handshake_on_the_same_ports_is_another),
		cmocka_unit_test(test_the_sides_of_a_second_handshake_may_be_changed),
		cmocka_unit_test(test_data_in_the_middle_of_a_session_is_no_handshake),
		cmocka_unit_test(test_a_hello_right_behind_the_data_of_a_session_is_read),
		cmocka_unit_test(test_reads_a_quic_handshake),
		cmocka_unit_test(test_reads_a_quic_server_that_changes_the_version),
		cmocka_unit_test(test_quic_initials_out_of_order_are_one_handshake),
		cmocka_unit_test(test_a_quic_server_of_other_versions_has_answered),
		cmocka_unit_test(test_a_quic_hello_sent_again_is_no_answer),
		cmocka_unit_test(test_datagrams_out_of_order_last_as_long),
		cmocka_unit_test(test_what_is_no_hello_over_quic_is_malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

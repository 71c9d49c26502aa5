/* Segments in odd orders, on odd paths, and what is said of their handshake. */
#include "flow/stream.h"
#include "hellos.h"
#include "tls/version.h"
#include "wire.h"

#define HELLO_LEN        LEN(CLIENT_HELLO)
#define SERVER_HELLO_LEN LEN(SERVER_HELLO)

static void expect(
	const struct wire *wire, uint16_t version, enum outcome outcome, bool inferred)
{
	assert_int_equal(wire->count, 1);
	assert_int_equal(wire->reported[0].version, version);
	assert_int_equal(wire->reported[0].outcome, outcome);
	assert_int_equal(wire->reported[0].outcome_inferred, inferred);
	assert_int_equal(wire->reported[0].server_port, SERVER_PORT);
}

static void test_reads_a_whole_handshake(void **state)
{
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, OPENED(CLIENT_HELLO), FROM_SERVER(TCP_ACK, 1, SERVER_FLIGHT),
		FROM_CLIENT(TCP_ACK, AFTER(CLIENT_HELLO), CLIENT_FLIGHT),
		FROM_SERVER(TCP_ACK, AFTER(SERVER_FLIGHT), SERVER_FINISHED));
	expect(&wire, VERSION_TLS12, OUTCOME_COMPLETED, false);
	assert_non_null(wire.reported[0].hello);
}

/* RFC 7413, 2: the data of a SYN stand behind its sequence number. */
static void test_reads_a_hello_in_a_syn(void **state)
{
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, FROM_CLIENT(TCP_SYN, 0, CLIENT_HELLO),
		FROM_SERVER(TCP_SYN | TCP_ACK, 0, ""), FROM_SERVER(TCP_ACK, 1, ALERT));
	expect(&wire, VERSION_NONE, OUTCOME_REFUSED, false);
	assert_non_null(wire.reported[0].hello);
}

/* Whose data were not taken with the SYN come again behind it. */
static void test_reads_a_hello_sent_again_after_the_syn_that_held_it(void **state)
{
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, FROM_CLIENT(TCP_SYN, 0, CLIENT_HELLO),
		FROM_CLIENT(TCP_SYN, 0, CLIENT_HELLO),
		FROM_SERVER(TCP_SYN | TCP_ACK, 0, ""),
		FROM_CLIENT(TCP_ACK, 1, CLIENT_HELLO), FROM_SERVER(TCP_ACK, 1, ALERT));
	expect(&wire, VERSION_NONE, OUTCOME_REFUSED, false);
}

static void test_reads_hellos_of_a_simultaneous_open(void **state)
{
	struct wire wire;

	(void)state; /* RFC 9293, 3.5: figure 7 */
	WIRE_RUN(&wire, FROM_CLIENT(TCP_SYN, 0, ""), FROM_SERVER(TCP_SYN, 0, ""),
		FROM_CLIENT(TCP_SYN | TCP_ACK, 0, ""),
		FROM_SERVER(TCP_SYN | TCP_ACK, 0, ""),
		FROM_CLIENT(TCP_ACK, 1, CLIENT_HELLO), FROM_SERVER(TCP_ACK, 1, ALERT));
	expect(&wire, VERSION_NONE, OUTCOME_REFUSED, false);
}

static void test_a_fin_waits_for_what_was_sent_before_it(void **state)
{
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, OPENED(CLIENT_HELLO),
		FROM_SERVER(TCP_FIN | TCP_ACK, AFTER(ALERT), ""),
		FROM_SERVER(TCP_ACK, 1, ALERT));
	expect(&wire, VERSION_NONE, OUTCOME_REFUSED, false);
	assert_int_equal(wire.reported[0].alert_count, 1);
}

static void test_a_fin_behind_a_loss_refuses_nothing(void **state)
{
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, OPENED(CLIENT_HELLO),
		FROM_SERVER(TCP_FIN | TCP_ACK, AFTER(ALERT), ""));
	expect(&wire, VERSION_NONE, OUTCOME_UNDECIDED, false);
}

/* RFC 9293, 3.5.3: it may carry a text that says why. */
static void test_what_a_reset_carries_is_no_part_of_the_stream(void **state)
{
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, OPENED(CLIENT_HELLO), FROM_SERVER(TCP_RST | TCP_ACK, 1, ALERT));
	expect(&wire, VERSION_NONE, OUTCOME_RESET, false);
	assert_int_equal(wire.reported[0].alert_count, 0);
}

static void test_a_reset_counts_after_what_was_held_of_the_other_side(void **state)
{
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, OPENED(CLIENT_HELLO),
		FROM_SERVER(TCP_ACK, 1 + SERVER_HELLO_LEN, ALERT),
		FROM_CLIENT(TCP_RST, AFTER(CLIENT_HELLO), ""));
	expect(&wire, VERSION_NONE, OUTCOME_REFUSED, false);
}

static void test_ports_used_again_are_another_handshake(void **state)
{
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, OPENED(CLIENT_HELLO), FROM_CLIENT(TCP_SYN, 7000, ""),
		FROM_SERVER(TCP_SYN | TCP_ACK, 9000, ""),
		FROM_CLIENT(TCP_ACK, 7001, CLIENT_HELLO),
		FROM_SERVER(TCP_ACK, 9001, ALERT));
	assert_int_equal(wire.count, 2);
	assert_int_equal(wire.reported[1].outcome, OUTCOME_REFUSED);
}

static void test_ports_used_again_after_a_greeting_are_another_connection(void **state)
{
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, FROM_CLIENT(TCP_SYN, 0, ""),
		FROM_SERVER(TCP_SYN | TCP_ACK, 0, ""),
		FROM_SERVER(TCP_ACK, 1, "220 mail.example\r\n"),
		FROM_CLIENT(TCP_SYN, 7000, ""), FROM_SERVER(TCP_SYN | TCP_ACK, 9000, ""),
		FROM_CLIENT(TCP_ACK, 7001, CLIENT_HELLO),
		FROM_SERVER(TCP_ACK, 9001, ALERT));
	expect(&wire, VERSION_NONE, OUTCOME_REFUSED, false);
	assert_int_equal(wire.reported[0].upgrade, UPGRADE_NONE);
}

static void test_a_settled_connection_opened_anew_with_data_is_read(void **state)
{
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, OPENED(CLIENT_HELLO), FROM_SERVER(TCP_ACK, 1, ALERT),
		FROM_CLIENT(TCP_SYN, 7000, CLIENT_HELLO),
		FROM_SERVER(TCP_SYN | TCP_ACK, 9000, ""),
		FROM_SERVER(TCP_ACK, 9001, ALERT));
	assert_int_equal(wire.count, 2);
	assert_int_equal(wire.reported[1].outcome, OUTCOME_REFUSED);
}

static void test_a_syn_seen_twice_opens_nothing_anew(void **state)
{
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, OPENED(CLIENT_HELLO), FROM_CLIENT(TCP_SYN, 0, ""),
		FROM_SERVER(TCP_ACK, 1, ALERT));
	expect(&wire, VERSION_NONE, OUTCOME_REFUSED, false);
}

/* A first segment of one byte, captured again at the end. */
static void test_a_hello_in_crumbs_and_a_late_syn_are_one_handshake(void **state)
{
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, FROM_CLIENT(TCP_SYN, 0, ""),
		FROM_SERVER(TCP_SYN | TCP_ACK, 0, ""), FROM_CLIENT(TCP_ACK, 1, "\x16"),
		{ SIDE_CLIENT, TCP_ACK, 2,
			{ (const uint8_t *)CLIENT_HELLO + 1, LEN(CLIENT_HELLO) - 1 }, 0,
			0 },
		FROM_CLIENT(TCP_SYN, 0, ""), FROM_SERVER(TCP_ACK, 1, ALERT));
	expect(&wire, VERSION_NONE, OUTCOME_REFUSED, false);
}

/* One direction of a path that differs there and back. */

static void test_the_server_alone_in_tls13_leaves_the_end_undecided(void **state)
{
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, FROM_SERVER(TCP_SYN | TCP_ACK, 0, ""),
		FROM_SERVER(TCP_ACK, 1, SERVER_HELLO13 DATA DATA DATA),
		FROM_SERVER(TCP_FIN | TCP_ACK, AFTER(SERVER_HELLO13 DATA DATA DATA), ""));
	expect(&wire, VERSION_TLS13, OUTCOME_UNDECIDED, false);
}

static void test_the_server_alone_in_tls12_completes_by_its_last_finished(void **state)
{
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, FROM_SERVER(TCP_SYN | TCP_ACK, 0, ""),
		FROM_SERVER(TCP_ACK, 1, SERVER_FLIGHT SERVER_FINISHED),
		FROM_SERVER(TCP_FIN | TCP_ACK, AFTER(SERVER_FLIGHT SERVER_FINISHED), ""));
	expect(&wire, VERSION_TLS12, OUTCOME_COMPLETED, true);
}

static void test_the_client_alone_that_went_on_was_answered(void **state)
{
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, FROM_CLIENT(TCP_SYN, 0, ""),
		FROM_CLIENT(TCP_ACK, 1, CLIENT_HELLO),
		FROM_CLIENT(TCP_ACK, AFTER(CLIENT_HELLO), CLIENT_FLIGHT),
		FROM_CLIENT(TCP_FIN | TCP_ACK, AFTER(CLIENT_HELLO CLIENT_FLIGHT), ""));
	expect(&wire, VERSION_NONE, OUTCOME_UNDECIDED, false);
}

static void test_the_client_alone_that_closes_says_nothing_of_the_server(void **state)
{
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, FROM_CLIENT(TCP_SYN, 0, ""),
		FROM_CLIENT(TCP_ACK, 1, CLIENT_HELLO),
		FROM_CLIENT(TCP_FIN | TCP_ACK, AFTER(CLIENT_HELLO), ""));
	expect(&wire, VERSION_NONE, OUTCOME_UNDECIDED, false);
}

static void test_a_client_that_heard_nothing_but_acknowledgements(void **state)
{
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, OPENED(CLIENT_HELLO), FROM_SERVER(TCP_ACK, 1, ""));
	expect(&wire, VERSION_NONE, OUTCOME_UNANSWERED, false);
}

/* Two taps joined: the client's Finished stands in front of the ServerHello. */
static void test_a_finished_captured_before_the_server_hello_counts(void **state)
{
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, OPENED(CLIENT_HELLO),
		FROM_CLIENT(TCP_ACK, AFTER(CLIENT_HELLO), CLIENT_FLIGHT13),
		FROM_SERVER(TCP_ACK, 1, SERVER_HELLO13 DATA DATA),
		FROM_SERVER(TCP_FIN | TCP_ACK, AFTER(SERVER_HELLO13 DATA DATA), ""));
	assert_int_equal(wire.reported[0].outcome, OUTCOME_COMPLETED);
}

/* Lost: the server's hello. Its Finished, which is no message in the clear, follows. */
static void test_what_follows_a_loss_refuses_nothing(void **state)
{
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, OPENED(CLIENT_HELLO),
		FROM_SERVER(TCP_ACK, AFTER(SERVER_FLIGHT) + 6, FINISHED));
	expect(&wire, VERSION_NONE, OUTCOME_UNDECIDED, false);
}

/* The same of the client: what was lost was not malformed. */
static void test_what_follows_a_loss_is_no_malformed_hello(void **state)
{
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, FROM_CLIENT(TCP_SYN, 0, ""),
		FROM_SERVER(TCP_SYN | TCP_ACK, 0, ""),
		FROM_CLIENT(TCP_ACK, 1, "\x16\x03\x01\x00\x2f\x01\x00\x00\x2b\x03\x03"),
		FROM_CLIENT(TCP_ACK, AFTER(CLIENT_HELLO), FINISHED),
		FROM_SERVER(TCP_ACK, 1, SERVER_HELLO));
	assert_int_equal(wire.count, 1);
	assert_true(wire.reported[0].hello_cut);
	assert_false(wire.reported[0].hello_malformed);
}

/* A server without TLS: an answer all the same. */
static void test_plaintext_in_answer_to_a_hello_refuses(void **state)
{
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, OPENED(CLIENT_HELLO),
		FROM_SERVER(TCP_ACK, 1, "HTTP/1.1 400 Bad Request\r\n\r\n"),
		FROM_SERVER(TCP_RST, AFTER("HTTP/1.1 400 Bad Request\r\n\r\n"), ""));
	expect(&wire, VERSION_NONE, OUTCOME_REFUSED, true);
}

/* One byte of each two is lost, until no more can be held: what comes then is read. */
static void test_at_the_limit_of_what_is_held_the_newest_stays(void **state)
{
	const struct sent opened[] = { OPENED(CLIENT_HELLO) };
	struct sent crumb = FROM_SERVER(TCP_ACK, 100, "?");
	struct sent alert = FROM_SERVER(TCP_ACK, 1000, ALERT);
	struct coverage coverage;
	struct wire wire;

	(void)state;
	wire_open(&wire);
	for (size_t i = 0; i < COUNT_OF(opened); i++)
		wire_send(&wire, &opened[i]);
	for (size_t i = 0; i < STREAM_SEGMENTS_MAX; i++, crumb.sequence += 2)
		wire_send(&wire, &crumb);
	wire_send(&wire, &alert);
	coverage = watch_coverage(wire.watch);
	wire_close(&wire);
	expect(&wire, VERSION_NONE, OUTCOME_REFUSED, false);
	assert_int_equal(coverage.stream_limit, 1);
	assert_int_equal(coverage.stream_gaps, 1);
}

/* An answer of TLS, if not one that is known here: nothing is said of it. */
static void test_a_record_of_another_kind_refuses_nothing(void **state)
{
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, OPENED(CLIENT_HELLO),
		FROM_SERVER(TCP_ACK, 1, "\x16\x03\x03\x00\x2a\x02\x00\x00\x26\x7f\x63"));
	expect(&wire, VERSION_NONE, OUTCOME_UNDECIDED, false);
}

/* The client acknowledges the server's FIN, so it has the alert, which nobody else
 * will ever see. */
static void test_an_acknowledged_fin_waits_for_nothing(void **state)
{
	const struct sent sent[] = { OPENED(CLIENT_HELLO),
		FROM_SERVER(TCP_FIN | TCP_ACK, AFTER(ALERT), ""),
		{ SIDE_CLIENT, TCP_FIN | TCP_ACK, AFTER(CLIENT_HELLO), BYTES(""), 0,
			AFTER(ALERT) + 1 } };
	struct wire wire;

	(void)state;
	wire_open(&wire);
	for (size_t i = 0; i < COUNT_OF(sent); i++) {
		assert_int_equal(wire.count, 0);
		wire_send(&wire, &sent[i]);
	}
	expect(&wire, VERSION_NONE, OUTCOME_UNDECIDED, false);
	wire_close(&wire);
}

/* What is acknowledged before it is seen is still read, if its FIN comes last. */
static void test_an_acknowledgement_in_front_of_a_fin_gives_nothing_up(void **state)
{
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, OPENED(CLIENT_HELLO),
		{ SIDE_CLIENT, TCP_ACK, AFTER(CLIENT_HELLO), BYTES(""), 0,
			AFTER(ALERT) + 1 },
		FROM_SERVER(TCP_ACK, 1, ALERT),
		FROM_SERVER(TCP_FIN | TCP_ACK, AFTER(ALERT), ""));
	expect(&wire, VERSION_NONE, OUTCOME_REFUSED, false);
}

/* Of offloaded segments a piece may be longer than any SSL 2.0 record. */
static void test_a_long_flight_behind_an_sslv2_hello_is_read_to_its_end(void **state)
{
	static uint8_t memory[40000];
	static const uint8_t zeros[16384 - 4];
	struct writer w = writer_over(memory, sizeof memory);
	struct wire wire;

	(void)state;
	for (int i = 0; i < 2; i++) { /* certificates, of a record each */
		writer_bytes(&w, bytes_over("\x16\x03\x03\x40\x00\x0b\x00\x3f\xfc", 9));
		writer_bytes(&w, bytes_over(zeros, sizeof zeros));
	}
	writer_bytes(&w, bytes_over(CLIENT_FLIGHT, LEN(CLIENT_FLIGHT)));
	assert_int_equal(writer_end(&w), ERR_OK);
	const struct sent flight = { SIDE_CLIENT, TCP_ACK, AFTER(SSLV2_HELLO),
		writer_written(&w), 0, 0 };
	WIRE_RUN(&wire, OPENED(SSLV2_HELLO), FROM_SERVER(TCP_ACK, 1, SERVER_FLIGHT),
		flight, FROM_SERVER(TCP_ACK, AFTER(SERVER_FLIGHT), SERVER_FINISHED));
	expect(&wire, VERSION_TLS12, OUTCOME_COMPLETED, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_a_whole_handshake),
		cmocka_unit_test(test_reads_a_hello_in_a_syn),
		cmocka_unit_test(
			test_reads_a_hello_sent_again_after_the_syn_that_held_it),
		cmocka_unit_test(test_reads_hellos_of_a_simultaneous_open),
		cmocka_unit_test(test_a_fin_waits_for_what_was_sent_before_it),
		cmocka_unit_test(test_a_fin_behind_a_loss_refuses_nothing),
		cmocka_unit_test(test_what_a_reset_carries_is_no_part_of_the_stream),
		cmocka_unit_test(
			test_a_reset_counts_after_what_was_held_of_the_other_side),
		cmocka_unit_test(test_ports_used_again_are_another_handshake),
		cmocka_unit_test(
			test_ports_used_again_after_a_greeting_are_another_connection),
		cmocka_unit_test(test_a_settled_connection_opened_anew_with_data_is_read),
		cmocka_unit_test(test_a_syn_seen_twice_opens_nothing_anew),
		cmocka_unit_test(test_a_hello_in_crumbs_and_a_late_syn_are_one_handshake),
		cmocka_unit_test(test_the_server_alone_in_tls13_leaves_the_end_undecided),
		cmocka_unit_test(
			test_the_server_alone_in_tls12_completes_by_its_last_finished),
		cmocka_unit_test(test_the_client_alone_that_went_on_was_answered),
		cmocka_unit_test(
			test_the_client_alone_that_closes_says_nothing_of_the_server),
		cmocka_unit_test(test_a_client_that_heard_nothing_but_acknowledgements),
		cmocka_unit_test(test_a_finished_captured_before_the_server_hello_counts),
		cmocka_unit_test(test_what_follows_a_loss_refuses_nothing),
		cmocka_unit_test(test_what_follows_a_loss_is_no_malformed_hello),
		cmocka_unit_test(test_plaintext_in_answer_to_a_hello_refuses),
		cmocka_unit_test(test_a_record_of_another_kind_refuses_nothing),
		cmocka_unit_test(test_at_the_limit_of_what_is_held_the_newest_stays),
		cmocka_unit_test(test_an_acknowledged_fin_waits_for_nothing),
		cmocka_unit_test(
			test_an_acknowledgement_in_front_of_a_fin_gives_nothing_up),
		cmocka_unit_test(
			test_a_long_flight_behind_an_sslv2_hello_is_read_to_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Packets of odd times, and which silences they make. */
#include "hellos.h"
#include "tls/version.h"
#include "wire.h"

#define YEAR (365 * 24 * TIME_HOUR)

#define OTHER(after)                                                                     \
	{                                                                                \
		SIDE_SERVER, 0, 0, BYTES("other"), after, 0                              \
	}

static void expect(const struct wire *wire, uint16_t version, enum outcome outcome)
{
	assert_int_equal(wire->count, 1);
	assert_int_equal(wire->reported[0].version, version);
	assert_int_equal(wire->reported[0].outcome, outcome);
}

static void test_a_misdated_packet_ends_no_handshake(void **state)
{
	const struct sent answer = { SIDE_SERVER, TCP_ACK, 1, BYTES(SERVER_FLIGHT), -YEAR,
		0 };
	struct wire wire;

	(void)state;
	WIRE_RUN(&wire, OPENED(CLIENT_HELLO), OTHER(YEAR), answer,
		FROM_CLIENT(TCP_ACK, AFTER(CLIENT_HELLO), CLIENT_FLIGHT),
		FROM_SERVER(TCP_ACK, AFTER(SERVER_FLIGHT), SERVER_FINISHED));
	expect(&wire, VERSION_TLS12, OUTCOME_COMPLETED);
}

static void test_silence_is_noticed_after_a_misdated_packet(void **state)
{
	const struct sent sent[] = { OTHER(0), OTHER(YEAR), OTHER(-YEAR),
		OPENED(CLIENT_HELLO), OTHER(200 * TIME_SECOND), OTHER(0) };
	struct wire wire;

	(void)state;
	wire_open(&wire);
	for (size_t i = 0; i < COUNT_OF(sent); i++)
		wire_send(&wire, &sent[i]);
	assert_int_equal(watch_coverage(wire.watch).flows_expired, 1);
	wire_close(&wire);
	expect(&wire, VERSION_NONE, OUTCOME_UNDECIDED);
}

/* A pcapng says times that 32 bits of seconds do not hold. */
static void test_silence_is_noticed_across_the_year_2106(void **state)
{
	const struct sent sent[] = { OPENED(CLIENT_HELLO), OTHER(0),
		OTHER(9 * TIME_SECOND), OTHER(9 * TIME_SECOND), OTHER(50 * TIME_SECOND),
		OTHER(0) };
	struct wire wire;

	(void)state;
	wire_open(&wire);
	wire.now = (UINT32_MAX - 5) * TIME_SECOND;
	for (size_t i = 0; i < COUNT_OF(sent); i++) {
		wire_send(&wire, &sent[i]);
		assert_int_equal(watch_coverage(wire.watch).flows_expired,
			i + 1 == COUNT_OF(sent));
	}
	wire_close(&wire);
}

/* What comes first after a long silence is no part of that silence. */
static void test_a_connection_that_ends_a_silence_goes_on(void **state)
{
	struct wire wire;
	const struct sent hello = { SIDE_CLIENT, TCP_SYN, 0, BYTES(CLIENT_HELLO),
		TIME_HOUR, 0 };

	(void)state;
	WIRE_RUN(&wire, OTHER(0), hello, OTHER(0), FROM_SERVER(TCP_SYN | TCP_ACK, 0, ""),
		FROM_SERVER(TCP_ACK, 1, ALERT));
	expect(&wire, VERSION_NONE, OUTCOME_REFUSED);
}

/* The last second that a pcap can say. */
static void test_what_is_under_way_at_the_end_of_time_is_told(void **state)
{
	struct wire wire;
	const struct sent sent[] = { OPENED(CLIENT_HELLO) };

	(void)state;
	wire_open(&wire);
	wire.now = UINT32_MAX * TIME_SECOND;
	for (size_t i = 0; i < COUNT_OF(sent); i++)
		wire_send(&wire, &sent[i]);
	wire_close(&wire);
	expect(&wire, VERSION_NONE, OUTCOME_UNDECIDED);
}

/* Of several queues or taps a later packet may bear an earlier time. */
static void test_a_step_back_in_time_is_no_silence(void **state)
{
	struct sent earlier = FROM_CLIENT(TCP_ACK, AFTER(CLIENT_HELLO), "");
	struct wire wire;

	(void)state;
	earlier.after = -(TIME_SECOND / 100);
	WIRE_RUN(&wire, OPENED(CLIENT_HELLO), earlier);
	expect(&wire, VERSION_NONE, OUTCOME_UNDECIDED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_misdated_packet_ends_no_handshake),
		cmocka_unit_test(test_silence_is_noticed_after_a_misdated_packet),
		cmocka_unit_test(test_silence_is_noticed_across_the_year_2106),
		cmocka_unit_test(test_a_connection_that_ends_a_silence_goes_on),
		cmocka_unit_test(test_what_is_under_way_at_the_end_of_time_is_told),
		cmocka_unit_test(test_a_step_back_in_time_is_no_silence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

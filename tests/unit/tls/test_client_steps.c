#include "../unit.h"

#include "base/attr.h"
#include "tls/client_inside.h"

/* The order of messages stated a second time, after RFC 5246, 7.3 and RFC 8446, 2, as
 * flights with what may lack; walked through the table, and the table through them. */

#define FLIGHT_MAX 8

struct may {
	uint16_t type;
	uint16_t or_type;        /* in its place; 0: nothing else */
	bool lacks;              /* it may */
	uint16_t only_behind[2]; /* one of these in the same flight; 0: any */
};

/* RFC 5246, 7.3: the certificate lacks where nobody is authenticated or a key is shared
 * (RFC 4279), its status where none was asked for (RFC 6066, 8), the ticket likewise
 * (RFC 5077, 3.3). Only who is authenticated, or has sent a key, asks back. */
static const struct may FULL[] = {
	{ HANDSHAKE_CERTIFICATE, 0, true, { 0 } },
	{ HANDSHAKE_CERTIFICATE_STATUS, 0, true, { HANDSHAKE_CERTIFICATE, 0 } },
	{ HANDSHAKE_SERVER_KEY_EXCHANGE, 0, true, { 0 } },
	{ HANDSHAKE_CERTIFICATE_REQUEST, 0, true,
		{ HANDSHAKE_CERTIFICATE, HANDSHAKE_SERVER_KEY_EXCHANGE } },
	{ HANDSHAKE_SERVER_HELLO_DONE, 0, false, { 0 } },
	{ HANDSHAKE_NEW_SESSION_TICKET, 0, true, { 0 } },
	{ STEP_CHANGE_CIPHER_SPEC, 0, false, { 0 } },
	{ HANDSHAKE_FINISHED, 0, false, { 0 } },
};

static const struct may RESUMED[] = {
	{ HANDSHAKE_NEW_SESSION_TICKET, 0, true, { 0 } },
	{ STEP_CHANGE_CIPHER_SPEC, 0, false, { 0 } },
	{ HANDSHAKE_FINISHED, 0, false, { 0 } },
};

/* RFC 8446, 2; RFC 8879, 4. */
static const struct may NEW[] = {
	{ HANDSHAKE_ENCRYPTED_EXTENSIONS, 0, false, { 0 } },
	{ HANDSHAKE_CERTIFICATE_REQUEST, 0, true, { 0 } },
	{ HANDSHAKE_CERTIFICATE, HANDSHAKE_COMPRESSED_CERTIFICATE, false, { 0 } },
	{ HANDSHAKE_CERTIFICATE_VERIFY, 0, false, { 0 } },
	{ HANDSHAKE_FINISHED, 0, false, { 0 } },
};

static const struct may NEW_BY_PSK[] = {
	{ HANDSHAKE_ENCRYPTED_EXTENSIONS, 0, false, { 0 } },
	{ HANDSHAKE_FINISHED, 0, false, { 0 } },
};

struct flight {
	uint16_t types[FLIGHT_MAX];
	size_t count;
};

static bool holds(const struct flight *flight, uint16_t type)
{
	for (size_t i = 0; i < flight->count; i++)
		if (flight->types[i] == type)
			return true;
	return false;
}

static bool may_come(const struct may *may, const struct flight *before)
{
	return may->only_behind[0] == 0 || holds(before, may->only_behind[0]) ||
	       (may->only_behind[1] != 0 && holds(before, may->only_behind[1]));
}

static void assert_walks(enum client_state state, const struct flight *flight)
{
	for (size_t i = 0; i < flight->count; i++) {
		state = client_step_next(state, flight->types[i]);
		assert_int_not_equal(state, STATE_NONE);
	}
}

/* Each flight that the statement has goes through the table; how many. */
static unsigned walk(
	const struct may *may, size_t count, enum client_state from, struct flight flight)
{
	uint16_t types[2];
	unsigned sum = 0;

	if (count == 0) {
		assert_walks(from, &flight);
		return 1;
	}
	types[0] = may->type;
	types[1] = may->or_type;
	if (may->lacks)
		sum += walk(may + 1, count - 1, from, flight);
	for (size_t i = 0; i < COUNT_OF(types) && may_come(may, &flight); i++) {
		struct flight longer = flight;

		if (types[i] == 0)
			continue;
		longer.types[longer.count++] = types[i];
		sum += walk(may + 1, count - 1, from, longer);
	}
	return sum;
}

/* Each flight that the table has, to its Finished; how many. */
static unsigned count_flights(enum client_state state, unsigned depth)
{
	unsigned sum = 0;

	assert_true(depth <= FLIGHT_MAX);
	for (uint16_t type = 1; type <= STEP_CHANGE_CIPHER_SPEC; type++) {
		enum client_state next = client_step_next(state, type);

		if (next == STATE_NONE)
			continue;
		sum += type == HANDSHAKE_FINISHED ? 1 : count_flights(next, depth + 1);
	}
	return sum;
}

static void test_flights_of_old_versions_are_those_of_the_rfcs(void **state)
{
	const struct flight none = { .count = 0 };
	unsigned stated = walk(FULL, COUNT_OF(FULL), OLD_CERTIFICATE, none) +
			  walk(RESUMED, COUNT_OF(RESUMED), OLD_CERTIFICATE, none);

	(void)state;
	assert_int_equal(stated, 24);
	assert_int_equal(count_flights(OLD_CERTIFICATE, 0), stated);
}

static void test_flights_of_tls13_are_those_of_the_rfcs(void **state)
{
	const struct flight none = { .count = 0 };
	unsigned stated = walk(NEW, COUNT_OF(NEW), NEW_EXTENSIONS, none) +
			  walk(NEW_BY_PSK, COUNT_OF(NEW_BY_PSK), NEW_EXTENSIONS, none);

	(void)state;
	assert_int_equal(stated, 5);
	assert_int_equal(count_flights(NEW_EXTENSIONS, 0), stated);
}

/* RFC 5246, 7.4.1.1; of TLS 1.3 there is none. */
static void test_a_hello_request_changes_nothing(void **state)
{
	(void)state;
	for (enum client_state at = OLD_CERTIFICATE; at <= OLD_CHANGE; at++)
		assert_int_equal(client_step_next(at, HANDSHAKE_HELLO_REQUEST), at);
	for (enum client_state at = NEW_EXTENSIONS; at <= NEW_AFTER; at++)
		assert_int_equal(
			client_step_next(at, HANDSHAKE_HELLO_REQUEST), STATE_NONE);
}

static void test_nothing_but_a_hello_begins_and_nothing_but_tickets_follow(void **state)
{
	(void)state;
	for (uint16_t type = 0; type <= STEP_CHANGE_CIPHER_SPEC; type++) {
		bool hello = type == HANDSHAKE_SERVER_HELLO ||
			     type == HANDSHAKE_HELLO_RETRY_REQUEST_DRAFT;
		bool ticket = type == HANDSHAKE_NEW_SESSION_TICKET;

		assert_int_equal(
			client_step_next(AWAIT_HELLO, type) != STATE_NONE, hello);
		assert_int_equal(client_step_next(NEW_AFTER, type) != STATE_NONE, ticket);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flights_of_old_versions_are_those_of_the_rfcs),
		cmocka_unit_test(test_flights_of_tls13_are_those_of_the_rfcs),
		cmocka_unit_test(test_a_hello_request_changes_nothing),
		cmocka_unit_test(
			test_nothing_but_a_hello_begins_and_nothing_but_tickets_follow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

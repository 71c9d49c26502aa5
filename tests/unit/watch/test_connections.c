#include "../unit.h"

#include "watch/connections.h"

static const struct hash_key KEY = { 1, 2 };

static struct packet between(uint16_t source_port, uint16_t destination_port)
{
	static const uint8_t low[4] = { 192, 0, 2, 1 };
	static const uint8_t high[4] = { 192, 0, 2, 2 };

	return (struct packet){
		.source = address_of_ipv4(low),
		.destination = address_of_ipv4(high),
		.source_port = source_port,
		.destination_port = destination_port,
		.protocol = IP_PROTOCOL_TCP,
	};
}

static struct packet answer_to(struct packet packet)
{
	struct packet answer = packet;

	answer.source = packet.destination;
	answer.destination = packet.source;
	answer.source_port = packet.destination_port;
	answer.destination_port = packet.source_port;
	return answer;
}

static struct connection *add(struct connections *all, uint16_t port, time_ns now)
{
	struct packet packet = between(port, 443);
	struct connection_key key;

	connection_key_of(all, &packet, &key);
	return connections_add(all, &key, now);
}

static struct connection *find(struct connections *all, uint16_t port)
{
	struct packet packet = between(port, 443);
	struct connection_key key;

	connection_key_of(all, &packet, &key);
	return connections_find(all, &key);
}

static void test_both_ends_find_the_same_connection(void **state)
{
	struct connections *all = connections_new(&KEY, 16);
	struct packet there = between(1000, 443);
	struct packet back = answer_to(there);
	struct connection_key key_there;
	struct connection_key key_back;

	(void)state;
	connection_key_of(all, &there, &key_there);
	connection_key_of(all, &back, &key_back);
	assert_null(connections_find(all, &key_there));
	struct connection *made = connections_add(all, &key_there, 0);
	assert_ptr_equal(connections_find(all, &key_back), made);
	assert_int_not_equal(key_there.sender, key_back.sender);
	connections_free(all);
}

static void test_ends_of_one_address_are_told_apart_by_port(void **state)
{
	struct connections *all = connections_new(&KEY, 16);
	struct packet there = between(1000, 443);
	struct packet back;
	struct connection_key key_there;
	struct connection_key key_back;

	(void)state;
	there.destination = there.source;
	back = answer_to(there);
	connection_key_of(all, &there, &key_there);
	connection_key_of(all, &back, &key_back);
	assert_int_equal(key_there.hash, key_back.hash);
	assert_int_not_equal(key_there.sender, key_back.sender);
	connections_free(all);
}

static void test_removal_leaves_all_others_to_be_found(void **state)
{
	struct connections *all = connections_new(&KEY, 1000);

	(void)state;
	for (uint16_t port = 1; port <= 1000; port++)
		(void)add(all, port, 0);
	assert_true(connections_full(all));
	for (uint16_t port = 1; port <= 1000; port += 2)
		connections_remove(all, find(all, port));
	for (uint16_t port = 1; port <= 1000; port++)
		assert_int_equal(find(all, port) != NULL, port % 2 == 0);
	connections_free(all);
}

static void test_the_oldest_is_the_one_longest_untouched(void **state)
{
	struct connections *all = connections_new(&KEY, 16);
	struct connection *first = add(all, 1, 0);
	struct connection *second = add(all, 2, 0);

	(void)state;
	assert_ptr_equal(connections_oldest(all, LIST_UNSETTLED), first);
	connections_touch(all, first, 2 * TIME_SECOND);
	assert_ptr_equal(connections_oldest(all, LIST_UNSETTLED), second);
	connections_settle(all, second);
	assert_ptr_equal(connections_oldest(all, LIST_UNSETTLED), first);
	assert_ptr_equal(connections_oldest(all, LIST_SETTLED), second);
	connections_remove(all, first);
	assert_null(connections_oldest(all, LIST_UNSETTLED));
	connections_free(all);
}

static void test_a_time_set_back_leaves_nothing_in_the_future(void **state)
{
	struct connections *all = connections_new(&KEY, 16);
	struct connection *early = add(all, 1000, 5 * TIME_SECOND);
	struct connection *late = add(all, 1001, 900 * TIME_SECOND);
	struct connection *settled = add(all, 1002, 900 * TIME_SECOND);

	(void)state;
	connections_settle(all, settled);
	connections_set_back(all, 7 * TIME_SECOND);
	assert_int_equal(early->touched, 5);
	assert_int_equal(late->touched, 7);
	assert_int_equal(settled->touched, 7);
	assert_int_equal(settled->settled, 7);
	assert_ptr_equal(connections_oldest(all, LIST_UNSETTLED), early);
	connections_free(all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_ends_find_the_same_connection),
		cmocka_unit_test(test_ends_of_one_address_are_told_apart_by_port),
		cmocka_unit_test(test_removal_leaves_all_others_to_be_found),
		cmocka_unit_test(test_the_oldest_is_the_one_longest_untouched),
		cmocka_unit_test(test_a_time_set_back_leaves_nothing_in_the_future),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

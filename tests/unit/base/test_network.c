#include "../unit.h"

#include "base/network.h"

static struct network network_of(const char *text)
{
	struct network network;

	assert_int_equal(network_parse(bytes_of_string(text), &network), ERR_OK);
	return network;
}

static bool has(const char *network, const char *text)
{
	struct network read = network_of(network);
	struct address address;

	assert_int_equal(address_parse(text, &address), ERR_OK);
	return network_has(&read, &address);
}

static void test_an_ipv4_network_has_its_addresses_alone(void **state)
{
	(void)state;
	assert_true(has("10.1.0.0/16", "10.1.0.0"));
	assert_true(has("10.1.0.0/16", "10.1.255.255"));
	assert_false(has("10.1.0.0/16", "10.2.0.0"));
	assert_false(has("10.1.0.0/16", "10.0.255.255"));
	assert_true(has("10.1.0.0/16", "::ffff:10.1.2.3"));
	assert_false(has("10.1.0.0/16", "a01::"));
}

static void test_bits_need_not_end_with_an_octet(void **state)
{
	(void)state;
	assert_true(has("192.0.2.128/25", "192.0.2.128"));
	assert_false(has("192.0.2.128/25", "192.0.2.127"));
	assert_true(has("2001:db8:8000::/33", "2001:db8:ffff::1"));
	assert_false(has("2001:db8:8000::/33", "2001:db8:7fff::1"));
	assert_true(has("192.0.2.6/31", "192.0.2.7"));
	assert_false(has("192.0.2.6/31", "192.0.2.8"));
}

static void test_no_bits_are_all_of_the_family(void **state)
{
	(void)state;
	assert_true(has("0.0.0.0/0", "255.255.255.255"));
	assert_false(has("0.0.0.0/0", "2001:db8::1"));
	assert_true(has("::/0", "2001:db8::1"));
	assert_false(has("::/0", "10.0.0.1"));
	assert_false(has("::/80", "10.0.0.1"));
	assert_true(has("::ffff:10.0.0.0/104", "10.200.0.1"));
	assert_false(has("::ffff:10.0.0.0/104", "11.0.0.1"));
	assert_true(has("::ffff:0.0.0.0/96", "10.0.0.1"));
}

static void test_an_address_alone_is_a_network_of_one(void **state)
{
	(void)state;
	assert_int_equal(network_of("192.0.2.7").bits, 128);
	assert_true(has("192.0.2.7", "192.0.2.7"));
	assert_false(has("192.0.2.7", "192.0.2.6"));
	assert_true(has("2001:db8::7/128", "2001:db8::7"));
}

static void test_bits_behind_the_prefix_do_not_count(void **state)
{
	struct network exact = network_of("10.1.0.0/16");
	struct network loose = network_of("10.1.2.3/16");

	(void)state;
	assert_true(address_equal(&exact.first, &loose.first));
	assert_int_equal(exact.bits, loose.bits);
}

static void test_what_is_refused_leaves_the_network_alone(void **state)
{
	struct network network = network_of("192.0.2.0/24");

	(void)state;
	assert_int_equal(
		network_parse(bytes_of_string("10.1.2.3/33"), &network), ERR_VALUE);
	assert_int_equal(network.bits, 96 + 24);
	assert_int_equal(network.first.bytes[12], 192);
}

static void test_what_is_no_network_is_refused(void **state)
{
	static const char *const wrong[] = { "", "/", "/8", "10.0.0.0/", "10.0.0.0/33",
		"10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8 ", "10.0.0.0/ 8",
		"10.0.0.0/99999999999999999999", "10.0.0/8", "2001:db8::/129",
		"10.0.0.0/8/8", "example.net", "10.0.0.0/0x8",
		"1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa" };
	struct network network;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		assert_int_equal(
			network_parse(bytes_of_string(wrong[i]), &network), ERR_VALUE);
	assert_int_equal(network_parse((struct bytes){ 0 }, &network), ERR_VALUE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_ipv4_network_has_its_addresses_alone),
		cmocka_unit_test(test_bits_need_not_end_with_an_octet),
		cmocka_unit_test(test_no_bits_are_all_of_the_family),
		cmocka_unit_test(test_an_address_alone_is_a_network_of_one),
		cmocka_unit_test(test_bits_behind_the_prefix_do_not_count),
		cmocka_unit_test(test_what_is_no_network_is_refused),
		cmocka_unit_test(test_what_is_refused_leaves_the_network_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

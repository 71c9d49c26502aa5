#include "../unit.h"

#include "base/address.h"

static void assert_reads_as(const char *text, const char *expected)
{
	struct address address;
	char written[ADDRESS_TEXT_MAX];

	assert_int_equal(address_parse(text, &address), ERR_OK);
	assert_string_equal(address_text(&address, written), expected);
}

static void test_ipv4_is_written_as_dotted_quad(void **state)
{
	static const uint8_t octets[] = { 192, 0, 2, 1 };
	struct address address = address_of_ipv4(octets);
	char text[ADDRESS_TEXT_MAX];

	(void)state;
	assert_true(address_is_ipv4(&address));
	assert_string_equal(address_text(&address, text), "192.0.2.1");
}

/* RFC 5952, 4: lower case, the longest run of zeros shortened, the first of two. */
static void test_ipv6_is_written_in_its_one_form(void **state)
{
	(void)state;
	assert_reads_as("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1");
	assert_reads_as("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1");
	assert_reads_as("0:0:0:0:0:0:0:0", "::");
	assert_reads_as("ff02:0:0:0:0:0:0:fb", "ff02::fb");
}

static void test_the_longest_text_fits(void **state)
{
	static const char longest[] = "1111:2222:3333:4444:5555:6666:7777:8888";

	(void)state;
	assert_reads_as(longest, longest);
}

/* The form of an IPv4 address inside ::/96 was abolished: it is another address. */
static void test_a_compatible_address_is_not_ipv4(void **state)
{
	struct address address;

	(void)state;
	assert_int_equal(address_parse("::c000:201", &address), ERR_OK);
	assert_false(address_is_ipv4(&address));
}

static void test_an_address_is_the_same_in_either_spelling(void **state)
{
	struct address plain;
	struct address mapped;

	(void)state;
	assert_int_equal(address_parse("10.0.0.1", &plain), ERR_OK);
	assert_int_equal(address_parse("::ffff:10.0.0.1", &mapped), ERR_OK);
	assert_true(address_equal(&plain, &mapped));
}

static void test_addresses_are_ordered_by_their_bytes(void **state)
{
	struct address low;
	struct address high;

	(void)state;
	assert_int_equal(address_parse("9.255.255.255", &low), ERR_OK);
	assert_int_equal(address_parse("10.0.0.0", &high), ERR_OK);
	assert_true(address_compare(&low, &high) < 0);
	assert_true(address_compare(&high, &low) > 0);
	assert_int_equal(address_compare(&low, &low), 0);
}

static void test_refuses_what_is_no_address(void **state)
{
	static const char *const wrong[] = { "", "10.0.0", "10.0.0.256", "10.0.0.1 ",
		"10.0.0.1/8", "::1%eth0", "1:2:3:4:5:6:7", "1::2::3", "[::1]",
		"localhost" };
	struct address address = { { 7 } };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		assert_int_equal(address_parse(wrong[i], &address), ERR_VALUE);
	assert_int_equal(address.bytes[0], 7); /* failure writes nothing */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ipv4_is_written_as_dotted_quad),
		cmocka_unit_test(test_ipv6_is_written_in_its_one_form),
		cmocka_unit_test(test_the_longest_text_fits),
		cmocka_unit_test(test_a_compatible_address_is_not_ipv4),
		cmocka_unit_test(test_an_address_is_the_same_in_either_spelling),
		cmocka_unit_test(test_addresses_are_ordered_by_their_bytes),
		cmocka_unit_test(test_refuses_what_is_no_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

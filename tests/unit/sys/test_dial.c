#include "../unit.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sys/dial.h"

static void expect_parsed(const char *text, const char *host, uint16_t port)
{
	char got[DIAL_HOST_MAX];
	uint16_t got_port;
	struct fault why;

	assert_int_equal(dial_parse(text, got, &got_port, &why), ERR_OK);
	assert_string_equal(got, host);
	assert_int_equal(got_port, port);
}

static void test_takes_host_and_port_apart(void **state)
{
	(void)state;
	expect_parsed("erp.example.net:443", "erp.example.net", 443);
	expect_parsed("192.0.2.1:1", "192.0.2.1", 1);
	expect_parsed("[2001:db8::1]:65535", "2001:db8::1", 65535);
}

static void test_refuses_what_is_no_host_and_port(void **state)
{
	static const char *const wrong[] = { "", ":", ":443", "a", "a:", "a:0", "a:65536",
		"a:4x", "a:-1", "a: 1", "2001:db8::1", "2001:db8::1:443", "[::1]",
		"[::1]443", "[::1", "[]:1", "[::1]:", "a]:1:2" };
	char host[DIAL_HOST_MAX], text[DIAL_HOST_MAX + 8];
	uint16_t port;
	struct fault why;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		if (dial_parse(wrong[i], host, &port, &why) != ERR_USAGE)
			fail_msg("\"%s\" was taken", wrong[i]);
	memset(text, 'a', sizeof text);
	memcpy(text + DIAL_HOST_MAX, ":1", 3);
	assert_int_equal(dial_parse(text, host, &port, &why), ERR_USAGE);
	memcpy(text + DIAL_HOST_MAX - 1, ":1", 3);
	assert_int_equal(dial_parse(text, host, &port, &why), ERR_OK);
}

static void test_numeric_addresses_need_nobody(void **state)
{
	struct dial_target targets[DIAL_TARGETS_MAX];
	char text[ADDRESS_TEXT_MAX];
	struct fault why;
	size_t count;

	(void)state;
	assert_int_equal(dial_resolve("192.0.2.7", 443, targets, &count, &why), ERR_OK);
	assert_int_equal(count, 1);
	assert_string_equal(address_text(&targets[0].address, text), "192.0.2.7");
	assert_int_equal(targets[0].port, 443);
	assert_int_equal(dial_resolve("2001:db8::7", 443, targets, &count, &why), ERR_OK);
	assert_string_equal(address_text(&targets[0].address, text), "2001:db8::7");
}

/* RFC 1035, 2.3.4: no label is longer than 63, so nobody need be asked. */
static void test_a_name_without_address_is_told(void **state)
{
	struct dial_target targets[DIAL_TARGETS_MAX];
	struct fault why = { 0 };
	char host[80] = { 0 };
	size_t count;

	(void)state;
	memset(host, 'a', sizeof host - 1);
	assert_int_equal(dial_resolve(host, 443, targets, &count, &why), ERR_NOT_FOUND);
	assert_memory_equal(why.text, host, sizeof host - 1);
}

/* A socket of the loopback that has a port, and listens if asked to. */
static int bound(bool listens, struct dial_target *ret)
{
	static const uint8_t loopback[] = { 127, 0, 0, 1 };
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof at;
	int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(made, (const struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listens ? listen(made, 1) : 0, 0);
	assert_int_equal(getsockname(made, (struct sockaddr *)&at, &len), 0);
	*ret = (struct dial_target){ address_of_ipv4(loopback), ntohs(at.sin_port) };
	return made;
}

static void test_the_first_that_listens_is_found_behind_one_that_does_not(void **state)
{
	struct dial_target targets[2], found;
	int deaf = bound(false, &targets[0]), open = bound(true, &targets[1]);

	(void)state;
	assert_int_equal(dial_first(targets, 2, 30 * TIME_SECOND, &found), ERR_OK);
	assert_int_equal(found.port, targets[1].port);
	assert_int_equal(
		dial_first(targets, 1, 30 * TIME_SECOND, &found), ERR_PERMISSION);
	(void)close(deaf);
	(void)close(open);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_takes_host_and_port_apart),
		cmocka_unit_test(test_refuses_what_is_no_host_and_port),
		cmocka_unit_test(test_numeric_addresses_need_nobody),
		cmocka_unit_test(test_a_name_without_address_is_told),
		cmocka_unit_test(
			test_the_first_that_listens_is_found_behind_one_that_does_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* A port of loopback: who comes is heard, who does not is not waited for for ever. */
#include "../unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sys/listener.h"

static int connected(const struct listener *listener)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	at.sin_port = htons(listener->at.port);
	assert_true(descriptor >= 0);
	assert_int_equal(connect(descriptor, (struct sockaddr *)&at, sizeof at), 0);
	return descriptor;
}

static void hear(const char *said, bool ends, size_t room, const char *want)
{
	struct listener listener;
	uint8_t heard[16];
	size_t len = 99;
	int peer;

	assert_int_equal(listener_open(&listener), ERR_OK);
	peer = connected(&listener);
	assert_int_equal(write(peer, said, strlen(said)), strlen(said));
	if (ends)
		assert_int_equal(shutdown(peer, SHUT_WR), 0);
	assert_int_equal(
		listener_hear(&listener, 60 * TIME_SECOND, heard, room, &len), ERR_OK);
	assert_int_equal(len, strlen(want));
	assert_memory_equal(heard, want, len);
	close(peer);
	listener_close(&listener);
}

static void test_hears_until_the_end_the_ceiling_or_a_rest(void **state)
{
	(void)state;
	hear("hello", true, 16, "hello");
	hear("hello", false, 3, "hel");
	hear("hello", false, 16, "hello"); /* it says no more, and does not go */
}

static void test_who_does_not_come_is_not_waited_for(void **state)
{
	struct listener listener;
	uint8_t heard[16];
	size_t len = 99;

	(void)state;
	assert_int_equal(listener_open(&listener), ERR_OK);
	assert_int_equal(
		listener_hear(&listener, TIME_SECOND / 20, heard, sizeof heard, &len),
		ERR_AGAIN);
	assert_int_equal(len, 0);
	listener_close(&listener);
	listener_close(&listener); /* twice is once */
}

static void test_each_has_a_port_of_its_own(void **state)
{
	struct listener one, other;

	(void)state;
	assert_int_equal(listener_open(&one), ERR_OK);
	assert_int_equal(listener_open(&other), ERR_OK);
	assert_true(one.at.port != 0 && one.at.port != other.at.port);
	listener_close(&one);
	listener_close(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hears_until_the_end_the_ceiling_or_a_rest),
		cmocka_unit_test(test_who_does_not_come_is_not_waited_for),
		cmocka_unit_test(test_each_has_a_port_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

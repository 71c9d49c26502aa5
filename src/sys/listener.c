#define _GNU_SOURCE /* unshare, accept4 */
#include "sys/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sys/clock.h"

/* Who has said a hello waits for an answer; its records come at once. */
#define REST (TIME_SECOND / 5)

/* In a network that is new loopback is down. */
static enum err raise_loopback(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	enum err err;

	if (descriptor < 0)
		return ERR_IO;
	err = ioctl(descriptor, SIOCSIFFLAGS, &request) == 0 ? ERR_OK : ERR_PERMISSION;
	close(descriptor);
	return err;
}

/* Whoever may not make a network may make one with a set of users. user_namespaces(7). */
enum err listener_alone(void)
{
	if (unshare(CLONE_NEWNET) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
		return ERR_PERMISSION;
	return raise_loopback();
}

enum err listener_open(struct listener *ret)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof at;
	uint8_t octets[4] = { 127, 0, 0, 1 };

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ret->descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (ret->descriptor < 0)
		return ERR_LIMIT;
	if (bind(ret->descriptor, (struct sockaddr *)&at, len) != 0 ||
		listen(ret->descriptor, 4) != 0 ||
		getsockname(ret->descriptor, (struct sockaddr *)&at, &len) != 0) {
		listener_close(ret);
		return ERR_IO;
	}
	ret->at.address = address_of_ipv4(octets);
	ret->at.port = ntohs(at.sin_port);
	return ERR_OK;
}

void listener_close(struct listener *listener)
{
	if (listener->descriptor >= 0)
		close(listener->descriptor);
	listener->descriptor = -1;
}

/* False once it is too late. */
static bool await(int descriptor, uint64_t until)
{
	struct pollfd wait = { .fd = descriptor, .events = POLLIN };
	uint64_t now = clock_monotonic();
	int left = now >= until ? 0 : (int)((until - now) / 1000000) + 1;

	return poll(&wait, 1, left) == 1;
}

enum err listener_hear(const struct listener *listener, time_ns patience, uint8_t *to,
	size_t n, size_t *ret_len)
{
	uint64_t until = clock_monotonic() + patience;
	int peer = -1;

	*ret_len = 0;
	if (await(listener->descriptor, until))
		peer = accept4(listener->descriptor, NULL, NULL, SOCK_CLOEXEC);
	if (peer < 0)
		return ERR_AGAIN;
	while (*ret_len < n && await(peer, until)) {
		ssize_t got = recv(peer, to + *ret_len, n - *ret_len, 0);

		if (got <= 0)
			break;
		*ret_len += (size_t)got;
		until = clock_monotonic() + REST;
	}
	close(peer);
	return ERR_OK;
}

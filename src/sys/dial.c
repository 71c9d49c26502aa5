#include "sys/dial.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum err dial_parse(const char *text, char ret_host[DIAL_HOST_MAX], uint16_t *ret_port,
	struct fault *why)
{
	bool bracketed = text[0] == '[';
	const char *host = text + bracketed;
	const char *colon = strrchr(text, ':');
	const char *end = bracketed ? strchr(text, ']') : colon;
	char *rest = NULL;
	unsigned long port = 0;

	if (colon != NULL && colon[1] >= '0' && colon[1] <= '9')
		port = strtoul(colon + 1, &rest, 10);
	if (rest == NULL || *rest != '\0' || port == 0 || port > UINT16_MAX ||
		end == NULL || end == host || end + bracketed != colon ||
		end - host >= DIAL_HOST_MAX ||
		(!bracketed && memchr(host, ':', (size_t)(end - host)) != NULL))
		return fault_set(why, ERR_USAGE,
			"%s: expected HOST:PORT, as in erp.example.net:443", text);
	memcpy(ret_host, host, (size_t)(end - host));
	ret_host[end - host] = '\0';
	*ret_port = (uint16_t)port;
	return ERR_OK;
}

static bool target_of(const struct sockaddr *from, uint16_t port, struct dial_target *ret)
{
	ret->port = port;
	if (from->sa_family == AF_INET) {
		const struct sockaddr_in *in = (const void *)from;

		ret->address = address_of_ipv4((const uint8_t *)&in->sin_addr);
		return true;
	}
	if (from->sa_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const void *)from;

		ret->address = address_of_ipv6(in6->sin6_addr.s6_addr);
		return in6->sin6_scope_id == 0;
	}
	return false;
}

enum err dial_resolve(const char *host, uint16_t port,
	struct dial_target ret_targets[DIAL_TARGETS_MAX], size_t *ret_count,
	struct fault *why)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *all = NULL;
	int code = getaddrinfo(host, NULL, &hints, &all);
	size_t count = 0;

	if (code != 0)
		return fault_set(why, code == EAI_AGAIN ? ERR_AGAIN : ERR_NOT_FOUND,
			"%s: %s", host, gai_strerror(code));
	for (const struct addrinfo *one = all; one != NULL && count < DIAL_TARGETS_MAX;
		one = one->ai_next)
		count += target_of(one->ai_addr, port, &ret_targets[count]);
	freeaddrinfo(all);
	*ret_count = count;
	return count > 0 ? ERR_OK
			 : fault_set(why, ERR_NOT_FOUND, "%s has no address", host);
}

enum err dial_err(int number)
{
	switch (number) {
	case 0:
	case EINPROGRESS:
		return ERR_OK;
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
		return ERR_LIMIT;
	case EADDRNOTAVAIL:
	case EAGAIN:
		return ERR_BUSY;
	case ECONNRESET:
	case EPIPE:
		return ERR_END;
	case ECONNREFUSED:
		return ERR_PERMISSION;
	default:
		return ERR_NOT_FOUND;
	}
}

static int start_connect(int socket, const struct dial_target *target)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
		.sin_port = htons(target->port) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
		.sin6_port = htons(target->port) };

	memcpy(&in.sin_addr, target->address.bytes + 12, sizeof in.sin_addr);
	memcpy(&in6.sin6_addr, target->address.bytes, sizeof in6.sin6_addr);
	return address_is_ipv4(&target->address)
		       ? connect(socket, (const struct sockaddr *)&in, sizeof in)
		       : connect(socket, (const struct sockaddr *)&in6, sizeof in6);
}

static enum err start(const struct dial_target *target, int type, int *ret_socket)
{
	int family = address_is_ipv4(&target->address) ? AF_INET : AF_INET6;
	int made = socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	enum err err;

	if (made < 0)
		return dial_err(errno);
	err = start_connect(made, target) == 0 ? ERR_OK : dial_err(errno);
	if (err == ERR_OK)
		*ret_socket = made;
	else
		(void)close(made);
	return err;
}

/* connect(2): it dissolves the association. RFC 9293, 3.10.5: ABORT. */
bool dial_break_off(int socket)
{
	static const struct sockaddr nobody = { .sa_family = AF_UNSPEC };

	return connect(socket, &nobody, sizeof nobody) == 0;
}

enum err dial_restart(int socket, const struct dial_target *target)
{
	return start_connect(socket, target) == 0 ? ERR_OK : dial_err(errno);
}

enum err dial_start(const struct dial_target *target, int *ret_socket)
{
	return start(target, SOCK_STREAM, ret_socket);
}

enum err dial_datagrams(const struct dial_target *target, int *ret_socket)
{
	return start(target, SOCK_DGRAM, ret_socket);
}

enum err dial_finish(int socket)
{
	int number = 0;
	socklen_t len = sizeof number;

	if (getsockopt(socket, SOL_SOCKET, SO_ERROR, &number, &len) != 0)
		return dial_err(errno);
	return dial_err(number);
}

static enum err try_one(const struct dial_target *target, time_ns patience)
{
	struct pollfd made = { .fd = -1, .events = POLLOUT };
	enum err err = dial_start(target, &made.fd);

	if (err != ERR_OK)
		return err;
	err = poll(&made, 1, (int)(patience / (TIME_SECOND / 1000))) > 0
		      ? dial_finish(made.fd)
		      : ERR_AGAIN;
	(void)close(made.fd);
	return err;
}

enum err dial_first(const struct dial_target *targets, size_t count, time_ns patience,
	struct dial_target *ret)
{
	enum err err = ERR_NOT_FOUND;

	for (size_t i = 0; i < count && err != ERR_OK; i++) {
		err = try_one(&targets[i], patience);
		if (err == ERR_OK)
			*ret = targets[i];
	}
	return err;
}

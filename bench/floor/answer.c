/*
 * answer - a server that answers hellos from a can, as fast as a kernel lets it.
 *
 *   answer PORT CERTIFICATE.der
 *
 * on every address of IPv4. TLS 1.0 to 1.2 get a ServerHello with the first suite that
 * was offered, the certificate and ServerHelloDone, in one record; all else the alert
 * protocol_version. No cryptography, no state. Prints how many it answered when it is
 * ended (SIGTERM).
 */
#define _GNU_SOURCE /* accept4 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define BATCH           256
#define HELLO_MAX       4096
#define CERTIFICATE_MAX 2048

static uint8_t answer[CERTIFICATE_MAX + 128];
static size_t answer_len;
static volatile sig_atomic_t over;

static void end(int number)
{
	(void)number;
	over = 1;
}

static uint8_t *put(uint8_t *at, uint32_t number, int octets)
{
	for (int i = octets - 1; i >= 0; i--)
		*at++ = (uint8_t)(number >> (8 * i));
	return at;
}

/* RFC 5246, 7.4.1.3, 7.4.2, 7.4.5; the version and the suite are filled in later. */
static int make_answer(const char *path)
{
	static uint8_t der[CERTIFICATE_MAX];
	FILE *file = fopen(path, "rb");
	size_t len = file == NULL ? 0 : fread(der, 1, sizeof der, file);
	uint8_t *at = answer + 5;

	if (len == 0)
		return -1;
	fclose(file);
	at = put(at, 2u << 24 | 38, 4);
	memset(at, 0x5a, 38);
	at[34] = 0; /* no session */
	at[37] = 0;
	at += 38;
	at = put(at, 11u << 24 | (uint32_t)(len + 6), 4);
	at = put(at, (uint32_t)len + 3, 3);
	at = put(at, (uint32_t)len, 3);
	memcpy(at, der, len);
	at = put(at + len, 14u << 24, 4);
	answer_len = (size_t)(at - answer);
	put(put(answer, 0x160301, 3), (uint32_t)answer_len - 5, 2);
	return 0;
}

/* False: the hello is not there yet. */
static bool serve(int fd)
{
	static const uint8_t refusal[] = { 21, 3, 1, 0, 2, 2, 70 };
	uint8_t hello[HELLO_MAX];
	ssize_t len = recv(fd, hello, sizeof hello, 0);
	size_t suites = len > 46 ? 46u + hello[43] : 0;
	uint16_t version = (uint16_t)(hello[9] << 8 | hello[10]);

	if (len < 0 && errno == EAGAIN)
		return false;
	if (suites == 0 || suites + 2 > (size_t)len || hello[0] != 22 ||
		version < 0x301 || hello[suites] == 0x13) {
		send(fd, refusal, sizeof refusal, MSG_NOSIGNAL);
		return true;
	}
	put(answer + 9, version, 2);
	put(answer + 44, (uint32_t)(hello[suites] << 8 | hello[suites + 1]), 2);
	send(fd, answer, answer_len, MSG_NOSIGNAL);
	return true;
}

static int listen_at(int port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), yes = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
	/* Who accepts does so once the hello is there. */
	setsockopt(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, &yes, sizeof yes);
	if (bind(fd, (struct sockaddr *)&at, sizeof at) < 0 || listen(fd, 65535) < 0)
		return -1;
	return fd;
}

static void watch(int loop, int fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

	epoll_ctl(loop, EPOLL_CTL_ADD, fd, &event);
}

/* Whether it was answered, and is closed. */
static bool end_one(int fd, bool waited)
{
	bool served = serve(fd) || waited;

	if (served)
		close(fd);
	return served;
}

int main(int argc, char **argv)
{
	int loop = epoll_create1(EPOLL_CLOEXEC);
	int listener = argc > 2 ? listen_at((int)strtoul(argv[1], NULL, 10)) : -1;
	unsigned long answered = 0;

	if (listener < 0 || make_answer(argv[2]) < 0) {
		perror("answer");
		return 3;
	}
	signal(SIGTERM, end);
	watch(loop, listener);
	while (!over) {
		struct epoll_event events[BATCH];
		int count = epoll_wait(loop, events, BATCH, 200);

		for (int i = 0; i < count; i++) {
			int fd;

			if (events[i].data.fd != listener) {
				answered += end_one(events[i].data.fd, true);
				continue;
			}
			/* Its hello has come with it, nearly always. */
			while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0)
				if (end_one(fd, false))
					answered++;
				else
					watch(loop, fd);
		}
	}
	printf("%lu\n", answered);
	return 0;
}

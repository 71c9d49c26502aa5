/*
 * ask - the least that a scanner can do: connect, send, receive once, close.
 *
 *   ask HELLOS ADDRESS ADDRESSES PORT PORTS CONNECTIONS AT-ONCE
 *
 * HELLOS is a file of hellos, each after its length in two octets; they are sent in turn to
 * ADDRESS and the ADDRESSES - 1 after it, to PORT and the PORTS - 1 after it. Nothing that
 * comes back is looked at. Prints connections, seconds, and how many got no answer.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BATCH      256
#define HELLOS_MAX 256
#define FDS_MAX    65536

struct hello {
	const uint8_t *octets;
	size_t len;
};

static uint8_t file[1 << 20];
static struct hello hellos[HELLOS_MAX];
static size_t hello_count;
static uint8_t sent_on[FDS_MAX]; /* whether a connection has sent its hello */
static uint8_t hello_of[FDS_MAX];
static uint32_t address, addresses, ports_from, ports;
static unsigned long begun, ended, failed, wanted;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int read_hellos(const char *path)
{
	FILE *in = fopen(path, "rb");
	size_t len = in == NULL ? 0 : fread(file, 1, sizeof file, in);

	for (size_t at = 0; at + 2 <= len && hello_count < HELLOS_MAX;) {
		struct hello *hello = &hellos[hello_count++];

		hello->octets = file + at + 2;
		hello->len = (size_t)file[at] << 8 | file[at + 1];
		at += 2 + hello->len;
	}
	if (in != NULL)
		fclose(in);
	return hello_count > 0 ? 0 : -1;
}

static void begin(int loop)
{
	unsigned long n = begun++;
	uint32_t target = (uint32_t)(n / hello_count % ((unsigned long)addresses * ports));
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)(ports_from + target % ports)),
		.sin_addr.s_addr = htonl(address + target / ports) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	struct epoll_event event = { .events = EPOLLIN | EPOLLOUT, .data.fd = fd };

	if (fd < 0 || fd >= FDS_MAX ||
		(connect(fd, (struct sockaddr *)&at, sizeof at) < 0 && errno != EINPROGRESS)) {
		failed++;
		ended++;
		if (fd >= 0)
			close(fd);
		return;
	}
	sent_on[fd] = 0;
	hello_of[fd] = (uint8_t)(n % hello_count);
	epoll_ctl(loop, EPOLL_CTL_ADD, fd, &event);
}

static void go_on(int loop, struct epoll_event *event)
{
	int fd = event->data.fd;
	uint8_t octets[16384];

	if (!sent_on[fd] && (event->events & EPOLLOUT)) {
		const struct hello *hello = &hellos[hello_of[fd]];
		struct epoll_event next = { .events = EPOLLIN, .data.fd = fd };

		sent_on[fd] = 1;
		if (send(fd, hello->octets, hello->len, MSG_NOSIGNAL) >= 0) {
			epoll_ctl(loop, EPOLL_CTL_MOD, fd, &next);
			return;
		}
	}
	if (recv(fd, octets, sizeof octets, 0) <= 0)
		failed++;
	close(fd);
	ended++;
}

int main(int argc, char **argv)
{
	int loop = epoll_create1(0);
	unsigned long at_once;
	double start = now();

	if (argc < 8 || read_hellos(argv[1]) < 0)
		return 2;
	address = ntohl(inet_addr(argv[2]));
	addresses = (uint32_t)strtoul(argv[3], NULL, 10);
	ports_from = (uint32_t)strtoul(argv[4], NULL, 10);
	ports = (uint32_t)strtoul(argv[5], NULL, 10);
	wanted = strtoul(argv[6], NULL, 10);
	at_once = strtoul(argv[7], NULL, 10);
	while (ended < wanted) {
		struct epoll_event events[BATCH];
		int count;

		while (begun < wanted && begun - ended < at_once)
			begin(loop);
		count = epoll_wait(loop, events, BATCH, 1000);
		for (int i = 0; i < count; i++)
			go_on(loop, &events[i]);
	}
	printf("%lu %.6f %lu\n", ended, now() - start, failed);
	return 0;
}

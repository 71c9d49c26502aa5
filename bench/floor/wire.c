/*
 * wire - a cable with a delay, for kernels without netem.
 *
 *   wire MILLISECONDS
 *
 * Makes a TUN device "wire0" in the namespace it runs in: 10.9.0.1/24. Who connects to
 * 10.9.0.2 reaches a server of 10.9.0.1 and every packet, SYNs too, takes so long each
 * way: source and destination are exchanged, which no checksum notices. Says "ready" and
 * runs until it is killed.
 */
#define _GNU_SOURCE /* ppoll */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define DEVICE     "wire0"
#define PACKETS    32768 /* on the cable at once: 25 ms of a million a second */
#define PACKET_MAX 2048

struct packet {
	uint64_t due; /* ns */
	int len;
	uint8_t octets[PACKET_MAX];
};

static struct packet *cable;
static uint64_t head, tail, dropped;

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* One ioctl(2) of netdevice(7) that takes an address. */
static int set_address(int any, unsigned long what, const char *text)
{
	struct ifreq request = { .ifr_name = DEVICE };
	struct sockaddr_in address = { .sin_family = AF_INET };

	if (inet_pton(AF_INET, text, &address.sin_addr) != 1)
		return -1;
	memcpy(&request.ifr_addr, &address, sizeof address);
	return ioctl(any, what, &request);
}

static int bring_up(void)
{
	struct ifreq queue = { .ifr_name = DEVICE, .ifr_qlen = 10000 };
	struct ifreq up = { .ifr_name = DEVICE, .ifr_flags = IFF_UP | IFF_RUNNING };
	int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int made = -1;

	if (any < 0)
		return -1;
	if (set_address(any, SIOCSIFADDR, "10.9.0.1") == 0 &&
		set_address(any, SIOCSIFNETMASK, "255.255.255.0") == 0 &&
		ioctl(any, SIOCSIFTXQLEN, &queue) == 0)
		made = ioctl(any, SIOCSIFFLAGS, &up);
	close(any);
	return made;
}

static int make_device(void)
{
	struct ifreq request = { .ifr_name = DEVICE };
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

	request.ifr_flags = IFF_TUN | IFF_NO_PI;
	if (fd < 0 || ioctl(fd, TUNSETIFF, &request) < 0 || bring_up() < 0)
		return -1;
	return fd;
}

static void take_all(int fd, uint64_t delay)
{
	for (;;) {
		struct packet *packet = &cable[tail % PACKETS];
		uint8_t source[4];
		ssize_t len = read(fd, packet->octets, PACKET_MAX);

		if (len < 20)
			return;
		if (packet->octets[0] >> 4 != 4)
			continue;
		if (tail - head == PACKETS - 1) {
			dropped++;
			continue;
		}
		memcpy(source, packet->octets + 12, 4);
		memmove(packet->octets + 12, packet->octets + 16, 4);
		memcpy(packet->octets + 16, source, 4);
		packet->len = (int)len;
		packet->due = now() + delay;
		tail++;
	}
}

/* Nanoseconds to the next, -1 without one. */
static int64_t give_due(int fd)
{
	while (head != tail) {
		struct packet *packet = &cable[head % PACKETS];
		uint64_t moment = now();

		if (packet->due > moment)
			return (int64_t)(packet->due - moment);
		if (write(fd, packet->octets, (size_t)packet->len) < 0 && errno == EAGAIN)
			return 1000000;
		head++;
	}
	return -1;
}

int main(int argc, char **argv)
{
	uint64_t delay = argc > 1 ? strtoull(argv[1], NULL, 10) * 1000000u : 0;
	int fd = make_device();

	cable = malloc(PACKETS * sizeof *cable);
	if (fd < 0 || cable == NULL) {
		perror("wire");
		return 3;
	}
	puts("ready");
	fflush(stdout);
	for (;;) {
		struct pollfd one = { .fd = fd, .events = POLLIN };
		int64_t left = give_due(fd);
		struct timespec wait = { left / 1000000000, left % 1000000000 };

		ppoll(&one, 1, left < 0 ? NULL : &wait, NULL);
		take_all(fd, delay);
	}
}

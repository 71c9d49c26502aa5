/*
 * walk - the least that a reader of a capture can do: the physical limit.
 *
 *   walk map|read FILE
 *
 * goes from packet to packet of a pcap of Ethernet (this machine's byte order) and tests
 * each TCP payload for the start of a ClientHello: over a mapping of the file, or over a
 * buffer of 512 KB that read() fills. Prints packets and hellos. It has no tunnels, no
 * fragments, no connections, no ceilings, and trusts the file.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_HEADER   24
#define RECORD_HEADER 16
#define BUFFER_LEN    (512 * 1024) /* what src/sys/source_file.c takes */

static unsigned long packets, hellos;

static unsigned number_at(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

static bool begins_hello(const uint8_t *p, size_t len)
{
	const uint8_t *end = p + len;
	unsigned type;

	if (len < 14 + 40 + 20 + 6)
		return false;
	for (type = number_at(p + 12), p += 14; type == 0x8100 || type == 0x88a8; p += 4)
		type = number_at(p + 2);
	if (type == 0x0800 && p[9] == 6)
		p += (p[0] & 15) * 4;
	else if (type == 0x86dd && p[6] == 6)
		p += 40;
	else
		return false;
	if (p + 20 > end)
		return false;
	p += (p[12] >> 4) * 4;
	return p + 6 <= end && p[0] == 0x16 && p[1] == 3 && p[5] == 1;
}

/* Walks the whole records; returns what it passed. */
static size_t walk(const uint8_t *all, size_t len)
{
	size_t at = 0;
	uint32_t caught;

	while (len - at >= RECORD_HEADER) {
		memcpy(&caught, all + at + 8, sizeof caught);
		if (len - at - RECORD_HEADER < caught)
			break;
		hellos += begins_hello(all + at + RECORD_HEADER, caught);
		packets++;
		at += RECORD_HEADER + caught;
	}
	return at;
}

static bool walk_mapping(int fd)
{
	struct stat stat;
	const uint8_t *all;

	if (fstat(fd, &stat) != 0 || stat.st_size < FILE_HEADER)
		return false;
	all = mmap(NULL, (size_t)stat.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (all == MAP_FAILED)
		return false;
	walk(all + FILE_HEADER, (size_t)stat.st_size - FILE_HEADER);
	return true;
}

static bool walk_reading(int fd)
{
	static uint8_t buffer[BUFFER_LEN];
	size_t kept = 0;
	ssize_t len;

	if (read(fd, buffer, FILE_HEADER) != FILE_HEADER)
		return false;
	while ((len = read(fd, buffer + kept, sizeof buffer - kept)) > 0) {
		size_t filled = kept + (size_t)len;
		size_t passed = walk(buffer, filled);

		kept = filled - passed;
		memmove(buffer, buffer + passed, kept);
	}
	return len == 0;
}

int main(int argc, char **argv)
{
	int fd = argc == 3 ? open(argv[2], O_RDONLY) : -1;

	if (fd < 0 || !(strcmp(argv[1], "map") == 0 ? walk_mapping : walk_reading)(fd)) {
		fprintf(stderr, "usage: walk map|read FILE\n");
		return EXIT_FAILURE;
	}
	printf("%lu packets, %lu hellos\n", packets, hellos);
	return EXIT_SUCCESS;
}

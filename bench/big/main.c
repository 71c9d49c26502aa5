/*
 * big-captures - three large captures from many small ones.
 *
 *   big-captures OUT GIGABYTES SEED FOLDER...
 *
 * writes OUT/dense.pcap (the sources with the most handshakes a packet), OUT/mixed.pcap
 * (all of them, with plain traffic) and OUT/bulk.pcap (each connection followed by 150
 * full segments). Every copy of a source gets addresses that no other copy has;
 * copies run at the same time, in an order that the seed decides. Only addresses are
 * rewritten: checksums stay what they were, and so are wrong for the new addresses;
 * QUIC connection ids stay too. A silence of more than a second becomes a second.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source.h"
#include "traffic.h"

#define START_SECONDS  1767225600ULL  /* 2026-01-01 */
#define START_WINDOW   10000000000ULL /* ns over which the copies of a round begin */
#define SECOND         1000000000ULL
#define ADDRESSES_MAX  (1U << 24) /* 10.0.0.0/8 */
#define DENSE_PERCENT  5 /* hellos in 100 packets, as in the reference measurement */
#define MIXED_PERMILLE 18
#define WRITE_BUFFER   (4U << 20)

struct event {
	uint64_t at;
	uint32_t source;
	uint32_t packet;
};

struct output {
	FILE *file;
	const char *name;
	uint64_t size, packets, hellos;
	uint64_t clock;     /* ns: when the round begins */
	uint32_t addresses; /* given away so far */
	uint64_t seed;
};

static int by_time(const void *a, const void *b)
{
	const struct event *x = a;
	const struct event *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	if (x->source != y->source)
		return x->source < y->source ? -1 : 1;
	return x->packet < y->packet ? -1 : x->packet > y->packet;
}

static void put_address(uint8_t *p, unsigned version, uint32_t number)
{
	static const uint8_t documentation[12] = { 0x20, 0x01, 0x0d, 0xb8 };

	if (version == 6) {
		memcpy(p, documentation, sizeof documentation);
		p += sizeof documentation;
	}
	p[0] = version == 6 ? 0 : 10;
	p[1] = (uint8_t)(number >> 16);
	p[2] = (uint8_t)(number >> 8);
	p[3] = (uint8_t)number;
}

static void write_packet(struct output *out, const struct source_packet *packet,
	uint64_t at, uint32_t base)
{
	uint32_t header[4] = { (uint32_t)(START_SECONDS + at / SECOND),
		(uint32_t)(at % SECOND / 1000), packet->len, packet->wire_len };
	uint8_t *ip = packet->bytes + packet->ip;

	/* In place: the numbers, not the bytes, are what the next copy starts from. */
	if (packet->ip != 0) {
		size_t len = packet->version == 4 ? 4 : 16;
		uint8_t *from = ip + (packet->version == 4 ? 12 : 8);

		put_address(from, packet->version, base + packet->from);
		put_address(from + len, packet->version, base + packet->to);
	}
	fwrite(header, sizeof header, 1, out->file);
	fwrite(packet->bytes, packet->len, 1, out->file);
	out->size += sizeof header + packet->len;
	out->packets++;
	out->hellos += packet->hello;
}

/* One copy of each of the first count sources, interleaved. */
static void write_round(struct output *out, const struct sources *sources, size_t count)
{
	uint32_t *base = must(calloc(count + 1, sizeof *base));
	size_t total = 0;
	size_t n = 0;
	struct event *events;

	for (size_t i = 0; i < count; i++)
		total += sources->all[i]->count;
	events = must(calloc(total + 1, sizeof *events));
	for (size_t i = 0; i < count; i++) {
		const struct source *source = sources->all[i];
		uint64_t start = random_next(&out->seed) % START_WINDOW;

		base[i] = 1 + out->addresses;
		out->addresses += source->address_count;
		for (size_t j = 0; j < source->count; j++)
			events[n++] = (struct event){ start + source->packets[j].at,
				(uint32_t)i, (uint32_t)j };
	}
	qsort(events, n, sizeof *events, by_time);
	for (size_t i = 0; i < n; i++)
		write_packet(out,
			&sources->all[events[i].source]->packets[events[i].packet],
			out->clock + events[i].at, base[events[i].source]);
	if (n > 0)
		out->clock += events[n - 1].at;
	free(events);
	free(base);
}

static void shuffle(struct sources *sources, uint64_t *seed)
{
	for (size_t i = sources->count; i > 1; i--) {
		size_t j = random_next(seed) % i;
		struct source *source = sources->all[i - 1];

		sources->all[i - 1] = sources->all[j];
		sources->all[j] = source;
	}
}

static size_t fitting(const struct sources *sources, uint64_t room)
{
	size_t count = 0;

	for (uint64_t size = 0; count < sources->count && size < room; count++)
		size += sources->all[count]->size;
	return count;
}

static int write_capture(const char *folder, const char *name, struct sources *sources,
	uint64_t size, uint64_t seed)
{
	static const uint32_t header[6] = { 0xa1b2c3d4, 4U << 16 | 2, 0, 0, 262144, 1 };
	struct output out = { .name = name, .seed = seed };
	char path[4096];

	if (sources->count == 0) {
		fprintf(stderr, "big-captures: no source for %s\n", name);
		return 3;
	}
	snprintf(path, sizeof path, "%s/%s.pcap", folder, name);
	out.file = fopen(path, "wb");
	if (out.file == NULL) {
		fprintf(stderr, "big-captures: %s: %s\n", path, strerror(errno));
		return 3;
	}
	setvbuf(out.file, NULL, _IOFBF, WRITE_BUFFER);
	fwrite(header, sizeof header, 1, out.file);
	out.size = sizeof header;
	shuffle(sources, &out.seed);
	while (out.size < size && out.addresses < ADDRESSES_MAX / 2)
		write_round(&out, sources, fitting(sources, size - out.size));
	if (ferror(out.file) | fclose(out.file)) {
		fprintf(stderr, "big-captures: %s: not written whole\n", path);
		return 3;
	}
	printf("%-6s %.2f GB  %.2f M packets of %.0f bytes  %lu begin a hello "
	       "(%.1f in 100)  %zu sources  %u addresses\n",
		name, (double)out.size / 1e9, (double)out.packets / 1e6,
		(double)out.size / (double)out.packets - 16, out.hellos,
		100.0 * (double)out.hellos / (double)out.packets, sources->count,
		out.addresses);
	return 0;
}

static int by_density(const void *a, const void *b)
{
	const struct source *x = *(struct source *const *)a;
	const struct source *y = *(struct source *const *)b;
	uint64_t left = x->hellos * y->count;
	uint64_t right = y->hellos * x->count;

	return left != right ? (left > right ? -1 : 1) : strcmp(x->name, y->name);
}

/* Takes the densest sources, as long as the whole stays at DENSE_PERCENT. */
static struct sources choose_dense(const struct sources *sources)
{
	struct sources dense = { 0 };
	struct source **all = must(calloc(sources->count + 1, sizeof(struct source *)));
	uint64_t hellos = 0;
	uint64_t packets = 0;

	if (sources->count > 0)
		memcpy(all, sources->all, sources->count * sizeof(struct source *));
	qsort(all, sources->count, sizeof(struct source *), by_density);
	for (size_t i = 0; i < sources->count; i++) {
		if ((hellos + all[i]->hellos) * 100 <
			(packets + all[i]->count) * DENSE_PERCENT)
			continue;
		hellos += all[i]->hellos;
		packets += all[i]->count;
		sources_add(&dense, all[i]);
	}
	free(all);
	return dense;
}

/* All sources, and as much plain traffic as makes hellos MIXED_PERMILLE of the whole. */
static struct sources add_plain(const struct sources *sources, uint64_t seed)
{
	struct sources mixed = { 0 };
	uint64_t hellos = 0;
	uint64_t packets = 0;

	for (size_t i = 0; i < sources->count; i++) {
		hellos += sources->all[i]->hellos;
		packets += sources->all[i]->count;
		sources_add(&mixed, sources->all[i]);
	}
	while (packets * MIXED_PERMILLE < hellos * 1000) {
		struct source *plain = traffic_plain(500, &seed);

		packets += plain->count;
		sources_add(&mixed, plain);
	}
	return mixed;
}

int main(int argc, char **argv)
{
	struct sources sources = { 0 };
	struct sources bulk = { 0 };
	struct sources chosen;
	uint64_t size;
	uint64_t seed;
	int failed;

	if (argc < 5) {
		fputs("use: big-captures OUT GIGABYTES SEED FOLDER...\n", stderr);
		return 2;
	}
	size = (uint64_t)(strtod(argv[2], NULL) * 1e9);
	seed = strtoull(argv[3], NULL, 10);
	for (int i = 4; i < argc; i++)
		sources_load(&sources, argv[i]);
	/* Before the others: writing a copy rewrites addresses in place, the numbers
	 * stay, but bulk numbers the addresses of each connection anew. */
	traffic_bulk(&bulk, &sources, &seed);
	chosen = choose_dense(&sources);
	failed = write_capture(argv[1], "dense", &chosen, size, seed);
	chosen = add_plain(&sources, seed);
	failed |= write_capture(argv[1], "mixed", &chosen, size, seed + 1);
	failed |= write_capture(argv[1], "bulk", &bulk, size, seed + 2);
	return failed;
}

/*
 * source - one capture in memory, ready to be written again under other addresses.
 *
 * Every frame is made Ethernet, and its outer IP addresses are numbered within the
 * source, so that a copy only adds its own base to the numbers. A capture with
 * tunnels is not taken: flows inside a tunnel would stay the same in every copy.
 */
#ifndef BENCH_SOURCE_H
#define BENCH_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SOURCE_GAP_MAX 1000000000ULL /* ns: a longer silence is shortened to this */

struct source_packet {
	uint64_t at; /* ns since the first packet of the source */
	uint8_t *bytes;
	uint32_t len;
	uint32_t wire_len;
	uint32_t from; /* numbers of the addresses, when ip != 0 */
	uint32_t to;
	uint16_t ip; /* where the IP header begins; 0: not IP */
	uint16_t transport;
	uint16_t payload; /* 0: neither TCP nor UDP with a whole header */
	uint8_t version;
	uint8_t protocol;
	bool hello; /* begins with a ClientHello, by its first bytes */
};

struct source {
	char *name;
	struct source_packet *packets;
	size_t count;
	size_t room;
	uint8_t (*addresses)[17];
	uint32_t address_count;
	uint32_t address_room;
	uint64_t hellos;
	uint64_t size; /* bytes it adds to a capture file */
	uint64_t last; /* ns: the clock of the capture, to find the next gap */
	bool tunnelled;
};

struct sources {
	struct source **all;
	size_t count;
	size_t room;
};

/* Adds every capture below path; says on standard error what it skips and why. */
void sources_load(struct sources *sources, const char *path);
void sources_add(struct sources *sources, struct source *source);

struct source *source_new(const char *name);
void source_free(struct source *source);

/* Copies an Ethernet frame into the source, at a time that never goes back. */
void source_append(struct source *source, uint64_t at, const uint8_t *frame, size_t len,
	uint32_t wire_len);

/* Memory or the end of the program: a benchmark has nothing to clean up. */
void *must(void *memory);

/* splitmix64: the same sequence for a seed on every machine. */
uint64_t random_next(uint64_t *state);

#endif

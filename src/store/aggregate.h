/*
 * aggregate - counts handshakes that are alike within an hour, in memory of a
 * fixed size.
 *
 * What recurs (client, endpoint, name, hello, certificate, answer) is held once,
 * in dictionaries; a count is keyed by their numbers. Everything handed in is
 * copied. An aggregate is filled through its sink, which answers ERR_LIMIT when it is
 * full: store_write() writes and clears it. It belongs to one store, whose rows its
 * dictionaries remember.
 *
 * Dictionary entries hold as value: hellos a struct hello, certificates a struct
 * certificate, answers a struct handshake of which only the answer's part counts.
 */
#ifndef STORE_AGGREGATE_H
#define STORE_AGGREGATE_H

#include "evidence/sink.h"
#include "evidence/tally.h"
#include "store/dictionary.h"

/* Counts held at a time: less than a megabyte, and a transaction that takes some 20 ms.
 */
#define AGGREGATE_MAX 16384

struct fact_key {
	uint32_t hour; /* since 1970 */
	uint32_t client;
	uint32_t endpoint;
	uint32_t name;  /* 0: none was sent */
	uint32_t hello; /* 0: not seen whole */
	uint32_t answer;
};

struct fact {
	struct fact_key key;
	uint64_t count;
	uint32_t first; /* microseconds since the hour began */
	uint32_t last;
};

/* Where a server was seen: an endpoint's key in its dictionary. */
struct endpoint_key {
	struct address address;
	uint16_t port;
	uint8_t transport;
	uint8_t upgrade;
};

struct aggregate {
	struct sink sink; /* of observations; what is no handshake is passed over */
	uint64_t taken;   /* handshakes since it was cleared */
	struct dictionary clients;   /* keyed by struct address */
	struct dictionary endpoints; /* keyed by struct endpoint_key */
	struct dictionary names;
	struct dictionary hellos;       /* keyed by digest */
	struct dictionary certificates; /* keyed by digest */
	struct dictionary answers;      /* keyed by all of it, packed */
	struct fact *facts;
	uint32_t count;
	uint32_t *slots; /* for aggregate.c alone */
	struct hash_key key;
};

MUST_USE enum err aggregate_init(struct aggregate *aggregate, const struct hash_key *key);
void aggregate_done(struct aggregate *aggregate);

/* ERR_LIMIT: no room; nothing was counted. */
MUST_USE enum err aggregate_add(
	struct aggregate *aggregate, const struct handshake *handshake);

/* Forgets the counts, and the dictionaries too once one of them is nearly full. */
void aggregate_clear(struct aggregate *aggregate);

#endif

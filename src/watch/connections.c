#include "watch/connections.h"

#include <stdlib.h>

#define NOBODY UINT32_MAX

/* Of the hash: one more than a key has words. */
#define MULTIPLIERS 11

/* The index is half empty at the most, so that a look-up reads one cache line. */
struct index_entry {
	uint32_t hash;  /* its low bits are the home position */
	uint32_t owner; /* its slot and one; 0: empty */
};

struct list {
	uint32_t oldest;
	uint32_t newest;
};

struct connections {
	uint64_t multipliers[MULTIPLIERS];
	struct connection *slots;
	struct index_entry *index;
	uint32_t index_mask;
	uint32_t max;
	uint32_t count;
	uint32_t free;   /* given back, chained by `newer` */
	uint32_t unused; /* from here on never taken: memory not touched yet */
	struct list lists[2];
};

_Static_assert(sizeof(struct connection) == 64, "a connection is one cache line");

#define MAX_MOST (UINT32_C(1) << 28) /* 16 GB of them */

static uint32_t power_of_two(uint32_t at_least)
{
	uint32_t power = 16;

	while (power < at_least)
		power *= 2;
	return power;
}

/*
 * The hash is the multilinear one: each 32-bit word of the key times a secret number
 * of 64 bits, summed, and of the sum the upper half. For whoever does not know the
 * numbers two keys meet with probability 2^-32, whatever they are; and it costs a tenth
 * of a SipHash, which was 5 % of all time here. L. Carter, M. Wegman: Universal classes
 * of hash functions (1979); D. Lemire, O. Kaser: Strongly universal string hashing is
 * fast (2013), 3.1.
 */
static void draw_multipliers(struct connections *connections, const struct hash_key *key)
{
	for (uint64_t i = 0; i < MULTIPLIERS; i++)
		connections->multipliers[i] = hash_bytes(key, bytes_over(&i, sizeof i));
}

struct connections *connections_new(const struct hash_key *key, size_t max)
{
	struct connections *connections = calloc(1, sizeof *connections);
	uint32_t slots = max < MAX_MOST ? (uint32_t)max : MAX_MOST;
	uint32_t index_len = 2 * power_of_two(slots);

	if (connections == NULL)
		return NULL;
	draw_multipliers(connections, key);
	connections->max = slots;
	connections->index_mask = index_len - 1;
	connections->slots = aligned_alloc(64, sizeof *connections->slots * slots);
	connections->index = calloc(index_len, sizeof *connections->index);
	if (connections->slots == NULL || connections->index == NULL) {
		connections_free(connections);
		return NULL;
	}
	connections->free = NOBODY;
	connections->lists[LIST_UNSETTLED] = (struct list){ NOBODY, NOBODY };
	connections->lists[LIST_SETTLED] = (struct list){ NOBODY, NOBODY };
	return connections;
}

void connections_free(struct connections *connections)
{
	if (connections == NULL)
		return;
	free(connections->slots);
	free(connections->index);
	free(connections);
}

static uint32_t word_at(const uint8_t *at)
{
	uint32_t word;

	memcpy(&word, at, sizeof word);
	return word;
}

static uint32_t key_hash(
	const struct connections *connections, const struct connection_key *key)
{
	const uint64_t *multiplier = connections->multipliers;
	uint64_t sum = multiplier[0];

	sum += multiplier[1] * ((uint32_t)key->port[0] << 16 | key->port[1]);
	sum += multiplier[2] * (key->protocol + UINT64_C(1));
	sum += multiplier[3] * word_at(key->address[0].bytes + 12);
	sum += multiplier[4] * word_at(key->address[1].bytes + 12);
	if (!address_is_ipv4(&key->address[0]) || !address_is_ipv4(&key->address[1]))
		for (size_t i = 0; i < 3; i++) {
			sum += multiplier[5 + i] * word_at(key->address[0].bytes + 4 * i);
			sum += multiplier[8 + i] * word_at(key->address[1].bytes + 4 * i);
		}
	return (uint32_t)(sum >> 32);
}

void connection_key_of(const struct connections *connections, const struct packet *packet,
	struct connection_key *ret)
{
	int order = address_compare(&packet->source, &packet->destination);
	int sender = order < 0   ? 0
		     : order > 0 ? 1
				 : packet->source_port > packet->destination_port;

	ret->address[sender] = packet->source;
	ret->address[!sender] = packet->destination;
	ret->port[sender] = packet->source_port;
	ret->port[!sender] = packet->destination_port;
	ret->protocol = packet->protocol;
	ret->sender = (uint8_t)sender;
	ret->hash = key_hash(connections, ret);
}

static uint32_t home_of(const struct connections *connections, uint32_t hash)
{
	return hash & connections->index_mask;
}

static uint32_t next_position(const struct connections *connections, uint32_t at)
{
	return (at + 1) & connections->index_mask;
}

void connections_prefetch_index(
	const struct connections *connections, const struct connection_key *key)
{
	PREFETCH(&connections->index[home_of(connections, key->hash)]);
}

void connections_prefetch(
	const struct connections *connections, const struct connection_key *key)
{
	uint32_t at = home_of(connections, key->hash);

	for (; connections->index[at].owner != 0; at = next_position(connections, at))
		if (connections->index[at].hash == key->hash) {
			PREFETCH(&connections->slots[connections->index[at].owner - 1]);
			return;
		}
}

static bool connection_is(
	const struct connection *connection, const struct connection_key *key)
{
	return memcmp(connection->address, key->address, sizeof key->address) == 0 &&
	       memcmp(connection->port, key->port, sizeof key->port) == 0 &&
	       connection->protocol == key->protocol;
}

struct connection *connections_find(
	struct connections *connections, const struct connection_key *key)
{
	uint32_t at = home_of(connections, key->hash);

	for (; connections->index[at].owner != 0; at = next_position(connections, at)) {
		const struct index_entry *entry = &connections->index[at];

		if (entry->hash == key->hash &&
			connection_is(&connections->slots[entry->owner - 1], key))
			return &connections->slots[entry->owner - 1];
	}
	return NULL;
}

bool connections_full(const struct connections *connections)
{
	return connections->count == connections->max;
}

static uint32_t slot_of(
	const struct connections *connections, const struct connection *connection)
{
	return (uint32_t)(connection - connections->slots);
}

static struct list *list_of(struct connections *connections, uint8_t state)
{
	return &connections->lists[state == CONNECTION_SETTLED ? LIST_SETTLED
							       : LIST_UNSETTLED];
}

static void list_append(
	struct connections *connections, struct list *list, struct connection *connection)
{
	uint32_t slot = slot_of(connections, connection);

	connection->older = list->newest;
	connection->newer = NOBODY;
	if (list->newest == NOBODY)
		list->oldest = slot;
	else
		connections->slots[list->newest].newer = slot;
	list->newest = slot;
}

static void list_unlink(
	struct connections *connections, struct list *list, struct connection *connection)
{
	if (connection->older == NOBODY)
		list->oldest = connection->newer;
	else
		connections->slots[connection->older].newer = connection->newer;
	if (connection->newer == NOBODY)
		list->newest = connection->older;
	else
		connections->slots[connection->newer].older = connection->older;
}

static uint32_t slot_take(struct connections *connections)
{
	uint32_t slot = connections->free;

	if (slot == NOBODY)
		return connections->unused++;
	connections->free = connections->slots[slot].newer;
	return slot;
}

struct connection *connections_add(
	struct connections *connections, const struct connection_key *key, time_ns now)
{
	uint32_t slot = slot_take(connections);
	struct connection *connection = &connections->slots[slot];
	uint32_t at = home_of(connections, key->hash);

	*connection = (struct connection){
		.protocol = key->protocol,
		.state = CONNECTION_OPENING,
		.client = CLIENT_UNKNOWN,
		.touched = (uint32_t)(now / TIME_SECOND),
		.hash = key->hash,
	};
	memcpy(connection->address, key->address, sizeof key->address);
	memcpy(connection->port, key->port, sizeof key->port);
	while (connections->index[at].owner != 0)
		at = next_position(connections, at);
	connections->index[at] = (struct index_entry){ key->hash, slot + 1 };
	list_append(connections, &connections->lists[LIST_UNSETTLED], connection);
	connections->count++;
	return connection;
}

static void change_state(
	struct connections *connections, struct connection *connection, uint8_t state)
{
	list_unlink(connections, list_of(connections, connection->state), connection);
	connection->state = state;
	list_append(connections, list_of(connections, connection->state), connection);
}

void connections_settle(struct connections *connections, struct connection *connection)
{
	connection->settled = connection->touched;
	change_state(connections, connection, CONNECTION_SETTLED);
}

void connections_reopen(struct connections *connections, struct connection *connection)
{
	connection->opening = (struct connection_opening){ 0 };
	connection->syn_seen = 0;
	connection->client = CLIENT_UNKNOWN;
	change_state(connections, connection, CONNECTION_OPENING);
}

static uint32_t position_of(
	const struct connections *connections, const struct connection *connection)
{
	uint32_t at = home_of(connections, connection->hash);

	while (connections->index[at].owner != slot_of(connections, connection) + 1)
		at = next_position(connections, at);
	return at;
}

/* Closes the hole at `hole`, so that no look-up stops short: every entry behind it
 * that could stand nearer to its home moves up. Knuth, 6.4, algorithm R. */
static void index_close_hole(struct connections *connections, uint32_t hole)
{
	uint32_t mask = connections->index_mask;
	uint32_t at = next_position(connections, hole);

	for (; connections->index[at].owner != 0; at = next_position(connections, at)) {
		uint32_t home = home_of(connections, connections->index[at].hash);

		if (((at - home) & mask) < ((at - hole) & mask))
			continue;
		connections->index[hole] = connections->index[at];
		hole = at;
	}
	connections->index[hole].owner = 0;
}

void connections_remove(struct connections *connections, struct connection *connection)
{
	index_close_hole(connections, position_of(connections, connection));
	list_unlink(connections, list_of(connections, connection->state), connection);
	connection->state = CONNECTION_FREE;
	connection->newer = connections->free;
	connections->free = slot_of(connections, connection);
	connections->count--;
}

void connections_touch(
	struct connections *connections, struct connection *connection, time_ns now)
{
	uint32_t second = (uint32_t)(now / TIME_SECOND);

	if (connection->touched == second)
		return;
	connection->touched = second;
	change_state(connections, connection, connection->state);
}

/* Of the whole list: what settles late stands behind what was used after it. */
static void list_set_back(
	struct connections *connections, const struct list *list, uint32_t second)
{
	uint32_t slot = list->newest;

	while (slot != NOBODY) {
		struct connection *connection = &connections->slots[slot];

		if (second_is_before(second, connection->touched))
			connection->touched = second;
		if (connection->state == CONNECTION_SETTLED &&
			second_is_before(second, connection->settled))
			connection->settled = second;
		slot = connection->older;
	}
}

void connections_set_back(struct connections *connections, time_ns now)
{
	uint32_t second = (uint32_t)(now / TIME_SECOND);

	list_set_back(connections, &connections->lists[LIST_UNSETTLED], second);
	list_set_back(connections, &connections->lists[LIST_SETTLED], second);
}

struct connection *connections_oldest(
	struct connections *connections, enum connection_list list)
{
	uint32_t slot = connections->lists[list].oldest;

	return slot == NOBODY ? NULL : &connections->slots[slot];
}

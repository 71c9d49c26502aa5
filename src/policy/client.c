#include "policy/client.h"

#include <stdlib.h>

#include "base/table.h"

/* Peaks for each client of the ceiling: most have one hello family or two, and come
 * in few of the hours. */
#define PEAKS_A_CLIENT 4

struct client {
	uint64_t used;
	struct address address;
	uint64_t completed;
	uint64_t failed;
	uint32_t hello_count; /* up to JUNK_HELLOS */
	uint32_t server_count;
	uint64_t hellos[JUNK_HELLOS]; /* hashes */
	uint64_t servers[JUNK_SERVERS];
};

struct peak_key {
	struct address address;
	uint64_t family;
	uint64_t hour;
};

/* How high a family of a client came within an hour. */
struct peak {
	uint64_t used;
	struct peak_key key;
	enum version_rank rank;
};

struct clients {
	struct table clients;
	struct table peaks;
	uint64_t hour; /* of clients_meet() */
};

struct clients *clients_new(const struct hash_key *key, size_t max)
{
	struct clients *clients = calloc(1, sizeof *clients);

	if (clients == NULL)
		return NULL;
	table_init(&clients->clients, sizeof(struct client), sizeof(struct address), max,
		key);
	table_init(&clients->peaks, sizeof(struct peak), sizeof(struct peak_key),
		PEAKS_A_CLIENT * max, key);
	return clients;
}

static void forget_all(struct clients *clients)
{
	table_done(&clients->clients);
	table_done(&clients->peaks);
}

void clients_free(struct clients *clients)
{
	if (clients == NULL)
		return;
	forget_all(clients);
	free(clients);
}

static enum err no_room(const struct table *table)
{
	return table_full(table) ? ERR_LIMIT : ERR_MEMORY;
}

/* Adds hash to a small set that stops growing when it is full. */
static void note_distinct(uint64_t *set, uint32_t *count, uint32_t max, uint64_t hash)
{
	for (uint32_t i = 0; i < *count; i++)
		if (set[i] == hash)
			return;
	if (*count < max)
		set[(*count)++] = hash;
}

static bool has_failed(const struct handshake *handshake)
{
	return handshake->outcome == OUTCOME_REFUSED ||
	       handshake->outcome == OUTCOME_RESET || handshake->hello_malformed;
}

static void note_failure(
	const struct hash_key *key, struct client *client, const struct tally *tally)
{
	const struct handshake *h = &tally->handshake;
	uint64_t server = hash_bytes(key, bytes_over(&h->server, sizeof h->server));

	client->failed += tally->count;
	note_distinct(client->servers, &client->server_count, JUNK_SERVERS,
		server + h->server_port);
	if (h->hello != NULL)
		note_distinct(client->hellos, &client->hello_count, JUNK_HELLOS,
			hash_bytes(key, bytes_over(h->hello->digest, SHA256_LEN)));
}

static struct peak_key peak_key_of(const struct tally *tally)
{
	return (struct peak_key){
		.address = tally->handshake.client,
		.family = tally->handshake.hello->family,
		.hour = tally->first / TIME_HOUR,
	};
}

static enum err note_peak(struct clients *clients, const struct tally *tally)
{
	enum version_rank rank = version_rank(tally->handshake.version);
	struct peak_key key;
	struct peak *peak;

	if (tally->handshake.hello == NULL || rank == RANK_UNKNOWN)
		return ERR_OK;
	key = peak_key_of(tally);
	peak = table_take(&clients->peaks, &key);
	if (peak == NULL)
		return no_room(&clients->peaks);
	if (rank > peak->rank)
		peak->rank = rank;
	return ERR_OK;
}

enum err clients_note(struct clients *clients, const struct tally *tally)
{
	const struct handshake *h = &tally->handshake;
	struct client *client = table_take(&clients->clients, &h->client);

	if (client == NULL)
		return no_room(&clients->clients);
	if (has_failed(h))
		note_failure(&clients->clients.key, client, tally);
	else if (h->outcome == OUTCOME_COMPLETED)
		client->completed += tally->count;
	return note_peak(clients, tally);
}

static bool is_junk(const struct client *client)
{
	bool many = client->hello_count >= JUNK_HELLOS ||
		    client->server_count >= JUNK_SERVERS;

	return many && JUNK_COMPLETED_SHARE * client->completed <
			       client->completed + client->failed;
}

struct judge_context clients_context(const struct clients *clients,
	enum version_rank minimum, const struct tally *tally)
{
	const struct client *client =
		table_find(&clients->clients, &tally->handshake.client);
	struct judge_context context = { .junk = client != NULL && is_junk(client) };
	struct peak_key key;
	const struct peak *peak;

	if (tally->handshake.hello == NULL)
		return context;
	key = peak_key_of(tally);
	peak = table_find(&clients->peaks, &key);
	context.reached = peak != NULL && peak->rank >= minimum;
	return context;
}

enum err clients_meet(struct clients *clients, enum version_rank minimum,
	const struct handshake *handshake, struct judge_context *ret)
{
	const struct tally one = {
		.handshake = *handshake,
		.count = 1,
		.first = handshake->at,
		.last = handshake->at,
	};
	uint64_t hour = handshake->at / TIME_HOUR;
	enum err err;

	/* Handshakes end out of order: one of the hour before is no new hour. */
	if (hour > clients->hour) {
		forget_all(clients);
		clients->hour = hour;
	}
	err = clients_note(clients, &one);
	if (err == ERR_LIMIT) {
		forget_all(clients);
		err = clients_note(clients, &one);
	}
	*ret = clients_context(clients, minimum, &one);
	return err;
}

#include "policy/client.h"

#include <stdlib.h>

#include "base/table.h"

/* Peaks for each client of the ceiling: most have one hello family or two within an
 * hour, and fall back in few hours. */
#define PEAKS_A_CLIENT 4

struct client {
	uint64_t used;
	struct address address;
	uint64_t completed;
	uint64_t failed;
	uint32_t family_count; /* up to JUNK_FAMILIES */
	uint32_t server_count;
	uint64_t families[JUNK_FAMILIES]; /* of hellos that failed */
	uint64_t servers[JUNK_SERVERS];   /* that they failed with; hashes */
};

struct peak_key {
	struct address address;
	uint64_t family;
	uint64_t hour;
};

/* How high a family of a client went within an hour. */
struct peak {
	uint64_t used;
	struct peak_key key;
	enum version_rank highest; /* offered, or agreed on */
	enum version_rank lowest;  /* offered */
};

struct clients {
	struct table clients;
	struct table peaks; /* of the hour, and of late comers */
	struct table falls; /* of the hours before: peaks above a lower offer */
	uint64_t hour;      /* the latest */
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
	table_init(&clients->falls, sizeof(struct peak), sizeof(struct peak_key),
		PEAKS_A_CLIENT * max, key);
	return clients;
}

static void forget_all(struct clients *clients)
{
	table_done(&clients->clients);
	table_done(&clients->peaks);
	table_done(&clients->falls);
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

/* Adds a value to a small set that stops growing when it is full. */
static void note_distinct(uint64_t *set, uint32_t *count, uint32_t max, uint64_t value)
{
	for (uint32_t i = 0; i < *count; i++)
		if (set[i] == value)
			return;
	if (*count < max)
		set[(*count)++] = value;
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
		note_distinct(client->families, &client->family_count, JUNK_FAMILIES,
			h->hello->family);
}

static struct peak_key peak_key_of(const struct tally *tally)
{
	return (struct peak_key){
		.address = tally->handshake.client,
		.family = tally->handshake.hello->family,
		.hour = tally->first / TIME_HOUR,
	};
}

static enum err merge_peak(struct table *table, const struct peak *seen)
{
	size_t before = table->count;
	struct peak *peak = table_take(table, &seen->key);

	if (peak == NULL)
		return no_room(table);
	if (table->count > before || seen->lowest < peak->lowest)
		peak->lowest = seen->lowest;
	if (seen->highest > peak->highest)
		peak->highest = seen->highest;
	return ERR_OK;
}

/* An hour in which a family never offered less than its most cannot excuse anything,
 * and a store has many such hours. */
static enum err end_hour(struct clients *clients)
{
	const struct peak *peak = NULL;
	enum err err = ERR_OK;

	while (err == ERR_OK && (peak = table_next(&clients->peaks, peak)) != NULL)
		if (peak->lowest < peak->highest)
			err = merge_peak(&clients->falls, peak);
	table_done(&clients->peaks);
	return err;
}

static enum err note_peak(struct clients *clients, const struct tally *tally)
{
	const struct handshake *h = &tally->handshake;
	struct peak seen = { .highest = version_rank(h->version) };
	enum err err = ERR_OK;

	if (h->hello == NULL)
		return ERR_OK;
	seen.key = peak_key_of(tally);
	seen.lowest = version_rank(h->hello->max_version);
	if (seen.lowest > seen.highest)
		seen.highest = seen.lowest;
	if (seen.key.hour > clients->hour) {
		err = end_hour(clients);
		clients->hour = seen.key.hour;
	}
	return err != ERR_OK ? err : merge_peak(&clients->peaks, &seen);
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

/* hello: NULL if it was not seen; then nothing says that it offers the minimum. */
static bool is_junk(
	const struct client *client, enum version_rank minimum, const struct hello *hello)
{
	bool sweeps = client->server_count >= JUNK_SERVERS && hello != NULL &&
		      version_rank(hello->max_version) >= minimum;

	return (sweeps || client->family_count >= JUNK_FAMILIES) &&
	       JUNK_COMPLETED_SHARE * client->completed <
		       client->completed + client->failed;
}

static bool went_up_to(
	const struct table *table, const struct peak_key *key, enum version_rank minimum)
{
	const struct peak *peak = table_find(table, key);

	return peak != NULL && peak->highest >= minimum;
}

struct judge_context clients_context(const struct clients *clients,
	enum version_rank minimum, const struct tally *tally)
{
	const struct hello *hello = tally->handshake.hello;
	const struct client *client =
		table_find(&clients->clients, &tally->handshake.client);
	struct judge_context context = { 0 };
	struct peak_key key;

	context.junk = client != NULL && is_junk(client, minimum, hello);
	if (hello == NULL)
		return context;
	key = peak_key_of(tally);
	context.able = went_up_to(&clients->peaks, &key, minimum) ||
		       went_up_to(&clients->falls, &key, minimum);
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

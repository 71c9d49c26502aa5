#include "report/forecast_rows.h"

#include <stdlib.h>

#include "base/table.h"

#define ENDPOINTS_MAX 16000000   /* the store's numbers */
#define PARTS_MAX     32000000   /* of a row and a hello, and of a row and a client */
#define NAME_LONGEST  (1u << 17) /* its length has 16 bits. RFC 6066, 3 */

#define NO_HELLO UINT32_MAX

/* Each begins as a table's entry does; keys are of two numbers, the row's above. */
struct server {
	uint64_t used;
	struct {
		struct address address;
		uint64_t port;
	} key;
	uint64_t number; /* of its first endpoint */
};

struct numbered {
	uint64_t used;
	uint64_t number;
	struct forecast_row row;
	size_t index; /* among the forecast's rows */
};

struct part {
	uint64_t used;
	uint64_t key; /* row and hello */
	uint64_t handshakes;
};

struct seen {
	uint64_t used;
	uint64_t key;      /* row and client */
	uint64_t verdicts; /* bits, as many as there are verdicts for each policy */
};

_Static_assert(FORECAST_POLICIES_MAX *VERDICT_COUNT <= 64, "a bit each");

struct forecast_rows {
	struct store_reader reader;
	struct forecast *forecast;
	struct table servers;
	struct table rows;
	struct table parts;
	struct table clients;
	uint32_t *first_endpoint; /* by number: that of the same server */
	size_t endpoint_room;
};

struct forecast_rows *forecast_rows_new(
	struct forecast *forecast, const struct hash_key *key)
{
	struct forecast_rows *rows = calloc(1, sizeof *rows);

	if (rows == NULL)
		return NULL;
	rows->forecast = forecast;
	table_init(&rows->servers, sizeof(struct server),
		sizeof((struct server){ 0 }.key), ENDPOINTS_MAX, key);
	table_init(&rows->rows, sizeof(struct numbered), sizeof(uint64_t), VIEW_ROWS_MAX,
		key);
	table_init(&rows->parts, sizeof(struct part), sizeof(uint64_t), PARTS_MAX, key);
	table_init(&rows->clients, sizeof(struct seen), sizeof(uint64_t), PARTS_MAX, key);
	return rows;
}

void forecast_rows_free(struct forecast_rows *rows)
{
	if (rows == NULL)
		return;
	table_done(&rows->servers);
	table_done(&rows->rows);
	table_done(&rows->parts);
	table_done(&rows->clients);
	free(rows->first_endpoint);
	free(rows);
}

static enum err endpoint_room(struct forecast_rows *rows, uint32_t number)
{
	size_t room = rows->endpoint_room == 0 ? 1024 : rows->endpoint_room;
	uint32_t *grown;

	if (number < rows->endpoint_room)
		return ERR_OK;
	if (number >= ENDPOINTS_MAX)
		return ERR_LIMIT;
	while (room <= number)
		room *= 2;
	grown = realloc(rows->first_endpoint, room * sizeof *grown);
	if (grown == NULL)
		return ERR_MEMORY;
	memset(grown + rows->endpoint_room, 0,
		(room - rows->endpoint_room) * sizeof *grown);
	rows->first_endpoint = grown;
	rows->endpoint_room = room;
	return ERR_OK;
}

static enum err add_endpoint(
	struct store_reader *reader, const struct store_subject *subject)
{
	struct forecast_rows *rows = (struct forecast_rows *)reader;
	struct server key = { .key = { subject->address, subject->port } };
	struct server *server;
	enum err err = endpoint_room(rows, subject->number);

	if (err != ERR_OK)
		return err;
	server = table_take(&rows->servers, &key.key);
	if (server == NULL)
		return table_full(&rows->servers) ? ERR_LIMIT : ERR_MEMORY;
	if (server->number == 0)
		server->number = subject->number;
	rows->first_endpoint[subject->number] = (uint32_t)server->number;
	return ERR_OK;
}

enum err forecast_rows_begin(
	struct forecast_rows *rows, struct store *store, struct fault *why)
{
	if (rows->forecast->by != VIEW_SERVER)
		return ERR_OK;
	rows->reader.subject = add_endpoint;
	return store_read_subjects(store, STORE_ENDPOINTS, &rows->reader, why);
}

static uint32_t number_of(const struct forecast_rows *rows, enum view_by by,
	uint32_t client, uint32_t endpoint, uint32_t name)
{
	if (by == VIEW_CLIENT)
		return client;
	if (by == VIEW_NAME)
		return name;
	return endpoint < rows->endpoint_room ? rows->first_endpoint[endpoint] : endpoint;
}

static uint64_t verdict_bit(size_t policy, unsigned verdict)
{
	return UINT64_C(1) << (policy * VERDICT_COUNT + verdict);
}

static uint64_t verdict_bits(const struct forecast *forecast, size_t hello)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < forecast->policy_count; i++)
		bits |= verdict_bit(
			i, hello == STORE_NO_HELLO
				   ? VERDICT_UNKNOWN
				   : forecast->hellos[hello].predictions[i].verdict);
	return bits;
}

enum err forecast_rows_note(struct forecast_rows *rows, const struct store_count *count)
{
	struct forecast *forecast = rows->forecast;
	uint64_t number = number_of(
		rows, forecast->by, count->client, count->endpoint, count->name);
	bool whole = count->hello != STORE_NO_HELLO;
	uint64_t part_key = number << 32 | (whole ? (uint32_t)count->hello : NO_HELLO);
	uint64_t client_key = number << 32 | count->client;
	struct numbered *row = table_find(&rows->rows, &number);
	struct part *part;
	struct seen *seen;

	if (whole && count->hello >= forecast->hello_count)
		return ERR_VALUE;
	if (row == NULL && table_full(&rows->rows)) {
		forecast->rows_cut = true;
		return ERR_OK;
	}
	row = table_take(&rows->rows, &number);
	part = table_take(&rows->parts, &part_key);
	seen = table_take(&rows->clients, &client_key);
	if (row == NULL || part == NULL || seen == NULL)
		return ERR_LIMIT;
	row->row.handshakes += count->handshakes;
	if (count->last > row->row.last)
		row->row.last = count->last;
	part->handshakes += count->handshakes;
	seen->verdicts |= verdict_bits(forecast, count->hello);
	return ERR_OK;
}

/* What a row is called. Names are strangers': long ones may take up all there is. */
static enum err name_row(struct store_reader *reader, const struct store_subject *subject)
{
	struct forecast_rows *rows = (struct forecast_rows *)reader;
	uint64_t number = subject->number;
	struct numbered *one = table_find(&rows->rows, &number);

	if (one == NULL)
		return ERR_OK;
	one->row.address = subject->address;
	one->row.port = subject->port;
	if (subject->name.len == 0)
		return ERR_OK;
	if (subject->name.len > NAME_LONGEST)
		return ERR_VALUE;
	one->row.name = arena_copy(&rows->forecast->arena, subject->name);
	return one->row.name.at == NULL ? ERR_LIMIT : ERR_OK;
}

static enum err name_rows(
	struct forecast_rows *rows, struct store *store, struct fault *why)
{
	enum view_by by = rows->forecast->by;

	rows->reader.subject = name_row;
	return store_read_subjects(store,
		by == VIEW_CLIENT   ? STORE_CLIENTS
		: by == VIEW_SERVER ? STORE_ENDPOINTS
				    : STORE_NAMES,
		&rows->reader, why);
}

static enum err take_memory(struct forecast_rows *rows)
{
	struct forecast *forecast = rows->forecast;
	size_t verdicts = 2 * rows->rows.count * forecast->policy_count;

	forecast->rows = calloc(rows->rows.count + 1, sizeof *forecast->rows);
	forecast->parts = calloc(rows->parts.count + 1, sizeof *forecast->parts);
	forecast->verdicts = calloc(verdicts + 1, sizeof *forecast->verdicts);
	return forecast->rows == NULL || forecast->parts == NULL ||
			       forecast->verdicts == NULL
		       ? ERR_MEMORY
		       : ERR_OK;
}

static void lay_rows(struct forecast_rows *rows)
{
	struct forecast *forecast = rows->forecast;
	size_t policies = forecast->policy_count;
	struct numbered *one = NULL;

	while ((one = table_next(&rows->rows, one)) != NULL) {
		one->index = forecast->row_count++;
		one->row.clients_by_verdict =
			&forecast->verdicts[2 * one->index * policies];
		one->row.handshakes_by_verdict = one->row.clients_by_verdict + policies;
		forecast->rows[one->index] = one->row;
	}
}

static struct forecast_row *row_of(struct forecast_rows *rows, uint64_t key)
{
	uint64_t number = key >> 32;
	const struct numbered *one = table_find(&rows->rows, &number);

	return &rows->forecast->rows[one->index];
}

static void count_clients(struct forecast_rows *rows)
{
	size_t policies = rows->forecast->policy_count;
	const struct seen *seen = NULL;

	while ((seen = table_next(&rows->clients, seen)) != NULL) {
		struct forecast_row *row = row_of(rows, seen->key);

		row->clients++;
		for (size_t i = 0; i < policies; i++) {
			enum verdict verdict = VERDICT_UNKNOWN;

			if (seen->verdicts & verdict_bit(i, VERDICT_BREAKS))
				verdict = VERDICT_BREAKS;
			else if (seen->verdicts & verdict_bit(i, VERDICT_PASSES))
				verdict = VERDICT_PASSES;
			row->clients_by_verdict[i][verdict]++;
		}
	}
}

/* The parts of a row stand together: how many there are is counted first. */
static void lay_parts(struct forecast_rows *rows, const uint32_t *where)
{
	struct forecast *forecast = rows->forecast;
	struct forecast_part *free_part = forecast->parts;
	const struct part *part = NULL;

	while ((part = table_next(&rows->parts, part)) != NULL)
		row_of(rows, part->key)->part_count++;
	for (size_t i = 0; i < forecast->row_count; i++) {
		forecast->rows[i].parts = free_part;
		free_part += forecast->rows[i].part_count;
		forecast->rows[i].part_count = 0;
	}
	while ((part = table_next(&rows->parts, part)) != NULL) {
		struct forecast_row *row = row_of(rows, part->key);
		size_t place = (size_t)(row->parts - forecast->parts) + row->part_count++;
		uint32_t hello = (uint32_t)part->key;

		forecast->parts[place] = (struct forecast_part){
			.hello = hello == NO_HELLO ? NULL
						   : &forecast->hellos[where[hello]],
			.handshakes = part->handshakes,
		};
	}
}

static void count_handshakes(const struct forecast *forecast, struct forecast_row *row)
{
	for (size_t i = 0; i < row->part_count; i++) {
		const struct forecast_part *part = &row->parts[i];

		for (size_t j = 0; j < forecast->policy_count; j++)
			row->handshakes_by_verdict
				[j][part->hello == NULL
						? VERDICT_UNKNOWN
						: part->hello->predictions[j].verdict] +=
				part->handshakes;
	}
}

static int part_compare(const void *a, const void *b)
{
	const struct forecast_part *x = a, *y = b;

	if (x->handshakes != y->handshakes)
		return x->handshakes > y->handshakes ? -1 : 1;
	if ((x->hello == NULL) != (y->hello == NULL))
		return x->hello == NULL ? 1 : -1;
	return (x->hello > y->hello) - (x->hello < y->hello); /* they are sorted */
}

/* All rows of a forecast are asked the same policies; the first decides. */
static int row_compare(const void *a, const void *b)
{
	const struct forecast_row *x = a, *y = b;
	uint64_t breaks_x = x->handshakes_by_verdict[0][VERDICT_BREAKS];
	uint64_t breaks_y = y->handshakes_by_verdict[0][VERDICT_BREAKS];
	uint64_t clients_x = x->clients_by_verdict[0][VERDICT_BREAKS];
	uint64_t clients_y = y->clients_by_verdict[0][VERDICT_BREAKS];
	int order;

	if (clients_x != clients_y)
		return clients_x > clients_y ? -1 : 1;
	if (breaks_x != breaks_y)
		return breaks_x > breaks_y ? -1 : 1;
	if (x->handshakes != y->handshakes)
		return x->handshakes > y->handshakes ? -1 : 1;
	order = address_compare(&x->address, &y->address);
	if (order == 0)
		order = (x->port > y->port) - (x->port < y->port);
	if (order == 0 && x->name.len != y->name.len)
		order = x->name.len < y->name.len ? -1 : 1;
	if (order == 0 && x->name.len > 0)
		order = memcmp(x->name.at, y->name.at, x->name.len);
	return order;
}

/* Where each hello stands now, by the store's number; those left out stand nowhere, and
 * no row has them. */
static uint32_t *places(const struct forecast *forecast)
{
	size_t count = forecast->prediction_count / forecast->policy_count;
	uint32_t *where = calloc(count + 1, sizeof *where);

	for (size_t i = 0; where != NULL && i < forecast->hello_count; i++) {
		size_t at =
			(size_t)(forecast->hellos[i].predictions - forecast->predictions);

		where[at / forecast->policy_count] = (uint32_t)i;
	}
	return where;
}

enum err forecast_rows_end(
	struct forecast_rows *rows, struct store *store, struct fault *why)
{
	struct forecast *forecast = rows->forecast;
	enum err err = name_rows(rows, store, why);
	uint32_t *where;

	if (err == ERR_OK)
		err = take_memory(rows);
	if (err != ERR_OK)
		return err;
	where = places(forecast);
	if (where == NULL)
		return ERR_MEMORY;
	lay_rows(rows);
	count_clients(rows);
	lay_parts(rows, where);
	free(where);
	for (size_t i = 0; i < forecast->row_count; i++) {
		struct forecast_row *row = &forecast->rows[i];

		qsort(row->parts, row->part_count, sizeof *row->parts, part_compare);
		count_handshakes(forecast, row);
	}
	qsort(forecast->rows, forecast->row_count, sizeof *forecast->rows, row_compare);
	return ERR_OK;
}

static int reason_compare(const void *a, const void *b)
{
	const struct forecast_reason *x = a, *y = b;

	if (x->verdict != y->verdict)
		return x->verdict == VERDICT_BREAKS ? -1 : 1;
	if (x->handshakes != y->handshakes)
		return x->handshakes > y->handshakes ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

size_t forecast_row_reasons(const struct forecast *forecast,
	const struct forecast_row *row, size_t policy,
	struct forecast_reason ret[FORECAST_ROW_REASONS_MAX])
{
	const struct forecast_policy *under = &forecast->policies[policy];
	uint64_t handshakes[FORECAST_REASONS_MAX] = { 0 }, unseen = 0;
	size_t count = 0;

	for (size_t i = 0; i < row->part_count; i++) {
		const struct forecast_part *part = &row->parts[i];

		if (part->hello == NULL)
			unseen += part->handshakes;
		else if (part->hello->predictions[policy].verdict != VERDICT_PASSES)
			handshakes[part->hello->predictions[policy].index] +=
				part->handshakes;
	}
	for (size_t i = 0; i < under->reason_count; i++) {
		if (handshakes[i] == 0)
			continue;
		ret[count] = under->reasons[i];
		ret[count].index = (uint8_t)i;
		ret[count++].handshakes = handshakes[i];
	}
	if (unseen > 0)
		ret[count++] = (struct forecast_reason){ VERDICT_UNKNOWN,
			FORECAST_REASONS_MAX, FORECAST_NOT_SEEN, 0, unseen };
	qsort(ret, count, sizeof ret[0], reason_compare);
	return count;
}

static int version_compare(const void *a, const void *b)
{
	uint16_t x = *(const uint16_t *)a, y = *(const uint16_t *)b;

	if (version_rank(x) != version_rank(y))
		return version_rank(x) > version_rank(y) ? -1 : 1;
	return (x > y) - (x < y);
}

size_t forecast_row_versions(const struct forecast_row *row, size_t policy,
	uint16_t ret[FORECAST_VERSIONS_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < row->part_count; i++) {
		const struct forecast_hello *hello = row->parts[i].hello;
		uint16_t version;
		size_t at = 0;

		if (hello == NULL || hello->predictions[policy].verdict != VERDICT_PASSES)
			continue;
		version = hello->predictions[policy].negotiation.version;
		while (at < count && ret[at] != version)
			at++;
		if (at == count && count < FORECAST_VERSIONS_MAX)
			ret[count++] = version;
	}
	qsort(ret, count, sizeof ret[0], version_compare);
	return count;
}

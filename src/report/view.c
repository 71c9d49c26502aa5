#include "report/view.h"

#include <stdlib.h>

#include "policy/client.h"

/* Some 2 GB; of more clients than these there is no answer but for a part of them. */
#define CLIENTS_MAX 4000000

/* Bytes of server names in rows, and room for one: its length has 16 bits (RFC 6066, 3).
 */
#define NAMES_MAX    (64u << 20)
#define NAME_LONGEST (1u << 17)

/* Which verdicts and classes were seen of a client. */
struct seen_client {
	uint64_t used;
	struct address address;
	uint32_t verdicts; /* bits */
	uint32_t classes;
};

struct seen_server {
	uint64_t used;
	struct address address;
	uint64_t port;
};

/* A row is found by two hashes of what it stands for: names are of any length. */
struct row_key {
	uint64_t a;
	uint64_t b;
};

struct row_entry {
	uint64_t used;
	struct row_key key;
	struct view_row row;
};

struct gathering {
	struct store_reader reader;
	struct view *view;
	struct clients *clients;
	struct table seen;
	struct table limited;
	struct table rows;
	struct hash_key key;
	enum version_rank minimum;
};

const char *view_by_name(enum view_by by)
{
	static const char *const names[VIEW_BY_COUNT] = {
		[VIEW_DETAIL] = "detail",
		[VIEW_CLIENT] = "client",
		[VIEW_SERVER] = "server",
		[VIEW_NAME] = "name",
		[VIEW_HELLO] = "hello",
	};

	return names[by];
}

static enum err note_client(struct store_reader *reader, const struct tally *tally)
{
	struct gathering *all = (struct gathering *)reader;

	return clients_note(all->clients, tally);
}

static enum err count_client(struct gathering *all, const struct tally *tally,
	const struct judgement *judgement)
{
	struct seen_client *client = table_take(&all->seen, &tally->handshake.client);

	if (client == NULL)
		return table_full(&all->seen) ? ERR_LIMIT : ERR_MEMORY;
	client->classes |= 1u << judgement->class;
	if (judgement->class != CLASS_JUNK)
		client->verdicts |= 1u << judgement->verdict;
	return ERR_OK;
}

static void count_limited(struct gathering *all, const struct handshake *h)
{
	struct view *view = all->view;
	struct {
		struct address address;
		uint64_t port;
	} key = { h->server, h->server_port };

	if (table_find(&all->limited, &key) != NULL ||
		table_take(&all->limited, &key) == NULL)
		return;
	if (view->limited_servers < VIEW_SERVERS_TOLD)
		view->limited_told[view->limited_servers] =
			(struct view_server){ h->server, h->server_port, NULL };
	view->limited_servers++;
}

/* What scans know of the servers that limit their clients. */
static void look_up_scans(struct gathering *all)
{
	struct view *view = all->view;
	const struct seen_server *server = NULL;
	uint16_t able = (uint16_t)(~0u << all->minimum);

	for (size_t i = 0; i < view->limited_servers && i < VIEW_SERVERS_TOLD; i++)
		view->limited_told[i].scan = server_scans_find(&view->scans,
			&view->limited_told[i].address, view->limited_told[i].port);
	while ((server = table_next(&all->limited, server)) != NULL) {
		const struct server_scan *scan = server_scans_find(
			&view->scans, &server->address, (uint16_t)server->port);

		view->limited_scanned += scan != NULL;
		view->limited_able += scan != NULL && (scan->accepted & able) != 0;
	}
	for (size_t i = 0; i < view->row_count; i++)
		if (view->by == VIEW_DETAIL || view->by == VIEW_SERVER)
			view->rows[i].scan = server_scans_find(&view->scans,
				&view->rows[i].server, view->rows[i].server_port);
}

/* What a row stands for, and nothing else. */
static struct view_row row_of(enum view_by by, const struct handshake *h)
{
	struct view_row row = { 0 };
	bool detail = by == VIEW_DETAIL;

	if (detail || by == VIEW_CLIENT)
		row.client = h->client;
	if (detail || by == VIEW_SERVER) {
		row.server = h->server;
		row.server_port = h->server_port;
	}
	if (detail || by == VIEW_NAME)
		row.server_name = h->server_name;
	if (detail || by == VIEW_HELLO)
		row.hello = h->hello;
	if (detail)
		row.version = h->version;
	if (detail && h->version == VERSION_NONE)
		row.outcome = h->outcome;
	return row;
}

static struct row_key key_of(const struct gathering *all, const struct view_row *row)
{
	struct hash_key other = { all->key.k1, ~all->key.k0 };
	struct {
		struct address client;
		struct address server;
		uint64_t name_a;
		uint64_t name_b;
		uint64_t hello;
		uint32_t server_port;
		uint16_t version;
		uint16_t outcome;
	} fixed = {
		.client = row->client,
		.server = row->server,
		.name_a = hash_bytes(&all->key, row->server_name),
		.name_b = hash_bytes(&other, row->server_name),
		.hello = (uint64_t)(uintptr_t)row->hello,
		.server_port = row->server_port,
		.version = row->version,
		.outcome = (uint16_t)row->outcome,
	};
	struct bytes bytes = bytes_over(&fixed, sizeof fixed);

	return (struct row_key){ hash_bytes(&all->key, bytes),
		hash_bytes(&other, bytes) };
}

/* The row of what is new, or of what was there before; NULL with ERR_OK if it is new and
 * there is no room. Names are strangers': long ones may take up all there is. */
static enum err take_row(
	struct gathering *all, const struct row_key *key, struct row_entry **ret)
{
	*ret = table_find(&all->rows, key);
	if (*ret != NULL)
		return ERR_OK;
	if (table_full(&all->rows) || all->view->arena.taken > NAMES_MAX - NAME_LONGEST) {
		all->view->rows_cut = true;
		return ERR_OK;
	}
	*ret = table_take(&all->rows, key);
	return *ret == NULL ? ERR_MEMORY : ERR_OK;
}

static enum err count_row(struct gathering *all, const struct tally *tally,
	const struct judgement *judgement)
{
	struct view_row fresh = row_of(all->view->by, &tally->handshake);
	struct row_key key = key_of(all, &fresh);
	struct row_entry *entry;
	enum err err = take_row(all, &key, &entry);
	struct view_row *row;

	if (err != ERR_OK || entry == NULL)
		return err;
	row = &entry->row;
	if (row->handshakes == 0) {
		fresh.server_name = arena_copy(&all->view->arena, fresh.server_name);
		fresh.first = tally->first;
		*row = fresh;
	}
	row->handshakes += tally->count;
	row->by_class[judgement->class] += tally->count;
	row->by_verdict[judgement->verdict] += tally->count;
	if (tally->first < row->first)
		row->first = tally->first;
	if (tally->last > row->last)
		row->last = tally->last;
	return ERR_OK;
}

static enum err count_tally(struct store_reader *reader, const struct tally *tally)
{
	struct gathering *all = (struct gathering *)reader;
	struct view *view = all->view;
	struct judge_context context = clients_context(all->clients, all->minimum, tally);
	struct judgement judgement = judge(all->minimum, &tally->handshake, &context);
	enum err err = count_client(all, tally, &judgement);

	view->classes[judgement.class].handshakes += tally->count;
	if (judgement.class == CLASS_SERVER_LIMITED)
		count_limited(all, &tally->handshake);
	if (judgement.class == CLASS_JUNK)
		return err;
	view->handshakes += tally->count;
	view->handshakes_by_verdict[judgement.verdict] += tally->count;
	if (err != ERR_OK ||
		(view->by == VIEW_DETAIL && judgement.verdict != VERDICT_BREAKS))
		return err;
	return count_row(all, tally, &judgement);
}

static enum err add_run(struct store_reader *reader, const struct store_run *run)
{
	struct gathering *all = (struct gathering *)reader;

	coverage_add(&all->view->coverage, &run->coverage);
	all->view->runs++;
	return ERR_OK;
}

/* One handshake that breaks breaks the client; unknown is only a client of which
 * nothing better is known. */
static void count_clients(struct gathering *all)
{
	struct view *view = all->view;
	const struct seen_client *client = NULL;

	while ((client = table_next(&all->seen, client)) != NULL) {
		enum verdict verdict = VERDICT_UNKNOWN;

		for (int class = 0; class < CLASS_COUNT; class ++)
			view->classes[class].clients += client->classes >> class & 1;
		if (client->verdicts == 0)
			continue; /* nothing but junk */
		if (client->verdicts & 1u << VERDICT_BREAKS)
			verdict = VERDICT_BREAKS;
		else if (client->verdicts & 1u << VERDICT_PASSES)
			verdict = VERDICT_PASSES;
		view->clients++;
		view->clients_by_verdict[verdict]++;
	}
}

static int row_compare(const void *a, const void *b)
{
	const struct view_row *x = a, *y = b;
	uint64_t breaks_x = x->by_verdict[VERDICT_BREAKS];
	uint64_t breaks_y = y->by_verdict[VERDICT_BREAKS];
	int order;

	if (breaks_x != breaks_y)
		return breaks_x > breaks_y ? -1 : 1;
	if (x->handshakes != y->handshakes)
		return x->handshakes > y->handshakes ? -1 : 1;
	order = address_compare(&x->client, &y->client);
	if (order == 0)
		order = address_compare(&x->server, &y->server);
	if (order == 0)
		order = (x->server_port > y->server_port) -
			(x->server_port < y->server_port);
	if (order == 0) /* those without one come last */
		order = (x->hello == NULL) - (y->hello == NULL);
	if (order == 0 && x->hello != NULL)
		order = memcmp(x->hello->digest, y->hello->digest, SHA256_LEN);
	if (order == 0 && x->server_name.len != y->server_name.len)
		order = x->server_name.len < y->server_name.len ? -1 : 1;
	if (order == 0 && x->server_name.len > 0)
		order = memcmp(x->server_name.at, y->server_name.at, x->server_name.len);
	if (order == 0)
		order = (x->version > y->version) - (x->version < y->version);
	return order != 0 ? order : (int)x->outcome - (int)y->outcome;
}

static enum err sort_rows(struct gathering *all)
{
	struct view *view = all->view;
	const struct row_entry *entry = NULL;

	view->rows = calloc(all->rows.count + 1, sizeof view->rows[0]);
	if (view->rows == NULL)
		return ERR_MEMORY;
	while ((entry = table_next(&all->rows, entry)) != NULL)
		view->rows[view->row_count++] = entry->row;
	qsort(view->rows, view->row_count, sizeof view->rows[0], row_compare);
	return arena_refused(&view->arena) ? ERR_MEMORY : ERR_OK;
}

static enum err gather(struct gathering *all, struct store *store,
	const struct store_filter *filter, struct fault *why)
{
	enum err err;

	all->reader.handshake = note_client;
	err = store_read_handshakes(store, filter, &all->reader, why);
	all->reader.handshake = count_tally;
	all->reader.run = add_run;
	if (err == ERR_OK)
		err = store_read_handshakes(store, filter, &all->reader, why);
	if (err == ERR_OK)
		err = store_read_runs(store, &all->reader, why);
	if (err == ERR_OK)
		err = server_scans_read(&all->view->scans, store, filter, &all->key, why);
	if (err == ERR_OK) {
		count_clients(all);
		err = sort_rows(all);
	}
	if (err == ERR_OK)
		look_up_scans(all);
	if (err == ERR_LIMIT)
		return fault_set(why, err,
			"cannot sum up so many clients at once; ask for a part of them, "
			"with --since, --until, --client or --server");
	if (err == ERR_MEMORY)
		return fault_set(
			why, err, "cannot sum up the store: %s", err_sentence(err));
	return err;
}

enum err view_init(struct view *view, struct store *store,
	const struct store_filter *filter, uint16_t minimum, enum view_by by,
	const struct hash_key *key, struct fault *why)
{
	struct gathering all = {
		.view = view,
		.clients = clients_new(key, CLIENTS_MAX),
		.key = *key,
		.minimum = version_rank(minimum),
	};
	enum err err;

	*view = (struct view){ .minimum = minimum, .by = by };
	arena_init(&view->arena, NAMES_MAX);
	if (all.clients == NULL)
		return fault_set(why, ERR_MEMORY, "memory ran out");
	table_init(&all.seen, sizeof(struct seen_client), sizeof(struct address),
		CLIENTS_MAX, key);
	table_init(&all.limited, sizeof(struct seen_server),
		sizeof(struct address) + sizeof(uint64_t), VIEW_ROWS_MAX, key);
	table_init(&all.rows, sizeof(struct row_entry), sizeof(struct row_key),
		VIEW_ROWS_MAX, key);
	err = gather(&all, store, filter, why);
	clients_free(all.clients);
	table_done(&all.seen);
	table_done(&all.limited);
	table_done(&all.rows);
	if (err != ERR_OK)
		view_done(view);
	return err;
}

bool view_is_empty(const struct view *view)
{
	return view->handshakes == 0 && view->classes[CLASS_JUNK].handshakes == 0;
}

void view_done(struct view *view)
{
	free(view->rows);
	server_scans_done(&view->scans);
	arena_done(&view->arena);
	*view = (struct view){ 0 };
}

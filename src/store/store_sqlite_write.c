/* Writes aggregates to SQLite: one aggregate, one transaction. */
#include "store/store_sqlite.h"

#include <stdlib.h>

#include "base/writer.h"

#define FACT_COLUMNS 9

static void bind_code(sqlite3_stmt *statement, int at, uint32_t code, uint32_t none)
{
	if (code == none)
		(void)sqlite3_bind_null(statement, at);
	else
		(void)sqlite3_bind_int64(statement, at, code);
}

static void bind_key(sqlite3_stmt *s, int at, struct bytes key)
{
	sqlite_bind_bytes(s, at, key);
}

static void bind_endpoint(sqlite3_stmt *s, int at, struct bytes key)
{
	struct endpoint_key endpoint;

	memcpy(&endpoint, key.at, sizeof endpoint);
	sqlite_bind_bytes(s, at,
		bytes_over(key.at + offsetof(struct endpoint_key, address), ADDRESS_LEN));
	(void)sqlite3_bind_int(s, at + 1, endpoint.port);
	sqlite_bind_string(s, at + 2, transport_name(endpoint.transport));
	sqlite_bind_string(s, at + 3, upgrade_name(endpoint.upgrade));
}

/* What there may be as many of as handshakes. */
struct interned {
	enum sqlite_statement one;
	enum sqlite_statement many;
	enum sqlite_statement find;
	int columns;
	void (*bind)(sqlite3_stmt *statement, int at, struct bytes key);
};

static const struct interned clients = { INTERN_CLIENT, INTERN_CLIENTS, FIND_CLIENT, 1,
	bind_key };
static const struct interned endpoints = { INTERN_ENDPOINT, INTERN_ENDPOINTS,
	FIND_ENDPOINT, 4, bind_endpoint };
static const struct interned names = { INTERN_NAME, INTERN_NAMES, FIND_NAME, 1,
	bind_key };

static int64_t find_row(
	struct store_sqlite *store, const struct interned *kind, struct bytes key)
{
	sqlite3_stmt *s = sqlite_statement_of(store, kind->find);

	kind->bind(s, 1, key);
	return sqlite_step_for_id(s);
}

/* Stores rows, or finds them where they are already; count is 1 or SQLITE_ROWS_AT_ONCE.
 */
static bool store_rows(struct store_sqlite *store, const struct interned *kind,
	struct dictionary_entry *const entries[], int count)
{
	sqlite3_stmt *s = sqlite_statement_of(store, count == 1 ? kind->one : kind->many);
	bool all_new;
	int64_t last;

	for (int i = 0; i < count; i++)
		kind->bind(s, 1 + i * kind->columns, entries[i]->key);
	if (!sqlite_step_to_end(s))
		return false;
	/* Of rows that are all new the ids follow each other: each is one more than the
	 * largest before. */
	all_new = sqlite3_changes(store->db) == count;
	last = sqlite3_last_insert_rowid(store->db);
	for (int i = 0; i < count; i++) {
		entries[i]->row = all_new ? last - count + 1 + i
					  : find_row(store, kind, entries[i]->key);
		if (entries[i]->row == 0)
			return false;
	}
	return true;
}

static int64_t store_hello(struct store_sqlite *store, struct dictionary_entry *entry)
{
	sqlite3_stmt *s = sqlite_statement_of(store, INTERN_HELLO);
	const struct hello *hello = entry->value;

	sqlite_bind_bytes(s, 1, entry->key);
	(void)sqlite3_bind_int(s, 2, (int)hello->format);
	(void)sqlite3_bind_int(s, 3, hello->max_version);
	(void)sqlite3_bind_int(s, 4, hello->max_version_legacy);
	(void)sqlite3_bind_int(s, 5, hello->fallback_scsv);
	(void)sqlite3_bind_int64(s, 6, (int64_t)hello->family);
	sqlite_bind_bytes(s, 7, hello->form);
	sqlite_bind_string(s, 8, hello->ja3);
	sqlite_bind_string(s, 9, hello->ja4);
	return sqlite_step_for_id(s);
}

int64_t sqlite_certificate_row(
	struct store_sqlite *store, const struct certificate *certificate)
{
	sqlite3_stmt *s = sqlite_statement_of(store, INTERN_CERTIFICATE);

	sqlite_bind_bytes(s, 1, bytes_over(certificate->digest, SHA256_LEN));
	sqlite_bind_string(s, 2, certificate->subject);
	sqlite_bind_string(s, 3, certificate->issuer);
	sqlite_bind_string(s, 4, certificate->names);
	sqlite_bind_string(s, 5, certificate->key_type);
	(void)sqlite3_bind_int64(s, 6, certificate->key_bits);
	sqlite_bind_string(s, 7, certificate->signature);
	(void)sqlite3_bind_int64(s, 8, (int64_t)(certificate->not_before / TIME_SECOND));
	(void)sqlite3_bind_int64(s, 9, (int64_t)(certificate->not_after / TIME_SECOND));
	return sqlite_step_for_id(s);
}

static int64_t store_certificate(
	struct store_sqlite *store, struct dictionary_entry *entry)
{
	return sqlite_certificate_row(store, entry->value);
}

/* The row of what was stored before; 0 for number 0. */
static int64_t row_stored(const struct dictionary *dictionary, uint32_t number)
{
	return number == 0 ? 0 : dictionary_entry(dictionary, number)->row;
}

/* The row of what the dictionary numbers, stored when first asked for; 0 for number
 * 0 and on failure. */
static int64_t row_of(struct store_sqlite *store, const struct dictionary *dictionary,
	uint32_t number,
	int64_t (*store_it)(struct store_sqlite *store, struct dictionary_entry *entry))
{
	struct dictionary_entry *entry;

	if (number == 0)
		return 0;
	entry = dictionary_entry(dictionary, number);
	if (entry->row == 0)
		entry->row = store_it(store, entry);
	return entry->row;
}

static void bind_certificate(struct store_sqlite *store, sqlite3_stmt *s, int at,
	const struct certificate *leaf)
{
	struct dictionary *all = &store->aggregate->certificates;
	uint32_t number;

	if (leaf == NULL) {
		(void)sqlite3_bind_null(s, at);
		return;
	}
	number = dictionary_number(all, bytes_over(leaf->digest, SHA256_LEN));
	(void)sqlite3_bind_int64(s, at, row_of(store, all, number, store_certificate));
}

static void bind_seen(
	struct store_sqlite *store, sqlite3_stmt *s, const struct handshake *answer)
{
	(void)sqlite3_bind_int(s, 2, answer->hello_cut);
	(void)sqlite3_bind_int(s, 3, answer->hello_malformed);
	bind_code(s, 4, answer->version, VERSION_NONE);
	bind_code(s, 5, answer->cipher, CODE_NONE);
	bind_code(s, 6, answer->group, CODE_NONE);
	bind_code(s, 7, answer->dh_bits, 0);
	bind_code(s, 8, answer->signature_scheme, CODE_NONE);
	if (answer->alpn.len > 0)
		sqlite_bind_bytes(s, 9, answer->alpn);
	else
		(void)sqlite3_bind_null(s, 9);
	if (answer->ja3s != NULL)
		sqlite_bind_string(s, 10, answer->ja3s);
	else
		(void)sqlite3_bind_null(s, 10);
	bind_certificate(store, s, 11, answer->certificate);
	bind_code(s, 12, answer->resumed_known ? answer->resumed : CODE_NONE, CODE_NONE);
	(void)sqlite3_bind_int(s, 13, answer->retried);
	(void)sqlite3_bind_int(s, 14, answer->client_certificate_asked);
	(void)sqlite3_bind_int(s, 15, answer->extended_master_secret);
	(void)sqlite3_bind_int(s, 16, answer->secure_renegotiation);
}

static int64_t store_answer(struct store_sqlite *store, struct dictionary_entry *entry)
{
	sqlite3_stmt *s = sqlite_statement_of(store, INTERN_ANSWER);
	const struct handshake *answer = entry->value;
	uint8_t alerts[4 * OBSERVED_ALERTS_MAX];
	size_t len = 0;

	for (size_t i = 0; i < answer->alert_count && i < OBSERVED_ALERTS_MAX; i++) {
		alerts[len++] = (uint8_t)answer->alerts[i].side;
		alerts[len++] = answer->alerts[i].level;
		alerts[len++] = answer->alerts[i].description;
		alerts[len++] = answer->alerts[i].inferred;
	}
	sqlite_bind_bytes(s, 1, entry->key);
	bind_seen(store, s, answer);
	sqlite_bind_string(s, 17, outcome_name(answer->outcome));
	(void)sqlite3_bind_int(s, 18, answer->outcome_inferred);
	(void)sqlite3_bind_int(s, 19, answer->alert_count);
	sqlite_bind_bytes(s, 20, bytes_over(alerts, len));
	return sqlite_step_for_id(s);
}

static bool number_fits(int64_t row, uint32_t number)
{
	return row <= UINT32_MAX && (row > 0 || number == 0);
}

/* Puts rows in place of dictionary numbers. */
static bool fact_of_rows(
	struct store_sqlite *store, const struct fact *fact, struct fact *ret)
{
	struct aggregate *all = store->aggregate;
	const struct fact_key *key = &fact->key;
	int64_t client = row_stored(&all->clients, key->client);
	int64_t endpoint = row_stored(&all->endpoints, key->endpoint);
	int64_t name = row_stored(&all->names, key->name);
	int64_t hello = row_of(store, &all->hellos, key->hello, store_hello);
	int64_t answer = row_of(store, &all->answers, key->answer, store_answer);

	*ret = *fact;
	ret->key = (struct fact_key){
		.hour = key->hour,
		.client = (uint32_t)client,
		.endpoint = (uint32_t)endpoint,
		.name = (uint32_t)name,
		.hello = (uint32_t)hello,
		.answer = (uint32_t)answer,
	};
	return number_fits(client, key->client) && number_fits(endpoint, key->endpoint) &&
	       number_fits(name, key->name) && number_fits(hello, key->hello) &&
	       number_fits(answer, key->answer);
}

static void bind_fact(sqlite3_stmt *s, int at, const struct fact *fact)
{
	(void)sqlite3_bind_int64(s, at, fact->key.hour);
	(void)sqlite3_bind_int64(s, at + 1, fact->key.client);
	(void)sqlite3_bind_int64(s, at + 2, fact->key.endpoint);
	(void)sqlite3_bind_int64(s, at + 3, fact->key.name);
	(void)sqlite3_bind_int64(s, at + 4, fact->key.hello);
	(void)sqlite3_bind_int64(s, at + 5, fact->key.answer);
	(void)sqlite3_bind_int64(s, at + 6, (int64_t)fact->count);
	(void)sqlite3_bind_int64(s, at + 7, fact->first);
	(void)sqlite3_bind_int64(s, at + 8, fact->last);
}

/* How many of what is left go into the next statement. */
static int rows_of(size_t left)
{
	return left >= SQLITE_ROWS_AT_ONCE ? SQLITE_ROWS_AT_ONCE : 1;
}

static bool count_facts(
	struct store_sqlite *store, const struct ordered *order, size_t count)
{
	bool ok = true;

	for (size_t done = 0; ok && done < count;) {
		int rows = rows_of(count - done);
		sqlite3_stmt *s = sqlite_statement_of(
			store, rows == 1 ? COUNT_HANDSHAKE : COUNT_HANDSHAKES);

		for (int i = 0; i < rows; i++)
			bind_fact(s, 1 + i * FACT_COLUMNS,
				&store->batch[order[done++].place]);
		ok = sqlite_step_to_end(s);
	}
	return ok;
}

/* Stores what is new in a dictionary in the order of its index, whose pages are then
 * touched once a batch. Of a long key, the beginning is order enough. */
static bool store_new(struct store_sqlite *store, const struct dictionary *dictionary,
	const struct interned *kind)
{
	struct dictionary_entry *entries[SQLITE_ROWS_AT_ONCE];
	struct ordered *order = store->order;
	size_t count = 0;

	for (uint32_t i = 0; i < dictionary->count; i++) {
		struct bytes key = bytes_first(dictionary->entries[i].key, ORDER_KEY_LEN);

		if (dictionary->entries[i].row != 0)
			continue;
		order[count] = (struct ordered){ .place = i };
		memcpy(order[count++].key, key.at, key.len);
	}
	order = order_by_key(order, store->spare_order, count);
	for (size_t done = 0; done < count;) {
		int rows = rows_of(count - done);

		for (int i = 0; i < rows; i++)
			entries[i] = &dictionary->entries[order[done++].place];
		if (!store_rows(store, kind, entries, rows))
			return false;
	}
	return true;
}

/* As the table's primary key has them in order. */
static void write_fact_key(const struct fact_key *key, uint8_t ret[ORDER_KEY_LEN])
{
	struct writer w = writer_over(ret, ORDER_KEY_LEN);

	writer_u32(&w, key->hour);
	writer_u32(&w, key->client);
	writer_u32(&w, key->endpoint);
	writer_u32(&w, key->name);
	writer_u32(&w, key->hello);
	writer_u32(&w, key->answer);
}

/* In the order of the table's key, so that a batch walks its tree once. */
static bool write_facts(struct store_sqlite *store)
{
	const struct aggregate *aggregate = store->aggregate;
	struct ordered *order = store->order;

	if (!store_new(store, &aggregate->clients, &clients) ||
		!store_new(store, &aggregate->endpoints, &endpoints) ||
		!store_new(store, &aggregate->names, &names))
		return false;
	for (uint32_t i = 0; i < aggregate->count; i++) {
		if (!fact_of_rows(store, &aggregate->facts[i], &store->batch[i]))
			return false;
		write_fact_key(&store->batch[i].key, order[i].key);
		order[i].place = i;
	}
	order = order_by_key(order, store->spare_order, aggregate->count);
	return count_facts(store, order, aggregate->count);
}

static bool write_run(
	struct store_sqlite *store, time_ns now, const struct coverage *coverage)
{
	sqlite3_stmt *s = sqlite_statement_of(store, RUN_UPDATE);
	bool ok;

	(void)sqlite3_bind_int64(s, 1, (int64_t)(now / 1000));
	(void)sqlite3_bind_int64(s, 2, store->run);
	ok = sqlite_step_to_end(s);
	s = sqlite_statement_of(store, COVERAGE_SET);
	for (size_t i = 0; ok && i < coverage_counter_count; i++) {
		(void)sqlite3_bind_int64(s, 1, store->run);
		sqlite_bind_string(s, 2, coverage_counters[i].name);
		(void)sqlite3_bind_int64(s, 3, (int64_t)coverage_get(coverage, i));
		ok = sqlite_step_to_end(s);
	}
	return ok;
}

/* What was rolled back has no row any more. */
static void forget_rows(struct aggregate *aggregate)
{
	struct dictionary *const all[] = { &aggregate->clients, &aggregate->endpoints,
		&aggregate->names, &aggregate->hellos, &aggregate->certificates,
		&aggregate->answers };

	for (size_t i = 0; i < COUNT_OF(all); i++)
		for (uint32_t j = 0; j < all[i]->count; j++)
			all[i]->entries[j].row = 0;
}

static bool write_all(
	struct store_sqlite *store, time_ns now, const struct coverage *coverage)
{
	bool ok =
		sqlite3_exec(store->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK;

	if (store->aggregate != NULL)
		ok = ok && write_facts(store);
	if (coverage != NULL && store->run != 0)
		ok = ok && write_run(store, now, coverage);
	return ok && sqlite3_exec(store->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
}

enum err sqlite_write(struct store *base, struct aggregate *aggregate, time_ns now,
	const struct coverage *coverage, struct fault *why)
{
	struct store_sqlite *store = (struct store_sqlite *)base;
	enum err err = ERR_OK;

	store->aggregate = aggregate;
	if (!write_all(store, now, coverage)) {
		err = sqlite_fault(store, "write", why);
		if (sqlite3_get_autocommit(store->db) == 0)
			(void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
		if (aggregate != NULL)
			forget_rows(aggregate);
	} else if (aggregate != NULL) {
		base->kept += aggregate->taken;
		aggregate_clear(aggregate);
	}
	store->aggregate = NULL;
	return err;
}

enum err sqlite_run_begin(
	struct store *base, const struct store_run *run, struct fault *why)
{
	struct store_sqlite *store = (struct store_sqlite *)base;
	sqlite3_stmt *s = sqlite_statement_of(store, RUN_BEGIN);

	(void)sqlite3_bind_int64(s, 1, (int64_t)(run->started / 1000));
	(void)sqlite3_bind_int64(s, 2, (int64_t)(run->started / 1000));
	sqlite_bind_string(s, 3, run->version);
	sqlite_bind_bytes(s, 4, run->inputs);
	store->run = sqlite_step_for_id(s);
	return store->run == 0 ? sqlite_fault(store, "write", why) : ERR_OK;
}

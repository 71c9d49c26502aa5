/* Writes aggregates to SQLite: one aggregate, one transaction. */
#include "store/store_sqlite.h"

#include <stdlib.h>

#define TEXT_OF(number) #number
#define AS_TEXT(number) TEXT_OF(number)

/* What makes two scans those of one endpoint. */
#define SAME_SCAN                                                                        \
	"address = ?1 AND port = ?2 AND transport = ?3 AND upgrade = ?4 "                \
	"AND server_name = ?5"

/* One that was answered before later ones that were not. */
#define LAST_SCAN_FIRST "status IN ('accepted', 'refused') DESC, at DESC, id DESC"

/* A row that is there already answers its id: the update changes nothing. Clients,
 * endpoints and names, of which there may be as many as handshakes, go without
 * RETURNING, which alone costs 3 microseconds (measured with SQLite 3.40). */
static const char *const sql[STATEMENT_COUNT] = {
	[FIND_CLIENT] = "SELECT id FROM client WHERE address = ?",
	[FIND_ENDPOINT] = "SELECT id FROM endpoint WHERE address = ? AND port = ? "
			  "AND transport = ? AND upgrade = ?",
	[FIND_CERTIFICATE] = "SELECT digest, subject, issuer, names, key_type, key_bits, "
			     "signature, not_before, not_after FROM certificate "
			     "WHERE digest = ?",
	[FIND_NAME] = "SELECT id FROM name WHERE name = ?",
	[INTERN_CLIENT] =
		"INSERT INTO client (address) VALUES (?) ON CONFLICT DO NOTHING",
	[INTERN_ENDPOINT] = "INSERT INTO endpoint (address, port, transport, upgrade) "
			    "VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
	[INTERN_NAME] = "INSERT INTO name (name) VALUES (?) ON CONFLICT DO NOTHING",
	[INTERN_HELLO] =
		"INSERT INTO hello (digest, format, max_version, max_version_legacy, "
		"fallback_scsv, family, form, ja3, ja4) VALUES (?, ?, ?, ?, ?, ?, ?, ?, "
		"?) "
		"ON CONFLICT DO UPDATE SET digest = digest RETURNING id",
	[INTERN_CERTIFICATE] =
		"INSERT INTO certificate (digest, subject, issuer, names, key_type, "
		"key_bits, signature, not_before, not_after) "
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
		"ON CONFLICT DO UPDATE SET digest = digest RETURNING id",
	[INTERN_ANSWER] =
		"INSERT INTO answer (key, hello_cut, hello_malformed, version, cipher, "
		"\"group\", dh_bits, signature_scheme, alpn, ja3s, certificate, resumed, "
		"retried, client_certificate_asked, extended_master_secret, "
		"secure_renegotiation, outcome, outcome_inferred, alert_count, alerts) "
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
		"ON CONFLICT DO UPDATE SET key = key RETURNING id",
	[COUNT_HANDSHAKE] =
		"INSERT INTO handshake VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
		"ON CONFLICT DO UPDATE SET count = count + excluded.count, "
		"first = min(first, excluded.first), last = max(last, excluded.last)",
	[RUN_BEGIN] = "INSERT INTO run (started, ended, version, inputs) "
		      "VALUES (?, ?, ?, ?) RETURNING id",
	[RUN_UPDATE] = "UPDATE run SET ended = ? WHERE id = ?",
	[COVERAGE_SET] = "INSERT INTO coverage (run, counter, value) VALUES (?, ?, ?) "
			 "ON CONFLICT DO UPDATE SET value = excluded.value",
	[SCAN_ADD] = "INSERT INTO scan (address, port, transport, upgrade, server_name, "
		     "at, host, status, accepted, found) "
		     "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	[SCAN_FORGET] =
		"DELETE FROM scan WHERE id IN (SELECT id FROM scan "
		"WHERE " SAME_SCAN " ORDER BY at DESC, id DESC "
		"LIMIT -1 OFFSET " AS_TEXT(STORE_SCANS_KEPT) ") "
							     "AND id <> (SELECT id FROM "
							     "scan WHERE " SAME_SCAN
							     " ORDER BY " LAST_SCAN_FIRST
							     " LIMIT 1)",
	[SCAN_LAST] = "SELECT found FROM scan WHERE " SAME_SCAN
		      " ORDER BY " LAST_SCAN_FIRST " LIMIT 1",
};

void sqlite_statements_done(struct store_sqlite *store)
{
	for (size_t i = 0; i < STATEMENT_COUNT; i++)
		sqlite3_finalize(store->statements[i]);
}

sqlite3_stmt *sqlite_statement_of(struct store_sqlite *store, enum sqlite_statement which)
{
	sqlite3_stmt **statement = &store->statements[which];

	if (*statement == NULL)
		(void)sqlite3_prepare_v3(store->db, sql[which], -1,
			SQLITE_PREPARE_PERSISTENT, statement, NULL);
	return *statement;
}

int64_t sqlite_step_for_id(sqlite3_stmt *statement)
{
	int64_t id = 0;

	if (sqlite3_step(statement) == SQLITE_ROW)
		id = sqlite3_column_int64(statement, 0);
	if (sqlite3_reset(statement) != SQLITE_OK)
		id = 0;
	return id;
}

/* Resetting alone would not tell of a statement that could not be prepared. */
bool sqlite_step_to_end(sqlite3_stmt *statement)
{
	bool done = sqlite3_step(statement) == SQLITE_DONE;

	return sqlite3_reset(statement) == SQLITE_OK && done;
}

void sqlite_bind_bytes(sqlite3_stmt *statement, int at, struct bytes all)
{
	static const uint8_t nothing; /* a NULL pointer would be stored as NULL */

	(void)sqlite3_bind_blob64(
		statement, at, all.len == 0 ? &nothing : all.at, all.len, SQLITE_STATIC);
}

void sqlite_bind_string(sqlite3_stmt *statement, int at, const char *string)
{
	(void)sqlite3_bind_text(
		statement, at, string == NULL ? "" : string, -1, SQLITE_STATIC);
}

static void bind_code(sqlite3_stmt *statement, int at, uint32_t code, uint32_t none)
{
	if (code == none)
		(void)sqlite3_bind_null(statement, at);
	else
		(void)sqlite3_bind_int64(statement, at, code);
}

/* Stores what `bind` binds, or finds it where it is already. */
static int64_t store_or_find(struct store_sqlite *store, enum sqlite_statement insert,
	enum sqlite_statement find, struct bytes key,
	void (*bind)(sqlite3_stmt *statement, struct bytes key))
{
	sqlite3_stmt *s = sqlite_statement_of(store, insert);

	bind(s, key);
	if (!sqlite_step_to_end(s))
		return 0;
	if (sqlite3_changes(store->db) > 0)
		return sqlite3_last_insert_rowid(store->db);
	s = sqlite_statement_of(store, find);
	bind(s, key);
	return sqlite_step_for_id(s);
}

static void bind_key(sqlite3_stmt *s, struct bytes key)
{
	sqlite_bind_bytes(s, 1, key);
}

static void bind_endpoint(sqlite3_stmt *s, struct bytes key)
{
	struct endpoint_key endpoint;

	memcpy(&endpoint, key.at, sizeof endpoint);
	sqlite_bind_bytes(s, 1,
		bytes_over(key.at + offsetof(struct endpoint_key, address), ADDRESS_LEN));
	(void)sqlite3_bind_int(s, 2, endpoint.port);
	sqlite_bind_string(s, 3, transport_name(endpoint.transport));
	sqlite_bind_string(s, 4, upgrade_name(endpoint.upgrade));
}

static int64_t store_client(struct store_sqlite *store, struct dictionary_entry *entry)
{
	return store_or_find(store, INTERN_CLIENT, FIND_CLIENT, entry->key, bind_key);
}

static int64_t store_endpoint(struct store_sqlite *store, struct dictionary_entry *entry)
{
	return store_or_find(
		store, INTERN_ENDPOINT, FIND_ENDPOINT, entry->key, bind_endpoint);
}

static int64_t store_name(struct store_sqlite *store, struct dictionary_entry *entry)
{
	return store_or_find(store, INTERN_NAME, FIND_NAME, entry->key, bind_key);
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
	int64_t client = row_of(store, &all->clients, key->client, store_client);
	int64_t endpoint = row_of(store, &all->endpoints, key->endpoint, store_endpoint);
	int64_t name = row_of(store, &all->names, key->name, store_name);
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

/* In the order of the table's key, so that a batch walks its tree once. */
static int fact_compare(const void *a, const void *b)
{
	const uint32_t *x = &((const struct fact *)a)->key.hour;
	const uint32_t *y = &((const struct fact *)b)->key.hour;

	for (size_t i = 0; i < sizeof(struct fact_key) / sizeof *x; i++)
		if (x[i] != y[i])
			return x[i] < y[i] ? -1 : 1;
	return 0;
}

static bool write_fact(sqlite3_stmt *s, const struct fact *fact)
{
	(void)sqlite3_bind_int64(s, 1, fact->key.hour);
	(void)sqlite3_bind_int64(s, 2, fact->key.client);
	(void)sqlite3_bind_int64(s, 3, fact->key.endpoint);
	(void)sqlite3_bind_int64(s, 4, fact->key.name);
	(void)sqlite3_bind_int64(s, 5, fact->key.hello);
	(void)sqlite3_bind_int64(s, 6, fact->key.answer);
	(void)sqlite3_bind_int64(s, 7, (int64_t)fact->count);
	(void)sqlite3_bind_int64(s, 8, fact->first);
	(void)sqlite3_bind_int64(s, 9, fact->last);
	return sqlite_step_to_end(s);
}

static int entry_compare(const void *a, const void *b)
{
	struct bytes x = (*(struct dictionary_entry *const *)a)->key;
	struct bytes y = (*(struct dictionary_entry *const *)b)->key;
	int order = memcmp(x.at, y.at, x.len < y.len ? x.len : y.len);

	return order != 0 ? order : (x.len > y.len) - (x.len < y.len);
}

/* Stores what is new in a dictionary in the order of its index, whose pages are then
 * touched once a batch. */
static bool store_new(struct store_sqlite *store, const struct dictionary *dictionary,
	int64_t (*store_it)(struct store_sqlite *store, struct dictionary_entry *entry))
{
	struct dictionary_entry **fresh = calloc(dictionary->count + 1, sizeof *fresh);
	size_t count = 0;
	bool ok = fresh != NULL;

	for (uint32_t i = 0; ok && i < dictionary->count; i++)
		if (dictionary->entries[i].row == 0)
			fresh[count++] = &dictionary->entries[i];
	if (ok)
		qsort(fresh, count, sizeof fresh[0], entry_compare);
	for (size_t i = 0; ok && i < count; i++) {
		fresh[i]->row = store_it(store, fresh[i]);
		ok = fresh[i]->row != 0;
	}
	free(fresh);
	return ok;
}

static bool write_facts(struct store_sqlite *store)
{
	const struct aggregate *aggregate = store->aggregate;
	sqlite3_stmt *s;

	if (!store_new(store, &aggregate->clients, store_client) ||
		!store_new(store, &aggregate->endpoints, store_endpoint) ||
		!store_new(store, &aggregate->names, store_name))
		return false;
	for (uint32_t i = 0; i < aggregate->count; i++)
		if (!fact_of_rows(store, &aggregate->facts[i], &store->batch[i]))
			return false;
	qsort(store->batch, aggregate->count, sizeof store->batch[0], fact_compare);
	s = sqlite_statement_of(store, COUNT_HANDSHAKE);
	for (uint32_t i = 0; i < aggregate->count; i++)
		if (!write_fact(s, &store->batch[i]))
			return false;
	return true;
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

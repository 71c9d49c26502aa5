/* Opens, migrates and closes the SQLite store. */
#include "store/store_sqlite.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h> /* access: to tell why a file could not be opened */

#include "base/text.h"

#define APPLICATION_ID 0x746c7375 /* "tlsu" */
#define BUSY_WAIT_MS   10000      /* longer than any batch of another writer takes */

extern const char *const schema[]; /* generated from schema/NNN_*.sql */

static const struct sqlite_code {
	int sqlite;
	enum err err;
	const char *sentence;
} codes[] = {
	{ SQLITE_FULL, ERR_FULL, "the disk is full" },
	{ SQLITE_BUSY, ERR_BUSY, "another program holds it locked" },
	{ SQLITE_LOCKED, ERR_BUSY, "another program holds it locked" },
	{ SQLITE_READONLY, ERR_PERMISSION, "it may not be written" },
	{ SQLITE_PERM, ERR_PERMISSION, "permission was denied" },
	{ SQLITE_NOTADB, ERR_TYPE, "it is not a database" },
	{ SQLITE_CORRUPT, ERR_IO, "it is damaged" },
	{ SQLITE_NOMEM, ERR_MEMORY, "memory ran out" },
};

/* What SQLite calls an I/O error may be a full disk too: where it makes room for the
 * index of its journal. */
static bool disk_is_full(sqlite3 *db)
{
	int number = sqlite3_system_errno(db);

	return number == ENOSPC || number == EDQUOT;
}

static void name_of(const struct store_sqlite *store, struct text *ret)
{
	text_init(ret, FAULT_TEXT_MAX);
	text_quote_terminal(ret, bytes_of_string(store->path));
}

enum err sqlite_fault(struct store_sqlite *store, const char *doing, struct fault *why)
{
	int code = store->db == NULL ? SQLITE_NOMEM : sqlite3_errcode(store->db) & 0xff;
	const char *sentence = store->db == NULL ? "" : sqlite3_errmsg(store->db);
	struct text CLEANUP(text_done) name;
	enum err err = ERR_IO;

	if (code == SQLITE_IOERR && disk_is_full(store->db))
		code = SQLITE_FULL;
	for (size_t i = 0; i < COUNT_OF(codes); i++) {
		if (codes[i].sqlite == code) {
			err = codes[i].err;
			sentence = codes[i].sentence;
		}
	}
	name_of(store, &name);
	return fault_set(
		why, err, "cannot %s %s: %s", doing, text_string(&name), sentence);
}

enum err sqlite_run(
	struct store_sqlite *store, const char *sql, const char *doing, struct fault *why)
{
	if (sqlite3_exec(store->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return sqlite_fault(store, doing, why);
	return ERR_OK;
}

static enum err read_number(
	struct store_sqlite *store, const char *sql, int *ret, struct fault *why)
{
	sqlite3_stmt *statement = NULL;
	enum err err = ERR_OK;

	if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) != SQLITE_OK ||
		sqlite3_step(statement) != SQLITE_ROW)
		err = sqlite_fault(store, "open", why);
	else
		*ret = sqlite3_column_int(statement, 0);
	sqlite3_finalize(statement);
	return err;
}

static int schema_newest(void)
{
	int count = 0;

	while (schema[count] != NULL)
		count++;
	return count;
}

/* One migration is one transaction, so a schema is whole or as it was before. */
static enum err migrate_step(struct store_sqlite *store, int from, struct fault *why)
{
	struct text CLEANUP(text_done) sql;

	text_init(&sql, 1 << 20);
	text_add(&sql, schema[from]);
	text_format(&sql, "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT;",
		APPLICATION_ID, from + 1);
	return sqlite_run(store, text_string(&sql), "migrate", why);
}

static enum err migrate(struct store_sqlite *store, struct fault *why)
{
	int version = 0;
	enum err err = ERR_OK;

	while (err == ERR_OK) {
		err = sqlite_run(store, "BEGIN IMMEDIATE", "migrate", why);
		if (err == ERR_OK)
			err = read_number(store, "PRAGMA user_version", &version, why);
		if (err != ERR_OK || version >= schema_newest())
			break;
		err = migrate_step(store, version, why);
	}
	if (sqlite3_get_autocommit(store->db) == 0)
		(void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	return err;
}

/* Refuses what is not ours, what is newer, and, to a reader, what is older. */
static enum err check_schema(
	struct store_sqlite *store, int application, int version, struct fault *why)
{
	struct text CLEANUP(text_done) name;

	name_of(store, &name);
	if (application != APPLICATION_ID)
		return fault_set(why, ERR_TYPE,
			"%s is a database, but not a store of tlsunset",
			text_string(&name));
	if (version > schema_newest())
		return fault_set(why, ERR_SCHEMA,
			"%s was written by a newer tlsunset (schema %d, this program "
			"knows "
			"%d); use that one, or another store",
			text_string(&name), version, schema_newest());
	if (version < schema_newest() && !store->writes)
		return fault_set(why, ERR_SCHEMA,
			"%s has an older schema (%d); run tlsunset watch on it once to "
			"bring it to %d",
			text_string(&name), version, schema_newest());
	return ERR_OK;
}

static enum err prepare_schema(struct store_sqlite *store, struct fault *why)
{
	int application = 0, version = 0, tables = 0;
	enum err err =
		read_number(store, "SELECT count(*) FROM sqlite_schema", &tables, why);

	if (err == ERR_OK)
		err = read_number(store, "PRAGMA application_id", &application, why);
	if (err == ERR_OK)
		err = read_number(store, "PRAGMA user_version", &version, why);
	if (err == ERR_OK && (tables > 0 || !store->writes))
		err = check_schema(store, application, version, why);
	if (err == ERR_OK && !store->writes) /* all reads show one moment */
		return sqlite_run(store, "BEGIN", "open", why);
	if (err != ERR_OK)
		return err;
	/* Pages of 8 KB took 3 % less of a dense capture's time than those of 4 KB. */
	err = sqlite_run(store,
		"PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous "
		"= NORMAL;"
		"PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 4096;",
		"open", why);
	return err == ERR_OK ? migrate(store, why) : err;
}

static enum err open_database(struct store_sqlite *store, struct fault *why)
{
	int flags = store->writes ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
				  : SQLITE_OPEN_READONLY;

	struct text CLEANUP(text_done) name;

	name_of(store, &name);
	if (!store->writes && access(store->path, F_OK) != 0)
		return fault_set(why, ERR_NOT_FOUND,
			"there is no store %s yet; tlsunset watch makes it",
			text_string(&name));
	if (access(store->path, F_OK) == 0 && access(store->path, R_OK) != 0)
		return fault_set(why, ERR_PERMISSION,
			"cannot open %s: permission was denied", text_string(&name));
	if (sqlite3_open_v2(store->path, &store->db, flags | SQLITE_OPEN_NOMUTEX, NULL) !=
		SQLITE_OK)
		return sqlite_fault(store, "open", why);
	(void)sqlite3_busy_timeout(store->db, BUSY_WAIT_MS);
	/* The sandbox lets no file be made but beside the store. */
	if (sqlite_run(store, "PRAGMA temp_store = MEMORY", "open", why) != ERR_OK)
		return why->err;
	return prepare_schema(store, why);
}

static void sqlite_close(struct store *base)
{
	struct store_sqlite *store = (struct store_sqlite *)base;

	sqlite_statements_done(store);
	(void)sqlite3_close(store->db);
	if (store->writes)
		aggregate_done(&store->aggregate);
	free(store->batch);
	for (size_t i = 0; i < store->hello_count; i++)
		free((void *)(uintptr_t)store->hellos[i].form.at);
	free(store->hellos);
	free(store->hello_rows);
	free(store->path);
	free(store);
}

static enum err sqlite_open(const char *where, enum store_mode mode,
	const struct hash_key *key, struct store **ret, struct fault *why)
{
	struct store_sqlite *store;
	enum err err = ERR_OK;

	/* To SQLite these are databases that are gone when they are closed. */
	if (where[0] == '\0' || strcmp(where, ":memory:") == 0)
		return fault_set(why, ERR_USAGE, "a store needs a file, for example %s",
			STORE_USUAL);
	store = calloc(1, sizeof *store);
	if (store == NULL)
		return fault_set(why, ERR_MEMORY, "memory ran out");
	store->store.kind = &store_sqlite;
	store->store.sink.take = sqlite_take;
	store->path = strdup(where);
	if (mode == STORE_WRITE) {
		err = aggregate_init(&store->aggregate, key);
		store->writes = err == ERR_OK;
		store->batch = calloc(AGGREGATE_MAX, sizeof store->batch[0]);
	}
	if (err != ERR_OK || store->path == NULL ||
		(store->writes && store->batch == NULL))
		err = fault_set(why, ERR_MEMORY, "memory ran out");
	else
		err = open_database(store, why);
	if (err != ERR_OK)
		sqlite_close(&store->store);
	else
		*ret = &store->store;
	return err;
}

const struct store_kind store_sqlite = {
	.name = "sqlite",
	.open = sqlite_open,
	.close = sqlite_close,
	.run_begin = sqlite_run_begin,
	.flush = sqlite_flush,
	.totals = sqlite_totals,
	.read_handshakes = sqlite_read_handshakes,
	.read_hellos = sqlite_read_hellos,
	.read_runs = sqlite_read_runs,
};

/* Opens, migrates and closes the SQLite store. */
#include "store/store_sqlite.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h> /* and access: to tell why a file could not be opened */
#include <unistd.h>

#include "base/text.h"

#define APPLICATION_ID 0x746c7375 /* "tlsu" */
#define BUSY_WAIT_MS   10000      /* longer than any batch of another writer takes */
#define RETRY_AFTER_MS 20         /* a new store is made in less */
#define STORE_NAME_MAX 16384      /* of a URI: a path, PATH_MAX, each byte as three */

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
	if ((code == SQLITE_CANTOPEN || code == SQLITE_IOERR) &&
		sqlite3_system_errno(store->db) != 0)
		sentence = strerror(sqlite3_system_errno(store->db));
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

/* Refuses what is not ours and what is newer. A reader takes an older one as it is:
 * schemas have only grown so far, and what it lacks holds nothing. */
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
	return ERR_OK;
}

/* Of several that make one store at a time SQLite refuses all but one at once, however
 * long it was told to wait: neither could go on while the other waits. So we wait
 * ourselves. */
static enum err set_journal(struct store_sqlite *store, struct fault *why)
{
	enum err err = ERR_BUSY;

	(void)sqlite3_busy_timeout(store->db, RETRY_AFTER_MS);
	/* Pages of 8 KB took 3 % less of a dense capture's time than those of 4 KB. */
	for (int waited = 0; err == ERR_BUSY && waited < BUSY_WAIT_MS;
		waited += 2 * RETRY_AFTER_MS) {
		if (waited > 0)
			(void)sqlite3_sleep(RETRY_AFTER_MS);
		err = sqlite_run(store,
			"PRAGMA page_size = 8192; PRAGMA journal_mode = WAL;"
			"PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16384;"
			"PRAGMA wal_autocheckpoint = 4096;",
			"open", why);
	}
	(void)sqlite3_busy_timeout(store->db, BUSY_WAIT_MS);
	return err;
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
	store->schema = store->writes ? schema_newest() : version;
	if (err == ERR_OK && !store->writes) /* all reads show one moment */
		return sqlite_run(store, "BEGIN", "open", why);
	if (err == ERR_OK)
		err = set_journal(store, why);
	return err == ERR_OK ? migrate(store, why) : err;
}

/* name: a path, or a URI with parameters. */
static enum err connect(
	struct store_sqlite *store, const char *name, int flags, struct fault *why)
{
	if (sqlite3_open_v2(name, &store->db, flags | SQLITE_OPEN_NOMUTEX, NULL) !=
		SQLITE_OK)
		return sqlite_fault(store, "open", why);
	(void)sqlite3_busy_timeout(store->db, BUSY_WAIT_MS);
	/* The sandbox lets no file be made but beside the store. */
	if (sqlite_run(store, "PRAGMA temp_store = MEMORY", "open", why) != ERR_OK)
		return why->err;
	return prepare_schema(store, why);
}

static enum err state_of(const char *path, struct file_state *ret)
{
	struct stat status;

	if (stat(path, &status) != 0)
		return ERR_IO;
	*ret = (struct file_state){
		.inode = status.st_ino,
		.size = status.st_size,
		.written = (time_ns)status.st_mtim.tv_sec * TIME_SECOND +
			   (time_ns)status.st_mtim.tv_nsec,
	};
	return ERR_OK;
}

/* How many bytes wait in the journal beside the store. */
static int64_t journal_size(const struct store_sqlite *store)
{
	struct text CLEANUP(text_done) journal;
	struct file_state state = { 0 };

	text_init(&journal, STORE_NAME_MAX);
	text_format(&journal, "%s-wal", store->path);
	return state_of(text_string(&journal), &state) == ERR_OK ? state.size : 0;
}

/* "file://", empty authority, then the path; "file:" in front of a relative one. */
static void uri_of(const struct store_sqlite *store, struct text *ret)
{
	text_init(ret, STORE_NAME_MAX);
	text_add(ret, store->path[0] == '/' ? "file://" : "file:");
	for (const char *c = store->path; *c != '\0'; c++)
		if (strchr("%?#", *c) != NULL)
			text_format(ret, "%%%02x", (unsigned)*c);
		else
			text_char(ret, *c);
	text_add(ret, "?immutable=1");
}

/* A reader, too, makes an index of the journal beside the store. Where it may not, the
 * store can still be read as a file that nobody changes (immutable), if nothing waits in
 * the journal: then all that was kept is in the file. That nobody does change it is
 * looked at behind each reading: sqlite_unchanged(). */
static enum err connect_to_the_file_alone(struct store_sqlite *store, struct fault *why)
{
	struct text CLEANUP(text_done) name;

	(void)sqlite3_close(store->db);
	store->db = NULL;
	store->alone = true;
	if (state_of(store->path, &store->as_opened) != ERR_OK ||
		journal_size(store) > 0) {
		name_of(store, &name);
		return fault_set(why, ERR_PERMISSION,
			"cannot open %s: a part of it waits in %s-wal, and to bring "
			"that in takes the right to write there; ask as a user who has "
			"it, or ask a copy of both files",
			text_string(&name), text_string(&name));
	}
	uri_of(store, &name);
	return connect(
		store, text_string(&name), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, why);
}

enum err sqlite_unchanged(const struct store_sqlite *store, struct fault *why)
{
	const struct file_state *was = &store->as_opened;
	struct file_state now;
	struct text CLEANUP(text_done) name;

	name_of(store, &name);
	if (!store->alone ||
		(state_of(store->path, &now) == ERR_OK && now.inode == was->inode &&
			now.size == was->size && now.written == was->written))
		return ERR_OK;
	return fault_set(why, ERR_BUSY, "%s was written to while it was read; ask again",
		text_string(&name));
}

static enum err open_database(struct store_sqlite *store, struct fault *why)
{
	int flags = store->writes ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
				  : SQLITE_OPEN_READONLY;
	struct text CLEANUP(text_done) name;
	enum err err;
	int code;

	name_of(store, &name);
	if (!store->writes && access(store->path, F_OK) != 0)
		return fault_set(why, ERR_NOT_FOUND,
			"there is no store %s yet; tlsunset watch or scan makes it",
			text_string(&name));
	if (access(store->path, F_OK) == 0 && access(store->path, R_OK) != 0)
		return fault_set(why, ERR_PERMISSION,
			"cannot open %s: permission was denied", text_string(&name));
	err = connect(store, store->path, flags, why);
	code = err == ERR_OK ? SQLITE_OK : sqlite3_errcode(store->db) & 0xff;
	if (!store->writes && (code == SQLITE_READONLY || code == SQLITE_CANTOPEN))
		return connect_to_the_file_alone(store, why);
	return err;
}

static void sqlite_close(struct store *base)
{
	struct store_sqlite *store = (struct store_sqlite *)base;

	sqlite_statements_done(store);
	(void)sqlite3_close(store->db);
	free(store->batch);
	free(store->order);
	free(store->spare_order);
	free(store->packed);
	for (size_t i = 0; i < store->hello_count; i++)
		free((void *)(uintptr_t)store->hellos[i].form.at);
	free(store->hellos);
	free(store->hello_rows);
	free(store->path);
	free(store);
}

/* For what is written at a time. */
static bool make_room(struct store_sqlite *store)
{
	store->batch = calloc(AGGREGATE_MAX, sizeof store->batch[0]);
	store->order = calloc(DICTIONARY_MAX, sizeof store->order[0]);
	store->spare_order = calloc(DICTIONARY_MAX, sizeof store->order[0]);
	return store->batch != NULL && store->order != NULL && store->spare_order != NULL;
}

static enum err sqlite_open(
	const char *where, enum store_mode mode, struct store **ret, struct fault *why)
{
	struct store_sqlite *store;
	enum err err;

	/* To SQLite these are databases that are gone when they are closed. */
	if (where[0] == '\0' || strcmp(where, ":memory:") == 0)
		return fault_set(why, ERR_USAGE, "a store needs a file, for example %s",
			STORE_USUAL);
	store = calloc(1, sizeof *store);
	if (store == NULL)
		return fault_set(why, ERR_MEMORY, "memory ran out");
	store->store.kind = &store_sqlite;
	store->path = strdup(where);
	store->writes = mode == STORE_WRITE;
	if (store->path == NULL || (store->writes && !make_room(store)))
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
	.write = sqlite_write,
	.totals = sqlite_totals,
	.read_handshakes = sqlite_read_handshakes,
	.read_counts = sqlite_read_counts,
	.read_subjects = sqlite_read_subjects,
	.read_hellos = sqlite_read_hellos,
	.read_runs = sqlite_read_runs,
	.write_scan = sqlite_write_scan,
	.commit_scans = sqlite_commit_scans,
	.read_scans = sqlite_read_scans,
	.read_scans_of = sqlite_read_scans_of,
};

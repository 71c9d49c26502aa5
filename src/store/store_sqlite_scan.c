/* Keeps scanned endpoints in SQLite: a transaction from the first scan to the commit. */
#include "store/store_sqlite.h"

#include <stdlib.h>

#include "evidence/endpoint_codec.h"

/* The schema that first had scans; in an older store, read as it is, there are none. */
#define SCHEMA_WITH_SCANS 2

static int accepted_of(const struct endpoint *endpoint)
{
	int accepted = 0;

	for (unsigned rank = RANK_SSL2; rank <= RANK_TLS13; rank++)
		if (endpoint->versions[rank].status == ENDPOINT_ACCEPTED)
			accepted |= 1 << rank;
	return accepted;
}

static bool write_certificates(
	struct store_sqlite *store, const struct endpoint *endpoint)
{
	for (size_t i = 0; i < endpoint->certificate_count; i++)
		for (size_t j = 0; j < endpoint->certificates[i].chain_len; j++)
			if (sqlite_certificate_row(
				    store, endpoint->certificates[i].chain[j]) == 0)
				return false;
	return true;
}

/* Binds 1 to 5: what makes two scans those of one endpoint. */
static void bind_same(sqlite3_stmt *s, const struct endpoint *endpoint)
{
	sqlite_bind_bytes(s, 1, bytes_over(endpoint->address.bytes, ADDRESS_LEN));
	(void)sqlite3_bind_int(s, 2, endpoint->port);
	sqlite_bind_string(
		s, 3, endpoint->quic ? "quic" : transport_name(endpoint->transport));
	sqlite_bind_string(s, 4, upgrade_name(endpoint->upgrade));
	sqlite_bind_bytes(s, 5, endpoint->server_name);
}

static bool write_scan(
	struct store_sqlite *store, const struct endpoint *endpoint, struct bytes packed)
{
	sqlite3_stmt *s;

	if (!write_certificates(store, endpoint))
		return false;
	s = sqlite_statement_of(store, SCAN_ADD);
	bind_same(s, endpoint);
	(void)sqlite3_bind_int64(s, 6, (int64_t)(endpoint->at / 1000));
	sqlite_bind_bytes(s, 7, endpoint->host);
	sqlite_bind_string(s, 8, endpoint_status_name(endpoint->status));
	(void)sqlite3_bind_int(s, 9, accepted_of(endpoint));
	sqlite_bind_bytes(s, 10, packed);
	if (!sqlite_step_to_end(s))
		return false;
	s = sqlite_statement_of(store, SCAN_FORGET);
	bind_same(s, endpoint);
	return sqlite_step_to_end(s);
}

static bool run_sql(struct store_sqlite *store, const char *sql)
{
	return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

/* The first error is the one that tells. */
static enum err give_up_scans(struct store_sqlite *store, struct fault *why)
{
	enum err err = sqlite_fault(store, "write", why);

	if (sqlite3_get_autocommit(store->db) == 0)
		(void)run_sql(store, "ROLLBACK");
	store->scans_open = false;
	return err;
}

enum err sqlite_write_scan(
	struct store *base, const struct endpoint *endpoint, struct fault *why)
{
	struct store_sqlite *store = (struct store_sqlite *)base;
	struct writer w;

	if (store->packed == NULL)
		store->packed = malloc(ENDPOINT_PACKED_MAX);
	if (store->packed == NULL)
		return fault_set(why, ERR_MEMORY, "memory ran out");
	w = writer_over(store->packed, ENDPOINT_PACKED_MAX);
	if (endpoint_pack(endpoint, &w) != ERR_OK)
		return fault_set(why, ERR_LIMIT,
			"an endpoint was found to accept more than can be kept");
	if (!store->scans_open)
		store->scans_open = run_sql(store, "BEGIN IMMEDIATE");
	if (!store->scans_open || !write_scan(store, endpoint, writer_written(&w)))
		return give_up_scans(store, why);
	return ERR_OK;
}

enum err sqlite_commit_scans(struct store *base, struct fault *why)
{
	struct store_sqlite *store = (struct store_sqlite *)base;

	if (!store->scans_open)
		return ERR_OK;
	if (!run_sql(store, "COMMIT"))
		return give_up_scans(store, why);
	store->scans_open = false;
	return ERR_OK;
}

/* Finds certificates in the store, for one endpoint. */
struct finder {
	struct endpoint_finder finder;
	struct store_sqlite *store;
	struct arena arena;
};

static const char *keep(struct arena *arena, const char *string)
{
	return arena_string(arena, bytes_of_string(string == NULL ? "" : string));
}

static const struct certificate *find_certificate(
	struct endpoint_finder *base, const uint8_t digest[SHA256_LEN])
{
	struct finder *finder = (struct finder *)base;
	struct certificate *copy = arena_take(&finder->arena, sizeof *copy);
	sqlite3_stmt *s = sqlite_statement_of(finder->store, FIND_CERTIFICATE);
	struct certificate found;

	sqlite_bind_bytes(s, 1, bytes_over(digest, SHA256_LEN));
	if (copy == NULL || sqlite3_step(s) != SQLITE_ROW ||
		!sqlite_read_certificate(s, 0, &found))
		copy = NULL;
	if (copy != NULL) {
		*copy = found;
		copy->subject = keep(&finder->arena, found.subject);
		copy->issuer = keep(&finder->arena, found.issuer);
		copy->names = keep(&finder->arena, found.names);
		copy->key_type = keep(&finder->arena, found.key_type);
		copy->signature = keep(&finder->arena, found.signature);
	}
	(void)sqlite3_reset(s);
	return copy;
}

static enum err hand_over(struct finder *finder, struct bytes packed,
	struct store_reader *reader, struct fault *why)
{
	struct endpoint endpoint;
	enum err err;

	arena_reset(&finder->arena);
	err = endpoint_unpack(packed, &finder->arena, &finder->finder, &endpoint);
	if (err == ERR_OK)
		return reader->endpoint(reader, &endpoint);
	return fault_set(why, err == ERR_UNSUPPORTED ? ERR_SCHEMA : ERR_IO,
		err == ERR_UNSUPPORTED ? "the store holds a scan that a newer tlsunset "
					 "wrote; use that one"
				       : "the store holds a scan that is damaged");
}

/* Steps through what `s` selects: packed endpoints. */
static enum err read_all(struct store_sqlite *store, sqlite3_stmt *s,
	struct store_reader *reader, struct fault *why)
{
	struct finder finder = { .finder = { find_certificate }, .store = store };
	enum err err = ERR_OK;
	int step = SQLITE_DONE;

	arena_init(&finder.arena, ENDPOINT_ARENA_MAX);
	while (err == ERR_OK && (step = sqlite3_step(s)) == SQLITE_ROW)
		err = hand_over(&finder, sqlite_column_bytes(s, 0), reader, why);
	arena_done(&finder.arena);
	return sqlite_end_reading(store, step, err, why);
}

#define CASELESS(a, b) "lower(CAST(" a " AS TEXT)) = lower(CAST(" b " AS TEXT))"

#define SAME_ENDPOINT(a, b)                                                              \
	a ".address = " b ".address AND " a ".port = " b ".port AND " a                  \
	  ".transport = " b ".transport AND " a ".upgrade = " b ".upgrade AND " a        \
	  ".server_name = " b ".server_name"

/* Whoever called an endpoint by a name finds it by that, whatever it was called since. */
static const char select_scans[] =
	"SELECT s.found FROM scan s WHERE (?1 IS NULL OR s.address = ?1) "
	"AND (?2 = 0 OR s.port = ?2) "
	"AND (?3 IS NULL OR " CASELESS("s.server_name",
		"?3") " OR EXISTS (SELECT 1 "
		      "FROM scan h WHERE " SAME_ENDPOINT("h", "s") " AND " CASELESS(
			      "h.host", "?3") ")) "
					      "AND (?4 OR s.id = (SELECT l.id FROM scan "
					      "l WHERE " SAME_ENDPOINT("l",
						      "s") " ORDER BY l.at DESC, l.id "
							   "DESC LIMIT 1)) "
							   "ORDER BY s.address, s.port, "
							   "s.transport, s.upgrade, "
							   "s.server_name, s.at, s.id";

enum err sqlite_read_scans(struct store *base, const struct store_scan_filter *filter,
	struct store_reader *reader, struct fault *why)
{
	struct store_sqlite *store = (struct store_sqlite *)base;
	sqlite3_stmt *s;
	enum err err;

	if (store->schema < SCHEMA_WITH_SCANS)
		return ERR_OK;
	s = sqlite_prepare(store, select_scans);
	if (filter->address != NULL)
		(void)sqlite3_bind_blob(
			s, 1, filter->address, ADDRESS_LEN, SQLITE_STATIC);
	(void)sqlite3_bind_int(s, 2, filter->port);
	if (filter->host != NULL)
		sqlite_bind_bytes(s, 3, *filter->host);
	(void)sqlite3_bind_int(s, 4, filter->all);
	err = read_all(store, s, reader, why);
	sqlite3_finalize(s);
	return err;
}

enum err sqlite_read_scans_of(struct store *base, const struct endpoint *same,
	struct store_reader *reader, struct fault *why)
{
	struct store_sqlite *store = (struct store_sqlite *)base;
	sqlite3_stmt *s;
	enum err err;

	if (store->schema < SCHEMA_WITH_SCANS)
		return ERR_OK;
	s = sqlite_statement_of(store, SCAN_LAST);
	bind_same(s, same);
	err = read_all(store, s, reader, why);
	(void)sqlite3_reset(s);
	return err;
}

/* The statements that write to SQLite, and how they are bound and stepped. */
#include "store/store_sqlite.h"

/* SQLITE_ROWS_AT_ONCE of them. */
#define FOUR_ROWS(row) row ", " row ", " row ", " row
#define MANY_ROWS(row) FOUR_ROWS(FOUR_ROWS(row)) ", " FOUR_ROWS(FOUR_ROWS(row))

#define INTERN_CLIENT_SQL(rows)                                                          \
	"INSERT INTO client (address) VALUES " rows " ON CONFLICT DO NOTHING"
#define INTERN_ENDPOINT_SQL(rows)                                                        \
	"INSERT INTO endpoint (address, port, transport, upgrade) VALUES " rows          \
	" ON CONFLICT DO NOTHING"
#define INTERN_NAME_SQL(rows)                                                            \
	"INSERT INTO name (name) VALUES " rows " ON CONFLICT DO NOTHING"
#define COUNT_HANDSHAKE_SQL(rows)                                                        \
	"INSERT INTO handshake VALUES " rows                                             \
	" ON CONFLICT DO UPDATE SET count = count + excluded.count, "                    \
	"first = min(first, excluded.first), last = max(last, excluded.last)"

#define ENDPOINT_ROW "(?, ?, ?, ?)"
#define FACT_ROW     "(?, ?, ?, ?, ?, ?, ?, ?, ?)"

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
	[INTERN_CLIENT] = INTERN_CLIENT_SQL("(?)"),
	[INTERN_ENDPOINT] = INTERN_ENDPOINT_SQL(ENDPOINT_ROW),
	[INTERN_NAME] = INTERN_NAME_SQL("(?)"),
	[INTERN_CLIENTS] = INTERN_CLIENT_SQL(MANY_ROWS("(?)")),
	[INTERN_ENDPOINTS] = INTERN_ENDPOINT_SQL(MANY_ROWS(ENDPOINT_ROW)),
	[INTERN_NAMES] = INTERN_NAME_SQL(MANY_ROWS("(?)")),
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
	[COUNT_HANDSHAKE] = COUNT_HANDSHAKE_SQL(FACT_ROW),
	[COUNT_HANDSHAKES] = COUNT_HANDSHAKE_SQL(MANY_ROWS(FACT_ROW)),
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
	[SCAN_LAST] =
		"SELECT found FROM scan WHERE " SAME_SCAN " ORDER BY " LAST_SCAN_FIRST,
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

/*
 * store_sqlite - what the files of the SQLite store share; nobody else includes it.
 */
#ifndef STORE_STORE_SQLITE_H
#define STORE_STORE_SQLITE_H

#include <sqlite3.h>

#include "store/order.h"
#include "store/store.h"

/* Rows of one statement, where there are many: to enter and leave a statement costs
 * SQLite half as much as a row. */
#define SQLITE_ROWS_AT_ONCE 32

/* One prepared statement a purpose; their text stands in store_sqlite_statements.c. */
enum sqlite_statement {
	FIND_CERTIFICATE,
	FIND_CLIENT,
	FIND_ENDPOINT,
	FIND_NAME,
	INTERN_CLIENT,
	INTERN_ENDPOINT,
	INTERN_NAME,
	INTERN_CLIENTS, /* and the next two: SQLITE_ROWS_AT_ONCE */
	INTERN_ENDPOINTS,
	INTERN_NAMES,
	INTERN_HELLO,
	INTERN_CERTIFICATE,
	INTERN_ANSWER,
	COUNT_HANDSHAKE,
	COUNT_HANDSHAKES, /* likewise */
	RUN_BEGIN,
	RUN_UPDATE,
	COVERAGE_SET,
	SCAN_ADD,
	SCAN_FORGET,
	SCAN_LAST,
	STATEMENT_COUNT,
};

/* By which a file that was written to is told from the one before. */
struct file_state {
	uint64_t inode;
	int64_t size;
	time_ns written;
};

struct store_sqlite {
	struct store store; /* first: a struct store * is a struct store_sqlite * */
	sqlite3 *db;
	char *path;
	struct aggregate *aggregate; /* being written, or NULL */
	struct fact *batch; /* AGGREGATE_MAX; this and the next two only if it writes */
	struct ordered *order;       /* DICTIONARY_MAX */
	struct ordered *spare_order; /* likewise */
	uint8_t *packed;             /* ENDPOINT_PACKED_MAX; from the first scan on */
	bool scans_open;             /* a transaction of scans, to be committed */
	int schema;                  /* its number; a reader takes an older one */
	bool writes;
	bool alone; /* read as a file that nobody changes; it was then: */
	struct file_state as_opened;
	int64_t run;                     /* row of the run that began; 0: none */
	const struct store_owner *owner; /* of the filter that is read by, or NULL */
	sqlite3_stmt *statements[STATEMENT_COUNT];
	struct hello *hellos; /* in order of row; loaded when first read */
	int64_t *hello_rows;
	size_t hello_count;
};

/* Fills why with a sentence about the last error of the database and answers its code. */
enum err sqlite_fault(struct store_sqlite *store, const char *doing, struct fault *why);

/* Runs SQL without results. */
MUST_USE enum err sqlite_run(struct store_sqlite *store, const char *sql,
	const char *doing, struct fault *why);

/* ERR_BUSY if somebody wrote to a store that was opened as one that nobody changes: what
 * was read since may be of two moments. */
MUST_USE enum err sqlite_unchanged(const struct store_sqlite *store, struct fault *why);

enum err sqlite_run_begin(
	struct store *base, const struct store_run *run, struct fault *why);
enum err sqlite_write(struct store *base, struct aggregate *aggregate, time_ns now,
	const struct coverage *coverage, struct fault *why);

/* The statement, ready to be bound; NULL if it cannot be prepared, which the next step
 * tells. */
sqlite3_stmt *sqlite_statement_of(
	struct store_sqlite *store, enum sqlite_statement which);
void sqlite_statements_done(struct store_sqlite *store);

/* Bound without a copy: the bytes outlive the step. A NULL string is bound as "". */
void sqlite_bind_bytes(sqlite3_stmt *statement, int at, struct bytes all);
void sqlite_bind_string(sqlite3_stmt *statement, int at, const char *string);

/* Takes the id that the statement answers; 0 is a failure. */
int64_t sqlite_step_for_id(sqlite3_stmt *statement);
bool sqlite_step_to_end(sqlite3_stmt *statement);

/* The row of what is stored, now or before; 0 is a failure. */
int64_t sqlite_certificate_row(
	struct store_sqlite *store, const struct certificate *certificate);

struct bytes sqlite_column_bytes(sqlite3_stmt *s, int at);

/* Of nine columns from `at` on, borrowed; false if the first is NULL. */
bool sqlite_read_certificate(sqlite3_stmt *s, int at, struct certificate *ret);

enum err sqlite_write_scan(
	struct store *base, const struct endpoint *endpoint, struct fault *why);
enum err sqlite_commit_scans(struct store *base, struct fault *why);
enum err sqlite_read_scans(struct store *base, const struct store_scan_filter *filter,
	struct store_reader *reader, struct fault *why);
enum err sqlite_read_scans_of(struct store *base, const struct endpoint *same,
	struct store_reader *reader, struct fault *why);

enum err sqlite_totals(struct store *base, struct store_totals *ret, struct fault *why);
enum err sqlite_read_handshakes(struct store *base, const struct store_filter *filter,
	struct store_reader *reader, struct fault *why);
/* A statement that is used once; NULL if it cannot be prepared, which its step tells. */
sqlite3_stmt *sqlite_prepare(struct store_sqlite *store, const char *sql);

/* The same, with ?1 to ?5 bound: hours, client, server, name; and ?8. The filter's owner
 * is borrowed until the statement is finalized, and one such statement is read at a
 * time. */
sqlite3_stmt *sqlite_prepare_filtered(
	struct store_sqlite *store, const char *sql, const struct store_filter *filter);

/* Of a handshake h: one of its sides is the owner's that is wanted, if one is. */
#define FILTER_OWNED                                                                     \
	"(?8 IS NULL OR (?8 & 1 AND h.client IN "                                        \
	"(SELECT id FROM client WHERE is_owned_address(address))) OR (?8 & 2 AND "       \
	"(h.endpoint IN (SELECT id FROM endpoint WHERE is_owned_address(address)) OR "   \
	"h.name IN (SELECT id FROM name WHERE is_owned_name(name))))) "

/* What a reading comes to, after its last step. */
MUST_USE enum err sqlite_end_reading(
	struct store_sqlite *store, int step, enum err err, struct fault *why);

MUST_USE enum err sqlite_load_hellos(struct store_sqlite *store, struct fault *why);

/* The place among the hellos loaded; STORE_NO_HELLO for row 0, "not seen". */
size_t sqlite_hello_number(const struct store_sqlite *store, int64_t row);

enum err sqlite_read_counts(struct store *base, const struct store_filter *filter,
	struct store_reader *reader, struct fault *why);
enum err sqlite_read_subjects(struct store *base, enum store_subject_kind kind,
	struct store_reader *reader, struct fault *why);
enum err sqlite_read_hellos(
	struct store *base, struct store_reader *reader, struct fault *why);
enum err sqlite_read_runs(
	struct store *base, struct store_reader *reader, struct fault *why);

#endif

/* Counts handshakes by number alone: no names are looked up, so this is the store's own
 * scan and little more. */
#include "store/store_sqlite.h"

#include <stdlib.h>
#include <string.h>

#define MICROSECONDS_A_HOUR "3600000000"
#define ANSWERS_MAX         (1 << 26) /* 128 MB; an estate has some thousand */

/* The version of each answer, by its row: some thousand. */
struct versions {
	uint16_t *of;
	size_t count;
};

static const char select_counts[] =
	"SELECT h.client, h.endpoint, h.name, h.hello, h.answer, h.count, h.hour, h.last "
	"FROM handshake h WHERE h.hour BETWEEN ?1 AND ?2 "
	"AND (?3 IS NULL OR h.client IN (SELECT id FROM client WHERE address = ?3)) "
	"AND (?4 IS NULL OR h.endpoint IN (SELECT id FROM endpoint WHERE address = ?4)) "
	"AND (?5 IS NULL OR h.name IN (SELECT id FROM name "
	"WHERE lower(CAST(name AS TEXT)) = lower(CAST(?5 AS TEXT)))) "
	"AND " FILTER_OWNED "AND h.hour * " MICROSECONDS_A_HOUR " + h.last >= ?6 "
	"AND h.hour * " MICROSECONDS_A_HOUR " + h.first < ?7";

/* Room for answers up to this row, the highest. A store that was tampered with may have
 * any there. */
static enum err make_room(int64_t row, struct versions *ret, struct fault *why)
{
	if (row > ANSWERS_MAX)
		return fault_set(why, ERR_IO,
			"cannot read the store: its answers are numbered past %d",
			ANSWERS_MAX);
	ret->count = row < 0 ? 1 : (size_t)row + 1;
	ret->of = calloc(ret->count, sizeof ret->of[0]);
	return ret->of != NULL ? ERR_OK : fault_set(why, ERR_MEMORY, "memory ran out");
}

static enum err load_versions(
	struct store_sqlite *store, struct versions *ret, struct fault *why)
{
	sqlite3_stmt *s =
		sqlite_prepare(store, "SELECT id, version FROM answer ORDER BY id DESC");
	enum err err = ERR_OK;
	int step = SQLITE_DONE;

	*ret = (struct versions){ 0 };
	while (err == ERR_OK && (step = sqlite3_step(s)) == SQLITE_ROW) {
		int64_t row = sqlite3_column_int64(s, 0);

		if (ret->of == NULL) /* the highest comes first, if ids are numbers */
			err = make_room(row, ret, why);
		if (err == ERR_OK && row > 0 && (size_t)row < ret->count)
			ret->of[row] = (uint16_t)sqlite3_column_int(s, 1);
	}
	if (err == ERR_OK && step != SQLITE_DONE)
		err = sqlite_fault(store, "read", why);
	sqlite3_finalize(s);
	return err;
}

/* Moments are kept in microseconds, rounded down. */
static int64_t microseconds_up(time_ns moment)
{
	return (int64_t)(moment / 1000 + (moment % 1000 != 0));
}

static void bind_moments(sqlite3_stmt *s, const struct store_filter *filter)
{
	(void)sqlite3_bind_int64(s, 6, microseconds_up(filter->since));
	(void)sqlite3_bind_int64(
		s, 7, filter->until == 0 ? INT64_MAX : microseconds_up(filter->until));
}

static bool is_number(sqlite3_stmt *s, int at)
{
	int64_t value = sqlite3_column_int64(s, at);

	return value >= 0 && value <= UINT32_MAX;
}

static enum err read_counts(struct store_sqlite *store, sqlite3_stmt *s,
	const struct versions *versions, struct store_reader *reader, int *ret_step)
{
	enum err err = ERR_OK;

	while (err == ERR_OK && (*ret_step = sqlite3_step(s)) == SQLITE_ROW) {
		int64_t answer = sqlite3_column_int64(s, 4);
		struct store_count count = {
			.client = (uint32_t)sqlite3_column_int64(s, 0),
			.endpoint = (uint32_t)sqlite3_column_int64(s, 1),
			.name = (uint32_t)sqlite3_column_int64(s, 2),
			.hello = sqlite_hello_number(store, sqlite3_column_int64(s, 3)),
			.handshakes = (uint64_t)sqlite3_column_int64(s, 5),
			.last = (time_ns)sqlite3_column_int64(s, 6) * TIME_HOUR +
				(time_ns)sqlite3_column_int64(s, 7) * 1000,
		};

		if (answer >= 0 && (size_t)answer < versions->count)
			count.version = versions->of[answer];
		/* Nobody's number may become another's. */
		err = is_number(s, 0) && is_number(s, 1) && is_number(s, 2)
			      ? reader->count(reader, &count)
			      : ERR_VALUE;
	}
	return err;
}

enum err sqlite_read_counts(struct store *base, const struct store_filter *filter,
	struct store_reader *reader, struct fault *why)
{
	struct store_sqlite *store = (struct store_sqlite *)base;
	struct versions versions = { 0 };
	enum err err = sqlite_load_hellos(store, why);
	int step = SQLITE_DONE;
	sqlite3_stmt *s;

	if (err == ERR_OK)
		err = load_versions(store, &versions, why);
	if (err != ERR_OK) {
		free(versions.of);
		return err;
	}
	s = sqlite_prepare_filtered(store, select_counts, filter);
	bind_moments(s, filter);
	err = read_counts(store, s, &versions, reader, &step);
	err = sqlite_end_reading(store, step, err, why);
	sqlite3_finalize(s);
	free(versions.of);
	return err;
}

static const char *const select_subjects[] = {
	[STORE_CLIENTS] = "SELECT id, address, 0, NULL FROM client",
	[STORE_ENDPOINTS] = "SELECT id, address, port, NULL FROM endpoint",
	[STORE_NAMES] = "SELECT id, NULL, 0, name FROM name",
};

static struct store_subject subject_of(sqlite3_stmt *s)
{
	struct store_subject subject = {
		.number = (uint32_t)sqlite3_column_int64(s, 0),
		.port = (uint16_t)sqlite3_column_int(s, 2),
	};

	if (sqlite3_column_bytes(s, 1) == ADDRESS_LEN)
		memcpy(&subject.address, sqlite3_column_blob(s, 1), ADDRESS_LEN);
	subject.name = sqlite_column_bytes(s, 3);
	return subject;
}

enum err sqlite_read_subjects(struct store *base, enum store_subject_kind kind,
	struct store_reader *reader, struct fault *why)
{
	struct store_sqlite *store = (struct store_sqlite *)base;
	sqlite3_stmt *s = sqlite_prepare(store, select_subjects[kind]);
	enum err err = ERR_OK;
	int step = SQLITE_DONE;

	while (err == ERR_OK && (step = sqlite3_step(s)) == SQLITE_ROW) {
		struct store_subject subject = subject_of(s);

		err = reader->subject(reader, &subject);
	}
	err = sqlite_end_reading(store, step, err, why);
	sqlite3_finalize(s);
	return err;
}

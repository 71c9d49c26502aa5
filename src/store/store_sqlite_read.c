/* Reads tallies, hellos and runs back from SQLite. */
#include "store/store_sqlite.h"

#include <stdlib.h>

struct bytes sqlite_column_bytes(sqlite3_stmt *s, int at)
{
	const void *all = sqlite3_column_blob(s, at);
	int len = sqlite3_column_bytes(s, at);

	return bytes_over(all, all == NULL ? 0 : (size_t)len);
}

static uint32_t column_code(sqlite3_stmt *s, int at, uint32_t none)
{
	if (sqlite3_column_type(s, at) == SQLITE_NULL)
		return none;
	return (uint32_t)sqlite3_column_int64(s, at);
}

static const char *column_string(sqlite3_stmt *s, int at)
{
	return (const char *)sqlite3_column_text(s, at);
}

/* Copies up to len bytes; a store that was tampered with gives fewer. */
static void column_copy(sqlite3_stmt *s, int at, void *ret, size_t len)
{
	struct bytes all = bytes_first(sqlite_column_bytes(s, at), len);

	if (all.len > 0)
		memcpy(ret, all.at, all.len);
}

static void column_text_copy(sqlite3_stmt *s, int at, char *ret, size_t room)
{
	column_copy(s, at, ret, room - 1);
}

static void read_hello(sqlite3_stmt *s, struct hello *ret)
{
	struct bytes form = sqlite_column_bytes(s, 7);
	uint8_t *copy = malloc(form.len + 1);

	column_copy(s, 1, ret->digest, SHA256_LEN);
	ret->format = (enum hello_format)(sqlite3_column_int(s, 2) & 3);
	ret->max_version = (uint16_t)sqlite3_column_int(s, 3);
	ret->max_version_legacy = (uint16_t)sqlite3_column_int(s, 4);
	ret->fallback_scsv = sqlite3_column_int(s, 5) != 0;
	ret->family = (uint64_t)sqlite3_column_int64(s, 6);
	if (copy != NULL && form.len > 0)
		memcpy(copy, form.at, form.len);
	ret->form = bytes_over(copy, copy == NULL ? 0 : form.len);
	column_text_copy(s, 8, ret->ja3, sizeof ret->ja3);
	column_text_copy(s, 9, ret->ja4, sizeof ret->ja4);
}

sqlite3_stmt *sqlite_prepare(struct store_sqlite *store, const char *sql)
{
	sqlite3_stmt *statement = NULL;

	(void)sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL);
	return statement;
}

static bool count_hellos(struct store_sqlite *store, size_t *ret)
{
	sqlite3_stmt *s = sqlite_prepare(store, "SELECT count(*) FROM hello");
	bool ok = sqlite3_step(s) == SQLITE_ROW;

	if (ok)
		*ret = (size_t)sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return ok;
}

/* An estate has some thousand hellos: all are held, so that each has one address. */
enum err sqlite_load_hellos(struct store_sqlite *store, struct fault *why)
{
	sqlite3_stmt *s;
	size_t count = 0;

	if (store->hellos != NULL)
		return ERR_OK;
	if (!count_hellos(store, &count))
		return sqlite_fault(store, "read", why);
	store->hellos = calloc(count + 1, sizeof store->hellos[0]);
	store->hello_rows = calloc(count + 1, sizeof store->hello_rows[0]);
	if (store->hellos == NULL || store->hello_rows == NULL)
		return fault_set(why, ERR_MEMORY, "memory ran out");
	s = sqlite_prepare(store,
		"SELECT id, digest, format, max_version, max_version_legacy, "
		"fallback_scsv, "
		"family, form, ja3, ja4 FROM hello ORDER BY id");
	while (store->hello_count < count && sqlite3_step(s) == SQLITE_ROW) {
		store->hello_rows[store->hello_count] = sqlite3_column_int64(s, 0);
		read_hello(s, &store->hellos[store->hello_count++]);
	}
	sqlite3_finalize(s);
	return store->hello_count == count ? ERR_OK : sqlite_fault(store, "read", why);
}

size_t sqlite_hello_number(const struct store_sqlite *store, int64_t row)
{
	size_t low = 0, high = store->hello_count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (store->hello_rows[middle] < row)
			low = middle + 1;
		else
			high = middle;
	}
	return low < store->hello_count && store->hello_rows[low] == row ? low
									 : STORE_NO_HELLO;
}

/* NULL for row 0, "not seen". */
static const struct hello *hello_at(const struct store_sqlite *store, int64_t row)
{
	size_t number = sqlite_hello_number(store, row);

	return number == STORE_NO_HELLO ? NULL : &store->hellos[number];
}

/* Columns in this order are read by number below. What is not wanted is left out before
 * anything is looked up. */
static const char select_handshakes[] =
	"SELECT h.hour, h.count, h.first, h.last, c.address, e.address, e.port, "
	"e.transport, e.upgrade, n.name, h.hello, "
	"a.hello_cut, a.hello_malformed, a.version, a.cipher, a.\"group\", a.dh_bits, "
	"a.signature_scheme, a.alpn, a.ja3s, a.resumed, a.retried, "
	"a.client_certificate_asked, a.extended_master_secret, a.secure_renegotiation, "
	"a.outcome, a.outcome_inferred, a.alert_count, a.alerts, "
	"t.digest, t.subject, t.issuer, t.names, t.key_type, t.key_bits, t.signature, "
	"t.not_before, t.not_after "
	"FROM handshake h "
	"CROSS JOIN client c ON c.id = h.client CROSS JOIN endpoint e ON e.id = "
	"h.endpoint "
	"CROSS JOIN answer a ON a.id = h.answer LEFT JOIN name n ON n.id = h.name "
	"LEFT JOIN certificate t ON t.id = a.certificate "
	"WHERE h.hour BETWEEN ?1 AND ?2 "
	"AND (?3 IS NULL OR h.client IN (SELECT id FROM client WHERE address = ?3)) "
	"AND (?4 IS NULL OR h.endpoint IN (SELECT id FROM endpoint WHERE address = ?4)) "
	"AND (?5 IS NULL OR lower(CAST(n.name AS TEXT)) = lower(CAST(?5 AS TEXT))) "
	"AND " FILTER_OWNED "ORDER BY h.hour";

enum { /* columns of select_handshakes */
	COLUMN_ENDPOINT = 4,
	COLUMN_ANSWER = 11,
	COLUMN_OUTCOME = 25,
	COLUMN_CERTIFICATE = 29,
};

static enum outcome outcome_of(const char *name)
{
	for (int i = 0; name != NULL && i < OUTCOME_COUNT; i++)
		if (strcmp(outcome_name((enum outcome)i), name) == 0)
			return (enum outcome)i;
	return OUTCOME_UNDECIDED;
}

static void read_alerts(sqlite3_stmt *s, int at, struct handshake *ret)
{
	struct bytes all = sqlite_column_bytes(s, at);

	for (size_t i = 0; i < OBSERVED_ALERTS_MAX && 4 * i + 4 <= all.len; i++)
		ret->alerts[i] = (struct observed_alert){
			.side = all.at[4 * i] == SIDE_SERVER ? SIDE_SERVER : SIDE_CLIENT,
			.level = all.at[4 * i + 1],
			.description = all.at[4 * i + 2],
			.inferred = all.at[4 * i + 3] != 0,
		};
}

static void read_answer(sqlite3_stmt *s, struct handshake *ret)
{
	int at = COLUMN_ANSWER;

	ret->hello_cut = sqlite3_column_int(s, at) != 0;
	ret->hello_malformed = sqlite3_column_int(s, at + 1) != 0;
	ret->version = (uint16_t)column_code(s, at + 2, VERSION_NONE);
	ret->cipher = column_code(s, at + 3, CODE_NONE);
	ret->group = column_code(s, at + 4, CODE_NONE);
	ret->dh_bits = column_code(s, at + 5, 0);
	ret->signature_scheme = column_code(s, at + 6, CODE_NONE);
	ret->alpn = sqlite_column_bytes(s, at + 7);
	ret->ja3s = column_string(s, at + 8);
	ret->resumed_known = sqlite3_column_type(s, at + 9) != SQLITE_NULL;
	ret->resumed = sqlite3_column_int(s, at + 9) != 0;
	ret->retried = sqlite3_column_int(s, at + 10) != 0;
	ret->client_certificate_asked = sqlite3_column_int(s, at + 11) != 0;
	ret->extended_master_secret = sqlite3_column_int(s, at + 12) != 0;
	ret->secure_renegotiation = sqlite3_column_int(s, at + 13) != 0;
	at = COLUMN_OUTCOME;
	ret->outcome = outcome_of(column_string(s, at));
	ret->outcome_inferred = sqlite3_column_int(s, at + 1) != 0;
	ret->alert_count = (uint8_t)sqlite3_column_int(s, at + 2);
	read_alerts(s, at + 3, ret);
}

bool sqlite_read_certificate(sqlite3_stmt *s, int at, struct certificate *ret)
{
	if (sqlite3_column_type(s, at) == SQLITE_NULL)
		return false;
	*ret = (struct certificate){
		.subject = column_string(s, at + 1),
		.issuer = column_string(s, at + 2),
		.names = column_string(s, at + 3),
		.key_type = column_string(s, at + 4),
		.key_bits = (uint32_t)sqlite3_column_int64(s, at + 5),
		.signature = column_string(s, at + 6),
		.not_before = (time_ns)sqlite3_column_int64(s, at + 7) * TIME_SECOND,
		.not_after = (time_ns)sqlite3_column_int64(s, at + 8) * TIME_SECOND,
	};
	column_copy(s, at, ret->digest, SHA256_LEN);
	return true;
}

static void read_tally(struct store_sqlite *store, sqlite3_stmt *s, struct tally *ret)
{
	struct handshake *h = &ret->handshake;
	const char *transport = column_string(s, COLUMN_ENDPOINT + 3);

	*ret = (struct tally){ .count = (uint64_t)sqlite3_column_int64(s, 1) };
	h->at = (time_ns)sqlite3_column_int64(s, 0) * TIME_HOUR;
	ret->first = h->at + (time_ns)sqlite3_column_int64(s, 2) * 1000;
	ret->last = h->at + (time_ns)sqlite3_column_int64(s, 3) * 1000;
	column_copy(s, COLUMN_ENDPOINT, &h->client, ADDRESS_LEN);
	column_copy(s, COLUMN_ENDPOINT + 1, &h->server, ADDRESS_LEN);
	h->server_port = (uint16_t)sqlite3_column_int(s, COLUMN_ENDPOINT + 2);
	h->transport = transport != NULL && strcmp(transport, "udp") == 0 ? TRANSPORT_UDP
									  : TRANSPORT_TCP;
	h->upgrade = upgrade_of_name(column_string(s, COLUMN_ENDPOINT + 4));
	h->server_name = sqlite_column_bytes(s, COLUMN_ENDPOINT + 5);
	h->hello = hello_at(store, sqlite3_column_int64(s, COLUMN_ENDPOINT + 6));
	if (h->hello != NULL) {
		h->ja3 = h->hello->ja3[0] == '\0' ? NULL : h->hello->ja3;
		h->ja4 = h->hello->ja4[0] == '\0' ? NULL : h->hello->ja4;
	}
	read_answer(s, h);
}

enum err sqlite_end_reading(
	struct store_sqlite *store, int step, enum err err, struct fault *why)
{
	if (err == ERR_OK)
		err = sqlite_unchanged(store, why);
	if (err == ERR_OK && step != SQLITE_DONE)
		err = sqlite_fault(store, "read", why);
	return err;
}

enum err sqlite_read_handshakes(struct store *base, const struct store_filter *filter,
	struct store_reader *reader, struct fault *why)
{
	struct store_sqlite *store = (struct store_sqlite *)base;
	enum err err = sqlite_load_hellos(store, why);
	sqlite3_stmt *s;
	int step = SQLITE_DONE;

	if (err != ERR_OK)
		return err;
	s = sqlite_prepare_filtered(store, select_handshakes, filter);
	while (err == ERR_OK && (step = sqlite3_step(s)) == SQLITE_ROW) {
		struct certificate certificate;
		struct tally tally;

		read_tally(store, s, &tally);
		if (sqlite_read_certificate(s, COLUMN_CERTIFICATE, &certificate))
			tally.handshake.certificate = &certificate;
		if (tally.last < filter->since ||
			(filter->until != 0 && tally.first >= filter->until))
			continue;
		err = reader->handshake(reader, &tally);
	}
	err = sqlite_end_reading(store, step, err, why);
	sqlite3_finalize(s);
	return err;
}

enum err sqlite_read_hellos(
	struct store *base, struct store_reader *reader, struct fault *why)
{
	struct store_sqlite *store = (struct store_sqlite *)base;
	enum err err = sqlite_load_hellos(store, why);

	for (size_t i = 0; err == ERR_OK && i < store->hello_count; i++)
		err = reader->hello(reader, &store->hellos[i]);
	return err;
}

static bool read_coverage(struct store_sqlite *store, int64_t run, struct coverage *ret)
{
	sqlite3_stmt *s = sqlite_prepare(
		store, "SELECT counter, value FROM coverage WHERE run = ?");

	int step;

	(void)sqlite3_bind_int64(s, 1, run);
	while ((step = sqlite3_step(s)) == SQLITE_ROW) {
		const char *name = column_string(s, 0);

		for (size_t i = 0; name != NULL && i < coverage_counter_count; i++)
			if (strcmp(coverage_counters[i].name, name) == 0)
				coverage_set(
					ret, i, (uint64_t)sqlite3_column_int64(s, 1));
	}
	sqlite3_finalize(s);
	return step == SQLITE_DONE;
}

enum err sqlite_read_runs(
	struct store *base, struct store_reader *reader, struct fault *why)
{
	struct store_sqlite *store = (struct store_sqlite *)base;
	sqlite3_stmt *s = sqlite_prepare(
		store, "SELECT id, started, ended, version, inputs FROM run ORDER BY id");
	enum err err = ERR_OK;
	int step = SQLITE_DONE;

	while (err == ERR_OK && (step = sqlite3_step(s)) == SQLITE_ROW) {
		struct store_run run = {
			.started = (time_ns)sqlite3_column_int64(s, 1) * 1000,
			.ended = (time_ns)sqlite3_column_int64(s, 2) * 1000,
			.version = column_string(s, 3),
			.inputs = sqlite_column_bytes(s, 4),
		};

		if (read_coverage(store, sqlite3_column_int64(s, 0), &run.coverage))
			err = reader->run(reader, &run);
		else
			err = sqlite_fault(store, "read", why);
	}
	err = sqlite_end_reading(store, step, err, why);
	sqlite3_finalize(s);
	return err;
}

enum err sqlite_totals(struct store *base, struct store_totals *ret, struct fault *why)
{
	struct store_sqlite *store = (struct store_sqlite *)base;
	sqlite3_stmt *s = sqlite_prepare(store,
		"SELECT (SELECT coalesce(sum(count), 0) FROM handshake), "
		"(SELECT count(*) FROM hello), (SELECT count(*) FROM client), "
		"(SELECT count(*) FROM (SELECT DISTINCT address, port FROM endpoint))");
	bool ok = sqlite3_step(s) == SQLITE_ROW;

	if (ok)
		*ret = (struct store_totals){
			.handshakes = (uint64_t)sqlite3_column_int64(s, 0),
			.hellos = (uint64_t)sqlite3_column_int64(s, 1),
			.clients = (uint64_t)sqlite3_column_int64(s, 2),
			.servers = (uint64_t)sqlite3_column_int64(s, 3),
		};
	sqlite3_finalize(s);
	return ok ? ERR_OK : sqlite_fault(store, "read", why);
}

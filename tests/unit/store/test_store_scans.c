/* Scanned endpoints are kept, found again, and forgotten when there are newer ones. */
#include "../unit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../endpoints.h"
#include "store/store_sqlite.h"

extern const char *const schema[];

static char folder[] = "/tmp/tlsunset-test-XXXXXX";
static char path[64], name[80];
static struct store *store;
static struct fault why;

static int setup(void **state)
{
	(void)state;
	memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
	if (mkdtemp(folder) == NULL)
		return -1;
	(void)snprintf(path, sizeof path, "%s/store.db", folder);
	(void)snprintf(name, sizeof name, "sqlite:%s", path);
	store = NULL;
	return 0;
}

static int teardown(void **state)
{
	static const char *const suffixes[] = { "", "-wal", "-shm" };
	char all[80];

	(void)state;
	store_close(store);
	for (size_t i = 0; i < COUNT_OF(suffixes); i++) {
		(void)snprintf(all, sizeof all, "%s%s", path, suffixes[i]);
		(void)unlink(all);
	}
	return rmdir(folder);
}

static void open_it(enum store_mode mode)
{
	store_close(store);
	store = NULL;
	assert_int_equal(store_open(name, mode, &store, &why), ERR_OK);
}

static void keep(const struct endpoint *endpoint)
{
	assert_int_equal(store_write_scan(store, endpoint, &why), ERR_OK);
	assert_int_equal(store_commit_scans(store, &why), ERR_OK);
}

struct seen {
	struct store_reader reader;
	size_t count;
	time_ns first, last;
	uint16_t ports[8];
	uint16_t accepted; /* bit 1 << rank, of the last */
	char subject[64];  /* of its certificate */
};

static enum err see(struct store_reader *reader, const struct endpoint *endpoint)
{
	struct seen *seen = (struct seen *)reader;

	if (seen->count == 0)
		seen->first = endpoint->at;
	seen->last = endpoint->at;
	if (seen->count < COUNT_OF(seen->ports))
		seen->ports[seen->count] = endpoint->port;
	seen->accepted = 0;
	for (unsigned rank = RANK_SSL2; rank <= RANK_TLS13; rank++)
		if (endpoint->versions[rank].status == ENDPOINT_ACCEPTED)
			seen->accepted = (uint16_t)(seen->accepted | 1u << rank);
	if (endpoint->certificates[0].chain_len > 0)
		(void)snprintf(seen->subject, sizeof seen->subject, "%s",
			endpoint->certificates[0].chain[0]->subject);
	seen->count++;
	return ERR_OK;
}

static struct seen read_with(const struct store_scan_filter *filter)
{
	struct seen seen = { .reader = { .endpoint = see } };

	assert_int_equal(store_read_scans(store, filter, &seen.reader, &why), ERR_OK);
	return seen;
}

static enum err see_one(struct store_reader *reader, const struct endpoint *endpoint)
{
	(void)see(reader, endpoint);
	return ERR_END;
}

static struct seen read_last(const struct endpoint *same)
{
	struct seen seen = { .reader = { .endpoint = see_one } };
	enum err err = store_read_scans_of(store, same, &seen.reader, &why);

	assert_int_equal(err, seen.count == 0 ? ERR_OK : ERR_END);
	return seen;
}

static void test_a_scan_comes_back_with_its_certificate(void **state)
{
	struct endpoint e = erp_endpoint();
	struct seen seen;

	(void)state;
	open_it(STORE_WRITE);
	keep(&e);
	open_it(STORE_READ);
	seen = read_with(&(struct store_scan_filter){ 0 });
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.accepted, 1 << RANK_TLS10 | 1 << RANK_TLS12);
	assert_string_equal(seen.subject, "CN=erp.example.net");
}

static void test_the_last_of_the_same_endpoint_is_found(void **state)
{
	struct endpoint e = erp_endpoint(), other = erp_endpoint();

	(void)state;
	open_it(STORE_WRITE);
	assert_int_equal(read_last(&e).count, 0);
	keep(&e);
	e.at += TIME_DAY;
	e.versions[RANK_TLS10].status = ENDPOINT_REFUSED;
	keep(&e);
	other.server_name = bytes_of_string("b.example");
	other.at += 2 * TIME_DAY;
	keep(&other);
	assert_int_equal(read_last(&e).count, 1);
	assert_int_equal(read_last(&e).accepted, 1 << RANK_TLS12);
	other.quic = true;
	assert_int_equal(read_last(&other).count, 0);
}

static void test_filters_choose(void **state)
{
	struct endpoint e = erp_endpoint();
	struct address somewhere = address_of_ipv4((const uint8_t[]){ 10, 0, 4, 9 });
	struct bytes host = bytes_of_string("ERP.example.NET");

	(void)state;
	open_it(STORE_WRITE);
	keep(&e);
	e.at += TIME_DAY;
	keep(&e);
	e.port = 25;
	e.upgrade = UPGRADE_SMTP;
	keep(&e);
	e.address = somewhere;
	e.host = (struct bytes){ 0 };
	keep(&e);
	assert_int_equal(read_with(&(struct store_scan_filter){ 0 }).count, 3);
	assert_int_equal(read_with(&(struct store_scan_filter){ .all = true }).count, 4);
	assert_int_equal(read_with(&(struct store_scan_filter){ .port = 443 }).count, 1);
	assert_int_equal(
		read_with(&(struct store_scan_filter){ .host = &host }).count, 3);
	assert_int_equal(
		read_with(&(struct store_scan_filter){ .address = &somewhere }).count, 1);
}

static void test_an_endpoint_is_found_by_each_of_its_names(void **state)
{
	struct endpoint e = erp_endpoint();
	struct bytes before = bytes_of_string("old.example"),
		     sent = bytes_of_string("Sent.example"),
		     nobody = bytes_of_string("nobody.example");

	(void)state;
	open_it(STORE_WRITE);
	e.host = before;
	e.server_name = bytes_of_string("sent.example");
	keep(&e);
	e.at += TIME_DAY;
	e.host = bytes_of_string("10.0.4.2");
	keep(&e);
	assert_int_equal(
		read_with(&(struct store_scan_filter){ .host = &before }).count, 1);
	assert_int_equal(
		read_with(&(struct store_scan_filter){ .host = &sent }).count, 1);
	assert_int_equal(
		read_with(&(struct store_scan_filter){ .host = &nobody }).count, 0);
	assert_int_equal(
		read_with(&(struct store_scan_filter){ .host = &before, .all = true })
			.count,
		2);
}

static void test_old_scans_are_forgotten(void **state)
{
	struct endpoint e = erp_endpoint();
	struct seen seen;

	(void)state;
	open_it(STORE_WRITE);
	for (int i = 0; i < STORE_SCANS_KEPT + 3; i++) {
		e.at = ERP_AT + (time_ns)i * TIME_DAY;
		keep(&e);
	}
	seen = read_with(&(struct store_scan_filter){ .all = true });
	assert_int_equal(seen.count, STORE_SCANS_KEPT);
	assert_int_equal((seen.first - ERP_AT / 1000 * 1000) / TIME_DAY, 3);
}

static void test_a_scan_that_was_answered_outlives_those_that_were_not(void **state)
{
	struct endpoint e = erp_endpoint();

	(void)state;
	open_it(STORE_WRITE);
	keep(&e);
	e.status = ENDPOINT_NO_ANSWER;
	for (unsigned rank = RANK_SSL2; rank <= RANK_TLS13; rank++)
		e.versions[rank].status = ENDPOINT_NO_ANSWER;
	for (int i = 0; i < STORE_SCANS_KEPT + 3; i++) {
		e.at += TIME_DAY;
		keep(&e);
	}
	assert_int_equal(read_last(&e).accepted, 1 << RANK_TLS10 | 1 << RANK_TLS12);
	assert_int_equal(read_with(&(struct store_scan_filter){ .all = true }).count,
		STORE_SCANS_KEPT + 1);
	assert_int_equal(read_with(&(struct store_scan_filter){ 0 }).accepted, 0);
}

static void test_certificates_are_those_that_watch_keeps(void **state)
{
	struct endpoint e = erp_endpoint();
	sqlite3_stmt *s;

	(void)state;
	open_it(STORE_WRITE);
	keep(&e);
	keep(&e);
	s = sqlite_prepare((struct store_sqlite *)store,
		"SELECT count(*) FROM certificate WHERE subject = 'CN=erp.example.net'");
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	assert_int_equal(sqlite3_column_int(s, 0), 1);
	sqlite3_finalize(s);
}

/* As the first release made it. */
static void make_a_store_of_schema_1(void)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, schema[0], NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db,
				 "PRAGMA application_id = 1953264501;"
				 "PRAGMA user_version = 1;"
				 "INSERT INTO run VALUES (1, 2, 3, '0.1', x'')",
				 NULL, NULL, NULL),
		SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static enum err count_run(struct store_reader *reader, const struct store_run *run)
{
	(void)run;
	((struct seen *)reader)->count++;
	return ERR_OK;
}

static void test_an_older_store_is_read_as_it_is(void **state)
{
	struct seen runs = { .reader = { .run = count_run } };
	struct endpoint e = erp_endpoint();

	(void)state;
	make_a_store_of_schema_1();
	open_it(STORE_READ);
	assert_int_equal(store_read_runs(store, &runs.reader, &why), ERR_OK);
	assert_int_equal(runs.count, 1);
	assert_int_equal(read_with(&(struct store_scan_filter){ 0 }).count, 0);
	assert_int_equal(read_last(&e).count, 0);
}

static void test_an_older_store_is_migrated_by_who_writes(void **state)
{
	struct seen runs = { .reader = { .run = count_run } };
	struct endpoint e = erp_endpoint();

	(void)state;
	make_a_store_of_schema_1();
	open_it(STORE_WRITE);
	keep(&e);
	open_it(STORE_READ);
	assert_int_equal(read_with(&(struct store_scan_filter){ 0 }).count, 1);
	assert_int_equal(store_read_runs(store, &runs.reader, &why), ERR_OK);
	assert_int_equal(runs.count, 1);
}

static enum err keep_until_it_fails(struct endpoint *e)
{
	enum err err = ERR_OK;

	for (int i = 0; i < 4096 && err == ERR_OK; i++) {
		e->port++; /* each an endpoint of its own: nothing is forgotten */
		err = store_write_scan(store, e, &why);
		if (err == ERR_OK)
			err = store_commit_scans(store, &why);
	}
	return err;
}

static void test_a_full_disk_costs_the_scan_that_has_no_room(void **state)
{
	struct endpoint e = erp_endpoint();
	struct seen before, after;

	(void)state;
	open_it(STORE_WRITE);
	assert_int_equal(sqlite_run((struct store_sqlite *)store,
				 "PRAGMA max_page_count = 40", "limit", &why),
		ERR_OK);
	assert_int_equal(keep_until_it_fails(&e), ERR_FULL);
	assert_non_null(strstr(why.text, "the disk is full"));
	before = read_with(&(struct store_scan_filter){ 0 });
	assert_int_equal(before.count, e.port - 443 - 1);
	assert_int_equal(sqlite_run((struct store_sqlite *)store,
				 "PRAGMA max_page_count = 4000", "limit", &why),
		ERR_OK);
	keep(&e);
	after = read_with(&(struct store_scan_filter){ 0 });
	assert_int_equal(after.count, before.count + 1);
}

/* Writes without end; the parent kills it. */
static void write_for_ever(int ready)
{
	struct endpoint e = erp_endpoint();

	if (store_open(name, STORE_WRITE, &store, &why) != ERR_OK)
		_exit(1);
	for (;;) {
		e.port++;
		if (store_write_scan(store, &e, &why) != ERR_OK ||
			store_commit_scans(store, &why) != ERR_OK ||
			write(ready, "", 1) != 1)
			_exit(1);
	}
}

static void test_who_is_killed_keeps_what_was_written(void **state)
{
	struct seen seen;
	size_t told = 0;
	int ends[2], status;
	char one;
	pid_t child;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (child == 0)
		write_for_ever(ends[1]);
	(void)close(ends[1]);
	while (told < 200 && read(ends[0], &one, 1) == 1)
		told++;
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	while (read(ends[0], &one, 1) == 1)
		told++;
	(void)close(ends[0]);
	open_it(STORE_WRITE);
	seen = read_with(&(struct store_scan_filter){ 0 });
	assert_true(
		seen.count == told || seen.count == told + 1); /* one was not told yet */
	assert_true(told >= 200);
}

static void test_a_damaged_scan_is_told(void **state)
{
	struct endpoint e = erp_endpoint();
	struct seen seen = { .reader = { .endpoint = see } };
	struct store_scan_filter all = { 0 };

	(void)state;
	open_it(STORE_WRITE);
	keep(&e);
	assert_int_equal(sqlite_run((struct store_sqlite *)store,
				 "UPDATE scan SET found = x'01020304'", "spoil", &why),
		ERR_OK);
	assert_int_equal(store_read_scans(store, &all, &seen.reader, &why), ERR_IO);
	assert_non_null(strstr(why.text, "damaged"));
	assert_int_equal(sqlite_run((struct store_sqlite *)store,
				 "UPDATE scan SET found = x'63'", "spoil", &why),
		ERR_OK);
	assert_int_equal(store_read_scans(store, &all, &seen.reader, &why), ERR_SCHEMA);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_scan_comes_back_with_its_certificate),
		TEST(test_the_last_of_the_same_endpoint_is_found),
		TEST(test_filters_choose),
		TEST(test_an_endpoint_is_found_by_each_of_its_names),
		TEST(test_old_scans_are_forgotten),
		TEST(test_a_scan_that_was_answered_outlives_those_that_were_not),
		TEST(test_certificates_are_those_that_watch_keeps),
		TEST(test_an_older_store_is_read_as_it_is),
		TEST(test_an_older_store_is_migrated_by_who_writes),
		TEST(test_a_full_disk_costs_the_scan_that_has_no_room),
		TEST(test_who_is_killed_keeps_what_was_written),
		TEST(test_a_damaged_scan_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "../unit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/store_sqlite.h"

static const struct hash_key KEY = { 1, 2 };
static const time_ns NOON = UINT64_C(1795348800) * TIME_SECOND; /* 2026-11-22T12 */

static char path[] = "/tmp/tlsunset-test-XXXXXX";
static char name[64];

static struct aggregate aggregate; /* of the test that runs */

static int setup(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	if (fd < 0)
		return -1;
	(void)close(fd);
	(void)unlink(path);
	(void)snprintf(name, sizeof name, "sqlite:%s", path);
	return aggregate_init(&aggregate, &KEY) == ERR_OK ? 0 : -1;
}

static int teardown(void **state)
{
	char beside[64];

	(void)state;
	aggregate_done(&aggregate);
	(void)unlink(path);
	(void)snprintf(beside, sizeof beside, "%s-wal", path);
	(void)unlink(beside);
	(void)snprintf(beside, sizeof beside, "%s-shm", path);
	(void)unlink(beside);
	memcpy(path + strlen(path) - 6, "XXXXXX", 6);
	return 0;
}

static struct hello a_hello(void)
{
	struct hello hello = {
		.digest = { 7 },
		.format = HELLO_DTLS,
		.max_version = VERSION_DTLS12,
		.max_version_legacy = VERSION_DTLS10,
		.fallback_scsv = true,
		.family = UINT64_C(0xfedcba9876543210),
		.form = bytes_of_string("form"),
		.ja3 = "0123456789abcdef0123456789abcdef",
		.ja4 = "t13d1516h2_8daaf6152771_e5627efa2ab1",
	};

	return hello;
}

static struct observation an_observation(const struct hello *hello)
{
	struct observation all = { .kind = OBSERVATION_HANDSHAKE };
	struct handshake *h = &all.handshake;

	h->at = NOON + 5 * TIME_SECOND;
	h->client = address_of_ipv4((const uint8_t[]){ 10, 1, 7, 33 });
	h->server = address_of_ipv4((const uint8_t[]){ 10, 0, 4, 2 });
	h->client_port = 49152;
	h->server_port = 25;
	h->upgrade = UPGRADE_SMTP;
	h->hello = hello;
	h->server_name = bytes_of_string("Mail.example");
	h->version = VERSION_TLS10;
	h->cipher = 0x002f;
	h->group = CODE_NONE;
	h->signature_scheme = CODE_NONE;
	h->outcome = OUTCOME_COMPLETED;
	return all;
}

static void take(const struct observation *all)
{
	struct fault why;

	assert_int_equal(sink_take(&aggregate.sink, all, &why), ERR_OK);
}

/* Opens for writing, takes `all` `count` times, writes and closes. */
static void store_times(const struct observation *all, int count)
{
	struct coverage coverage = { .handshakes = (uint64_t)count };
	struct store_run run = { .started = NOON,
		.version = "0.1.0",
		.inputs = bytes_of_string("office.pcapng") };
	struct store *store;
	struct fault why = { 0 };

	assert_int_equal(store_open(name, STORE_WRITE, &store, &why), ERR_OK);
	assert_int_equal(store_run_begin(store, &run, &why), ERR_OK);
	for (int i = 0; i < count; i++)
		take(all);
	assert_int_equal(
		store_write(store, &aggregate, NOON + TIME_MINUTE, &coverage, &why),
		ERR_OK);
	store_close(store);
}

struct gathered {
	struct store_reader reader;
	size_t tallies;
	uint64_t handshakes;
	void (*check)(const struct tally *tally);
	size_t runs;
	struct coverage coverage;
};

static enum err gather(struct store_reader *reader, const struct tally *tally)
{
	struct gathered *all = (struct gathered *)reader;

	all->tallies++;
	all->handshakes += tally->count;
	if (all->check != NULL)
		all->check(tally);
	return ERR_OK;
}

static enum err gather_run(struct store_reader *reader, const struct store_run *run)
{
	struct gathered *all = (struct gathered *)reader;

	all->runs++;
	coverage_add(&all->coverage, &run->coverage);
	assert_string_equal(run->version, "0.1.0");
	assert_int_equal(run->ended, NOON + TIME_MINUTE);
	assert_true(bytes_equal(run->inputs, bytes_of_string("office.pcapng")));
	return ERR_OK;
}

static struct gathered read_all(
	const struct store_filter *filter, void (*check)(const struct tally *tally))
{
	struct gathered all = { .reader = { .handshake = gather, .run = gather_run },
		.check = check };
	struct store *store;
	struct fault why = { 0 };

	assert_int_equal(store_open(name, STORE_READ, &store, &why), ERR_OK);
	assert_int_equal(store_read_handshakes(store, filter, &all.reader, &why), ERR_OK);
	assert_int_equal(store_read_runs(store, &all.reader, &why), ERR_OK);
	store_close(store);
	return all;
}

static const struct store_filter ALL = { 0 };

static void test_alike_handshakes_add_up_over_runs(void **state)
{
	struct hello hello = a_hello();
	struct observation all = an_observation(&hello);
	struct gathered seen;

	(void)state;
	store_times(&all, 3);
	all.handshake.client_port++;
	all.handshake.at += TIME_SECOND;
	store_times(&all, 4);
	seen = read_all(&ALL, NULL);
	assert_int_equal(seen.tallies, 1);
	assert_int_equal(seen.handshakes, 7);
	assert_int_equal(seen.runs, 2);
	assert_int_equal(seen.coverage.handshakes, 7);
}

static void test_another_hour_is_another_tally(void **state)
{
	struct hello hello = a_hello();
	struct observation all = an_observation(&hello);

	(void)state;
	store_times(&all, 1);
	all.handshake.at += TIME_HOUR;
	store_times(&all, 1);
	assert_int_equal(read_all(&ALL, NULL).tallies, 2);
}

static void check_everything(const struct tally *tally)
{
	const struct handshake *h = &tally->handshake;
	struct hello hello = a_hello();

	assert_int_equal(h->at, NOON);
	assert_int_equal(tally->first, NOON + 5 * TIME_SECOND);
	assert_int_equal(tally->last, NOON + 5 * TIME_SECOND);
	assert_int_equal(h->server_port, 25);
	assert_int_equal(h->upgrade, UPGRADE_SMTP);
	assert_true(bytes_equal(h->server_name, bytes_of_string("Mail.example")));
	assert_int_equal(h->version, VERSION_TLS10);
	assert_int_equal(h->cipher, 0x002f);
	assert_int_equal(h->group, CODE_NONE);
	assert_int_equal(h->dh_bits, 0);
	assert_true(bytes_equal(h->alpn, bytes_of_string("h2")));
	assert_string_equal(h->ja3s, "ffff");
	assert_string_equal(h->certificate->subject, "CN=a");
	assert_int_equal(h->certificate->not_after, 4 * TIME_SECOND);
	assert_true(h->resumed_known && !h->resumed && h->retried);
	assert_int_equal(h->outcome, OUTCOME_REFUSED);
	assert_int_equal(h->alert_count, 1);
	assert_int_equal(h->alerts[0].side, SIDE_SERVER);
	assert_int_equal(h->alerts[0].description, 70);
	assert_memory_equal(h->hello->digest, hello.digest, SHA256_LEN);
	assert_int_equal(h->hello->format, HELLO_DTLS);
	assert_int_equal(h->hello->max_version, VERSION_DTLS12);
	assert_int_equal(h->hello->family, hello.family);
	assert_true(bytes_equal(h->hello->form, hello.form));
	assert_string_equal(h->ja4, hello.ja4);
}

static void test_reads_what_was_taken(void **state)
{
	struct certificate certificate = { .digest = { 9 },
		.subject = "CN=a",
		.issuer = "CN=b",
		.names = "a",
		.key_type = "RSA",
		.key_bits = 2048,
		.signature = "x",
		.not_before = TIME_SECOND,
		.not_after = 4 * TIME_SECOND };
	struct hello hello = a_hello();
	struct observation all = an_observation(&hello);

	(void)state;
	all.handshake.alpn = bytes_of_string("h2");
	all.handshake.ja3s = "ffff";
	all.handshake.certificate = &certificate;
	all.handshake.resumed_known = true;
	all.handshake.retried = true;
	all.handshake.outcome = OUTCOME_REFUSED;
	all.handshake.alert_count = 1;
	all.handshake.alerts[0] = (struct observed_alert){ SIDE_SERVER, 2, 70, false };
	store_times(&all, 1);
	assert_int_equal(read_all(&ALL, check_everything).tallies, 1);
}

static void check_nothing_seen(const struct tally *tally)
{
	assert_null(tally->handshake.hello);
	assert_null(tally->handshake.certificate);
	assert_null(tally->handshake.ja3s);
	assert_int_equal(tally->handshake.server_name.len, 0);
	assert_int_equal(tally->handshake.version, VERSION_NONE);
	assert_false(tally->handshake.resumed_known);
	assert_true(tally->handshake.hello_cut);
}

static void test_what_was_not_seen_stays_not_seen(void **state)
{
	struct observation all = an_observation(NULL);

	(void)state;
	all.handshake.server_name = (struct bytes){ 0 };
	all.handshake.version = VERSION_NONE;
	all.handshake.cipher = CODE_NONE;
	all.handshake.hello_cut = true;
	store_times(&all, 1);
	assert_int_equal(read_all(&ALL, check_nothing_seen).tallies, 1);
}

static void test_filters_by_client_name_and_time(void **state)
{
	struct hello hello = a_hello();
	struct observation all = an_observation(&hello);
	struct address other = address_of_ipv4((const uint8_t[]){ 10, 1, 7, 34 });
	struct bytes mail = bytes_of_string("mail.EXAMPLE");
	struct bytes elsewhere = bytes_of_string("elsewhere");
	struct store_filter filter;

	(void)state;
	store_times(&all, 1);
	assert_int_equal(read_all(&(struct store_filter){ .client = &all.handshake.client,
					  .server = &all.handshake.server },
				 NULL)
				 .tallies,
		1);
	assert_int_equal(
		read_all(&(struct store_filter){ .client = &other }, NULL).tallies, 0);
	assert_int_equal(
		read_all(&(struct store_filter){ .server_name = &mail }, NULL).tallies,
		1);
	assert_int_equal(
		read_all(&(struct store_filter){ .server_name = &elsewhere }, NULL)
			.tallies,
		0);
	filter = (struct store_filter){ .since = NOON + TIME_MINUTE };
	assert_int_equal(read_all(&filter, NULL).tallies, 0);
	filter = (struct store_filter){ .until = NOON + TIME_MINUTE };
	assert_int_equal(read_all(&filter, NULL).tallies, 1);
}

/* That many kinds of handshake. An aggregate that is full is written. */
static void take_many(struct store *store, uint32_t count)
{
	struct hello hello = a_hello();
	struct observation all = an_observation(&hello);
	struct fault why = { 0 };
	enum err err;

	for (uint32_t i = 0; i < count; i++) {
		all.handshake.client.bytes[12] = (uint8_t)(i >> 16);
		all.handshake.client.bytes[13] = (uint8_t)(i >> 8);
		all.handshake.client.bytes[14] = (uint8_t)i;
		err = sink_take(&aggregate.sink, &all, &why);
		if (err == ERR_LIMIT) {
			assert_int_equal(
				store_write(store, &aggregate, NOON, NULL, &why), ERR_OK);
			err = sink_take(&aggregate.sink, &all, &why);
		}
		assert_int_equal(err, ERR_OK);
	}
}

static void test_holds_more_than_fits_in_memory(void **state)
{
	struct store *store;
	struct store_totals totals;
	struct fault why = { 0 };

	(void)state;
	assert_int_equal(store_open(name, STORE_WRITE, &store, &why), ERR_OK);
	take_many(store, 2 * AGGREGATE_MAX + 5);
	take_many(store, 2 * AGGREGATE_MAX + 5);
	assert_int_equal(store_write(store, &aggregate, NOON, NULL, &why), ERR_OK);
	assert_int_equal(store_totals(store, &totals, &why), ERR_OK);
	assert_int_equal(totals.handshakes, 4 * AGGREGATE_MAX + 10);
	assert_int_equal(totals.clients, 2 * AGGREGATE_MAX + 5);
	assert_int_equal(totals.hellos, 1);
	assert_int_equal(totals.servers, 1);
	store_close(store);
}

static void run_sql(struct store *store, const char *sql)
{
	struct fault why = { 0 };

	assert_int_equal(
		sqlite_run((struct store_sqlite *)store, sql, "test", &why), ERR_OK);
}

/* What could not be written yet is not lost: the next flush writes it. */
static void test_a_locked_store_says_so_and_loses_nothing(void **state)
{
	struct hello hello = a_hello();
	struct observation all = an_observation(&hello);
	struct store *store, *other;
	struct fault why = { 0 };

	(void)state;
	assert_int_equal(store_open(name, STORE_WRITE, &store, &why), ERR_OK);
	assert_int_equal(store_open(name, STORE_WRITE, &other, &why), ERR_OK);
	run_sql(store, "PRAGMA busy_timeout = 1");
	run_sql(other, "BEGIN IMMEDIATE");
	take(&all);
	assert_int_equal(store_write(store, &aggregate, NOON, NULL, &why), ERR_BUSY);
	assert_non_null(strstr(why.text, "another program holds it locked"));
	run_sql(other, "COMMIT");
	assert_int_equal(store_write(store, &aggregate, NOON, NULL, &why), ERR_OK);
	store_close(other);
	store_close(store);
	assert_int_equal(read_all(&ALL, NULL).handshakes, 1);
}

static void test_a_full_disk_says_what_was_kept(void **state)
{
	struct hello hello = a_hello();
	struct observation all = an_observation(&hello);
	struct store *store;
	struct fault why = { 0 };

	(void)state;
	store_times(&all, 1);
	assert_int_equal(store_open(name, STORE_WRITE, &store, &why), ERR_OK);
	take(&all);
	assert_int_equal(store_write(store, &aggregate, NOON, NULL, &why), ERR_OK);
	run_sql(store, "PRAGMA max_page_count = 1");
	take_many(store, 5000);
	assert_int_equal(store_write(store, &aggregate, NOON, NULL, &why), ERR_FULL);
	assert_non_null(strstr(why.text, "the disk is full"));
	assert_int_equal(store->kept, 1);
	assert_int_equal(aggregate.taken, 5000);
	run_sql(store, "PRAGMA max_page_count = 1000000");
	assert_int_equal(store_write(store, &aggregate, NOON, NULL, &why), ERR_OK);
	store_close(store);
	assert_int_equal(read_all(&ALL, NULL).handshakes, 5002);
}

static void test_a_newer_schema_is_refused(void **state)
{
	struct hello hello = a_hello();
	struct observation all = an_observation(&hello);
	struct store *store;
	struct fault why = { 0 };

	(void)state;
	store_times(&all, 1);
	assert_int_equal(store_open(name, STORE_WRITE, &store, &why), ERR_OK);
	run_sql(store, "PRAGMA user_version = 999");
	store_close(store);
	assert_int_equal(store_open(name, STORE_WRITE, &store, &why), ERR_SCHEMA);
	assert_non_null(strstr(why.text, "newer tlsunset"));
	assert_int_equal(store_open(name, STORE_READ, &store, &why), ERR_SCHEMA);
}

static void test_what_cannot_be_written_is_not_said_to_be_kept(void **state)
{
	struct hello hello = a_hello();
	struct observation all = an_observation(&hello);
	struct fault why = { 0 };
	struct store *store;

	(void)state;
	assert_int_equal(store_open(name, STORE_WRITE, &store, &why), ERR_OK);
	run_sql(store, "DROP TABLE handshake");
	take(&all);
	assert_int_not_equal(store_write(store, &aggregate, NOON, NULL, &why), ERR_OK);
	assert_int_equal(store->kept, 0);
	assert_non_null(strstr(why.text, "no such table: handshake"));
	store_close(store);
}

static void test_a_file_that_is_no_store_is_refused(void **state)
{
	FILE *file = fopen(path, "w");
	struct store *store;
	struct fault why = { 0 };

	(void)state;
	assert_non_null(file);
	for (int i = 0; i < 1000; i++)
		(void)fputs("not a database\n", file);
	(void)fclose(file);
	assert_int_equal(store_open(name, STORE_WRITE, &store, &why), ERR_TYPE);
	assert_non_null(strstr(why.text, "not a database"));
}

static void test_a_killed_writer_leaves_a_whole_store(void **state)
{
	struct store *store;
	struct fault why = { 0 };
	pid_t child = fork();

	(void)state;
	if (child == 0) {
		if (store_open(name, STORE_WRITE, &store, &why) != ERR_OK)
			_exit(1);
		for (;;)
			take_many(store, 2 * AGGREGATE_MAX);
	}
	assert_true(child > 0);
	(void)usleep(300000);
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_int_equal(store_open(name, STORE_WRITE, &store, &why), ERR_OK);
	assert_int_equal(
		sqlite_run((struct store_sqlite *)store,
			"CREATE TEMP TABLE damage (line CHECK (line = 'ok'));"
			"INSERT INTO damage SELECT * FROM pragma_integrity_check",
			"check", &why),
		ERR_OK);
	store_close(store);
}

#define STORE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(test_alike_handshakes_add_up_over_runs),
		STORE_TEST(test_another_hour_is_another_tally),
		STORE_TEST(test_reads_what_was_taken),
		STORE_TEST(test_what_was_not_seen_stays_not_seen),
		STORE_TEST(test_filters_by_client_name_and_time),
		STORE_TEST(test_holds_more_than_fits_in_memory),
		STORE_TEST(test_a_locked_store_says_so_and_loses_nothing),
		STORE_TEST(test_a_full_disk_says_what_was_kept),
		STORE_TEST(test_a_newer_schema_is_refused),
		STORE_TEST(test_what_cannot_be_written_is_not_said_to_be_kept),
		STORE_TEST(test_a_file_that_is_no_store_is_refused),
		STORE_TEST(test_a_killed_writer_leaves_a_whole_store),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Whether a store opens, and what is said if not. */
#include "../sys/child.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "store/store.h"

static const time_ns NOON = UINT64_C(1795348800) * TIME_SECOND; /* 2026-11-22T12 */

#define NOBODY 65534

static char folder[] = "/tmp/tlsunset-test-XXXXXX";
static char path[80]; /* with what means something in a URI */
static char name[96];

static int setup(void **state)
{
	(void)state;
	memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
	if (mkdtemp(folder) == NULL)
		return -1;
	(void)snprintf(path, sizeof path, "%s/50%% of? #1.db", folder);
	(void)snprintf(name, sizeof name, "sqlite:%s", path);
	return 0;
}

static const char *beside(const char *suffix)
{
	static char all[96];

	(void)snprintf(all, sizeof all, "%s%s", path, suffix);
	return all;
}

static int teardown(void **state)
{
	(void)state;
	(void)chmod(folder, 0700);
	(void)unlink(path);
	(void)unlink(beside("-wal"));
	(void)unlink(beside("-shm"));
	return rmdir(folder);
}

/* A store with one run. Without an end, as after a kill, the run waits in the journal. */
static void write_a_store(void *without_end)
{
	struct store_run run = { .started = NOON, .version = "1.2.3" };
	struct coverage coverage = { .handshakes = 2 };
	struct fault why = { 0 };
	struct store *store;

	CHECK(store_open(name, STORE_WRITE, &store, &why) == ERR_OK);
	CHECK(store_run_begin(store, &run, &why) == ERR_OK);
	CHECK(store_write(store, NULL, NOON, &coverage, &why) == ERR_OK);
	if (without_end != NULL)
		_exit(0);
	store_close(store);
}

/* From here on nothing can be made beside the store: whoever may all becomes somebody
 * who may not. The file itself stays the reader's. */
static void lose_the_right_to_write(void)
{
	CHECK(chmod(folder, 0555) == 0);
	if (geteuid() == 0) {
		CHECK(chown(path, NOBODY, NOBODY) == 0);
		CHECK(setuid(NOBODY) == 0);
	}
	CHECK(access(folder, W_OK) != 0);
}

struct counter {
	struct store_reader reader;
	int runs;
};

static enum err count_run(struct store_reader *reader, const struct store_run *run)
{
	struct counter *counter = (struct counter *)reader;

	counter->runs += run->coverage.handshakes == 2;
	return ERR_OK;
}

static enum err read_runs(struct store *store, int *ret_runs, struct fault *why)
{
	struct counter counter = { .reader = { .run = count_run } };
	enum err err = store_read_runs(store, &counter.reader, why);

	*ret_runs = counter.runs;
	return err;
}

static void reads_where_nothing_may_be_written(void *state)
{
	struct fault why = { 0 };
	struct store *store;
	int runs;

	(void)state;
	write_a_store(NULL);
	lose_the_right_to_write();
	CHECK(store_open(name, STORE_READ, &store, &why) == ERR_OK);
	CHECK(read_runs(store, &runs, &why) == ERR_OK && runs == 1);
	store_close(store);
}

static void says_that_a_journal_waits_to_be_brought_in(void *state)
{
	struct fault why = { 0 };
	struct store *store;

	(void)state;
	run_in_child(write_a_store, folder);
	CHECK(unlink(beside("-shm")) == 0);
	lose_the_right_to_write();
	CHECK(store_open(name, STORE_READ, &store, &why) == ERR_PERMISSION);
	CHECK(strstr(why.text, beside("-wal")) != NULL);
	CHECK(strstr(why.text, "a copy of both files") != NULL);
}

static void reads_a_journal_with_its_index(void *state)
{
	struct fault why = { 0 };
	struct store *store;
	int runs;

	(void)state;
	run_in_child(write_a_store, folder);
	lose_the_right_to_write();
	CHECK(store_open(name, STORE_READ, &store, &why) == ERR_OK);
	CHECK(read_runs(store, &runs, &why) == ERR_OK && runs == 1);
	store_close(store);
}

static void notices_who_writes_where_it_could_not_lock(void *state)
{
	const struct timespec another_time[2] = { { 1, 0 }, { 1, 0 } };
	struct fault why = { 0 };
	struct store *store;
	int runs;

	(void)state;
	write_a_store(NULL);
	lose_the_right_to_write();
	CHECK(store_open(name, STORE_READ, &store, &why) == ERR_OK);
	CHECK(utimensat(AT_FDCWD, path, another_time, 0) == 0);
	CHECK(read_runs(store, &runs, &why) == ERR_BUSY);
	CHECK(strstr(why.text, "ask again") != NULL);
	store_close(store);
}

static void test_a_store_without_a_file_is_refused(void **state)
{
	struct fault why = { 0 };
	struct store *store;

	(void)state;
	assert_int_equal(store_open("sqlite:", STORE_WRITE, &store, &why), ERR_USAGE);
	assert_int_equal(
		store_open("sqlite::memory:", STORE_WRITE, &store, &why), ERR_USAGE);
}

static void test_a_store_without_a_kind_is_told_by_its_name(void **state)
{
	struct fault why = { 0 };
	struct store *store;

	(void)state;
	assert_int_equal(store_open("office\n.db", STORE_READ, &store, &why), ERR_USAGE);
	assert_non_null(strstr(why.text, "sqlite:PATH"));
	assert_non_null(strstr(why.text, "not \"office\\x0a.db\""));
}

static void test_what_the_system_says_is_told(void **state)
{
	struct fault why = { 0 };
	struct store *store;

	(void)state;
	assert_int_equal(
		store_open("sqlite:/proc/nowhere/e.db", STORE_WRITE, &store, &why),
		ERR_IO);
	assert_string_equal(
		why.text, "cannot open /proc/nowhere/e.db: No such file or directory");
	assert_int_equal(store_open("sqlite:/proc", STORE_READ, &store, &why), ERR_IO);
	assert_string_equal(why.text, "cannot open /proc: Is a directory");
}

#define IN_CHILD(body)                                                                   \
	static void test_##body(void **state)                                            \
	{                                                                                \
		run_in_child(body, *state);                                              \
	}

IN_CHILD(reads_where_nothing_may_be_written)
IN_CHILD(says_that_a_journal_waits_to_be_brought_in)
IN_CHILD(reads_a_journal_with_its_index)
IN_CHILD(notices_who_writes_where_it_could_not_lock)

static void test_a_store_that_is_not_there_cannot_be_read(void **state)
{
	struct store *store;
	struct fault why = { 0 };

	(void)state;
	assert_int_equal(store_open(name, STORE_READ, &store, &why), ERR_NOT_FOUND);
	assert_int_equal(store_open("oracle:x", STORE_READ, &store, &why), ERR_USAGE);
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_store_without_a_file_is_refused),
		cmocka_unit_test(test_a_store_without_a_kind_is_told_by_its_name),
		cmocka_unit_test(test_what_the_system_says_is_told),
		T(test_a_store_that_is_not_there_cannot_be_read),
		T(test_reads_where_nothing_may_be_written),
		T(test_says_that_a_journal_waits_to_be_brought_in),
		T(test_reads_a_journal_with_its_index),
		T(test_notices_who_writes_where_it_could_not_lock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

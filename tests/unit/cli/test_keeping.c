#include "../unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/keeping.h"
#include "store/store_sqlite.h"
#include "sys/workers.h"

static const struct hash_key KEY = { 1, 2 };
static const time_ns NOON = UINT64_C(1795348800) * TIME_SECOND; /* 2026-11-22T12 */

#define WORKERS 3
#define EACH    (2 * AGGREGATE_MAX + 7) /* of all different ones a worker */

/* All different, that fit into what one worker alone has. */
#define FRONT_ROOM (3 * AGGREGATE_MAX)

static char folder[] = "/tmp/tlsunset-test-XXXXXX";
static char name[64];

static int setup(void **state)
{
	(void)state;
	memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
	if (mkdtemp(folder) == NULL)
		return -1;
	(void)snprintf(name, sizeof name, "sqlite:%s/x.db", folder);
	return 0;
}

static int teardown(void **state)
{
	static const char *const suffixes[] = { "", "-wal", "-shm" };
	char path[64];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(suffixes); i++) {
		(void)snprintf(path, sizeof path, "%s/x.db%s", folder, suffixes[i]);
		(void)unlink(path);
	}
	return rmdir(folder);
}

static enum err hand_over(struct sink *sink, unsigned worker, uint32_t i)
{
	struct observation all = { .kind = OBSERVATION_HANDSHAKE };
	struct fault why;

	all.handshake.at = NOON;
	all.handshake.version = VERSION_TLS10;
	all.handshake.client = address_of_ipv4((const uint8_t[]){
		(uint8_t)worker, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i });
	return sink_take(sink, &all, &why);
}

static uint64_t handshakes_in(struct store *store)
{
	struct store_totals totals = { 0 };
	struct fault why;

	assert_int_equal(store_totals(store, &totals, &why), ERR_OK);
	return totals.handshakes;
}

static void run_sql(struct store *store, const char *sql)
{
	struct fault why = { 0 };

	assert_int_equal(
		sqlite_run((struct store_sqlite *)store, sql, "test", &why), ERR_OK);
}

struct hand {
	struct keeping *keeping;
	unsigned worker;
};

static enum err hand_over_each(void *context, struct fault *why)
{
	struct hand *hand = context;
	struct sink *sink = keeping_sink(hand->keeping, hand->worker);
	enum err err = ERR_OK;

	(void)why;
	for (uint32_t i = 0; i < EACH && err == ERR_OK; i++)
		err = hand_over(sink, hand->worker, i);
	return err;
}

/* Pulses meanwhile, whose time has always come. */
static enum err pulse_on(void *context, struct fault *why)
{
	static const struct coverage coverage = { .handshakes = 1 };

	enum err err = ERR_OK;

	for (unsigned i = 1; i <= 50 && err == ERR_OK; i++) {
		err = keeping_pulse(
			context, NOON + i * STORE_WRITE_EVERY, &coverage, why);
		(void)usleep(2000);
	}
	return err;
}

static enum err one_of_all(void *context, struct fault *why)
{
	struct hand *hand = context;

	return hand->worker == WORKERS ? pulse_on(hand->keeping, why)
				       : hand_over_each(hand, why);
}

static void test_what_several_workers_count_is_all_kept(void **state)
{
	struct keeping *keeping = keeping_new(&KEY, WORKERS);
	struct coverage coverage = { 0 };
	struct hand hands[WORKERS + 1];
	void *contexts[WORKERS + 1];
	struct store *store;
	struct fault why = { 0 };

	(void)state;
	assert_int_equal(store_open(name, STORE_WRITE, &store, &why), ERR_OK);
	assert_int_equal(keeping_begin(keeping, store, &why), ERR_OK);
	for (unsigned i = 0; i <= WORKERS; i++) {
		hands[i] = (struct hand){ keeping, i };
		contexts[i] = &hands[i];
	}
	assert_int_equal(workers_run(one_of_all, contexts, WORKERS + 1, &why), ERR_OK);
	assert_int_equal(keeping_end(keeping, NOON, &coverage, &why), ERR_OK);
	assert_int_equal(handshakes_in(store), WORKERS * EACH);
	assert_int_equal(store->kept, WORKERS * EACH);
	keeping_free(keeping);
	store_close(store);
}

/* Waits until so many are in the store, for whoever else opens it. */
static void wait_for(uint64_t wanted)
{
	struct store *reader;
	struct fault why = { 0 };

	for (uint64_t seen = 0; seen < wanted; store_close(reader)) {
		assert_int_equal(store_open(name, STORE_READ, &reader, &why), ERR_OK);
		seen = handshakes_in(reader);
	}
}

/* A clock that was set back an hour does not stop that for an hour. */
static void test_a_pulse_writes_before_an_aggregate_is_full(void **state)
{
	struct keeping *keeping = keeping_new(&KEY, 1);
	struct sink *sink = keeping_sink(keeping, 0);
	struct coverage coverage = { 0 };
	struct store *store;
	struct fault why = { 0 };

	(void)state;
	assert_int_equal(store_open(name, STORE_WRITE, &store, &why), ERR_OK);
	assert_int_equal(keeping_begin(keeping, store, &why), ERR_OK);
	for (uint32_t i = 0; i < 2; i++) {
		assert_int_equal(hand_over(sink, 0, i), ERR_OK);
		assert_int_equal(
			keeping_pulse(keeping, NOON - i * TIME_HOUR, &coverage, &why),
			ERR_OK);
		wait_for(i + 1);
	}
	assert_int_equal(keeping_end(keeping, NOON, &coverage, &why), ERR_OK);
	keeping_free(keeping);
	store_close(store);
}

/* Long before an aggregate is full: who watches a quiet network is told too. */
static void test_a_store_that_fails_is_told_at_a_pulse(void **state)
{
	struct keeping *keeping = keeping_new(&KEY, 1);
	struct coverage coverage = { 0 };
	struct store *store;
	struct fault why = { 0 };

	(void)state;
	assert_int_equal(store_open(name, STORE_WRITE, &store, &why), ERR_OK);
	run_sql(store, "PRAGMA query_only = 1");
	assert_int_equal(keeping_begin(keeping, store, &why), ERR_OK);
	assert_int_equal(hand_over(keeping_sink(keeping, 0), 0, 0), ERR_OK);
	while (keeping_pulse(keeping, NOON, &coverage, &why) == ERR_OK)
		(void)usleep(2000);
	assert_non_null(strstr(why.text, "cannot write"));
	assert_int_not_equal(keeping_end(keeping, NOON, &coverage, &why), ERR_OK);
	keeping_free(keeping);
	store_close(store);
}

/* Hands over until the writer has failed and said so; answers how many. */
static uint32_t hand_over_until_failed(struct keeping *keeping)
{
	struct coverage coverage = { 0 };
	struct fault why = { 0 };
	uint32_t taken = 0;

	while (keeping_pulse(keeping, 0, &coverage, &why) == ERR_OK)
		assert_int_equal(hand_over(keeping_sink(keeping, 0), 0, taken++), ERR_OK);
	return taken;
}

static void expect_text(const struct fault *why, const char *form, uint64_t figure)
{
	struct text CLEANUP(text_done) text;

	text_init(&text, 64);
	text_grouped(&text, figure);
	text_add(&text, form);
	if (strstr(why->text, text_string(&text)) == NULL)
		fail_msg("\"%s\" is not in: %s", text_string(&text), why->text);
}

/* What was under way when it failed comes afterwards. */
static void test_a_store_that_fails_tells_all_that_was_not_kept(void **state)
{
	struct keeping *keeping = keeping_new(&KEY, 1);
	struct coverage coverage = { 0 };
	struct store *store;
	struct fault why = { 0 };
	uint32_t taken;

	(void)state;
	assert_int_equal(store_open(name, STORE_WRITE, &store, &why), ERR_OK);
	run_sql(store, "PRAGMA max_page_count = 1");
	assert_int_equal(keeping_begin(keeping, store, &why), ERR_OK);
	taken = hand_over_until_failed(keeping);
	assert_true(taken >= AGGREGATE_MAX);
	for (uint32_t i = 0; i < FRONT_ROOM; i++)
		assert_int_equal(hand_over(keeping_sink(keeping, 0), 0, taken++), ERR_OK);
	assert_int_equal(keeping_end(keeping, NOON, &coverage, &why), ERR_FULL);
	assert_non_null(strstr(why.text, "the disk is full"));
	expect_text(&why, " handshakes of this run were kept, ", 0);
	expect_text(&why, " were not", taken);
	keeping_free(keeping);
	store_close(store);
}

static void test_what_failed_once_is_kept_at_the_end(void **state)
{
	struct keeping *keeping = keeping_new(&KEY, 1);
	struct coverage coverage = { 0 };
	struct store *store;
	struct fault why = { 0 };

	(void)state;
	assert_int_equal(store_open(name, STORE_WRITE, &store, &why), ERR_OK);
	run_sql(store, "PRAGMA max_page_count = 1");
	assert_int_equal(keeping_begin(keeping, store, &why), ERR_OK);
	for (uint32_t i = 0; i <= AGGREGATE_MAX; i++)
		assert_int_equal(hand_over(keeping_sink(keeping, 0), 0, i), ERR_OK);
	while (keeping_pulse(keeping, 0, &coverage, &why) == ERR_OK)
		(void)usleep(2000);
	run_sql(store, "PRAGMA max_page_count = 1000000"); /* the writer has ended */
	assert_int_equal(keeping_end(keeping, NOON, &coverage, &why), ERR_OK);
	assert_int_equal(handshakes_in(store), AGGREGATE_MAX + 1);
	keeping_free(keeping);
	store_close(store);
}

static void test_what_found_no_room_is_told_though_the_rest_is_kept_at_last(void **state)
{
	struct keeping *keeping = keeping_new(&KEY, 1);
	struct coverage coverage = { 0 };
	struct store *store;
	struct fault why = { 0 };

	(void)state;
	assert_int_equal(store_open(name, STORE_WRITE, &store, &why), ERR_OK);
	run_sql(store, "PRAGMA max_page_count = 1");
	assert_int_equal(keeping_begin(keeping, store, &why), ERR_OK);
	for (uint32_t i = 0; i < FRONT_ROOM + 10; i++)
		assert_int_equal(hand_over(keeping_sink(keeping, 0), 0, i), ERR_OK);
	run_sql(store, "PRAGMA max_page_count = 1000000");
	assert_int_equal(keeping_end(keeping, NOON, &coverage, &why), ERR_FULL);
	assert_in_range(store->kept, AGGREGATE_MAX, FRONT_ROOM);
	assert_int_equal(handshakes_in(store), store->kept);
	expect_text(&why, " handshakes of this run were kept, ", store->kept);
	expect_text(&why, " were not", FRONT_ROOM + 10 - store->kept);
	keeping_free(keeping);
	store_close(store);
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_what_several_workers_count_is_all_kept),
		T(test_a_pulse_writes_before_an_aggregate_is_full),
		T(test_a_store_that_fails_is_told_at_a_pulse),
		T(test_a_store_that_fails_tells_all_that_was_not_kept),
		T(test_what_failed_once_is_kept_at_the_end),
		T(test_what_found_no_room_is_told_though_the_rest_is_kept_at_last),
	};

	return cmocka_run_group_tests_name("keeping", tests, NULL, NULL);
}

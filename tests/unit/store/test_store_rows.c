/* Many rows at a time: each keeps its own ids. */
#include "../unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/store_sqlite.h"

#define MANY (2 * SQLITE_ROWS_AT_ONCE + 3)

static const struct hash_key KEY = { 1, 2 };
static const time_ns NOON = UINT64_C(1795348800) * TIME_SECOND; /* 2026-11-22T12 */

static char folder[] = "/tmp/tlsunset-test-XXXXXX";
static char name[64];

static int setup(void **state)
{
	(void)state;
	memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
	if (mkdtemp(folder) == NULL)
		return -1;
	(void)snprintf(name, sizeof name, "sqlite:%s/e.db", folder);
	return 0;
}

static int teardown(void **state)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	char path[64];

	(void)state;
	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		(void)snprintf(path, sizeof path, "%s/e.db%s", folder, ends[i]);
		(void)unlink(path);
	}
	return rmdir(folder);
}

/* The n-th client speaks to the n-th server by the n-th name. */
static void hand_over(struct aggregate *aggregate, unsigned n)
{
	struct observation all = { .kind = OBSERVATION_HANDSHAKE };
	struct handshake *h = &all.handshake;
	struct fault why;
	char server_name[16];

	(void)snprintf(server_name, sizeof server_name, "%u.example", n);
	h->at = NOON;
	h->client = address_of_ipv4((const uint8_t[]){ 10, 0, 0, (uint8_t)n });
	h->server = address_of_ipv4((const uint8_t[]){ 10, 0, 1, (uint8_t)n });
	h->server_port = (uint16_t)(40000 - n);
	h->server_name = bytes_of_string(server_name);
	h->cipher = h->group = h->signature_scheme = CODE_NONE;
	assert_int_equal(sink_take(&aggregate->sink, &all, &why), ERR_OK);
}

/* In a run of their own: from, from + step, ... below MANY. */
static void store_every(unsigned from, unsigned step)
{
	struct aggregate aggregate;
	struct store *store;
	struct fault why;

	assert_int_equal(aggregate_init(&aggregate, &KEY), ERR_OK);
	assert_int_equal(store_open(name, STORE_WRITE, &store, &why), ERR_OK);
	for (unsigned n = from; n < MANY; n += step)
		hand_over(&aggregate, n);
	assert_int_equal(store_write(store, &aggregate, NOON, NULL, &why), ERR_OK);
	store_close(store);
	aggregate_done(&aggregate);
}

static uint64_t seen[MANY];

static enum err check(struct store_reader *reader, const struct tally *tally)
{
	const struct handshake *h = &tally->handshake;
	unsigned n = h->client.bytes[15];
	char server_name[16];

	(void)reader;
	(void)snprintf(server_name, sizeof server_name, "%u.example", n);
	assert_true(n < MANY);
	assert_int_equal(h->server.bytes[15], n);
	assert_int_equal(h->server_port, 40000 - n);
	assert_true(bytes_equal(h->server_name, bytes_of_string(server_name)));
	seen[n] += tally->count;
	return ERR_OK;
}

static void read_all(void)
{
	struct store_reader reader = { .handshake = check };
	struct store_filter all = { 0 };
	struct store *store;
	struct fault why;

	memset(seen, 0, sizeof seen);
	assert_int_equal(store_open(name, STORE_READ, &store, &why), ERR_OK);
	assert_int_equal(store_read_handshakes(store, &all, &reader, &why), ERR_OK);
	store_close(store);
}

static void test_new_rows_have_their_own_ids(void **state)
{
	(void)state;
	store_every(0, 1);
	read_all();
	for (unsigned n = 0; n < MANY; n++)
		assert_int_equal(seen[n], 1);
}

static void test_known_rows_among_new_ones_are_found(void **state)
{
	(void)state;
	store_every(1, 3);
	store_every(0, 1);
	read_all();
	for (unsigned n = 0; n < MANY; n++)
		assert_int_equal(seen[n], n % 3 == 1 ? 2 : 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_new_rows_have_their_own_ids, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_known_rows_among_new_ones_are_found, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

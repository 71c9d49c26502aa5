#include "../unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/store.h"

static const struct hash_key KEY = { 1, 2 };
static const time_ns NOON = UINT64_C(1795348800) * TIME_SECOND; /* 2026-11-22T12 */

static char folder[] = "/tmp/tlsunset-test-XXXXXX";
static char name[64];
static struct hello hellos[2];

/* What is kept: client, server, name, hello, version, and how often. */
static const struct sample {
	uint8_t client;
	uint8_t server;
	const char *name;
	int hello; /* -1: not seen */
	uint16_t version;
	int hour;
	uint64_t times;
} samples[] = {
	{ 1, 1, "a.example", 0, VERSION_TLS10, 0, 3 },
	{ 1, 2, "", 1, VERSION_TLS12, 0, 1 },
	{ 2, 1, "A.EXAMPLE", 1, VERSION_NONE, 1, 4 },
	{ 2, 2, "", -1, VERSION_TLS12, 2, 2 },
};

static void hand_over(struct aggregate *aggregate, const struct sample *sample)
{
	struct observation all = { .kind = OBSERVATION_HANDSHAKE };
	struct handshake *h = &all.handshake;
	struct fault why;

	h->at = NOON + (time_ns)sample->hour * TIME_HOUR;
	h->client = address_of_ipv4((const uint8_t[]){ 10, 0, 0, sample->client });
	h->server = address_of_ipv4((const uint8_t[]){ 10, 0, 1, sample->server });
	h->server_port = 443;
	h->server_name = bytes_of_string(sample->name);
	h->hello = sample->hello < 0 ? NULL : &hellos[sample->hello];
	h->version = sample->version;
	h->cipher = h->group = h->signature_scheme = CODE_NONE;
	for (uint64_t i = 0; i < sample->times; i++)
		assert_int_equal(sink_take(&aggregate->sink, &all, &why), ERR_OK);
}

static int setup(void **state)
{
	struct aggregate aggregate;
	struct store *store;
	struct fault why;

	(void)state;
	memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
	if (mkdtemp(folder) == NULL || aggregate_init(&aggregate, &KEY) != ERR_OK)
		return -1;
	(void)snprintf(name, sizeof name, "sqlite:%s/x.db", folder);
	hellos[0] = (struct hello){ .digest = { 1 } };
	hellos[1] = (struct hello){ .digest = { 2 } };
	if (store_open(name, STORE_WRITE, &store, &why) != ERR_OK)
		return -1;
	for (size_t i = 0; i < COUNT_OF(samples); i++)
		hand_over(&aggregate, &samples[i]);
	if (store_write(store, &aggregate, NOON, NULL, &why) != ERR_OK)
		return -1;
	store_close(store);
	aggregate_done(&aggregate);
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

struct gathered {
	struct store_reader reader;
	uint64_t handshakes;
	uint64_t by_hello[2];
	uint64_t without_hello;
	uint64_t of_tls10;
	uint64_t of_none;
	uint64_t nameless;
	time_ns last;
};

static enum err gather(struct store_reader *reader, const struct store_count *count)
{
	struct gathered *all = (struct gathered *)reader;

	assert_true(count->client > 0 && count->endpoint > 0);
	all->handshakes += count->handshakes;
	if (count->hello == STORE_NO_HELLO)
		all->without_hello += count->handshakes;
	else
		all->by_hello[count->hello] += count->handshakes;
	all->of_tls10 += count->version == VERSION_TLS10 ? count->handshakes : 0;
	all->of_none += count->version == VERSION_NONE ? count->handshakes : 0;
	all->nameless += count->name == 0 ? count->handshakes : 0;
	all->last = count->last > all->last ? count->last : all->last;
	return ERR_OK;
}

static struct gathered counts(const struct store_filter *filter)
{
	struct gathered all = { .reader = { .count = gather } };
	struct store *store;
	struct fault why;

	assert_int_equal(store_open(name, STORE_READ, &store, &why), ERR_OK);
	assert_int_equal(store_read_counts(store, filter, &all.reader, &why), ERR_OK);
	store_close(store);
	return all;
}

static void test_counts_have_the_place_of_their_hello_and_the_version(void **state)
{
	struct gathered all = counts(&(struct store_filter){ 0 });

	(void)state;
	assert_int_equal(all.handshakes, 10);
	assert_int_equal(all.by_hello[0], 3);
	assert_int_equal(all.by_hello[1], 5);
	assert_int_equal(all.without_hello, 2);
	assert_int_equal(all.of_tls10, 3);
	assert_int_equal(all.of_none, 4);
	assert_int_equal(all.nameless, 3);
	assert_int_equal(all.last, NOON + 2 * TIME_HOUR);
}

struct tallied {
	struct store_reader reader;
	uint64_t handshakes;
};

static enum err tally(struct store_reader *reader, const struct tally *tally)
{
	((struct tallied *)reader)->handshakes += tally->count;
	return ERR_OK;
}

/* Of an owner: counted, and as tallies. */
static uint64_t of_owner(const struct store_owner *owner)
{
	const struct store_filter filter = { .owner = owner };
	struct tallied all = { .reader = { .handshake = tally } };
	struct gathered counted = counts(&filter);
	struct store *store;
	struct fault why;

	assert_int_equal(store_open(name, STORE_READ, &store, &why), ERR_OK);
	assert_int_equal(
		store_read_handshakes(store, &filter, &all.reader, &why), ERR_OK);
	store_close(store);
	assert_int_equal(counted.handshakes, all.handshakes);
	return counted.handshakes;
}

static void test_an_owner_has_clients_and_servers_by_address_and_name(void **state)
{
	struct network client, server;
	struct bytes named = bytes_of_string("a.example");
	struct owner all[] = { { "first", &client, 1, &named, 1 },
		{ "second", &server, 1, NULL, 0 } };
	const struct owners owners = { .all = all, .count = COUNT_OF(all) };

	(void)state;
	assert_int_equal(network_parse(bytes_of_string("10.0.0.1"), &client), ERR_OK);
	assert_int_equal(network_parse(bytes_of_string("10.0.1.2"), &server), ERR_OK);
	assert_int_equal(of_owner(&(struct store_owner){ &owners, all, true, false }), 4);
	assert_int_equal(of_owner(&(struct store_owner){ &owners, all, false, true }), 7);
	assert_int_equal(of_owner(&(struct store_owner){ &owners, all, true, true }), 8);
	assert_int_equal(
		of_owner(&(struct store_owner){ &owners, &all[1], true, true }), 3);
	all[1].network_count = 0;
	assert_int_equal(
		of_owner(&(struct store_owner){ &owners, &all[1], true, true }), 0);
}

static void test_counts_are_filtered_as_tallies_are(void **state)
{
	struct address client = address_of_ipv4((const uint8_t[]){ 10, 0, 0, 2 });
	struct address server = address_of_ipv4((const uint8_t[]){ 10, 0, 1, 1 });
	struct address nobody = address_of_ipv4((const uint8_t[]){ 10, 0, 0, 9 });
	struct bytes any_case = bytes_of_string("a.Example");
	struct store_filter filter = { .client = &client };

	(void)state;
	assert_int_equal(counts(&filter).handshakes, 6);
	filter = (struct store_filter){ .server = &server };
	assert_int_equal(counts(&filter).handshakes, 7);
	filter = (struct store_filter){ .client = &nobody };
	assert_int_equal(counts(&filter).handshakes, 0);
	filter = (struct store_filter){ .server_name = &any_case };
	assert_int_equal(counts(&filter).handshakes, 7);
	filter = (struct store_filter){ .since = NOON + 1 };
	assert_int_equal(counts(&filter).handshakes, 6);
	filter = (struct store_filter){ .until = NOON + TIME_HOUR };
	assert_int_equal(counts(&filter).handshakes, 4);
}

struct subjects {
	struct store_reader reader;
	size_t count;
	size_t alike; /* to what the samples hold first of the kind */
	uint64_t numbers;
};

static enum err meet(struct store_reader *reader, const struct store_subject *subject)
{
	struct subjects *all = (struct subjects *)reader;
	struct address client = address_of_ipv4((const uint8_t[]){ 10, 0, 0, 1 });
	struct address server = address_of_ipv4((const uint8_t[]){ 10, 0, 1, 1 });
	bool is_server = address_compare(&subject->address, &server) == 0;

	all->count++;
	all->numbers |= UINT64_C(1) << subject->number;
	all->alike += address_compare(&subject->address, &client) == 0 ||
		      (is_server && subject->port == 443) ||
		      bytes_equal(subject->name, bytes_of_string("a.example"));
	return ERR_OK;
}

static void test_a_number_stands_for_a_client_endpoint_or_name(void **state)
{
	static const enum store_subject_kind kinds[] = { STORE_CLIENTS, STORE_ENDPOINTS,
		STORE_NAMES };
	struct store *store;
	struct fault why;

	(void)state;
	assert_int_equal(store_open(name, STORE_READ, &store, &why), ERR_OK);
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		struct subjects all = { .reader = { .subject = meet } };

		assert_int_equal(
			store_read_subjects(store, kinds[i], &all.reader, &why), ERR_OK);
		assert_int_equal(all.count, 2);
		assert_int_equal(all.alike, 1);
		assert_int_equal(all.numbers, 1 << 1 | 1 << 2);
	}
	store_close(store);
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_counts_have_the_place_of_their_hello_and_the_version),
		T(test_counts_are_filtered_as_tallies_are),
		T(test_an_owner_has_clients_and_servers_by_address_and_name),
		T(test_a_number_stands_for_a_client_endpoint_or_name),
	};

	return cmocka_run_group_tests_name("store_counts", tests, NULL, NULL);
}

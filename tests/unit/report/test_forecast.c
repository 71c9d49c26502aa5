#include "../unit.h"

#include <stdio.h>
#include <string.h>

#include "report/render_forecast.h"

static const struct hash_key KEY = { 1, 2 };

#define HEAD(version) 0x03, version, [34] = 0 /* random of zeros, no session id */

/* Bodies of a ClientHello: RFC 5246, 7.4.1.2. Both offer RSA with AES-128 in CBC. */
static const uint8_t OLD[] = { HEAD(0x01), 0, 2, 0x00, 0x2f, 1, 0 };
static const uint8_t NEW[] = { HEAD(0x03), 0, 2, 0x00, 0x2f, 1, 0, 0, 8, /* extensions */
	0, 13, 0, 4, 0, 2, 0x04, 0x01 }; /* signature_algorithms: rsa_pkcs1_sha256 */

static struct hello hellos[2];
static struct policy policies[2];
static struct server_profile profiles[2];

/* A store of counts in memory. */
struct canned {
	struct store store;
	const struct store_count *counts;
	size_t count;
};

static enum err read_counts(struct store *base, const struct store_filter *filter,
	struct store_reader *reader, struct fault *why)
{
	const struct canned *canned = (const struct canned *)base;
	enum err err = ERR_OK;

	(void)filter;
	(void)why;
	for (size_t i = 0; err == ERR_OK && i < canned->count; i++)
		err = reader->count(reader, &canned->counts[i]);
	return err;
}

static enum err read_hellos(
	struct store *base, struct store_reader *reader, struct fault *why)
{
	enum err err = ERR_OK;

	(void)base;
	(void)why;
	for (size_t i = 0; err == ERR_OK && i < COUNT_OF(hellos); i++)
		err = reader->hello(reader, &hellos[i]);
	return err;
}

static const struct store_kind KIND = {
	.name = "canned",
	.read_counts = read_counts,
	.read_hellos = read_hellos,
};

static int setup(void **state)
{
	(void)state;
	hellos[0] = (struct hello){ .digest = { 1 },
		.max_version = VERSION_TLS10,
		.form = bytes_over(OLD, sizeof OLD) };
	hellos[1] = (struct hello){ .digest = { 2 },
		.max_version = VERSION_TLS12,
		.form = bytes_over(NEW, sizeof NEW) };
	for (size_t i = 0; i < COUNT_OF(policies); i++) {
		policies[i] = (struct policy){ .name = "lax",
			.versions = 1 << RANK_TLS10 | 1 << RANK_TLS12 };
		profiles[i] = (struct server_profile){ .policy = &policies[i],
			.stack = stack_of(STACK_OPENSSL_1_1_1),
			.certificates = { { KEY_RSA, 2048, 0, 0x0401 } },
			.certificate_count = 1 };
	}
	policies[1].versions = 1 << RANK_TLS12;
	(void)snprintf(policies[1].name, sizeof policies[1].name, "strict");
	return 0;
}

#define FORECAST(forecast, counts, first, policy_count)                                  \
	forecast_of(forecast, counts, COUNT_OF(counts), first, policy_count)

static void forecast_of(struct forecast *ret, const struct store_count *counts,
	size_t count, size_t first, size_t policy_count)
{
	struct canned canned = { { .kind = &KIND }, counts, count };
	struct store_filter all = { 0 };
	struct fault why;

	assert_int_equal(forecast_init(ret, &canned.store, &all, &profiles[first],
				 policy_count, &KEY, &why),
		ERR_OK);
}

static void test_a_client_breaks_if_one_of_its_hellos_does(void **state)
{
	static const struct store_count counts[] = {
		{ .hello = 0, .client = 1, .version = VERSION_TLS10, .handshakes = 5 },
		{ .hello = 1, .client = 1, .version = VERSION_TLS12, .handshakes = 7 },
		{ .hello = 1, .client = 2, .version = VERSION_TLS12, .handshakes = 2 },
	};
	struct forecast forecast;
	const struct forecast_policy *strict = &forecast.policies[0];

	(void)state;
	FORECAST(&forecast, counts, 1, 1);
	assert_int_equal(forecast.clients, 2);
	assert_int_equal(strict->clients[VERDICT_BREAKS], 1);
	assert_int_equal(strict->clients[VERDICT_PASSES], 1);
	assert_int_equal(strict->handshakes[VERDICT_BREAKS], 5);
	assert_int_equal(strict->handshakes[VERDICT_PASSES], 9);
	assert_int_equal(strict->reason_count, 1);
	assert_string_equal(strict->reasons[0].text, "offers nothing newer than TLS 1.0");
	assert_int_equal(strict->reasons[0].clients, 1);
	assert_int_equal(strict->reasons[0].handshakes, 5);
	assert_int_equal(strict->passing[RANK_TLS12], 2);
	forecast_done(&forecast);
}

/* Over hours and servers; only the first time does a client count. */
static void test_a_client_counts_once_a_hello(void **state)
{
	static const struct store_count counts[] = {
		{ .hello = 1, .client = 1, .endpoint = 1, .handshakes = 1 },
		{ .hello = 0, .client = 1, .endpoint = 1, .handshakes = 1 },
		{ .hello = 1, .client = 1, .endpoint = 2, .handshakes = 1 },
		{ .hello = 1, .client = 2, .endpoint = 2, .handshakes = 1 },
	};
	struct forecast forecast;

	(void)state;
	FORECAST(&forecast, counts, 0, 1);
	assert_int_equal(forecast.hello_count, 2);
	assert_int_equal(forecast.hellos[0].hello->digest[0], 2); /* has most */
	assert_int_equal(forecast.hellos[0].clients, 2);
	assert_int_equal(forecast.hellos[0].handshakes, 3);
	assert_int_equal(forecast.hellos[1].clients, 1);
	forecast_done(&forecast);
}

static void test_what_was_limited_by_its_server_moves(void **state)
{
	static const struct store_count counts[] = {
		{ .hello = 1, .client = 1, .version = VERSION_TLS10, .handshakes = 1 },
		{ .hello = 1, .client = 2, .version = VERSION_TLS12, .handshakes = 1 },
		{ .hello = 1, .client = 3, .version = VERSION_NONE, .handshakes = 1 },
	};
	struct forecast forecast;

	(void)state;
	FORECAST(&forecast, counts, 1, 1);
	assert_int_equal(forecast.policies[0].moving[RANK_TLS10][RANK_TLS12], 1);
	assert_int_equal(forecast.policies[0].passing[RANK_TLS12], 3);
	forecast_done(&forecast);
}

static void test_a_hello_that_was_not_seen_is_unknown(void **state)
{
	static const struct store_count counts[] = {
		{ .hello = STORE_NO_HELLO, .client = 1, .handshakes = 3 },
		{ .hello = STORE_NO_HELLO, .client = 2, .handshakes = 1 },
		{ .hello = 1, .client = 2, .handshakes = 1 },
	};
	struct forecast forecast;

	(void)state;
	FORECAST(&forecast, counts, 0, 1);
	assert_int_equal(forecast.without_hello, 4);
	assert_int_equal(forecast.policies[0].clients[VERDICT_UNKNOWN], 1);
	assert_int_equal(forecast.policies[0].clients[VERDICT_PASSES], 1);
	assert_int_equal(forecast.hello_count, 1); /* nobody said the other */
	forecast_done(&forecast);
}

static void test_policies_stand_side_by_side(void **state)
{
	static const struct store_count counts[] = {
		{ .hello = 0, .client = 1, .handshakes = 4 },
		{ .hello = 1, .client = 2, .handshakes = 6 },
	};
	struct render_options options = { 0 };
	struct forecast forecast;
	struct text text;

	(void)state;
	FORECAST(&forecast, counts, 0, 2);
	text_init(&text, 10000);
	forecast_text(&forecast, &options, &text);
	assert_non_null(
		strstr(text_string(&text), "clients that would fail       0       1"));
	assert_non_null(
		strstr(text_string(&text), "handshakes that would fail    0       4"));
	text_done(&text);
	forecast_done(&forecast);
}

#define T(test) cmocka_unit_test_setup(test, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_a_client_breaks_if_one_of_its_hellos_does),
		T(test_a_client_counts_once_a_hello),
		T(test_what_was_limited_by_its_server_moves),
		T(test_a_hello_that_was_not_seen_is_unknown),
		T(test_policies_stand_side_by_side),
	};

	return cmocka_run_group_tests_name("forecast", tests, NULL, NULL);
}

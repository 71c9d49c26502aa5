#include "../unit.h"

#include <stdio.h>
#include <string.h>

#include "report/render_forecast.h"

static const struct hash_key KEY = { 1, 2 };

#define HEAD(version) 0x03, version, [34] = 0 /* random of zeros, no session id */

/* Bodies of a ClientHello: RFC 5246, 7.4.1.2. Both offer RSA with AES-128 in CBC. */
static const uint8_t OLD[] = { HEAD(0x01), 0, 2, 0x00, 0x2f, 1, 0 };
#define MANY 100 /* hellos: more than there are reasons that stand apart */

static const uint8_t NEW[] = { HEAD(0x03), 0, 2, 0x00, 0x2f, 1, 0, 0, 8, /* extensions */
	0, 13, 0, 4, 0, 2, 0x04, 0x01 }; /* signature_algorithms: rsa_pkcs1_sha256 */

static struct hello hellos[MANY];
static size_t hello_count;
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
	for (size_t i = 0; err == ERR_OK && i < hello_count; i++)
		err = reader->hello(reader, &hellos[i]);
	return err;
}

/* Endpoints 1 and 3 are one server: SMTP with STARTTLS, and without. */
static const struct store_subject clients[] = { { .number = 1, .address = { { 1 } } },
	{ .number = 2, .address = { { 2 } } } };
static const struct store_subject endpoints[] = {
	{ .number = 1, .address = { { 9 } }, .port = 25 },
	{ .number = 2, .address = { { 9 } }, .port = 443 },
	{ .number = 3, .address = { { 9 } }, .port = 25 },
};
static const struct store_subject names[] = { { .number = 1,
	.name = { (const uint8_t *)"a.example", 9 } } };

static enum err read_subjects(struct store *base, enum store_subject_kind kind,
	struct store_reader *reader, struct fault *why)
{
	static const struct {
		const struct store_subject *all;
		size_t count;
	} kinds[] = {
		[STORE_CLIENTS] = { clients, COUNT_OF(clients) },
		[STORE_ENDPOINTS] = { endpoints, COUNT_OF(endpoints) },
		[STORE_NAMES] = { names, COUNT_OF(names) },
	};
	enum err err = ERR_OK;

	(void)base;
	(void)why;
	for (size_t i = 0; err == ERR_OK && i < kinds[kind].count; i++)
		err = reader->subject(reader, &kinds[kind].all[i]);
	return err;
}

static enum err read_runs(
	struct store *base, struct store_reader *reader, struct fault *why)
{
	struct store_run run = { .coverage = { .handshakes = 7 } };

	(void)base;
	(void)why;
	return reader->run(reader, &run);
}

static const struct store_kind KIND = {
	.name = "canned",
	.read_counts = read_counts,
	.read_subjects = read_subjects,
	.read_hellos = read_hellos,
	.read_runs = read_runs,
};

static int setup(void **state)
{
	(void)state;
	hello_count = 2;
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

#define FORECAST_BY(forecast, counts, by, first, policy_count)                           \
	forecast_of(forecast, counts, COUNT_OF(counts), by, first, policy_count)
#define FORECAST(forecast, counts, first, policy_count)                                  \
	FORECAST_BY(forecast, counts, VIEW_DETAIL, first, policy_count)

static void forecast_of(struct forecast *ret, const struct store_count *counts,
	size_t count, enum view_by by, size_t first, size_t policy_count)
{
	struct canned canned = { { .kind = &KIND }, counts, count };
	struct store_filter all = { 0 };
	struct forecast_asked asked = { &all, &profiles[first], NULL, policy_count, by,
		0 };
	struct fault why;

	assert_int_equal(forecast_init(ret, &canned.store, &asked, &KEY, &why), ERR_OK);
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
	assert_int_equal(strict->in_part, 1);
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
	assert_int_equal(forecast.without_clients, 2);
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

static void test_endpoints_of_one_port_are_one_server(void **state)
{
	static const struct store_count counts[] = {
		{ .hello = 0, .client = 1, .endpoint = 1, .handshakes = 5, .last = 30 },
		{ .hello = 1, .client = 1, .endpoint = 3, .handshakes = 7, .last = 20 },
		{ .hello = 1, .client = 2, .endpoint = 3, .handshakes = 2, .last = 10 },
		{ .hello = 1, .client = 2, .endpoint = 2, .handshakes = 1, .last = 40 },
	};
	struct forecast forecast;
	const struct forecast_row *row;

	(void)state;
	FORECAST_BY(&forecast, counts, VIEW_SERVER, 1, 1);
	assert_int_equal(forecast.row_count, 2);
	row = &forecast.rows[0];
	assert_int_equal(row->port, 25);
	assert_int_equal(row->handshakes, 14);
	assert_int_equal(row->last, 30);
	assert_int_equal(row->clients, 2);
	assert_int_equal(row->clients_by_verdict[0][VERDICT_BREAKS], 1);
	assert_int_equal(row->clients_by_verdict[0][VERDICT_PASSES], 1);
	assert_int_equal(row->handshakes_by_verdict[0][VERDICT_BREAKS], 5);
	assert_int_equal(row->part_count, 2);
	assert_int_equal(row->parts[0].hello->hello->digest[0], 2); /* has most */
	assert_int_equal(row->parts[0].handshakes, 9);
	assert_int_equal(forecast.rows[1].port, 443);
	assert_int_equal(forecast.rows[1].clients_by_verdict[0][VERDICT_BREAKS], 0);
	forecast_done(&forecast);
}

static void test_a_row_tells_reasons_and_versions(void **state)
{
	static const struct store_count counts[] = {
		{ .hello = 0, .client = 2, .handshakes = 2 },
		{ .hello = 1, .client = 2, .handshakes = 1 },
		{ .hello = STORE_NO_HELLO, .client = 2, .handshakes = 8 },
	};
	struct forecast_reason reasons[FORECAST_ROW_REASONS_MAX];
	uint16_t versions[FORECAST_VERSIONS_MAX];
	struct forecast forecast;
	const struct forecast_row *row;

	(void)state;
	FORECAST_BY(&forecast, counts, VIEW_CLIENT, 0, 2);
	row = &forecast.rows[0];
	assert_int_equal(row->address.bytes[0], 2);
	assert_int_equal(forecast_row_reasons(&forecast, row, 1, reasons), 2);
	assert_string_equal(reasons[0].text, "offers nothing newer than TLS 1.0");
	assert_int_equal(reasons[0].handshakes, 2);
	assert_string_equal(reasons[1].text, FORECAST_NOT_SEEN);
	assert_int_equal(reasons[1].handshakes, 8);
	assert_int_equal(forecast_row_versions(row, 0, versions), 2);
	assert_int_equal(versions[0], VERSION_TLS12);
	assert_int_equal(versions[1], VERSION_TLS10);
	forecast_done(&forecast);
}

static void test_a_row_without_a_name_stands_for_itself(void **state)
{
	static const struct store_count counts[] = {
		{ .hello = 1, .client = 1, .name = 1, .handshakes = 1 },
		{ .hello = 1, .client = 1, .name = 0, .handshakes = 2 },
	};
	struct forecast forecast;

	(void)state;
	FORECAST_BY(&forecast, counts, VIEW_NAME, 0, 1);
	assert_int_equal(forecast.row_count, 2);
	assert_int_equal(forecast.rows[0].name.len, 0);
	assert_int_equal(forecast.rows[1].name.len, 9);
	forecast_done(&forecast);
}

/* A hello that offers a suite of ECDHE, and one group that nobody has. */
static struct hello hello_of_group(uint8_t form[], uint8_t group)
{
	static const uint8_t head[] = { HEAD(0x03), 0, 2, 0xc0, 0x2f, 1, 0, 0, 16, 0, 13,
		0, 4, 0, 2, 0x04, 0x01,    /* signature_algorithms */
		0, 10, 0, 4, 0, 2, 0xee }; /* supported_groups */
	struct hello hello = { .digest = { group, 1 }, .max_version = VERSION_TLS12 };

	memcpy(form, head, sizeof head);
	form[sizeof head] = group;
	hello.form = bytes_over(form, sizeof head + 1);
	return hello;
}

/* What has no room to stand apart is counted with its kind. */
static void test_no_reason_is_lost(void **state)
{
	static uint8_t forms[MANY][100];
	struct store_count counts[MANY] = { 0 };
	struct forecast forecast;
	const struct forecast_policy *lax = &forecast.policies[0];
	uint64_t handshakes = 0;

	(void)state;
	hello_count = MANY;
	for (uint8_t i = 0; i < MANY; i++) {
		hellos[i] = hello_of_group(forms[i], i);
		counts[i] =
			(struct store_count){ .hello = i, .client = 1, .handshakes = 1 };
	}
	FORECAST(&forecast, counts, 0, 1);
	for (size_t i = 0; i < lax->reason_count; i++)
		handshakes += lax->reasons[i].handshakes;
	assert_int_equal(handshakes, MANY);
	assert_true(lax->reason_count < FORECAST_REASONS_MAX);
	for (size_t i = 0; i < MANY; i++) { /* each hello still says its own */
		const struct forecast_hello *hello = &forecast.hellos[i];
		char group[8];

		(void)snprintf(group, sizeof group, "0xee%02x", hello->hello->digest[0]);
		assert_non_null(strstr(hello->predictions[0].reason, group));
	}
	assert_non_null(strstr(
		lax->reasons[lax->reason_count - 1].text, "no common group (others)"));
	forecast_done(&forecast);
}

/* Most of what is in the store was said by others than who is asked about. */
static void test_hellos_that_do_not_count_take_no_reason_s_place(void **state)
{
	static uint8_t forms[MANY][100];
	const struct store_count counts[] = {
		{ .hello = MANY - 1, .client = 1, .handshakes = 1 },
		{ .hello = 70, .client = 2, .handshakes = 1 },
	};
	struct forecast forecast;

	(void)state;
	hello_count = MANY;
	for (uint8_t i = 0; i < MANY; i++)
		hellos[i] = hello_of_group(forms[i], i);
	FORECAST(&forecast, counts, 0, 1);
	assert_int_equal(forecast.policies[0].reason_count, 2);
	for (size_t i = 0; i < 2; i++) {
		assert_null(strstr(forecast.policies[0].reasons[i].text, "(others)"));
		assert_int_equal(forecast.policies[0].reasons[i].clients, 1);
	}
	assert_int_equal(forecast.hello_count, 2);
	forecast_done(&forecast);
}

static void test_what_was_seen_stands_beside_it(void **state)
{
	static const struct store_count counts[] = {
		{ .hello = 1, .client = 1, .handshakes = 1 }
	};
	struct forecast forecast;

	(void)state;
	FORECAST(&forecast, counts, 0, 1);
	assert_int_equal(forecast.runs, 1);
	assert_int_equal(forecast.coverage.handshakes, 7);
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
		T(test_endpoints_of_one_port_are_one_server),
		T(test_a_row_tells_reasons_and_versions),
		T(test_a_row_without_a_name_stands_for_itself),
		T(test_no_reason_is_lost),
		T(test_hellos_that_do_not_count_take_no_reason_s_place),
		T(test_what_was_seen_stands_beside_it),
	};

	return cmocka_run_group_tests_name("forecast", tests, NULL, NULL);
}

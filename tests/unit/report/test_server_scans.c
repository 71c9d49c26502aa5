#include "../unit.h"

#include "../endpoints.h"
#include "report/server_scans.h"

static const struct hash_key KEY = { 1, 2 };

/* What a store holds, oldest first of each endpoint. */
static struct endpoint kept[4];
static size_t kept_count;

static enum err read_scans(struct store *store, const struct store_scan_filter *filter,
	struct store_reader *reader, struct fault *why)
{
	enum err err = ERR_OK;

	(void)store;
	(void)filter;
	(void)why;
	for (size_t i = 0; err == ERR_OK && i < kept_count; i++)
		err = reader->endpoint(reader, &kept[i]);
	return err;
}

static const struct store_kind KIND = { .name = "canned", .read_scans = read_scans };

static struct server_scans scans_of(time_ns until)
{
	const struct store_filter filter = { .until = until };
	struct store store = { .kind = &KIND };
	struct server_scans scans;
	struct fault why;

	assert_int_equal(server_scans_read(&scans, &store, &filter, &KEY, &why), ERR_OK);
	return scans;
}

static void add(time_ns at, enum endpoint_status tls12, const char *name)
{
	struct endpoint *one = &kept[kept_count++];

	*one = erp_endpoint();
	one->at = at;
	one->server_name = bytes_of_string(name);
	one->versions[RANK_TLS12].status = tls12;
}

static void says(const struct server_scans *scans, const char *expected)
{
	const struct server_scan *scan =
		server_scans_find(scans, &kept[0].address, kept[0].port);
	struct text text;

	assert_non_null(scan);
	text_init(&text, 1024);
	server_scan_tell(scan, VERSION_TLS12, &text);
	assert_string_equal(text_string(&text), expected);
	text_done(&text);
}

static void test_since_when_is_told_if_it_was_refused_before(void **state)
{
	struct server_scans scans;

	(void)state;
	kept_count = 0;
	add(ERP_AT, ENDPOINT_REFUSED, "a");
	add(ERP_AT + TIME_DAY, ENDPOINT_ACCEPTED, "a");
	add(ERP_AT + 2 * TIME_DAY, ENDPOINT_ACCEPTED, "a");
	scans = scans_of(0);
	says(&scans, "accepts TLS 1.2 since 2026-11-23, TLS 1.0, as scanned on "
		     "2026-11-24");
	server_scans_done(&scans);
	scans = scans_of(ERP_AT + TIME_DAY);
	says(&scans, "accepts TLS 1.0, as scanned on 2026-11-22");
	server_scans_done(&scans);
}

static void test_a_relapse_forgets_since_when(void **state)
{
	struct server_scans scans;

	(void)state;
	kept_count = 0;
	add(ERP_AT, ENDPOINT_ACCEPTED, "a");
	add(ERP_AT + TIME_DAY, ENDPOINT_REFUSED, "a");
	add(ERP_AT + 2 * TIME_DAY, ENDPOINT_ACCEPTED, "a");
	scans = scans_of(0);
	says(&scans, "accepts TLS 1.2 since 2026-11-24, TLS 1.0, as scanned on "
		     "2026-11-24");
	server_scans_done(&scans);
}

static void test_a_server_accepts_what_it_does_for_any_name(void **state)
{
	struct server_scans scans;

	(void)state;
	kept_count = 0;
	add(ERP_AT, ENDPOINT_ACCEPTED, "a");
	add(ERP_AT - TIME_DAY, ENDPOINT_REFUSED, "b");
	scans = scans_of(0);
	says(&scans, "accepts TLS 1.2, TLS 1.0, as scanned on 2026-11-22");
	server_scans_done(&scans);
}

static void test_who_did_not_answer_was_not_scanned(void **state)
{
	struct server_scans scans;

	(void)state;
	kept_count = 0;
	add(ERP_AT, ENDPOINT_ACCEPTED, "a");
	kept[0].status = ENDPOINT_NO_ANSWER;
	scans = scans_of(0);
	assert_null(server_scans_find(&scans, &kept[0].address, kept[0].port));
	server_scans_done(&scans);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_since_when_is_told_if_it_was_refused_before),
		cmocka_unit_test(test_a_relapse_forgets_since_when),
		cmocka_unit_test(test_a_server_accepts_what_it_does_for_any_name),
		cmocka_unit_test(test_who_did_not_answer_was_not_scanned),
	};

	return cmocka_run_group_tests_name("server_scans", tests, NULL, NULL);
}

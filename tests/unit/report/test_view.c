#include "../unit.h"

#include "../endpoints.h"
#include <stdlib.h>

#include "report/render.h"

static const struct hash_key KEY = { 1, 2 };
static const time_ns NOON = UINT64_C(1795348800) * TIME_SECOND; /* 2026-11-22T12 */

/* A store of tallies in memory. */
struct canned {
	struct store store;
	const struct tally *tallies;
	size_t count;
};

static enum err read_canned(struct store *base, const struct store_filter *filter,
	struct store_reader *reader, struct fault *why)
{
	const struct canned *canned = (const struct canned *)base;
	enum err err = ERR_OK;

	(void)filter;
	(void)why;
	for (size_t i = 0; err == ERR_OK && i < canned->count; i++)
		err = reader->handshake(reader, &canned->tallies[i]);
	return err;
}

static enum err read_one_run(
	struct store *base, struct store_reader *reader, struct fault *why)
{
	struct store_run run = { .coverage = { .handshakes = 10,
					 .both_hellos = 9,
					 .client_only = 1,
					 .kernel_drops = 1234 } };

	(void)base;
	(void)why;
	return reader->run(reader, &run);
}

static const struct endpoint *scanned; /* NULL: nothing was */

static enum err read_canned_scans(struct store *store,
	const struct store_scan_filter *filter, struct store_reader *reader,
	struct fault *why)
{
	(void)store;
	(void)why;
	assert_true(filter->all);
	return scanned == NULL ? ERR_OK : reader->endpoint(reader, scanned);
}

static const struct store_kind KIND = {
	.name = "canned",
	.read_handshakes = read_canned,
	.read_runs = read_one_run,
	.read_scans = read_canned_scans,
};

static const struct hello OLD = {
	.digest = { 1 }, .max_version = VERSION_TLS10, .max_version_legacy = VERSION_TLS10
};
static const struct hello NEW = { .digest = { 2 },
	.max_version = VERSION_TLS12,
	.max_version_legacy = VERSION_TLS12,
	.family = 9 };

static struct tally a_tally(
	uint8_t client, const struct hello *hello, uint16_t version, uint64_t count)
{
	struct tally tally = { .count = count, .first = NOON, .last = NOON };
	struct handshake *h = &tally.handshake;

	h->client = address_of_ipv4((const uint8_t[]){ 10, 1, 7, client });
	h->server = address_of_ipv4((const uint8_t[]){ 10, 0, 4, 2 });
	h->server_port = 443;
	h->server_name = bytes_of_string("erp.example.net");
	h->hello = hello;
	h->version = version;
	h->outcome = OUTCOME_COMPLETED;
	return tally;
}

/* Client 1 breaks, 2 passes, 3 is limited by the server, 4 was not answered, 5 sent
 * nothing well-formed. */
static struct view a_view(enum view_by by)
{
	struct tally tallies[6];
	struct canned canned = { { .kind = &KIND }, tallies, COUNT_OF(tallies) };
	struct store_filter all = { 0 };
	struct fault why = { 0 };
	struct view view;

	tallies[0] = a_tally(1, &OLD, VERSION_TLS10, 811);
	tallies[1] = a_tally(1, &NEW, VERSION_TLS12, 189);
	tallies[2] = a_tally(2, &NEW, VERSION_TLS12, 7000);
	tallies[3] = a_tally(3, &NEW, VERSION_TLS10, 1999);
	tallies[4] = a_tally(4, &NEW, VERSION_NONE, 1);
	tallies[5] = a_tally(5, NULL, VERSION_NONE, 50);
	tallies[5].handshake.hello_malformed = true;
	assert_int_equal(
		view_init(&view, &canned.store, &all, VERSION_TLS12, by, &KEY, &why),
		ERR_OK);
	return view;
}

static void test_a_scan_stands_beside_the_server_that_limits(void **state)
{
	struct endpoint erp = erp_endpoint();
	struct view view;

	(void)state;
	scanned = &erp;
	view = a_view(VIEW_SERVER);
	scanned = NULL;
	assert_int_equal(view.limited_scanned, 1);
	assert_int_equal(view.limited_able, 1);
	assert_non_null(view.limited_told[0].scan);
	assert_non_null(view.rows[0].scan);
	assert_int_equal(
		view.rows[0].scan->accepted, 1u << RANK_TLS10 | 1u << RANK_TLS12);
	view_done(&view);
}

static void test_counts_clients_by_their_worst_handshake(void **state)
{
	struct view view = a_view(VIEW_DETAIL);

	(void)state;
	assert_int_equal(view.clients, 4);
	assert_int_equal(view.handshakes, 10000);
	assert_int_equal(view.clients_by_verdict[VERDICT_BREAKS], 1);
	assert_int_equal(view.clients_by_verdict[VERDICT_PASSES], 2);
	assert_int_equal(view.clients_by_verdict[VERDICT_UNKNOWN], 1);
	assert_int_equal(view.handshakes_by_verdict[VERDICT_BREAKS], 811);
	assert_int_equal(view.classes[CLASS_SERVER_LIMITED].handshakes, 1999);
	assert_int_equal(view.limited_servers, 1);
	assert_int_equal(view.coverage.kernel_drops, 1234);
	view_done(&view);
}

static void test_junk_counts_as_junk_only(void **state)
{
	struct view view = a_view(VIEW_CLIENT);

	(void)state;
	assert_int_equal(view.classes[CLASS_JUNK].clients, 1);
	assert_int_equal(view.classes[CLASS_JUNK].handshakes, 50);
	assert_int_equal(view.row_count, 4);
	view_done(&view);
}

static void test_names_without_end_cost_rows_and_no_totals(void **state)
{
	enum { COUNT = 1100, LEN = 65535 };
	struct tally *tallies = calloc(COUNT, sizeof *tallies);
	uint8_t *names = calloc(COUNT, LEN);
	struct canned canned = { { .kind = &KIND }, tallies, COUNT };
	struct store_filter all = { 0 };
	struct fault why = { 0 };
	struct view view;

	(void)state;
	assert_true(tallies != NULL && names != NULL);
	for (size_t i = 0; i < COUNT; i++) {
		tallies[i] = a_tally(1, &OLD, VERSION_TLS10, 1);
		memcpy(names + i * LEN, &i, sizeof i);
		tallies[i].handshake.server_name = bytes_over(names + i * LEN, LEN);
	}
	assert_int_equal(view_init(&view, &canned.store, &all, VERSION_TLS12, VIEW_NAME,
				 &KEY, &why),
		ERR_OK);
	assert_true(view.rows_cut && view.row_count > 1000);
	assert_int_equal(view.handshakes_by_verdict[VERDICT_BREAKS], COUNT);
	view_done(&view);
	free(names);
	free(tallies);
}

static void test_rows_that_break_come_first(void **state)
{
	struct view view = a_view(VIEW_HELLO);

	(void)state;
	assert_int_equal(view.row_count, 2);
	assert_ptr_equal(view.rows[0].hello, &OLD);
	assert_int_equal(view.rows[0].handshakes, 811);
	assert_int_equal(view.rows[1].handshakes, 9189);
	view_done(&view);
}

static void check_rendered(const char *renderer, const char *expected)
{
	struct render_options options = { .now = NOON + 2 * TIME_MINUTE };
	struct view view = a_view(VIEW_DETAIL);
	struct text text;

	text_init(&text, 1 << 20);
	renderer_find(renderer)->render(&view, &options, &text);
	assert_int_equal(text_end(&text), ERR_OK);
	assert_string_equal(text_string(&text), expected);
	text_done(&text);
	view_done(&view);
}

static void test_text_is_aligned(void **state)
{
	(void)state;
	check_rendered("text",
		"If the minimum were TLS 1.2: 1 of 4 clients would fail (8.11 % of "
		"handshakes); 1 is unknown.\n"
		"\n"
		"  class           clients  handshakes  what it means\n"
		"  cannot                1         811  offers nothing newer; must be "
		"updated, replaced or exempted\n"
		"  server-limited        1       1,999  could do 1.2; this server will "
		"not: 10.0.4.2:443\n"
		"  junk                  1          50  scanners and noise; not counted "
		"above\n"
		"  unknown               1           1  too little was seen to say\n"
		"\n"
		"  client    server        name             offers     got      "
		"handshakes  last seen  likely software\n"
		"  10.1.7.1  10.0.4.2:443  erp.example.net  ≤ TLS 1.0  TLS 1.0         "
		"811  2 min ago\n"
		"\n"
		"Seen: 90.00 % of 10 handshakes with both hellos, 10.00 % with the "
		"client's only, 0 % with the server's only.\n"
		"  1,234 packets dropped by the kernel\n");
}

/* The widest line, in characters. */
static size_t widest_line(const char *text)
{
	size_t widest = 0, have = 0;

	for (; *text != '\0'; text++) {
		have = *text == '\n' ? 0 : have + (((uint8_t)*text & 0xc0) != 0x80);
		widest = have > widest ? have : widest;
	}
	return widest;
}

static void test_text_fits_the_terminal_and_keeps_who_and_what(void **state)
{
	static const char *const kept[] = { "10.1.7.1 ", "10.0.4.2:443 ", "≤ TLS 1.0 ",
		"TLS 1.0 ", "no room for: last seen" };
	struct render_options options = { .now = NOON, .width = 72 };
	struct view view = a_view(VIEW_DETAIL);
	struct text text;

	(void)state;
	text_init(&text, 65536);
	render_text(&view, &options, &text);
	for (size_t i = 0; i < COUNT_OF(kept); i++)
		assert_non_null(strstr(text_string(&text), kept[i]));
	assert_true(widest_line(text_string(&text)) <= options.width);
	text_done(&text);
	view_done(&view);
}

static void test_csv_has_always_the_same_columns(void **state)
{
	(void)state;
	check_rendered("csv",
		"format,client,server,server_port,server_name,hello,offered_max,software,"
		"version,handshakes,passes,breaks,unknown,class_cannot,"
		"class_server_limited,class_fell_back,class_junk,class_unknown,first,"
		"last,outcome,server_accepts,server_scanned,owner\r\n"
		"tlsunset-impact-1,\"10.1.7.1\",\"10.0.4.2\",443,\"erp.example.net\","
		"\"sha256:0100000000000000000000000000000000000000000000000000000000000"
		"000\",\"TLS 1.0\",,\"TLS 1.0\",811,0,811,0,811,0,0,0,0,"
		"\"2026-11-22T12:00:00.000000Z\",\"2026-11-22T12:00:00.000000Z\",,,,\r\n");
}

static void test_what_got_no_version_says_what_came_instead(void **state)
{
	static const char *const said[OUTCOME_COUNT] = { "not seen", "refused", "reset",
		"no answer", "not seen" };
	struct render_options options = { .now = NOON };
	struct view_row row = { .hello = &OLD, .handshakes = 1 };
	struct view view = { .by = VIEW_DETAIL, .rows = &row, .row_count = 1 };
	struct text text;

	(void)state;
	for (unsigned i = 0; i < OUTCOME_COUNT; i++) {
		row.outcome = (enum outcome)i;
		text_init(&text, 65536);
		render_text(&view, &options, &text);
		assert_non_null(strstr(text_string(&text), said[i]));
		text_done(&text);
	}
}

static void test_ends_without_a_version_are_rows_of_their_own(void **state)
{
	struct tally tallies[2] = { a_tally(1, &OLD, VERSION_NONE, 1),
		a_tally(1, &OLD, VERSION_NONE, 2) };
	struct canned canned = { { .kind = &KIND }, tallies, COUNT_OF(tallies) };
	struct store_filter all = { 0 };
	struct fault why = { 0 };
	struct view view;

	(void)state;
	tallies[0].handshake.outcome = OUTCOME_REFUSED;
	tallies[1].handshake.outcome = OUTCOME_UNANSWERED;
	assert_int_equal(view_init(&view, &canned.store, &all, VERSION_TLS12, VIEW_DETAIL,
				 &KEY, &why),
		ERR_OK);
	assert_int_equal(view.row_count, 2);
	assert_int_equal(view.rows[0].outcome, OUTCOME_UNANSWERED);
	assert_int_equal(view.rows[1].outcome, OUTCOME_REFUSED);
	view_done(&view);
}

static void test_strangers_names_cannot_write_to_the_terminal(void **state)
{
	struct render_options options = { .now = NOON, .width = 80 };
	struct view_row row = { .server_name = bytes_of_string("\x1b[2J\xff"),
		.handshakes = 1 };
	struct view view = {
		.minimum = VERSION_TLS12, .by = VIEW_NAME, .rows = &row, .row_count = 1
	};
	struct text text;

	(void)state;
	text_init(&text, 65536);
	render_text(&view, &options, &text);
	assert_non_null(strstr(text_string(&text), "\\x1b[2J\\xff"));
	assert_null(strchr(text_string(&text), '\x1b'));
	text_done(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_scan_stands_beside_the_server_that_limits),
		cmocka_unit_test(test_counts_clients_by_their_worst_handshake),
		cmocka_unit_test(test_junk_counts_as_junk_only),
		cmocka_unit_test(test_names_without_end_cost_rows_and_no_totals),
		cmocka_unit_test(test_rows_that_break_come_first),
		cmocka_unit_test(test_text_is_aligned),
		cmocka_unit_test(test_text_fits_the_terminal_and_keeps_who_and_what),
		cmocka_unit_test(test_csv_has_always_the_same_columns),
		cmocka_unit_test(test_what_got_no_version_says_what_came_instead),
		cmocka_unit_test(test_ends_without_a_version_are_rows_of_their_own),
		cmocka_unit_test(test_strangers_names_cannot_write_to_the_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

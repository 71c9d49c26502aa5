/* The tables of data/hosts: all can be read, and each row of Windows (T1), of runtimes
 * and of libraries (T3) is what the documents say. Below, "-" is a side that a product
 * has not. */
#include "../unit.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "host/defaults.h"

static struct arena arena;
static struct defaults defaults;

static const struct row {
	const char *stack;
	const char *release;
	const char *system;
	const char *version;
	const char *client;
	const char *server;
	const char *can; /* off for clients, and can be turned on */
} rows[] = {
	/* T1: Schannel. */
	{ "schannel", "6.0.6002", "", "", "SSL 3.0, TLS 1.0", "SSL 2.0, 3.0, TLS 1.0",
		"SSL 2.0" },
	{ "schannel-server", "6.0.6002", "", "", "SSL 3.0, TLS 1.0",
		"SSL 2.0, 3.0, TLS 1.0", "SSL 2.0, TLS 1.1, 1.2" },
	{ "schannel", "6.1.7601", "", "", "SSL 3.0, TLS 1.0", "SSL 2.0, 3.0, TLS 1.0",
		"SSL 2.0, TLS 1.1, 1.2" },
	{ "schannel-server", "6.1.7601", "", "", "SSL 3.0, TLS 1.0",
		"SSL 2.0, 3.0, TLS 1.0", "SSL 2.0, TLS 1.1, 1.2" },
	{ "schannel", "6.2.9200", "", "", "SSL 3.0, TLS 1.0 to 1.2",
		"SSL 3.0, TLS 1.0 to 1.2", "SSL 2.0" },
	{ "schannel-server", "6.2.9200", "", "", "SSL 3.0, TLS 1.0 to 1.2",
		"SSL 3.0, TLS 1.0 to 1.2", "SSL 2.0" },
	{ "schannel", "6.3.9600", "", "", "SSL 3.0, TLS 1.0 to 1.2",
		"SSL 3.0, TLS 1.0 to 1.2", "SSL 2.0" },
	{ "schannel-server", "6.3.9600", "", "", "SSL 3.0, TLS 1.0 to 1.2",
		"SSL 3.0, TLS 1.0 to 1.2", "SSL 2.0" },
	{ "schannel", "10.0.10586", "", "", "SSL 3.0, TLS 1.0 to 1.2",
		"SSL 3.0, TLS 1.0 to 1.2", "SSL 2.0" },
	{ "schannel", "10.0.14393", "", "", "TLS 1.0 to 1.2", "TLS 1.0 to 1.2",
		"SSL 3.0" },
	{ "schannel", "10.0.19045", "", "", "TLS 1.0 to 1.2", "TLS 1.0 to 1.2",
		"SSL 3.0" },
	{ "schannel-server", "10.0.14393", "", "", "TLS 1.0 to 1.2", "TLS 1.0 to 1.2",
		"SSL 3.0" },
	{ "schannel-server", "10.0.17763", "", "", "TLS 1.0 to 1.2", "TLS 1.0 to 1.2",
		"SSL 3.0" },
	{ "schannel", "10.0.22000", "", "", "TLS 1.2, 1.3, perhaps others",
		"TLS 1.2, 1.3, perhaps others", "no version" },
	{ "schannel-gs", "10.0.17763", "", "", "TLS 1.2", "TLS 1.2",
		"SSL 3.0, TLS 1.0, 1.1" },
	{ "schannel-server", "10.0.20348", "", "", "TLS 1.2, 1.3, perhaps others",
		"TLS 1.2, 1.3, perhaps others", "SSL 3.0" },
	{ "schannel", "10.0.26100", "", "", "TLS 1.2, 1.3", "TLS 1.2, 1.3",
		"SSL 3.0, TLS 1.0, 1.1" },
	{ "schannel-server", "10.0.26100", "", "", "TLS 1.2, 1.3", "TLS 1.2, 1.3",
		"SSL 3.0, TLS 1.0, 1.1" },
	/* T1: WinHTTP. */
	{ "winhttp", "6.0.6002", "", "", "SSL 3.0, TLS 1.0", "-", "no version" },
	{ "winhttp-server", "6.0.6002", "", "", "SSL 3.0, TLS 1.0", "-", "no version" },
	{ "winhttp", "6.1.7601", "", "", "SSL 3.0, TLS 1.0", "-", "TLS 1.1, 1.2" },
	{ "winhttp-server", "6.1.7601", "", "", "SSL 3.0, TLS 1.0", "-", "TLS 1.1, 1.2" },
	{ "winhttp", "6.2.9200", "", "", "SSL 3.0, TLS 1.0", "-", "TLS 1.1, 1.2" },
	{ "winhttp-server", "6.2.9200", "", "", "SSL 3.0, TLS 1.0", "-", "TLS 1.1, 1.2" },
	{ "winhttp", "6.3.9600", "", "", "TLS 1.0 to 1.2, perhaps others", "-",
		"no version" },
	{ "winhttp-server", "6.3.9600", "", "", "TLS 1.0 to 1.2, perhaps others", "-",
		"no version" },
	{ "winhttp", "10.0.19045", "", "", "TLS 1.0 to 1.2", "-", "no version" },
	{ "winhttp-server", "10.0.17763", "", "", "TLS 1.0 to 1.2", "-", "no version" },
	{ "winhttp", "10.0.26100", "", "", "TLS 1.2, 1.3", "-", "TLS 1.0, 1.1" },
	/* T3: runtimes. */
	{ "java", "6.0.45", "", "", "SSL 3.0, TLS 1.0", "SSL 3.0, TLS 1.0",
		"no version" },
	{ "java", "6.0.111", "", "", "TLS 1.0", "TLS 1.0", "SSL 3.0, TLS 1.1" },
	{ "java", "6.0.115", "", "", "TLS 1.0", "TLS 1.0", "SSL 3.0, TLS 1.1, 1.2" },
	{ "java", "7.0.25", "", "", "SSL 3.0, TLS 1.0", "SSL 3.0, TLS 1.0 to 1.2",
		"TLS 1.1, 1.2" },
	{ "java", "7.0.95", "", "", "TLS 1.0", "TLS 1.0 to 1.2",
		"SSL 3.0, TLS 1.1, 1.2" },
	{ "java", "7.0.301", "", "", "TLS 1.2", "TLS 1.2", "TLS 1.0, 1.1" },
	{ "java", "8.0.161", "", "", "TLS 1.0 to 1.2", "TLS 1.0 to 1.2", "SSL 3.0" },
	{ "java", "8.0.261", "", "", "TLS 1.0 to 1.2", "TLS 1.0 to 1.3",
		"SSL 3.0, TLS 1.3" },
	{ "java", "8.0.290", "", "", "TLS 1.0 to 1.2", "TLS 1.0 to 1.3",
		"SSL 3.0, TLS 1.3" },
	{ "java", "8.0.291", "", "", "TLS 1.2", "TLS 1.2, 1.3",
		"SSL 3.0, TLS 1.0, 1.1, 1.3" },
	{ "java", "11.0.10", "", "", "TLS 1.0 to 1.3", "TLS 1.0 to 1.3", "SSL 3.0" },
	{ "java", "11.0.11", "", "", "TLS 1.2, 1.3", "TLS 1.2, 1.3",
		"SSL 3.0, TLS 1.0, 1.1" },
	{ "java", "15.0.2", "", "", "TLS 1.0 to 1.3", "TLS 1.0 to 1.3", "SSL 3.0" },
	{ "java", "16", "", "", "TLS 1.2, 1.3", "TLS 1.2, 1.3", "SSL 3.0, TLS 1.0, 1.1" },
	{ "java", "17.0.15", "", "", "TLS 1.2, 1.3", "TLS 1.2, 1.3",
		"SSL 3.0, TLS 1.0, 1.1" },
	{ "python", "2.7.8", "", "", "SSL 3.0, TLS 1.0", "SSL 3.0, TLS 1.0",
		"no version" },
	{ "python", "2.7.9", "", "", "TLS 1.0 to 1.3", "TLS 1.0 to 1.3", "SSL 3.0" },
	{ "python", "3.3.7", "", "", "SSL 3.0, TLS 1.0", "SSL 3.0, TLS 1.0",
		"no version" },
	{ "python", "3.4", "", "", "TLS 1.0 to 1.3", "TLS 1.0 to 1.3", "SSL 3.0" },
	{ "python", "3.9.18", "", "", "TLS 1.0 to 1.3", "TLS 1.0 to 1.3", "SSL 3.0" },
	{ "python", "3.10.0", "", "", "TLS 1.2, 1.3", "TLS 1.2, 1.3", "TLS 1.0, 1.1" },
	{ "go", "1.17", "", "", "TLS 1.0 to 1.3", "TLS 1.0 to 1.3", "no version" },
	{ "go", "1.18", "", "", "TLS 1.2, 1.3", "TLS 1.0 to 1.3", "TLS 1.0, 1.1" },
	{ "go", "1.22", "", "", "TLS 1.2, 1.3", "TLS 1.2, 1.3", "TLS 1.0, 1.1" },
	{ "node", "0.8.28", "", "", "SSL 3.0, TLS 1.0", "SSL 3.0, TLS 1.0",
		"no version" },
	{ "node", "0.10.48", "", "", "TLS 1.0 to 1.2", "TLS 1.0 to 1.2", "SSL 3.0" },
	{ "node", "11.15.0", "", "", "TLS 1.0 to 1.2", "TLS 1.0 to 1.2", "SSL 3.0" },
	{ "node", "12.0.0", "", "", "TLS 1.2, 1.3", "TLS 1.2, 1.3", "TLS 1.0, 1.1" },
	{ "ruby", "1.9.3", "", "", "SSL 3.0, TLS 1.0", "SSL 3.0, TLS 1.0", "no version" },
	{ "ruby", "2.0.0", "", "", "TLS 1.0 to 1.3", "TLS 1.0 to 1.3", "no version" },
	{ "php", "5.6.7", "", "", "TLS 1.0", "TLS 1.0", "TLS 1.1, 1.2" },
	{ "php", "7.1.33", "", "", "TLS 1.0", "TLS 1.0", "TLS 1.1, 1.2" },
	{ "php", "7.2", "", "", "TLS 1.0 to 1.2", "TLS 1.0 to 1.2", "no version" },
	{ "curl", "7.34.0", "", "", "TLS 1.0 to 1.3", "-", "no version" },
	{ "curl", "8.15.0", "", "", "TLS 1.0 to 1.3", "-", "no version" },
	{ "curl", "8.16.0", "", "", "TLS 1.2, 1.3", "-", "TLS 1.0, 1.1" },
	/* T3: libraries and systems. */
	{ "openssl", "1.0.0t", "debian", "12", "SSL 2.0, 3.0, TLS 1.0",
		"SSL 2.0, 3.0, TLS 1.0", "no version" },
	{ "openssl", "1.0.1c", "debian", "12", "SSL 3.0, TLS 1.0 to 1.2",
		"SSL 3.0, TLS 1.0 to 1.2", "no version" },
	{ "openssl", "1.1.1w", "debian", "12", "TLS 1.0 to 1.3", "TLS 1.0 to 1.3",
		"no version" },
	{ "openssl", "3.0.19", "debian", "12", "TLS 1.0 to 1.3", "TLS 1.2, 1.3",
		"no version" },
	{ "openssl", "1.1.1f", "ubuntu", "18.04", "TLS 1.0 to 1.3", "TLS 1.0 to 1.3",
		"no version" },
	{ "openssl", "1.1.1f", "ubuntu", "20.04", "TLS 1.2, 1.3", "TLS 1.2, 1.3",
		"TLS 1.0, 1.1" },
	{ "openssl", "3.0.2", "ubuntu", "22.04", "TLS 1.2, 1.3", "TLS 1.2, 1.3",
		"TLS 1.0, 1.1" },
	{ "gnutls", "3.6.13", "ubuntu", "20.04", "TLS 1.2, 1.3", "TLS 1.2, 1.3",
		"TLS 1.0, 1.1" },
	{ "nss", "3.49.1", "ubuntu", "20.04", "TLS 1.2, 1.3", "TLS 1.2, 1.3",
		"TLS 1.0, 1.1" },
	{ "gnutls", "3.7.9", "debian", "12", "TLS 1.0 to 1.3", "TLS 1.0 to 1.3",
		"no version" },
	{ "nss", "3.13", "", "", "SSL 3.0, TLS 1.0", "SSL 3.0, TLS 1.0", "no version" },
	{ "nss", "3.14", "", "", "SSL 3.0, TLS 1.0", "SSL 3.0, TLS 1.0", "TLS 1.1, 1.2" },
	{ "nss", "3.50", "fedora", "31", "TLS 1.0 to 1.2", "TLS 1.0 to 1.2",
		"no version" },
	{ "nss", "3.60", "debian", "11", "TLS 1.2, perhaps others",
		"TLS 1.2, perhaps others", "no version" },
	{ "nss", "3.87.1", "debian", "12", "TLS 1.2, 1.3", "TLS 1.2, 1.3",
		"TLS 1.0, 1.1" },
	/* T3: clients. */
	{ "android", "15", "", "", "SSL 3.0, TLS 1.0", "-", "no version" },
	{ "android", "16", "", "", "SSL 3.0, TLS 1.0", "-", "TLS 1.1, 1.2" },
	{ "android", "20", "", "", "TLS 1.0 to 1.2", "-", "no version" },
	{ "android", "36", "", "", "TLS 1.2, 1.3", "-", "no version" },
	{ "safari", "6.0.4", "", "", "SSL 3.0, TLS 1.0", "-", "no version" },
	{ "safari", "13.0", "", "", "TLS 1.0 to 1.3", "-", "no version" },
	{ "safari", "13.4", "", "", "TLS 1.2, 1.3", "-", "no version" },
	{ "internet-explorer", "10", "", "", "SSL 3.0, TLS 1.0", "-", "TLS 1.1, 1.2" },
	{ "internet-explorer", "11.0", "", "", "TLS 1.0 to 1.2", "-", "no version" },
	{ "internet-explorer", "11.1098", "", "", "TLS 1.2", "-", "TLS 1.0, 1.1" },
	{ "edge", "83", "", "", "TLS 1.0 to 1.3", "-", "no version" },
	{ "edge", "84", "", "", "TLS 1.2, 1.3", "-", "TLS 1.0, 1.1" },
};

static const char *shown(struct text *text, bool has, struct version_range range)
{
	text_reset(text);
	if (has)
		version_range_text(range, text);
	else
		text_char(text, '-');
	return text_string(text);
}

static void test_row(void **state)
{
	const struct row *want = *state;
	const struct default_row *row =
		defaults_row(defaults_table(&defaults, want->stack),
			bytes_of_string(want->release), want->system, want->version);
	struct text CLEANUP(text_done) text;

	text_init(&text, 256);
	assert_non_null(row);
	assert_string_equal(
		shown(&text, row->has_client, default_client(row)), want->client);
	assert_string_equal(
		shown(&text, row->has_server, default_server(row)), want->server);
	text_reset(&text);
	versions_text(row->can_client, &text);
	assert_string_equal(text_string(&text), want->can);
}

/* T1: what an update must be there for. */
static void test_names_the_updates_that_are_needed(void **state)
{
	static const char *const rows_of[][3] = {
		{ "schannel-server", "6.0.6002", "KB4019276" },
		{ "winhttp", "6.1.7601", "KB3140245" },
		{ "winhttp", "6.2.9200", "KB3140245" },
		{ "winhttp-server", "6.1.7601", "KB3140245" },
		{ "winhttp-server", "6.2.9200", "KB3140245" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows_of); i++)
		assert_string_equal(defaults_row(defaults_table(&defaults, rows_of[i][0]),
					    bytes_of_string(rows_of[i][1]), "", "")
					    ->needs,
			rows_of[i][2]);
}

static void test_no_release_before_the_first_row(void **state)
{
	(void)state;
	assert_null(defaults_row(defaults_table(&defaults, "schannel"),
		bytes_of_string("5.1.2600"), "", ""));
	assert_null(defaults_table(&defaults, "none"));
}

static void test_a_version_is_on_or_can_be_turned_on(void **state)
{
	(void)state;
	for (size_t i = 0; i < defaults.count; i++)
		for (size_t k = 0; k < defaults.tables[i].count; k++) {
			const struct default_row *row = &defaults.tables[i].rows[k];

			assert_int_equal(row->client & row->can_client, 0);
			assert_int_equal(row->server & row->can_server, 0);
			assert_true(row->has_client || row->has_server);
		}
}

/* Each row is a test by its name: "T3 java 8.0.291", "T3 gnutls 3.6.13 ubuntu 20.04". */
static void name_row(const struct row *row, char name[64])
{
	bool windows = strncmp(row->stack, "schannel", 8) == 0 ||
		       strncmp(row->stack, "winhttp", 7) == 0;

	(void)snprintf(name, 64, "%s %s %s %s %s", windows ? "T1" : "T3", row->stack,
		row->release, row->system, row->version);
}

int main(void)
{
	static char names[COUNT_OF(rows)][64];
	struct CMUnitTest tests[COUNT_OF(rows) + 3] = {
		cmocka_unit_test(test_names_the_updates_that_are_needed),
		cmocka_unit_test(test_no_release_before_the_first_row),
		cmocka_unit_test(test_a_version_is_on_or_can_be_turned_on),
	};
	struct fault why;
	int failed;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		name_row(&rows[i], names[i]);
		tests[3 + i] = (struct CMUnitTest){ .name = names[i],
			.test_func = test_row,
			.initial_state = (void *)(uintptr_t)&rows[i] };
	}
	arena_init(&arena, (size_t)16 << 20);
	if (defaults_read(&arena, &defaults, &why) != ERR_OK) {
		print_error("%s\n", why.text);
		return 1;
	}
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_done(&arena);
	return failed;
}

/* Lists of updates and of software: each form in which Windows' tools write them, every
 * cut, and lies; and each row of T3 that such a list can tell of. */
#include "../unit.h"

#include <string.h>

#include "base/attr.h"
#include "exports.h"
#include "host/inventory.h"

/* The same two updates and two programs, as each tool has them. */
static const struct form_row {
	const char *name;
	const char *text;
} forms[] = {
	{ "Get-HotFix and Get-ItemProperty behind Export-Csv",
		"#TYPE System.Management.ManagementObject#root\\cimv2\\Win32_QuickFix\r\n"
		"\"PSComputerName\",\"Description\",\"HotFixID\",\"Name\",\"Version\"\r\n"
		"\"PC\",\"Update\",\"KB3140245\",,\r\n"
		"\"PC\",\"Security Update\",\"KB4019276\",,\r\n"
		"\"PC\",,,\"Node.js\",\"10.24.1\"\r\n"
		"\"PC\",,,\"Java 8 Update 201, 64-bit\",\"8.0.2010.9\"\r\n" },
	{ "Get-ItemProperty with DisplayName beside Name",
		"\"DisplayName\",\"Name\",\"DisplayVersion\",\"HotFixID\"\r\n"
		"\"Node.js\",\"{1}\",\"10.24.1\",\"KB3140245\"\r\n"
		"\"Java 8 Update 201, "
		"64-bit\",\"{2}\",\"8.0.2010.9\",\"KB4019276\"\r\n" },
	{ "Export-Csv -UseCulture, parted by semicolons",
		"\"DisplayName\";\"DisplayVersion\";\"HotFixID\"\r\n"
		"\"Node.js\";\"10.24.1\";\"KB3140245\"\r\n"
		"\"Java 8 Update 201, 64-bit\";\"8.0.2010.9\";\"KB4019276\"\r\n" },
	{ "wmic /format:csv, whose lines end with two returns",
		"\r\r\nNode,HotFixID,Name,Version\r\r\n"
		"PC,KB3140245,Node.js,10.24.1\r\r\n"
		"PC,KB4019276,Java 8 Update 201 (64-bit),8.0.2010.9\r\r\n" },
	{ "wmic product get Name,Version, aligned",
		"HotFixID   Name                        Version     \r\r\n"
		"KB3140245  Node.js                     10.24.1     \r\r\n"
		"KB4019276  Java 8 Update 201 (64-bit)  8.0.2010.9  \r\r\n" },
	{ "Format-Table, with a rule under its heads",
		"\r\nDisplayName                DisplayVersion HotFixID\r\n"
		"-----------                -------------- --------\r\n"
		"Node.js                    10.24.1        KB3140245\r\n"
		"Java 8 Update 201 (64-bit) 8.0.2010.9     KB4019276\r\n" },
	{ "Format-List",
		"\r\n\r\nDisplayName    : Node.js\r\nDisplayVersion : 10.24.1\r\n"
		"HotFixID       : KB3140245\r\n\r\n"
		"DisplayName    : Java 8 Update 201 (64-bit)\r\n"
		"DisplayVersion : 8.0.2010.9\r\nHotFixID       : KB4019276\r\n\r\n" },
	{ "a table below a title",
		"Report: what is installed\r\n\r\nDisplayName,DisplayVersion,HotFixID\r\n"
		"Node.js,10.24.1,KB3140245\r\n"
		"Java 8 Update 201 (64-bit),8.0.2010.9,KB4019276\r\n" },
	{ "ConvertTo-Json", "[\r\n    {\r\n        \"Name\":  \"{1}\",\r\n"
			    "        \"DisplayName\":  \"Node.js\",\r\n"
			    "        \"DisplayVersion\":  \"10.24.1\",\r\n"
			    "        \"HotFixID\":  \"KB3140245\"\r\n    },\r\n    {\r\n"
			    "        \"DisplayName\":  \"Java 8 Update 201\",\r\n"
			    "        \"DisplayVersion\":  \"8.0.2010.9\",\r\n"
			    "        \"HotFixID\":  \"KB4019276\"\r\n    }\r\n]\r\n" },
	{ "no names of columns: name, version",
		"Node.js,10.24.1,KB3140245\nJava 8 Update 201,8.0.2010.9,KB4019276\n" },
};

static void look(struct inventory *inventory, struct arena *arena, struct bytes all)
{
	arena_init(arena, (size_t)1 << 20);
	assert_int_equal(inventory_read(inventory, all, arena), ERR_OK);
}

/* Release of the piece of software of that stack; "" if there is none. */
static const char *release_of(
	const struct inventory *inventory, const char *stack, char release[64])
{
	release[0] = '\0';
	for (const struct inventory_entry *at = inventory->last; at != NULL;
		at = at->before) {
		char found[64] = "";
		const char *of = inventory_stack(at, found, sizeof found);

		if (of != NULL && strcmp(of, stack) == 0)
			memcpy(release, found, sizeof found);
	}
	return release;
}

static void check_form(struct bytes all)
{
	struct inventory inventory = { 0 };
	struct arena arena;
	char release[64];

	look(&inventory, &arena, all);
	assert_true(inventory_has(&inventory, "KB3140245"));
	assert_true(inventory_has(&inventory, "KB4019276"));
	assert_false(inventory_has(&inventory, "KB3140246"));
	assert_string_equal(release_of(&inventory, "node", release), "10.24.1");
	assert_string_equal(release_of(&inventory, "java", release), "8.0.201");
	arena_done(&arena);
}

static void test_form(void **state)
{
	const struct form_row *form = *state;
	struct text CLEANUP(text_done) wide;

	exports_utf16(form->text, &wide);
	check_form(bytes_of_string(form->text));
	check_form(bytes_over(text_string(&wide), text_len(&wide)));
}

static void test_every_cut_ends(void **state)
{
	const char *text = forms[4].text;

	(void)state;
	for (size_t len = 0; len < strlen(text); len++) {
		struct inventory inventory = { 0 };
		struct arena arena;

		look(&inventory, &arena, bytes_over(text, len));
		assert_true(inventory.count <= 6);
		arena_done(&arena);
	}
}

static void test_lies_are_no_updates_and_no_releases(void **state)
{
	static const char *const lies[] = { "KB", "KB1", "KB12345678901", "\"KB",
		"Java Update ,", "Java 8 Update", ",,,,,,", "\"\"\"", "Node.js,\"10" };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(lies); i++) {
		struct inventory inventory = { 0 };
		struct arena arena;

		look(&inventory, &arena, bytes_of_string(lies[i]));
		for (const struct inventory_entry *at = inventory.last; at != NULL;
			at = at->before) {
			char release[8];

			assert_false(lies[i][0] == 'K' && at->version.len > 0);
			(void)inventory_stack(at, release, sizeof release);
			assert_true(strlen(release) < sizeof release);
		}
		arena_done(&arena);
	}
}

static void test_fields_of_csv(void **state)
{
	struct bytes line = bytes_of_string("a, b ,\"c,d\",\"e\"\"f\",,");
	static const char *const fields[] = { "a", "b", "c,d", "e\"\"f", "", "" };
	struct bytes field;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		assert_true(csv_field(&line, &field));
		assert_true(bytes_equal(field, bytes_of_string(fields[i])));
	}
	assert_false(csv_field(&line, &field));
}

#define LISTED(name, version)                                                            \
	.machine = { .system = "Windows Server 2019",                                    \
		.inventory = "\"DisplayName\",\"DisplayVersion\"\r\n\"" name             \
			     "\",\"" version "\"\r\n" }
#define BOTH(stack, versions) stack ", client " versions ", server " versions

static const struct row rows[] = {
	{ .name = "T3 Java 6u45",
		LISTED("Java(TM) 6 Update 45", "6.0.450"),
		.want = { BOTH("java 6.0.45", "SSL 3.0, TLS 1.0") } },
	{ .name = "T3 Java 6u111",
		LISTED("Java(TM) 6 Update 111", "6.0.1110"),
		.want = { BOTH("java 6.0.111", "TLS 1.0") } },
	{ .name = "T3 Java 6u115",
		LISTED("Java(TM) 6 Update 115", "6.0.1150"),
		.want = { BOTH("java 6.0.115", "TLS 1.0") } },
	{ .name = "T3 Java 7u25",
		LISTED("Java 7 Update 25 (64-bit)", "7.0.250"),
		.want = { "java 7.0.25, client SSL 3.0, TLS 1.0, server SSL 3.0, TLS 1.0 "
			  "to 1.2" } },
	{ .name = "T3 Java 7u95",
		LISTED("Java 7 Update 95", "7.0.950"),
		.want = { "java 7.0.95, client TLS 1.0, server TLS 1.0 to 1.2" } },
	{ .name = "T3 Java 7u301",
		LISTED("Java 7 Update 301", "7.0.3010"),
		.want = { BOTH("java 7.0.301", "TLS 1.2") } },
	{ .name = "T3 Java 8u161",
		LISTED("Java 8 Update 161", "8.0.1610.12"),
		.want = { BOTH("java 8.0.161", "TLS 1.0 to 1.2") } },
	{ .name = "T3 Java 8u261",
		LISTED("Java 8 Update 261 (64-bit)", "8.0.2610.12"),
		.want = { "java 8.0.261, client TLS 1.0 to 1.2, server TLS 1.0 to "
			  "1.3" } },
	{ .name = "T3 Java 8u291",
		LISTED("Java 8 Update 291 (64-bit)", "8.0.2910.10"),
		.want = { "java 8.0.291, client TLS 1.2, server TLS 1.2, 1.3" } },
	{ .name = "T3 Java 8u292 of Temurin",
		LISTED("Eclipse Temurin JRE with Hotspot 8u292-b10 (x64)", "8.0.292.10"),
		.want = { "java 8.0.292.10, client TLS 1.2, server TLS 1.2, 1.3" } },
	{ .name = "T3 Java 11.0.10",
		LISTED("Java(TM) SE Development Kit 11.0.10 (64-bit)", "11.0.10.0"),
		.want = { BOTH("java 11.0.10.0", "TLS 1.0 to 1.3") } },
	{ .name = "T3 Java 11.0.11",
		LISTED("Java(TM) SE Development Kit 11.0.11 (64-bit)", "11.0.11.0"),
		.want = { BOTH("java 11.0.11.0", "TLS 1.2, 1.3") } },
	{ .name = "T3 Java 11 of Corretto, which held it back: perhaps",
		LISTED("Amazon Corretto (x64)", "11.0.24.8"),
		.want = { BOTH("java 11.0.24.8", "TLS 1.2, 1.3, perhaps others") } },
	{ .name = "T3 Java 16 and later",
		LISTED("Java(TM) SE Development Kit 17.0.15 (64-bit)", "17.0.15.0"),
		.want = { BOTH("java 17.0.15.0", "TLS 1.2, 1.3") } },
	{ .name = "T3 Python 2.7.8",
		LISTED("Python 2.7.8 (64-bit)", "2.7.8150"),
		.want = { BOTH("python 2.7.8", "SSL 3.0, TLS 1.0") } },
	{ .name = "T3 Python 2.7.9",
		LISTED("Python 2.7.9", "2.7.9150"),
		.want = { BOTH("python 2.7.9", "TLS 1.0 to 1.3") } },
	{ .name = "T3 Python 3.9",
		LISTED("Python 3.9.13 (64-bit)", "3.9.13150.0"),
		.want = { BOTH("python 3.9.13", "TLS 1.0 to 1.3") } },
	{ .name = "T3 Python 3.10",
		LISTED("Python 3.10.0 (64-bit)", "3.10.150.0"),
		.want = { BOTH("python 3.10.0", "TLS 1.2, 1.3") } },
	{ .name = "T3 OpenSSL 1.0.0, whose release is in its name",
		LISTED("OpenSSL 1.0.0t (32-bit)", ""),
		.want = { BOTH("openssl 1.0.0t", "SSL 2.0, 3.0, TLS 1.0") } },
	{ .name = "T3 OpenSSL 1.0.1",
		LISTED("OpenSSL 1.0.1u (64-bit)", ""),
		.want = { BOTH("openssl 1.0.1u", "SSL 3.0, TLS 1.0 to 1.2") } },
	{ .name = "T3 OpenSSL 1.1.1",
		LISTED("OpenSSL 1.1.1w (64-bit)", ""),
		.want = { BOTH("openssl 1.1.1w", "TLS 1.0 to 1.3") } },
	{ .name = "T3 OpenSSL 3.0",
		LISTED("OpenSSL 3.0.12 (64-bit)", ""),
		.want = { "openssl 3.0.12, client TLS 1.0 to 1.3, server TLS 1.2, "
			  "1.3" } },
	{ .name = "T3 curl 7.34.0",
		LISTED("curl", "7.34.0"),
		.want = { "curl 7.34.0, client TLS 1.0 to 1.3" } },
	{ .name = "T3 curl 8.16.0",
		LISTED("curl", "8.16.0"),
		.want = { "curl 8.16.0, client TLS 1.2, 1.3" } },
	{ .name = "T3 Go 1.17",
		LISTED("Go Programming Language amd64 go1.17.6", "1.17.6"),
		.want = { BOTH("go 1.17.6", "TLS 1.0 to 1.3") } },
	{ .name = "T3 Go 1.18",
		LISTED("Go Programming Language amd64 go1.18", "1.18"),
		.want = { "go 1.18, client TLS 1.2, 1.3, server TLS 1.0 to 1.3" } },
	{ .name = "T3 Go 1.22",
		LISTED("Go Programming Language amd64 go1.22.0", "1.22.0"),
		.want = { BOTH("go 1.22.0", "TLS 1.2, 1.3") } },
	{ .name = "T3 Node 0.10",
		LISTED("Node.js", "0.10.48"),
		.want = { BOTH("node 0.10.48", "TLS 1.0 to 1.2") } },
	{ .name = "T3 Node 12.0",
		LISTED("Node.js", "12.0.0"),
		.want = { BOTH("node 12.0.0", "TLS 1.2, 1.3") } },
	{ .name = "T3 Ruby before 2.0.0",
		LISTED("Ruby 1.9.3-p551", "1.9.3-p551"),
		.want = { BOTH("ruby 1.9.3-p551", "SSL 3.0, TLS 1.0") } },
	{ .name = "T3 Ruby 2.0.0",
		LISTED("Ruby 2.0.0-p648-x64", "2.0.0-p648"),
		.want = { BOTH("ruby 2.0.0-p648", "TLS 1.0 to 1.3") } },
	{ .name = "T3 PHP 5.6.7 to 7.1",
		LISTED("PHP 7.1.33", "7.1.33"),
		.want = { BOTH("php 7.1.33", "TLS 1.0") } },
	{ .name = "T3 PHP 7.2",
		LISTED("PHP 7.2.0", "7.2.0"),
		.want = { BOTH("php 7.2.0", "TLS 1.0 to 1.2") } },
	{ .name = "T3 Edge before 84",
		LISTED("Microsoft Edge", "83.0.478.37"),
		.want = { "edge 83.0.478.37, client TLS 1.0 to 1.3" } },
	{ .name = "T3 Edge 84",
		LISTED("Microsoft Edge", "84.0.522.40"),
		.want = { "edge 84.0.522.40, client TLS 1.2, 1.3" } },
	{ .name = "T3 old Git for Windows, of GitHub's cut",
		LISTED("Git version 2.15.1.2", "2.15.1.2"),
		.want = { "note: Git version 2.15.1.2: 2.15.1.2 cannot do TLS 1.2; the "
			  "first that can is 2.16.0" } },
	{ .name = "T3 Git for Windows after it",
		LISTED("Git version 2.16.0", "2.16.0"),
		.never = { "cannot do TLS 1.2" } },
	/* D106, D107, D109. */
	{ .name = "SQL Server 2014 before CU12",
		LISTED("Microsoft SQL Server 2014 (64-bit)", "12.0.2000.8"),
		.want = { "note: Microsoft SQL Server 2014 (64-bit): 12.0.2000.8 cannot "
			  "do TLS 1.2; the first that can is 12.0.2564.0" } },
	{ .name = "SQL Server 2014 with CU12",
		LISTED("Microsoft SQL Server 2014 (64-bit)", "12.0.2564.0"),
		.never = { "cannot" } },
	{ .name = "SQL Server 2014 SP1",
		LISTED("Microsoft SQL Server 2014 (64-bit)", "12.0.4100.1"),
		.want = { "note: Microsoft SQL Server 2014 (64-bit): 12.0.4100.1 cannot "
			  "do TLS 1.2; the first that can is 12.0.4219.0" } },
	{ .name = "SQL Server 2014 SP1 with its GDR",
		LISTED("Microsoft SQL Server 2014 (64-bit)", "12.0.4219.0"),
		.never = { "cannot" } },
	{ .name = "SQL Server 2014 SP1 CU4",
		LISTED("Microsoft SQL Server 2014 (64-bit)", "12.0.4436.0"),
		.want = { "note: Microsoft SQL Server 2014 (64-bit): 12.0.4436.0 cannot "
			  "do TLS 1.2; the first that can is 12.0.4439.1" } },
	{ .name = "SQL Server 2014 SP1 CU5",
		LISTED("Microsoft SQL Server 2014 (64-bit)", "12.0.4439.1"),
		.never = { "cannot" } },
	{ .name = "SQL Server 2014 SP2",
		LISTED("Microsoft SQL Server 2014 (64-bit)", "12.2.5000.0"),
		.never = { "cannot" } },
	{ .name = "Native Client 11 before SP4",
		LISTED("Microsoft SQL Server 2012 Native Client ", "11.3.6538.0"),
		.want = { "note: Microsoft SQL Server 2012 Native Client : 11.3.6538.0 "
			  "cannot do TLS 1.2; the first that can is 11.4.7001.0" } },
	{ .name = "an application proxy's connector",
		LISTED("Microsoft Azure AD Application Proxy Connector", "1.5.1500.0"),
		.want = { "note: Microsoft Azure AD Application Proxy Connector: "
			  "1.5.1500.0 cannot do TLS 1.2; the first that can is "
			  "1.5.1526.0" } },
};

int main(void)
{
	struct CMUnitTest tests[COUNT_OF(forms) + COUNT_OF(rows) + 3] = {
		cmocka_unit_test(test_every_cut_ends),
		cmocka_unit_test(test_lies_are_no_updates_and_no_releases),
		cmocka_unit_test(test_fields_of_csv),
	};
	struct CMUnitTest *next = &tests[3];

	for (size_t i = 0; i < COUNT_OF(forms); i++)
		*next++ = (struct CMUnitTest){ .name = forms[i].name,
			.test_func = test_form,
			.initial_state = (void *)(uintptr_t)&forms[i] };
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		*next++ = (struct CMUnitTest){ .name = rows[i].name,
			.test_func = exports_check,
			.initial_state = (void *)(uintptr_t)&rows[i] };
	return cmocka_run_group_tests(tests, NULL, NULL);
}

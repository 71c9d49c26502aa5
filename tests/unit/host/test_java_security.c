/* java.security: what it disables, as it is written. */
#include "../unit.h"

#include "base/attr.h"
#include "host/java_security.h"

enum {
	SSL3 = 1 << RANK_SSL3,
	TLS10 = 1 << RANK_TLS10,
	TLS11 = 1 << RANK_TLS11,
};

static const struct {
	const char *text;
	bool disables;
	uint16_t disabled;
	uint32_t line;
} rows[] = {
	{ "jdk.tls.disabledAlgorithms=SSLv3, TLSv1, TLSv1.1, RC4, DES\n", true,
		SSL3 | TLS10 | TLS11, 1 },
	{ "# a\njdk.tls.disabledAlgorithms=SSLv3, RC4, \\\n    TLSv1, \\\r\n  "
	  "TLSv1.1\nx=y\n",
		true, SSL3 | TLS10 | TLS11, 2 },
	{ "jdk.tls.disabledAlgorithms=TLSv1\njdk.tls.disabledAlgorithms=SSLv3\n", true,
		SSL3, 2 },
	{ "#jdk.tls.disabledAlgorithms=TLSv1\n!jdk.tls.disabledAlgorithms=TLSv1\n", false,
		0, 0 },
	{ "jdk.tls.disabledAlgorithms=TLSv1.1\\", true, TLS11, 1 },
	{ "jdk.tls.disabledAlgorithms=", true, 0, 1 },
	{ "jdk.tls.disabledAlgorithms=DTLSv1.0, TLSv10\n", true, 0, 1 },
	{ "jdk.tls.legacyAlgorithms=TLSv1\n", false, 0, 0 },
	/* What a line goes on in is no line of its own, and two backslashes are one. */
	{ "x=\\\njdk.tls.disabledAlgorithms=TLSv1\n", false, 0, 0 },
	{ "x=\\\\\njdk.tls.disabledAlgorithms=TLSv1\n", true, TLS10, 2 },
	{ "x=\\\n#\\\n\njdk.tls.disabledAlgorithms=TLSv1\n", true, TLS10, 4 },
	{ "", false, 0, 0 },
};

static void test_reads_what_is_disabled(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct java_security security =
			java_security_of(bytes_of_string(rows[i].text));

		assert_int_equal(security.disables, rows[i].disables);
		assert_int_equal(security.disabled, rows[i].disabled);
		assert_int_equal(security.line, rows[i].line);
	}
}

static void test_a_system_policy_counts_where_it_says_so(void **state)
{
	(void)state;
	assert_true(java_security_of(
		bytes_of_string("security.useSystemPropertiesFile=true\n"))
			    .system_policy);
	assert_false(java_security_of(
		bytes_of_string("security.useSystemPropertiesFile=false\n"))
			     .system_policy);
}

/* What is cut off disables less, and never more. */
static void test_every_cut_disables_no_more(void **state)
{
	static const char text[] =
		"# a\njdk.tls.disabledAlgorithms=SSLv3, \\\r\n  TLSv1, "
		"\\\r\n  TLSv1.1, RC4\nx=y\n";

	(void)state;
	for (size_t len = 0; len < sizeof text; len++) {
		struct java_security security = java_security_of(bytes_over(text, len));

		assert_int_equal(security.disabled & ~(SSL3 | TLS10 | TLS11), 0);
		assert_true(security.line == 0 || security.line == 2);
	}
}

static void test_lists_of_protocols(void **state)
{
	static const struct {
		const char *list;
		uint16_t versions;
	} lists[] = {
		{ "TLSv1.1,TLSv1", TLS10 | TLS11 },
		{ " TLSv1.1 , SSLv3 ", SSL3 | TLS11 },
		{ "TLSv1.9,TLS,TLSv1 TLSv1.1", 0 },
		{ "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(lists); i++)
		assert_int_equal(java_protocols(bytes_of_string(lists[i].list)),
			lists[i].versions);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_what_is_disabled),
		cmocka_unit_test(test_a_system_policy_counts_where_it_says_so),
		cmocka_unit_test(test_every_cut_disables_no_more),
		cmocka_unit_test(test_lists_of_protocols),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What GnuTLS' files, its priorities and the system's policies come to. */
#include "../unit.h"

#include <string.h>

#include "base/attr.h"
#include "host/crypto_policy.h"
#include "host/gnutls_config.h"

enum {
	TLS10 = 1 << RANK_TLS10,
	TLS11 = 1 << RANK_TLS11,
	TLS12 = 1 << RANK_TLS12,
	TLS13 = 1 << RANK_TLS13,
	NORMAL = TLS10 | TLS11 | TLS12 | TLS13,
};

static const struct {
	const char *config;
	const char *priority;
	uint16_t versions;
} rows[] = {
	{ "", "", NORMAL },
	{ "", "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1", TLS12 | TLS13 },
	{ "", "NORMAL:!VERS-TLS1.0:%COMPAT", NORMAL & ~TLS10 },
	{ "", "NORMAL:-VERS-ALL:+VERS-TLS1.2", TLS12 },
	{ "", "NONE:+VERS-TLS1.0", TLS10 },
	{ "", "SECURE256:-VERS-TLS-ALL:+VERS-TLS1.3:+VERS-TLS1.2", TLS12 | TLS13 },
	{ "[priorities]\nSYSTEM=NORMAL:-VERS-TLS1.0\n", "@SYSTEM", NORMAL & ~TLS10 },
	{ "SYSTEM=NORMAL:-VERS-ALL:+VERS-TLS1.3\n", "@SYSTEM:%COMPAT", TLS13 },
	{ "[priorities]\nSYSTEM=@SYSTEM\n", "@SYSTEM", NORMAL },
	/* Only in front. */
	{ "SYSTEM=NORMAL:-VERS-ALL\n", "NORMAL:@SYSTEM", NORMAL },
	{ "[overrides]\ndisabled-version = tls1.0\ndisabled-version=TLS1.1\n", "",
		TLS12 | TLS13 },
	{ "[overrides]\n# disabled-version = tls1.0\n", "", NORMAL },
	{ "disabled-version = tls1.0\n", "", NORMAL }, /* not in its section */
	{ "[global]\noverride-mode = allowlist\n[overrides]\nenabled-version = tls1.3\n",
		"", TLS13 },
	{ "[global]\noverride-mode = allowlist\n", "NORMAL", 0 },
	{ "[overrides]\ndisabled-version = tls1.0  # for now\n", "", NORMAL & ~TLS10 },
	/* as crypto-policies write it */
	{ "SYSTEM=NONE:+MAC-ALL:-MD5:+VERS-ALL:-VERS-DTLS0.9:-VERS-SSL3.0:-VERS-TLS1.0:"
	  "-VERS-TLS1.1:-VERS-DTLS1.0:+COMP-NULL:%PROFILE_MEDIUM\n",
		"@SYSTEM", TLS12 | TLS13 },
	{ "[global]\noverride-mode = allowlist\n[overrides]\nsecure-hash = SHA256\n"
	  "enabled-version = TLS1.3\nenabled-version = TLS1.2 # last\n"
	  "[priorities]\nSYSTEM=NONE\n",
		"@SYSTEM", TLS12 | TLS13 },
	{ "[overrides\ndisabled-version = tls9\n=\n", "", NORMAL },
};

static void test_a_priority_under_a_configuration(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct gnutls_config config =
			gnutls_config_of(bytes_of_string(rows[i].config));

		print_message("%s %s\n", rows[i].priority, rows[i].config);
		assert_int_equal(
			gnutls_config_apply(&config,
				gnutls_priority(bytes_of_string(rows[i].priority), NORMAL,
					&config)),
			rows[i].versions);
	}
}

static void test_tells_the_line_that_decides(void **state)
{
	struct gnutls_config config = gnutls_config_of(bytes_of_string(
		"# system\n[overrides]\n\ndisabled-version = tls1.0\n"
		"disabled-version = tls1.1\ndefault-priority-string = NORMAL\n"));

	(void)state;
	assert_int_equal(config.disabled_line, 4);
	assert_int_equal(config.priority_line, 6);
}

/* DEFAULT, FUTURE and FIPS from TLS 1.2, LEGACY from TLS 1.0, from RHEL 9 on from 1.2. */
static void test_policies_by_name(void **state)
{
	static const struct {
		const char *file;
		struct host_system system;
		uint16_t versions;
	} policies[] = {
		{ "# This file\n\nDEFAULT\n", { "rhel", "8.6" }, TLS12 | TLS13 },
		{ "LEGACY\n", { "rhel", "8.10" }, NORMAL },
		{ "LEGACY\n", { "fedora", "40" }, NORMAL },
		{ "LEGACY\n", { "rhel", "9.4" }, TLS12 | TLS13 },
		{ "LEGACY\n", { "rocky", "10.0" }, TLS12 | TLS13 },
		{ "FUTURE", { "rhel", "9" }, TLS12 | TLS13 },
		{ "FIPS\n", { "rhel", "8" }, TLS12 | TLS13 },
		{ "DEFAULT:SHA1\n", { "rhel", "9" }, TLS12 | TLS13 },
		{ "DEFAULT:OURS\n", { "rhel", "9" }, 0 },
		{ "OURS\n", { "rhel", "9" }, 0 },
		{ "", { "rhel", "9" }, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(policies); i++)
		assert_int_equal(
			crypto_policy_versions(
				crypto_policy_name(bytes_of_string(policies[i].file)),
				&policies[i].system),
			policies[i].versions);
}

static void test_every_cut_of_a_configuration_ends(void **state)
{
	static const char text[] = "[overrides]\ndisabled-version = tls1.0\n"
				   "[priorities]\nSYSTEM=NORMAL:-VERS-TLS1.1\n";

	(void)state;
	for (size_t len = 0; len < sizeof text; len++) {
		struct gnutls_config config = gnutls_config_of(bytes_over(text, len));

		assert_int_equal(config.disabled & ~TLS10, 0);
		assert_int_equal(
			gnutls_priority(bytes_of_string("@SYSTEM"), NORMAL, &config) &
				~NORMAL,
			0);
	}
}

/* A policy's name that is cut is another name, or none. */
static void test_every_cut_of_a_policy_is_no_policy(void **state)
{
	static const struct host_system system = { "rhel", "8" };
	static const char text[] = "DEFAULT:SHA1";

	(void)state;
	for (size_t len = 0; len < strlen(text); len++)
		assert_int_equal(crypto_policy_versions(bytes_over(text, len), &system),
			len == 7 || len == 8 ? TLS12 | TLS13 : 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_priority_under_a_configuration),
		cmocka_unit_test(test_tells_the_line_that_decides),
		cmocka_unit_test(test_policies_by_name),
		cmocka_unit_test(test_every_cut_of_a_configuration_ends),
		cmocka_unit_test(test_every_cut_of_a_policy_is_no_policy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

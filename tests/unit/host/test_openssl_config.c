/* openssl.cnf: what was written, every cut, and what lies. */
#include "../unit.h"

#include <string.h>

#include "base/attr.h"
#include "host/openssl_config.h"

static struct arena arena;

static int begin(void **state)
{
	(void)state;
	arena_init(&arena, (size_t)16 << 20);
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

static struct openssl_config read_text(const char *text)
{
	struct openssl_config config = { .arena = &arena };

	assert_int_equal(
		openssl_config_read(&config, bytes_of_string(text), "a.cnf"), ERR_OK);
	return config;
}

static const char DEBIAN[] = "# of Debian 10\n"
			     "openssl_conf = default_conf\n"
			     "[default_conf]\n"
			     "ssl_conf = ssl_sect\n"
			     "[ ssl_sect ]\n"
			     "system_default = system_default_sect\n"
			     "[system_default_sect]\n"
			     "MinProtocol = TLSv1.2 # and later\n"
			     "CipherString = DEFAULT@SECLEVEL=2\n";

static void test_follows_the_chain_to_its_end(void **state)
{
	struct openssl_config config = read_text(DEBIAN);
	struct openssl_policy policy = openssl_policy_of(&config);

	(void)state;
	assert_null(policy.broken);
	assert_string_equal(policy.lowest->value, "TLSv1.2");
	assert_int_equal(policy.lowest->line, 8);
	assert_int_equal(policy.level, 2);
	assert_int_equal(openssl_policy_apply(&policy, VERSIONS_USUAL),
		VERSIONS_OF(RANK_TLS12) | VERSIONS_OF(RANK_TLS13));
}

static void test_every_cut_ends_and_sets_no_more(void **state)
{
	(void)state;
	for (size_t len = 0; len < sizeof DEBIAN - 1; len++) {
		struct openssl_config config = { .arena = &arena };
		struct openssl_policy policy;

		assert_int_equal(
			openssl_config_read(&config, bytes_over(DEBIAN, len), "a.cnf"),
			ERR_OK);
		policy = openssl_policy_of(&config);
		if (policy.lowest != NULL)
			assert_int_equal(strncmp(policy.lowest->value, "TLSv1.2",
						 strlen(policy.lowest->value)),
				0);
	}
}

static void test_says_which_link_is_missing(void **state)
{
	static const char *const texts[][2] = { { "", "openssl_conf" },
		{ "openssl_conf = a\n[a]\nproviders = b\n", "ssl_conf" },
		{ "openssl_conf = a\n[a]\nssl_conf = b\n[b]\nserver = c\n",
			"system_default" } };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		struct openssl_config config = read_text(texts[i][0]);

		assert_string_equal(openssl_policy_of(&config).broken, texts[i][1]);
	}
}

#define CHAIN "openssl_conf=a\n[a]\nssl_conf=b\n[b]\nsystem_default=c\n[c]\n"

static const struct {
	const char *text;
	uint16_t versions;
} lists[] = {
	{ CHAIN "MinProtocol = None\n", VERSIONS_USUAL },
	{ CHAIN "minprotocol = tlsv1.1\nMaxProtocol=TLSv1.2\n",
		VERSIONS_OF(RANK_TLS11) | VERSIONS_OF(RANK_TLS12) },
	{ CHAIN "Protocol = -ALL,TLSv1.2\n", VERSIONS_OF(RANK_TLS12) },
	{ CHAIN "Protocol = ALL, -SSLv3,-TLSv1 ,-TLSv1.1\n",
		VERSIONS_OF(RANK_TLS12) | VERSIONS_OF(RANK_TLS13) },
	{ CHAIN "MinProtocol = TLSv1\nMinProtocol = TLSv1.3\n", VERSIONS_OF(RANK_TLS13) },
	{ CHAIN "1.MinProtocol = TLSv1.3\n", VERSIONS_OF(RANK_TLS13) },
	{ CHAIN "v = TLSv1\nMinProtocol = ${v}.3\n", VERSIONS_OF(RANK_TLS13) },
	{ "v = TLSv1.3\n" CHAIN "MinProtocol = \"$default::v\"\n",
		VERSIONS_OF(RANK_TLS13) },
	{ CHAIN "MinProtocol = TLSv\\\n1.3\n", VERSIONS_OF(RANK_TLS13) },
	{ CHAIN "#MinProtocol = TLSv1.3\n", VERSIONS_USUAL },
	{ CHAIN "MinProtocol = SSLv9\n", VERSIONS_USUAL },
	{ CHAIN "MinProtocol = DTLSv1.2\n", VERSIONS_USUAL },
	/* as crypto-policies write it */
	{ CHAIN "TLS.MinProtocol = TLSv1.2\nTLS.MaxProtocol = TLSv1.3\n"
		"DTLS.MinProtocol = DTLSv1.2\nDTLS.MaxProtocol = DTLSv1.2\n",
		VERSIONS_OF(RANK_TLS12) | VERSIONS_OF(RANK_TLS13) },
	{ "c::MinProtocol = TLSv1.3\n" CHAIN, VERSIONS_OF(RANK_TLS13) },
};

static void test_evaluates_what_is_written(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		struct openssl_config config = read_text(lists[i].text);
		struct openssl_policy policy = openssl_policy_of(&config);

		print_message("%s", lists[i].text);
		assert_int_equal(
			openssl_policy_apply(&policy, VERSIONS_USUAL), lists[i].versions);
	}
}

/* As crypto-policies' back-end: first what belongs to the section that includes it. */
static void include_policy(struct openssl_config *config, const char *path)
{
	assert_int_equal(
		openssl_config_read(config,
			bytes_of_string("TLS.MinProtocol = TLSv1.1\n[other]\na = b\n"),
			path),
		ERR_OK);
}

static void test_an_included_file_goes_on_in_the_section_it_is_included_in(void **state)
{
	static const char text[] = "openssl_conf = a\n[a]\nssl_conf = b\n[b]\n"
				   "system_default = c\n[c]\n.include = back.config\n"
				   "MaxProtocol = TLSv1.2\n";
	struct openssl_config config = { .arena = &arena, .include = include_policy };
	struct openssl_policy policy;

	(void)state;
	assert_int_equal(
		openssl_config_read(&config, bytes_of_string(text), "a.cnf"), ERR_OK);
	policy = openssl_policy_of(&config);
	assert_string_equal(policy.lowest->value, "TLSv1.1");
	assert_string_equal(policy.lowest->file, "back.config");
	/* OpenSSL 3.0.19 goes on in the section that the file ended in. */
	assert_null(policy.highest);
	assert_non_null(openssl_config_find(&config, "other", "MaxProtocol"));
}

/* A file that includes itself. */
static void include_again(struct openssl_config *config, const char *path)
{
	assert_int_equal(
		openssl_config_read(config,
			bytes_of_string(".include b.cnf\n.include b.cnf\n"), path),
		ERR_OK);
}

static void test_loops_of_includes_end_with_a_reason(void **state)
{
	struct openssl_config config = { .arena = &arena, .include = include_again };

	(void)state;
	assert_int_equal(openssl_config_read(
				 &config, bytes_of_string(".include = b.cnf\n"), "a.cnf"),
		ERR_OK);
	assert_true(config.note_count > 0);
	assert_non_null(strstr(config.notes[0], "deeper than is followed"));
	assert_true(config.files <= OPENSSL_CONFIG_FILES_MAX);
}

static void test_long_values_and_floods_end_with_a_reason(void **state)
{
	struct openssl_config config;
	struct text text;

	(void)state;
	text_init(&text, (size_t)1 << 20);
	text_add(&text, "a = ");
	for (size_t i = 0; i < 2 * OPENSSL_CONFIG_VALUE_MAX; i++)
		text_char(&text, 'x');
	for (size_t i = 0; i < OPENSSL_CONFIG_VALUES_MAX + 10; i++)
		text_add(&text, "\nb = c");
	config = read_text(text_string(&text));
	assert_int_equal(config.note_count, 2);
	assert_non_null(strstr(config.notes[0], "longer than is read"));
	assert_non_null(strstr(config.notes[1], "more values"));
	assert_int_equal(config.count, OPENSSL_CONFIG_VALUES_MAX);
	text_done(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_follows_the_chain_to_its_end, begin, end),
		cmocka_unit_test_setup_teardown(
			test_every_cut_ends_and_sets_no_more, begin, end),
		cmocka_unit_test_setup_teardown(
			test_says_which_link_is_missing, begin, end),
		cmocka_unit_test_setup_teardown(
			test_evaluates_what_is_written, begin, end),
		cmocka_unit_test_setup_teardown(
			test_an_included_file_goes_on_in_the_section_it_is_included_in,
			begin, end),
		cmocka_unit_test_setup_teardown(
			test_loops_of_includes_end_with_a_reason, begin, end),
		cmocka_unit_test_setup_teardown(
			test_long_values_and_floods_end_with_a_reason, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

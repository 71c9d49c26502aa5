/* What data/audit says of releases in binaries, beside what data/hosts says of the same:
 * they may not contradict each other. */
#include "../unit.h"

#include <string.h>

#include "audit/shipped.h"
#include "base/attr.h"
#include "base/release.h"
#include "host/defaults.h"

static struct arena arena;
static struct rules rules;
static struct defaults defaults;

/* Every dialect of data/audit/binaries.yaml that has releases is here. */
static const struct pair {
	const char *dialect;
	const char *stack; /* NULL: data/hosts has none */
	bool server;       /* the side that is told; else the client's */
} pairs[] = {
	/* Whose clients before security level 2 are told with --all alone. */
	{ "openssl-releases", "openssl", true },
	{ "libressl-releases", NULL, false },
	{ "boringssl-releases", NULL, false },
	{ "gnutls-releases", "gnutls", false },
	{ "nss-releases", "nss", false },
	{ "mbedtls-releases", "mbedtls", false },
	{ "rustls-releases", "rustls", false },
	{ "node-releases", "node", false },
	{ "go-clients", "go", false },
	{ "go-servers", "go", true },
	/* What a target framework has, not a runtime: host/windows_dotnet.c. */
	{ "framework-releases", NULL, false },
};

static int set_up(void **state)
{
	struct fault why = { 0 };

	(void)state;
	arena_init(&arena, RULES_BYTES_MAX);
	return shipped_rules(&rules, &arena, &why) == ERR_OK &&
			       defaults_read(&arena, &defaults, &why) == ERR_OK
		       ? 0
		       : -1;
}

static int tear_down(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

static const struct dialect *dialect_of(const char *name)
{
	for (size_t i = 0; i < rules.dialect_count; i++)
		if (bytes_equal(rules.dialects[i]->name, bytes_of_string(name)))
			return rules.dialects[i];
	return NULL;
}

static const struct pair *pair_of(const struct dialect *dialect)
{
	for (size_t i = 0; i < COUNT_OF(pairs); i++)
		if (bytes_equal(dialect->name, bytes_of_string(pairs[i].dialect)))
			return &pairs[i];
	return NULL;
}

static const struct dialect_release *release_of(
	const struct dialect *dialect, struct bytes release)
{
	const struct dialect_release *found = NULL;

	for (size_t i = 0; i < dialect->release_count; i++)
		if (!release_is_before(release, dialect->releases[i].from))
			found = &dialect->releases[i];
	return found;
}

/* The audit may leave open what the host's table tells, and tells nothing else. */
static void check_release(const struct pair *pair, struct bytes release)
{
	const struct dialect_release *told =
		release_of(dialect_of(pair->dialect), release);
	const struct default_row *row =
		defaults_row(defaults_table(&defaults, pair->stack), release, "", "");
	struct version_range range;

	print_message(
		"%s %.*s\n", pair->dialect, (int)release.len, (const char *)release.at);
	assert_non_null(told);
	assert_non_null(row);
	if (told->sense != WORD_VERSIONS)
		return;
	range = pair->server ? default_server(row) : default_client(row);
	assert_int_equal(told->versions & ~range.maybe, range.on);
}

/* Where either table goes on to the next row. */
static void check_pair(const struct pair *pair)
{
	const struct dialect *dialect = dialect_of(pair->dialect);
	const struct default_table *table;

	assert_non_null(dialect);
	if (pair->stack == NULL)
		return;
	table = defaults_table(&defaults, pair->stack);
	assert_non_null(table);
	for (size_t i = 0; i < dialect->release_count; i++)
		check_release(pair, dialect->releases[i].from);
	for (size_t i = 0; i < table->count; i++)
		check_release(pair, bytes_of_string(table->rows[i].release));
}

static void test_both_tables_say_the_same_of_each_release(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(pairs); i++)
		check_pair(&pairs[i]);
}

static void test_each_table_of_releases_is_held_against_the_other(void **state)
{
	size_t binaries = 0;

	(void)state;
	for (size_t i = 0; i < rules.count; i++) {
		const struct rule *rule = rules.all[i];

		if (strcmp(rule->product, "binaries") != 0 || rule->dialect == NULL ||
			rule->dialect->release_count == 0)
			continue;
		binaries++;
		print_message("%.*s\n", (int)rule->dialect->name.len,
			(const char *)rule->dialect->name.at);
		assert_non_null(pair_of(rule->dialect));
	}
	assert_true(binaries >= COUNT_OF(pairs));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_tables_say_the_same_of_each_release),
		cmocka_unit_test(test_each_table_of_releases_is_held_against_the_other),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}

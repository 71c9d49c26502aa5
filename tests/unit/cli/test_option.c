#include "../unit.h"

#include "cli/option.h"

#include "tls/version.h"

#define ARGUMENTS_MAX 8

struct settings {
	unsigned by;
	struct option_address client;
	uint64_t count;
	bool quiet;
	const char *store;
	time_ns since;
	uint16_t version;
};

static const char *const subjects[] = { "client", "server", "name", NULL };

#define AT(member) offsetof(struct settings, member)

static const struct option options[] = {
	{ "by", 'b', OPTION_CHOICE, AT(by), "client|server|name", "totals", subjects, 0,
		0 },
	{ "client", 0, OPTION_ADDRESS, AT(client), "ADDRESS", "only it", NULL, 0, 0 },
	{ "count", 'c', OPTION_NUMBER, AT(count), "N", "so many", NULL, 2, 300 },
	{ "quiet", 'q', OPTION_FLAG, AT(quiet), NULL, "says nothing", NULL, 0, 0 },
	{ "since", 0, OPTION_TIME, AT(since), "TIME", "from then on", NULL, 0, 0 },
	{ "store", 's', OPTION_TEXT, AT(store), "PATH", "where", NULL, 0, 0 },
	{ "version", 'v', OPTION_VERSION, AT(version), "VERSION", "which", NULL, 0, 0 },
};

struct result {
	struct settings settings;
	char *arguments[ARGUMENTS_MAX];
	size_t operands;
	bool help;
	struct fault why;
};

/* given: ended by NULL. It is written to in no case. */
static enum err read(struct result *ret, const char *const given[])
{
	size_t count = 0;

	*ret = (struct result){ .settings = { .count = 7, .store = "usual" } };
	for (; given[count] != NULL; count++)
		ret->arguments[count] = (char *)(uintptr_t)given[count];
	return option_read(options, COUNT_OF(options), &ret->settings, ret->arguments,
		count, &ret->operands, &ret->help, &ret->why);
}

#define READ(result, ...) read(result, (const char *[]){ __VA_ARGS__, NULL })

static void test_a_value_is_read_in_each_form(void **state)
{
	struct result result;

	(void)state;
	assert_int_equal(READ(&result, "--store", "a"), ERR_OK);
	assert_string_equal(result.settings.store, "a");
	assert_int_equal(READ(&result, "--store=a=b"), ERR_OK);
	assert_string_equal(result.settings.store, "a=b");
	assert_int_equal(READ(&result, "-s", "--quiet"), ERR_OK);
	assert_string_equal(result.settings.store, "--quiet");
	assert_int_equal(READ(&result, "-sab"), ERR_OK);
	assert_string_equal(result.settings.store, "ab");
	assert_int_equal(READ(&result, "--store="), ERR_OK);
	assert_string_equal(result.settings.store, "");
}

static void test_each_kind_has_its_value(void **state)
{
	struct result result;
	char address[ADDRESS_TEXT_MAX];

	(void)state;
	assert_int_equal(READ(&result, "-bserver", "--client=2001:db8::1", "-c300", "-q",
				 "--since", "1970-01-02", "-v1.1"),
		ERR_OK);
	assert_int_equal(result.settings.by, 1);
	assert_true(result.settings.client.given);
	assert_string_equal(
		address_text(&result.settings.client.address, address), "2001:db8::1");
	assert_int_equal(result.settings.count, 300);
	assert_true(result.settings.quiet);
	assert_int_equal(result.settings.since, TIME_DAY);
	assert_int_equal(result.settings.version, VERSION_TLS11);
}

static void test_what_is_not_given_stays_as_it_was(void **state)
{
	struct result result;

	(void)state;
	assert_int_equal(READ(&result, "-q"), ERR_OK);
	assert_int_equal(result.settings.count, 7);
	assert_string_equal(result.settings.store, "usual");
	assert_false(result.settings.client.given);
	assert_false(result.help);
}

static void test_operands_come_to_the_front(void **state)
{
	static const char *const expected[] = { "one", "-", "--quiet", "--" };
	struct result result;

	(void)state;
	assert_int_equal(
		READ(&result, "-c", "3", "one", "-q", "-", "--", "--quiet", "--"),
		ERR_OK);
	assert_int_equal(result.operands, COUNT_OF(expected));
	for (size_t i = 0; i < COUNT_OF(expected); i++)
		assert_string_equal(result.arguments[i], expected[i]);
	assert_int_equal(result.settings.count, 3);
}

static void test_behind_help_nothing_counts(void **state)
{
	struct result result;

	(void)state;
	assert_int_equal(READ(&result, "-q", "--help", "--nonsense"), ERR_OK);
	assert_true(result.help);
	assert_int_equal(READ(&result, "-h"), ERR_OK);
	assert_true(result.help);
	assert_int_equal(READ(&result, "--", "-h"), ERR_OK);
	assert_false(result.help);
}

static const struct wrong {
	const char *arguments[3];
	const char *sentence;
} wrongs[] = {
	{ { "--quite" }, "there is no option --quite; did you mean --quiet?" },
	{ { "--hepl" }, "there is no option --hepl; did you mean --help?" },
	{ { "--versoin=1.2" }, "there is no option --versoin=1.2; did you mean "
			       "--version?" },
	{ { "--nonsense" }, "there is no option --nonsense; --help lists them" },
	{ { "-x" }, "there is no option -x; --help lists them" },
	{ { "--\x1b[2J" }, "there is no option --\\x1b[2J; --help lists them" },
	{ { "--quiet=yes" }, "--quiet takes no value" },
	{ { "-qs" }, "-q takes no value" },
	{ { "--store" }, "--store wants a value: --store PATH" },
	{ { "-c" }, "-c wants a value: -c N" },
	{ { "-c", "1" }, "-c wants a number from 2 to 300, not \"1\"" },
	{ { "--count", "301" }, "--count wants a number from 2 to 300, not \"301\"" },
	{ { "--count", "3x" }, "--count wants a number from 2 to 300, not \"3x\"" },
	{ { "--count", "" }, "--count wants a number from 2 to 300, not \"\"" },
	{ { "--count", "-3" }, "--count wants a number from 2 to 300, not \"-3\"" },
	{ { "--count", " 3" }, "--count wants a number from 2 to 300, not \" 3\"" },
	{ { "--count", "18446744073709551619" }, /* 2^64 + 3 */
		"--count wants a number from 2 to 300, not \"18446744073709551619\"" },
	{ { "--by", "x\n" }, "--by wants client, server or name, not \"x\\x0a\"" },
	{ { "-v", "1.4" }, "-v wants a version such as 1.2, not \"1.4\"" },
	{ { "--since", "now" }, "--since wants a date such as 2026-11-22 or "
				"2026-11-22T10:00:00Z, not \"now\"" },
	{ { "--client", "a.example" },
		"--client wants an IPv4 or IPv6 address, not \"a.example\"" },
};

static void test_what_is_wrong_is_named_with_the_reason(void **state)
{
	struct result result;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrongs); i++) {
		assert_int_equal(read(&result, wrongs[i].arguments), ERR_USAGE);
		assert_string_equal(result.why.text, wrongs[i].sentence);
	}
}

/* What has another name elsewhere is told where there is such an option. */
static void test_another_name_is_known(void **state)
{
	static const struct option policy[] = {
		{ "policy", 'p', OPTION_TEXT, AT(store), "POLICY", "which", NULL, 0, 0 },
	};
	char *arguments[] = { (char[]){ "--min-version" }, (char[]){ "1.2" } };
	struct result result = { 0 };

	(void)state;
	assert_int_equal(
		option_read(policy, COUNT_OF(policy), &result.settings, arguments,
			COUNT_OF(arguments), &result.operands, &result.help, &result.why),
		ERR_USAGE);
	assert_string_equal(result.why.text,
		"there is no option --min-version; did you mean --policy?");
	assert_int_equal(READ(&result, "--min-version", "1.2"), ERR_USAGE);
	assert_string_equal(
		result.why.text, "there is no option --min-version; --help lists them");
}

static void test_the_help_aligns_what_has_a_letter_and_what_has_none(void **state)
{
	struct text text;

	(void)state;
	text_init(&text, 4096);
	option_help(&options[1], 3, &text);
	assert_string_equal(text_string(&text), "      --client ADDRESS    only it\n"
						"  -c, --count N           so many\n"
						"  -q, --quiet             says nothing\n"
						"  -h, --help              this text\n");
	text_reset(&text);
	option_help(options, 1, &text);
	assert_string_equal(text_string(&text), "  -b, --by client|server|name\n"
						"                          totals\n"
						"  -h, --help              this text\n");
	text_done(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_value_is_read_in_each_form),
		cmocka_unit_test(test_each_kind_has_its_value),
		cmocka_unit_test(test_what_is_not_given_stays_as_it_was),
		cmocka_unit_test(test_operands_come_to_the_front),
		cmocka_unit_test(test_behind_help_nothing_counts),
		cmocka_unit_test(test_what_is_wrong_is_named_with_the_reason),
		cmocka_unit_test(test_another_name_is_known),
		cmocka_unit_test(
			test_the_help_aligns_what_has_a_letter_and_what_has_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

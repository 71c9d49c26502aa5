/* The rules as a table: what a policy of TLS 1.2 and 1.3 says of a setting. */
#include "../unit.h"

#include "base/attr.h"
#include "policy/setting_judge.h"

#define OF(rank) VERSIONS_OF(rank)

enum {
	OLD = 1 << RANK_TLS10 | 1 << RANK_TLS11,
	NEW = 1 << RANK_TLS12 | 1 << RANK_TLS13,
	SSL3 = 1 << RANK_SSL3,
	TLS12 = 1 << RANK_TLS12,
};

static const struct policy policy = { .name = "p", .versions = NEW };

static const struct row {
	const char *what;
	struct setting setting;
	enum setting_verdict verdict;
	const char *says;
} rows[] = {
	{ "a server that accepts old ones beside new ones breaks",
		{ .side = SIDE_SERVER, .range = { OLD | TLS12, 0 } }, SETTING_BREAKS,
		"allows TLS 1.0, 1.1" },
	{ "a client that offers them too works on",
		{ .side = SIDE_CLIENT, .range = { OLD | TLS12, 0 } }, SETTING_ALLOWS,
		"allows TLS 1.0, 1.1" },
	{ "who speaks old ones only breaks, on either side",
		{ .side = SIDE_CLIENT, .range = { OLD, 0 } }, SETTING_BREAKS,
		"pins TLS 1.0, 1.1" },
	{ "nothing newer is allowed by a ceiling", { .range = { 0, SSL3 | OLD } },
		SETTING_BREAKS, "at most TLS 1.1" },
	{ "what is added to something unseen may still work",
		{ .range = { OLD, SSL3 | NEW } }, SETTING_ALLOWS, "allows TLS 1.0, 1.1" },
	{ "one of an old and a new one is not known",
		{ .range = { 0, OLD | TLS12 }, .one_of = true }, SETTING_UNCLEAR,
		"what it comes to is not known" },
	{ "TLS 1.2 alone is pinned", { .range = { TLS12, 0 } }, SETTING_PINS,
		"pins TLS 1.2" },
	{ "TLS 1.2 beside what was there is not",
		{ .range = { TLS12, OLD | OF(RANK_TLS13) } }, SETTING_PASSES,
		"TLS 1.2, perhaps others" },
	{ "a floor is no pin", { .range = { NEW, 0 }, .floor = true }, SETTING_PASSES,
		"TLS 1.2, 1.3" },
	{ "nothing at all cannot speak what is allowed", { .range = { 0, 0 } },
		SETTING_BREAKS, "no version" },
	{ "who defers passes", { .means = SETTING_DEFERS }, SETTING_PASSES,
		"defers to the default" },
	{ "what was not found out is unknown",
		{ .means = SETTING_UNKNOWN, .range = { 0, VERSIONS_USUAL } },
		SETTING_UNCLEAR, "what it comes to is not known" },
	{ "an old default breaks where nothing is said",
		{ .side = SIDE_SERVER,
			.means = SETTING_ABSENT,
			.range = { OLD | NEW, 0 } },
		SETTING_BREAKS, "unset: allows TLS 1.0, 1.1" },
	{ "a new default passes, and that it is one is told once",
		{ .side = SIDE_SERVER, .means = SETTING_ABSENT, .range = { NEW, 0 } },
		SETTING_PASSES, "unset: TLS 1.2, 1.3" },
};

static void test_judges_as_the_table_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct setting_judgement judgement =
			setting_judge(&policy, &rows[i].setting);
		struct text CLEANUP(text_done) text;

		text_init(&text, 256);
		setting_judgement_text(&judgement, &rows[i].setting, &text);
		if (judgement.verdict != rows[i].verdict)
			fail_msg("%s: %s", rows[i].what,
				setting_verdict_name(judgement.verdict));
		assert_string_equal(text_string(&text), rows[i].says);
	}
}

static void test_what_lies_below_a_test_is_told_one_level_lower(void **state)
{
	struct setting setting = { .range = { OLD, 0 } };

	(void)state;
	assert_int_equal(setting_judge(&policy, &setting).level, LEVEL_ERROR);
	setting.place = PLACE_TEST;
	assert_int_equal(setting_judge(&policy, &setting).level, LEVEL_WARNING);
	setting.range.on = TLS12;
	assert_int_equal(setting_judge(&policy, &setting).level, LEVEL_NOTE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_judges_as_the_table_says),
		cmocka_unit_test(test_what_lies_below_a_test_is_told_one_level_lower),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

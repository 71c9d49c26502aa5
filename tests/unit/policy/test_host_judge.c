/* What a policy of TLS 1.2 and 1.3 says of the two sides of a stack. */
#include "../unit.h"

#include "base/attr.h"
#include "policy/host_judge.h"

enum {
	OLD = 1 << RANK_TLS10 | 1 << RANK_TLS11,
	NEW = 1 << RANK_TLS12 | 1 << RANK_TLS13,
	TLS12 = 1 << RANK_TLS12,
};

static const struct policy policy = { .name = "p", .versions = NEW };

static const struct {
	struct host_side client;
	struct host_side server;
	enum setting_verdict says_client;
	enum setting_verdict says_server;
	enum setting_verdict worst;
} rows[] = {
	{ { .known = HOST_ASKED, .range = { NEW, 0 } },
		{ .known = HOST_ASKED, .range = { NEW, 0 } }, SETTING_PASSES,
		SETTING_PASSES, SETTING_PASSES },
	{ { .known = HOST_ASKED, .range = { OLD | NEW, 0 } }, { .absent = true },
		SETTING_ALLOWS, SETTING_PASSES, SETTING_ALLOWS },
	{ { .absent = true }, { .known = HOST_DERIVED, .range = { OLD | NEW, 0 } },
		SETTING_PASSES, SETTING_BREAKS, SETTING_BREAKS },
	{ { .known = HOST_DERIVED, .range = { OLD, 0 } }, { .absent = true },
		SETTING_BREAKS, SETTING_PASSES, SETTING_BREAKS },
	/* that it has no TLS 1.3 is its age, no pin */
	{ { .known = HOST_DERIVED, .range = { TLS12, 0 } }, { .absent = true },
		SETTING_PASSES, SETTING_PASSES, SETTING_PASSES },
	{ { .known = HOST_UNKNOWN, .range = { 0, VERSIONS_USUAL } }, { .absent = true },
		SETTING_UNCLEAR, SETTING_PASSES, SETTING_UNCLEAR },
	/* sources differ: unknown is never rounded to passes */
	{ { .known = HOST_DERIVED, .range = { NEW, OLD } }, { .absent = true },
		SETTING_UNCLEAR, SETTING_PASSES, SETTING_UNCLEAR },
};

static void test_judges_each_side(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct host_stack stack = { .client = rows[i].client,
			.server = rows[i].server };
		struct host_judgement judgement = host_judge(&policy, &stack);

		assert_int_equal(judgement.client, rows[i].says_client);
		assert_int_equal(judgement.server, rows[i].says_server);
		assert_int_equal(judgement.worst, rows[i].worst);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_judges_each_side),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "../unit.h"

#include "../endpoints.h"
#include "policy/control.h"

/* Stages of strict, similar and unrelated, all by name, and what they say. */
struct row {
	enum control_stage stages[CONTROL_TARGETS];
	enum control_cause cause;
};

static void fill(
	struct control_seen seen[CONTROL_TARGETS], const enum control_stage *stages)
{
	memset(seen, 0, CONTROL_TARGETS * sizeof seen[0]);
	for (int i = 0; i < CONTROL_TARGETS; i++) {
		seen[i].stage = stages[i];
		seen[i].named = true;
	}
}

static void test_what_works_for_others_rules_causes_out(void **state)
{
	static const struct row rows[] = {
		{ { CONTROL_ACCEPTED, CONTROL_NO_NAME, CONTROL_NO_ROUTE }, CAUSE_NONE },
		{ { CONTROL_NO_NAME, CONTROL_ACCEPTED, CONTROL_NO_NAME }, CAUSE_NAME },
		{ { CONTROL_NO_RESOLVER, CONTROL_NO_NAME, CONTROL_NOT_TLS }, CAUSE_ZONE },
		{ { CONTROL_NO_RESOLVER, CONTROL_NO_RESOLVER, CONTROL_NO_RESOLVER },
			CAUSE_NAMES },
		{ { CONTROL_NO_LISTENER, CONTROL_REFUSED, CONTROL_NO_ROUTE },
			CAUSE_SERVICE },
		{ { CONTROL_NO_ANSWER, CONTROL_NO_ANSWER, CONTROL_ACCEPTED },
			CAUSE_NETWORK },
		{ { CONTROL_NO_ROUTE, CONTROL_NO_ROUTE, CONTROL_NO_ANSWER },
			CAUSE_ROUTE },
		{ { CONTROL_NOT_TLS, CONTROL_ACCEPTED, CONTROL_ACCEPTED },
			CAUSE_NOT_TLS },
		{ { CONTROL_NOT_TLS, CONTROL_NOT_TLS, CONTROL_NOT_TLS }, CAUSE_PROXY },
		{ { CONTROL_REFUSED, CONTROL_ACCEPTED, CONTROL_NO_NAME }, CAUSE_TLS },
		{ { CONTROL_REFUSED, CONTROL_REFUSED, CONTROL_ACCEPTED }, CAUSE_TLS },
		{ { CONTROL_CLOSED, CONTROL_ACCEPTED, CONTROL_ACCEPTED }, CAUSE_TLS },
		{ { CONTROL_CLOSED, CONTROL_SILENT, CONTROL_ACCEPTED }, CAUSE_NETWORK },
		{ { CONTROL_CLOSED, CONTROL_CLOSED, CONTROL_CLOSED }, CAUSE_PROXY },
		{ { CONTROL_REFUSED, CONTROL_NO_ROUTE, CONTROL_NO_ROUTE },
			CAUSE_UNKNOWN },
		{ { CONTROL_UNKNOWN, CONTROL_ACCEPTED, CONTROL_ACCEPTED },
			CAUSE_UNKNOWN },
	};
	struct control_seen seen[CONTROL_TARGETS];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		fill(seen, rows[i].stages);
		assert_string_equal(control_cause_name(control_judge(seen)),
			control_cause_name(rows[i].cause));
	}
}

/* Whatever they came to, there is a cause, and a service that accepts is never at fault.
 */
static void test_every_three_stages_have_a_cause(void **state)
{
	struct control_seen seen[CONTROL_TARGETS];
	bool met[CAUSE_COUNT] = { false };

	(void)state;
	for (int i = 0; i < CONTROL_STAGES * CONTROL_STAGES * CONTROL_STAGES; i++) {
		const enum control_stage stages[] = {
			(enum control_stage)(i % CONTROL_STAGES),
			(enum control_stage)(i / CONTROL_STAGES % CONTROL_STAGES),
			(enum control_stage)(i / CONTROL_STAGES / CONTROL_STAGES),
		};

		fill(seen, stages);
		met[control_judge(seen)] = true;
		assert_int_equal(control_judge(seen) == CAUSE_NONE,
			stages[CONTROL_STRICT] == CONTROL_ACCEPTED);
	}
	for (int i = 0; i < CAUSE_COUNT; i++)
		assert_true(met[i]);
}

static void test_an_address_shows_nothing_of_names(void **state)
{
	static const enum control_stage stages[] = { CONTROL_NO_NAME, CONTROL_ACCEPTED,
		CONTROL_ACCEPTED };
	struct control_seen seen[CONTROL_TARGETS];

	(void)state;
	fill(seen, stages);
	seen[CONTROL_SIMILAR].named = seen[CONTROL_UNRELATED].named = false;
	assert_int_equal(control_judge(seen), CAUSE_UNKNOWN);
}

static void test_one_issuer_that_nobody_trusts_is_a_proxy(void **state)
{
	static const enum control_stage stages[] = { CONTROL_ACCEPTED, CONTROL_ACCEPTED,
		CONTROL_ACCEPTED };
	struct control_seen seen[CONTROL_TARGETS];

	(void)state;
	fill(seen, stages);
	for (int i = 0; i < CONTROL_TARGETS; i++) {
		memcpy(seen[i].issuer, "CN=Inspector", sizeof "CN=Inspector");
		seen[i].trust = TRUST_INCOMPLETE;
	}
	assert_int_equal(control_judge(seen), CAUSE_PROXY);
	seen[CONTROL_UNRELATED].trust = TRUST_OK;
	assert_int_equal(control_judge(seen), CAUSE_NONE);
	seen[CONTROL_UNRELATED].trust = TRUST_INCOMPLETE;
	seen[CONTROL_UNRELATED].issuer[3] = 'E';
	assert_int_equal(control_judge(seen), CAUSE_NONE);
}

static void test_versions_that_only_the_similar_one_takes_are_left_behind(void **state)
{
	static const enum control_stage stages[] = { CONTROL_ACCEPTED, CONTROL_ACCEPTED,
		CONTROL_UNKNOWN };
	struct control_seen seen[CONTROL_TARGETS];

	(void)state;
	fill(seen, stages);
	seen[CONTROL_STRICT].accepted = 1u << RANK_TLS12;
	seen[CONTROL_SIMILAR].accepted = 1u << RANK_TLS12 | 1u << RANK_TLS10;
	assert_int_equal(control_left_behind(seen), 1u << RANK_TLS10);
	seen[CONTROL_STRICT].accepted = 0;
	assert_int_equal(control_left_behind(seen), 0);
}

static void test_an_endpoint_tells_how_far_it_came(void **state)
{
	struct endpoint erp = erp_endpoint();
	struct control_seen seen = { .stage = CONTROL_UNKNOWN };

	(void)state;
	control_of_endpoint(&erp, &seen);
	assert_int_equal(seen.stage, CONTROL_ACCEPTED);
	assert_int_equal(seen.accepted, 1u << RANK_TLS10 | 1u << RANK_TLS12);
	assert_string_equal(seen.issuer, "CN=Example CA");
	erp.versions[RANK_TLS10].status = erp.versions[RANK_TLS12].status =
		ENDPOINT_UNKNOWN;
	seen = (struct control_seen){ 0 };
	control_of_endpoint(&erp, &seen);
	assert_int_equal(seen.stage, CONTROL_REFUSED);
	assert_int_equal(seen.alert, 70);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_works_for_others_rules_causes_out),
		cmocka_unit_test(test_every_three_stages_have_a_cause),
		cmocka_unit_test(test_an_address_shows_nothing_of_names),
		cmocka_unit_test(test_one_issuer_that_nobody_trusts_is_a_proxy),
		cmocka_unit_test(
			test_versions_that_only_the_similar_one_takes_are_left_behind),
		cmocka_unit_test(test_an_endpoint_tells_how_far_it_came),
	};

	return cmocka_run_group_tests_name("control", tests, NULL, NULL);
}

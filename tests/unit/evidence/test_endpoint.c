/* Every status and every trust has a name of its own: they are told to people, and are
 * what programs look for. */
#include "../unit.h"

#include "../endpoints.h"
#include "evidence/endpoint.h"

static void test_statuses_have_names_of_their_own(void **state)
{
	(void)state;
	for (int i = 0; i < ENDPOINT_STATUS_COUNT; i++)
		for (int j = 0; j < i; j++)
			assert_string_not_equal(
				endpoint_status_name((enum endpoint_status)i),
				endpoint_status_name((enum endpoint_status)j));
	assert_string_equal(endpoint_status_name(ENDPOINT_NOT_TLS), "not-tls");
	assert_string_equal(endpoint_status_name(ENDPOINT_NO_ANSWER), "no-answer");
}

static void test_trusts_have_names_of_their_own(void **state)
{
	(void)state;
	for (int i = 0; i <= TRUST_BAD; i++)
		for (int j = 0; j < i; j++)
			assert_string_not_equal(
				endpoint_trust_name((enum certificate_trust)i),
				endpoint_trust_name((enum certificate_trust)j));
	assert_string_equal(endpoint_trust_name(TRUST_INCOMPLETE), "incomplete");
}

static void test_a_union_has_each_once_of_the_highest_first(void **state)
{
	struct endpoint e = erp_endpoint();
	static const uint32_t newer[] = { 0x11ec, 0x001d };
	uint32_t codes[ENDPOINT_UNION_MAX];
	struct endpoint_codes all;

	(void)state;
	e.versions[RANK_TLS13].status = ENDPOINT_ACCEPTED;
	e.versions[RANK_TLS13].groups = (struct endpoint_codes)ERP_LIST(newer);
	all = endpoint_union(&e, ENDPOINT_GROUPS, codes);
	assert_true(all.whole);
	assert_int_equal(all.count, 3);
	assert_int_equal(codes[0], 0x11ec);
	assert_int_equal(codes[2], 0x0017);
}

static void test_a_union_is_whole_only_if_each_is(void **state)
{
	struct endpoint e = erp_endpoint();
	uint32_t codes[ENDPOINT_UNION_MAX];

	(void)state;
	assert_true(endpoint_union(&e, ENDPOINT_GROUPS, codes).whole);
	e.versions[RANK_TLS13].status = ENDPOINT_UNKNOWN;
	assert_false(endpoint_union(&e, ENDPOINT_GROUPS, codes).whole);
	e = erp_endpoint();
	e.versions[RANK_TLS12].status = ENDPOINT_REFUSED;
	assert_false(endpoint_union(&e, ENDPOINT_GROUPS, codes).whole);
}

static void test_traits_are_found_by_their_place(void **state)
{
	struct endpoint e = erp_endpoint();

	(void)state;
	for (size_t i = 0; i < endpoint_trait_count; i++) {
		const char *name = endpoint_trait_kinds[i].name;
		enum endpoint_trait trait = endpoint_trait_of(&e, i);

		if (strcmp(name, "compression") == 0)
			assert_int_equal(trait, TRAIT_NO);
		else if (strcmp(name, "secure_renegotiation") == 0)
			assert_int_equal(trait, TRAIT_YES);
		else
			assert_int_equal(trait, TRAIT_UNKNOWN);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_statuses_have_names_of_their_own),
		cmocka_unit_test(test_trusts_have_names_of_their_own),
		cmocka_unit_test(test_a_union_has_each_once_of_the_highest_first),
		cmocka_unit_test(test_a_union_is_whole_only_if_each_is),
		cmocka_unit_test(test_traits_are_found_by_their_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

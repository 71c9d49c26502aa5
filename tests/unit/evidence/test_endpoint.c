/* Every status and every trust has a name of its own: they are told to people, and are
 * what programs look for. */
#include "../unit.h"

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
				endpoint_trust_name((enum endpoint_trust)i),
				endpoint_trust_name((enum endpoint_trust)j));
	assert_string_equal(endpoint_trust_name(TRUST_INCOMPLETE), "incomplete");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_statuses_have_names_of_their_own),
		cmocka_unit_test(test_trusts_have_names_of_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

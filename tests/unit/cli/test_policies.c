#include "../unit.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/policies.h"

static void test_each_preset_is_read_and_in_order_of_name(void **state)
{
	char before[POLICY_NAME_MAX] = "";

	(void)state;
	assert_true(policies_count() >= 12);
	for (size_t i = 0; i < policies_count(); i++) {
		struct policy policy;
		struct fault why = { 0 };

		if (policies_read(i, &policy, &why) != ERR_OK)
			fail_msg("%s", why.text);
		assert_true(strcmp(before, policy.name) < 0);
		memcpy(before, policy.name, sizeof before);
	}
}

static void test_each_preset_has_title_and_source(void **state)
{
	(void)state;
	for (size_t i = 0; i < policies_count(); i++) {
		struct policy policy;
		struct fault why;

		assert_int_equal(policies_read(i, &policy, &why), ERR_OK);
		assert_string_not_equal(policy.title, "");
		assert_string_not_equal(policy.source, "");
	}
}

static void test_each_preset_is_found_by_its_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < policies_count(); i++) {
		struct policy policy, found;
		struct fault why;

		assert_int_equal(policies_read(i, &policy, &why), ERR_OK);
		assert_int_equal(policy_load(policy.name, &found, &why), ERR_OK);
		assert_memory_equal(&policy, &found, sizeof policy);
	}
}

static void test_what_is_no_policy_is_wrong_use(void **state)
{
	struct policy policy;
	struct fault why;

	(void)state;
	assert_int_equal(policy_load("rfc8969", &policy, &why), ERR_USAGE);
	assert_non_null(strstr(why.text, "did you mean rfc8996?"));
	assert_int_equal(policy_load("/dev/null", &policy, &why), ERR_USAGE);
	assert_non_null(strstr(why.text, "/dev/null, line 1, column 1: "));
	assert_int_equal(policy_load("", &policy, &why), ERR_USAGE);
	assert_non_null(strstr(why.text, "no policy is named; "));
	assert_int_equal(policy_load("/nowhere/a.yaml", &policy, &why), ERR_NOT_FOUND);
}

/* What stands behind a zero byte is of the file too. */
static void test_a_file_is_read_to_its_end(void **state)
{
	static const char all[] = "name: a\nversions: [TLS 1.2]\n\0order: nonsense\n";
	char path[] = "/tmp/tlsunset-test-XXXXXX";
	int file = mkstemp(path);
	struct policy policy;
	struct fault why;

	(void)state;
	assert_true(file >= 0);
	assert_int_equal(write(file, all, sizeof all - 1), sizeof all - 1);
	assert_int_equal(close(file), 0);
	assert_int_equal(policy_load(path, &policy, &why), ERR_USAGE);
	assert_int_equal(unlink(path), 0);
	assert_non_null(strstr(why.text, "this is not YAML"));
}

static void test_azure_moved_three_times(void **state)
{
	struct policy policy;
	struct fault why;

	(void)state;
	assert_int_equal(policy_load("azure-resource-manager", &policy, &why), ERR_OK);
	assert_int_equal(policy.date_count, 4);
	assert_string_equal(policy.dates[3].on, "2025-03-01");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_preset_is_read_and_in_order_of_name),
		cmocka_unit_test(test_each_preset_has_title_and_source),
		cmocka_unit_test(test_each_preset_is_found_by_its_name),
		cmocka_unit_test(test_what_is_no_policy_is_wrong_use),
		cmocka_unit_test(test_a_file_is_read_to_its_end),
		cmocka_unit_test(test_azure_moved_three_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

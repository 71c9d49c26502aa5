#include "../unit.h"

#include "store/store.h"

static const struct hash_key KEY = { 1, 2 };

static void test_a_store_without_a_file_is_refused(void **state)
{
	struct fault why = { 0 };
	struct store *store;

	(void)state;
	assert_int_equal(
		store_open("sqlite:", STORE_WRITE, &KEY, &store, &why), ERR_USAGE);
	assert_int_equal(store_open("sqlite::memory:", STORE_WRITE, &KEY, &store, &why),
		ERR_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_store_without_a_file_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

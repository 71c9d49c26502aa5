#include "../unit.h"

#include "base/table.h"

struct entry {
	uint64_t used;
	uint32_t key;
	uint32_t value;
};

static const struct hash_key KEY = { 1, 2 };

static void test_finds_what_was_taken_however_often_it_grew(void **state)
{
	struct table table;
	size_t seen = 0;

	(void)state;
	table_init(&table, sizeof(struct entry), sizeof(uint32_t), 10000, &KEY);
	for (uint32_t i = 0; i < 5000; i++)
		((struct entry *)table_take(&table, &i))->value = i * 2;
	for (uint32_t i = 0; i < 5000; i++)
		assert_int_equal(((struct entry *)table_find(&table, &i))->value, i * 2);
	for (void *entry = NULL; (entry = table_next(&table, entry)) != NULL;)
		seen++;
	assert_int_equal(seen, 5000);
	assert_int_equal(table.count, 5000);
	table_done(&table);
}

static void test_what_was_never_taken_is_not_there(void **state)
{
	struct table table;
	uint32_t key = 7;

	(void)state;
	table_init(&table, sizeof(struct entry), sizeof key, 10, &KEY);
	assert_null(table_find(&table, &key));
	assert_null(table_next(&table, NULL));
	assert_non_null(table_take(&table, &key));
	key = 8;
	assert_null(table_find(&table, &key));
	table_done(&table);
}

static void test_takes_no_more_than_its_ceiling(void **state)
{
	struct table table;

	(void)state;
	table_init(&table, sizeof(struct entry), sizeof(uint32_t), 3, &KEY);
	for (uint32_t i = 0; i < 3; i++)
		assert_non_null(table_take(&table, &i));
	assert_null(table_take(&table, &(uint32_t){ 3 }));
	assert_non_null(table_take(&table, &(uint32_t){ 2 }));
	table_done(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_finds_what_was_taken_however_often_it_grew),
		cmocka_unit_test(test_what_was_never_taken_is_not_there),
		cmocka_unit_test(test_takes_no_more_than_its_ceiling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

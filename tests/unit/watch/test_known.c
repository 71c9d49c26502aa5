#include "../unit.h"

#include "watch/known.h"

static const struct hash_key KEY = { 1, 2 };

struct counted {
	struct known_entry entry;
	int value;
};

#define ROOM (8 * (sizeof(struct counted) + sizeof(uint32_t))) /* for eight */

static struct counted *take(struct known *known, uint32_t key)
{
	struct bytes bytes = bytes_over(&key, sizeof key);
	uint64_t hash;
	struct known_entry *entry = known_find(known, bytes, &hash);

	if (entry == NULL)
		entry = known_add(known, bytes, hash);
	return (struct counted *)(void *)entry;
}

static void test_what_was_added_is_found_again(void **state)
{
	struct known known;
	struct counted *one;

	(void)state;
	assert_int_equal(
		known_init(&known, &KEY, ROOM, sizeof(struct counted), NULL), ERR_OK);
	one = take(&known, 1);
	one->value = 11;
	assert_int_not_equal(take(&known, 2)->value, 11);
	assert_ptr_equal(take(&known, 1), one);
	assert_int_equal(one->entry.users, 2);
	known_done(&known);
}

static void test_past_the_ceiling_only_what_is_used_stays(void **state)
{
	struct known known;
	struct counted *used;

	(void)state;
	assert_int_equal(
		known_init(&known, &KEY, ROOM, sizeof(struct counted), NULL), ERR_OK);
	used = take(&known, 0);
	used->value = 7;
	for (uint32_t key = 1; key < 1000; key++)
		known_release(&take(&known, key)->entry);
	assert_true(known.count <= 12);
	assert_int_equal(take(&known, 0)->value, 7);
	known_done(&known);
}

static void test_what_an_entry_holds_counts(void **state)
{
	struct known known;

	(void)state;
	assert_int_equal(
		known_init(&known, &KEY, ROOM, sizeof(struct counted), NULL), ERR_OK);
	for (uint32_t key = 0; key < 100; key++) {
		struct counted *one = take(&known, key);

		known_weigh(&known, &one->entry, ROOM);
		known_release(&one->entry);
	}
	assert_true(known.count <= 2);
	known_forget_unused(&known);
	assert_int_equal(known.bytes, 0);
	known_done(&known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_was_added_is_found_again),
		cmocka_unit_test(test_past_the_ceiling_only_what_is_used_stays),
		cmocka_unit_test(test_what_an_entry_holds_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "../unit.h"

#include <string.h>

#include "flow/fragments.h"

static const struct hash_key KEY = { 1, 2 };

static struct fragment part(uint32_t id, uint32_t offset, bool more, const char *text)
{
	return (struct fragment){ .at = TIME_DAY,
		.id = id,
		.version = 6,
		.protocol = 17,
		.offset = offset,
		.more = more,
		.bytes = bytes_of_string(text) };
}

static enum err take(struct fragments *f, struct fragment fragment, struct bytes *ret)
{
	uint8_t protocol = 0;
	enum err err = fragments_take(f, &fragment, ret, &protocol);

	if (err == ERR_OK)
		assert_int_equal(protocol, 17);
	return err;
}

static void test_joins_what_belongs_together(void **state)
{
	struct fragments *f = fragments_new(&KEY, 4);
	struct bytes whole;

	(void)state;
	assert_int_equal(take(f, part(1, 16, false, "!"), &whole), ERR_AGAIN);
	assert_int_equal(take(f, part(2, 0, true, "01234567"), &whole), ERR_AGAIN);
	assert_int_equal(take(f, part(1, 0, true, "abcdefgh"), &whole), ERR_AGAIN);
	assert_int_equal(take(f, part(1, 8, true, "ijklmnop"), &whole), ERR_OK);
	assert_int_equal(whole.len, 17);
	assert_memory_equal(whole.at, "abcdefghijklmnop!", 17);
	assert_int_equal(fragments_evicted(f), 0);
	fragments_free(f);
}

static void test_an_exact_copy_is_ignored(void **state)
{
	struct fragments *f = fragments_new(&KEY, 4);
	struct bytes whole;

	(void)state;
	assert_int_equal(take(f, part(1, 0, true, "abcdefgh"), &whole), ERR_AGAIN);
	assert_int_equal(take(f, part(1, 0, true, "ABCDEFGH"), &whole), ERR_AGAIN);
	assert_int_equal(take(f, part(1, 8, false, "i"), &whole), ERR_OK);
	assert_memory_equal(whole.at, "abcdefghi", 9);
	fragments_free(f);
}

static void test_overlapping_fragments_give_up_their_datagram(void **state)
{
	struct fragments *f = fragments_new(&KEY, 4);
	struct bytes whole;

	(void)state;
	assert_int_equal(
		take(f, part(1, 0, true, "abcdefghijklmnop"), &whole), ERR_AGAIN);
	assert_int_equal(take(f, part(1, 8, false, "IJKLMNOPQ"), &whole), ERR_VALUE);
	assert_int_equal(fragments_evicted(f), 1);
	assert_int_equal(take(f, part(1, 16, false, "q"), &whole), ERR_AGAIN);
	fragments_free(f);
}

static void test_data_past_the_last_fragment_gives_up_the_datagram(void **state)
{
	struct fragments *f = fragments_new(&KEY, 4);
	struct bytes whole;

	(void)state;
	assert_int_equal(take(f, part(1, 8, false, "i"), &whole), ERR_AGAIN);
	assert_int_equal(take(f, part(1, 16, true, "qrstuvwx"), &whole), ERR_VALUE);
	assert_int_equal(take(f, part(2, 16, true, "qrstuvwx"), &whole), ERR_AGAIN);
	assert_int_equal(take(f, part(2, 8, false, "i"), &whole), ERR_VALUE);
	assert_int_equal(fragments_evicted(f), 2);
	fragments_free(f);
}

static void test_impossible_fragments_are_refused(void **state)
{
	struct fragments *f = fragments_new(&KEY, 4);
	struct bytes whole;

	(void)state;
	assert_int_equal(take(f, part(1, 0, true, "odd"), &whole), ERR_VALUE);
	assert_int_equal(take(f, part(1, 8, false, ""), &whole), ERR_VALUE);
	assert_int_equal(take(f, part(1, 65528, false, "12345678"), &whole), ERR_VALUE);
	assert_int_equal(take(f, part(1, 65528, false, "1234567"), &whole), ERR_AGAIN);
	fragments_free(f);
}

static void test_the_oldest_makes_room_and_is_counted(void **state)
{
	struct fragments *f = fragments_new(&KEY, 2);
	struct bytes whole;

	(void)state;
	for (uint32_t id = 1; id <= 3; id++)
		assert_int_equal(
			take(f, part(id, 0, true, "abcdefgh"), &whole), ERR_AGAIN);
	assert_int_equal(fragments_evicted(f), 1);
	assert_int_equal(take(f, part(1, 8, false, "i"), &whole), ERR_AGAIN);
	assert_int_equal(take(f, part(3, 8, false, "i"), &whole), ERR_OK);
	fragments_free(f);
}

static void test_what_is_too_old_is_given_up(void **state)
{
	struct fragments *f = fragments_new(&KEY, 4);
	struct fragment late = part(1, 8, false, "i");
	struct bytes whole;

	(void)state;
	late.at += FRAGMENTS_AGE_MAX + 1;
	assert_int_equal(take(f, part(1, 0, true, "abcdefgh"), &whole), ERR_AGAIN);
	assert_int_equal(take(f, late, &whole), ERR_AGAIN);
	assert_int_equal(fragments_evicted(f), 1);
	fragments_free(f);
}

static void test_a_datagram_has_no_more_than_the_named_number_of_pieces(void **state)
{
	struct fragments *f = fragments_new(&KEY, 4);
	struct bytes whole;

	(void)state;
	for (uint32_t i = 0; i < FRAGMENTS_PIECES_MAX; i++)
		assert_int_equal(
			take(f, part(1, 8 * i, true, "abcdefgh"), &whole), ERR_AGAIN);
	assert_int_equal(take(f, part(1, 8 * FRAGMENTS_PIECES_MAX, false, "i"), &whole),
		ERR_VALUE);
	assert_int_equal(fragments_evicted(f), 1);
	fragments_free(f);
}

static void test_what_is_held_at_the_end_is_given_up_by_the_datagram(void **state)
{
	struct fragments *f = fragments_new(&KEY, 4);
	struct bytes whole;

	(void)state;
	assert_int_equal(take(f, part(1, 0, true, "abcdefgh"), &whole), ERR_AGAIN);
	assert_int_equal(take(f, part(1, 16, true, "abcdefgh"), &whole), ERR_AGAIN);
	assert_int_equal(take(f, part(2, 0, true, "abcdefgh"), &whole), ERR_AGAIN);
	fragments_finish(f);
	assert_int_equal(fragments_evicted(f), 2);
	assert_int_equal(take(f, part(2, 8, false, "i"), &whole), ERR_AGAIN);
	fragments_free(f);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_joins_what_belongs_together),
		cmocka_unit_test(test_an_exact_copy_is_ignored),
		cmocka_unit_test(test_overlapping_fragments_give_up_their_datagram),
		cmocka_unit_test(test_data_past_the_last_fragment_gives_up_the_datagram),
		cmocka_unit_test(test_impossible_fragments_are_refused),
		cmocka_unit_test(test_the_oldest_makes_room_and_is_counted),
		cmocka_unit_test(test_what_is_too_old_is_given_up),
		cmocka_unit_test(
			test_a_datagram_has_no_more_than_the_named_number_of_pieces),
		cmocka_unit_test(
			test_what_is_held_at_the_end_is_given_up_by_the_datagram),
	};

	return cmocka_run_group_tests_name("fragments", tests, NULL, NULL);
}

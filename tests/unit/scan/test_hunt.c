#include "../unit.h"

#include "base/attr.h"
#include "scan/hunt.h"

static const uint16_t LIST[] = { 1, 2, 3, 4, 5 };

struct hunting {
	struct arena arena;
	struct hunt hunt;
	uint16_t open[8];
};

static int set_up(void **state)
{
	static struct hunting hunting;

	arena_init(&hunting.arena, 4096);
	hunt_init(&hunting.hunt, LIST, COUNT_OF(LIST));
	*state = &hunting;
	return 0;
}

static int tear_down(void **state)
{
	arena_done(&((struct hunting *)*state)->arena);
	return 0;
}

static void test_what_was_picked_is_offered_no_more(void **state)
{
	struct hunting *h = *state;

	assert_true(hunt_found(&h->hunt, 3, &h->arena));
	assert_true(hunt_found(&h->hunt, 1, &h->arena));
	assert_int_equal(hunt_open(&h->hunt, 8, h->open), 3);
	assert_int_equal(h->open[0], 2);
	assert_int_equal(h->open[1], 4);
	assert_int_equal(h->hunt.found[0], 3);
	assert_int_equal(h->hunt.found[1], 1);
	assert_true(hunt_has(&h->hunt, 3));
	assert_false(hunt_is_open(&h->hunt, 3));
	assert_false(hunt_over(&h->hunt));
}

static void test_a_refusal_settles_what_was_offered(void **state)
{
	struct hunting *h = *state;

	hunt_refused(&h->hunt, 2);
	assert_int_equal(hunt_open(&h->hunt, 8, h->open), 3);
	assert_int_equal(h->open[0], 3);
	hunt_refused_one(&h->hunt, 4);
	hunt_refused(&h->hunt, 8);
	assert_true(hunt_over(&h->hunt));
	assert_int_equal(h->hunt.count, 0);
}

static void test_again_opens_what_was_refused_and_keeps_what_was_found(void **state)
{
	struct hunting *h = *state;

	assert_true(hunt_found(&h->hunt, 5, &h->arena));
	hunt_refused(&h->hunt, 8);
	hunt_again(&h->hunt);
	assert_int_equal(hunt_open(&h->hunt, 8, h->open), 4);
	assert_false(hunt_is_open(&h->hunt, 5));
	assert_int_equal(h->hunt.count, 1);
}

static void test_twice_the_same_is_found_once(void **state)
{
	struct hunting *h = *state;

	assert_true(hunt_found(&h->hunt, 2, &h->arena));
	assert_true(hunt_found(&h->hunt, 2, &h->arena));
	assert_int_equal(h->hunt.count, 1);
	assert_false(hunt_is_open(&h->hunt, 99));
}

static void test_a_full_arena_is_told(void **state)
{
	struct hunting *h = *state;

	arena_done(&h->arena);
	arena_init(&h->arena, 8);
	assert_false(hunt_found(&h->hunt, 2, &h->arena));
	assert_int_equal(h->hunt.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_what_was_picked_is_offered_no_more, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_a_refusal_settles_what_was_offered, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_again_opens_what_was_refused_and_keeps_what_was_found,
			set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_twice_the_same_is_found_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_a_full_arena_is_told, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

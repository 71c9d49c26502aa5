/* The first few names of what was passed over, in whichever order they come. */
#include "../unit.h"

#include "cli/noted.h"

static void assert_first(
	const struct noted *noted, const char *a, const char *b, const char *c)
{
	const char *const *first = noted->first[NOTED_CUT];

	assert_string_equal(first[0], a);
	assert_string_equal(first[1], b);
	assert_string_equal(first[2], c);
}

static void add_all(struct noted *noted, const char *names, struct arena *arena)
{
	for (; *names != '\0'; names++)
		noted_add(noted, NOTED_CUT, (const char[2]){ *names, '\0' }, arena);
}

static void test_the_first_in_order_are_kept(void **state)
{
	struct noted one = { 0 }, other = { 0 };
	struct arena arena;

	(void)state;
	arena_init(&arena, 4096);
	add_all(&one, "fgedd", &arena);
	assert_first(&one, "d", "e", "f");
	add_all(&other, "acz", &arena);
	noted_join(&one, &other);
	assert_first(&one, "a", "c", "d");
	assert_null(one.first[NOTED_BOMB][0]);
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_first_in_order_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

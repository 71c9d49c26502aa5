#include "../unit.h"

#include <string.h>

#include "audit/positions.h"
#include "base/attr.h"

static struct arena arena;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, (size_t)1 << 20);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

static struct positions of(struct bytes text)
{
	struct positions positions;

	assert_int_equal(positions_of(text, &arena, &positions), ERR_OK);
	return positions;
}

static void test_lines_and_columns_are_from_one(void **state)
{
	struct positions positions = of(bytes_of_string("ab\ncd\n"));

	(void)state;
	assert_int_equal(positions_line(&positions, 0), 1);
	assert_int_equal(positions_column(&positions, 0), 1);
	assert_int_equal(positions_line(&positions, 2), 1);
	assert_int_equal(positions_column(&positions, 2), 3);
	assert_int_equal(positions_line(&positions, 4), 2);
	assert_int_equal(positions_column(&positions, 4), 2);
	assert_int_equal(positions_line_start(&positions, 4), 3);
	assert_int_equal(positions_line(&positions, 6), 3);
	assert_int_equal(positions_column(&positions, 600), 1);
}

static void test_characters_count_once_and_pairs_of_utf16_twice(void **state)
{
	/* "aäx" and a character of four bytes, then "b" */
	struct positions positions = of(bytes_of_string("a\xc3\xa4x\xf0\x9f\x98\x80"
							"b"));

	(void)state;
	assert_int_equal(positions_column(&positions, 3), 3);
	assert_int_equal(positions_column(&positions, 8), 5);
	assert_int_equal(positions_units(&positions, 3), 2);
	assert_int_equal(positions_units(&positions, 8), 5);
}

/* At each byte around the blocks' ends it is as if all were counted. */
static void test_blocks_do_not_show(void **state)
{
	static char text[12300];
	struct positions positions;
	uint32_t line = 1, column = 1, units = 0;

	(void)state;
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = i % 1000 == 999 ? '\n' : i % 7 == 0 ? '\xc3' : '\xa4';
	positions = of(bytes_over(text, sizeof text));
	for (size_t i = 0; i < sizeof text; i++) {
		assert_int_equal(positions_line(&positions, i), line);
		assert_int_equal(positions_column(&positions, i), column);
		assert_int_equal(positions_units(&positions, i), units);
		units += text[i] != '\xa4';
		column += text[i] != '\xa4';
		line += text[i] == '\n';
		column = text[i] == '\n' ? 1 : column;
	}
}

static void test_nothing_has_a_place_too(void **state)
{
	struct positions positions = of((struct bytes){ 0 });

	(void)state;
	assert_int_equal(positions_line(&positions, 0), 1);
	assert_int_equal(positions_column(&positions, 0), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_and_columns_are_from_one),
		cmocka_unit_test(test_characters_count_once_and_pairs_of_utf16_twice),
		cmocka_unit_test(test_blocks_do_not_show),
		cmocka_unit_test(test_nothing_has_a_place_too),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}

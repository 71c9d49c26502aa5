#include "../unit.h"

#include "report/grid.h"

/* Whole, the three take 2 + 6, 2 + 9 and 2 + 5 columns. */
static const struct grid_column WHO = { .head = "who", .need = GRID_KEPT };
static const struct grid_column NAME = { .head = "name", .need = GRID_KEPT, .least = 4 };
static const struct grid_column COUNT = { .head = "count", .need = 1, .number = true };
static const struct grid_column MEANING = {
	.head = "meaning", .need = GRID_KEPT, .least = 8, .wraps = true
};

static void check_grid(unsigned width, const char *expected)
{
	struct grid grid;
	struct text text;

	text_init(&text, 4096);
	grid_init(&grid, 4096);
	grid_column(&grid, &WHO);
	grid_column(&grid, &NAME);
	grid_column(&grid, &COUNT);
	grid_cell(&grid, "client");
	grid_cell(&grid, "größe.net");
	grid_number(&grid, 1);
	grid_cell(&grid, "≤ me");
	grid_cell(&grid, "");
	grid_number(&grid, 2345);
	grid_write(&grid, width, &text);
	grid_left_out(&grid, width, &text);
	assert_string_equal(text_string(&text), expected);
	grid_done(&grid);
	text_done(&text);
}

static void test_columns_are_as_wide_as_their_widest_cell(void **state)
{
	static const char whole[] = "  who     name       count\n"
				    "  client  größe.net      1\n"
				    "  ≤ me               2,345\n";

	(void)state;
	check_grid(0, whole);
	check_grid(26, whole);
	check_grid(200, whole);
}

static void test_what_may_be_cut_is_cut_where_there_is_no_room(void **state)
{
	(void)state;
	check_grid(25, "  who     name      count\n"
		       "  client  größe.n…      1\n"
		       "  ≤ me              2,345\n");
	check_grid(21, "  who     name  count\n"
		       "  client  grö…      1\n"
		       "  ≤ me          2,345\n");
}

static void test_what_is_needed_least_is_left_out_and_told(void **state)
{
	(void)state;
	check_grid(20, "  who     name\n"
		       "  client  größe.net\n"
		       "  ≤ me\n"
		       "  no room for: count\n");
}

static void test_what_is_needed_stays_however_narrow_it_is(void **state)
{
	(void)state;
	check_grid(1, "  who     name\n"
		      "  client  grö…\n"
		      "  ≤ me\n"
		      "  no\n"
		      "  room\n"
		      "  for:\n"
		      "  count\n");
}

/* Nothing of it may be cut or left out. */
static void test_what_has_no_room_stands_in_another_table_below(void **state)
{
	static const struct grid_column FIRST = { .head = "first", .need = GRID_KEPT };
	static const struct grid_column SECOND = { .head = "second", .need = GRID_KEPT };
	struct grid grid;
	struct text text;

	(void)state;
	text_init(&text, 4096);
	grid_init(&grid, 4096);
	grid_column(&grid, &WHO);
	grid_column(&grid, &FIRST);
	grid_column(&grid, &COUNT);
	grid_column(&grid, &SECOND);
	grid_column(&grid, &MEANING);
	for (unsigned i = 1; i <= 2; i++) {
		grid_cell(&grid, i == 1 ? "one" : "two");
		grid_cell(&grid, "fails");
		grid_number(&grid, i);
		grid_cell(&grid, i == 1 ? "passes" : "");
		grid_cell(&grid, "offers nothing newer");
	}
	grid_write(&grid, 20, &text);
	grid_left_out(&grid, 20, &text);
	assert_string_equal(text_string(&text), "  who  first  second\n"
						"  one  fails  passes\n"
						"  two  fails\n"
						"\n"
						"  who  meaning\n"
						"  one  offers\n"
						"       nothing newer\n"
						"  two  offers\n"
						"       nothing newer\n"
						"  no room for: count\n");
	grid_done(&grid);
	text_done(&text);
}

static void check_wrapped(unsigned width, const char *expected)
{
	struct grid grid;
	struct text text;

	text_init(&text, 4096);
	grid_init(&grid, 4096);
	grid_column(&grid, &WHO);
	grid_column(&grid, &MEANING);
	grid_cell(&grid, "one");
	grid_cell(&grid, "offers nothing newer, told to the very last of its words");
	grid_cell(&grid, "two");
	grid_cell(&grid, "junk");
	grid_write(&grid, width, &text);
	grid_left_out(&grid, width, &text);
	assert_string_equal(text_string(&text), expected);
	grid_done(&grid);
	text_done(&text);
}

static void test_the_last_column_goes_on_below(void **state)
{
	(void)state;
	check_wrapped(0,
		"  who  meaning\n"
		"  one  offers nothing newer, told to the very last of its words\n"
		"  two  junk\n");
	check_wrapped(30, "  who  meaning\n"
			  "  one  offers nothing newer,\n"
			  "       told to the very last\n"
			  "       of its words\n"
			  "  two  junk\n");
}

static void test_a_cell_of_a_stranger_is_cut_at_any_width(void **state)
{
	char name[] =
		"0123456789012345678901234567890123456789012345678901234567890123456789";
	struct grid grid;
	struct text text;

	(void)state;
	text_init(&text, 4096);
	grid_init(&grid, 4096);
	grid_column(&grid, &WHO);
	grid_cell(&grid, name);
	grid_write(&grid, 0, &text);
	name[GRID_CELL_MAX - 1] = '\0';
	assert_non_null(strstr(text_string(&text), name));
	assert_non_null(strstr(text_string(&text), "8…\n"));
	grid_done(&grid);
	text_done(&text);
}

static void test_rows_that_have_no_memory_are_told(void **state)
{
	struct grid grid;
	struct text text;

	(void)state;
	text_init(&text, 4096);
	grid_init(&grid, 16);
	grid_column(&grid, &WHO);
	grid_column(&grid, &NAME);
	for (int i = 0; i < 5; i++)
		grid_cell(&grid, "abcd");
	grid_write(&grid, 0, &text);
	assert_string_equal(text_string(&text), "  who   name\n"
						"  abcd  abcd\n"
						"  … and more than can be held\n");
	grid_done(&grid);
	text_done(&text);
}

static void check_sentence(unsigned width, const char *expected)
{
	struct text text;

	text_init(&text, 4096);
	grid_sentence(&text, "so many fail (12.50 % of all)", 0, 4, width);
	assert_string_equal(text_string(&text), expected);
	text_done(&text);
}

static void test_a_sentence_is_broken_between_words(void **state)
{
	(void)state;
	check_sentence(0, "so many fail (12.50 % of all)");
	check_sentence(29, "so many fail (12.50 % of all)");
	check_sentence(28, "so many fail (12.50 % of\n    all)");
	check_sentence(4, "so\n    many\n    fail\n    (12.50 %\n    of\n    all)");
}

static void test_a_figure_stays_with_its_percent(void **state)
{
	(void)state;
	check_sentence(20, "so many fail\n    (12.50 % of all)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_columns_are_as_wide_as_their_widest_cell),
		cmocka_unit_test(test_what_may_be_cut_is_cut_where_there_is_no_room),
		cmocka_unit_test(test_what_is_needed_least_is_left_out_and_told),
		cmocka_unit_test(test_what_is_needed_stays_however_narrow_it_is),
		cmocka_unit_test(test_what_has_no_room_stands_in_another_table_below),
		cmocka_unit_test(test_the_last_column_goes_on_below),
		cmocka_unit_test(test_a_cell_of_a_stranger_is_cut_at_any_width),
		cmocka_unit_test(test_rows_that_have_no_memory_are_told),
		cmocka_unit_test(test_a_sentence_is_broken_between_words),
		cmocka_unit_test(test_a_figure_stays_with_its_percent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

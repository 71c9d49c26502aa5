/* A file is replaced whole, and only where it is what was read. */
#include "../unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sys/output.h"

static char folder[] = "/tmp/test_output.XXXXXX";
static char path[64];

static void write_file(const char *text)
{
	assert_int_equal(
		output_write_file(path, bytes_of_string(text), &(struct fault){ 0 }),
		ERR_OK);
}

static void assert_holds(const char *text)
{
	char some[64] = "";
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	assert_int_equal(fread(some, 1, sizeof some - 1, file), strlen(text));
	assert_int_equal(fclose(file), 0);
	assert_string_equal(some, text);
}

static int set_up(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(folder));
	(void)snprintf(path, sizeof path, "%s/file", folder);
	return 0;
}

/* Nothing else may be left in it. */
static int tear_down(void **state)
{
	(void)state;
	return unlink(path) == 0 && rmdir(folder) == 0 ? 0 : -1;
}

static void test_it_is_replaced(void **state)
{
	struct file_state was;
	struct fault why = { 0 };

	(void)state;
	write_file("old");
	assert_true(file_state_read(path, &was));
	assert_int_equal(
		output_replace_file(path, &was, bytes_of_string("new"), &why), ERR_OK);
	assert_holds("new");
}

static void test_what_changed_meanwhile_stays(void **state)
{
	struct file_state was;
	struct fault why = { 0 };

	(void)state;
	write_file("old");
	assert_true(file_state_read(path, &was));
	write_file("somebody's");
	assert_int_equal(
		output_replace_file(path, &was, bytes_of_string("new"), &why), ERR_IO);
	assert_non_null(strstr(why.text, "it changed meanwhile"));
	assert_holds("somebody's");
}

static void test_what_has_two_names_stays(void **state)
{
	char other[80];
	struct file_state was;
	struct fault why = { 0 };

	(void)state;
	write_file("old");
	(void)snprintf(other, sizeof other, "%s/other", folder);
	assert_int_equal(link(path, other), 0);
	assert_true(file_state_read(path, &was));
	assert_int_equal(
		output_replace_file(path, &was, bytes_of_string("new"), &why), ERR_IO);
	assert_int_equal(unlink(other), 0);
	assert_non_null(strstr(why.text, "hard links"));
	assert_holds("old");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_it_is_replaced),
		cmocka_unit_test(test_what_changed_meanwhile_stays),
		cmocka_unit_test(test_what_has_two_names_stays),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}

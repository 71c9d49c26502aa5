/* Files below a root: what is there, what only pretends to be, and what leads out. */
#include "../unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/attr.h"
#include "scratch.h"
#include "sys/root.h"

static struct root root;

static int begin(void **state)
{
	struct scratch *scratch;
	struct fault why;

	if (scratch_setup(state) != 0)
		return -1;
	scratch = *state;
	(void)scratch_write(scratch, "plain", "some text", 9);
	if (mkdir(scratch_path(scratch, "folder"), 0755) != 0 ||
		symlink("/plain", scratch_path(scratch, "link")) != 0 ||
		symlink("../../../../etc/passwd", scratch_path(scratch, "out")) != 0 ||
		symlink("loop", scratch_path(scratch, "loop")) != 0 ||
		mkfifo(scratch_path(scratch, "fifo"), 0600) != 0)
		return -1;
	return root_open(scratch->directory, &root, &why) == ERR_OK ? 0 : -1;
}

static int end(void **state)
{
	root_close(&root);
	return scratch_teardown(state);
}

static const struct {
	const char *path;
	enum err err;
} reads[] = {
	{ "plain", ERR_OK }, { "/plain", ERR_OK },
	{ "../../plain", ERR_OK }, /* above the root is the root */
	{ "link", ERR_OK },        /* as that machine would follow it */
	{ "out", ERR_NOT_FOUND }, { "loop", ERR_LIMIT }, { "none", ERR_NOT_FOUND },
	{ "plain/none", ERR_NOT_FOUND }, { "folder", ERR_TYPE },
	{ "fifo", ERR_TYPE }, /* and nobody waits for its writer */
};

static void test_reads_plain_files_and_nothing_else(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(reads); i++) {
		struct text CLEANUP(text_done) text;

		text_init(&text, 64);
		print_message("%s\n", reads[i].path);
		assert_int_equal(root_read(&root, reads[i].path, &text), reads[i].err);
		assert_string_equal(
			text_string(&text), reads[i].err == ERR_OK ? "some text" : "");
	}
}

static void test_a_file_past_its_ceiling_is_a_limit(void **state)
{
	struct text CLEANUP(text_done) text;

	(void)state;
	text_init(&text, 4);
	assert_int_equal(root_read(&root, "plain", &text), ERR_LIMIT);
}

static void test_names_are_in_order(void **state)
{
	static const char *const names[] = { "fifo", "folder", "link", "loop", "out",
		"plain" };
	const char *const *found;
	struct arena arena;
	size_t count;

	(void)state;
	arena_init(&arena, 4096);
	assert_int_equal(root_names(&root, "/", &arena, &found, &count), ERR_OK);
	assert_int_equal(count, COUNT_OF(names));
	for (size_t i = 0; i < count; i++)
		assert_string_equal(found[i], names[i]);
	assert_int_equal(root_names(&root, "folder", &arena, &found, &count), ERR_OK);
	assert_int_equal(count, 0);
	assert_int_equal(root_names(&root, "plain", &arena, &found, &count),
		ERR_NOT_FOUND); /* it is no folder */
	arena_done(&arena);
}

static void test_what_a_link_says(void **state)
{
	char link[32] = "";

	(void)state;
	assert_int_equal(root_link(&root, "link", link, sizeof link), ERR_OK);
	assert_string_equal(link, "/plain");
	assert_int_equal(root_link(&root, "out", link, 5), ERR_LIMIT);
	assert_int_equal(root_link(&root, "plain", link, sizeof link), ERR_VALUE);
	assert_int_equal(root_link(&root, "none", link, sizeof link), ERR_NOT_FOUND);
}

static void test_of_what_a_path_leads_to(void **state)
{
	struct root_status plain, other;

	(void)state;
	assert_int_equal(root_status(&root, "plain", &plain), ERR_OK);
	assert_true(plain.regular && !plain.folder && !plain.others_write);
	assert_int_equal(root_status(&root, "link", &other), ERR_OK);
	assert_true(other.inode == plain.inode && other.device == plain.device);
	assert_int_equal(root_status(&root, "folder", &other), ERR_OK);
	assert_true(other.folder && !other.regular);
	assert_int_equal(root_status(&root, "loop", &other), ERR_LIMIT);
}

struct watched {
	size_t windows;
	size_t bytes;
	bool found;
};

static bool look(void *context, struct bytes window)
{
	struct watched *watched = context;

	watched->windows++;
	watched->bytes += window.len;
	watched->found |= bytes_find(window, bytes_of_string("NEEDLE")) < window.len;
	return watched->found;
}

/* A word over the border of two windows of 1 MB is in the second whole. */
static void test_windows_overlap(void **state)
{
	struct scratch *scratch = *state;
	size_t len = ((size_t)3 << 20) + 100;
	struct watched watched = { 0 };
	char *bytes = calloc(1, len);

	assert_non_null(bytes);
	memcpy(bytes + ((size_t)1 << 20) - 3, "NEEDLE", 6);
	(void)scratch_write(scratch, "large", bytes, len);
	assert_int_equal(root_windows(&root, "large", 64, look, &watched), ERR_OK);
	assert_true(watched.found);
	assert_int_equal(watched.windows, 2);
	assert_int_equal(root_windows(&root, "fifo", 64, look, &watched), ERR_TYPE);
	assert_int_equal(unlink(scratch_path(scratch, "large")), 0);
	free(bytes);
}

static void test_a_root_that_is_none_is_told(void **state)
{
	struct scratch *scratch = *state;
	struct root none;
	struct fault why;

	assert_int_equal(
		root_open(scratch_path(scratch, "\x1bnone"), &none, &why), ERR_NOT_FOUND);
	assert_non_null(strstr(why.text, "\\x1bnone"));
	assert_int_equal(
		root_open(scratch_path(scratch, "plain"), &none, &why), ERR_NOT_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_plain_files_and_nothing_else),
		cmocka_unit_test(test_a_file_past_its_ceiling_is_a_limit),
		cmocka_unit_test(test_names_are_in_order),
		cmocka_unit_test(test_what_a_link_says),
		cmocka_unit_test(test_of_what_a_path_leads_to),
		cmocka_unit_test(test_windows_overlap),
		cmocka_unit_test(test_a_root_that_is_none_is_told),
	};

	return cmocka_run_group_tests(tests, begin, end);
}

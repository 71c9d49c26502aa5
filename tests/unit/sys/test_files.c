#include "../unit.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scratch.h"
#include "sys/files.h"

static enum err expand(const char *argument, struct files *ret, struct fault *why)
{
	return files_expand(&argument, 1, ret, why);
}

static void write_captures(struct scratch *scratch)
{
	uint8_t *bytes = sample_capture(1);
	size_t len;
	uint8_t *packed = sample_gzip(bytes, SAMPLE_LEN(1), &len);

	assert_int_equal(mkdir(scratch_path(scratch, "b"), 0700), 0);
	scratch_write(scratch, "c.pcap", bytes, SAMPLE_LEN(1));
	scratch_write(scratch, "b/z", packed, len);
	scratch_write(scratch, "a.log", bytes, SAMPLE_LEN(1));
	scratch_write(scratch, "notes.txt", "text", 4);
	scratch_write(scratch, "empty.pcap", "", 0);
	free(packed);
	free(bytes);
}

static bool ends_with(const char *path, const char *end)
{
	size_t len = strlen(path);
	size_t end_len = strlen(end);

	return len >= end_len && strcmp(path + len - end_len, end) == 0;
}

static void test_a_directory_is_its_captures_by_name(void **state)
{
	struct scratch *scratch = *state;
	struct files files;
	struct fault why = { 0 };

	write_captures(scratch);
	assert_int_equal(expand(scratch->directory, &files, &why), ERR_OK);
	assert_int_equal(files.count, 3);
	assert_true(ends_with(files.paths[0], "/a.log"));
	assert_true(ends_with(files.paths[1], "/b/z"));
	assert_true(ends_with(files.paths[2], "/c.pcap"));
	assert_int_equal(files.others, 2);
	files_done(&files);
}

static void test_links_are_followed_to_files_only(void **state)
{
	struct scratch *scratch = *state;
	struct files files;
	struct fault why = { 0 };

	write_captures(scratch);
	assert_int_equal(symlink("c.pcap", scratch_path(scratch, "d")), 0);
	assert_int_equal(symlink("..", scratch_path(scratch, "b/loop")), 0);
	assert_int_equal(symlink("nowhere", scratch_path(scratch, "e")), 0);
	assert_int_equal(expand(scratch->directory, &files, &why), ERR_OK);
	assert_int_equal(files.count, 4);
	files_done(&files);
}

static void test_a_pipe_in_a_directory_is_not_opened(void **state)
{
	struct scratch *scratch = *state;
	struct files files;
	struct fault why = { 0 };

	write_captures(scratch);
	assert_int_equal(mkfifo(scratch_path(scratch, "pipe"), 0600), 0);
	assert_int_equal(expand(scratch->directory, &files, &why), ERR_OK);
	assert_int_equal(files.count, 3); /* and we are not waiting */
	files_done(&files);
}

static void test_what_is_named_is_taken_as_it_is(void **state)
{
	struct scratch *scratch = *state;
	const char *arguments[] = { "-", NULL };
	struct files files;
	struct fault why = { 0 };

	arguments[1] = scratch_write(scratch, "notes.txt", "text", 4);
	assert_int_equal(files_expand(arguments, 2, &files, &why), ERR_OK);
	assert_int_equal(files.count, 2);
	assert_string_equal(files.paths[0], "-");
	assert_string_equal(files.paths[1], arguments[1]);
	files_done(&files);
}

static void test_what_is_not_there_is_named(void **state)
{
	struct scratch *scratch = *state;
	struct files files;
	struct fault why = { 0 };

	assert_int_equal(
		expand(scratch_path(scratch, "gone"), &files, &why), ERR_NOT_FOUND);
	assert_non_null(strstr(why.text, "/gone: "));
	assert_int_equal(expand(scratch->directory, &files, &why), ERR_NOT_FOUND);
	assert_non_null(strstr(why.text, "no capture file"));
}

static void test_too_deep_a_directory_is_refused(void **state)
{
	struct scratch *scratch = *state;
	char name[2 * FILES_DEPTH_MAX + 4] = "d";
	struct files files;
	struct fault why = { 0 };

	for (int i = 0; i <= FILES_DEPTH_MAX; i++) {
		assert_int_equal(mkdir(scratch_path(scratch, name), 0700), 0);
		memcpy(name + 2 * i + 1, "/d", sizeof "/d");
	}
	assert_int_equal(expand(scratch->directory, &files, &why), ERR_LIMIT);
}

#define T(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_a_directory_is_its_captures_by_name),
		T(test_links_are_followed_to_files_only),
		T(test_a_pipe_in_a_directory_is_not_opened),
		T(test_what_is_named_is_taken_as_it_is),
		T(test_what_is_not_there_is_named),
		T(test_too_deep_a_directory_is_refused),
	};

	return cmocka_run_group_tests_name("files", tests, NULL, NULL);
}

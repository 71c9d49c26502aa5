/* Every file of a tree once, by however many workers; what is no file is passed over. */
#include "../unit.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "sys/tree.h"
#include "sys/workers.h"

#define FOLDERS   7
#define FILES     300 /* more than a batch */
#define WORKERS   4
#define ALL_FILES (FOLDERS * FILES)

static char root[] = "/tmp/test_tree.XXXXXX";
static atomic_uint seen[ALL_FILES];

static void make_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* Each holds its number. */
static int set_up(void **state)
{
	char path[256], number[16];

	(void)state;
	assert_non_null(mkdtemp(root));
	for (unsigned i = 0; i < FOLDERS; i++) {
		(void)snprintf(path, sizeof path, "%s/d%u", root, i);
		assert_int_equal(mkdir(path, 0700), 0);
		for (unsigned j = 0; j < FILES; j++) {
			(void)snprintf(path, sizeof path, "%s/d%u/f%u", root, i, j);
			(void)snprintf(number, sizeof number, "%u", i * FILES + j);
			make_file(path, number);
		}
	}
	(void)snprintf(path, sizeof path, "%s/pipe", root);
	assert_int_equal(mkfifo(path, 0600), 0);
	(void)snprintf(path, sizeof path, "%s/d0/loop", root);
	assert_int_equal(symlink("..", path), 0);
	return 0;
}

static void remove_file(const char *folder, const char *name)
{
	char path[256];

	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	(void)remove(path);
}

static int tear_down(void **state)
{
	char folder[128], name[32];

	(void)state;
	for (unsigned i = 0; i < FOLDERS; i++) {
		(void)snprintf(folder, sizeof folder, "%s/d%u", root, i);
		for (unsigned j = 0; j < FILES; j++) {
			(void)snprintf(name, sizeof name, "f%u", j);
			remove_file(folder, name);
		}
		remove_file(folder, "loop");
		(void)rmdir(folder);
	}
	remove_file(root, "pipe");
	remove_file(root, ".gitignore");
	return rmdir(root);
}

static enum err walk(void *context, struct fault *why)
{
	struct tree_walker *walker;
	struct tree_file file;

	(void)why;
	if (tree_walker_new(context, &walker) != ERR_OK)
		return ERR_MEMORY;
	while (tree_next(walker, &file)) {
		char number[16] = "";
		size_t len;

		if (tree_read(&file, 0, number, sizeof number - 1, &len) &&
			number[0] >= '0' && number[0] <= '9' &&
			strtoul(number, NULL, 10) < ALL_FILES)
			atomic_fetch_add(&seen[strtoul(number, NULL, 10)], 1);
	}
	tree_walker_free(walker);
	return ERR_OK;
}

static struct tree *walk_all(const struct tree_ignore *ignore)
{
	const char *const paths[] = { root };
	void *contexts[WORKERS];
	struct fault why = { 0 };
	struct tree *tree;

	for (size_t i = 0; i < ALL_FILES; i++)
		atomic_store(&seen[i], 0);
	assert_int_equal(tree_new(paths, 1, ignore, &tree, &why), ERR_OK);
	for (size_t i = 0; i < WORKERS; i++)
		contexts[i] = tree;
	assert_int_equal(workers_run(walk, contexts, WORKERS, &why), ERR_OK);
	return tree;
}

static void test_every_file_is_seen_once_and_nothing_else(void **state)
{
	struct tree *tree = walk_all(NULL);
	char pipe[128];

	(void)state;
	for (size_t i = 0; i < ALL_FILES; i++)
		assert_int_equal(seen[i], 1);
	assert_int_equal(tree_skipped(tree, TREE_SPECIAL), 1);
	assert_int_equal(tree_skipped(tree, TREE_LINK), 1);
	assert_int_equal(tree_skipped(tree, TREE_UNREADABLE), 0);
	(void)snprintf(pipe, sizeof pipe, "%s/pipe", root);
	assert_string_equal(tree_skipped_name(tree, TREE_SPECIAL, 0), pipe);
	assert_null(tree_skipped_name(tree, TREE_SPECIAL, 1));
	tree_free(tree);
}

/* The list is a name that is left out, with the folder that it stands in. */
static void *read_list(struct bytes text)
{
	char *list = calloc(1, text.len + 1);

	if (list != NULL)
		memcpy(list, text.at, text.len);
	return list;
}

static bool leaves_out(
	const void *list, struct bytes path, bool is_folder, bool *ret_said)
{
	(void)is_folder;
	*ret_said = bytes_equal(bytes_of_string(list), path);
	return *ret_said;
}

static void test_what_a_list_names_is_left_out(void **state)
{
	static const struct tree_ignore ignore = { { ".gitignore" }, read_list, free,
		leaves_out, false };
	struct tree *tree;
	char path[128];
	size_t count = 0;

	(void)state;
	(void)snprintf(path, sizeof path, "%s/.gitignore", root);
	make_file(path, "d1/f0");
	tree = walk_all(&ignore);
	for (size_t i = 0; i < ALL_FILES; i++)
		count += seen[i];
	assert_int_equal(count, ALL_FILES - 1);
	assert_int_equal(seen[FILES], 0);
	assert_int_equal(tree_skipped(tree, TREE_IGNORED), 1);
	tree_free(tree);
}

/* One that failed walks no more; the others must not wait for what it had. */
static void test_who_stops_ends_the_others(void **state)
{
	const char *const paths[] = { root };
	struct tree_walker *failed, *other;
	struct fault why = { 0 };
	struct tree_file file;
	struct tree *tree;

	(void)state;
	assert_int_equal(tree_new(paths, 1, NULL, &tree, &why), ERR_OK);
	assert_int_equal(tree_walker_new(tree, &failed), ERR_OK);
	assert_int_equal(tree_walker_new(tree, &other), ERR_OK);
	assert_true(tree_next(failed, &file));
	tree_stop(failed);
	assert_false(tree_next(other, &file));
	tree_walker_free(failed);
	tree_walker_free(other);
	tree_free(tree);
}

/* How many files there are, and the path of the last. */
static size_t count_files(struct tree *tree, char ret_path[static TREE_PATH_MAX])
{
	struct tree_walker *walker;
	struct tree_file file;
	size_t count = 0;

	assert_int_equal(tree_walker_new(tree, &walker), ERR_OK);
	for (; tree_next(walker, &file); count++)
		(void)snprintf(ret_path, TREE_PATH_MAX, "%s", file.path);
	tree_walker_free(walker);
	return count;
}

static void test_what_is_named_twice_is_seen_once(void **state)
{
	char below[128], other[128], link[128], path[TREE_PATH_MAX];
	const char *const paths[] = { below, root, other, link };
	struct fault why = { 0 };
	struct tree *tree;

	(void)state;
	(void)snprintf(below, sizeof below, "%s/d1", root);
	(void)snprintf(other, sizeof other, "%s/d2/../d1/f7", root);
	(void)snprintf(link, sizeof link, "%s/d0/loop", root);
	assert_int_equal(tree_new(paths, COUNT_OF(paths), NULL, &tree, &why), ERR_OK);
	assert_int_equal(count_files(tree, path), ALL_FILES);
	tree_free(tree);
}

static void test_some_files_alone_are_kept_to(void **state)
{
	const char *const paths[] = { "/" };
	char wanted[128], gone[128], path[TREE_PATH_MAX] = "";
	const char *const files[] = { wanted, gone };
	struct fault why = { 0 };
	struct tree *tree;

	(void)state;
	(void)snprintf(wanted, sizeof wanted, "%s/d3/f20", root);
	(void)snprintf(gone, sizeof gone, "%s/d4/none", root);
	assert_int_equal(tree_new(paths, 1, NULL, &tree, &why), ERR_OK);
	tree_keep_to(tree, files, COUNT_OF(files));
	assert_int_equal(count_files(tree, path), 1);
	assert_string_equal(path, wanted); /* not "//tmp" */
	tree_free(tree);
}

static void test_a_path_that_is_not_there_is_named(void **state)
{
	const char *const paths[] = { "/not/there" };
	struct fault why = { 0 };
	struct tree *tree;

	(void)state;
	assert_int_equal(tree_new(paths, 1, NULL, &tree, &why), ERR_NOT_FOUND);
	assert_non_null(strstr(why.text, "/not/there"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_file_is_seen_once_and_nothing_else),
		cmocka_unit_test(test_what_is_named_twice_is_seen_once),
		cmocka_unit_test(test_what_a_list_names_is_left_out),
		cmocka_unit_test(test_who_stops_ends_the_others),
		cmocka_unit_test(test_some_files_alone_are_kept_to),
		cmocka_unit_test(test_a_path_that_is_not_there_is_named),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}

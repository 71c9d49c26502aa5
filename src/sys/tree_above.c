/*
 * Lists of the folders above one that is named, up to the top of its git repository: they
 * count for what lies below it as if all had been walked. Where there is no repository,
 * nothing above counts.
 */
#define _GNU_SOURCE /* O_PATH */
#include "sys/tree_inside.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The length of the part of `real` that is a repository's top folder; 0: there is none.
 * `real` itself counts: then nothing above it does. */
static size_t top_of(const char *real)
{
	char path[TREE_PATH_MAX + sizeof "/.git"];
	struct stat about;
	size_t len = strlen(real);

	for (;;) {
		memcpy(path, real, len);
		memcpy(path + len, "/.git", sizeof "/.git");
		if (lstat(path, &about) == 0)
			return len;
		if (len == 0)
			return 0;
		do
			len--;
		while (len > 0 && real[len] != '/');
	}
}

static const struct list *read_folder(struct tree *tree, const char *real, size_t len,
	const struct list_place *place, const struct list *above)
{
	char path[TREE_PATH_MAX];
	int folder;

	memcpy(path, real, len);
	path[len] = '\0';
	folder = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return above;
	above = tree_read_folder_lists(tree, folder, place, above);
	(void)close(folder);
	return above;
}

const struct list *tree_lists_above(struct tree *tree, const char *path)
{
	char *real = realpath(path, NULL);
	const struct list *above = NULL;
	size_t len = real != NULL ? strlen(real) : 0, at;

	if (tree->ignore.names[0] == NULL || len <= 1 || len >= TREE_PATH_MAX) {
		free(real);
		return NULL;
	}
	at = top_of(real);
	while (at > 0 && at < len) {
		const struct list_place place = { strlen(path), real + at + 1 };

		above = read_folder(tree, real, at, &place, above);
		do
			at++;
		while (at < len && real[at] != '/');
	}
	free(real);
	return above;
}

/* From the top of its repository down: a folder that is left out takes all in it along.
 */
bool tree_leaves_out(struct tree *tree, const char *path, bool is_folder)
{
	char *real = realpath(path, NULL);
	size_t len = real != NULL ? strlen(real) : 0, at;
	const struct list *before = tree->lists, *lists = NULL;
	bool out = false;

	if (tree->ignore.names[0] == NULL || len <= 1 || len >= TREE_PATH_MAX) {
		free(real);
		return false;
	}
	at = top_of(real);
	while (at > 0 && at < len && !out) {
		const struct list_place place = { at, "" };
		size_t end = at + 1 + strcspn(real + at + 1, "/");
		bool is_last = real[end] == '\0';

		lists = read_folder(tree, real, at, &place, lists);
		real[end] = '\0';
		out = tree_lists_leave_out(
			tree, lists, bytes_over(real, end), !is_last || is_folder);
		if (!is_last)
			real[end] = '/';
		at = end;
	}
	/* Nobody else reads any yet, and of many files that are named each would keep
	 * those of all folders above. */
	tree_lists_free(tree, before);
	free(real);
	return out;
}

/*
 * What was named to be walked: each place once, however often and by whichever names, and
 * of it all or some files alone.
 */
#include "sys/tree_inside.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"

static enum err look_at(const char *path, struct root *ret, struct fault *why)
{
	struct text CLEANUP(text_done) quoted;
	struct stat about;

	text_init(&quoted, FAULT_TEXT_MAX);
	text_quote_terminal(&quoted, bytes_of_string(path));
	if (stat(path, &about) != 0)
		return fault_set(why, errno == EACCES ? ERR_PERMISSION : ERR_NOT_FOUND,
			"cannot look into %s: %s", text_string(&quoted), strerror(errno));
	if (!S_ISDIR(about.st_mode) && !S_ISREG(about.st_mode))
		return fault_set(why, ERR_TYPE, "%s is neither a file nor a folder",
			text_string(&quoted));
	*ret = (struct root){ .inode = about.st_ino,
		.path = path,
		.real = realpath(path, NULL),
		.is_folder = S_ISDIR(about.st_mode) };
	if (ret->real == NULL) /* it is longer than a path may be */
		ret->real = strdup(path);
	return ret->real != NULL ? ERR_OK : fault_set(why, ERR_MEMORY, "memory ran out");
}

/* Hard links are of one inode, and stand at several places. */
static int order(const struct root *one, const struct root *other)
{
	if (one->inode != other->inode)
		return one->inode < other->inode ? -1 : 1;
	return strcmp(one->real, other->real);
}

/* Of one place the first name. */
static int in_order(const void *a, const void *b)
{
	const struct root *one = a, *other = b;
	int by_place = order(one, other);

	return by_place != 0 ? by_place : (one->number > other->number ? 1 : -1);
}

static bool push(struct tree *tree, const struct root *root)
{
	/* What is in "/" is "/etc", not "//etc". */
	size_t len = strcmp(root->path, "/") == 0 ? 0 : strlen(root->path);
	struct job *job = tree_job_new(root->path, len, 1);

	if (job == NULL)
		return false;
	if (root->is_folder) {
		job->lists = tree_lists_above(tree, root->path);
	} else {
		job->name_count = 1; /* "": the path itself */
		job->path[job->path_len + 1] = '\0';
	}
	tree_push(tree, job);
	return true;
}

enum err tree_add_roots(
	struct tree *tree, const char *const paths[], size_t count, struct fault *why)
{
	enum err err = ERR_OK;

	tree->roots = calloc(count + 1, sizeof *tree->roots);
	if (tree->roots == NULL)
		return fault_set(why, ERR_MEMORY, "memory ran out");
	for (size_t i = 0; err == ERR_OK && i < count; i++) {
		err = look_at(paths[i], &tree->roots[i], why);
		tree->roots[i].number = i;
		tree->root_count += err == ERR_OK;
	}
	if (err != ERR_OK)
		return err;
	if (count > 1)
		qsort(tree->roots, count, sizeof *tree->roots, in_order);
	for (size_t i = 0; i < count; i++) {
		bool again = i > 0 && order(&tree->roots[i - 1], &tree->roots[i]) == 0;

		if (again)
			continue;
		if (tree->ignore.named_too && tree_leaves_out(tree, tree->roots[i].path,
						      tree->roots[i].is_folder))
			tree_skip(tree, TREE_IGNORED);
		else if (!push(tree, &tree->roots[i]))
			return fault_set(why, ERR_MEMORY, "memory ran out");
	}
	return ERR_OK;
}

void tree_roots_free(struct tree *tree)
{
	for (size_t i = 0; i < tree->root_count; i++)
		free(tree->roots[i].real);
	free(tree->roots);
}

/* The path of an entry of the folder that is at hand, and what follows it; false: it is
 * too long. */
static bool path_of(const struct tree_walker *walker, const char *name, const char *end,
	char ret[static TREE_PATH_MAX])
{
	const struct job *job = walker->job;
	int len = snprintf(ret, TREE_PATH_MAX, "%s/%s%s", job->path, name, end);

	return len > 0 && len < TREE_PATH_MAX;
}

static int by_inode(const void *key, const void *item)
{
	const uint64_t *inode = key;
	const struct root *root = item;

	return (*inode > root->inode) - (*inode < root->inode);
}

bool tree_is_root(const struct tree_walker *walker, const char *name, uint64_t inode)
{
	const struct tree *tree = walker->tree;
	const struct root *root, *end = tree->roots + tree->root_count;
	char path[TREE_PATH_MAX], *real;
	bool is_one = false;

	if (tree->root_count < 2)
		return false;
	root = bsearch(
		&inode, tree->roots, tree->root_count, sizeof *tree->roots, by_inode);
	if (root == NULL || !path_of(walker, name, "", path))
		return false;
	real = realpath(path, NULL);
	while (root > tree->roots && root[-1].inode == inode)
		root--;
	for (; real != NULL && !is_one && root < end && root->inode == inode; root++)
		is_one = strcmp(root->real, real) == 0;
	free(real);
	return is_one;
}

void tree_keep_to(struct tree *tree, const char *const files[], size_t count)
{
	tree->keeps_to = true;
	tree->kept = files;
	tree->kept_count = count;
}

/* The first of them that does not stand before the path. */
static const char *first_from(const struct tree *tree, const char *path)
{
	size_t from = 0, to = tree->kept_count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (strcmp(tree->kept[middle], path) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from < tree->kept_count ? tree->kept[from] : "";
}

bool tree_keeps(const struct tree_walker *walker, const char *name, bool is_folder)
{
	const struct tree *tree = walker->tree;
	char path[TREE_PATH_MAX];
	const char *first;

	if (!tree->keeps_to)
		return true;
	if (!path_of(walker, name, is_folder ? "/" : "", path))
		return false;
	first = first_from(tree, path);
	return is_folder ? strncmp(first, path, strlen(path)) == 0
			 : strcmp(first, path) == 0;
}

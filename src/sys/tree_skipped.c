/* What a walk passes over: how often, why, and of some what. */
#include "sys/tree_inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *tree_skipped_text(enum tree_skipped what, uint64_t count)
{
	static const char *const texts[TREE_SKIPPED_COUNT][2] = {
		[TREE_LINK] = { "symbolic link", "symbolic links" },
		[TREE_SPECIAL] = { "FIFO, socket or device",
			"FIFOs, sockets and devices" },
		[TREE_UNREADABLE] = { "file or folder that cannot be read",
			"files or folders that cannot be read" },
		[TREE_TOO_LONG] = { "path that is too long", "paths that are too long" },
		[TREE_IGNORED] = { "file or folder that is to be ignored",
			"files or folders that are to be ignored" },
	};

	return texts[what][count != 1];
}

uint64_t tree_skipped(const struct tree *tree, enum tree_skipped what)
{
	return atomic_load_explicit(&tree->skipped[what], memory_order_relaxed);
}

const char *tree_skipped_name(
	const struct tree *tree, enum tree_skipped what, size_t index)
{
	return tree->skipped_names[what][index];
}

void tree_skip(struct tree *tree, enum tree_skipped what)
{
	atomic_fetch_add_explicit(&tree->skipped[what], 1, memory_order_relaxed);
}

/* The first ones in order, whoever comes first. */
static void keep(char *names[static TREE_NAMED_MAX], char *name)
{
	for (size_t i = 0; i < TREE_NAMED_MAX && name != NULL; i++) {
		char *there = names[i];

		if (there != NULL && strcmp(there, name) <= 0)
			continue;
		names[i] = name;
		name = there;
	}
	free(name);
}

void tree_skip_named(struct tree_walker *walker, enum tree_skipped what, const char *name)
{
	struct tree *tree = walker->tree;
	const struct job *job = walker->job;
	size_t room = job->path_len + strlen(name) + 2;
	char *path = malloc(room);

	tree_skip(tree, what);
	if (path == NULL)
		return;
	(void)snprintf(path, room, "%s%s%s", job->path, name[0] != '\0' ? "/" : "", name);
	pthread_mutex_lock(&tree->lock);
	keep(tree->skipped_names[what], path);
	pthread_mutex_unlock(&tree->lock);
}

void tree_skipped_free(struct tree *tree)
{
	for (size_t i = 0; i < TREE_SKIPPED_COUNT; i++)
		for (size_t j = 0; j < TREE_NAMED_MAX; j++)
			free(tree->skipped_names[i][j]);
}

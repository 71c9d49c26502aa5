/*
 * tree - files and folders, walked by several workers at once.
 *
 * Folders wait in one queue; whoever has nothing to do takes one, reads its names, and
 * puts back what is more than it can do soon. Links are not followed, but those that were
 * named. What was named twice, or lies in what was named too, is walked once. What is no
 * regular file is passed over and counted: a FIFO or device is not opened. No order is
 * promised.
 */
#ifndef SYS_TREE_H
#define SYS_TREE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/fault.h"

#define TREE_PATH_MAX  4096    /* longer paths cannot be opened */
#define TREE_QUEUE_MAX 4000000 /* folders that wait: 1 GB of their names */

/* What was passed over, and why. */
enum tree_skipped {
	TREE_LINK,       /* a symbolic link */
	TREE_SPECIAL,    /* a FIFO, a socket, a device */
	TREE_UNREADABLE, /* permission, or it went away */
	TREE_TOO_LONG,   /* its path */
	TREE_IGNORED,    /* a list in a folder leaves it out */
	TREE_SKIPPED_COUNT
};

/* Files whose lines leave out others; a later name counts before an earlier one. */
#define TREE_LISTS_MAX 4
#define TREE_LIST_MAX  ((size_t)1 << 20) /* bytes of one; the rest is not read */

struct tree_ignore {
	const char *names[TREE_LISTS_MAX]; /* ".gitignore"; NULL: no more */

	/* What leaves_out() is handed of a list; the text need not outlive it. NULL:
	 * memory ran out, and nothing is left out. */
	void *(*read)(struct bytes text);
	void (*free)(void *list);

	/* True if the list leaves out the path below its folder; *ret_said: it says so or
	 * takes it back, and lists above are not asked. Called by several workers. */
	bool (*leaves_out)(
		const void *list, struct bytes path, bool is_folder, bool *ret_said);

	bool named_too; /* also what was named, as far as it lies in a git repository */
};

struct tree; /* heap */

/* One worker's view. */
struct tree_walker; /* heap */

struct tree_file {
	const char *path; /* the walker's, until the next one */
	int descriptor;   /* closed by tree_next() */
};

/* The paths must outlive the tree, and be there. ERR_NOT_FOUND or ERR_PERMISSION name the
 * first that is not. ignore: NULL: nothing is left out. */
MUST_USE enum err tree_new(const char *const paths[], size_t count,
	const struct tree_ignore *ignore, struct tree **ret, struct fault *why);
void tree_free(struct tree *tree);

/* Of the folders that were named these files alone: to be said before anybody walks. They
 * begin with the folder's path as it was named, are in order of strcmp(), and outlive the
 * tree. */
void tree_keep_to(struct tree *tree, const char *const files[], size_t count);

MUST_USE enum err tree_walker_new(struct tree *tree, struct tree_walker **ret);
void tree_walker_free(struct tree_walker *walker);

/* The next file; false when all is done. Waits while others may still find folders. */
bool tree_next(struct tree_walker *walker, struct tree_file *ret);

/* No walker gets another file: something failed. Without it they would wait for the jobs
 * of one that walks no more. */
void tree_stop(struct tree_walker *walker);

/* Reads up to room bytes at an offset; *ret_len is less only at the end of the file.
 * False: it could not be read. */
bool tree_read(const struct tree_file *file, uint64_t offset, void *memory, size_t room,
	size_t *ret_len);

/* Of all walkers; exact once they are done. */
uint64_t tree_skipped(const struct tree *tree, enum tree_skipped what);

/* The first of them in order, as many as are kept; of links, and what a list leaves out,
 * none. NULL: there is none. */
#define TREE_NAMED_MAX 3
const char *tree_skipped_name(
	const struct tree *tree, enum tree_skipped what, size_t index);

const char *tree_skipped_text(
	enum tree_skipped what, uint64_t count); /* "symbolic links" */

#endif

/*
 * tree_inside - what the walk of a tree and its lists of what is left out share.
 *
 * To be included by tree*.c only.
 */
#ifndef SYS_TREE_INSIDE_H
#define SYS_TREE_INSIDE_H

#include <pthread.h>

#include "sys/tree.h"

/* A list of a folder; those of the folders above follow. They live as long as the tree.
 */
struct list {
	const struct list *above;
	struct list *older; /* all of the tree, to be freed */
	size_t folder_len;  /* of the folder's path; of the named one's, if it is above */
	void *lines;        /* as tree_ignore read them */
	size_t below_len;
	uint8_t below[]; /* the way from its folder to the named one */
};

/* Where a list stands. */
struct list_place {
	size_t folder_len;
	const char *below; /* the way down to the folder that is named; "": it is in it */
};

/* A folder to be read, or some files of one. */
struct job {
	struct job *next;
	size_t name_count; /* 0: the folder itself */
	const struct list *lists;
	size_t path_len;
	char path[]; /* then the names, each ended by a zero */
};

/* A path that was named. */
struct root {
	uint64_t inode;
	const char *path;
	char *real; /* heap */
	size_t number;
	bool is_folder;
};

struct tree {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct job *first;
	size_t waiting; /* jobs */
	size_t busy;    /* walkers that may still add some */
	bool stopped;   /* nobody gets another */
	struct list *lists;
	struct tree_ignore ignore; /* zero: nothing is left out */
	struct root *roots;        /* in order of inode */
	size_t root_count;
	bool keeps_to; /* these files alone */
	const char *const *kept;
	size_t kept_count;
	atomic_uint_fast64_t skipped[TREE_SKIPPED_COUNT];
	char *skipped_names[TREE_SKIPPED_COUNT][TREE_NAMED_MAX]; /* heap */
};

struct tree_walker {
	struct tree *tree;
	struct job *job;  /* files of it are next */
	const char *name; /* the next one */
	size_t left;
	int folder; /* of the job; -1: it was named, with its whole path */
	int file;   /* open; -1: none */
	bool counted_busy;
	char path[TREE_PATH_MAX];
};

struct job *tree_job_new(const char *path, size_t path_len, size_t names_len);
void tree_push(struct tree *tree, struct job *job);

/* Counts what is passed over; named: an entry of the folder at hand, "" the folder or
 * file itself. */
void tree_skip(struct tree *tree, enum tree_skipped what);
void tree_skip_named(
	struct tree_walker *walker, enum tree_skipped what, const char *name);
void tree_skipped_free(struct tree *tree);

/* Jobs of what was named, each place once. Errors as of tree_new(). */
MUST_USE enum err tree_add_roots(
	struct tree *tree, const char *const paths[], size_t count, struct fault *why);
void tree_roots_free(struct tree *tree);

/* True if an entry of the folder at hand was named itself. */
bool tree_is_root(const struct tree_walker *walker, const char *name, uint64_t inode);

/* True if it is one of the files to keep to, or leads to one. */
bool tree_keeps(const struct tree_walker *walker, const char *name, bool is_folder);

/* Those that were read after one that is kept; NULL: all. */
void tree_lists_free(struct tree *tree, const struct list *kept);

/* Reads the lists of the folder that is at hand; its job has them from then on. */
void tree_read_lists(struct tree_walker *walker, int folder);

/* The lists of a folder, before those above; these are answered if it has none. */
const struct list *tree_read_folder_lists(struct tree *tree, int folder,
	const struct list_place *place, const struct list *above);

/* Of the folders above one that is named, as far as they are of its repository. */
const struct list *tree_lists_above(struct tree *tree, const char *path);

/* True if a list of those folders, or of its own, leaves out what was named. */
bool tree_leaves_out(struct tree *tree, const char *path, bool is_folder);

/* True if one of the lists leaves out the path; the folders on the way were asked for. */
bool tree_lists_leave_out(const struct tree *tree, const struct list *lists,
	struct bytes path, bool is_folder);

/* The same of an entry of the folder at hand. */
bool tree_ignores(const struct tree_walker *walker, const char *name, bool is_folder);

#endif

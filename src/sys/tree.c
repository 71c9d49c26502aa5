#define _GNU_SOURCE /* O_NOATIME */
#include "sys/tree_inside.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Files that one worker takes at a time: some milliseconds' work. */
#define BATCH 128

struct job *tree_job_new(const char *path, size_t path_len, size_t names_len)
{
	struct job *job = malloc(sizeof *job + path_len + 1 + names_len);

	if (job == NULL)
		return NULL;
	*job = (struct job){ .path_len = path_len };
	memcpy(job->path, path, path_len);
	job->path[path_len] = '\0';
	return job;
}

/* What does not fit is told as unreadable: memory ran out, or a tree that has no end. */
void tree_push(struct tree *tree, struct job *job)
{
	bool taken;

	if (job == NULL) {
		tree_skip(tree, TREE_UNREADABLE);
		return;
	}
	pthread_mutex_lock(&tree->lock);
	taken = tree->waiting < TREE_QUEUE_MAX;
	if (taken) {
		job->next = tree->first;
		tree->first = job;
		tree->waiting++;
		pthread_cond_signal(&tree->changed);
	}
	pthread_mutex_unlock(&tree->lock);
	if (!taken) {
		free(job);
		tree_skip(tree, TREE_UNREADABLE);
	}
}

enum err tree_new(const char *const paths[], size_t count,
	const struct tree_ignore *ignore, struct tree **ret, struct fault *why)
{
	struct tree *tree = calloc(1, sizeof *tree);
	enum err err;

	if (tree == NULL)
		return fault_set(why, ERR_MEMORY, "memory ran out");
	if (ignore != NULL)
		tree->ignore = *ignore;
	pthread_mutex_init(&tree->lock, NULL);
	pthread_cond_init(&tree->changed, NULL);
	err = tree_add_roots(tree, paths, count, why);
	if (err == ERR_OK)
		*ret = tree;
	else
		tree_free(tree);
	return err;
}

void tree_free(struct tree *tree)
{
	if (tree == NULL)
		return;
	while (tree->first != NULL) {
		struct job *job = tree->first;

		tree->first = job->next;
		free(job);
	}
	tree_lists_free(tree, NULL);
	tree_roots_free(tree);
	tree_skipped_free(tree);
	pthread_cond_destroy(&tree->changed);
	pthread_mutex_destroy(&tree->lock);
	free(tree);
}

enum err tree_walker_new(struct tree *tree, struct tree_walker **ret)
{
	struct tree_walker *walker = calloc(1, sizeof *walker);

	if (walker == NULL)
		return ERR_MEMORY;
	walker->tree = tree;
	walker->folder = -1;
	walker->file = -1;
	*ret = walker;
	return ERR_OK;
}

static void close_file(struct tree_walker *walker)
{
	if (walker->file >= 0)
		(void)close(walker->file);
	walker->file = -1;
}

static void close_job(struct tree_walker *walker)
{
	if (walker->folder >= 0)
		(void)close(walker->folder);
	walker->folder = -1;
	free(walker->job);
	walker->job = NULL;
	walker->left = 0;
}

void tree_walker_free(struct tree_walker *walker)
{
	if (walker == NULL)
		return;
	close_file(walker);
	close_job(walker);
	free(walker);
}

/* A job; NULL when nobody has one, nor will. */
static struct job *pop(struct tree_walker *walker)
{
	struct tree *tree = walker->tree;
	struct job *job;

	pthread_mutex_lock(&tree->lock);
	if (walker->counted_busy)
		tree->busy--;
	walker->counted_busy = false;
	while (!tree->stopped && tree->first == NULL && tree->busy > 0)
		pthread_cond_wait(&tree->changed, &tree->lock);
	job = tree->stopped ? NULL : tree->first;
	if (job != NULL) {
		tree->first = job->next;
		tree->waiting--;
		tree->busy++;
		walker->counted_busy = true;
	} else {
		pthread_cond_broadcast(&tree->changed);
	}
	pthread_mutex_unlock(&tree->lock);
	return job;
}

void tree_stop(struct tree_walker *walker)
{
	struct tree *tree = walker->tree;

	pthread_mutex_lock(&tree->lock);
	tree->stopped = true;
	pthread_cond_broadcast(&tree->changed);
	pthread_mutex_unlock(&tree->lock);
}

/* Files of a folder, gathered until they are a batch. */
struct batch {
	char names[BATCH * 64]; /* usual names; longer ones make smaller batches */
	size_t len;
	size_t count;
};

static void hand_out(struct tree_walker *walker, struct batch *batch)
{
	struct job *job;

	if (batch->count == 0)
		return;
	job = tree_job_new(walker->job->path, walker->job->path_len, batch->len);
	if (job != NULL) {
		job->name_count = batch->count;
		memcpy(job->path + job->path_len + 1, batch->names, batch->len);
	}
	tree_push(walker->tree, job);
	batch->len = 0;
	batch->count = 0;
}

static void add_file(struct tree_walker *walker, struct batch *batch, const char *name)
{
	size_t len = strlen(name) + 1;

	if (batch->count == BATCH || batch->len + len > sizeof batch->names)
		hand_out(walker, batch);
	memcpy(batch->names + batch->len, name, len);
	batch->len += len;
	batch->count++;
}

static void add_folder(struct tree_walker *walker, const char *name)
{
	size_t len = walker->job->path_len, name_len = strlen(name);
	struct job *job;

	if (len + 1 + name_len >= TREE_PATH_MAX) {
		tree_skip_named(walker, TREE_TOO_LONG, name);
		return;
	}
	job = tree_job_new(walker->job->path, len, name_len + 1);
	if (job != NULL) {
		job->lists = walker->job->lists;
		job->path[len] = '/';
		memcpy(job->path + len + 1, name, name_len + 1);
		job->path_len = len + 1 + name_len;
	}
	tree_push(walker->tree, job);
}

/* Some file systems do not say what an entry is. */
static unsigned char type_of(int folder, const struct dirent *entry)
{
	struct stat about;

	if (entry->d_type != DT_UNKNOWN)
		return entry->d_type;
	if (fstatat(folder, entry->d_name, &about, AT_SYMLINK_NOFOLLOW) != 0)
		return DT_UNKNOWN;
	return (unsigned char)IFTODT(about.st_mode);
}

/* Where something is mounted, the entry has the inode of what lies below. readdir(3). */
static uint64_t inode_of(
	const struct tree_walker *walker, const struct dirent *entry, bool is_folder)
{
	struct stat about;

	if (!is_folder || walker->tree->root_count < 2 ||
		fstatat(walker->folder, entry->d_name, &about, AT_SYMLINK_NOFOLLOW) != 0)
		return entry->d_ino;
	return about.st_ino;
}

/* True of what is walked where it was named, or not asked for. */
static bool is_left(
	const struct tree_walker *walker, const struct dirent *entry, bool is_folder)
{
	return tree_is_root(walker, entry->d_name, inode_of(walker, entry, is_folder)) ||
	       !tree_keeps(walker, entry->d_name, is_folder);
}

static void take_entry(struct tree_walker *walker, int folder, struct batch *batch,
	const struct dirent *entry)
{
	const char *name = entry->d_name;

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return;
	switch (type_of(folder, entry)) {
	case DT_REG:
		if (is_left(walker, entry, false))
			break;
		if (tree_ignores(walker, name, false))
			tree_skip(walker->tree, TREE_IGNORED);
		else
			add_file(walker, batch, name);
		break;
	case DT_DIR:
		if (strcmp(name, ".git") == 0 || is_left(walker, entry, true))
			break;
		if (tree_ignores(walker, name, true))
			tree_skip(walker->tree, TREE_IGNORED);
		else
			add_folder(walker, name);
		break;
	case DT_LNK:
		tree_skip(walker->tree, TREE_LINK);
		break;
	case DT_UNKNOWN:
		tree_skip_named(walker, TREE_UNREADABLE, name);
		break;
	default:
		tree_skip_named(walker, TREE_SPECIAL, name);
	}
}

static void open_folder(struct tree_walker *walker)
{
	const char *path = walker->job->path;

	walker->folder =
		open(path[0] != '\0' ? path : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* The names of a folder: its files become jobs too, all but the last batch, which is
 * done at once, in the folder that is open. */
static void read_folder(struct tree_walker *walker)
{
	struct batch batch = { .len = 0 };
	struct dirent *entry;
	struct job *rest = NULL;
	DIR *folder = NULL;
	int copy;

	open_folder(walker);
	copy = fcntl(walker->folder, F_DUPFD_CLOEXEC, 0);
	if (copy >= 0 && (folder = fdopendir(copy)) == NULL)
		(void)close(copy);
	if (folder == NULL) {
		tree_skip_named(walker, TREE_UNREADABLE, "");
		close_job(walker);
		return;
	}
	tree_read_lists(walker, walker->folder);
	while ((entry = readdir(folder)) != NULL)
		take_entry(walker, walker->folder, &batch, entry);
	(void)closedir(folder);
	if (batch.count > 0)
		rest = tree_job_new(walker->job->path, walker->job->path_len, batch.len);
	if (rest != NULL) {
		rest->name_count = batch.count;
		memcpy(rest->path + rest->path_len + 1, batch.names, batch.len);
	}
	free(walker->job);
	walker->job = rest;
}

/* A job whose files are next; false when all is done. */
static bool take_job(struct tree_walker *walker)
{
	while (walker->left == 0) {
		close_job(walker);
		walker->job = pop(walker);
		if (walker->job == NULL)
			return false;
		if (walker->job->name_count == 0)
			read_folder(walker);
		if (walker->job == NULL)
			continue;
		walker->left = walker->job->name_count;
		walker->name = walker->job->path + walker->job->path_len + 1;
		if (walker->name[0] != '\0' && walker->folder < 0)
			open_folder(walker);
	}
	return true;
}

static bool open_file(struct tree_walker *walker, const char *name)
{
	size_t len = walker->job->path_len, name_len = strlen(name);
	struct stat about;

	if (len + 1 + name_len >= TREE_PATH_MAX) {
		tree_skip_named(walker, TREE_TOO_LONG, name);
		return false;
	}
	memcpy(walker->path, walker->job->path, len + 1);
	if (name_len > 0) {
		walker->path[len] = '/';
		memcpy(walker->path + len + 1, name, name_len + 1);
		/* Not a FIFO's, if one took the file's place meanwhile. */
		walker->file = openat(walker->folder, name,
			O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	} else {
		walker->file = open(walker->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
		if (walker->file >= 0 &&
			(fstat(walker->file, &about) != 0 || !S_ISREG(about.st_mode)))
			close_file(walker);
	}
	if (walker->file < 0)
		tree_skip_named(walker, TREE_UNREADABLE, name);
	return walker->file >= 0;
}

bool tree_next(struct tree_walker *walker, struct tree_file *ret)
{
	close_file(walker);
	while (take_job(walker)) {
		const char *name = walker->name;

		walker->name += strlen(name) + 1;
		walker->left--;
		if (!open_file(walker, name))
			continue;
		*ret = (struct tree_file){ walker->path, walker->file };
		return true;
	}
	return false;
}

bool tree_read(const struct tree_file *file, uint64_t offset, void *memory, size_t room,
	size_t *ret_len)
{
	ssize_t len;

	do {
		len = pread(file->descriptor, memory, room, (off_t)offset);
	} while (len < 0 && errno == EINTR);
	*ret_len = len > 0 ? (size_t)len : 0;
	return len >= 0;
}

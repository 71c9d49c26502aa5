#define _GNU_SOURCE /* O_PATH */
#include "sys/root.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define WINDOW_LEN ((size_t)1 << 20)

static enum err err_of_errno(int number)
{
	switch (number) {
	case ENOENT:
	case ENOTDIR:
	case ESRCH: /* of /proc: the process has ended */
		return ERR_NOT_FOUND;
	case EACCES:
	case EPERM:
		return ERR_PERMISSION;
	case EISDIR:
	case ENXIO:
		return ERR_TYPE;
	case EINVAL:
		return ERR_VALUE;
	case ELOOP:
	case ENAMETOOLONG:
	case EMFILE:
	case ENFILE:
		return ERR_LIMIT;
	case ENOMEM:
		return ERR_MEMORY;
	default:
		return ERR_IO;
	}
}

enum err root_open(const char *path, struct root *ret, struct fault *why)
{
	struct text CLEANUP(text_done) shown = { 0 };

	ret->descriptor = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (ret->descriptor >= 0)
		return ERR_OK;
	text_init(&shown, FAULT_TEXT_MAX);
	text_quote_terminal(&shown, bytes_first(bytes_of_string(path), 80));
	return fault_set(why, err_of_errno(errno), "cannot open the root %s: %s",
		text_string(&shown), strerror(errno));
}

void root_close(struct root *root)
{
	if (root->descriptor >= 0)
		close(root->descriptor);
	root->descriptor = -1;
}

static int open_inside(const struct root *root, const char *path, int flags)
{
	struct open_how how = {
		.flags = (__u64)(unsigned)(flags | O_CLOEXEC),
		.resolve = RESOLVE_IN_ROOT,
	};

	return (int)syscall(SYS_openat2, root->descriptor, path, &how, sizeof how);
}

/* O_NONBLOCK, so that no FIFO without a writer is waited for. */
static enum err open_plain(const struct root *root, const char *path, int *ret)
{
	struct stat status;

	*ret = open_inside(root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	if (*ret < 0)
		return err_of_errno(errno);
	if (fstat(*ret, &status) == 0 && S_ISREG(status.st_mode))
		return ERR_OK;
	close(*ret);
	*ret = -1;
	return ERR_TYPE;
}

enum err root_read(const struct root *root, const char *path, struct text *ret)
{
	uint8_t some[16384];
	int descriptor;
	ssize_t len;
	enum err err = open_plain(root, path, &descriptor);

	if (err != ERR_OK)
		return err;
	do {
		len = read(descriptor, some, sizeof some);
		if (len > 0)
			text_bytes(ret, bytes_over(some, (size_t)len));
	} while ((len > 0 && text_end(ret) == ERR_OK) || (len < 0 && errno == EINTR));
	err = len < 0 ? err_of_errno(errno) : text_end(ret);
	close(descriptor);
	return err;
}

/* Fills the window behind what it keeps of the one before. */
static enum err fill(int descriptor, uint8_t *window, size_t *len)
{
	while (*len < WINDOW_LEN) {
		ssize_t got = read(descriptor, window + *len, WINDOW_LEN - *len);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got == 0 ? ERR_END : err_of_errno(errno);
		*len += (size_t)got;
	}
	return ERR_OK;
}

enum err root_windows(const struct root *root, const char *path, size_t overlap,
	root_window *window, void *context)
{
	uint8_t *bytes;
	size_t len = 0;
	int descriptor;
	enum err err = open_plain(root, path, &descriptor);

	if (err != ERR_OK)
		return err;
	bytes = malloc(WINDOW_LEN);
	err = bytes == NULL ? ERR_MEMORY : ERR_OK;
	while (err == ERR_OK) {
		err = fill(descriptor, bytes, &len);
		if ((err == ERR_OK || err == ERR_END) &&
			window(context, bytes_over(bytes, len)))
			err = ERR_END;
		if (err == ERR_OK) {
			memmove(bytes, bytes + len - overlap, overlap);
			len = overlap;
		}
	}
	free(bytes);
	close(descriptor);
	return err == ERR_END ? ERR_OK : err;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum err gather(
	DIR *folder, struct arena *arena, const char **names, size_t *count)
{
	const struct dirent *entry;

	while ((entry = readdir(folder)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (*count == ROOT_NAMES_MAX)
			return ERR_LIMIT;
		names[*count] = arena_string(arena, bytes_of_string(entry->d_name));
		if (names[(*count)++] == NULL)
			return ERR_MEMORY;
	}
	return ERR_OK;
}

enum err root_names(const struct root *root, const char *path, struct arena *arena,
	const char *const **ret, size_t *ret_count)
{
	int descriptor = open_inside(root, path, O_RDONLY | O_DIRECTORY);
	DIR *folder = descriptor < 0 ? NULL : fdopendir(descriptor);
	enum err err = folder == NULL ? err_of_errno(errno) : ERR_OK;
	const char **names = malloc(ROOT_NAMES_MAX * sizeof *names);
	const char **kept = NULL;
	size_t count = 0;

	if (err == ERR_OK)
		err = names == NULL ? ERR_MEMORY : gather(folder, arena, names, &count);
	if (err == ERR_OK && count > 0) {
		qsort(names, count, sizeof *names, by_name);
		kept = arena_take(arena, count * sizeof *kept);
		err = kept == NULL ? ERR_MEMORY : ERR_OK;
	}
	if (err == ERR_OK && count > 0)
		memcpy(kept, names, count * sizeof *kept);
	*ret = kept;
	*ret_count = err == ERR_OK ? count : 0;
	free(names);
	if (folder != NULL)
		closedir(folder);
	else if (descriptor >= 0)
		close(descriptor);
	return err;
}

enum err root_link(const struct root *root, const char *path, char *ret, size_t room)
{
	int descriptor = open_inside(root, path, O_PATH | O_NOFOLLOW);
	ssize_t len;

	if (descriptor < 0)
		return err_of_errno(errno);
	len = readlinkat(descriptor, "", ret, room);
	close(descriptor);
	if (len < 0)
		return errno == ENOENT ? ERR_VALUE : err_of_errno(errno);
	if ((size_t)len >= room)
		return ERR_LIMIT;
	ret[len] = '\0';
	return ERR_OK;
}

enum err root_status(const struct root *root, const char *path, struct root_status *ret)
{
	int descriptor = open_inside(root, path, O_PATH);
	struct stat status;
	enum err err;

	if (descriptor < 0)
		return err_of_errno(errno);
	err = fstat(descriptor, &status) == 0 ? ERR_OK : err_of_errno(errno);
	close(descriptor);
	if (err == ERR_OK)
		*ret = (struct root_status){
			.regular = S_ISREG(status.st_mode),
			.folder = S_ISDIR(status.st_mode),
			.others_write = (status.st_mode & (S_IWGRP | S_IWOTH)) != 0,
			.owner = status.st_uid,
			.device = status.st_dev,
			.inode = status.st_ino,
		};
	return err;
}

uint64_t root_device(uint32_t major, uint32_t minor)
{
	return makedev(major, minor);
}

#define _GNU_SOURCE /* asprintf */
#include "sys/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "sys/source.h"

static enum err add(struct files *files, const char *path, struct fault *why)
{
	/* Room doubles whenever the count is a power of two. */
	if ((files->count & (files->count - 1)) == 0) {
		size_t room = files->count == 0 ? 1 : files->count * 2;
		char **paths = realloc(files->paths, room * sizeof *paths);

		if (paths == NULL)
			return fault_set(why, ERR_MEMORY, "too many files: %s",
			        err_sentence(ERR_MEMORY));
		files->paths = paths;
	}
	if (files->count == FILES_MAX)
		return fault_set(why, ERR_LIMIT, "more than %d capture files", FILES_MAX);
	char *copy = strdup(path);
	if (copy == NULL)
		return fault_set(
		        why, ERR_MEMORY, "too many files: %s", err_sentence(ERR_MEMORY));
	files->paths[files->count++] = copy;
	return ERR_OK;
}

/* Fills why with "verb path: the system's reason". */
static enum err path_fault(
        struct fault *why, enum err err, const char *path, const char *sentence)
{
	struct text quoted;

	text_init(&quoted, FAULT_TEXT_MAX / 2);
	text_quote_terminal(&quoted, bytes_of_string(path));
	fault_set(why, err, "%s: %s", text_string(&quoted), sentence);
	text_done(&quoted);
	return err;
}

static enum err expand_entry(
        struct files *files, const char *path, size_t depth, struct fault *why);

/* Names of a directory but "." and "..", sorted by byte, so that every computer
 * reads the same files in the same order. */
static int wanted_name(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static int compare_names(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static char *path_join(const char *directory, const char *name)
{
	size_t len = strlen(directory);
	char *path = NULL;

	while (len > 1 && directory[len - 1] == '/')
		len--;
	bool root = len == 1 && directory[0] == '/';
	if (asprintf(&path, "%.*s%s%s", (int)len, directory, root ? "" : "/", name) < 0)
		return NULL;
	return path;
}

static enum err expand_directory(
        struct files *files, const char *directory, size_t depth, struct fault *why)
{
	struct dirent **names = NULL;
	enum err err = ERR_OK;

	if (depth >= FILES_DEPTH_MAX)
		return path_fault(why, ERR_LIMIT, directory,
		        "directories lie too deep in one another");
	int count = scandir(directory, &names, wanted_name, compare_names);
	if (count < 0) {
		files->unreadable++;
		return ERR_OK;
	}
	for (int i = 0; i < count; i++) {
		char *path =
		        err == ERR_OK ? path_join(directory, names[i]->d_name) : NULL;

		if (err == ERR_OK)
			err = path == NULL ? ERR_MEMORY
			                   : expand_entry(files, path, depth + 1, why);
		free(path);
		free(names[i]);
	}
	free(names);
	return err;
}

/* Opening it tells whether it is a capture: the same code that will read it. */
static enum err expand_file(
        struct files *files, const char *path, uint64_t size, struct fault *why)
{
	struct source *source = NULL;

	switch (source_open_file(path, &source, NULL)) {
	case ERR_OK:
		source_close(source);
		files->bytes += size;
		return add(files, path, why);
	case ERR_PERMISSION:
	case ERR_IO:
		files->unreadable++;
		return ERR_OK;
	case ERR_MEMORY:
		return path_fault(why, ERR_MEMORY, path, err_sentence(ERR_MEMORY));
	default:
		files->others++;
		return ERR_OK;
	}
}

static enum err expand_entry(
        struct files *files, const char *path, size_t depth, struct fault *why)
{
	struct stat status;

	if (lstat(path, &status) != 0) {
		files->unreadable++;
		return ERR_OK;
	}
	if (S_ISDIR(status.st_mode))
		return expand_directory(files, path, depth, why);
	/* A pipe or a device must not be opened unasked: that may block. */
	if (S_ISLNK(status.st_mode) && stat(path, &status) != 0)
		status.st_mode = S_IFLNK;
	if (!S_ISREG(status.st_mode)) {
		files->others++;
		return ERR_OK;
	}
	return expand_file(files, path, (uint64_t)status.st_size, why);
}

static enum err expand_argument(
        struct files *files, const char *argument, struct fault *why)
{
	struct stat status;
	size_t before = files->count;

	if (strcmp(argument, "-") == 0)
		return add(files, argument, why);
	if (stat(argument, &status) != 0) {
		enum err err = errno == EACCES ? ERR_PERMISSION : ERR_NOT_FOUND;

		return path_fault(why, err, argument, strerror(errno));
	}
	if (!S_ISDIR(status.st_mode)) {
		if (access(argument, R_OK) != 0)
			return path_fault(why, ERR_PERMISSION, argument, strerror(errno));
		files->bytes += S_ISREG(status.st_mode) ? (uint64_t)status.st_size : 0;
		return add(files, argument, why);
	}
	enum err err = expand_directory(files, argument, 0, why);
	if (err == ERR_OK && files->count == before)
		err = path_fault(why, ERR_NOT_FOUND, argument,
		        files->unreadable > 0 ? "no capture file in it can be read"
		                              : "there is no capture file in it");
	return err;
}

enum err files_expand(
        const char *const arguments[], size_t count, struct files *ret, struct fault *why)
{
	struct files files = { 0 };
	enum err err = ERR_OK;

	for (size_t i = 0; i < count && err == ERR_OK; i++)
		err = expand_argument(&files, arguments[i], why);
	if (err != ERR_OK) {
		files_done(&files);
		return err;
	}
	*ret = files;
	return ERR_OK;
}

void files_done(struct files *files)
{
	for (size_t i = 0; i < files->count; i++)
		free(files->paths[i]);
	free(files->paths);
	*files = (struct files){ 0 };
}

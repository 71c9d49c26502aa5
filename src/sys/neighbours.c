#define _GNU_SOURCE /* O_PATH */
#include "sys/neighbours.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

size_t neighbours_folder_len(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? 0 : (size_t)(slash - path) + 1;
}

static ssize_t read_some(int file, void *memory, size_t room)
{
	ssize_t len;

	do
		len = read(file, memory, room);
	while (len < 0 && errno == EINTR);
	return len;
}

static void add_file(int folder, const char *name, struct text *ret)
{
	int file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat about;
	char some[4096];
	size_t room = NEIGHBOUR_BYTES_MAX;
	ssize_t len = 1;

	if (file < 0)
		return;
	if (fstat(file, &about) != 0 || !S_ISREG(about.st_mode))
		len = 0;
	while (room > 0 && len > 0) {
		len = read_some(file, some, room < sizeof some ? room : sizeof some);
		if (len > 0) {
			text_bytes(ret, bytes_over(some, (size_t)len));
			room -= (size_t)len;
		}
	}
	text_char(ret, '\n');
	(void)close(file);
}

/* The first names of a folder in their order, however many it has. */
struct names {
	char *all[NEIGHBOURS_MAX];
	size_t count;
};

static void add_name(struct names *names, const char *name)
{
	size_t at = names->count;
	char *copy;

	while (at > 0 && strcmp(names->all[at - 1], name) > 0)
		at--;
	if (at == NEIGHBOURS_MAX || (copy = strdup(name)) == NULL)
		return;
	if (names->count == NEIGHBOURS_MAX)
		free(names->all[--names->count]);
	memmove(names->all + at + 1, names->all + at,
		(names->count - at) * sizeof names->all[0]);
	names->all[at] = copy;
	names->count++;
}

void neighbours_read(
	const char *path, bool (*is_wanted)(struct bytes name), struct text *ret)
{
	size_t len = neighbours_folder_len(path);
	char *name = len == 0 ? strdup(".") : strndup(path, len);
	DIR *folder = name != NULL ? opendir(name) : NULL;
	struct names names = { .count = 0 };
	struct dirent *entry;

	free(name);
	if (folder == NULL)
		return;
	while ((entry = readdir(folder)) != NULL)
		if (is_wanted(bytes_of_string(entry->d_name)))
			add_name(&names, entry->d_name);
	for (size_t i = 0; i < names.count; i++) {
		add_file(dirfd(folder), names.all[i], ret);
		free(names.all[i]);
	}
	(void)closedir(folder);
}

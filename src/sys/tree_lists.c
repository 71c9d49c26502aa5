/* Lists in folders that leave out files. */
#include "sys/tree_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static ssize_t read_some(int descriptor, void *memory, size_t room)
{
	ssize_t len;

	do
		len = read(descriptor, memory, room);
	while (len < 0 && errno == EINTR);
	return len;
}

/* The lines of an open file that is a list; NULL if there are none. */
static void *read_lines(const struct tree_ignore *ignore, int file)
{
	struct stat about;
	void *lines = NULL;
	uint8_t *text;
	ssize_t len;
	size_t room;

	if (fstat(file, &about) != 0 || !S_ISREG(about.st_mode))
		return NULL;
	room = (size_t)about.st_size < TREE_LIST_MAX ? (size_t)about.st_size
						     : TREE_LIST_MAX;
	text = malloc(room + 1);
	len = text != NULL ? read_some(file, text, room) : -1;
	if (len > 0)
		lines = ignore->read(bytes_over(text, (size_t)len));
	free(text);
	return lines;
}

/* The list of that name in the folder, kept with the tree; NULL if there is none. */
static const struct list *read_list(struct tree *tree, int folder, const char *name,
	const struct list_place *place, const struct list *above)
{
	size_t below = strlen(place->below);
	int file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct list *list;
	void *lines;

	if (file < 0)
		return NULL;
	lines = read_lines(&tree->ignore, file);
	(void)close(file);
	list = lines != NULL ? malloc(sizeof *list + below) : NULL;
	if (list == NULL) {
		tree->ignore.free(lines);
		return NULL;
	}
	*list = (struct list){ .above = above,
		.folder_len = place->folder_len,
		.lines = lines,
		.below_len = below };
	memcpy(list->below, place->below, below);
	pthread_mutex_lock(&tree->lock);
	list->older = tree->lists;
	tree->lists = list;
	pthread_mutex_unlock(&tree->lock);
	return list;
}

void tree_lists_free(struct tree *tree, const struct list *kept)
{
	while (tree->lists != kept) {
		struct list *list = tree->lists;

		tree->lists = list->older;
		tree->ignore.free(list->lines);
		free(list);
	}
}

const struct list *tree_read_folder_lists(struct tree *tree, int folder,
	const struct list_place *place, const struct list *above)
{
	const struct tree_ignore *ignore = &tree->ignore;

	for (size_t i = 0; i < TREE_LISTS_MAX && ignore->names[i] != NULL; i++) {
		const struct list *list =
			read_list(tree, folder, ignore->names[i], place, above);

		if (list != NULL)
			above = list;
	}
	return above;
}

void tree_read_lists(struct tree_walker *walker, int folder)
{
	const struct list_place place = { walker->job->path_len, "" };

	walker->job->lists =
		tree_read_folder_lists(walker->tree, folder, &place, walker->job->lists);
}

/* What the list is asked: the way from its folder to `path`, which is made in `memory`.
 */
static struct bytes path_below(
	const struct list *list, struct bytes path, char memory[static 2 * TREE_PATH_MAX])
{
	struct bytes rest = bytes_after(path, list->folder_len + 1);

	if (list->below_len == 0)
		return rest;
	memcpy(memory, list->below, list->below_len);
	memory[list->below_len] = '/';
	memcpy(memory + list->below_len + 1, rest.at, rest.len);
	return bytes_over(memory, list->below_len + 1 + rest.len);
}

/* The nearest list that says something decides. */
bool tree_lists_leave_out(const struct tree *tree, const struct list *lists,
	struct bytes path, bool is_folder)
{
	char below[2 * TREE_PATH_MAX];
	bool said = false, out = false;

	for (const struct list *list = lists; list != NULL && !said; list = list->above)
		out = tree->ignore.leaves_out(
			list->lines, path_below(list, path, below), is_folder, &said);
	return said && out;
}

bool tree_ignores(const struct tree_walker *walker, const char *name, bool is_folder)
{
	const struct job *job = walker->job;
	size_t name_len = strlen(name), len = job->path_len + 1 + name_len;
	char path[TREE_PATH_MAX];

	if (job->lists == NULL || len >= sizeof path)
		return false;
	memcpy(path, job->path, job->path_len);
	path[job->path_len] = '/';
	memcpy(path + job->path_len + 1, name, name_len);
	return tree_lists_leave_out(
		walker->tree, job->lists, bytes_over(path, len), is_folder);
}

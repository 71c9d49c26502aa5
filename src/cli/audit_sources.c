#include "cli/audit_sources.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/text.h"
#include "sys/document_yaml.h"
#include "sys/git.h"
#include "sys/input.h"

#define CHANGED_BYTES_MAX ((size_t)256 << 20) /* of paths: some million of them */

static int is_yaml(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return entry->d_name[0] != '.' && len > 5 &&
	       strcmp(entry->d_name + len - 5, ".yaml") == 0;
}

/* What is wrong with a file that was named is wrong use. */
static enum err add_file(
	struct rules *rules, const char *path, struct arena *arena, struct fault *why)
{
	struct text CLEANUP(text_done) text;
	struct input *input = NULL;
	const char *name;
	enum err err = input_open(path, &input, why);

	text_init(&text, YAML_BYTES_MAX + 1);
	if (err != ERR_OK)
		return err;
	name = arena_string(arena, bytes_of_string(input_name(input)));
	err = name != NULL ? input_read_all(input, &text, why) : ERR_MEMORY;
	if (err == ERR_OK)
		err = rules_add_text(rules,
			bytes_over(text_string(&text), text_len(&text)), name, arena,
			why);
	else if (err == ERR_LIMIT || err == ERR_MEMORY)
		(void)fault_set(why, err, "%s is larger than a file of rules can be",
			input_name(input));
	input_close(input);
	if (err == ERR_VALUE || err == ERR_DUPLICATE || err == ERR_LIMIT)
		why->err = err = ERR_USAGE;
	return err;
}

enum err rules_add_folder(
	struct rules *rules, const char *folder, struct arena *arena, struct fault *why)
{
	struct text CLEANUP(text_done) path;
	struct dirent **entries = NULL;
	int count = scandir(folder, &entries, is_yaml, alphasort);
	enum err err = ERR_OK;

	text_init(&path, 8192);
	if (count < 0) {
		text_quote_terminal(&path, bytes_of_string(folder));
		return fault_set(why, ERR_USAGE, "cannot read the rules in %s: %s",
			text_string(&path), strerror(errno));
	}
	for (int i = 0; i < count; i++) {
		text_reset(&path);
		text_format(&path, "%s/%s", folder, entries[i]->d_name);
		if (err == ERR_OK)
			err = add_file(rules, text_string(&path), arena, why);
		free(entries[i]);
	}
	free(entries);
	return err;
}

/* "." is all; else the path itself, or what lies below it. */
static bool lies_in(struct bytes file, const char *const paths[], size_t path_count)
{
	for (size_t i = 0; i < path_count; i++) {
		struct bytes path = bytes_of_string(paths[i]);

		if (bytes_start_with(path, bytes_of_string("./")))
			path = bytes_after(path, 2);
		while (path.len > 0 && path.at[path.len - 1] == '/')
			path.len--;
		if (path.len == 0 || bytes_equal(path, bytes_of_string(".")))
			return true;
		if (bytes_start_with(file, path) &&
			(file.len == path.len || file.at[path.len] == '/'))
			return true;
	}
	return false;
}

static bool is_file(const char *path)
{
	struct stat about;

	return lstat(path, &about) == 0 && S_ISREG(about.st_mode);
}

static size_t count_zeros(struct bytes all)
{
	size_t count = 0;

	for (size_t i = 0; i < all.len; i++)
		count += all.at[i] == 0;
	return count;
}

enum err changed_files(const char *commit, const char *const paths[], size_t path_count,
	struct arena *arena, const char *const **ret, size_t *ret_count,
	struct fault *why)
{
	struct text CLEANUP(text_done) text;
	const char **files;
	struct bytes left;
	enum err err;

	text_init(&text, CHANGED_BYTES_MAX);
	*ret_count = 0;
	err = git_changed(commit, &text, why);
	if (err != ERR_OK)
		return err;
	left = bytes_over(text_string(&text), text_len(&text));
	files = arena_take(arena, (count_zeros(left) + 1) * sizeof(const char *));
	while (files != NULL && left.len > 0) {
		size_t len = bytes_find(left, bytes_over("", 1));
		struct bytes file = bytes_first(left, len);

		left = bytes_after(left, len + 1);
		if (!lies_in(file, paths, path_count) || !is_file((const char *)file.at))
			continue;
		files[*ret_count] = arena_string(arena, file);
		*ret_count += files[*ret_count] != NULL;
	}
	*ret = files;
	return files != NULL && !arena_refused(arena)
		       ? ERR_OK
		       : fault_set(why, ERR_MEMORY, "memory ran out");
}

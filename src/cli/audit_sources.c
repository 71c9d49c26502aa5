#include "cli/audit_sources.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "audit/ignore.h"
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
	if (count == 0) {
		text_quote_terminal(&path, bytes_of_string(folder));
		err = fault_set(why, ERR_USAGE, "there are no rules (*.yaml) in %s",
			text_string(&path));
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

/* The folder that git is asked in, and the name in it; NULL: all of it. */
struct asked {
	const char *folder;
	const char *only;
};

static enum err asked_of(
	const char *path, struct arena *arena, struct asked *ret, struct fault *why)
{
	struct text CLEANUP(text_done) shown;
	const char *slash = strrchr(path, '/');
	struct stat about;

	text_init(&shown, FAULT_TEXT_MAX);
	text_quote_terminal(&shown, bytes_of_string(path));
	if (stat(path, &about) != 0)
		return fault_set(why, ERR_NOT_FOUND, "cannot look into %s: %s",
			text_string(&shown), strerror(errno));
	*ret = (struct asked){ .folder = path };
	if (S_ISDIR(about.st_mode))
		return ERR_OK;
	*ret = (struct asked){ ".", path };
	if (slash == NULL)
		return ERR_OK;
	ret->only = slash + 1;
	ret->folder = arena_string(arena, bytes_over(path, (size_t)(slash + 1 - path)));
	return ret->folder != NULL ? ERR_OK
				   : fault_set(why, ERR_MEMORY, "memory ran out");
}

static size_t count_zeros(struct bytes all)
{
	size_t count = 0;

	for (size_t i = 0; i < all.len; i++)
		count += all.at[i] == 0;
	return count;
}

/* The path as it is without --since, so that a finding has the same id; NULL: memory. */
static const char *path_of(const char *named, const struct asked *asked,
	struct bytes name, struct arena *arena)
{
	size_t len = strcmp(asked->folder, "/") == 0 ? 0 : strlen(asked->folder);
	char *path;

	if (asked->only != NULL)
		return named;
	path = arena_take(arena, len + 1 + name.len + 1);
	if (path == NULL)
		return NULL;
	memcpy(path, asked->folder, len);
	path[len] = '/';
	memcpy(path + len + 1, name.at, name.len);
	path[len + 1 + name.len] = '\0';
	return path;
}

struct gathering {
	struct arena *arena;
	const char **named;
	size_t named_count;
	const char **files;
	size_t file_count;
};

/* Adds what changed below one path that was named. */
static enum err add_changed(
	struct gathering *all, const char *commit, const char *named, struct fault *why)
{
	struct text CLEANUP(text_done) text;
	const char **files;
	struct bytes left;
	struct asked asked = { 0 };
	enum err err = asked_of(named, all->arena, &asked, why);

	text_init(&text, CHANGED_BYTES_MAX);
	if (err == ERR_OK)
		err = git_changed(commit, asked.folder, asked.only, &text, why);
	if (err != ERR_OK)
		return err;
	left = bytes_over(text_string(&text), text_len(&text));
	if (asked.only == NULL || left.len > 0)
		all->named[all->named_count++] = named;
	files = arena_take(all->arena,
		(all->file_count + count_zeros(left) + 1) * sizeof(const char *));
	if (files != NULL && all->file_count > 0)
		memcpy(files, all->files, all->file_count * sizeof(const char *));
	all->files = files;
	while (files != NULL && left.len > 0) {
		size_t len = bytes_find(left, bytes_over("", 1));
		const char *path =
			path_of(named, &asked, bytes_first(left, len), all->arena);

		left = bytes_after(left, len + 1);
		if (path != NULL)
			files[all->file_count++] = path;
	}
	return ERR_OK;
}

static int in_order(const void *a, const void *b)
{
	const char *const *one = a, *const *other = b;

	return strcmp(*one, *other);
}

enum err changed_read(const char *commit, const char *const paths[], size_t path_count,
	struct arena *arena, struct changed *ret, struct fault *why)
{
	struct gathering all = { .arena = arena };
	enum err err = ERR_OK;

	all.named = arena_take(arena, (path_count + 1) * sizeof(const char *));
	for (size_t i = 0; i < path_count && all.named != NULL && err == ERR_OK; i++)
		err = add_changed(&all, commit, paths[i], why);
	if (err != ERR_OK)
		return err;
	if (arena_refused(arena))
		return fault_set(why, ERR_MEMORY, "memory ran out");
	if (all.file_count > 1)
		qsort(all.files, all.file_count, sizeof(const char *), in_order);
	*ret = (struct changed){ all.named, all.named_count,
		{ all.files, all.file_count } };
	return ERR_OK;
}

static void *read_ignore_list(struct bytes text)
{
	return ignore_list_new(text);
}

static void free_ignore_list(void *list)
{
	ignore_list_free(list);
}

static bool leaves_out(
	const void *list, struct bytes path, bool is_folder, bool *ret_said)
{
	enum ignore_verdict verdict = ignore_verdict_of(list, path, is_folder);

	*ret_said = verdict != IGNORE_UNSAID;
	return verdict == IGNORE_OUT;
}

const struct tree_ignore audit_ignore = {
	.names = { ".gitignore", ".tlsunsetignore" },
	.read = read_ignore_list,
	.free = free_ignore_list,
	.leaves_out = leaves_out,
};

#include <stdio.h>
#include <string.h>

#include "base/release.h"
#include "host/host_inside.h"
#include "sys/program.h"

#define SAID_MAX      65536
#define SAID_PATIENCE (20 * TIME_SECOND) /* a JVM on a busy machine takes 3 */
#define FILES_MAX     64                 /* of one kind, links aside */
#define BANNER_MAX    128                /* the word, and the release behind it */

enum err host_read(struct host *host, const char *path, size_t most, struct text *ret)
{
	enum err err;

	text_init(ret, most);
	err = root_read(host->root, path, ret);
	if (err == ERR_OK)
		return err;
	if (err != ERR_NOT_FOUND)
		host_note_add(host, path, "not read: %s", err_sentence(err));
	text_done(ret);
	return err;
}

const char *host_first_in(struct host *host, const char *folder, const char *begins)
{
	const char *const *names;
	size_t count;

	if (root_names(host->root, folder, host->arena, &names, &count) != ERR_OK)
		return NULL;
	for (size_t i = 0; i < count; i++)
		if (strncmp(names[i], begins, strlen(begins)) == 0)
			return host_text(host, "%s/%s", folder, names[i]);
	return NULL;
}

bool host_may_run(struct host *host, const char *path)
{
	enum err err = host->may_run ? program_trusted(path) : ERR_NOT_FOUND;

	if (err == ERR_PERMISSION)
		host_note_add(host, path, "not run: others may write there, or own it");
	return err == ERR_OK;
}

const char *host_program(struct host *host, const char *name)
{
	const char *const *folders = host_program_folders(host);

	for (; *folders != NULL; folders++) {
		const char *path = host_text(host, "%s/%s", *folders, name);

		if (host_may_run(host, path))
			return path;
	}
	return NULL;
}

const char *host_said(struct host *host, const char *const *words, int *ret_code)
{
	struct program_start start = { .arguments = words, .held = -1 };
	struct text CLEANUP(text_done) said;
	struct program program;
	const char *kept;

	*ret_code = 127;
	text_init(&said, SAID_MAX);
	start.settings[0] = "LC_ALL=C";
	if (program_start(&start, &program) != ERR_OK)
		return "";
	if (program_wait(&program, SAID_PATIENCE, &said, ret_code) != ERR_OK)
		host_note_add(host, words[0], "did not end in time, and was ended");
	kept = arena_string(host->arena, bytes_of_string(text_string(&said)));
	return kept == NULL ? "" : kept;
}

/* A file that was found: links to it are not told again. */
struct seen {
	uint64_t device;
	uint64_t inode;
};

struct files_found {
	const char *paths[FILES_MAX + 1];
	struct seen seen[FILES_MAX];
	size_t count;
};

static void add_file(struct host *host, struct files_found *libraries, const char *folder,
	const char *name)
{
	const char *path = host_text(host, "%s/%s", folder, name);
	struct root_status status;

	if (root_status(host->root, path, &status) != ERR_OK || !status.regular)
		return;
	for (size_t i = 0; i < libraries->count; i++)
		if (libraries->seen[i].device == status.device &&
			libraries->seen[i].inode == status.inode)
			return;
	if (libraries->count == FILES_MAX) {
		host_note_add(host, path, "more of its kind than are looked at");
		return;
	}
	libraries->seen[libraries->count] = (struct seen){ status.device, status.inode };
	libraries->paths[libraries->count++] = path;
}

/* Names come in order, so "libgnutls.so.30" before "libgnutls.so.30.34.3". */
const char *const *host_libraries(struct host *host, const char *begins)
{
	static const char *const none[] = { NULL };
	struct files_found *libraries = arena_take(host->arena, sizeof *libraries);
	const char *const *folders = host_library_folders(host);
	const char *const *names;
	size_t count;

	for (; libraries != NULL && *folders != NULL; folders++) {
		if (root_names(host->root, *folders, host->arena, &names, &count) !=
			ERR_OK)
			continue;
		for (size_t i = 0; i < count; i++)
			if (strncmp(names[i], begins, strlen(begins)) == 0)
				add_file(host, libraries, *folders, names[i]);
	}
	return libraries == NULL ? none : libraries->paths;
}

const char *const *host_programs(struct host *host, const char *name)
{
	static const char *const none[] = { NULL };
	struct files_found *programs = arena_take(host->arena, sizeof *programs);
	const char *const *folders = host_program_folders(host);

	for (; programs != NULL && *folders != NULL; folders++)
		add_file(host, programs, *folders, name);
	return programs == NULL ? none : programs->paths;
}

struct banner {
	const char *const *words;
	char release[BANNER_MAX];
};

static bool look_for(void *context, struct bytes window)
{
	struct banner *banner = context;

	for (const char *const *word = banner->words; *word != NULL; word++) {
		struct bytes left = window, needle = bytes_of_string(*word);
		size_t at;

		while ((at = bytes_find(left, needle)) < left.len) {
			size_t len;

			left = bytes_after(left, at + needle.len);
			len = release_length(bytes_first(left, 32));
			if (len < 3 || memchr(left.at, '.', len) == NULL)
				continue;
			memcpy(banner->release, left.at, len);
			banner->release[len] = '\0';
			return true;
		}
	}
	return false;
}

const char *host_banner(struct host *host, const char *path, const char *const *words)
{
	struct banner banner = { .words = words };
	enum err err = root_windows(host->root, path, BANNER_MAX, look_for, &banner);

	if (err != ERR_OK && err != ERR_NOT_FOUND)
		host_note_add(host, path, "not read: %s", err_sentence(err));
	return banner.release[0] == '\0'
		       ? NULL
		       : arena_string(host->arena, bytes_of_string(banner.release));
}

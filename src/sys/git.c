#define _GNU_SOURCE /* pipe2 */
#include "sys/git.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define OBJECT_NAME_MAX 80 /* SHA-256 in hexadecimal, and a zero */

extern char **environ;

/* What git sets for its hooks: then it would take the folder that it is asked in for the
 * top of the tree. Who says where the tree is means it. */
static bool is_of_hook(const char *variable)
{
	static const char *const names[] = {
		"GIT_DIR=", "GIT_INDEX_FILE=", "GIT_PREFIX="
	};
	bool is_one = false;

	for (size_t i = 0; getenv("GIT_WORK_TREE") == NULL && i < COUNT_OF(names); i++)
		is_one = is_one || strncmp(variable, names[i], strlen(names[i])) == 0;
	return is_one;
}

/* Our environment without that: heap, its texts borrowed; NULL: memory ran out. */
static char **environment(void)
{
	size_t count = 0, kept = 0;
	char **all;

	while (environ[count] != NULL)
		count++;
	all = calloc(count + 1, sizeof *all);
	for (size_t i = 0; all != NULL && i < count; i++)
		if (!is_of_hook(environ[i]))
			all[kept++] = environ[i];
	return all;
}

/* What git writes goes into the text; what it has to say against it stays on standard
 * error, where the user sees it. */
static enum err start(const char *const arguments[], int *ret_output, pid_t *ret_child)
{
	posix_spawn_file_actions_t actions;
	char **variables = environment();
	int ends[2], failure;

	if (variables == NULL || pipe2(ends, O_CLOEXEC) != 0) {
		free(variables);
		return ERR_IO;
	}
	failure = posix_spawn_file_actions_init(&actions);
	if (failure == 0) {
		failure = posix_spawn_file_actions_adddup2(
			&actions, ends[1], STDOUT_FILENO);
		/* posix_spawnp() wants what it does not change without const. */
		if (failure == 0)
			failure = posix_spawnp(ret_child, arguments[0], &actions, NULL,
				(char *const *)(uintptr_t)arguments, variables);
		(void)posix_spawn_file_actions_destroy(&actions);
	}
	free(variables);
	(void)close(ends[1]);
	if (failure != 0)
		(void)close(ends[0]);
	*ret_output = ends[0];
	if (failure == ENOENT)
		return ERR_NOT_FOUND;
	return failure == 0 ? ERR_OK : ERR_IO;
}

static enum err run(const char *const arguments[], struct text *ret, int *ret_code)
{
	char some[65536];
	enum err err;
	pid_t child;
	int output, status = 0;
	ssize_t len;

	err = start(arguments, &output, &child);
	if (err != ERR_OK)
		return err;
	while ((len = read(output, some, sizeof some)) != 0) {
		if (len > 0)
			text_bytes(ret, bytes_over(some, (size_t)len));
		else if (errno != EINTR)
			break;
	}
	(void)close(output);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	*ret_code = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
	return ERR_OK;
}

/* Outside of a git tree `git diff` compares files, and shows how. */
static enum err expect_tree(const char *folder, struct fault *why)
{
	const char *const asked[] = { "git", "-C", folder, "rev-parse",
		"--is-inside-work-tree", NULL };
	struct text CLEANUP(text_done) said;
	int code = 0;
	enum err err;

	text_init(&said, 8192);
	err = run(asked, &said, &code);
	if (err != ERR_OK)
		return fault_set(why, ERR_IO,
			err == ERR_NOT_FOUND ? "git is not installed"
					     : "git cannot be run");
	if (code != 0)
		return fault_set(why, ERR_USAGE,
			"--since wants a git tree; what git says stands above");
	/* A repository without a tree, or what is inside of one. */
	return strcmp(text_string(&said), "true\n") == 0
		       ? ERR_OK
		       : fault_set(why, ERR_USAGE,
				 "--since wants a git tree, and this has no files of "
				 "one");
}

static bool succeeds(const char *const arguments[], struct text *said)
{
	int code = 0;

	text_reset(said);
	return run(arguments, said, &code) == ERR_OK && code == 0;
}

/* Before the first commit there is no HEAD, and all differs from a tree without files,
 * whose name this answers. Where that cannot be had git says what is wrong. */
static bool stands_before_all(
	const char *folder, const char *commit, char ret_empty[OBJECT_NAME_MAX])
{
	const char *const known[] = { "git", "-C", folder, "rev-parse", "--verify",
		"--quiet", "HEAD", NULL };
	const char *const empty[] = { "git", "-C", folder, "hash-object", "-t", "tree",
		"/dev/null", NULL };
	struct text CLEANUP(text_done) said;
	size_t len;

	text_init(&said, 8192);
	if ((strcmp(commit, "HEAD") != 0 && strcmp(commit, "@") != 0) ||
		succeeds(known, &said) || !succeeds(empty, &said))
		return false;
	len = strcspn(text_string(&said), "\n");
	if (len == 0 || len >= OBJECT_NAME_MAX)
		return false;
	memcpy(ret_empty, text_string(&said), len);
	ret_empty[len] = '\0';
	return true;
}

enum err git_changed(const char *commit, const char *folder, const char *only,
	struct text *ret, struct fault *why)
{
	const char *name = only == NULL ? "." : only;
	char empty[OBJECT_NAME_MAX];
	const char *changed[] = { "git", "--literal-pathspecs", "-C", folder, "diff",
		"--name-only", "-z", "--relative", "--diff-filter=d", "--no-renames",
		commit, "--", name, NULL };
	const char **const meant = &changed[COUNT_OF(changed) - 4];
	const char *const added[] = { "git", "--literal-pathspecs", "-C", folder,
		"ls-files", "-z", "--others", "--exclude-standard", "--", name, NULL };
	int code = 0;
	enum err err;

	/* It would be an option. */
	if (commit[0] == '-' || commit[0] == '\0')
		return fault_set(why, ERR_USAGE, "--since wants a commit");
	err = expect_tree(folder, why);
	if (err != ERR_OK)
		return err;
	if (stands_before_all(folder, commit, empty))
		*meant = empty;
	err = run(changed, ret, &code);
	if (err == ERR_OK && code == 0)
		err = run(added, ret, &code);
	if (err != ERR_OK)
		return fault_set(why, ERR_IO, "git cannot be run");
	if (code != 0)
		return fault_set(why, ERR_USAGE,
			"git knows no such commit here; what it says stands above");
	return text_end(ret);
}

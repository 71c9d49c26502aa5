/* A file is replaced by another, whole or not at all. */
#define _GNU_SOURCE /* realpath, mkostemp */
#include "sys/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/text.h"

#define NAMES_MAX     65536 /* bytes of the names of attributes: as many as Linux has */
#define ATTRIBUTE_MAX 65536 /* of one: the same */

static struct file_state state_of(const struct stat *about)
{
	return (struct file_state){ about->st_dev, about->st_ino,
		(uint64_t)about->st_size, about->st_mtim.tv_sec, about->st_mtim.tv_nsec };
}

bool file_state_read(const char *path, struct file_state *ret)
{
	struct stat about;

	if (stat(path, &about) != 0)
		return false;
	*ret = state_of(&about);
	return true;
}

static bool is_same(const struct file_state *one, const struct file_state *other)
{
	return one->device == other->device && one->inode == other->inode &&
	       one->size == other->size && one->seconds == other->seconds &&
	       one->nanoseconds == other->nanoseconds;
}

/* Lists of who may do what, labels, what a user keeps there. A file system without them
 * has none to give; what only root may set (security.*, trusted.*) is left where that is
 * not allowed. */
static enum err copy_attributes(const char *from, int to)
{
	static const char access[] = "system.posix_acl_access";
	char *names = malloc(NAMES_MAX), *value = malloc(ATTRIBUTE_MAX);
	ssize_t all =
		names != NULL && value != NULL ? listxattr(from, names, NAMES_MAX) : 0;
	enum err err = names != NULL && value != NULL ? ERR_OK : ERR_MEMORY;

	for (ssize_t at = 0; err == ERR_OK && at < all;
		at += (ssize_t)strlen(names + at) + 1) {
		ssize_t len = getxattr(from, names + at, value, ATTRIBUTE_MAX);
		bool set =
			len >= 0 && fsetxattr(to, names + at, value, (size_t)len, 0) == 0;

		if (!set && (strncmp(names + at, "user.", 5) == 0 ||
				    strcmp(names + at, access) == 0))
			err = ERR_IO;
	}
	free(names);
	free(value);
	return err;
}

/* With the attributes, mode and, as far as is allowed, the owner of what it replaces. */
static enum err fill(
	int descriptor, const char *aim, const struct stat *like, struct bytes all)
{
	enum err err = output_write_to(descriptor, all);

	/* The mode last: a new owner takes bits away (chown(2)). */
	if (err == ERR_OK && fchown(descriptor, like->st_uid, like->st_gid) != 0 &&
		errno != EPERM)
		err = ERR_IO;
	if (err == ERR_OK)
		err = copy_attributes(aim, descriptor);
	if (err == ERR_OK && fchmod(descriptor, like->st_mode & 07777) != 0)
		err = ERR_IO;
	if (err == ERR_OK && fsync(descriptor) != 0)
		err = ERR_IO;
	return err;
}

/* A replacement that is complete, beside its aim. */
struct replacement {
	char aim[PATH_MAX];
	char beside[PATH_MAX + 16];
};

/* Answers what is wrong, in words; NULL: nothing is. */
static const char *replace(struct replacement *replacement, const char *path,
	const struct file_state *was, struct bytes all)
{
	struct file_state now;
	struct stat like;
	const char *wrong = NULL;
	int descriptor;

	if (realpath(path, replacement->aim) == NULL ||
		stat(replacement->aim, &like) != 0)
		return strerror(errno);
	if (like.st_nlink > 1)
		return "it has other names (hard links), which would keep the old text";
	(void)snprintf(replacement->beside, sizeof replacement->beside, "%s.XXXXXX",
		replacement->aim);
	descriptor = mkostemp(replacement->beside, O_CLOEXEC);
	if (descriptor < 0)
		return strerror(errno);
	if (fill(descriptor, replacement->aim, &like, all) != ERR_OK)
		wrong = strerror(errno);
	if (close(descriptor) != 0 && wrong == NULL)
		wrong = strerror(errno);
	if (wrong == NULL &&
		(!file_state_read(replacement->aim, &now) || !is_same(&now, was)))
		wrong = "it changed meanwhile";
	if (wrong == NULL && rename(replacement->beside, replacement->aim) != 0)
		wrong = strerror(errno);
	if (wrong != NULL)
		(void)unlink(replacement->beside);
	return wrong;
}

enum err output_replace_file(const char *path, const struct file_state *was,
	struct bytes all, struct fault *why)
{
	struct text CLEANUP(text_done) name;
	struct replacement replacement;
	sigset_t ending, before;
	const char *wrong;

	text_init(&name, FAULT_TEXT_MAX);
	text_quote_terminal(&name, bytes_of_string(path));
	(void)sigemptyset(&ending);
	(void)sigaddset(&ending, SIGHUP);
	(void)sigaddset(&ending, SIGINT);
	(void)sigaddset(&ending, SIGQUIT);
	(void)sigaddset(&ending, SIGTERM);
	(void)pthread_sigmask(SIG_BLOCK, &ending, &before);
	wrong = replace(&replacement, path, was, all);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return wrong == NULL ? ERR_OK
			     : fault_set(why, ERR_IO, "cannot replace %s: %s",
				       text_string(&name), wrong);
}

#define _GNU_SOURCE /* realpath */
#include "sys/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

static enum err write_to(int descriptor, struct bytes all)
{
	struct pollfd room = { .fd = descriptor, .events = POLLOUT };

	while (all.len > 0) {
		ssize_t len = write(descriptor, all.at, all.len);

		if (len >= 0)
			all = bytes_after(all, (size_t)len);
		else if (errno == EAGAIN) /* whoever shares it asked not to wait */
			(void)poll(&room, 1, -1);
		else if (errno != EINTR)
			return ERR_IO;
	}
	return ERR_OK;
}

enum err output_write(struct bytes all)
{
	return write_to(STDOUT_FILENO, all);
}

enum err output_write_file(const char *path, struct bytes all, struct fault *why)
{
	struct text CLEANUP(text_done) name;
	enum err err = ERR_IO;
	int descriptor, failure = 0;

	text_init(&name, FAULT_TEXT_MAX);
	text_quote_terminal(&name, bytes_of_string(path));
	descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (descriptor >= 0)
		err = write_to(descriptor, all);
	if (err != ERR_OK)
		failure = errno;
	if (descriptor >= 0 && close(descriptor) != 0 && err == ERR_OK) {
		failure = errno;
		err = ERR_IO;
	}
	return err == ERR_OK ? ERR_OK
			     : fault_set(why, err, "cannot write %s: %s",
				       text_string(&name), strerror(failure));
}

/* With the mode and, as far as is allowed, the owner of what it replaces. */
static enum err fill(int descriptor, const struct stat *like, struct bytes all)
{
	enum err err = write_to(descriptor, all);

	/* The mode last: a new owner takes bits away (chown(2)). */
	if (err == ERR_OK && fchown(descriptor, like->st_uid, like->st_gid) != 0 &&
		errno != EPERM)
		err = ERR_IO;
	if (err == ERR_OK && fchmod(descriptor, like->st_mode & 07777) != 0)
		err = ERR_IO;
	if (err == ERR_OK && fsync(descriptor) != 0)
		err = ERR_IO;
	return err;
}

enum err output_replace_file(const char *path, struct bytes all, struct fault *why)
{
	struct text CLEANUP(text_done) name;
	char aim[PATH_MAX], beside[PATH_MAX + 16];
	struct stat like;
	enum err err = ERR_IO;
	int descriptor = -1, failure;

	text_init(&name, FAULT_TEXT_MAX);
	text_quote_terminal(&name, bytes_of_string(path));
	if (realpath(path, aim) != NULL && stat(aim, &like) == 0) {
		(void)snprintf(beside, sizeof beside, "%s.XXXXXX", aim);
		descriptor = mkostemp(beside, O_CLOEXEC);
	}
	failure = errno;
	if (descriptor >= 0) {
		err = fill(descriptor, &like, all);
		if (close(descriptor) != 0)
			err = ERR_IO;
		if (err == ERR_OK && rename(beside, aim) != 0)
			err = ERR_IO;
		failure = errno;
		if (err != ERR_OK)
			(void)unlink(beside);
	}
	return err == ERR_OK ? ERR_OK
			     : fault_set(why, err, "cannot replace %s: %s",
				       text_string(&name), strerror(failure));
}

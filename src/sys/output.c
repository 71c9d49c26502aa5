#include "sys/output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

enum err output_write_to(int descriptor, struct bytes all)
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
	return output_write_to(STDOUT_FILENO, all);
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
		err = output_write_to(descriptor, all);
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

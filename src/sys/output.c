#include "sys/output.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

enum err output_write(struct bytes all)
{
	struct pollfd room = { .fd = STDOUT_FILENO, .events = POLLOUT };

	while (all.len > 0) {
		ssize_t len = write(STDOUT_FILENO, all.at, all.len);

		if (len >= 0)
			all = bytes_after(all, (size_t)len);
		else if (errno == EAGAIN) /* whoever shares it asked not to wait */
			(void)poll(&room, 1, -1);
		else if (errno != EINTR)
			return ERR_IO;
	}
	return ERR_OK;
}

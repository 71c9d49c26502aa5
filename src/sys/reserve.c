#define _GNU_SOURCE /* O_TMPFILE */
#include "sys/reserve.h"

#include <fcntl.h>
#include <unistd.h>

int reserve_open(const char *folder, size_t bytes)
{
	int reserve = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (reserve >= 0 && posix_fallocate(reserve, 0, (off_t)bytes) != 0) {
		close(reserve);
		return -1;
	}
	return reserve;
}

void reserve_close(int reserve)
{
	if (reserve >= 0)
		close(reserve);
}

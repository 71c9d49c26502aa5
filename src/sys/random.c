#include <errno.h>
#include <sys/random.h>

#include "sys/crypto.h"

static enum err random_bytes(void *memory, size_t n)
{
	uint8_t *at = memory;

	while (n > 0) {
		ssize_t got = getrandom(at, n, 0);

		if (got < 0 && errno != EINTR)
			return ERR_IO;
		if (got > 0) {
			at += got;
			n -= (size_t)got;
		}
	}
	return ERR_OK;
}

enum err random_hash_key(struct hash_key *ret)
{
	return random_bytes(ret, sizeof *ret);
}

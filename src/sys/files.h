/*
 * files - the arguments of a command to the capture files they mean.
 *
 * A file is itself, "-" is standard input, a directory is every capture file below
 * it, packed ones included, in order of name. What else lies there is counted and
 * passed over. Links to files are followed, links to directories are not.
 */
#ifndef SYS_FILES_H
#define SYS_FILES_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

#define FILES_MAX       1000000 /* 100 MB of paths; more is a mistake in the argument */
#define FILES_DEPTH_MAX 32      /* directories in directories */

struct files {
	char **paths;
	size_t count;
	uint64_t others;     /* in directories: no capture files */
	uint64_t unreadable; /* in directories: could not be opened */
	uint64_t bytes;      /* of all regular files, as stored */
};

/* A file that is named must be there; ERR_NOT_FOUND or ERR_PERMISSION name the one that
 * is not. ERR_NOT_FOUND also: a directory holds no capture file. ERR_LIMIT. */
MUST_USE enum err files_expand(const char *const arguments[], size_t count,
        struct files *ret, struct fault *why);

void files_done(struct files *files);

#endif

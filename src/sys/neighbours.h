/*
 * neighbours - texts that lie in the same folder as a file.
 */
#ifndef SYS_NEIGHBOURS_H
#define SYS_NEIGHBOURS_H

#include "base/text.h"

#define NEIGHBOURS_MAX      32                 /* files; a folder may hold any number */
#define NEIGHBOUR_BYTES_MAX ((size_t)64 << 10) /* of one; the rest is not read */

/* Appends the regular files of the path's folder whose names are wanted, in order of
 * name, a line end behind each. Links are not followed; what cannot be read is left out.
 */
void neighbours_read(
	const char *path, bool (*is_wanted)(struct bytes name), struct text *ret);

/* Where the name of the file begins in its path. */
size_t neighbours_folder_len(const char *path);

#endif

/*
 * output - standard output and files of results, written whole.
 */
#ifndef SYS_OUTPUT_H
#define SYS_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/fault.h"

/* Writes all of it, also where a signal comes while the reader is slow: what a signal
 * ends is the watching, not the writing. ERR_IO: the reader has gone, or there is no room
 * left. Nothing may wait in stdio's own buffer. */
MUST_USE enum err output_write(struct bytes all);

/* The same to a descriptor; errno says what was wrong. */
MUST_USE enum err output_write_to(int descriptor, struct bytes all);

/* Makes a file of these bytes, in place of one that was there. */
MUST_USE enum err output_write_file(
	const char *path, struct bytes all, struct fault *why);

/* A file as it was read, by which a change of it is seen. */
struct file_state {
	uint64_t device;
	uint64_t inode;
	uint64_t size;
	int64_t seconds; /* of its last change */
	int64_t nanoseconds;
};

/* False: it cannot be looked at. */
bool file_state_read(const char *path, struct file_state *ret);

/* Puts these bytes in place of a file that is there and was so: written beside it with
 * its mode, attributes and owner, then renamed, so that the file is always whole; signals
 * that end the program wait meanwhile. Through a link its aim is replaced. ERR_IO: it is
 * as it was: it cannot be replaced, changed meanwhile, or has other names (hard links),
 * which would keep what was there. */
MUST_USE enum err output_replace_file(const char *path, const struct file_state *was,
	struct bytes all, struct fault *why);

#endif

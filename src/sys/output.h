/*
 * output - standard output and files of results, written whole.
 */
#ifndef SYS_OUTPUT_H
#define SYS_OUTPUT_H

#include "base/bytes.h"
#include "base/fault.h"

/* Writes all of it, also where a signal comes while the reader is slow: what a signal
 * ends is the watching, not the writing. ERR_IO: the reader has gone, or there is no room
 * left. Nothing may wait in stdio's own buffer. */
MUST_USE enum err output_write(struct bytes all);

/* Makes a file of these bytes, in place of one that was there. */
MUST_USE enum err output_write_file(
	const char *path, struct bytes all, struct fault *why);

/* Puts these bytes in place of a file that is there: written beside it with its mode and
 * owner, then renamed, so that the file is always whole. Through a link its aim is
 * replaced. ERR_IO: it is as it was. */
MUST_USE enum err output_replace_file(
	const char *path, struct bytes all, struct fault *why);

#endif

/*
 * output - standard output, written whole.
 */
#ifndef SYS_OUTPUT_H
#define SYS_OUTPUT_H

#include "base/bytes.h"
#include "base/err.h"

/* Writes all of it, also where a signal comes while the reader is slow: what a signal
 * ends is the watching, not the writing. ERR_IO: the reader has gone, or there is no room
 * left. Nothing may wait in stdio's own buffer. */
MUST_USE enum err output_write(struct bytes all);

#endif

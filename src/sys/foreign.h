/*
 * foreign - what a file that is no capture seems to be, and what to do about it.
 */
#ifndef SYS_FOREIGN_H
#define SYS_FOREIGN_H

#include "base/bytes.h"

#define FOREIGN_START_MAX 512 /* as much of a file's start as is looked at */

/* "an ELF program", "packed by xz: unpack it with xz -d first": goes on after "is not
 * a capture file; it seems to be ". NULL if it looks like nothing known. */
const char *foreign_name(struct bytes start);

#endif

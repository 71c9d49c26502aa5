/*
 * git - what changed in a working tree since some commit, as the git that is installed
 * tells it.
 */
#ifndef SYS_GIT_H
#define SYS_GIT_H

#include "base/fault.h"
#include "base/text.h"

/* Adds the paths of what changed in a folder, relative to it, each ended by a zero: what
 * differs from the commit, and what git does not know yet and does not ignore; nothing
 * that was deleted. Before the first commit HEAD is a tree without files. only: a name in
 * that folder, and what lies below it; NULL: all. ERR_USAGE: no such commit, or no git
 * tree; ERR_IO: git is not there or failed. */
MUST_USE enum err git_changed(const char *commit, const char *folder, const char *only,
	struct text *ret, struct fault *why);

#endif

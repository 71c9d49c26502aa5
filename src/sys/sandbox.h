/*
 * sandbox - what the program can still do once strangers' bytes come in.
 *
 * Two rings, each where the kernel has it. Landlock: files below the given paths
 * can be read, files below the given directories also written, made and removed, and
 * nothing else of the file system can be opened. seccomp: no program can be
 * started, no process made, no socket made or bound or connected, nobody traced, no
 * memory made executable, no file system, module, key or terminal input touched; such
 * calls answer EPERM. It is a list of what is denied, not of what is allowed, since a
 * new C library or SQLite may rightly use calls that no list of today has.
 *
 * Descriptors that are open stay usable: a live source, the store, the output.
 *
 * Builds with a sanitizer, and runs under valgrind, get neither ring: their tools start
 * processes, trace, and make memory executable. An old kernel gets what it has.
 */
#ifndef SYS_SANDBOX_H
#define SYS_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"

struct sandbox {
	const char *const *read; /* files and directories; those not there are skipped */
	size_t read_count;
	const char *const *write; /* directories */
	size_t write_count;
};

struct sandbox_outcome {
	bool landlock;
	bool seccomp;
	const char *missing; /* why something is false; NULL if nothing is */
};

/* Enters for good; threads started later are inside, earlier ones are not. A kernel
 * without a ring is no error; a ring that the kernel has and refuses is. */
MUST_USE enum err sandbox_enter(
        const struct sandbox *sandbox, struct sandbox_outcome *ret, struct fault *why);

#endif

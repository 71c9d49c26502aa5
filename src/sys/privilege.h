/*
 * privilege - giving up what root can do, once it was needed.
 *
 * The order that promises most: open the interface, drop privileges, open the
 * store (it then belongs to the user), enter the sandbox, start the workers, look at the
 * first packet.
 */
#ifndef SYS_PRIVILEGE_H
#define SYS_PRIVILEGE_H

#include <stdbool.h>

#include "base/fault.h"

struct privilege {
	/* Files of root's are opened or written from here on: where nobody is known
	 * to become, stay root but without any capability. */
	bool needs_files;
	/* Captures are read that perhaps only root may read: keep that one
	 * permission (CAP_DAC_READ_SEARCH). The sandbox bounds what it reaches. */
	bool reads_any;
};

enum privilege_outcome {
	PRIVILEGE_NONE,   /* there was nothing to give up */
	PRIVILEGE_SUDO,   /* now the user who called sudo */
	PRIVILEGE_NOBODY, /* now "nobody" */
	PRIVILEGE_BARE,   /* still root by number, without capabilities */
};

/* Gives up, for good: user, groups, capabilities, and that any program started could
 * regain them (no_new_privs). Call before threads start. An error means that
 * something was kept, and the program should end. */
MUST_USE enum err privilege_drop(const struct privilege *privilege,
        enum privilege_outcome *ret, struct fault *why);

/* "the user who called sudo": for notes. Never NULL. */
const char *privilege_text(enum privilege_outcome outcome);

#endif

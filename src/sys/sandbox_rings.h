/*
 * sandbox_rings - the two rings of the sandbox. For sandbox*.c alone.
 */
#ifndef SYS_SANDBOX_RINGS_H
#define SYS_SANDBOX_RINGS_H

#include "sys/sandbox.h"

/* ERR_UNSUPPORTED: this kernel has it not, or not switched on. */
MUST_USE enum err sandbox_landlock(const struct sandbox *sandbox, struct fault *why);
MUST_USE enum err sandbox_seccomp(struct fault *why);

#endif

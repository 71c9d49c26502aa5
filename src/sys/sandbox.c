#include "sys/sandbox.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "sys/sandbox_rings.h"

/* GCC defines the first two, clang tells by __has_feature. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||               \
        __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/* Valgrind preloads a library of its own into what it runs. */
static bool under_valgrind(void)
{
	const char *preloaded = getenv("LD_PRELOAD");

	return preloaded != NULL && strstr(preloaded, "vgpreload") != NULL;
}

enum err sandbox_enter(
        const struct sandbox *sandbox, struct sandbox_outcome *ret, struct fault *why)
{
	*ret = (struct sandbox_outcome){ 0 };
	if (SANITIZED || under_valgrind()) {
		ret->missing = "built with a sanitizer or run under valgrind";
		return ERR_OK;
	}
	/* Both rings ask for it of whoever is not root. */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return fault_set(why, ERR_PERMISSION, "cannot enter the sandbox: %s",
		        strerror(errno));

	/* Landlock first: making its rules takes calls that seccomp denies. */
	enum err err = sandbox_landlock(sandbox, why);
	ret->landlock = err == ERR_OK;
	if (err != ERR_OK && err != ERR_UNSUPPORTED)
		return err;
	if (err == ERR_UNSUPPORTED)
		ret->missing = "the kernel has no Landlock (before Linux 5.13, or off)";

	err = sandbox_seccomp(why);
	ret->seccomp = err == ERR_OK;
	if (err != ERR_OK && err != ERR_UNSUPPORTED)
		return err;
	if (err == ERR_UNSUPPORTED)
		ret->missing = "the kernel has no seccomp filters";
	return ERR_OK;
}

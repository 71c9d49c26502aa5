/*
 * child - a test whose body runs in a process of its own, since what it does to its
 * process cannot be undone.
 */
#ifndef TESTS_UNIT_SYS_CHILD_H
#define TESTS_UNIT_SYS_CHILD_H

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../unit.h"

#define CHILD_SKIPPED 77 /* the child ends with this to have the test skipped */

/* In a child: a check that fails says which, and ends it. */
#define CHECK(x)                                                                         \
	do {                                                                             \
		if (!(x)) {                                                              \
			fprintf(stderr, "%s:%d: not so: %s (%s)\n", __FILE__, __LINE__,  \
				#x, strerror(errno));                                    \
			_exit(1);                                                        \
		}                                                                        \
	} while (0)

static inline void run_in_child(void (*body)(void *), void *context)
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		body(context);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFEXITED(status) && WEXITSTATUS(status) == CHILD_SKIPPED)
		skip();
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

#endif

/*
 * trees - machines with Linux for tests: files below a folder of a test's own, and what
 * `host` makes of them, a line a stack and a line a process. Nothing is run.
 */
#ifndef TESTS_UNIT_HOST_TREES_H
#define TESTS_UNIT_HOST_TREES_H

#include "base/text.h"

#define TREE_FILES_MAX 12
#define TREE_WANTS_MAX 5

struct tree_file {
	const char *path; /* NULL: the end of a list */
	const char *text; /* "-> PATH": a link that says PATH; "\1" is a zero */
};

struct tree {
	const char *name; /* of the test */
	struct tree_file files[TREE_FILES_MAX];
	/* Whole lines that are told; "! " and what stands nowhere. */
	const char *want[TREE_WANTS_MAX];
};

/* "openssl 3.0.2, client TLS 1.2, 1.3, server TLS 1.2, 1.3\n", "process 7: openssl
 * /usr/lib/libssl.so.3, replaced\n", "note: ABOUT: WHY\n". */
void tree_look(const char *directory, struct text *text);

/* Of cmocka: *state is a tree. */
void tree_check(void **state);

#endif

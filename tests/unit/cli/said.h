/*
 * said - what is written to standard output or standard error while a test listens.
 */
#ifndef TESTS_UNIT_CLI_SAID_H
#define TESTS_UNIT_CLI_SAID_H

#include <stdio.h>
#include <unistd.h>

#include "../unit.h"

#define SAID_MAX 65536

struct said {
	int descriptor; /* 1 or 2 */
	int before;     /* what it was */
	FILE *file;
	char text[SAID_MAX]; /* once heard */
};

static inline void said_listen(struct said *said, int descriptor)
{
	(void)fflush(NULL);
	said->descriptor = descriptor;
	said->before = dup(descriptor);
	said->file = tmpfile();
	assert_non_null(said->file);
	assert_true(dup2(fileno(said->file), descriptor) == descriptor);
}

/* Ends the listening and answers what was said. */
static inline const char *said_heard(struct said *said)
{
	size_t len;

	(void)fflush(NULL);
	(void)dup2(said->before, said->descriptor);
	(void)close(said->before);
	rewind(said->file);
	len = fread(said->text, 1, sizeof said->text - 1, said->file);
	said->text[len] = '\0';
	(void)fclose(said->file);
	return said->text;
}

#endif

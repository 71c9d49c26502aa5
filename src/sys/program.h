/*
 * program - other people's programs, run without a shell: what they say, or a server that
 * listens as long as it is wanted.
 *
 * What is run belongs to root or to whoever runs this, as do all folders above it, and
 * nobody else may write there: else who may write there could run as whoever asks what
 * the machine has. A program that is run ends with this one, and what it started is ended
 * with it where it does not end in time.
 */
#ifndef SYS_PROGRAM_H
#define SYS_PROGRAM_H

#include "base/text.h"
#include "base/time.h"
#include "sys/root.h"

#define PROGRAM_SETTINGS_MAX  4  /* variables of the environment that are added */
#define PROGRAM_ARGUMENTS_MAX 48 /* the longest command is half of that */

struct program_start {
	const char *const *arguments; /* the first is its path; ended by NULL */
	const char *settings[PROGRAM_SETTINGS_MAX]; /* "NAME=value"; the rest are NULL */
	int held; /* a descriptor that it sees as 3; -1: none */
};

struct program {
	int pid;    /* 0: none */
	int output; /* what it says on both its outputs */
};

/* ERR_PERMISSION: others may write there. ERR_NOT_FOUND, ERR_TYPE. */
MUST_USE enum err program_trusted(const char *path);

/* Whether this is root, who should be refused nothing. */
bool program_as_root(void);

MUST_USE enum err program_start(const struct program_start *start, struct program *ret);

/* Takes what it says until it ends, up to the text's ceiling; then *ret_code is its exit
 * code, or 128 and its signal. ERR_AGAIN: it had not ended after so long, and was ended.
 */
MUST_USE enum err program_wait(
	struct program *program, time_ns patience, struct text *said, int *ret_code);

/* True if it still runs. */
bool program_runs(const struct program *program);

/* Ends it, if it runs. */
void program_end(struct program *program);

#endif

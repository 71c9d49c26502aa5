/*
 * fail_on - what an answer must hold for the program to end with 1: "breaks>0".
 *
 * tests: tests/unit/cli/test_fail_on.c
 */
#ifndef CLI_FAIL_ON_H
#define CLI_FAIL_ON_H

#include "base/fault.h"
#include "cli/command.h"
#include "policy/judge.h"

#define FAIL_ON_USUAL "breaks>0"

struct fail_on {
	enum verdict verdict;
	uint64_t over; /* so many clients are still well */
};

/* ERR_USAGE: it is not as "breaks>0" or "unknown>20" is. */
MUST_USE enum err fail_on_parse(const char *text, struct fail_on *ret, struct fault *why);

/* Of an answer with so many clients by verdict. */
enum exit_code fail_on_code(
	const struct fail_on *fail_on, const uint64_t clients[VERDICT_COUNT]);

#endif

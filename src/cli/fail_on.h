/*
 * fail_on - what an answer must hold for the program to end with 1: "breaks>0" clients, or
 * servers.
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
	uint64_t over; /* so many are still well */
};

/* ERR_USAGE: it is not as "breaks>0" or "unknown>20" is; command and what it counts
 * ("clients") stand in the words. text: NULL is FAIL_ON_USUAL. */
MUST_USE enum err fail_on_parse(const char *text, const char *command,
	const char *counted, struct fail_on *ret, struct fault *why);

/* Of an answer with so many by verdict. */
enum exit_code fail_on_code(
	const struct fail_on *fail_on, const uint64_t by_verdict[VERDICT_COUNT]);

#endif

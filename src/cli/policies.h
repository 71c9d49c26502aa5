/*
 * policies - the policies that are built in (data/policy), and a policy by its name or
 * from a file.
 */
#ifndef CLI_POLICIES_H
#define CLI_POLICIES_H

#include "policy/policy_file.h"

/* In order of name. */
size_t policies_count(void);

/* Its name, of those that there are. */
struct bytes policies_name(size_t index);

/* ERR_LIMIT, ERR_MEMORY and the like only: a test reads them all. */
MUST_USE enum err policies_read(size_t index, struct policy *ret, struct fault *why);

/* A built-in policy by its name, else the file of that name; "-" is standard input.
 * ERR_USAGE: there is no such policy, or the file is wrong: where, and what was
 * expected. Other errors: the file could not be read. */
MUST_USE enum err policy_load(const char *name, struct policy *ret, struct fault *why);

#endif

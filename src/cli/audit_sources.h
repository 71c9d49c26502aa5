/*
 * audit_sources - where an audit's rules and files come from, beside what is built in and
 * named: a folder of rules, what changed since a commit.
 */
#ifndef CLI_AUDIT_SOURCES_H
#define CLI_AUDIT_SOURCES_H

#include "audit/shipped.h"

/* Adds the rules of each *.yaml of a folder, in order of name. ERR_USAGE: it is no
 * folder, or a file is wrong: where, and what was expected. */
MUST_USE enum err rules_add_folder(
	struct rules *rules, const char *folder, struct arena *arena, struct fault *why);

/* The regular files below this folder that changed since the commit, and lie in one of
 * the paths; the arena's. ERR_USAGE, ERR_IO: as git_changed() has it. */
MUST_USE enum err changed_files(const char *commit, const char *const paths[],
	size_t path_count, struct arena *arena, const char *const **ret,
	size_t *ret_count, struct fault *why);

#endif

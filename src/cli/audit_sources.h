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

struct changed_files {
	const char *const *paths; /* the arena's */
	size_t count;
};

/* The regular files that changed since the commit: of each path, a file or a folder, each
 * as git has it there. ERR_NOT_FOUND names the path that is not there. ERR_USAGE, ERR_IO:
 * as git_changed() has it. */
MUST_USE enum err changed_files_read(const char *commit, const char *const paths[],
	size_t path_count, struct arena *arena, struct changed_files *ret,
	struct fault *why);

#endif

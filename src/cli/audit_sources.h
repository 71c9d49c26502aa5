/*
 * audit_sources - where an audit's rules and files come from, beside what is built in and
 * named: a folder of rules, what changed since a commit; and which lists leave files out.
 */
#ifndef CLI_AUDIT_SOURCES_H
#define CLI_AUDIT_SOURCES_H

#include "audit/shipped.h"
#include "cli/auditing.h"

/* Adds the rules of each *.yaml of a folder, in order of name. ERR_USAGE: it is no
 * folder, or a file is wrong: where, and what was expected. */
MUST_USE enum err rules_add_folder(
	struct rules *rules, const char *folder, struct arena *arena, struct fault *why);

/* What of some paths that were named changed. */
struct changed {
	const char *const *named; /* the folders of them, and the files that changed */
	size_t named_count;
	struct kept_files files; /* that changed, below the folders too */
};

/* What changed since the commit, of each path, a file or a folder, as git has it there.
 * All is the arena's. ERR_NOT_FOUND names the path that is not there. ERR_USAGE, ERR_IO:
 * as git_changed() has it. */
MUST_USE enum err changed_read(const char *commit, const char *const paths[],
	size_t path_count, struct arena *arena, struct changed *ret, struct fault *why);

/* .gitignore and .tlsunsetignore. */
extern const struct tree_ignore audit_ignore;

#endif

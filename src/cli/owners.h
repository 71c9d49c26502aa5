/*
 * owners - `impact --owners FILE`: the owners of a file, and whom --owner and --keep
 * name.
 */
#ifndef CLI_OWNERS_H
#define CLI_OWNERS_H

#include "evidence/owner.h"

/* ERR_USAGE: the file is wrong: where, and what was expected. Other errors: it could not
 * be read. The owners are the arena's. */
MUST_USE enum err owners_load(
	const char *path, struct arena *arena, struct owners *ret, struct fault *why);

/* option: which names it. ERR_USAGE: they have none of that name; says who may be meant.
 */
MUST_USE enum err owners_named(const struct owners *owners, const char *option,
	const char *name, const struct owner **ret, struct fault *why);

#endif

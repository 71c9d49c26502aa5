/*
 * ignore - which files a folder's .gitignore and .tlsunsetignore leave out.
 *
 * The notation is git's (gitignore(5)): "#" comments, "!" takes back, a final "/" means
 * folders, a "/" before the end ties the pattern to its folder, "**" goes through
 * folders. The last pattern that fits decides; a folder's own list counts before
 * those of the folders above. Pure.
 */
#ifndef AUDIT_IGNORE_H
#define AUDIT_IGNORE_H

#include <stdbool.h>

#include "base/bytes.h"

/* Decisions of one list. */
enum ignore_verdict { IGNORE_UNSAID, IGNORE_OUT, IGNORE_IN };

/* A list as it was read: each line once, for it is held against every name below. */
struct ignore_list; /* heap */

/* The text need not outlive it. NULL: memory ran out, or it is of 4 GB. */
struct ignore_list *ignore_list_new(struct bytes text);
void ignore_list_free(struct ignore_list *list);

/* What the list says of a path below its folder, as "src/a.c", without "/" in front. */
enum ignore_verdict ignore_verdict_of(
	const struct ignore_list *list, struct bytes path, bool is_folder);

/* True if the path is what the pattern says: "?", "[a-z]", "*" within a part, "**". */
bool ignore_fits(struct bytes pattern, struct bytes path);

#endif

/*
 * mend - a file with some of its bytes replaced, and what that changes as a unified diff.
 *
 * Nothing else changes: encoding, line ends and white space are as they were. Pure.
 */
#ifndef AUDIT_MEND_H
#define AUDIT_MEND_H

#include "evidence/setting.h"

#define MEND_EDITS_MAX 1024 /* of one file; more are for another run */
#define MEND_CONTEXT   3    /* lines around a change, as diff has it */

struct mend {
	struct bytes text;
	struct setting_edit edits[MEND_EDITS_MAX]; /* in order, none overlaps another */
	size_t count;
	bool shown; /* the diff is for eyes: controls are escaped, and `patch` may not
		       take it */
};

/* Adds an edit; false if it overlaps one that is there, leaves the text, or is one too
 * many. In order of place only. */
bool mend_add(struct mend *mend, const struct setting_edit *edit);

/* The whole text, mended. */
void mend_text(const struct mend *mend, struct text *ret);

/* A unified diff with a/path and b/path; nothing if there is no edit. Line ends of the
 * text are kept, and names are written as git does, so that `patch -p1` takes it. */
void mend_diff(const struct mend *mend, struct bytes path, struct text *ret);

#endif

/*
 * look - looks into one file: what its rules find there, evaluated.
 *
 * Pure: bytes and rules in, settings out. A file is read as each of its kinds says, and
 * only for rules that may have something to find (audit/needles.h).
 */
#ifndef AUDIT_LOOK_H
#define AUDIT_LOOK_H

#include "audit/images.h"
#include "audit/needles.h"
#include "evidence/setting.h"

/* Of one file: a generated one repeats itself. More are counted only. */
#define SETTINGS_FILE_MAX 4096

struct looked {
	struct setting *settings; /* in order of place; the arena's, or borrowed */
	size_t count;
	size_t left_out; /* past SETTINGS_FILE_MAX */
	bool cut;        /* the file was too large to be looked into to its end */
};

struct binary;

/* path and text must outlive what is found. Text is UTF-8, or nearly so. ERR_MEMORY. */
MUST_USE enum err look_into(const struct rules *rules, const struct rule_set *may,
	struct bytes path, struct bytes text, struct arena *arena, struct looked *ret);

/* The same of a file as it is: a binary is read as one (audit/binary.h). Text is decoded,
 * and what is found has places of the file's own bytes; edits are encoded as it is. */
MUST_USE enum err look_into_file(const struct rules *rules, const struct rule_set *may,
	struct bytes path, struct bytes file, struct arena *arena, struct looked *ret);

/* The same beside files that tell of releases: a directive that is missing may mean
 * something by them. What they were read from must outlive the call. */
MUST_USE enum err look_into_file_beside(const struct rules *rules,
	const struct rule_set *may, struct bytes path, struct bytes file,
	const struct images *beside, struct arena *arena, struct looked *ret);

/* True if it may matter to one of the rules what stands beside the file. */
bool look_asks_beside(
	const struct rules *rules, const struct rule_set *may, struct bytes path);

/* The same of what was read of a binary of that kind; the file is sought through for
 * texts. Places are its bytes', lines are 0. */
MUST_USE enum err look_into_facts(const struct rules *rules, const struct rule_set *may,
	struct bytes path, struct bytes file, const char *kind,
	const struct binary *binary, struct arena *arena, struct looked *ret);

/* True of bytes that are no text, nor a binary that is read: a zero stands there, and it
 * is no UTF-16. */
bool look_is_binary(struct bytes start);

/* By the names of folders and the file. */
enum setting_place place_of(struct bytes path);

#endif

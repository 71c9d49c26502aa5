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
#include "base/encoding.h"

/* Of one file: a generated one repeats itself. More are counted only. */
#define SETTINGS_FILE_MAX 4096

struct looked {
	struct setting *settings; /* as they were found; the arena's, or borrowed */
	size_t count;
	size_t left_out; /* past SETTINGS_FILE_MAX */
	bool cut;        /* the file was too large to be looked into to its end */
};

struct binary;

/* path and text must outlive what is found. Text is UTF-8, or nearly so. ERR_MEMORY. */
MUST_USE enum err look_into(const struct rules *rules, const struct rule_set *may,
	struct bytes path, struct bytes text, struct arena *arena, struct looked *ret);

/* How a worker looks into files. */
struct looker {
	const struct rules *rules;
	const struct needles *needles; /* of these rules */
	struct needles_scratch *scratch;
};

/* A file as it is, in which needles were sought. */
struct sought {
	struct encoding encoding;
	struct bytes text;   /* decoded: the file's own, or the arena's */
	struct rule_set may; /* the rules that may find something */
	bool any;            /* there are some, and it is text */
	bool is_binary;
};

/* What a file is, of which these are the first bytes, without the mark of an encoding;
 * nothing if it is prose. */
struct kind_set look_kinds(struct bytes path, struct bytes start);

MUST_USE enum err look_seek(const struct looker *looker, struct bytes path,
	struct bytes file, struct arena *arena, struct sought *ret);

/* What is found has places of the file's own bytes; edits are encoded as it is. Files
 * beside it may tell of releases, by which a directive that is missing means something:
 * what they were read from must outlive the call. beside: NULL: there are none. */
MUST_USE enum err look_into_sought(const struct looker *looker, struct bytes path,
	const struct sought *sought, const struct images *beside, struct arena *arena,
	struct looked *ret);

/* Both, with nothing beside. A binary is read as one (audit/binary.h). */
MUST_USE enum err look_into_file(const struct looker *looker, struct bytes path,
	struct bytes file, struct arena *arena, struct looked *ret);

/* True if it may matter to one of the rules what stands beside the file. */
bool look_asks_beside(
	const struct rules *rules, const struct rule_set *may, struct bytes path);

/* The same of what was read of a binary of that kind; the file is sought through for
 * texts. Places are its bytes', lines are 0. */
MUST_USE enum err look_into_facts(const struct rules *rules, const struct rule_set *may,
	struct bytes path, struct bytes file, const char *kind,
	const struct binary *binary, struct arena *arena, struct looked *ret);

/* By the names of folders and the file. */
enum setting_place place_of(struct bytes path);

#endif

/*
 * auditing - looks into all files of some trees with several workers, and gathers what
 * was found in order.
 */
#ifndef CLI_AUDITING_H
#define CLI_AUDITING_H

#include "audit/look.h"
#include "base/fault.h"
#include "cli/noted.h"
#include "sys/archive.h"
#include "sys/tree.h"

/* Workers each have a buffer of the largest file that they met, one an archive around
 * it, and their findings. */
#define AUDITORS_MAX 64

/* A larger file is looked into to here. */
#define AUDIT_FILE_MAX ((size_t)16 << 20)

/* A larger binary is read to here: most of what brings its own TLS is smaller. Memory is
 * taken as it is filled. */
#define AUDIT_BINARY_MAX ((size_t)128 << 20)

/* Archives in archives: a jar in a war in a tar. */
#define AUDIT_ARCHIVES_MAX 3

/* Of all files together: more is told as left out. */
#define AUDIT_FINDINGS_MAX 1000000

struct audited {
	struct setting *settings; /* in order of path and place */
	size_t count;
	uint64_t files;
	uint64_t bytes;
	uint64_t looked_into;
	uint64_t binaries;  /* hold zeros, and are of no format that is read */
	uint64_t archives;  /* looked into */
	uint64_t broken;    /* archives that could not be read to their end */
	uint64_t encrypted; /* archives in which files are */
	uint64_t bombs;     /* archives that hold more than is looked at */
	uint64_t cut;       /* too large to be looked into to their end */
	uint64_t left_out;  /* findings past a ceiling */
	uint64_t skipped[TREE_SKIPPED_COUNT];
	struct noted noted; /* of these some by name */
	void *own;          /* what the findings stand in */
};

/* Files that are looked at alone, as tree_keep_to() has it. */
struct kept_files {
	const char *const *paths;
	size_t count;
};

struct audit_request {
	const struct rules *rules; /* must outlive what was found */
	const char *const *paths;
	size_t path_count;
	size_t workers;
	bool ignores;                  /* what .gitignore and .tlsunsetignore leave out */
	bool ignores_named;            /* though it was named */
	const struct kept_files *kept; /* of the folders; NULL: all */
};

/* ERR_NOT_FOUND, ERR_PERMISSION: of a path that was named. ERR_MEMORY. */
MUST_USE enum err auditing_run(
	const struct audit_request *request, struct audited *ret, struct fault *why);

/* A path as it is told: "a" of "./a". ".//a" is not "/a". */
struct bytes audit_path(const char *name);

/* Adds what one worker counted, and what the walk passed over. */
void audited_add(struct audited *all, const struct audited *one);
void audited_add_walk(struct audited *all, const struct tree *tree, struct arena *arena);

/* How an archive of that name ended. */
void audited_add_end(
	struct audited *all, enum archive_end end, const char *name, struct arena *arena);

void audited_done(struct audited *audited);

#endif

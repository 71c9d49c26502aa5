/*
 * root - the files of a machine, below its root: this one's, or another's that is
 * mounted or unpacked somewhere.
 *
 * Paths are those of that machine. Links are followed as it would, so that none leads out
 * of it. What is read is a plain file and nothing else: a FIFO or a device in its place
 * is ERR_TYPE, and nobody waits for it. Nothing is written.
 *
 * tests: tests/unit/sys/test_root.c, tests/golden/host
 */
#ifndef SYS_ROOT_H
#define SYS_ROOT_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/text.h"

#define ROOT_PATH_MAX  4096
#define ROOT_NAMES_MAX 65536 /* of one folder: as many processes as a machine has */

struct root {
	int descriptor;
};

struct root_status {
	bool regular;
	bool folder;
	bool others_write; /* somebody but its owner may change it */
	uint32_t owner;
	uint64_t device;
	uint64_t inode;
};

/* ERR_NOT_FOUND, ERR_PERMISSION, ERR_TYPE: why names it. */
MUST_USE enum err root_open(const char *path, struct root *ret, struct fault *why);
void root_close(struct root *root);

/* Appends a file's bytes to ret; ERR_LIMIT past its ceiling. ERR_NOT_FOUND,
 * ERR_PERMISSION, ERR_TYPE, ERR_IO. */
MUST_USE enum err root_read(const struct root *root, const char *path, struct text *ret);

/* Hands a file over in windows that overlap by so many bytes, until one is enough. */
typedef bool root_window(void *context, struct bytes window);
MUST_USE enum err root_windows(const struct root *root, const char *path, size_t overlap,
	root_window *window, void *context);

/* The names in a folder, in order, without "." and ".."; the arena's. ERR_LIMIT. */
MUST_USE enum err root_names(const struct root *root, const char *path,
	struct arena *arena, const char *const **ret, size_t *ret_count);

/* What a link says, without following it. ERR_VALUE: it is none. ERR_LIMIT. */
MUST_USE enum err root_link(
	const struct root *root, const char *path, char *ret, size_t room);

/* Of what a path leads to in the end. */
MUST_USE enum err root_status(
	const struct root *root, const char *path, struct root_status *ret);

/* The device that /proc writes as two numbers, as root_status has it. */
uint64_t root_device(uint32_t major, uint32_t minor);

#endif

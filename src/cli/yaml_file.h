/*
 * yaml_file - a YAML file that was named on the command line, read whole.
 */
#ifndef CLI_YAML_FILE_H
#define CLI_YAML_FILE_H

#include "base/arena.h"
#include "base/document.h"

#define YAML_NODES_MAX ((size_t)64 << 20) /* bytes: the largest file, all of nodes */

/* "-" is standard input. what: "a policy", for faults. ERR_USAGE: the file is wrong:
 * where, and what was expected. Other errors: it could not be read. The document is the
 * arena's. */
MUST_USE enum err yaml_file_read(const char *path, const char *what, struct arena *arena,
	struct document *ret, struct fault *why);

/* What is wrong with a file that was named is wrong use. */
enum err yaml_file_fault(enum err err, struct fault *why);

#endif

/*
 * exports - the files that a machine with Windows was exported to, read whole.
 */
#ifndef CLI_EXPORTS_H
#define CLI_EXPORTS_H

#include "host/windows.h"

#define EXPORT_BYTES_MAX ((size_t)512 << 20) /* all of SOFTWARE, in UTF-16 */

struct exports {
	struct host_exports all; /* what is handed on; borrows the texts */
	struct text texts[2 * EXPORTS_MAX + 1];
	char *lists[2]; /* heap */
	size_t count;
};

/* Lists of files, parted by commas, or NULL: none. exports_done() is owed whatever the
 * answer. ERR_USAGE: also a file that is not there. Why names the file. */
MUST_USE enum err exports_read(struct exports *exports, const char *registry,
	const char *inventory, const char *suites, struct fault *why);
void exports_done(struct exports *exports);

#endif

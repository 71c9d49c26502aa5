/*
 * archive - the files inside of archives: zip and its kin (jar, war, nupkg, whl), tar in
 * any packing, deb, rpm.
 *
 * Nothing is unpacked to disk, so names that lead elsewhere lead nowhere. What would take
 * too much (a bomb) is left where the ceiling is, and said.
 */
#ifndef SYS_ARCHIVE_H
#define SYS_ARCHIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

/* Of one archive and all those in it. */
#define ARCHIVE_TOTAL_MAX   ((uint64_t)4 << 30) /* unpacked */
#define ARCHIVE_ENTRIES_MAX 1000000
#define ARCHIVE_RATIO_MAX   200                  /* unpacked to packed; a log is 1:30 */
#define ARCHIVE_RATIO_FROM  ((uint64_t)64 << 20) /* unpacked: no bomb below it */

enum archive_end {
	ARCHIVE_WHOLE,
	ARCHIVE_ENCRYPTED, /* files of it are, and were passed over */
	ARCHIVE_BROKEN,    /* it ends early, or is none */
	ARCHIVE_CEILING,   /* it holds more than is looked at */
};

/* One file of it; its first bytes if it is larger than there is room. Borrowed. */
typedef enum err archive_take(
	void *context, const char *name, struct bytes file, bool is_cut);

/* What an archive and all those in it took together: begins with zeros. Else a few that
 * repeat themselves, three deep, would be unpacked for days. */
struct archive_effort {
	uint64_t unpacked;
	uint64_t entries;
};

/* Where it is: a descriptor at its start, or bytes (descriptor -1). */
struct archive_source {
	int descriptor;
	struct bytes memory;
	struct archive_effort *effort;
};

/* Hands over each regular file, read into memory of that room. An error of take ends it,
 * and is answered; else ERR_OK or ERR_MEMORY, and how it ended. */
MUST_USE enum err archive_walk(const struct archive_source *source, void *memory,
	size_t room, archive_take *take, void *context, enum archive_end *ret);

/* True if a file of that name is one that is looked into. */
bool archive_is_named(struct bytes path);

#endif

/*
 * file_ends - how the files of a run ended, told on standard error: the first ones with
 * a sentence each, then only their number, so that what matters stays on the screen.
 */
#ifndef CLI_FILE_ENDS_H
#define CLI_FILE_ENDS_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "sys/source.h"

#define FILE_ENDS_TOLD_MAX  10 /* sentences of each kind */
#define FILE_ENDS_LINKS_MAX 16 /* link types that are not understood */

struct file_ends {
	uint64_t faulty;                     /* could not be read, or not to their end */
	uint64_t cut;                        /* end inside their last packet */
	uint32_t links[FILE_ENDS_LINKS_MAX]; /* told; members from here on are private */
	size_t link_count;
};

/* A file did not end at a packet's end. */
void file_ends_tell(struct file_ends *ends, enum err end, const struct fault *fault);

/* A file was read, with these link types. Each that is not understood is told once; a
 * file that has no other is a faulty one. */
void file_ends_links(
	struct file_ends *ends, const char *path, const struct source_links *links);

/* Tells how many there were, where not all were told. */
void file_ends_sum(const struct file_ends *ends);

#endif

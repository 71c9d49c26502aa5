/*
 * source_kind - what a kind of source is made of. For source*.c alone.
 */
#ifndef SYS_SOURCE_KIND_H
#define SYS_SOURCE_KIND_H

#include "sys/source.h"

/* Every kind begins with this. */
struct source {
	const struct source_kind *kind;
};

struct source_kind {
	enum err (*next)(struct source *source, int timeout_ms,
	        struct frame ret_frames[SOURCE_BATCH_MAX], size_t *ret_count,
	        struct fault *why);
	struct source_progress (*progress)(const struct source *source);
	void (*close)(struct source *source);
};

#endif

/*
 * source_kind - what a kind of source is made of. For source*.c alone.
 */
#ifndef SYS_SOURCE_KIND_H
#define SYS_SOURCE_KIND_H

#include "sys/source.h"

/*
 * Room for the longest record, and small enough to stay in a second-level cache of
 * 1 MB beside the consumer's own tables. Measured with 80 bytes of each packet
 * touched: 128 KB is up to a fifth slower, 1 MB a tenth faster, but only while alone.
 */
#define SOURCE_BUFFER_LEN (512 * 1024)

/* A window is handed from thread to thread, which costs some microseconds each time: it
 * is to hold enough work, and need not stay in one core's cache. */
#define SOURCE_WINDOW_LEN (4 * SOURCE_BUFFER_LEN)

/* Every kind begins with this. */
struct source {
	const struct source_kind *kind;
	struct source_links links;
};

struct source_kind {
	enum err (*next)(struct source *source, int timeout_ms,
	        struct frame ret_frames[SOURCE_BATCH_MAX], size_t *ret_count,
	        struct fault *why);
	enum err (*next_window)(struct source *source, int timeout_ms,
	        struct source_window *window, struct fault *why); /* NULL: it has none */
	struct source_progress (*progress)(const struct source *source);
	void (*close)(struct source *source);
};

#endif

/*
 * source_kind - what a kind of source is made of. For source*.c alone.
 */
#ifndef SYS_SOURCE_KIND_H
#define SYS_SOURCE_KIND_H

#include "flow/capture_format.h"
#include "sys/source.h"

/*
 * Room for the longest record, and small enough to stay in a second-level cache of
 * 1 MB beside the consumer's own tables. Measured with 80 bytes of each packet
 * touched: 128 KB is up to a fifth slower, 1 MB a tenth faster, but only while alone.
 */
#define SOURCE_BUFFER_LEN (512 * 1024)

/* What of a window's memory stands before the piece that is read: room for the packet
 * that began in the piece before. */
#define SOURCE_WINDOW_HEAD CAPTURE_RECORD_MAX

/* A packet of a capture file takes so many bytes at least: pcap's header, or pcapng's
 * Simple Packet Block. */
#define SOURCE_RECORD_LEAST 16

/* Every kind begins with this. */
struct source {
	const struct source_kind *kind;
	struct source_links links;
};

struct source_kind {
	enum err (*next)(struct source *source, int timeout_ms,
		struct frame ret_frames[SOURCE_BATCH_MAX], size_t *ret_count,
		struct fault *why);
	/* NULL: it has no windows */
	bool (*reads_apart)(const struct source *source);
	enum err (*read_window)(struct source *source, uint64_t number, int timeout_ms,
		struct source_window *window);
	enum err (*decode_window)(
		struct source *source, struct source_window *window, struct fault *why);
	struct source_progress (*progress)(struct source *source);
	void (*close)(struct source *source);
};

#endif

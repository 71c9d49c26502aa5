/*
 * source - where frames come from: a capture file of any kind, standard input, or
 * a network interface, behind one interface.
 *
 * Live frames carry the tag of 802.1Q that the kernel took off. Frames of an interface
 * that is not Ethernet, and of "any", come as Linux cooked v2.
 *
 * Frames come in batches, so that the consumer can look ahead and have the cache
 * fetch what it will need. The frames of a batch live until the next call.
 */
#ifndef SYS_SOURCE_H
#define SYS_SOURCE_H

#include "base/fault.h"
#include "flow/packet.h"

#define SOURCE_BATCH_MAX 64

#define SOURCE_FOREIGN_MAX 8 /* of one source; more are not listed */

struct source;

/* The link types of the frames handed out so far. */
struct source_links {
	bool understood; /* some frame was of a kind that can be taken apart */
	size_t foreign_count;
	uint32_t foreign[SOURCE_FOREIGN_MAX]; /* those that cannot */
};

struct source_progress {
	uint64_t bytes_read;  /* of the file as stored: compressed, if it is */
	uint64_t bytes_total; /* 0 if not known: standard input, an interface */
	uint64_t drops;       /* by the kernel, or as the file says */
	uint64_t freezes;     /* of the kernel's ring */
};

/* Opens a capture file, plain or compressed by gzip or zstd, told by content; "-" is
 * standard input. A fault says what the file is instead of a capture. */
MUST_USE enum err source_open_file(
	const char *path, struct source **ret, struct fault *why);

struct source_live {
	const char *interface;
	const char *filter;    /* libpcap's language, or NULL */
	unsigned fanout_group; /* 0: none; the same number for all workers of one run */
	unsigned snaplen;      /* 0: everything */
	size_t ring_bytes;     /* 0: the default */
};

/* Opens an interface. ERR_PERMISSION says how to get the permission. */
MUST_USE enum err source_open_live(
	const struct source_live *live, struct source **ret, struct fault *why);

/* Writes up to SOURCE_BATCH_MAX frames and their number. ERR_END: the file is read
 * to its end. ERR_AGAIN: nothing came for timeout_ms (-1: wait for ever; interfaces
 * and pipes only), or a stop is wanted (sys/signals.h). ERR_SHORT: it ends
 * inside a packet. Any other error:
 * the source is at its end, frames already handed out stand, why says what and at
 * which packet. A count may come with an error: it is to be used first. */
MUST_USE enum err source_next(struct source *source, int timeout_ms,
	struct frame ret_frames[SOURCE_BATCH_MAX], size_t *ret_count, struct fault *why);

/*
 * A window is a piece of a capture file and the frames in it, for consumers that work on
 * some pieces while others are read. Pieces have numbers, from 0; each is read and then
 * decoded. Decoding goes in order, one piece at a time, for a packet may begin in
 * one and end in the next; but the reading, which is most of the work, several threads
 * may do at once where the file is plain.
 */
#define SOURCE_WINDOW_LEN (512 * 1024) /* of a piece: it stays in a core's own cache */
#define SOURCE_WINDOW_MAX 53248        /* frames of one, none of which can be shorter */

struct source_window {
	struct frame *frames;
	size_t count;
	uint8_t *memory; /* this and what follows is the source's */
	size_t len;
	enum err end;
	struct fault fault;
};

struct source_window *source_window_new(void);
void source_window_free(struct source_window *window);

/* Whether several threads may read windows at once. */
bool source_reads_apart(const struct source *source);

/* Reads a piece; files and pipes only, and not after source_next(). If not apart, pieces
 * are read in order. ERR_END: none follows, but what there was is to be decoded.
 * ERR_AGAIN: as source_next(), and nothing was read. Decoding tells any other error. */
enum err source_read_window(struct source *source, uint64_t number, int timeout_ms,
	struct source_window *window);

/* Fills the window's frames, which live until another piece is read into it. The result
 * is the source's as of source_next(), ERR_OK as long as more may follow. */
MUST_USE enum err source_decode_window(
	struct source *source, struct source_window *window, struct fault *why);

/* How far it is; of an interface, what the kernel dropped up to now. In any thread. */
struct source_progress source_progress(struct source *source);

/* For the thread that reads. */
const struct source_links *source_links(const struct source *source);
void source_close(struct source *source);

#endif

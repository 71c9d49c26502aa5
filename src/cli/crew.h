/*
 * crew - several workers over one capture file.
 *
 * The file is read in windows. Whoever has nothing else to do reads the next window, or
 * decodes the next that was read and takes it apart; then each worker takes its own
 * connections' packets out of every window, in order. Nobody waits as long as there is
 * a window to work on, so the work is even whatever the file holds.
 */
#ifndef CLI_CREW_H
#define CLI_CREW_H

#include "sys/source.h"
#include "watch/watch.h"

/* Called after each window that a worker took, by that worker, with its number; and
 * while a pipe is silent, by each of them now and then. */
struct crew_hook {
	enum err (*taken)(void *context, unsigned worker, struct fault *why);
	void *context;
};

struct crew; /* heap */

/* The watches, made with fragments_apart, must outlive the crew. NULL if memory ran
 * out. */
struct crew *crew_new(struct watch *const watches[], unsigned count,
	const struct hash_key *key, const struct crew_hook *hook);
void crew_free(struct crew *crew);

/* Reads a source's first frames, so that the first can be looked at before any is worked
 * on: NULL if it has none, or a pipe none yet. What the source says goes to *ret_end. */
const struct frame *crew_begin(struct crew *crew, struct source *source,
	enum err *ret_end, struct fault *source_why);

/* Works the source off, to its end or until a signal asks to stop. What the source
 * says of its end goes to *ret_end; the result is of the watches and
 * the hook. */
MUST_USE enum err crew_run(struct crew *crew, enum err *ret_end, struct fault *why);

/* As watch_finish(), of what the crew holds beside its watches. NULL is allowed. */
void crew_finish(struct crew *crew);

/* Adds what the crew counted beside its watches. */
void crew_coverage(const struct crew *crew, struct coverage *coverage);

#endif

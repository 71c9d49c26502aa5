/*
 * watching - the run of `tlsunset watch`: sources to watches to sinks, by one thread
 * or by several, with progress on the way.
 *
 * Each worker has a watch, a table of connections and a sink of its own; the one lock
 * is over what is told of all of them.
 */
#ifndef CLI_WATCHING_H
#define CLI_WATCHING_H

#include "base/hash.h"
#include "evidence/coverage.h"
#include "evidence/sink.h"

struct watching_plan {
	const char *const *arguments; /* files, directories, "-"; or an interface: */
	size_t argument_count;
	const char *interface; /* NULL: files */
	const char *filter;    /* libpcap's language; live only; NULL: everything */
	unsigned workers;
	size_t max_flows; /* of all workers together */
	struct hash_key key;
	struct sink *const *sinks; /* one a worker, for that worker's thread alone */

	/* Called about ten times a second and once at the end, by one thread at a time.
	 * An error ends the run. */
	enum err (*pulse)(void *context, const struct coverage *coverage, time_ns now,
		struct fault *why);
	void *context;
};

struct watching_result {
	struct coverage coverage;
	uint64_t files_read;
	uint64_t files_faulty; /* could not be read, or not to their end */
	uint64_t files_cut;    /* end inside their last packet, as if interrupted */
	uint64_t files_others; /* in directories: no captures */
};

struct watching; /* heap */

/* Opens the interface or finds the files; the plan must outlive it. */
MUST_USE enum err watching_open(
	const struct watching_plan *plan, struct watching **ret, struct fault *why);
void watching_free(struct watching *watching);

/* The files that will be opened, for the sandbox; none when live. */
const char *const *watching_paths(const struct watching *watching, size_t *ret_count);

/* Watches until the files are read, or a signal asks to stop. A file that cannot be read
 * is told on standard error and counted, the first ten with a sentence each; only what
 * ends everything is an error. The result stands in either case. */
MUST_USE enum err watching_run(
	struct watching *watching, struct watching_result *ret, struct fault *why);

#endif

/*
 * workers - threads that share nothing.
 *
 * Each worker gets a context of its own and touches no other; the results are
 * merged by whoever joins them. The first worker to fail sets the outcome of all; the
 * others end when their work does.
 * Signals are not delivered to workers but to the thread that runs them.
 */
#ifndef SYS_WORKERS_H
#define SYS_WORKERS_H

#include <stddef.h>

#include "base/fault.h"

#define WORKERS_MAX 256 /* more than any one capture could be spread over */

/* The work of one worker on its context. */
typedef enum err worker_run(void *context, struct fault *why);

struct workers; /* heap */

/* Starts count threads, the i-th on contexts[i], which must outlive the join. ERR_LIMIT:
 * count is 0 or past WORKERS_MAX, or one cannot be started; then none does anything. */
MUST_USE enum err workers_start(worker_run *run, void *const contexts[], size_t count,
	struct workers **ret, struct fault *why);

/* Waits for all and frees: the first error that happened, ERR_OK if none. */
MUST_USE enum err workers_join(struct workers *workers, struct fault *why);

/* Both. */
MUST_USE enum err workers_run(
	worker_run *run, void *const contexts[], size_t count, struct fault *why);

#endif

/*
 * workers - threads that share nothing.
 *
 * Each worker gets a context of its own and touches no other; the results are
 * merged by whoever started them, after workers_join(). The first worker to fail
 * sets the outcome of all, and workers_failed() lets the others see that they may stop.
 * Signals are not delivered to workers but to the thread that started them.
 */
#ifndef SYS_WORKERS_H
#define SYS_WORKERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"

#define WORKERS_MAX 256 /* more than any one capture could be spread over */

struct workers; /* heap */

/* The work of one worker: its context, and all workers, to ask workers_failed(). */
typedef enum err worker_run(
        void *context, const struct workers *workers, struct fault *why);

/* Starts count threads; the i-th runs on contexts[i], which must outlive the join.
 * ERR_LIMIT: count is 0 or past WORKERS_MAX. If one cannot be started those that
 * were are told to stop by workers_failed() and joined. */
MUST_USE enum err workers_start(worker_run *run, void *const contexts[], size_t count,
        struct workers **ret, struct fault *why);

/* True once any worker has failed. */
bool workers_failed(const struct workers *workers);

/* How many are at work still. */
size_t workers_running(const struct workers *workers);

/* Waits until none is at work, a signal came, or timeout_ms is over. ERR_OK: none is;
 * ERR_AGAIN: some are. */
MUST_USE enum err workers_wait(struct workers *workers, int timeout_ms);

/* Waits for all, frees, answers the first error that happened, ERR_OK if none. */
MUST_USE enum err workers_join(struct workers *workers, struct fault *why);

/* How many processors this process may use, at least 1. */
size_t workers_processors(void);

#endif

/*
 * signals - the wish of whoever runs the program that it stop.
 *
 * SIGINT, SIGTERM and SIGHUP set a flag that commands read, so that what was
 * seen is written before the end. The same signal a second time ends the program
 * at once. SIGPIPE is ignored: writing to a closed pipe answers EPIPE, unless the
 * command wants to end with its reader.
 *
 * The flag is the process's own, since a signal is.
 */
#ifndef SYS_SIGNALS_H
#define SYS_SIGNALS_H

#include <stdbool.h>

#include "base/fault.h"

/* From now on signals set the flag. Call once, before threads start. */
MUST_USE enum err signals_catch(struct fault *why);

/* From now on a write to a closed pipe ends the process silently, as that of any filter
 * (`... | head`): for output with which all is lost. After signals_catch(). */
MUST_USE enum err signals_end_with_reader(struct fault *why);

/* True once a stop is wanted, by a signal or by signals_stop(). */
bool signals_stop_wanted(void);

/* Wants a stop, as a signal would. Safe in any thread. */
void signals_stop(void);

/* A descriptor that is readable from the moment a stop is wanted, for poll(); do
 * not read it. -1 before signals_catch(), which poll() passes over. */
int signals_descriptor(void);

/* Waits until the descriptor (-1: none) can be read, a stop is wanted, or
 * timeout_ms is over (-1: never). ERR_OK: can be read; ERR_AGAIN: not. */
MUST_USE enum err signals_wait_readable(int descriptor, int timeout_ms);

#endif

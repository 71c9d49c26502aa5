/*
 * clock - the one place that asks what time it is.
 */
#ifndef SYS_CLOCK_H
#define SYS_CLOCK_H

#include "base/time.h"

/* The moment now, as the computer believes it. */
time_ns clock_now(void);

/* Nanoseconds since some start that never goes back: for durations only. */
uint64_t clock_monotonic(void);

/* Does nothing for so long. */
void clock_rest(time_ns duration);

#endif

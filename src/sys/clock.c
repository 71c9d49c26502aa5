#include "sys/clock.h"

#include <time.h>

static uint64_t read_clock(clockid_t id)
{
	struct timespec now = { 0 };

	/* Cannot fail for the three clocks asked for here. */
	(void)clock_gettime(id, &now);
	return (uint64_t)now.tv_sec * TIME_SECOND + (uint64_t)now.tv_nsec;
}

time_ns clock_now(void)
{
	return read_clock(CLOCK_REALTIME);
}

uint64_t clock_monotonic(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

void clock_rest(time_ns duration)
{
	struct timespec rest = { .tv_sec = (time_t)(duration / TIME_SECOND),
		.tv_nsec = (long)(duration % TIME_SECOND) };

	(void)nanosleep(&rest, NULL);
}

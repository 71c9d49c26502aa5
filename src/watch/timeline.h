/*
 * timeline - what time it is in a capture, told from packets of which some are misdated.
 *
 * Silence is measured by the time of packets, so one of a broken clock must not end
 * what is under way, nor stop the time of all others. Time follows the latest packet, but
 * for a leap: that takes two packets in a row, and counts as far as both agree. If it was
 * wrong all the same, as many packets in a row as TIMELINE_BEHIND_MAX set it back.
 */
#ifndef WATCH_TIMELINE_H
#define WATCH_TIMELINE_H

#include "base/attr.h"
#include "base/time.h"

/* One packet alone moves time no further: far less than any silence that ends
 * something, more than packets of several queues or interfaces are out of order. */
#define TIMELINE_STEP (10 * TIME_SECOND)

/* Of two clocks in one capture, whichever is ahead leads, unless it says nothing for so
 * many packets. */
#define TIMELINE_BEHIND_MAX 1024

struct timeline {
	time_ns now;   /* 0: no packet yet */
	time_ns ahead; /* of the packet before, if it would be a leap; else 0 */
	unsigned behind;
};

enum timeline_turn {
	TIMELINE_GOES_ON,
	TIMELINE_AHEAD, /* a leap if the next packet agrees; now is as it was */
	TIMELINE_LEAPS, /* with the packet before */
	TIMELINE_SET_BACK,
};

/* Hears of one more packet. */
enum timeline_turn timeline_hear(struct timeline *timeline, time_ns at);

#endif

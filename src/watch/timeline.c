#include "watch/timeline.h"

static enum timeline_turn hear_ahead(struct timeline *timeline, time_ns at)
{
	time_ns before = timeline->ahead;

	timeline->behind = 0;
	timeline->ahead = at;
	if (before == 0)
		return TIMELINE_AHEAD;
	timeline->now = before < at ? before : at;
	if (at - timeline->now <= TIMELINE_STEP) {
		timeline->now = at;
		timeline->ahead = 0;
	}
	return TIMELINE_LEAPS;
}

static enum timeline_turn hear_behind(struct timeline *timeline, time_ns at)
{
	timeline->ahead = 0;
	if (++timeline->behind < TIMELINE_BEHIND_MAX)
		return TIMELINE_GOES_ON;
	timeline->behind = 0;
	timeline->now = at;
	return TIMELINE_SET_BACK;
}

enum timeline_turn timeline_hear(struct timeline *timeline, time_ns at)
{
	time_ns now = timeline->now;

	if (UNLIKELY(now == 0))
		timeline->now = now = at;
	if (UNLIKELY(at > now && at - now > TIMELINE_STEP))
		return hear_ahead(timeline, at);
	if (UNLIKELY(now > at && now - at > TIMELINE_STEP))
		return hear_behind(timeline, at);
	if (at > now)
		timeline->now = at;
	timeline->ahead = 0;
	timeline->behind = 0;
	return TIMELINE_GOES_ON;
}

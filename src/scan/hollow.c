/*
 * Who answers hellos and nothing behind them: each answer begins as an acceptance, and
 * what has to follow is missing, or is no TLS. What is picked so says little, and there
 * is no end to it, for such a server picks of any list. The versions are asked still,
 * each by one hello; lists and all else are left, as not known.
 */
#include "scan/survey_inside.h"

/* So many such answers, and at least as many as sound ones, are no accident ... */
#define HOLLOWS_LEAST 8

/* ... once they have cost that much time, of all connections together, or are so many: a
 * firewall that cuts certificates off costs none, and nobody has so many suites in all.
 */
#define HOLLOW_TIME  (10 * TIME_SECOND)
#define HOLLOWS_MOST 400

#define REASON                                                                           \
	"behind its hellos comes nothing that belongs there; its own log would settle "  \
	"it"

void survey_count_hollow(struct survey *survey, const struct reply *reply, uint64_t time)
{
	if (reply->kind != REPLY_ACCEPTED)
		return;
	if (!reply->hollow) {
		survey->sound++;
		return;
	}
	survey->hollows++;
	survey->hollow_time += time;
	if (survey->hollows >= HOLLOWS_LEAST && survey->hollows >= survey->sound &&
		(survey->hollow_time >= HOLLOW_TIME || survey->hollows >= HOLLOWS_MOST))
		survey->hollow = REASON;
}

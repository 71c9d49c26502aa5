#define _DEFAULT_SOURCE /* timegm */
#include "base/time.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static struct tm calendar(time_ns moment)
{
	time_t seconds = (time_t)(moment / TIME_SECOND);
	struct tm tm = { 0 };

	(void)gmtime_r(&seconds, &tm);
	return tm;
}

const char *time_text(time_ns moment, char ret_text[TIME_TEXT_MAX])
{
	struct tm tm = calendar(moment);
	size_t len = strftime(ret_text, TIME_TEXT_MAX, "%Y-%m-%dT%H:%M:%S", &tm);

	(void)snprintf(ret_text + len, TIME_TEXT_MAX - len, ".%06uZ",
		(unsigned)(moment % TIME_SECOND / 1000));
	return ret_text;
}

const char *time_text_short(time_ns moment, char ret_text[TIME_TEXT_MAX])
{
	struct tm tm = calendar(moment);

	(void)strftime(ret_text, TIME_TEXT_MAX, "%Y-%m-%d %H:%M:%S", &tm);
	return ret_text;
}

/* From the largest unit; a unit is used once one and a half of it have passed. */
static const struct unit {
	time_ns len;
	const char *one;
	const char *many;
} units[] = {
	{ 365 * TIME_DAY, "year", "years" },
	{ TIME_DAY, "day", "days" },
	{ TIME_HOUR, "h", "h" },
	{ TIME_MINUTE, "min", "min" },
	{ TIME_SECOND, "s", "s" },
};

const char *time_text_ago(time_ns moment, time_ns now, char ret_text[TIME_TEXT_MAX])
{
	time_ns span = now >= moment ? now - moment : moment - now;
	const struct unit *unit = units;

	if (span < TIME_SECOND) {
		(void)snprintf(ret_text, TIME_TEXT_MAX, "now");
		return ret_text;
	}
	while (unit < units + COUNT_OF(units) - 1 && span < unit->len)
		unit++;
	(void)snprintf(ret_text, TIME_TEXT_MAX, "%s%u %s%s", now >= moment ? "" : "in ",
		(unsigned)(span / unit->len), span / unit->len == 1 ? unit->one : unit->many,
		now >= moment ? " ago" : "");
	return ret_text;
}

/* A fraction of up to nine digits, as nanoseconds; text is moved past it. */
static time_ns fraction(const char **text)
{
	time_ns value = 0;
	time_ns scale = TIME_SECOND;

	for (; **text >= '0' && **text <= '9' && scale > 1; (*text)++) {
		scale /= 10;
		value += (time_ns)(**text - '0') * scale;
	}
	return value;
}

enum err time_parse(const char *text, time_ns *ret)
{
	struct tm tm = { 0 };
	time_ns part = 0;
	int read = 0;

	if (sscanf(text, "%4d-%2d-%2d%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &read) != 3)
		return ERR_VALUE;
	text += read;
	if (*text != '\0') {
		read = 0;
		if (sscanf(text, "T%2d:%2d:%2d%n", &tm.tm_hour, &tm.tm_min, &tm.tm_sec,
			    &read) != 3)
			return ERR_VALUE;
		text += read;
		if (*text == '.') {
			text++;
			part = fraction(&text);
		}
		if (text[0] != 'Z' || text[1] != '\0')
			return ERR_VALUE;
	}
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	struct tm asked = tm;
	time_t seconds = timegm(&tm);

	/* timegm() carries the 31st of February over; such a date was not meant. */
	if (seconds < 0 || tm.tm_mday != asked.tm_mday || tm.tm_mon != asked.tm_mon ||
		tm.tm_hour != asked.tm_hour || tm.tm_min != asked.tm_min)
		return ERR_VALUE;
	*ret = (time_ns)seconds * TIME_SECOND + part;
	return ERR_OK;
}

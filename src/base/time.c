#define _DEFAULT_SOURCE /* timegm */
#include "base/time.h"

#include <stdbool.h>
#include <stdio.h>
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

/* From the largest; a span is told in the largest unit of which it holds one. */
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
	time_ns count = span / unit->len;

	(void)snprintf(ret_text, TIME_TEXT_MAX, "%s%u %s%s", now >= moment ? "" : "in ",
		(unsigned)count, count == 1 ? unit->one : unit->many,
		now >= moment ? " ago" : "");
	return ret_text;
}

/* The number that stands in exactly n digits; text is moved past them. */
static bool digits(const char **text, int n, int *ret)
{
	int value = 0;

	for (int i = 0; i < n; i++, (*text)++) {
		if (**text < '0' || **text > '9')
			return false;
		value = value * 10 + (**text - '0');
	}
	*ret = value;
	return true;
}

static bool literally(const char **text, char c)
{
	if (**text != c)
		return false;
	(*text)++;
	return true;
}

/* One to nine digits, as nanoseconds; text is moved past them. */
static bool fraction(const char **text, time_ns *ret)
{
	time_ns value = 0;
	time_ns scale = TIME_SECOND;

	for (; **text >= '0' && **text <= '9' && scale > 1; (*text)++) {
		scale /= 10;
		value += (time_ns)(**text - '0') * scale;
	}
	*ret = value;
	return scale < TIME_SECOND;
}

/* RFC 3339, 5.6: full-date. */
static bool date(const char **text, struct tm *tm)
{
	return digits(text, 4, &tm->tm_year) && literally(text, '-') &&
	       digits(text, 2, &tm->tm_mon) && literally(text, '-') &&
	       digits(text, 2, &tm->tm_mday);
}

/* RFC 3339, 5.6: partial-time, and of the offsets Z alone. */
static bool clock_time(const char **text, struct tm *tm, time_ns *ret_part)
{
	if (!digits(text, 2, &tm->tm_hour) || !literally(text, ':') ||
		!digits(text, 2, &tm->tm_min) || !literally(text, ':') ||
		!digits(text, 2, &tm->tm_sec))
		return false;
	if (literally(text, '.') && !fraction(text, ret_part))
		return false;
	return literally(text, 'Z');
}

/* False for the 31st of February, 24:00 and leap seconds: timegm() would carry them
 * over into a moment that was not asked for. */
static bool moment_of(const struct tm *asked, time_ns part, time_ns *ret)
{
	struct tm tm = *asked;
	time_t seconds = timegm(&tm);

	if (seconds < 0 || tm.tm_mday != asked->tm_mday || tm.tm_mon != asked->tm_mon ||
		tm.tm_hour != asked->tm_hour || tm.tm_min != asked->tm_min ||
		tm.tm_sec != asked->tm_sec)
		return false;
	if ((time_ns)seconds >= UINT64_MAX / TIME_SECOND)
		return false;
	*ret = (time_ns)seconds * TIME_SECOND + part;
	return true;
}

enum err time_parse(const char *text, time_ns *ret)
{
	struct tm tm = { 0 };
	time_ns part = 0;

	if (!date(&text, &tm))
		return ERR_VALUE;
	if (literally(&text, 'T') && !clock_time(&text, &tm, &part))
		return ERR_VALUE;
	if (*text != '\0')
		return ERR_VALUE;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	return moment_of(&tm, part, ret) ? ERR_OK : ERR_VALUE;
}

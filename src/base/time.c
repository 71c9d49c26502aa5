#include "base/time.h"

#include <stdbool.h>
#include <stdio.h>

/* Not libc's gmtime_r() and timegm(): those read TZ, under which a zone with leap
 * seconds shifts them, and take a lock. */

#define EPOCH_YEAR 1970
#define LAST_YEAR  2554 /* the last that 64 bits of nanoseconds reach into */

struct calendar {
	unsigned year;
	unsigned month; /* 1 to 12 */
	unsigned day;   /* 1 to 31 */
	unsigned hour;
	unsigned minute;
	unsigned second;
};

static bool is_leap(unsigned year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static unsigned days_in(unsigned year, unsigned month)
{
	static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[month - 1] + (month == 2 && is_leap(year) ? 1u : 0u);
}

/* From the first day of the year 1 to the first day of year. */
static unsigned days_before(unsigned year)
{
	unsigned past = year - 1;

	return past * 365 + past / 4 - past / 100 + past / 400;
}

static struct calendar calendar(time_ns moment)
{
	unsigned days = (unsigned)(moment / TIME_DAY) + days_before(EPOCH_YEAR);
	unsigned second = (unsigned)(moment % TIME_DAY / TIME_SECOND);
	struct calendar c = {
		.year = EPOCH_YEAR + (unsigned)(moment / TIME_DAY) / 366, /* or before */
		.month = 1,
		.hour = second / 3600,
		.minute = second / 60 % 60,
		.second = second % 60,
	};

	while (days_before(c.year + 1) <= days)
		c.year++;
	days -= days_before(c.year);
	while (days >= days_in(c.year, c.month))
		days -= days_in(c.year, c.month++);
	c.day = days + 1;
	return c;
}

const char *time_text(time_ns moment, char ret_text[TIME_TEXT_MAX])
{
	struct calendar c = calendar(moment);

	(void)snprintf(ret_text, TIME_TEXT_MAX, "%04u-%02u-%02uT%02u:%02u:%02u.%06uZ",
		c.year, c.month, c.day, c.hour, c.minute, c.second,
		(unsigned)(moment % TIME_SECOND / 1000));
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
static bool digits(const char **text, int n, unsigned *ret)
{
	unsigned value = 0;

	for (int i = 0; i < n; i++, (*text)++) {
		if (**text < '0' || **text > '9')
			return false;
		value = value * 10 + (unsigned)(**text - '0');
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
static bool date(const char **text, struct calendar *c)
{
	return digits(text, 4, &c->year) && literally(text, '-') &&
	       digits(text, 2, &c->month) && literally(text, '-') &&
	       digits(text, 2, &c->day);
}

/* RFC 3339, 5.6: partial-time, and of the offsets Z alone. */
static bool clock_time(const char **text, struct calendar *c, time_ns *ret_part)
{
	if (!digits(text, 2, &c->hour) || !literally(text, ':') ||
		!digits(text, 2, &c->minute) || !literally(text, ':') ||
		!digits(text, 2, &c->second))
		return false;
	if (literally(text, '.') && !fraction(text, ret_part))
		return false;
	return literally(text, 'Z');
}

/* Leap seconds cannot be held and are refused. */
static bool is_moment(const struct calendar *c)
{
	return c->year >= EPOCH_YEAR && c->year <= LAST_YEAR && c->month >= 1 &&
	       c->month <= 12 && c->day >= 1 && c->day <= days_in(c->year, c->month) &&
	       c->hour < 24 && c->minute < 60 && c->second < 60;
}

static uint64_t seconds_of(const struct calendar *c)
{
	uint64_t days = days_before(c->year) - days_before(EPOCH_YEAR) + c->day - 1;

	for (unsigned month = 1; month < c->month; month++)
		days += days_in(c->year, month);
	return ((days * 24 + c->hour) * 60 + c->minute) * 60 + c->second;
}

enum err time_parse(const char *text, time_ns *ret)
{
	struct calendar c = { 0 };
	time_ns part = 0;

	if (!date(&text, &c))
		return ERR_VALUE;
	if (literally(&text, 'T') && !clock_time(&text, &c, &part))
		return ERR_VALUE;
	if (*text != '\0' || !is_moment(&c))
		return ERR_VALUE;
	if (seconds_of(&c) >= UINT64_MAX / TIME_SECOND)
		return ERR_VALUE;
	*ret = seconds_of(&c) * TIME_SECOND + part;
	return ERR_OK;
}

/*
 * time - moments as nanoseconds since 1970-01-01T00:00:00Z, without leap seconds.
 *
 * Pure: nothing here reads a clock. Good for the years 1970 to 2554; a moment
 * outside them cannot be held.
 */
#ifndef BASE_TIME_H
#define BASE_TIME_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

typedef uint64_t time_ns;

#define TIME_SECOND   UINT64_C(1000000000)
#define TIME_MINUTE   (60 * TIME_SECOND)
#define TIME_HOUR     (60 * TIME_MINUTE)
#define TIME_DAY      (24 * TIME_HOUR)
#define TIME_TEXT_MAX 32

/* "2026-11-22T10:00:00.123456Z": RFC 3339 with microseconds. Answers ret_text. */
const char *time_text(time_ns moment, char ret_text[TIME_TEXT_MAX]);

/* "2 min ago", "3 days ago", "in 5 h", seen from now. */
const char *time_text_ago(time_ns moment, time_ns now, char ret_text[TIME_TEXT_MAX]);

/* "2026-11-22", or with "T10:00:00", a fraction and "Z". ERR_VALUE if it is neither. */
MUST_USE enum err time_parse(const char *text, time_ns *ret);

/* The start of the hour that holds the moment. */
static inline time_ns time_hour(time_ns moment)
{
	return moment - moment % TIME_HOUR;
}

#endif

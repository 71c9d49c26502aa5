/*
 * scan_progress - the line that shows how far a scan is: targets, connections, the share
 * that is done, the rate, and how long it may still take.
 */
#ifndef CLI_SCAN_PROGRESS_H
#define CLI_SCAN_PROGRESS_H

#include "base/text.h"
#include "base/time.h"

struct scan_progress_figures {
	uint64_t targets;     /* all, as far as that is known */
	uint64_t passed;      /* begun, done before, or left out */
	uint64_t under_way;   /* of those */
	uint64_t ended;       /* in this run */
	uint64_t connections; /* in this run */
	time_ns elapsed;
};

/* "256 targets  1,024 connections  61 % ▕██████    ▏ 48/s  12 s left"; of one
 * "1 target  12 connections  3 s" */
void scan_progress_line(struct text *text, const struct scan_progress_figures *figures);

#endif

/*
 * targets_inside - what a line of targets says, for targets.c and target_text.c.
 */
#ifndef SCAN_TARGETS_INSIDE_H
#define SCAN_TARGETS_INSIDE_H

#include "scan/targets.h"

struct target_text {
	const char *said; /* borrowed */
	bool is_name;
	bool ports_named;
	char name[DIAL_HOST_MAX];
	struct target_range range;
	uint16_t ports[TARGETS_PORTS_MAX]; /* each once */
	size_t port_count;
};

/* ERR_USAGE: it is none. */
MUST_USE enum err target_text_read(
	const char *text, struct target_text *ret, struct fault *why);

MUST_USE enum err targets_keep(
	struct targets *targets, struct target_text *text, struct fault *why);

#endif

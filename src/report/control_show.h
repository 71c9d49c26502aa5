/*
 * control_show - what `scan --control` found: three targets, how far each was come to,
 * and what that says. docs/scan.md is the schema.
 */
#ifndef REPORT_CONTROL_SHOW_H
#define REPORT_CONTROL_SHOW_H

#include "base/text.h"
#include "policy/control.h"

#define CONTROL_FORMAT "tlsunset-control-1"

struct control_view {
	const char *targets[CONTROL_TARGETS]; /* as they were named */
	struct control_seen seen[CONTROL_TARGETS];
	bool proxy_set; /* clients here are told of a proxy, which was not asked */
	unsigned width; /* of the terminal; 0: as wide as need be */
};

void control_text(const struct control_view *view, struct text *text);
void control_json(const struct control_view *view, struct text *text);

#endif

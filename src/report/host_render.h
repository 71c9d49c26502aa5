/*
 * host_render - what was found on a machine, as text or JSON; docs/host.md is its schema.
 */
#ifndef REPORT_HOST_RENDER_H
#define REPORT_HOST_RENDER_H

#include "base/text.h"
#include "policy/host_judge.h"

#define HOST_FORMAT "tlsunset-host-1" /* of JSON; grows with every break */

struct host_view {
	const struct host_report *report;
	const struct policy *policy; /* or NULL: nothing is judged */
	unsigned width;              /* of the terminal, in columns; 0: as need be */
};

/* What mends a stack that was judged and is too old; NULL: nothing is to be mended, or
 * nothing is known. */
const char *host_fix_shown(
	const struct host_judgement *judgement, const struct host_stack *stack);

void host_render_text(struct text *text, const struct host_view *view);
void host_render_json(struct text *text, const struct host_view *view);

#endif

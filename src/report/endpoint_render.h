/*
 * endpoint_render - the forms in which scanned endpoints are shown, one after the other
 * as they are done. docs/scan.md is their schema.
 */
#ifndef REPORT_ENDPOINT_RENDER_H
#define REPORT_ENDPOINT_RENDER_H

#include "base/text.h"
#include "evidence/endpoint.h"
#include "policy/endpoint_judge.h"
#include "report/endpoint_diff.h"
#include "tls/iana.h"

#define SCAN_FORMAT "tlsunset-scan-1" /* of JSON and CSV; grows with every break */

/* An endpoint, and what was made of it. */
struct endpoint_view {
	const struct endpoint *endpoint;
	const struct policy *policy; /* NULL: it was not judged */
	const struct endpoint_judgement *judgement;
	const struct endpoint_diff *diff; /* NULL: it was not compared */
	time_ns now;                      /* for "41 days left" */
	unsigned width; /* of the terminal, in columns; 0: as wide as need be */
	size_t before;  /* how many were shown before it */
};

/* What all came to. */
struct endpoint_summary {
	size_t endpoints;
	uint64_t connections;
	size_t by_verdict[VERDICT_COUNT]; /* of those that were judged */
	size_t not_settled;   /* some version was neither accepted nor refused */
	size_t not_asked;     /* targets that have no address, or were given up */
	size_t findings;      /* of changes */
	uint64_t done_before; /* targets that an earlier run asked */
};

struct endpoint_renderer {
	const char *name;
	void (*begin)(struct text *text); /* what stands before all; may be NULL */
	void (*endpoint)(struct text *text, const struct endpoint_view *view);
	void (*end)(
		struct text *text, const struct endpoint_summary *summary); /* likewise */
};

/* "csv", "json", "jsonl", "text"; NULL if there is none of that name. */
const struct endpoint_renderer *endpoint_renderer_find(const char *name);

void endpoint_csv_begin(struct text *text);
void endpoint_csv(struct text *text, const struct endpoint_view *view);

void endpoint_json_begin(struct text *text);
void endpoint_json(struct text *text, const struct endpoint_view *view);
void endpoint_json_end(struct text *text, const struct endpoint_summary *summary);

/* A line, its newline included. */
void endpoint_jsonl(struct text *text, const struct endpoint_view *view);

/* Some lines. */
void endpoint_text(struct text *text, const struct endpoint_view *view);

/* A line, if there were several. */
void endpoint_text_end(struct text *text, const struct endpoint_summary *summary);

#endif

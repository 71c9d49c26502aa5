/*
 * render - the forms in which a view is shown. docs/impact.md is their schema.
 */
#ifndef REPORT_RENDER_H
#define REPORT_RENDER_H

#include "base/text.h"
#include "report/view.h"

#define IMPACT_FORMAT "tlsunset-impact-1" /* of JSON and CSV; grows with every break */

struct render_options {
	time_ns now;    /* for "2 min ago" */
	unsigned width; /* of the terminal, in columns; 0: as wide as need be */
	size_t limit;   /* rows of text; 0: all */
};

struct renderer {
	const char *name;
	void (*render)(const struct view *view, const struct render_options *options,
	        struct text *text);
};

/* NULL if there is none of that name. */
const struct renderer *renderer_find(const char *name);

void render_csv(const struct view *view, const struct render_options *options,
        struct text *text);
void render_json(const struct view *view, const struct render_options *options,
        struct text *text);
void render_text(const struct view *view, const struct render_options *options,
        struct text *text);

/* A line that says how many rows there are behind the limit; nothing if there are none. */
void render_rows_left(struct text *text, size_t rows, size_t limit);

/* Fields of CSV: hello, offered_max, software. */
void render_csv_hello(struct text *text, const struct hello *hello);

/* An empty line, how much all runs saw, and a line for each kind of loss. */
void render_coverage_text(const struct coverage *coverage, uint64_t runs, unsigned width,
	struct text *text);

/* The member `coverage` of an object, with a comma before it. */
void render_coverage_json(
	const struct coverage *coverage, uint64_t runs, struct text *text);

/* "TLS 1.2"; "0x1a2b" for a value without a name; "" for VERSION_NONE. */
#define VERSION_TEXT_MAX 32
const char *render_version(uint16_t version, char ret_text[VERSION_TEXT_MAX]);

/* "10.0.4.2:443", "[2001:db8::1]:443". */
#define ENDPOINT_TEXT_MAX (ADDRESS_TEXT_MAX + 8)
const char *render_endpoint(const struct address *address, uint16_t port,
        char ret_text[ENDPOINT_TEXT_MAX]);

/* "0.11 %": two digits, and never 0.00 for something nor 100.00 for not all. */
void render_share(struct text *text, uint64_t part, uint64_t whole);

#endif

/*
 * render_forecast - the forms in which a forecast is shown. docs/impact.md is the schema.
 */
#ifndef REPORT_RENDER_FORECAST_H
#define REPORT_RENDER_FORECAST_H

#include "report/forecast.h"
#include "report/render.h"

#define FORECAST_FORMAT "tlsunset-forecast-1" /* of JSON, CSV; grows with every break */

/* "RSA of 2048 bits". */
void forecast_text_key(const struct policy_key *key, struct text *text);

/* For people: one policy with the reasons, or several side by side. */
void forecast_text(const struct forecast *forecast, const struct render_options *options,
	struct text *text);

/* For people: a sentence with what the server is taken to be, where that comes from and
 * what else is known of it; NULL: unknown. */
void forecast_text_origin(const struct server_profile *profile,
	const struct server_origin *origin, unsigned width, struct text *text);

/* The headline of the first policy, and that sentence. */
void forecast_text_headline(
	const struct forecast *forecast, unsigned width, struct text *text);

/* For people: each client, server or name, and what the policies make of it. */
void forecast_text_rows(const struct forecast *forecast,
	const struct render_options *options, struct text *text);

/* For people: each hello, what it offers and what the first policy makes of it. */
void forecast_text_hellos(const struct forecast *forecast,
	const struct render_options *options, struct text *text);

/* For people: how the first policy comes to its verdict on each hello. */
void forecast_text_decisions(const struct forecast *forecast,
	const struct render_options *options, struct text *text);

/* One object: all policies with their reasons, and with the hellos or rows asked for. */
void forecast_json(const struct forecast *forecast, struct text *text);

/* A line a hello and policy, or a row and policy where rows were asked for. */
void forecast_jsonl(const struct forecast *forecast, struct text *text);

/* For spreadsheets: a line a reason, hello or row, and policy. */
void forecast_csv(const struct forecast *forecast, struct text *text);

#endif

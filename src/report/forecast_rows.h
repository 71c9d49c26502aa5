/*
 * forecast_rows - the rows of a forecast: clients, servers or server names, each with its
 * handshakes by hello. For forecast.c alone.
 *
 * Counts come by the store's numbers; what these stand for is read at the end, but for
 * servers, whose endpoints may be several at one address and port.
 */
#ifndef REPORT_FORECAST_ROWS_H
#define REPORT_FORECAST_ROWS_H

#include "report/forecast.h"

struct forecast_rows;

/* True if such totals have rows of their own. */
static inline bool forecast_has_rows(enum view_by by)
{
	return by == VIEW_CLIENT || by == VIEW_SERVER || by == VIEW_NAME;
}

/* NULL if memory ran out; free takes NULL. The forecast's hellos have been judged. */
struct forecast_rows *forecast_rows_new(
	struct forecast *forecast, const struct hash_key *key);
void forecast_rows_free(struct forecast_rows *rows);

/* Before the first count. ERR_LIMIT, ERR_MEMORY, or what the store says. */
MUST_USE enum err forecast_rows_begin(
	struct forecast_rows *rows, struct store *store, struct fault *why);

/* ERR_LIMIT: no room for one more; ERR_VALUE: there is no such hello. */
MUST_USE enum err forecast_rows_note(
	struct forecast_rows *rows, const struct store_count *count);

/* Hands all over to the forecast, whose hellos stand in their final order. */
MUST_USE enum err forecast_rows_end(
	struct forecast_rows *rows, struct store *store, struct fault *why);

#endif

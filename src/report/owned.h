/*
 * owned - whose the rows of a view or a forecast are (evidence/owner.h).
 */
#ifndef REPORT_OWNED_H
#define REPORT_OWNED_H

#include "report/forecast.h"
#include "report/grid.h"
#include "report/view.h"

/* Says whose each row is: of a client by its address, where a row has one, else of a
 * server by its address, or by its name if the row stands for that. The owners are
 * borrowed. Rows of hellos are nobody's. */
void view_name_owners(struct view *view, const struct owners *owners);
void forecast_name_owners(struct forecast *forecast, const struct owners *owners);

/* The owner's name, fit for a terminal; empty if it is nobody's. */
void owner_cell(struct grid *grid, const struct owner *owner);

#endif

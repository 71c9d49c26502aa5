#include "report/owned.h"

static const struct owner *owner_of(const struct owners *owners, enum view_by by,
	const struct address *address, struct bytes name)
{
	return by == VIEW_NAME ? owners_of_name(owners, name)
			       : owners_of_address(owners, address);
}

void view_name_owners(struct view *view, const struct owners *owners)
{
	view->owned = view->by != VIEW_HELLO;
	for (size_t i = 0; view->owned && i < view->row_count; i++) {
		struct view_row *row = &view->rows[i];

		row->owner = owner_of(owners, view->by,
			view->by == VIEW_SERVER ? &row->server : &row->client,
			row->server_name);
	}
}

void forecast_name_owners(struct forecast *forecast, const struct owners *owners)
{
	forecast->owned = true;
	for (size_t i = 0; i < forecast->row_count; i++) {
		struct forecast_row *row = &forecast->rows[i];

		row->owner = owner_of(owners, forecast->by, &row->address, row->name);
	}
}

void owner_cell(struct grid *grid, const struct owner *owner)
{
	struct text CLEANUP(text_done) quoted;

	text_init(&quoted, (size_t)4 * OWNER_NAME_MAX + 1); /* \xNN is four */
	if (owner != NULL)
		text_quote_terminal(&quoted, bytes_of_string(owner->name));
	grid_cell(grid, text_string(&quoted));
}

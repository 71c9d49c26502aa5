/* Concessions for people. */
#include "report/concession.h"

#include "report/grid.h"
#include "report/render_forecast.h"
#include "tls/iana.h"

#define TEXT_MAX 4096 /* of one cell or sentence before it is cut */
#define GRID_MAX (1u << 20)

static const struct grid_column columns[] = {
	{ "allow", GRID_KEPT, 0, false, false },
	{ "more clients", GRID_KEPT, 0, true, false },
	{ "handshakes", 3, 0, true, false },
	{ "fewer clients", GRID_KEPT, 0, true, false },
	{ "then fails", GRID_KEPT, 23, false, true },
};

#define COLUMN_LOST 3 /* only there if there is anything in it */

static void change_text(const struct relax_change *change, struct text *text)
{
	char name[IANA_TEXT_MAX];

	switch ((enum relax_kind)change->kind) {
	case RELAX_CERTIFICATE:
		text_add(text, "certificate: ");
		forecast_text_key(&change->key, text);
		break;
	case RELAX_SCHEME:
		text_format(text, "scheme %s",
			iana_text(&iana_signature_schemes, change->code, name));
		break;
	case RELAX_GROUP:
		text_format(
			text, "group %s", iana_text(&iana_groups, change->code, name));
		break;
	case RELAX_SUITE:
		text_add(text, iana_text(&iana_cipher_suites, change->code, name));
		break;
	case RELAX_VERSION:
		text_add(text, version_name(change->code));
		break;
	}
}

static void presets_text(
	const struct concessions *all, uint32_t presets, struct text *text)
{
	const char *between = "";

	if (presets == 0)
		text_add(text, "no preset");
	for (size_t i = 0; i < all->preset_count; i++) {
		if ((presets >> i & 1) == 0)
			continue;
		text_format(text, "%s%s", between, all->presets[i].name);
		between = ", ";
	}
}

static void number_cell(struct grid *grid, bool shown, uint64_t value)
{
	if (shown)
		grid_number(grid, value);
	else
		grid_cell(grid, "");
}

/* A row a change; the cost stands in the last. */
static void item_rows(struct grid *grid, const struct concessions *all,
	const struct concession *item, bool with_lost)
{
	struct text CLEANUP(text_done) cell;

	text_init(&cell, TEXT_MAX);
	for (size_t i = 0; i < item->relaxation.count; i++) {
		bool last = i + 1 == item->relaxation.count;

		text_reset(&cell);
		text_add(&cell, i > 0 ? "  and " : "");
		change_text(&item->relaxation.changes[i], &cell);
		grid_cell(grid, text_string(&cell));
		number_cell(grid, last, item->clients);
		number_cell(grid, last, item->handshakes);
		if (with_lost)
			number_cell(grid, last, item->lost_clients);
		text_reset(&cell);
		if (last)
			presets_text(all, item->presets, &cell);
		grid_cell(grid, text_string(&cell));
	}
}

static void write_items(const struct concessions *all, unsigned width, struct text *text)
{
	struct grid CLEANUP(grid_done) grid;
	bool with_lost = false;

	for (size_t i = 0; i < all->count; i++)
		with_lost |= all->items[i].lost_clients > 0;
	grid_init(&grid, GRID_MAX);
	for (size_t i = 0; i < COUNT_OF(columns); i++)
		if (with_lost || i != COLUMN_LOST)
			grid_column(&grid, &columns[i]);
	for (size_t i = 0; i < all->count; i++)
		item_rows(&grid, all, &all->items[i], with_lost);
	text_char(text, '\n');
	grid_write(&grid, width, text);
	if (all->total > all->count) {
		text_add(text, "  … and ");
		text_grouped(text, all->total - all->count);
		text_add(text, " more of that size\n");
	}
}

static void add_hellos(struct text *line, uint64_t count)
{
	text_grouped(line, count);
	text_add(line, count == 1 ? " hello" : " hellos");
}

void kept_text(const struct kept *kept, struct text *text)
{
	char address[ADDRESS_TEXT_MAX];

	if (kept->owner != NULL)
		text_quote_terminal(text, bytes_of_string(kept->owner->name));
	else
		text_add(text, address_text(&kept->address, address));
}

static void add_state(const struct concessions *all, struct text *line)
{
	text_add(line, "Under ");
	text_quote_terminal(line, bytes_of_string(all->profile->policy->name));
	text_add(line, ": ");
	text_grouped(line, all->breaking);
	text_add(line, " of ");
	add_hellos(line, all->hellos);
	text_add(line, all->as_client ? " of " : " of the clients of ");
	kept_text(&all->kept, line);
	text_format(line, "%s break%s",
		all->as_client && all->as_server ? " and of its clients" : "",
		all->breaking == 1 ? "s" : "");
	if (all->unknown > 0) {
		text_add(line, "; ");
		text_grouped(line, all->unknown);
		text_add(line, all->unknown == 1 ? " is unknown" : " are unknown");
	}
	text_char(line, '.');
}

static void add_answer(const struct concessions *all, struct text *line)
{
	if (all->breaking == 0) {
		text_add(line, "Nothing has to be conceded.");
	} else if (all->count == 0) {
		text_format(line,
			"No %d changes or fewer of the policy let all of them pass",
			RELAX_SIZE_MAX);
		text_add(line, all->cut ? ", of those that were tried." : ".");
	} else {
		unsigned size = all->items[0].relaxation.count;

		text_format(line, "All would pass with %u change%s; ", size,
			size == 1 ? "" : "s");
		text_grouped(line, all->total);
		text_add(line, all->total == 1
				       ? " way to do so:"
				       : " ways to do so, the least harmful first:");
	}
}

void concessions_text(const struct concessions *all, const struct render_options *options,
	struct text *text)
{
	struct text CLEANUP(text_done) line;

	text_init(&line, TEXT_MAX);
	add_state(all, &line);
	grid_sentence(text, text_string(&line), 0, 0, options->width);
	text_char(text, '\n');
	forecast_text_origin(all->profile, all->origin, options->width, text);
	text_reset(&line);
	add_answer(all, &line);
	grid_sentence(text, text_string(&line), 0, 0, options->width);
	text_char(text, '\n');
	if (all->count > 0)
		write_items(all, options->width, text);
}

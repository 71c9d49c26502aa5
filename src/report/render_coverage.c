/* How much was seen, and what was lost: beside every figure. */
#include "report/grid.h"
#include "report/render.h"

#define TEXT_MAX 4096 /* of one sentence before it is cut */

/* What was lost, a line for each reason that happened. */
static void write_losses(
	const struct coverage *coverage, unsigned width, struct text *text)
{
	const size_t first_loss = offsetof(struct coverage, hello_cut);
	struct text CLEANUP(text_done) loss;

	text_init(&loss, TEXT_MAX);
	for (size_t i = 0; i < coverage_counter_count; i++) {
		if (coverage_counters[i].offset < first_loss ||
			coverage_get(coverage, i) == 0)
			continue;
		text_reset(&loss);
		coverage_tell(coverage, i, &loss);
		text_add(text, "  ");
		grid_sentence(text, text_string(&loss), 2, 4, width);
		text_char(text, '\n');
	}
}

void render_coverage_text(
	const struct coverage *coverage, uint64_t runs, unsigned width, struct text *text)
{
	struct text CLEANUP(text_done) line;

	text_init(&line, TEXT_MAX);
	if (runs == 0)
		return;
	text_add(&line, "Seen: ");
	render_share(&line, coverage->both_hellos, coverage->handshakes);
	text_add(&line, " of ");
	text_grouped(&line, coverage->handshakes);
	text_add(&line, " handshakes with both hellos, ");
	render_share(&line, coverage->client_only, coverage->handshakes);
	text_add(&line, " with the client's only, ");
	render_share(&line, coverage->server_only, coverage->handshakes);
	text_add(&line, " with the server's only.");
	text_char(text, '\n');
	grid_sentence(text, text_string(&line), 0, 0, width);
	text_char(text, '\n');
	write_losses(coverage, width, text);
}

void render_coverage_json(
	const struct coverage *coverage, uint64_t runs, struct text *text)
{
	text_add(text, ",\"coverage\":{\"runs\":");
	text_number(text, runs);
	for (size_t i = 0; i < coverage_counter_count; i++) {
		text_format(text, ",\"%s\":", coverage_counters[i].name);
		text_number(text, coverage_get(coverage, i));
	}
	text_char(text, '}');
}

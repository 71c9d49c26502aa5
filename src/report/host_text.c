#include "report/grid.h"
#include "report/host_render.h"

#define INDENT 12

static void add_quoted(struct text *text, const char *string)
{
	text_quote_terminal(text, bytes_of_string(string));
}

/* Clauses are of ours and of what was quoted as they were made. */
static void add_line(struct text *text, const struct host_view *view, const char *label,
	const char *sentence)
{
	text_format(text, "    %-8s", label);
	grid_sentence(text, sentence, INDENT, INDENT, view->width);
	text_char(text, '\n');
}

static void add_side(struct text *text, const struct host_view *view, const char *name,
	const struct host_side *side, enum setting_verdict verdict)
{
	if (side->absent)
		return;
	text_format(text, "  %-10s", name);
	if (view->policy != NULL)
		text_format(text, "%-9s", setting_verdict_name(verdict));
	if (side->known == HOST_UNKNOWN)
		text_add(text, "unknown");
	else
		version_range_text(side->range, text);
	if (side->known != HOST_UNKNOWN)
		text_format(text, ", %s", host_known_name(side->known));
	text_char(text, '\n');
	for (size_t i = 0; i < side->reason_count; i++)
		add_line(text, view, i == 0 ? "why" : "", side->reasons[i]);
	if (side->missing != NULL)
		add_line(text, view, "missing", side->missing);
}

static void add_stack(
	struct text *text, const struct host_view *view, const struct host_stack *stack)
{
	struct host_judgement judgement = { 0 };

	if (view->policy != NULL)
		judgement = host_judge(view->policy, stack);
	text_add(text, stack->title);
	if (stack->release != NULL) {
		text_char(text, ' ');
		add_quoted(text, stack->release);
	}
	if (stack->of != NULL) {
		text_add(text, ", ");
		add_quoted(text, stack->of);
	}
	text_add(text, "  ");
	add_quoted(text, stack->path);
	text_char(text, '\n');
	add_side(text, view, "client", &stack->client, judgement.client);
	add_side(text, view, "server", &stack->server, judgement.server);
	if (judgement.worst >= SETTING_PINS && stack->fix != NULL)
		add_line(text, view, "fix", stack->fix);
	text_char(text, '\n');
}

static void add_ports(struct text *ports, const struct host_process *process)
{
	size_t shown = process->port_count < HOST_PORTS_MAX ? process->port_count
							    : HOST_PORTS_MAX;

	text_reset(ports);
	for (size_t i = 0; i < shown; i++)
		text_format(ports, "%s%u", i > 0 ? " " : "", process->ports[i]);
	if (shown < process->port_count)
		text_format(ports, " and %zu more", process->port_count - shown);
}

static void add_processes(struct text *text, const struct host_view *view)
{
	static const struct grid_column columns[] = {
		{ .head = "pid", .need = GRID_KEPT, .number = true },
		{ .head = "process", .need = GRID_KEPT },
		{ .head = "stack", .need = GRID_KEPT },
		{ .head = "on disk", .need = GRID_KEPT },
		{ .head = "listens at", .need = 3, .least = 8 },
		{ .head = "library", .need = 2, .least = 12 },
	};
	struct text CLEANUP(text_done) cell;
	struct grid CLEANUP(grid_done) grid;

	grid_init(&grid, (size_t)4 << 20);
	text_init(&cell, 8192);
	for (size_t i = 0; i < COUNT_OF(columns); i++)
		grid_column(&grid, &columns[i]);
	for (const struct host_process *at = view->report->processes; at != NULL;
		at = at->next) {
		grid_number(&grid, at->pid);
		text_reset(&cell);
		add_quoted(&cell, at->name);
		grid_cell(&grid, text_string(&cell));
		grid_cell(&grid, at->stack);
		grid_cell(&grid, at->mapped == MAPPED_AS_STORED
					 ? "the same"
					 : host_mapped_name(at->mapped));
		add_ports(&cell, at);
		grid_cell(&grid, text_string(&cell));
		text_reset(&cell);
		add_quoted(&cell, at->library);
		grid_cell(&grid, text_string(&cell));
	}
	grid_write(&grid, view->width, text);
	grid_left_out(&grid, view->width, text);
	text_char(text, '\n');
}

static void add_notes(struct text *text, const struct host_view *view)
{
	for (const struct host_note *at = view->report->notes; at != NULL;
		at = at->next) {
		text_add(text, "note: ");
		add_quoted(text, at->about);
		text_add(text, ": ");
		text_add(text, at->why);
		text_char(text, '\n');
	}
}

static void add_end(struct text *text, const struct host_view *view)
{
	size_t count = 0, breaks = 0, unclear = 0;

	for (const struct host_stack *at = view->report->stacks; at != NULL;
		at = at->next) {
		struct host_judgement judgement = { 0 };

		if (view->policy != NULL)
			judgement = host_judge(view->policy, at);
		count++;
		breaks += judgement.worst >= SETTING_ALLOWS;
		unclear += judgement.worst == SETTING_UNCLEAR;
	}
	text_format(text, "%zu %s", count, count == 1 ? "stack" : "stacks");
	if (view->policy != NULL)
		text_format(text, "; under %s %zu too old, %zu unknown",
			view->policy->name, breaks, unclear);
	if (view->report->processes_unread > 0)
		text_format(text, "; %zu processes are others', and were not looked into",
			view->report->processes_unread);
	text_char(text, '\n');
}

void host_render_text(struct text *text, const struct host_view *view)
{
	if (view->report->system != NULL)
		text_format(text, "%s\n\n", view->report->system);
	for (const struct host_stack *at = view->report->stacks; at != NULL;
		at = at->next)
		add_stack(text, view, at);
	if (view->report->processes != NULL)
		add_processes(text, view);
	add_notes(text, view);
	add_end(text, view);
}

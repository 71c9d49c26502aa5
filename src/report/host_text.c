#include "report/grid.h"
#include "report/host_render.h"

#define INDENT      12
#define NOTE_INDENT 6 /* behind "note: " */

const char *host_fix_shown(
	const struct host_judgement *judgement, const struct host_stack *stack)
{
	return judgement->worst >= SETTING_PINS ? stack->fix : NULL;
}

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

static bool same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* Most often a server is as its client, for the same reasons. */
static bool same_sides(const struct host_stack *stack)
{
	const struct host_side *a = &stack->client, *b = &stack->server;

	if (a->absent || b->absent || a->known != b->known ||
		a->range.on != b->range.on || a->range.maybe != b->range.maybe ||
		a->reason_count != b->reason_count || !same_text(a->missing, b->missing))
		return false;
	for (size_t i = 0; i < a->reason_count; i++)
		if (!same_text(a->reasons[i], b->reasons[i]))
			return false;
	return true;
}

/* "OpenSSL 3.0.19  /usr/lib/libssl.so.3": the path below where both have no room. */
static void add_heading(
	struct text *text, const struct host_view *view, const struct host_stack *stack)
{
	size_t from = text_len(text);

	text_add(text, stack->title);
	if (stack->release != NULL) {
		text_char(text, ' ');
		add_quoted(text, stack->release);
	}
	if (stack->of != NULL) {
		text_add(text, ", ");
		add_quoted(text, stack->of);
	}
	if (view->width > 0 &&
		text_len(text) - from + 2 + strlen(stack->path) > view->width)
		text_add(text, "\n  at        ");
	else
		text_add(text, "  ");
	add_quoted(text, stack->path);
}

static void add_stack(
	struct text *text, const struct host_view *view, const struct host_stack *stack)
{
	struct host_judgement judgement = { 0 };

	if (view->policy != NULL)
		judgement = host_judge(view->policy, stack);
	add_heading(text, view, stack);
	text_char(text, '\n');
	if (judgement.client == judgement.server && same_sides(stack)) {
		add_side(text, view, "both", &stack->client, judgement.client);
	} else {
		add_side(text, view, "client", &stack->client, judgement.client);
		add_side(text, view, "server", &stack->server, judgement.server);
	}
	if (host_fix_shown(&judgement, stack) != NULL)
		add_line(text, view, "fix", host_fix_shown(&judgement, stack));
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
		text_reset(&cell);
		text_format(&cell, "%u", at->pid);
		grid_cell(&grid, text_string(&cell));
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
	struct text CLEANUP(text_done) note;

	text_init(&note, 65536);
	for (const struct host_note *at = view->report->notes; at != NULL;
		at = at->next) {
		text_reset(&note);
		text_add(&note, "note: ");
		add_quoted(&note, at->about);
		text_add(&note, ": ");
		text_add(&note, at->why);
		grid_sentence(text, text_string(&note), 0, NOTE_INDENT, view->width);
		text_char(text, '\n');
	}
}

/* How many there are of what wants to be looked at. */
struct totals {
	size_t stacks;
	size_t breaks;
	size_t unclear;
	size_t replaced;
};

static struct totals totals_of(const struct host_view *view)
{
	struct totals totals = { 0 };

	for (const struct host_stack *at = view->report->stacks; at != NULL;
		at = at->next) {
		struct host_judgement judgement = { 0 };

		if (view->policy != NULL)
			judgement = host_judge(view->policy, at);
		totals.stacks++;
		totals.breaks += judgement.worst >= SETTING_ALLOWS;
		totals.unclear += judgement.worst == SETTING_UNCLEAR;
	}
	for (const struct host_process *at = view->report->processes; at != NULL;
		at = at->next)
		totals.replaced += at->mapped == MAPPED_REPLACED;
	return totals;
}

static void add_end(struct text *text, const struct host_view *view)
{
	struct totals totals = totals_of(view);
	size_t unread = view->report->processes_unread;
	struct text CLEANUP(text_done) end;

	text_init(&end, 4096);
	text_format(
		&end, "%zu %s", totals.stacks, totals.stacks == 1 ? "stack" : "stacks");
	if (view->policy != NULL)
		text_format(&end, "; under %s %zu too old, %zu unknown",
			view->policy->name, totals.breaks, totals.unclear);
	if (totals.replaced > 0)
		text_format(&end,
			"; %zu %s replaced below processes, which want a restart",
			totals.replaced,
			totals.replaced == 1 ? "library was" : "libraries were");
	if (unread > 0)
		text_format(&end, "; %zu %s not looked into", unread,
			unread == 1 ? "process was" : "processes were");
	grid_sentence(text, text_string(&end), 0, 0, view->width);
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
	else if (view->report->processes_seen)
		text_add(text,
			"no process that could be looked into uses any of them\n\n");
	add_notes(text, view);
	add_end(text, view);
}

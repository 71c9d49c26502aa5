#include "report/host_render.h"
#include "report/json.h"

/* An absent side is null; a range that is not known is null too. */
static void add_side(struct text *text, const char *name, const struct host_view *view,
	const struct host_side *side, enum setting_verdict verdict)
{
	json_member(text, name);
	if (side->absent) {
		json_null(text);
		return;
	}
	text_add(text, "{\"known\":");
	json_plain(text, host_known_name(side->known));
	json_member(text, "versions");
	if (side->known == HOST_UNKNOWN) {
		json_null(text);
	} else {
		text_add(text, "{\"on\":");
		json_version_set(text, side->range.on);
		json_member(text, "maybe");
		json_version_set(text, side->range.maybe);
		text_char(text, '}');
	}
	json_member(text, "verdict");
	json_plain(text, view->policy == NULL ? NULL : setting_verdict_name(verdict));
	text_add(text, ",\"why\":[");
	for (size_t i = 0; i < side->reason_count; i++) {
		text_add(text, i > 0 ? "," : "");
		json_string(text, side->reasons[i]);
	}
	text_add(text, "],\"missing\":");
	json_string(text, side->missing);
	text_char(text, '}');
}

static void add_stack(
	struct text *text, const struct host_view *view, const struct host_stack *stack)
{
	struct host_judgement judgement = { 0 };

	if (view->policy != NULL)
		judgement = host_judge(view->policy, stack);
	text_add(text, "{\"stack\":");
	json_plain(text, stack->stack);
	json_member(text, "title");
	json_plain(text, stack->title);
	json_member(text, "release");
	json_string(text, stack->release);
	json_member(text, "path");
	json_string(text, stack->path);
	json_member(text, "of");
	json_string(text, stack->of);
	add_side(text, "client", view, &stack->client, judgement.client);
	add_side(text, "server", view, &stack->server, judgement.server);
	json_member(text, "fix");
	json_string(text, host_fix_shown(&judgement, stack));
	text_char(text, '}');
}

static void add_process(struct text *text, const struct host_process *process)
{
	text_format(text, "{\"pid\":%u,\"name\":", process->pid);
	json_string(text, process->name);
	json_member(text, "stack");
	json_plain(text, process->stack);
	json_member(text, "library");
	json_string(text, process->library);
	json_member(text, "mapped");
	json_plain(text, host_mapped_name(process->mapped));
	text_add(text, ",\"ports\":[");
	for (size_t i = 0; i < process->port_count && i < HOST_PORTS_MAX; i++)
		text_format(text, "%s%u", i > 0 ? "," : "", process->ports[i]);
	text_format(text, "],\"port_count\":%u}", process->port_count);
}

void host_render_json(struct text *text, const struct host_view *view)
{
	const struct host_report *report = view->report;

	text_add(text, "{\"format\":\"" HOST_FORMAT "\",\"system\":");
	json_string(text, report->system);
	json_member(text, "policy");
	json_string(text, view->policy == NULL ? NULL : view->policy->name);
	text_add(text, ",\"stacks\":[");
	for (const struct host_stack *at = report->stacks; at != NULL; at = at->next) {
		text_add(text, at == report->stacks ? "\n" : ",\n");
		add_stack(text, view, at);
	}
	text_add(text, "],\"processes\":");
	if (report->processes_seen) {
		text_char(text, '[');
		for (const struct host_process *at = report->processes; at != NULL;
			at = at->next) {
			text_add(text, at == report->processes ? "\n" : ",\n");
			add_process(text, at);
		}
		text_char(text, ']');
	} else {
		json_null(text);
	}
	text_format(
		text, ",\"processes_unread\":%zu,\"notes\":[", report->processes_unread);
	for (const struct host_note *at = report->notes; at != NULL; at = at->next) {
		text_add(text, at == report->notes ? "\n" : ",\n");
		text_add(text, "{\"about\":");
		json_string(text, at->about);
		json_member(text, "why");
		json_string(text, at->why);
		text_char(text, '}');
	}
	text_add(text, "]}\n");
}

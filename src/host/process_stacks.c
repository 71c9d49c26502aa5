/* The stacks of processes: libraries that lie where nobody looks for them, those of
 * containers, what is linked into programs, and settings that a process alone has. */
#include <stdlib.h>
#include <string.h>

#include "host/processes_inside.h"

/* To add one: a line here, and its function in host_inside.h. */
static const struct kind {
	const char *stack;
	struct host_stack *(*at)(struct host *host, const char *path);
	const char *variables[3]; /* that decide of it */
	const char *arguments[3]; /* and how those begin that do */
} kinds[] = {
	{ "openssl", stack_openssl_at, { "OPENSSL_CONF" }, { NULL } },
	{ "gnutls", stack_gnutls_at, { "GNUTLS_SYSTEM_PRIORITY_FILE" }, { NULL } },
	{ "nss", stack_nss_at, { NULL }, { NULL } },
	{ "mbedtls", stack_mbedtls_at, { NULL }, { NULL } },
	{ "java", stack_java_at,
		{ "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS" },
		{ "-Djdk.tls.", "-Dhttps.protocols=", "-Djava.security.properties=" } },
	{ "node", stack_node_at, { "NODE_OPTIONS" }, { "--tls-m" } },
	{ "go", NULL, { "GODEBUG" }, { NULL } },
	{ "rustls", NULL, { NULL }, { NULL } },
};

static const struct kind *kind_of(const char *stack)
{
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (strcmp(kinds[i].stack, stack) == 0)
			return &kinds[i];
	return NULL;
}

/* Whether what decides is as it is for what was told already: variables of a process may
 * be those of this one. */
static bool decided_alike(
	struct host *host, const struct kind *kind, const struct host_settings *settings)
{
	bool alike = true;

	for (size_t i = 0; i < COUNT_OF(kind->variables) && kind->variables[i] != NULL;
		i++) {
		const char *ours = host_variable(host, kind->variables[i]);
		const char *theirs;

		host->settings = settings;
		theirs = host_variable(host, kind->variables[i]);
		host->settings = NULL;
		alike &= ours == theirs ||
			 (ours != NULL && theirs != NULL && strcmp(ours, theirs) == 0);
	}
	host->settings = settings;
	for (size_t i = 0; i < COUNT_OF(kind->arguments) && kind->arguments[i] != NULL;
		i++)
		alike &= host_arguments(host, kind->arguments[i])[0] == '\0';
	host->settings = NULL;
	return alike;
}

/* Whether that file is told of as one of this machine, by whatever name. */
static bool told_of_machine(const struct looking *looking, const struct process *process,
	const char *stack, const char *path)
{
	struct host *host = looking->host;
	struct root_status theirs, ours;

	if (root_status(process_files(process), path, &theirs) != ERR_OK)
		return false;
	for (const struct host_stack *at = host->report->stacks; at != NULL;
		at = at->next) {
		bool used = false;

		if (strcmp(at->stack, stack) != 0)
			continue;
		for (size_t i = 0; i < looking->use_count; i++)
			used |= looking->uses[i].stack == at;
		if (!used && root_status(host->root, at->path, &ours) == ERR_OK &&
			ours.device == theirs.device && ours.inode == theirs.inode)
			return true;
	}
	return false;
}

static bool same_side(const struct host_side *a, const struct host_side *b)
{
	if (a->absent != b->absent || a->known != b->known ||
		a->range.on != b->range.on || a->range.maybe != b->range.maybe ||
		a->reason_count != b->reason_count)
		return false;
	for (size_t i = 0; i < a->reason_count; i++)
		if (strcmp(a->reasons[i], b->reasons[i]) != 0)
			return false;
	return true;
}

static bool same_string(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* What was told of another process, of another container of the same image. */
static struct use *use_alike(struct looking *looking, const struct host_stack *stack,
	const char *path, const char *system)
{
	for (size_t i = 0; i < looking->use_count; i++) {
		struct use *use = &looking->uses[i];

		if (strcmp(use->stack->stack, stack->stack) == 0 &&
			strcmp(use->path, path) == 0 &&
			same_string(use->system, system) &&
			same_string(use->stack->release, stack->release) &&
			same_side(&use->stack->client, &stack->client) &&
			same_side(&use->stack->server, &stack->server))
			return use;
	}
	return NULL;
}

/* As a machine of its own: what is derived there is derived of its files and settings. */
static struct host_stack *derive(struct looking *looking, struct process *process,
	const struct kind *kind, const char *path, const struct program_inside *inside,
	const struct host_settings *settings, const char **ret_system)
{
	struct host *host = looking->host;
	struct host was = *host;
	struct host_stack *stack = NULL;

	host->root = process_files(process);
	host->settings = settings;
	host->may_run = host->here = false;
	if (process->contained)
		*ret_system = host_system_read(host, &host->system);
	if (kind->at == NULL)
		stack = program_stack(host, inside, path);
	else if (inside != NULL && strcmp(kind->stack, "openssl") == 0)
		stack = stack_openssl_inside(host, path);
	else
		stack = kind->at(host, path);
	host->root = was.root;
	host->settings = NULL;
	host->may_run = was.may_run;
	host->here = was.here;
	host->system = was.system;
	host->unlisted = was.unlisted;
	return stack;
}

/* The last that was added is told already. */
static void take_back(struct host *host, struct host_stack **end)
{
	*end = NULL;
	host->stack_end = end;
	host->stack_count--;
}

static void keep(struct looking *looking, const struct process *process,
	struct host_stack *stack, const char *path, const char *system)
{
	struct host *host = looking->host;

	if (process->contained)
		stack->path = host_text(host, "/proc/%u/root%s", process->pid, path);
	if (looking->use_count == USES_MAX) {
		host_note_add(host, "/proc", "more stacks of processes than are told");
		return;
	}
	looking->uses[looking->use_count++] =
		(struct use){ stack, arena_string(host->arena, bytes_of_string(path)), 1,
			process->pid, process->name, system };
}

void process_uses(struct looking *looking, struct process *process, const char *stack,
	const char *path, const struct program_inside *inside)
{
	struct host *host = looking->host;
	const struct kind *kind = kind_of(stack);
	struct host_settings settings;
	struct host_stack **end, *made;
	const char *system = NULL;
	struct use *alike;

	path = process_path(process, path);
	if (kind == NULL || path == NULL || !process_sees(process))
		return;
	if (strcmp(stack, "java") == 0) {
		host->root = process_files(process);
		path = stack_java_home(host, path);
		host->root = looking->root;
		if (path == NULL)
			return;
	}
	settings = process_settings(looking, process);
	if (told_of_machine(looking, process, stack, path) &&
		decided_alike(host, kind, &settings))
		return;
	end = host->stack_end;
	made = derive(looking, process, kind, path, inside, &settings, &system);
	if (made == NULL || *end != made)
		return; /* more than are told, which a note says */
	alike = use_alike(looking, made, path, system);
	if (alike != NULL) {
		alike->count++;
		take_back(host, end);
	} else {
		keep(looking, process, made, path, system);
	}
}

void process_uses_told(struct looking *looking)
{
	struct host *host = looking->host;

	for (size_t i = 0; i < looking->use_count; i++) {
		const struct use *use = &looking->uses[i];
		struct host_stack *stack = use->stack;
		const char *of =
			use->system == NULL ? "" : host_text(host, " of %s", use->system);

		if (use->count == 1)
			stack->of = host_text(
				host, "in process %u (%s)%s", use->pid, use->name, of);
		else
			stack->of =
				host_text(host, "in %zu processes, %u (%s) the first%s",
					use->count, use->pid, use->name, of);
	}
}

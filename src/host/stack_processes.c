/* What runs: which TLS library each process has mapped, whether it was replaced since,
 * where it listens; and programs of Go and of rustls, which bring their own. */
#include <stdlib.h>
#include <string.h>

#include "base/suggestion.h"
#include "host/host_inside.h"
#include "host/lines.h"
#include "host/maps.h"

#define MAPS_MAX      ((size_t)32 << 20) /* a JVM has some MB */
#define NET_MAX       ((size_t)16 << 20)
#define LISTENERS_MAX 4096
#define PROGRAMS_MAX  512  /* distinct programs that run */
#define PROCESSES_MAX 4096 /* that are told */

struct listening {
	uint64_t inode;
	uint16_t port;
};

struct looking {
	struct host *host;
	struct listening *listeners;
	size_t listener_count;
	const char *programs[PROGRAMS_MAX];
	size_t program_count;
	size_t told;
	char namespace[64]; /* of mounts, this process' */
};

static void read_listeners(struct looking *looking, const char *path)
{
	struct text text;
	struct bytes all;
	uint64_t inode;
	uint16_t port;

	if (host_read(looking->host, path, NET_MAX, &text) != ERR_OK)
		return;
	all = bytes_over(text_string(&text), text_len(&text));
	while (looking->listener_count < LISTENERS_MAX &&
		listeners_next(&all, &port, &inode))
		looking->listeners[looking->listener_count++] =
			(struct listening){ inode, port };
	text_done(&text);
}

/* Both of IPv4 and IPv6 at one port are one. */
static void add_port(struct host_process *process, uint16_t port)
{
	for (size_t i = 0; i < process->port_count && i < HOST_PORTS_MAX; i++)
		if (process->ports[i] == port)
			return;
	if (process->port_count < HOST_PORTS_MAX)
		process->ports[process->port_count] = port;
	if (process->port_count < UINT16_MAX)
		process->port_count++;
}

static void find_ports(struct looking *looking, struct host_process *process)
{
	struct host *host = looking->host;
	const char *folder = host_text(host, "/proc/%u/fd", process->pid);
	const char *const *names;
	size_t count;

	if (looking->listener_count == 0 ||
		root_names(host->root, folder, host->arena, &names, &count) != ERR_OK)
		return;
	for (size_t i = 0; i < count; i++) {
		char link[64] = "";
		uint64_t inode;

		if (root_link(host->root, host_text(host, "%s/%s", folder, names[i]),
			    link, sizeof link) != ERR_OK ||
			strncmp(link, "socket:[", 8) != 0)
			continue;
		inode = strtoull(link + 8, NULL, 10);
		for (size_t k = 0; k < looking->listener_count; k++)
			if (looking->listeners[k].inode == inode)
				add_port(process, looking->listeners[k].port);
	}
}

/* In another's mounts a path is another's file. Overlays show other inodes to maps than
 * to stat(), on another device: then nothing is said. */
static enum host_mapped mapped_of(const struct looking *looking,
	const struct mapping *mapping, const char *path, const char *namespace)
{
	struct root_status status;
	uint64_t device;

	if (mapping->deleted)
		return MAPPED_REPLACED;
	if (strcmp(namespace, looking->namespace) != 0)
		return MAPPED_UNKNOWN;
	if (root_status(looking->host->root, path, &status) != ERR_OK)
		return MAPPED_REPLACED;
	device = root_device(mapping->major, mapping->minor);
	if (status.device != device)
		return MAPPED_UNKNOWN;
	return status.inode == mapping->inode ? MAPPED_AS_STORED : MAPPED_REPLACED;
}

static struct host_process *add_process(
	struct looking *looking, uint32_t pid, const char *stack, const char *library)
{
	struct host *host = looking->host;
	struct host_process *process;
	char name[64] = "?";
	struct text text;

	if (looking->told == PROCESSES_MAX) {
		host_note_add(host, "/proc", "more processes than are told");
		return NULL;
	}
	process = arena_take(host->arena, sizeof *process);
	if (process == NULL)
		return NULL;
	if (host_read(host, host_text(host, "/proc/%u/comm", pid), 256, &text) ==
		ERR_OK) {
		struct bytes comm =
			lines_trimmed(bytes_over(text_string(&text), text_len(&text)));

		memcpy(name, comm.at, comm.len < 63 ? comm.len : 63);
		name[comm.len < 63 ? comm.len : 63] = '\0';
		text_done(&text);
	}
	looking->told++;
	process->pid = pid;
	process->name = arena_string(host->arena, bytes_of_string(name));
	process->stack = stack;
	process->library = library;
	find_ports(looking, process);
	*host->process_end = process;
	host->process_end = &process->next;
	return process;
}

/* A library is mapped in several pieces: told once. */
static bool was_told(const struct host *host, uint32_t pid, struct bytes path)
{
	for (const struct host_process *at = host->report->processes; at != NULL;
		at = at->next)
		if (at->pid == pid && bytes_equal(bytes_of_string(at->library), path))
			return true;
	return false;
}

static void look_at_maps(struct looking *looking, uint32_t pid, struct bytes all)
{
	struct host *host = looking->host;
	char namespace[64] = "";
	struct mapping mapping;

	(void)(root_link(host->root, host_text(host, "/proc/%u/ns/mnt", pid), namespace,
		       sizeof namespace) == ERR_OK);
	while (maps_next(&all, &mapping)) {
		const char *stack = maps_stack(mapping.path);
		struct host_process *process;
		const char *path;

		if (stack == NULL || was_told(host, pid, mapping.path))
			continue;
		path = arena_string(host->arena, mapping.path);
		process = path == NULL ? NULL : add_process(looking, pid, stack, path);
		if (process != NULL)
			process->mapped = mapped_of(looking, &mapping, path, namespace);
	}
}

struct inside {
	char go[32];
};

static bool look_for_go(void *context, struct bytes window)
{
	struct inside *inside = context;

	return go_release(window, inside->go, sizeof inside->go);
}

/* A program, once however many run it. */
static void look_at_program(struct looking *looking, uint32_t pid, const char *path)
{
	static const char *const rustls[] = { "rustls-", NULL };
	struct host *host = looking->host;
	struct inside inside = { 0 };
	struct host_stack *stack;
	const char *release = NULL, *name;

	for (size_t i = 0; i < looking->program_count; i++)
		if (strcmp(looking->programs[i], path) == 0)
			return;
	if (looking->program_count == PROGRAMS_MAX)
		return;
	looking->programs[looking->program_count++] = path;
	if (root_windows(host->root, path, 128, look_for_go, &inside) != ERR_OK)
		return;
	if (inside.go[0] != '\0')
		release = host_text(host, "%s", inside.go);
	name = release != NULL ? "go" : "rustls";
	if (release == NULL)
		release = host_banner(host, path, rustls);
	if (release == NULL)
		return;
	stack = host_stack_add(host, name, release, path);
	stack->of = "linked into it, if it speaks TLS at all";
	(void)host_stack_derive(host, stack, release);
	(void)add_process(looking, pid, name, path);
}

static void look_at(struct looking *looking, const char *name)
{
	struct host *host = looking->host;
	uint32_t pid = (uint32_t)strtoul(name, NULL, 10);
	char program[ROOT_PATH_MAX];
	struct text text;
	enum err err;

	text_init(&text, MAPS_MAX);
	err = root_read(host->root, host_text(host, "/proc/%s/maps", name), &text);
	if (err == ERR_PERMISSION)
		host->report->processes_unread++;
	if (err == ERR_OK)
		look_at_maps(
			looking, pid, bytes_over(text_string(&text), text_len(&text)));
	text_done(&text);
	if (root_link(host->root, host_text(host, "/proc/%s/exe", name), program,
		    sizeof program) == ERR_OK)
		look_at_program(looking, pid, host_text(host, "%s", program));
}

void stack_processes(struct host *host)
{
	struct looking looking = { .host = host };
	const char *const *names;
	size_t count;

	if (root_names(host->root, "/proc", host->arena, &names, &count) != ERR_OK ||
		count == 0)
		return;
	host->report->processes_seen = true;
	looking.listeners =
		arena_take(host->arena, LISTENERS_MAX * sizeof *looking.listeners);
	if (looking.listeners == NULL)
		return;
	(void)(root_link(host->root, "/proc/self/ns/mnt", looking.namespace,
		       sizeof looking.namespace) == ERR_OK);
	read_listeners(&looking, "/proc/net/tcp");
	read_listeners(&looking, "/proc/net/tcp6");
	for (size_t i = 0; i < count; i++)
		if (names[i][0] >= '1' && names[i][0] <= '9')
			look_at(&looking, names[i]);
}

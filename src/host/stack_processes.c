/* What runs: which TLS library each process has mapped, whether it was replaced since,
 * where it listens; and programs of Go and of rustls, which bring their own. */
#include <stdlib.h>
#include <string.h>

#include "host/lines.h"
#include "host/processes_inside.h"
#include "sys/program.h"

#define MAPS_MAX        ((size_t)32 << 20) /* a JVM has some MB */
#define NET_MAX         ((size_t)16 << 20)
#define LISTENERS_MAX   4096
#define PROCESSES_MAX   4096              /* that are told */
#define ENVIRONMENT_MAX ((size_t)4 << 20) /* a program's arguments and it have 2 MB */
#define GONE            " (deleted)"

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
	if (looking->listener_count == LISTENERS_MAX)
		host_note_add(looking->host, path, "more sockets listen than are told");
	text_done(&text);
}

/* What listens in the network of a process; a container has its own. */
static void see_network(struct looking *looking, const char *process)
{
	struct host *host = looking->host;
	char network[64] = "";

	if (root_link(host->root, host_text(host, "/proc/%s/ns/net", process), network,
		    sizeof network) != ERR_OK)
		return;
	for (size_t i = 0; i < looking->network_count; i++)
		if (strcmp(looking->networks[i], network) == 0)
			return;
	if (looking->network_count == NETWORKS_MAX) {
		host_note_add(host, "/proc",
			"processes are in more networks than are looked into: where "
			"some listen is not told");
		return;
	}
	memcpy(looking->networks[looking->network_count++], network, sizeof network);
	read_listeners(looking, host_text(host, "/proc/%s/net/tcp", process));
	read_listeners(looking, host_text(host, "/proc/%s/net/tcp6", process));
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

/* A root that is another machine's, and not ours with some mounts of its own, as services
 * have them. */
static bool is_contained(const struct host *host, const struct root *own)
{
	struct root_status ours, theirs;

	return root_status(host->root, "/", &ours) != ERR_OK ||
	       root_status(own, "/", &theirs) != ERR_OK || ours.device != theirs.device ||
	       ours.inode != theirs.inode;
}

static const char *name_of(struct host *host, uint32_t pid)
{
	const char *name = "?";
	struct text text;

	if (host_read(host, host_text(host, "/proc/%u/comm", pid), 256, &text) != ERR_OK)
		return name;
	name = arena_string(host->arena,
		bytes_first(
			lines_trimmed(bytes_over(text_string(&text), text_len(&text))),
			63));
	text_done(&text);
	return name == NULL ? "?" : name;
}

/* Mounts of its own have a root of its own, which proc(5) leads to. */
static void process_begin(struct looking *looking, uint32_t pid, struct process *process)
{
	struct host *host = looking->host;
	char namespace[64] = "";
	struct fault why;

	process->pid = pid;
	process->name = name_of(host, pid);
	process->ours = NULL;
	process->own.descriptor = -1;
	process->contained = process->settings_read = false;
	process->where[0] = '\0';
	text_init(&process->variables, ENVIRONMENT_MAX);
	text_init(&process->arguments, ENVIRONMENT_MAX);
	(void)(root_link(host->root, host_text(host, "/proc/%u/ns/mnt", pid), namespace,
		       sizeof namespace) == ERR_OK);
	if (strcmp(namespace, looking->namespace) == 0) {
		process->ours = host->root;
		return;
	}
	(void)(root_link(host->root, host_text(host, "/proc/%u/root", pid),
		       process->where, sizeof process->where) == ERR_OK);
	if (!looking->live || root_open(host_text(host, "/proc/%u/root", pid),
				      &process->own, &why) != ERR_OK)
		looking->elsewhere++;
	else
		process->contained = is_contained(host, &process->own);
}

static void process_end(struct process *process)
{
	root_close(&process->own);
	text_done(&process->variables);
	text_done(&process->arguments);
}

bool process_sees(const struct process *process)
{
	return process->ours != NULL || process->own.descriptor >= 0;
}

const struct root *process_files(const struct process *process)
{
	return process->ours != NULL ? process->ours : &process->own;
}

const char *process_path(const struct process *process, const char *path)
{
	size_t len = strlen(process->where);

	if (process->ours == NULL && len > 1 && strncmp(path, process->where, len) == 0 &&
		path[len] == '/')
		return path + len;
	return path;
}

static void read_strings(
	struct host *host, uint32_t pid, const char *file, struct text *text)
{
	if (root_read(host->root, host_text(host, "/proc/%u/%s", pid, file), text) !=
		ERR_OK)
		text_reset(text);
}

struct host_settings process_settings(struct looking *looking, struct process *process)
{
	struct host *host = looking->host;

	if (!process->settings_read) {
		read_strings(host, process->pid, "environ", &process->variables);
		read_strings(host, process->pid, "cmdline", &process->arguments);
		process->settings_read = true;
	}
	return (struct host_settings){ bytes_over(text_string(&process->variables),
					       text_len(&process->variables)),
		bytes_over(text_string(&process->arguments),
			text_len(&process->arguments)) };
}

/* Overlays show other inodes to maps than to stat(), on another device: then nothing is
 * said. */
static enum host_mapped mapped_of(
	const struct process *process, const struct mapping *mapping, const char *path)
{
	struct root_status status;

	if (mapping->deleted)
		return MAPPED_REPLACED;
	if (!process_sees(process))
		return MAPPED_UNKNOWN;
	if (root_status(process_files(process), process_path(process, path), &status) !=
		ERR_OK)
		return MAPPED_REPLACED;
	if (status.device != root_device(mapping->major, mapping->minor))
		return MAPPED_UNKNOWN;
	return status.inode == mapping->inode ? MAPPED_AS_STORED : MAPPED_REPLACED;
}

static struct host_process *add_process(struct looking *looking, const struct process *of,
	const char *stack, const char *library)
{
	struct host *host = looking->host;
	struct host_process *process;

	if (looking->told == PROCESSES_MAX) {
		host_note_add(host, "/proc", "more processes than are told");
		return NULL;
	}
	process = arena_take(host->arena, sizeof *process);
	if (process == NULL)
		return NULL;
	looking->told++;
	process->pid = of->pid;
	process->name = of->name;
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

/* False: no library of OpenSSL's is mapped, so that one may be linked into the program.
 */
static bool look_at_maps(
	struct looking *looking, struct process *process, struct bytes all)
{
	struct host *host = looking->host;
	struct mapping mapping;
	bool openssl = false;

	while (maps_next(&all, &mapping)) {
		const char *stack = maps_stack(mapping.path);
		struct host_process *added;
		const char *path;

		if (stack == NULL)
			continue;
		openssl |= strcmp(stack, "openssl") == 0;
		if (was_told(host, process->pid, mapping.path))
			continue;
		path = arena_string(host->arena, mapping.path);
		added = path == NULL ? NULL : add_process(looking, process, stack, path);
		if (added == NULL)
			continue;
		added->mapped = mapped_of(process, &mapping, path);
		/* What is there now is not what it has. */
		if (added->mapped != MAPPED_REPLACED)
			process_uses(looking, process, stack, path, NULL);
	}
	return openssl;
}

static void look_at_program(
	struct looking *looking, struct process *process, const char *link, bool openssl)
{
	struct host *host = looking->host;
	size_t len = strlen(link), gone = strlen(GONE);
	const struct program_inside *inside;
	struct host_process *added;
	/* At the end alone: a folder may be called so. */
	bool replaced = len > gone && strcmp(link + len - gone, GONE) == 0;
	/* What is there now is told, and that it is another. */
	const char *path =
		host_text(host, "%.*s", (int)(replaced ? len - gone : len), link);

	inside = program_inside(looking, process, path);
	if (inside == NULL || (openssl && strcmp(inside->stack, "openssl") == 0))
		return;
	if (!replaced)
		process_uses(looking, process, inside->stack, path, inside);
	added = add_process(looking, process, inside->stack, path);
	if (added != NULL)
		added->mapped = replaced ? MAPPED_REPLACED : MAPPED_AS_STORED;
}

static void look_at(struct looking *looking, const char *name)
{
	struct host *host = looking->host;
	char program[ROOT_PATH_MAX];
	struct process process;
	struct text text;
	enum err err;

	text_init(&text, MAPS_MAX);
	err = root_read(host->root, host_text(host, "/proc/%s/maps", name), &text);
	if (err == ERR_PERMISSION)
		host->report->processes_unread++;
	if (err == ERR_OK && text_len(&text) > 0) { /* else it is the kernel's */
		bool openssl;

		process_begin(looking, (uint32_t)strtoul(name, NULL, 10), &process);
		see_network(looking, name);
		openssl = look_at_maps(looking, &process,
			bytes_over(text_string(&text), text_len(&text)));
		if (root_link(host->root, host_text(host, "/proc/%s/exe", name), program,
			    sizeof program) == ERR_OK)
			look_at_program(looking, &process, program, openssl);
		process_end(&process);
	}
	text_done(&text);
}

/* Whether /proc is of the machine that this runs on. */
static bool is_live(const struct host *host)
{
	struct root_status theirs, ours;
	bool live = false;
	struct root root;
	struct fault why;

	if (root_open("/", &root, &why) != ERR_OK)
		return false;
	live = root_status(host->root, "/", &theirs) == ERR_OK &&
	       root_status(&root, "/", &ours) == ERR_OK && theirs.device == ours.device &&
	       theirs.inode == ours.inode;
	root_close(&root);
	return live;
}

/* What this user may not see, and why. */
static void tell_unread(const struct looking *looking)
{
	struct host *host = looking->host;
	bool root = program_as_root();

	if (looking->elsewhere > 0)
		host_note_add(host, "/proc",
			"processes in mounts of their own (containers), %zu, %s: whether "
			"a library was replaced there is not known",
			looking->elsewhere,
			root ? "cannot be looked into, even by root"
			     : "can be looked into by root alone");
	if (host->report->processes_unread > 0)
		host_note_add(host, "/proc",
			"processes, %zu, %s: what they have mapped is not told",
			host->report->processes_unread,
			root ? "cannot be looked into, even by root (it is without some "
			       "of its rights, as in a container, or a security module "
			       "says so)"
			     : "are others', and can be looked into by root alone");
}

/* Of this machine the first process is always there: hidepid= of proc(5) hides it. */
static void tell_hidden(struct host *host, const char *const *names, size_t count)
{
	if (!host->here)
		return;
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], "1") == 0)
			return;
	host_note_add(host, "/proc", "%s",
		count == 0 ? "it is not there, or cannot be read: what runs is not told"
			   : "processes of others are hidden (hidepid): what they have "
			     "mapped is not told");
}

/* Names are in the order of bytes: "10" before "9". */
static int by_number(const void *a, const void *b)
{
	unsigned long left = strtoul(*(const char *const *)a, NULL, 10);
	unsigned long right = strtoul(*(const char *const *)b, NULL, 10);

	return (left > right) - (left < right);
}

static void look_at_all(struct looking *looking, const char *const *names, size_t count)
{
	const char **numbers = arena_take(looking->host->arena, count * sizeof(*numbers));
	size_t kept = 0;

	if (numbers == NULL)
		return;
	for (size_t i = 0; i < count; i++)
		if (names[i][0] >= '1' && names[i][0] <= '9')
			numbers[kept++] = names[i];
	qsort(numbers, kept, sizeof(*numbers), by_number);
	for (size_t i = 0; i < kept; i++)
		look_at(looking, numbers[i]);
}

void stack_processes(struct host *host)
{
	struct looking looking = {
		.host = host, .root = host->root, .live = is_live(host)
	};
	const char *const *names = NULL;
	size_t count = 0;

	if (root_names(host->root, "/proc", host->arena, &names, &count) != ERR_OK)
		count = 0;
	tell_hidden(host, names, count);
	if (count == 0)
		return;
	host->report->processes_seen = true;
	looking.listeners =
		arena_take(host->arena, LISTENERS_MAX * sizeof *looking.listeners);
	looking.programs =
		arena_take(host->arena, PROGRAMS_MAX * sizeof *looking.programs);
	looking.uses = arena_take(host->arena, USES_MAX * sizeof *looking.uses);
	if (looking.listeners == NULL || looking.programs == NULL || looking.uses == NULL)
		return;
	(void)(root_link(host->root, "/proc/self/ns/mnt", looking.namespace,
		       sizeof looking.namespace) == ERR_OK);
	see_network(&looking, "self");
	look_at_all(&looking, names, count);
	process_uses_told(&looking);
	tell_unread(&looking);
}

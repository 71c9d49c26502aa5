/* What runs: which TLS library each process has mapped, whether it was replaced since,
 * where it listens; and programs of Go and of rustls, which bring their own. */
#include <stdlib.h>
#include <string.h>

#include "base/release.h"
#include "host/host_inside.h"
#include "host/lines.h"
#include "host/maps.h"
#include "sys/program.h"

#define MAPS_MAX        ((size_t)32 << 20) /* a JVM has some MB */
#define NET_MAX         ((size_t)16 << 20)
#define LISTENERS_MAX   4096
#define PROGRAMS_MAX    512               /* distinct programs that run */
#define PROCESSES_MAX   4096              /* that are told */
#define ENVIRONMENT_MAX ((size_t)4 << 20) /* a program's arguments and it have 2 MB */
#define NETWORKS_MAX    64 /* of containers; what listens in more is not told */
#define GONE            " (deleted)"

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
	char namespace[64];              /* of mounts, this process' */
	char networks[NETWORKS_MAX][64]; /* whose listeners were read */
	size_t network_count;
	bool live;        /* /proc is of the machine that this runs on */
	size_t elsewhere; /* processes whose files cannot be seen */
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

/* A process, and the files that it sees: in a container others than ours. */
struct process {
	uint32_t pid;
	const struct root *ours; /* NULL: it sees others */
	struct root own;         /* its root, where that is not ours; closed: not seen */
	char where[ROOT_PATH_MAX]; /* its root, in its mounts: a chroot's has a name */
};

/* Mounts of its own have a root of its own, which proc(5) leads to. */
static void process_begin(struct looking *looking, uint32_t pid, struct process *process)
{
	struct host *host = looking->host;
	char namespace[64] = "";
	struct fault why;

	process->pid = pid;
	process->ours = NULL;
	process->own.descriptor = -1;
	process->where[0] = '\0';
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
}

static bool sees(const struct process *process)
{
	return process->ours != NULL || process->own.descriptor >= 0;
}

static const struct root *files_of(const struct process *process)
{
	return process->ours != NULL ? process->ours : &process->own;
}

/* Of other mounts paths are told from where those begin, above a chroot. */
static const char *path_in(const struct process *process, const char *path)
{
	size_t len = strlen(process->where);

	if (process->ours == NULL && len > 1 && strncmp(path, process->where, len) == 0 &&
		path[len] == '/')
		return path + len;
	return path;
}

/* Overlays show other inodes to maps than to stat(), on another device: then nothing is
 * said. */
static enum host_mapped mapped_of(
	const struct process *process, const struct mapping *mapping, const char *path)
{
	struct root_status status;

	if (mapping->deleted)
		return MAPPED_REPLACED;
	if (!sees(process))
		return MAPPED_UNKNOWN;
	if (root_status(files_of(process), path_in(process, path), &status) != ERR_OK)
		return MAPPED_REPLACED;
	if (status.device != root_device(mapping->major, mapping->minor))
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

static void look_at_maps(
	struct looking *looking, const struct process *process, struct bytes all)
{
	struct host *host = looking->host;
	struct mapping mapping;

	while (maps_next(&all, &mapping)) {
		const char *stack = maps_stack(mapping.path);
		struct host_process *added;
		const char *path;

		if (stack == NULL || was_told(host, process->pid, mapping.path))
			continue;
		path = arena_string(host->arena, mapping.path);
		added = path == NULL ? NULL
				     : add_process(looking, process->pid, stack, path);
		if (added != NULL)
			added->mapped = mapped_of(process, &mapping, path);
	}
}

struct inside {
	char go[32];
	bool old_servers; /* tls10server=1, by its go.mod */
	char rustls[32];
};

static bool look_inside(void *context, struct bytes window)
{
	struct bytes mark = bytes_of_string("rustls-");
	struct inside *inside = context;
	struct bytes left = window;
	size_t at;

	if (inside->go[0] == '\0')
		(void)go_release(window, inside->go, sizeof inside->go);
	inside->old_servers |= go_old_servers(go_settings(window));
	while (inside->rustls[0] == '\0' && (at = bytes_find(left, mark)) < left.len) {
		size_t len;

		left = bytes_after(left, at + mark.len);
		len = release_length(bytes_first(left, sizeof inside->rustls - 1));
		if (len >= 3 && memchr(left.at, '.', len) != NULL)
			memcpy(inside->rustls, left.at, len);
	}
	return false;
}

/* GODEBUG of its environment comes before what it was built with. */
static bool serves_old(struct looking *looking, const struct process *process,
	const struct inside *inside)
{
	struct host *host = looking->host;
	bool old = inside->old_servers;
	struct text CLEANUP(text_done) text;

	text_init(&text, ENVIRONMENT_MAX);
	if (root_read(host->root, host_text(host, "/proc/%u/environ", process->pid),
		    &text) != ERR_OK)
		return old;
	for (struct bytes left = bytes_over(text_string(&text), text_len(&text));
		left.len > 0;) {
		const uint8_t *zero = memchr(left.at, 0, left.len);
		size_t len = zero == NULL ? left.len : (size_t)(zero - left.at);
		struct bytes one = bytes_first(left, len);

		if (bytes_start_with(one, bytes_of_string("GODEBUG=")) &&
			bytes_find(one, bytes_of_string("tls10server=")) < one.len)
			old = go_old_servers(bytes_after(one, 8));
		left = bytes_after(left, len + 1);
	}
	return old;
}

/* From 1.22 on servers speak TLS 1.2 at least, unless tls10server says otherwise. */
static void apply_go(struct looking *looking, const struct process *process,
	const struct inside *inside, struct host_stack *stack)
{
	if (release_compare(bytes_of_string(stack->release), bytes_of_string("1.22")) <
			0 ||
		!serves_old(looking, process, inside))
		return;
	host_reason(looking->host, &stack->server,
		"tls10server=1 by GODEBUG, or by its go.mod: servers from TLS 1.0 on");
	stack->server.range.on |= VERSIONS_OF(RANK_TLS10) | VERSIONS_OF(RANK_TLS11);
}

static bool was_looked_at(struct looking *looking, const char *path)
{
	for (size_t i = 0; i < looking->program_count; i++)
		if (strcmp(looking->programs[i], path) == 0)
			return true;
	return false;
}

/* A program, once however many run it. */
static void look_at_program(
	struct looking *looking, const struct process *process, const char *link)
{
	struct host *host = looking->host;
	size_t len = strlen(link), gone = strlen(GONE);
	struct host_process *added;
	struct inside inside = { 0 };
	struct host_stack *stack;
	/* At the end alone: a folder may be called so. */
	bool replaced = len > gone && strcmp(link + len - gone, GONE) == 0;
	/* What is there now is told, and that it is another. */
	const char *path =
		host_text(host, "%.*s", (int)(replaced ? len - gone : len), link);

	if (!sees(process) || was_looked_at(looking, path))
		return;
	if (looking->program_count == PROGRAMS_MAX) {
		host_note_add(host, "/proc",
			"more programs run than are looked into: Go's and rustls' among "
			"them may not be told");
		return;
	}
	looking->programs[looking->program_count++] = path;
	if (root_windows(files_of(process), path_in(process, path), 4096, look_inside,
		    &inside) != ERR_OK ||
		(inside.go[0] == '\0' && inside.rustls[0] == '\0'))
		return;
	stack = host_stack_add(host, inside.go[0] != '\0' ? "go" : "rustls",
		host_text(host, "%s", inside.go[0] != '\0' ? inside.go : inside.rustls),
		path);
	stack->of = "linked into it, if it speaks TLS at all";
	(void)host_stack_derive(host, stack, stack->release);
	if (inside.go[0] != '\0')
		apply_go(looking, process, &inside, stack);
	added = add_process(looking, process->pid, stack->stack, path);
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
		process_begin(looking, (uint32_t)strtoul(name, NULL, 10), &process);
		see_network(looking, name);
		look_at_maps(looking, &process,
			bytes_over(text_string(&text), text_len(&text)));
		if (root_link(host->root, host_text(host, "/proc/%s/exe", name), program,
			    sizeof program) == ERR_OK)
			look_at_program(looking, &process, program);
		root_close(&process.own);
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

void stack_processes(struct host *host)
{
	struct looking looking = { .host = host, .live = is_live(host) };
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
	if (looking.listeners == NULL)
		return;
	(void)(root_link(host->root, "/proc/self/ns/mnt", looking.namespace,
		       sizeof looking.namespace) == ERR_OK);
	see_network(&looking, "self");
	for (size_t i = 0; i < count; i++)
		if (names[i][0] >= '1' && names[i][0] <= '9')
			look_at(&looking, names[i]);
	tell_unread(&looking);
}

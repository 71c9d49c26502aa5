/*
 * processes_inside - the parts of what runs, for stack_processes.c and process_*.c alone.
 */
#ifndef HOST_PROCESSES_INSIDE_H
#define HOST_PROCESSES_INSIDE_H

#include "host/host_inside.h"
#include "host/maps.h"

#define PROGRAMS_MAX 1024 /* distinct programs that run */
#define USES_MAX     512  /* stacks that are told of processes alone */
#define NETWORKS_MAX 64   /* of containers; what listens in more is not told */

struct listening {
	uint64_t inode;
	uint16_t port;
};

/* What is linked into a program, whoever runs it. */
struct program_inside {
	uint64_t device;
	uint64_t inode;
	const char *stack; /* "go", "rustls", "node", "openssl"; NULL: nothing */
	const char *release;
	bool old_servers; /* of Go: tls10server=1, by its go.mod */
};

/* A stack that is told of a process, and how many use it alike. */
struct use {
	struct host_stack *stack;
	const char *path; /* as the process sees it */
	size_t count;
	uint32_t pid; /* of the first */
	const char *name;
	const char *system; /* of its container; or NULL */
};

struct looking {
	struct host *host;
	const struct root *root; /* the machine's */
	struct listening *listeners;
	size_t listener_count;
	struct program_inside *programs;
	size_t program_count;
	struct use *uses;
	size_t use_count;
	size_t told;
	char namespace[64];              /* of mounts, this process' */
	char networks[NETWORKS_MAX][64]; /* whose listeners were read */
	size_t network_count;
	bool live;        /* /proc is of the machine that this runs on */
	size_t elsewhere; /* processes whose files cannot be seen */
};

/* A process, and the files that it sees: in a container others than ours. */
struct process {
	uint32_t pid;
	const char *name;
	const struct root *ours; /* NULL: it sees others */
	struct root own;         /* its root, where that is not ours; closed: not seen */
	bool contained;          /* which is another machine's, a container's */
	char where[ROOT_PATH_MAX]; /* its root, in its mounts: a chroot's has a name */
	struct text variables;     /* its environment and its arguments, once they */
	struct text arguments;     /* were read */
	bool settings_read;
};

bool process_sees(const struct process *process);
const struct root *process_files(const struct process *process);

/* Of other mounts paths are told from where those begin, above a chroot. */
const char *process_path(const struct process *process, const char *path);

/* Its environment and arguments; what may not be read is empty. */
struct host_settings process_settings(struct looking *looking, struct process *process);

/* What is linked into the program at that path; NULL: nothing is, or it is not seen. */
const struct program_inside *program_inside(
	struct looking *looking, const struct process *process, const char *path);

/* Go's and rustls' row for it. */
struct host_stack *program_stack(
	struct host *host, const struct program_inside *inside, const char *path);

/* Tells of a stack that a process uses, unless it is told as it is: of a library, or of a
 * program that it is linked into. */
void process_uses(struct looking *looking, struct process *process, const char *stack,
	const char *path, const struct program_inside *inside);

/* Says of each stack that is told so whose it is, once all processes were seen. */
void process_uses_told(struct looking *looking);

#endif

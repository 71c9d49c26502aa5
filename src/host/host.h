/*
 * host - finds the TLS stacks of a machine and what each speaks unless an application
 * says otherwise.
 *
 * Two passes. The first only reads, below a root, and derives each range of release and
 * configuration. The second asks the stacks themselves, where their programs are there
 * and may be run: in a network of its own, in which nobody else is. A stack that was
 * asked has what it answered; what was derived stands in its chain.
 *
 * What cannot be read, believed or run is a note, and a range that does not follow from
 * what was found is unknown, with what would settle it.
 */
#ifndef HOST_HOST_H
#define HOST_HOST_H

#include "evidence/host_stack.h"
#include "host/defaults.h"
#include "sys/root.h"

#define HOST_ARENA_MAX                                                                   \
	((size_t)256 << 20) /* names of all files of a machine's lib folders */
#define HOST_ASKS_MAX  64   /* of stacks that are asked */
#define HOST_NOTES_MAX 256
#define HOST_WORDS_MAX 24 /* of a command */

/* How a stack is asked. "{port}" in a word becomes the port; the server finds its
 * certificate and key at HOST_CERTIFICATE. A client ends with 0 if and only if it
 * completed a handshake. */
#define HOST_CERTIFICATE "/proc/self/fd/3"

struct host_ask {
	struct host_stack *stack;
	const char *client[HOST_WORDS_MAX]; /* the first is a path; none: not asked */
	const char *server[HOST_WORDS_MAX];
	const char *settings[2]; /* of the environment */
	bool listens_everywhere; /* the server cannot be told an address */
};

/* Whose machine it is. */
struct host_system {
	char id[32];      /* "debian", of os-release */
	char version[32]; /* "12" */
};

struct host_settings;

struct host {
	const struct root *root;
	bool here;        /* the machine is this one */
	bool may_run;     /* its programs */
	const char *only; /* names of stacks, parted by commas; NULL: all */
	struct arena *arena;
	struct defaults defaults;
	struct host_system system;
	struct host_report *report;

	/* Members from here on are for src/host alone. */
	struct host_stack **stack_end;
	size_t stack_count;
	struct host_note **note_end;
	size_t note_count;
	struct host_process **process_end;
	struct host_ask *asks[HOST_ASKS_MAX];
	size_t ask_count;
	const struct host_settings *settings; /* of a process; NULL: of this one */
	const char *const *library_folders; /* once they were looked for */
	const char *const *program_folders;
	const char *openssl; /* its program, which is also the peer of clients */
	uint16_t unlisted;   /* what Protocol of an openssl.cnf takes away */
};

/* root, may_run and arena are the caller's, who may then say `here` and `only`.
 * ERR_MEMORY, or a table of data/hosts that is wrong. */
MUST_USE enum err host_begin(struct host *host, struct host_report *report,
	const struct root *root, bool may_run, struct arena *arena, struct fault *why);

/* Both passes over a machine with Linux. */
MUST_USE enum err host_look(struct host *host, struct fault *why);

/* Takes out of the report, and of what is asked, all but host->only. ERR_USAGE: one of
 * those is the name of no stack; why has the one that was meant. */
MUST_USE enum err host_keep_only(struct host *host, struct fault *why);

#endif

/*
 * host_stack - what was found of the TLS stacks of a machine: a library, a runtime, a
 * program that brings its own, and the versions that each speaks unless an application
 * says otherwise.
 *
 * A range is asked of the stack, by handshakes, or derived from its release and its
 * configuration, or unknown: then `missing` says what would settle it. What decides is a
 * chain of clauses, the first the default, the last what has the last word.
 *
 * All that is pointed to lives as long as the report's arena. Names, paths and what a
 * clause quotes are strangers' text.
 */
#ifndef EVIDENCE_HOST_STACK_H
#define EVIDENCE_HOST_STACK_H

#include "evidence/version_range.h"

#define HOST_REASONS_MAX                                                                 \
	10                 /* no chain is longer: default, files, level, what was asked */
#define HOST_PORTS_MAX  16 /* of one process; any more are only counted */
#define HOST_STACKS_MAX 1024 /* a build machine has some hundred interpreters */

enum host_known {
	HOST_UNKNOWN,
	HOST_DERIVED, /* of release and configuration */
	HOST_ASKED,   /* of the stack itself */
};

struct host_side {
	bool absent; /* it has no such side: curl is no server */
	enum host_known known;
	struct version_range range;
	const char *reasons[HOST_REASONS_MAX];
	uint8_t reason_count;
	const char *missing; /* what would settle what is not known; or NULL */
};

struct host_stack {
	const char *stack;   /* "openssl": a name of ours */
	const char *title;   /* "OpenSSL" */
	const char *release; /* "3.0.19"; NULL: not found out */
	const char *path;    /* of the library, the program, or the export */
	const char *of;      /* "32-bit", "by OpenSSL 3.0.19"; or NULL */
	struct host_side client;
	struct host_side server;
	const char *fix; /* what to do if it is too old; or NULL */
	struct host_stack *next;
};

/* Whether the file that a process has mapped is the one that is there now. */
enum host_mapped { MAPPED_AS_STORED, MAPPED_REPLACED, MAPPED_UNKNOWN };

struct host_process {
	uint32_t pid;
	const char *name;
	const char *stack;   /* as of struct host_stack */
	const char *library; /* the file that it has mapped */
	enum host_mapped mapped;
	uint16_t ports[HOST_PORTS_MAX]; /* of TCP, where it listens */
	uint16_t port_count;            /* of all */
	struct host_process *next;
};

/* What was not looked at, or not believed, and why. */
struct host_note {
	const char *about; /* a path, or a program */
	const char *why;   /* a clause */
	struct host_note *next;
};

struct host_report {
	const char *system; /* "Debian GNU/Linux 12 (bookworm)"; or NULL */
	struct host_stack *stacks;
	struct host_process *processes;
	struct host_note *notes;
	bool processes_seen;     /* whether it was looked for any */
	size_t processes_unread; /* that this user may not look into */
};

const char *host_known_name(enum host_known known);    /* "asked", "derived", "unknown" */
const char *host_mapped_name(enum host_mapped mapped); /* "stored", "replaced", ... */

#endif

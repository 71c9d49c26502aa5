/*
 * targets - whom a scan is to ask: names, addresses and ranges of them, each with ports,
 * walked in an order that is no order, each once, and shared with other machines.
 *
 * A range is never written out: the i-th of all targets is computed. All shards of one
 * list walk the same order (base/permutation.h), and shard 2/4 takes every fourth place
 * of it: four machines that were given the same targets share them without a word.
 *
 * One target, on a line of a file or as an argument:
 *
 *	erp.example.net            port 443
 *	erp.example.net:443,8443
 *	192.0.2.1:3389
 *	10.0.4.0/24:443,1433       all 256 addresses
 *	[2001:db8::1]:443          2001:db8::1 and 2001:db8::/120, too
 *	[2001:db8::]/120:443
 *
 * An address that stands in two of them is asked once; what is excluded, never.
 *
 * tests: tests/unit/scan/test_targets.c
 */
#ifndef SCAN_TARGETS_H
#define SCAN_TARGETS_H

#include "base/arena.h"
#include "base/permutation.h"
#include "base/table.h"
#include "sys/dial.h"

#define TARGETS_PORTS_MAX 64      /* of one line */
#define TARGETS_LINES_MAX 1000000 /* 100 MB of names */
#define TARGETS_WIDE      65536   /* a range of more addresses wants a second thought */
#define TARGETS_TEXT_MAX  512     /* one line */

/* Addresses that begin alike. */
struct target_range {
	struct address first;
	uint8_t bits; /* that are fixed, of 128 */
};

struct target_line {
	uint64_t before;  /* targets of all lines before */
	const char *name; /* NULL: a range */
	struct target_range range;
	const uint16_t *ports;
	size_t port_count;
};

/* What is left out. */
struct target_exclusion {
	const char *name; /* NULL: a range */
	struct target_range range;
	const uint16_t *ports;
	size_t port_count; /* 0: all of them */
};

struct targets {
	struct target_line *lines; /* heap */
	size_t count;
	size_t room;
	struct target_exclusion *excluded; /* heap */
	size_t excluded_count;
	size_t excluded_room;
	struct table singles; /* names and lone addresses, each with its port */
	size_t *ranges;       /* heap: lines of more addresses than one */
	size_t range_count;
	size_t range_room;
	uint64_t total;
	bool wide; /* some range is of more than TARGETS_WIDE addresses */
	struct arena arena;
};

void targets_init(struct targets *targets);
void targets_done(struct targets *targets);

/* Adds what one line says. ERR_USAGE: it is no target; ERR_LIMIT: too many. */
MUST_USE enum err targets_add(
	struct targets *targets, const char *text, struct fault *why);

/* From now on these are left out: a name, an address or a range, at the ports that stand
 * behind it, else at all. */
MUST_USE enum err targets_exclude(
	struct targets *targets, const char *text, struct fault *why);

/* Takes each line of a file, or for "-" of standard input, by one of the two above. What
 * follows '#' is a comment, an empty line nothing. A fault names the line. */
MUST_USE enum err targets_read(struct targets *targets, const char *path,
	enum err (*take)(struct targets *targets, const char *text, struct fault *why),
	struct fault *why);

/* Whether an address is excluded at that port: of names, that is known only once it is
 * found. */
bool targets_exclude_address(
	const struct targets *targets, const struct address *address, uint16_t port);

/* What tells these targets from others: the same of all shards and in each run. */
uint64_t targets_digest(const struct targets *targets);

struct target {
	uint64_t place;         /* in the order of all shards */
	const char *name;       /* NULL: known by its address alone */
	struct address address; /* if there is no name */
	uint16_t port;
};

/* A walk over one shard, or all: shard 0 of 1. */
struct targets_walk {
	const struct targets *targets; /* members are for targets.c alone */
	struct permutation order;
	uint64_t first;
	uint64_t next;
	uint64_t step;
};

/* seed: the same of all shards. shard is below shards. */
struct targets_walk targets_walk(
	const struct targets *targets, uint64_t seed, uint32_t shard, uint32_t shards);

/* The next; false: that was all. */
bool targets_next(struct targets_walk *walk, struct target *ret);

/* How many places the walk has in all, and has passed. */
uint64_t targets_walk_places(const struct targets_walk *walk);
uint64_t targets_walk_passed(const struct targets_walk *walk);

/* "2/4" read as shard 1 of 4. ERR_USAGE: it is none. */
MUST_USE enum err targets_read_shard(
	const char *text, uint32_t *ret_shard, uint32_t *ret_shards, struct fault *why);

#endif

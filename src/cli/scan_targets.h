/*
 * scan_targets - whom `tlsunset scan` asks, from its operands and options: names found,
 * many at once, while others are asked (sys/resolve.h).
 */
#ifndef CLI_SCAN_TARGETS_H
#define CLI_SCAN_TARGETS_H

#include "scan/scan.h"
#include "scan/targets.h"
#include "sys/journal.h"
#include "sys/resolve.h"

struct scan_targets_setting {
	const char *const *operands; /* targets; files of them, "-" among those */
	size_t operand_count;
	const char *exclude; /* a file, or what is left out, parted by commas; or NULL */
	const char *shard;   /* "1/4"; or NULL */
	const char *resume;  /* the file that keeps what is done; or NULL */
	const char *dns;     /* name servers, as of resolver_new(); or NULL */
	bool yes;            /* to wide ranges */
	bool all_addresses;  /* of each name; else the first */
	bool udp;            /* they are asked over UDP, which is other work */
	bool mass;           /* they are asked for less, likewise */
};

struct scan_targets {
	struct targets targets; /* members are for scan_targets.c alone */
	struct targets_walk walk;
	bool all_addresses;
	bool excludes;
	bool any;             /* was there that is not excluded */
	uint64_t done_before; /* by an earlier run, as the file of --resume says */
	struct resolver *resolver;
	struct journal *journal;      /* or NULL */
	struct table open;            /* places of which not all addresses have ended */
	struct resolver_answer found; /* whose addresses are handed out */
	size_t found_next;
	bool named;
	char host[DIAL_HOST_MAX];
};

/* Reads whom to ask. ERR_USAGE names what is none, or wants --yes. To be done, whatever
 * the answer. */
MUST_USE enum err scan_targets_begin(struct scan_targets *targets,
	const struct scan_targets_setting *setting, struct fault *why);
void scan_targets_done(struct scan_targets *targets);

/* A target with that tag has ended; that these have is in the file of --resume once it
 * was noted. */
MUST_USE enum err scan_targets_ended(
	struct scan_targets *targets, uint64_t tag, struct fault *why);
MUST_USE enum err scan_targets_note(struct scan_targets *targets, struct fault *why);

/* The guest that the loop must have for as long as targets are asked for. */
struct exchange_guest *scan_targets_guest(struct scan_targets *targets);

/* The next: where it is and by which host, which lives until the next call. ERR_AGAIN:
 * none before the guest was told something. ERR_END: that was all. Another error: one
 * could not be found, and why; there may be more. */
MUST_USE enum err scan_targets_next(
	struct scan_targets *targets, struct scan_target *ret, struct fault *why);

#endif

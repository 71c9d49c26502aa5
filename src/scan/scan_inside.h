/*
 * scan_inside - the servers that a scan has under way: scan.c asks them, target.c makes
 * them and tells what was found.
 *
 * At a port of UDP a server is two targets, each the other's twin: one that is asked in
 * DTLS, one in QUIC. They are handed over together and freed as one.
 */
#ifndef SCAN_SCAN_INSIDE_H
#define SCAN_SCAN_INSIDE_H

#include "scan/scan.h"
#include "sys/deadlines.h"

#define TARGET_TWINS 2 /* targets of one server at most */

/* One server under way. It stands in one of: the queue of those that may have a question,
 * the deadlines of those that wait for a time, neither while it waits for a reply. */
struct target {
	struct deadline due; /* first: a deadline of ours is a target's */
	struct target *next;
	bool queued;
	bool waits;
	bool over;           /* but not handed over: the twin is not over */
	bool answered;       /* or not, but it was asked once */
	struct target *twin; /* over UDP: the same server, asked for the other; or NULL */
	enum probe_transport transport;
	struct survey *survey;
	struct dial_target at;
	enum upgrade upgrade;
	bool guessed; /* and nothing has shown that it is right */
	uint64_t tag;
	uint32_t tried; /* a bit for each way that was taken by guess */
	uint32_t detours;
	time_ns begun;
	size_t host_len;
	size_t name_len;
	uint8_t names[]; /* host, then server name */
};

/* The survey borrows setting. NULL: memory ran out. */
struct target *target_new(
	const struct survey_setting *setting, const struct scan_target *from);
void target_free(struct target *target);

struct bytes target_host(const struct target *target);
struct bytes target_name(const struct target *target);

/* True while nothing is to be asked, for the sake of the twin. */
bool target_waits_for_twin(const struct target *target);

/* Of those that are over: whether it is an endpoint. */
bool target_is_told(const struct target *target);

/* What was found of it; lives as long as the target. Certificates are left out. */
void target_endpoint(const struct target *target, struct endpoint *ret);

#endif

/*
 * store - where evidence is kept: one interface, several stores.
 *
 * A store is written by aggregates (store/aggregate.h), in which whoever watches
 * counts those handshakes that are alike within an hour. What was written survives a
 * crash; what was not is lost with the process, never half an aggregate. The same
 * handshakes of later runs add up.
 *
 * A store is used by one thread at a time, which need not be one that fills an
 * aggregate; several programs may share a store. A fault's sentence names the store and
 * what went wrong.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/hash.h"
#include "evidence/coverage.h"
#include "evidence/endpoint.h"
#include "evidence/owner.h"
#include "evidence/tally.h"
#include "store/aggregate.h"

#define STORE_USUAL "sqlite:evidence.db"

/* Write so often, and a crash costs no more than this. */
#define STORE_WRITE_EVERY (5 * TIME_SECOND)

enum store_mode {
	STORE_READ,  /* must exist; nothing is written */
	STORE_WRITE, /* made if it does not exist, migrated if its schema is older */
};

/* One run of watch, as the store remembers it. */
struct store_run {
	time_ns started;
	time_ns ended;       /* last write so far */
	const char *version; /* of this program */
	struct bytes inputs; /* what was asked for; strangers' text */
	struct coverage coverage;
};

/* Handshakes of an owner's clients, with an owner's servers, or both. */
struct store_owner {
	const struct owners *owners;
	const struct owner *owner; /* one of them */
	bool clients;
	bool servers; /* by address or name */
};

/* Which handshakes to read; zero is all of them. */
struct store_filter {
	time_ns since;                /* seen at or after; 0: from the beginning */
	time_ns until;                /* seen before; 0: to the end */
	const struct address *client; /* NULL: any */
	const struct address *server;
	const struct bytes *server_name; /* compared without regard to case */
	const struct store_owner *owner; /* NULL: anybody's */
};

struct store_totals {
	uint64_t handshakes;
	uint64_t hellos;
	uint64_t clients;
	uint64_t servers; /* address and port */
};

#define STORE_NO_HELLO SIZE_MAX

/* What handshakes that are alike add up to, without their names: clients, endpoints and
 * names have numbers of the store's own. */
struct store_count {
	size_t hello; /* in the order of store_read_hellos(), from 0; STORE_NO_HELLO: not
		       * seen whole */
	uint32_t client;
	uint32_t endpoint;
	uint32_t name;    /* 0: none was sent */
	uint16_t version; /* agreed; VERSION_NONE: no ServerHello was seen */
	uint64_t handshakes;
	time_ns last;
};

/* What a number stands for. */
enum store_subject_kind { STORE_CLIENTS, STORE_ENDPOINTS, STORE_NAMES };

struct store_subject {
	uint32_t number;
	struct address address; /* of a client or an endpoint */
	uint16_t port;          /* of an endpoint */
	struct bytes name;      /* strangers' text */
};

/* Scans of one endpoint that are kept, the newest; some kilobytes each at most, mostly
 * half of one. Weekly ones go half a year back. */
#define STORE_SCANS_KEPT 32

/* Which scans to read; zero is the last of each endpoint. */
struct store_scan_filter {
	const struct address *address; /* NULL: any */
	const struct bytes *host;      /* as it was ever named, or as was named to it;
					* without regard to case */
	uint16_t port;                 /* 0: any */
	bool all;                      /* not the last alone; oldest first */
};

/* What a reader is handed; everything is borrowed until it returns, but hellos
 * live, at one address each, as long as the store is open. An error ends the
 * reading and is passed on. */
struct store_reader {
	enum err (*handshake)(struct store_reader *reader, const struct tally *tally);
	enum err (*count)(struct store_reader *reader, const struct store_count *count);
	enum err (*subject)(
		struct store_reader *reader, const struct store_subject *subject);
	enum err (*hello)(struct store_reader *reader, const struct hello *hello);
	enum err (*run)(struct store_reader *reader, const struct store_run *run);
	enum err (*endpoint)(
		struct store_reader *reader, const struct endpoint *endpoint);
};

struct store;

/* One kind of store. To add one: a file, and a line in store.c. */
struct store_kind {
	const char *name; /* what stands before the colon */
	enum err (*open)(const char *where, enum store_mode mode, struct store **ret,
		struct fault *why);
	void (*close)(struct store *store);
	enum err (*run_begin)(
		struct store *store, const struct store_run *run, struct fault *why);
	enum err (*write)(struct store *store, struct aggregate *aggregate, time_ns now,
		const struct coverage *coverage, struct fault *why);
	enum err (*totals)(
		struct store *store, struct store_totals *ret, struct fault *why);
	enum err (*read_handshakes)(struct store *store,
		const struct store_filter *filter, struct store_reader *reader,
		struct fault *why);
	enum err (*read_counts)(struct store *store, const struct store_filter *filter,
		struct store_reader *reader, struct fault *why);
	enum err (*read_subjects)(struct store *store, enum store_subject_kind kind,
		struct store_reader *reader, struct fault *why);
	enum err (*read_hellos)(
		struct store *store, struct store_reader *reader, struct fault *why);
	enum err (*read_runs)(
		struct store *store, struct store_reader *reader, struct fault *why);
	enum err (*write_scan)(
		struct store *store, const struct endpoint *endpoint, struct fault *why);
	enum err (*commit_scans)(struct store *store, struct fault *why);
	enum err (*read_scans)(struct store *store,
		const struct store_scan_filter *filter, struct store_reader *reader,
		struct fault *why);
	enum err (*read_scans_of)(struct store *store, const struct endpoint *same,
		struct store_reader *reader, struct fault *why);
};

extern const struct store_kind store_sqlite;

/* What every kind of store begins with. */
struct store {
	const struct store_kind *kind;
	uint64_t kept; /* handshakes written by this process */
};

/* Opens "kind:where".
 * ERR_USAGE: no such kind. ERR_NOT_FOUND, ERR_PERMISSION, ERR_BUSY, ERR_FULL,
 * ERR_IO. ERR_SCHEMA: written by a newer program. ERR_TYPE: not ours. */
MUST_USE enum err store_open(
	const char *name, enum store_mode mode, struct store **ret, struct fault *why);

/* NULL is allowed. */
void store_close(struct store *store);

/* Notes that a run began; `ended` and `coverage` are not looked at. */
MUST_USE enum err store_run_begin(
	struct store *store, const struct store_run *run, struct fault *why);

/* Writes what an aggregate holds, if one is given, and clears it; and, if coverage is
 * given, of the run that began how far it is. All of it or, if it fails, nothing:
 * the aggregate then still holds everything, and may be written again. */
MUST_USE enum err store_write(struct store *store, struct aggregate *aggregate,
	time_ns now, const struct coverage *coverage, struct fault *why);

/* How much the store holds, of all runs. */
MUST_USE enum err store_totals(
	struct store *store, struct store_totals *ret, struct fault *why);

/* Hands every tally to reader->handshake, in order of hour. A store open for reading
 * shows one moment, however often it is read. */
MUST_USE enum err store_read_handshakes(struct store *store,
	const struct store_filter *filter, struct store_reader *reader,
	struct fault *why);

/* Hands every count to reader->count, in no order: much faster than tallies, for what is
 * decided by the hello alone. One key may come several times. */
MUST_USE enum err store_read_counts(struct store *store,
	const struct store_filter *filter, struct store_reader *reader,
	struct fault *why);

/* Hands all that has a number of that kind to reader->subject, counted or not. Several
 * endpoints may have one address and port. */
MUST_USE enum err store_read_subjects(struct store *store, enum store_subject_kind kind,
	struct store_reader *reader, struct fault *why);

/* Hands every hello to reader->hello, in the order they were first stored. */
MUST_USE enum err store_read_hellos(
	struct store *store, struct store_reader *reader, struct fault *why);

/* Hands every run to reader->run, oldest first. */
MUST_USE enum err store_read_runs(
	struct store *store, struct store_reader *reader, struct fault *why);

/* Keeps one scan of an endpoint, from store_commit_scans() on; those beyond
 * STORE_SCANS_KEPT of the same are forgotten, oldest first. If it fails, none since the
 * last commit is kept. Others cannot write to the store until the commit: it is due
 * soon. */
MUST_USE enum err store_write_scan(
	struct store *store, const struct endpoint *endpoint, struct fault *why);

/* All scans written since the last commit, or if it fails none of them. */
MUST_USE enum err store_commit_scans(struct store *store, struct fault *why);

/* Hands scans to reader->endpoint, in order of address and port. */
MUST_USE enum err store_read_scans(struct store *store,
	const struct store_scan_filter *filter, struct store_reader *reader,
	struct fault *why);

/* Hands over the scans of the same endpoint, the last first, and those that were not
 * answered behind all that were: address, port, transport, upgrade and the name that was
 * sent are those of `same`. A reader that has enough answers ERR_END, which is the answer
 * then. The last that was answered is never forgotten. */
MUST_USE enum err store_read_scans_of(struct store *store, const struct endpoint *same,
	struct store_reader *reader, struct fault *why);

#endif

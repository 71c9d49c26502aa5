/*
 * server_scans - what a store's scans say that servers accept, to be put beside what was
 * watched of them.
 *
 * A server is an address and a port over TCP, whatever names it was asked by: it accepts
 * what it accepted for any. Of each name the newest scan that was answered counts.
 *
 * tests: tests/unit/report/test_server_scans.c
 */
#ifndef REPORT_SERVER_SCANS_H
#define REPORT_SERVER_SCANS_H

#include "base/table.h"
#include "store/store.h"

/* Some 25 MB; of servers that come later nothing is told. */
#define SERVER_SCANS_MAX 200000

struct server_scan {
	uint64_t used; /* the table's */
	struct address address;
	uint64_t port;
	time_ns at;                    /* of the newest */
	uint16_t accepted;             /* bit 1 << enum version_rank */
	time_ns since[RANK_TLS13 + 1]; /* accepted since that scan, after one that was
					* refused; 0: not known */
};

struct server_scans {
	struct table table; /* for server_scans.c alone */
};

/* Those of the filter's time, of any server. What is found lives until the table is done.
 */
MUST_USE enum err server_scans_read(struct server_scans *ret, struct store *store,
	const struct store_filter *filter, const struct hash_key *key, struct fault *why);
void server_scans_done(struct server_scans *scans);

/* NULL: it was not scanned, or did not answer. */
const struct server_scan *server_scans_find(
	const struct server_scans *scans, const struct address *address, uint16_t port);

/* "TLS 1.2, TLS 1.0"; "nothing". */
void server_scan_versions(const struct server_scan *scan, struct text *text);

/* "accepts TLS 1.0, as scanned on 2026-11-22"; what is of the minimum or newer with the
 * day since when, if that is known. */
void server_scan_tell(
	const struct server_scan *scan, uint16_t minimum, struct text *text);

/* An object: `accepts`, `since` (of each that is known), `at`; of NULL null. */
void server_scan_json(const struct server_scan *scan, struct text *text);

#endif

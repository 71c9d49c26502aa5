/*
 * view - what a store says about a minimum version: the figures that every
 * renderer shows.
 *
 * A view reads the store twice: once to know the clients, once to judge; what servers
 * were found to accept by scans stands beside what was watched, and decides nothing. It
 * owns what it holds but hellos, which live as long as the store is open. Clients of
 * which only junk was seen are counted as junk and nowhere else.
 */
#ifndef REPORT_VIEW_H
#define REPORT_VIEW_H

#include "base/arena.h"
#include "base/table.h"
#include "policy/judge.h"
#include "report/server_scans.h"
#include "store/store.h"

/* Rows of one view: some 200 MB at most; what comes later is only in the totals. */
#define VIEW_ROWS_MAX 1000000

enum view_by {       /* what a row stands for */
	VIEW_DETAIL, /* client, server, name, hello and answer of what breaks */
	VIEW_CLIENT,
	VIEW_SERVER,
	VIEW_NAME,
	VIEW_HELLO,
	VIEW_BY_COUNT
};

/* One row; what it does not stand for is not set. */
struct view_row {
	struct address client;
	struct address server;
	uint16_t server_port;
	struct bytes server_name; /* strangers' text */
	const struct server_scan
		*scan;             /* of a server that is told; NULL: there is none */
	const struct owner *owner; /* of the client, else of the server; NULL: nobody */
	const struct hello *hello;
	uint16_t version;     /* agreed, VERSION_NONE if no ServerHello was seen; then */
	enum outcome outcome; /* how it ended */
	uint64_t handshakes;
	uint64_t by_class[CLASS_COUNT];
	uint64_t by_verdict[VERDICT_COUNT];
	time_ns first;
	time_ns last;
};

struct view_class {
	uint64_t clients;
	uint64_t handshakes;
};

#define VIEW_SERVERS_TOLD 3 /* server-limited ones named in the table of classes */

struct view_server {
	struct address address;
	uint16_t port;
	const struct server_scan *scan; /* NULL: there is none */
};

struct view {
	uint16_t minimum;
	enum view_by by;
	uint64_t clients;    /* all but those that are only junk */
	uint64_t handshakes; /* likewise */
	uint64_t clients_by_verdict[VERDICT_COUNT];
	uint64_t handshakes_by_verdict[VERDICT_COUNT];
	struct view_class classes[CLASS_COUNT];
	uint64_t limited_servers; /* distinct, of class server-limited */
	struct view_server limited_told[VIEW_SERVERS_TOLD]; /* the first of them */
	uint64_t limited_scanned; /* of limited_servers those of which there is a scan */
	uint64_t limited_able; /* and that were found to accept the minimum, or newer */
	struct server_scans scans;
	struct coverage coverage; /* of all runs */
	uint64_t runs;
	struct view_row *rows; /* by handshakes that break, then all, then address */
	size_t row_count;
	bool owned;    /* rows say whose they are */
	bool rows_cut; /* VIEW_ROWS_MAX was reached, or names filled their room */
	struct arena arena;
};

/* No handshake was asked about: not even one of junk. Which is no all-clear. */
bool view_is_empty(const struct view *view);

/* minimum: a version_parse() result. ERR_MEMORY, or what the store says. */
MUST_USE enum err view_init(struct view *view, struct store *store,
	const struct store_filter *filter, uint16_t minimum, enum view_by by,
	const struct hash_key *key, struct fault *why);
void view_done(struct view *view);

/* "client", "server", "name", "hello"; "detail". */
const char *view_by_name(enum view_by by);

#endif

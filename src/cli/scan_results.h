/*
 * scan_results - what becomes of each scanned endpoint: it is judged, compared with its
 * last scan, shown and kept; and what the program ends with.
 */
#ifndef CLI_SCAN_RESULTS_H
#define CLI_SCAN_RESULTS_H

#include "cli/fail_on.h"
#include "report/endpoint_render.h"
#include "store/store.h"

struct scan_results_setting {
	const struct endpoint_renderer *renderer;
	const char *policy;  /* a name or a file; NULL: nothing is judged */
	const char *fail_on; /* as fail_on_parse() takes it; NULL: as usual */
	const char *store;   /* NULL: nothing is kept */
	bool store_named;    /* by the user: then it is wrong if it cannot be written */
	bool diff;
	bool stored;   /* nobody is asked: the store is read, not written */
	bool udp;      /* of what is kept only that over UDP */
	time_ns today; /* 0: it is */
};

struct scan_results {
	struct sink sink; /* of endpoints */
	struct scan_results_setting
		setting; /* members from here on are for its file alone */
	struct policy policy;
	struct endpoint_diff *diff;
	struct store *store;
	struct endpoint_summary summary;
	struct fail_on fails;
	uint64_t servers[VERDICT_COUNT]; /* that break or got worse; of which something,
					  * or all, stayed unknown: one may be both */
	bool cut_short;
	unsigned width;   /* of the terminal */
	struct text text; /* what was not printed yet */
};

/* Loads the policy and opens the store, and writes what stands before all endpoints. */
MUST_USE enum err scan_results_begin(struct scan_results *results,
	const struct scan_results_setting *setting, struct fault *why);

/* Whether so much waits that a flush is due. */
bool scan_results_full(const struct scan_results *results);

/* Keeps and then prints what the sink took: many endpoints at once, since a transaction
 * costs more than what stands in it. */
MUST_USE enum err scan_results_flush(struct scan_results *results, struct fault *why);

/* Hands over what is kept: of a target "HOST:PORT", or of all for NULL. One of which
 * there is nothing is told, and lacks. */
MUST_USE enum err scan_results_stored(
	struct scan_results *results, const char *target, struct fault *why);

/* A target could not be asked: it is unknown. */
void scan_results_lack(struct scan_results *results);

/* It was ended before all were asked: never "nothing found" after that. */
void scan_results_cut_short(struct scan_results *results);

/* So many targets were done by an earlier run: what that found is not judged here. */
void scan_results_done_before(struct scan_results *results, uint64_t count);

/* Flushes, and writes what stands behind all. What the program ends with: 1 if more
 * servers break or got worse, or are unknown, than `fail_on` allows; else 3 if something
 * stayed unknown that it did not allow, else 0. */
MUST_USE enum err scan_results_end(
	struct scan_results *results, enum exit_code *ret, struct fault *why);

/* Closes the store; of results that never began nothing. */
void scan_results_done(struct scan_results *results);

#endif

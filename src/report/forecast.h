/*
 * forecast - what policies would make of the handshakes of a store: each distinct hello
 * is judged once a policy, and the store's counts say whom that concerns.
 *
 * So the time is that of the store's scan, and of hellos times policies. A client
 * breaks if one of its hellos does. A forecast owns what it holds but hellos, which live
 * as long as the store is open, and policies.
 *
 * tests: tests/unit/report/test_forecast.c
 */
#ifndef REPORT_FORECAST_H
#define REPORT_FORECAST_H

#include "base/arena.h"
#include "policy/prediction.h"
#include "report/server_seen.h"
#include "report/view.h"
#include "store/store.h"

#define FORECAST_POLICIES_MAX 16 /* side by side; wider is no table any more */

/* Reasons that stand apart, a bit each. Behind so many that do, one is counted with the
 * others of its kind, "no common group (others)": lists of groups are strangers'. */
#define FORECAST_REASONS_MAX 64

#define FORECAST_RANKS (RANK_TLS13 + 1)

/* What one policy makes of a hello. */
struct forecast_prediction {
	struct negotiation negotiation;
	const char *reason; /* one clause in lower case; "" if it passes */
	uint8_t verdict;
	uint8_t index; /* of the reason it is counted with; of what does not pass */
};

struct forecast_hello {
	const struct hello *hello;
	uint64_t clients;
	uint64_t handshakes;
	const struct forecast_prediction *predictions; /* one a policy */
};

struct forecast_reason {
	enum verdict verdict;
	uint8_t index; /* as it was met; later, where that one stands now */
	const char *text;
	uint64_t clients;
	uint64_t handshakes;
};

/* Whether a policy is in force on the day that was asked about. */
enum forecast_force {
	FORCE_UNASKED,
	FORCE_UNDATED, /* it names no date */
	FORCE_NOT_YET,
	FORCE_BY_THEN,
};

/* What one policy makes of all. */
struct forecast_policy {
	enum forecast_force force;
	const struct server_profile *profile;
	const struct server_origin *origin; /* of what the profile says; NULL: not told */
	uint64_t clients[VERDICT_COUNT];
	uint64_t handshakes[VERDICT_COUNT];
	uint64_t in_part; /* clients that break, with a hello that passes too */
	uint64_t passing[FORECAST_RANKS]; /* clients with a hello that passes as this */
	/* Clients that agreed on the first version and would agree on the second. */
	uint64_t moving[FORECAST_RANKS][FORECAST_RANKS];
	struct forecast_reason reasons[FORECAST_REASONS_MAX]; /* by clients */
	size_t reason_count;
};

/* Handshakes of a row with one hello. */
struct forecast_part {
	const struct forecast_hello *hello; /* NULL: it was not seen whole */
	uint64_t handshakes;
};

/* A client, a server or a server name. */
struct forecast_row {
	struct address address;    /* of a client or server */
	uint16_t port;             /* of a server */
	struct bytes name;         /* strangers' text; empty: none was sent */
	const struct owner *owner; /* NULL: nobody, or nobody was asked for */
	uint64_t handshakes;
	uint64_t clients;
	time_ns last;
	struct forecast_part *parts; /* by handshakes */
	size_t part_count;
	/* Likewise, by verdict, one a policy. */
	uint64_t (*clients_by_verdict)[VERDICT_COUNT];
	uint64_t (*handshakes_by_verdict)[VERDICT_COUNT];
};

struct forecast {
	struct forecast_policy policies[FORECAST_POLICIES_MAX];
	size_t policy_count;
	time_ns on;                    /* the day that was asked about; 0: none */
	struct forecast_hello *hellos; /* that were counted; by handshakes */
	size_t hello_count;
	uint64_t clients;
	uint64_t handshakes;
	uint64_t without_hello;   /* handshakes whose hello was not seen whole */
	uint64_t without_clients; /* who said one, whatever else they said */
	struct coverage coverage; /* of all runs */
	uint64_t runs;

	enum view_by by;           /* of the rows; VIEW_DETAIL and VIEW_HELLO have none */
	struct forecast_row *rows; /* those with most that breaks first */
	size_t row_count;
	bool owned;    /* rows say whose they are */
	bool rows_cut; /* there were more than VIEW_ROWS_MAX */

	struct forecast_prediction *predictions; /* of all hellos, in the store's order */
	size_t prediction_count;
	struct forecast_part *parts;         /* of all rows */
	uint64_t (*verdicts)[VERDICT_COUNT]; /* likewise */
	struct arena arena;                  /* reasons and names */
};

struct forecast_asked {
	const struct store_filter *filter;
	const struct server_profile *profiles; /* one a policy */
	const struct server_origin *origins;   /* likewise, or NULL */
	size_t policy_count;
	enum view_by by;
	time_ns on; /* the day; 0: none */
};

/* ERR_MEMORY, ERR_LIMIT, or what the store says. */
MUST_USE enum err forecast_init(struct forecast *forecast, struct store *store,
	const struct forecast_asked *asked, const struct hash_key *key,
	struct fault *why);
void forecast_done(struct forecast *forecast);

/* Why hellos of a row do not pass under a policy, by handshakes; how many reasons. */
#define FORECAST_ROW_REASONS_MAX (FORECAST_REASONS_MAX + 1) /* and hellos not seen */

size_t forecast_row_reasons(const struct forecast *forecast,
	const struct forecast_row *row, size_t policy,
	struct forecast_reason ret[FORECAST_ROW_REASONS_MAX]);

/* The versions that hellos of a row pass as, newest first; how many. */
#define FORECAST_VERSIONS_MAX (2 * FORECAST_RANKS) /* of TLS and DTLS */

size_t forecast_row_versions(const struct forecast_row *row, size_t policy,
	uint16_t ret[FORECAST_VERSIONS_MAX]);

/* Whose hello was not seen whole. */
#define FORECAST_NOT_SEEN "the hello was not seen whole"

#endif

/*
 * forecast - what policies would make of the handshakes of a store: each distinct hello
 * is judged once a policy, and the store's counts say whom that concerns.
 *
 * So the time is that of the store's scan, and of hellos times policies. A client
 * breaks if one of its hellos does. A forecast owns what it holds but hellos, which live
 * as long as the store is open, and policies.
 */
#ifndef REPORT_FORECAST_H
#define REPORT_FORECAST_H

#include "policy/prediction.h"
#include "store/store.h"

#define FORECAST_POLICIES_MAX 16 /* side by side; wider is no table any more */
#define FORECAST_REASONS_MAX                                                             \
	64 /* one bit each; the last stands for all that come later */

#define FORECAST_RANKS (RANK_TLS13 + 1)

struct forecast_hello {
	const struct hello *hello;
	uint64_t clients;
	uint64_t handshakes;
	struct prediction predictions[FORECAST_POLICIES_MAX];
	uint8_t reasons[FORECAST_POLICIES_MAX]; /* index; of those that do not pass */
};

struct forecast_reason {
	enum verdict verdict;
	char text[REASON_MAX];
	uint64_t clients;
	uint64_t handshakes;
};

/* What one policy makes of all. */
struct forecast_policy {
	const struct server_profile *profile;
	uint64_t clients[VERDICT_COUNT];
	uint64_t handshakes[VERDICT_COUNT];
	uint64_t passing[FORECAST_RANKS]; /* clients with a hello that passes as this */
	/* Clients that agreed on the first version and would agree on the second. */
	uint64_t moving[FORECAST_RANKS][FORECAST_RANKS];
	struct forecast_reason reasons[FORECAST_REASONS_MAX]; /* by clients */
	size_t reason_count;
};

struct forecast {
	struct forecast_policy policies[FORECAST_POLICIES_MAX];
	size_t policy_count;
	struct forecast_hello *hellos; /* that were counted; by handshakes */
	size_t hello_count;
	uint64_t clients;
	uint64_t handshakes;
	uint64_t without_hello; /* handshakes whose hello was not seen whole */
};

/* ERR_MEMORY, ERR_LIMIT, or what the store says. */
MUST_USE enum err forecast_init(struct forecast *forecast, struct store *store,
	const struct store_filter *filter, const struct server_profile *profiles,
	size_t count, const struct hash_key *key, struct fault *why);
void forecast_done(struct forecast *forecast);

#endif

#include "report/forecast.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/table.h"

/* Some 2 GB; see CLIENTS_MAX of view.c. */
#define CLIENTS_MAX 4000000
#define PAIRS_MAX   16000000 /* of a client and a hello: some 500 MB */

/* What was seen of a client, for one policy. */
struct fate {
	uint64_t reasons; /* bits */
	uint64_t moves;   /* bits: the old rank times 8, and the new */
	uint8_t verdicts; /* bits */
	uint8_t passing;  /* bits: ranks */
};

struct seen_client {
	uint64_t used;
	uint64_t client;
	struct fate fates[FORECAST_POLICIES_MAX];
};

struct pair {
	uint64_t used;
	uint64_t client;
	uint64_t hello;
};

_Static_assert(FORECAST_RANKS <= 8, "two ranks are six bits");

struct gathering {
	struct store_reader reader;
	struct forecast *forecast;
	struct table clients;
	struct table pairs;
	size_t room;        /* of forecast->hellos */
	struct offer offer; /* large */
	struct store_count last;
};

/* The index of a reason; those past the ceiling share the last. */
static uint8_t reason_index(
	struct forecast_policy *policy, const struct prediction *prediction)
{
	struct forecast_reason *reason;

	for (size_t i = 0; i < policy->reason_count; i++)
		if (policy->reasons[i].verdict == prediction->verdict &&
			strcmp(policy->reasons[i].text, prediction->reason) == 0)
			return (uint8_t)i;
	if (policy->reason_count == FORECAST_REASONS_MAX) {
		reason = &policy->reasons[FORECAST_REASONS_MAX - 1];
		(void)snprintf(reason->text, sizeof reason->text, "other reasons");
		return FORECAST_REASONS_MAX - 1;
	}
	reason = &policy->reasons[policy->reason_count];
	reason->verdict = prediction->verdict;
	(void)snprintf(reason->text, sizeof reason->text, "%s", prediction->reason);
	return (uint8_t)policy->reason_count++;
}

/* A form that cannot be read back cannot be judged. */
static void judge_hello(struct gathering *all, struct forecast_hello *ret)
{
	struct forecast *forecast = all->forecast;
	enum err err = offer_of_hello(ret->hello, &all->offer);

	for (size_t i = 0; i < forecast->policy_count; i++) {
		struct prediction *prediction = &ret->predictions[i];

		if (err == ERR_OK) {
			predict(forecast->policies[i].profile, &all->offer, prediction);
		} else {
			prediction->verdict = VERDICT_UNKNOWN;
			(void)snprintf(prediction->reason, sizeof prediction->reason,
				"the hello cannot be read");
		}
		if (prediction->verdict != VERDICT_PASSES)
			ret->reasons[i] =
				reason_index(&forecast->policies[i], prediction);
	}
}

static enum err add_hello(struct store_reader *reader, const struct hello *hello)
{
	struct gathering *all = (struct gathering *)reader;
	struct forecast *forecast = all->forecast;
	struct forecast_hello *grown = forecast->hellos;

	if (forecast->hello_count == all->room) {
		all->room = all->room == 0 ? 1024 : 2 * all->room;
		grown = realloc(forecast->hellos, all->room * sizeof *grown);
		if (grown == NULL)
			return ERR_MEMORY;
		forecast->hellos = grown;
	}
	grown += forecast->hello_count++;
	*grown = (struct forecast_hello){ .hello = hello };
	judge_hello(all, grown);
	return ERR_OK;
}

static void note_fate(struct fate *fate, const struct forecast_hello *hello,
	size_t policy, uint16_t agreed)
{
	const struct prediction *prediction = &hello->predictions[policy];
	unsigned old = version_rank(agreed);
	unsigned new;

	fate->verdicts |= (uint8_t)(1u << prediction->verdict);
	if (prediction->verdict != VERDICT_PASSES) {
		fate->reasons |= UINT64_C(1) << hello->reasons[policy];
		return;
	}
	new = version_rank(prediction->negotiation.version);
	fate->passing |= (uint8_t)(1u << new);
	if (old != RANK_UNKNOWN && old < new)
		fate->moves |= UINT64_C(1) << (old * 8 + new);
}

static enum err out_of_room(const struct table *table)
{
	return table_full(table) ? ERR_LIMIT : ERR_MEMORY;
}

static enum err note_pair(struct gathering *all, struct forecast_hello *hello,
	const struct store_count *count)
{
	struct forecast *forecast = all->forecast;
	uint64_t key[2] = { count->client, count->hello };
	uint64_t client = count->client;
	size_t before = all->pairs.count;
	struct seen_client *seen;

	if (table_take(&all->pairs, key) == NULL)
		return out_of_room(&all->pairs);
	hello->clients += all->pairs.count - before;
	seen = table_take(&all->clients, &client);
	if (seen == NULL)
		return out_of_room(&all->clients);
	for (size_t i = 0; i < forecast->policy_count; i++)
		note_fate(&seen->fates[i], hello, i, count->version);
	return ERR_OK;
}

static enum err note_unseen(struct gathering *all, const struct store_count *count)
{
	uint64_t client = count->client;
	struct seen_client *seen = table_take(&all->clients, &client);

	all->forecast->without_hello += count->handshakes;
	if (seen == NULL)
		return out_of_room(&all->clients);
	for (size_t i = 0; i < all->forecast->policy_count; i++)
		seen->fates[i].verdicts |= 1u << VERDICT_UNKNOWN;
	return ERR_OK;
}

/* A client's counts stand together mostly: what was noted just now is not looked up. */
static enum err add_count(struct store_reader *reader, const struct store_count *count)
{
	struct gathering *all = (struct gathering *)reader;
	struct forecast_hello *hello;
	bool again = all->last.handshakes > 0 && all->last.client == count->client &&
		     all->last.hello == count->hello &&
		     all->last.version == count->version;

	all->last = *count;
	all->forecast->handshakes += count->handshakes;
	if (count->hello == STORE_NO_HELLO)
		return note_unseen(all, count);
	if (count->hello >= all->forecast->hello_count)
		return ERR_VALUE;
	hello = &all->forecast->hellos[count->hello];
	hello->handshakes += count->handshakes;
	return again ? ERR_OK : note_pair(all, hello, count);
}

static enum verdict verdict_of(const struct fate *fate)
{
	if (fate->verdicts & 1u << VERDICT_BREAKS)
		return VERDICT_BREAKS;
	return fate->verdicts & 1u << VERDICT_PASSES ? VERDICT_PASSES : VERDICT_UNKNOWN;
}

static void count_fate(struct forecast_policy *policy, const struct fate *fate)
{
	policy->clients[verdict_of(fate)]++;
	for (size_t i = 0; i < policy->reason_count; i++)
		policy->reasons[i].clients += fate->reasons >> i & 1;
	for (size_t i = 0; i < FORECAST_RANKS; i++)
		policy->passing[i] += fate->passing >> i & 1;
	for (size_t i = 0; i < FORECAST_RANKS && fate->moves != 0; i++)
		for (size_t j = 0; j < FORECAST_RANKS; j++)
			policy->moving[i][j] += fate->moves >> (i * 8 + j) & 1;
}

static void count_clients(struct gathering *all)
{
	struct forecast *forecast = all->forecast;
	const struct seen_client *client = NULL;

	forecast->clients = all->clients.count;
	while ((client = table_next(&all->clients, client)) != NULL)
		for (size_t i = 0; i < forecast->policy_count; i++)
			count_fate(&forecast->policies[i], &client->fates[i]);
}

static void count_handshakes(struct forecast *forecast)
{
	for (size_t i = 0; i < forecast->policy_count; i++) {
		struct forecast_policy *policy = &forecast->policies[i];

		policy->handshakes[VERDICT_UNKNOWN] = forecast->without_hello;
		for (size_t j = 0; j < forecast->hello_count; j++) {
			const struct forecast_hello *hello = &forecast->hellos[j];
			enum verdict verdict = hello->predictions[i].verdict;

			policy->handshakes[verdict] += hello->handshakes;
			if (verdict != VERDICT_PASSES)
				policy->reasons[hello->reasons[i]].handshakes +=
					hello->handshakes;
		}
	}
}

static int hello_compare(const void *a, const void *b)
{
	const struct forecast_hello *x = a, *y = b;

	if (x->handshakes != y->handshakes)
		return x->handshakes > y->handshakes ? -1 : 1;
	return memcmp(x->hello->digest, y->hello->digest, SHA256_LEN);
}

static int reason_compare(const void *a, const void *b)
{
	const struct forecast_reason *x = a, *y = b;

	if (x->verdict != y->verdict)
		return x->verdict == VERDICT_BREAKS ? -1 : 1;
	if (x->clients != y->clients)
		return x->clients > y->clients ? -1 : 1;
	return strcmp(x->text, y->text);
}

/* Hellos that the filter leaves out go; after this the reasons' indices mean nothing. */
static void sort_all(struct forecast *forecast)
{
	if (forecast->hello_count > 0)
		qsort(forecast->hellos, forecast->hello_count, sizeof forecast->hellos[0],
			hello_compare);
	while (forecast->hello_count > 0 &&
		forecast->hellos[forecast->hello_count - 1].handshakes == 0)
		forecast->hello_count--;
	for (size_t i = 0; i < forecast->policy_count; i++) {
		struct forecast_policy *policy = &forecast->policies[i];

		qsort(policy->reasons, policy->reason_count, sizeof policy->reasons[0],
			reason_compare);
		while (policy->reason_count > 0 &&
			policy->reasons[policy->reason_count - 1].clients == 0)
			policy->reason_count--;
	}
}

static enum err gather(struct gathering *all, struct store *store,
	const struct store_filter *filter, struct fault *why)
{
	enum err err;

	all->reader.hello = add_hello;
	all->reader.count = add_count;
	err = store_read_hellos(store, &all->reader, why);
	if (err == ERR_OK)
		err = store_read_counts(store, filter, &all->reader, why);
	if (err == ERR_LIMIT)
		return fault_set(why, err,
			"cannot sum up so many clients at once; ask for a part of them, "
			"with --since, --until, --client or --server");
	if (err == ERR_MEMORY || err == ERR_VALUE)
		return fault_set(
			why, err, "cannot sum up the store: %s", err_sentence(err));
	if (err != ERR_OK)
		return err;
	count_clients(all);
	count_handshakes(all->forecast);
	sort_all(all->forecast);
	return ERR_OK;
}

enum err forecast_init(struct forecast *forecast, struct store *store,
	const struct store_filter *filter, const struct server_profile *profiles,
	size_t count, const struct hash_key *key, struct fault *why)
{
	struct gathering *all = calloc(1, sizeof *all);
	enum err err;

	*forecast = (struct forecast){ .policy_count = count };
	if (all == NULL)
		return fault_set(why, ERR_MEMORY, "memory ran out");
	for (size_t i = 0; i < count; i++)
		forecast->policies[i].profile = &profiles[i];
	all->forecast = forecast;
	table_init(&all->clients, sizeof(struct seen_client), sizeof(uint64_t),
		CLIENTS_MAX, key);
	table_init(
		&all->pairs, sizeof(struct pair), 2 * sizeof(uint64_t), PAIRS_MAX, key);
	err = gather(all, store, filter, why);
	table_done(&all->clients);
	table_done(&all->pairs);
	free(all);
	if (err != ERR_OK)
		forecast_done(forecast);
	return err;
}

void forecast_done(struct forecast *forecast)
{
	free(forecast->hellos);
	*forecast = (struct forecast){ 0 };
}

#include "report/forecast.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/table.h"

#define CLIENTS_MAX 16000000 /* the store's numbers; 24 bytes a policy each */
#define PAIRS_MAX   32000000 /* of a client and a hello: 1 GB */

/* What was seen of a client, for one policy. */
struct fate {
	uint64_t reasons; /* bits */
	uint64_t moves;   /* bits: the old rank times 8, and the new */
	uint8_t verdicts; /* bits; 0: the client was not counted */
	uint8_t passing;  /* bits: ranks */
};

struct pair {
	uint64_t used;
	uint64_t key; /* client and hello */
};

_Static_assert(FORECAST_RANKS <= 8, "two ranks are six bits");

struct gathering {
	struct store_reader reader;
	struct forecast *forecast;
	struct fate *fates; /* by the store's number of a client, one a policy */
	size_t client_room;
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

/* The store numbers its clients from 1 on, so what is known of one is found by number:
 * NULL if memory ran out, or the number is past all reason. */
static struct fate *fates_of(struct gathering *all, uint32_t client)
{
	size_t policies = all->forecast->policy_count;
	size_t room = all->client_room == 0 ? 4096 : all->client_room;
	struct fate *grown;

	if (client < all->client_room)
		return &all->fates[client * policies];
	if (client >= CLIENTS_MAX)
		return NULL;
	while (room <= client)
		room *= 2;
	grown = realloc(all->fates, room * policies * sizeof *grown);
	if (grown == NULL)
		return NULL;
	memset(grown + all->client_room * policies, 0,
		(room - all->client_room) * policies * sizeof *grown);
	all->fates = grown;
	all->client_room = room;
	return &grown[client * policies];
}

static enum err note_pair(struct gathering *all, struct forecast_hello *hello,
	const struct store_count *count)
{
	uint64_t key = (uint64_t)count->client << 32 | (uint32_t)count->hello;
	struct fate *fates = fates_of(all, count->client);
	size_t before = all->pairs.count;

	if (fates == NULL || table_take(&all->pairs, &key) == NULL)
		return ERR_LIMIT;
	hello->clients += all->pairs.count - before;
	for (size_t i = 0; i < all->forecast->policy_count; i++)
		note_fate(&fates[i], hello, i, count->version);
	return ERR_OK;
}

static enum err note_unseen(struct gathering *all, const struct store_count *count)
{
	struct fate *fates = fates_of(all, count->client);

	all->forecast->without_hello += count->handshakes;
	if (fates == NULL)
		return ERR_LIMIT;
	for (size_t i = 0; i < all->forecast->policy_count; i++)
		fates[i].verdicts |= 1u << VERDICT_UNKNOWN;
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
	size_t policies = forecast->policy_count;

	for (size_t client = 0; client < all->client_room; client++) {
		const struct fate *fates = &all->fates[client * policies];

		forecast->clients += fates[0].verdicts != 0;
		for (size_t i = 0; i < policies && fates[i].verdicts != 0; i++)
			count_fate(&forecast->policies[i], &fates[i]);
	}
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
	table_init(&all->pairs, sizeof(struct pair), sizeof(uint64_t), PAIRS_MAX, key);
	err = gather(all, store, filter, why);
	table_done(&all->pairs);
	free(all->fates);
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

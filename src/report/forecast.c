#include "report/forecast.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/table.h"
#include "report/forecast_rows.h"

#define ARENA_MAX   (64u << 20) /* reasons, and names of rows: strangers' */
#define CLIENTS_MAX 16000000    /* the store's numbers; 24 bytes a policy each */
#define PAIRS_MAX   32000000    /* of a client and a hello: 1 GB */

/* Of a hello whose own words had no room any more. */
#define REASON_UNTOLD "fails for a reason of its own"

/* What was seen of a client, for one policy. */
struct fate {
	uint64_t reasons; /* bits */
	uint64_t moves;   /* bits: the old rank times 8, and the new */
	uint8_t verdicts; /* bits; 0: the client was not counted */
	uint8_t passing;  /* bits: ranks */
	bool unseen;      /* some hello was not seen whole; of the first policy alone */
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
	struct forecast_rows *rows; /* NULL: not asked for */
};

/* Every kind of refusal has a row of its own for what there is no room to tell apart. */
#define REASONS_APART (FORECAST_REASONS_MAX - 2 * REFUSAL_COUNT)

static struct forecast_reason *find_reason(
	struct forecast_policy *policy, enum verdict verdict, const char *text)
{
	for (size_t i = 0; i < policy->reason_count; i++)
		if (policy->reasons[i].verdict == verdict &&
			strcmp(policy->reasons[i].text, text) == 0)
			return &policy->reasons[i];
	return NULL;
}

static const char *keep_reason(struct forecast *forecast, const char *text)
{
	const char *kept = arena_string(&forecast->arena, bytes_of_string(text));

	return kept != NULL ? kept : REASON_UNTOLD;
}

static struct forecast_reason *add_reason(struct forecast *forecast,
	struct forecast_policy *policy, enum verdict verdict, const char *text)
{
	struct forecast_reason *reason = &policy->reasons[policy->reason_count];

	*reason = (struct forecast_reason){
		.verdict = verdict,
		.index = (uint8_t)policy->reason_count++,
		.text = keep_reason(forecast, text),
	};
	return reason;
}

/* That of its kind, which is behind those told apart. */
static struct forecast_reason *other_reason(struct forecast *forecast,
	struct forecast_policy *policy, const struct prediction *prediction)
{
	const char *kind = refusal_text(prediction->negotiation.refusal);
	struct forecast_reason *reason;
	char text[REASON_MAX];

	(void)snprintf(text, sizeof text, "%s (others)", kind != NULL ? kind : "fails");
	reason = find_reason(policy, prediction->verdict, text);
	return reason != NULL ? reason
			      : add_reason(forecast, policy, prediction->verdict, text);
}

static void note_reason(struct forecast *forecast, struct forecast_policy *policy,
	const struct prediction *prediction, struct forecast_prediction *ret)
{
	struct forecast_reason *reason =
		find_reason(policy, prediction->verdict, prediction->reason);

	if (reason == NULL && policy->reason_count < REASONS_APART)
		reason = add_reason(
			forecast, policy, prediction->verdict, prediction->reason);
	if (reason != NULL) {
		ret->reason = reason->text;
	} else {
		reason = other_reason(forecast, policy, prediction);
		ret->reason = keep_reason(forecast, prediction->reason);
	}
	ret->index = reason->index;
}

/* A form that cannot be read back cannot be judged. */
static void judge_hello(struct gathering *all, const struct hello *hello,
	struct forecast_prediction ret[])
{
	struct forecast *forecast = all->forecast;
	enum err err = offer_of_hello(hello, &all->offer);

	for (size_t i = 0; i < forecast->policy_count; i++) {
		struct prediction prediction = { .verdict = VERDICT_UNKNOWN,
			.reason = "the hello cannot be read" };

		if (err == ERR_OK)
			predict(forecast->policies[i].profile, &all->offer, &prediction);
		ret[i] = (struct forecast_prediction){
			.negotiation = prediction.negotiation,
			.reason = "",
			.verdict = (uint8_t)prediction.verdict,
		};
		if (prediction.verdict != VERDICT_PASSES)
			note_reason(
				forecast, &forecast->policies[i], &prediction, &ret[i]);
	}
}

static enum err make_room(struct gathering *all)
{
	struct forecast *forecast = all->forecast;
	size_t room = all->room == 0 ? 1024 : 2 * all->room;
	struct forecast_hello *hellos =
		realloc(forecast->hellos, room * sizeof *forecast->hellos);
	struct forecast_prediction *predictions;

	if (hellos == NULL)
		return ERR_MEMORY;
	forecast->hellos = hellos;
	predictions = realloc(forecast->predictions,
		room * forecast->policy_count * sizeof *predictions);
	if (predictions == NULL)
		return ERR_MEMORY;
	forecast->predictions = predictions;
	all->room = room;
	return ERR_OK;
}

static enum err add_hello(struct store_reader *reader, const struct hello *hello)
{
	struct gathering *all = (struct gathering *)reader;
	struct forecast *forecast = all->forecast;
	size_t number = forecast->hello_count;

	if (number == all->room && make_room(all) != ERR_OK)
		return ERR_MEMORY;
	memset(&forecast->predictions[number * forecast->policy_count], 0,
		forecast->policy_count * sizeof *forecast->predictions);
	forecast->hellos[forecast->hello_count++] =
		(struct forecast_hello){ .hello = hello };
	return ERR_OK;
}

/* They stay where they are from now on. */
static void join_predictions(struct forecast *forecast)
{
	forecast->prediction_count = forecast->hello_count * forecast->policy_count;
	for (size_t i = 0; i < forecast->hello_count; i++)
		forecast->hellos[i].predictions =
			&forecast->predictions[i * forecast->policy_count];
}

static void note_fate(struct fate *fate, const struct forecast_hello *hello,
	size_t policy, uint16_t agreed)
{
	const struct forecast_prediction *prediction = &hello->predictions[policy];
	unsigned old = version_rank(agreed);
	unsigned new;

	fate->verdicts |= (uint8_t)(1u << prediction->verdict);
	if (prediction->verdict != VERDICT_PASSES) {
		fate->reasons |= UINT64_C(1) << prediction->index;
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

/* Hellos that the filter leaves out are not judged: they would take the room of reasons
 * that stand apart. */
static struct forecast_hello *counted_hello(struct gathering *all, size_t number)
{
	struct forecast *forecast = all->forecast;
	struct forecast_hello *hello = &forecast->hellos[number];

	if (hello->handshakes == 0)
		judge_hello(all, hello->hello,
			&forecast->predictions[number * forecast->policy_count]);
	return hello;
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
	fates[0].unseen = true;
	for (size_t i = 0; i < all->forecast->policy_count; i++)
		fates[i].verdicts |= 1u << VERDICT_UNKNOWN;
	return ERR_OK;
}

/* A client's counts stand together mostly: what was noted just now is not looked up. */
static enum err add_count(struct store_reader *reader, const struct store_count *count)
{
	struct gathering *all = (struct gathering *)reader;
	struct forecast_hello *hello = NULL;
	bool again = all->last.handshakes > 0 && all->last.client == count->client &&
		     all->last.hello == count->hello &&
		     all->last.version == count->version;

	if (count->hello != STORE_NO_HELLO) {
		if (count->hello >= all->forecast->hello_count)
			return ERR_VALUE;
		hello = counted_hello(all, count->hello);
	}
	all->last = *count;
	all->forecast->handshakes += count->handshakes;
	if (all->rows != NULL) {
		enum err err = forecast_rows_note(all->rows, count);

		if (err != ERR_OK)
			return err;
	}
	if (hello == NULL)
		return note_unseen(all, count);
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
	policy->in_part += (fate->verdicts & 1u << VERDICT_BREAKS) != 0 &&
			   (fate->verdicts & 1u << VERDICT_PASSES) != 0;
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
		forecast->without_clients += fates[0].unseen;
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
			const struct forecast_prediction *prediction =
				&hello->predictions[i];

			policy->handshakes[prediction->verdict] += hello->handshakes;
			if (prediction->verdict != VERDICT_PASSES)
				policy->reasons[prediction->index].handshakes +=
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

/* The predictions follow. */
static void sort_reasons(struct forecast *forecast, size_t of)
{
	struct forecast_policy *policy = &forecast->policies[of];
	uint8_t now[FORECAST_REASONS_MAX] = { 0 };

	qsort(policy->reasons, policy->reason_count, sizeof policy->reasons[0],
		reason_compare);
	for (size_t i = 0; i < policy->reason_count; i++)
		now[policy->reasons[i].index] = (uint8_t)i;
	for (size_t i = of; i < forecast->prediction_count; i += forecast->policy_count)
		forecast->predictions[i].index = now[forecast->predictions[i].index];
}

/* Hellos that the filter leaves out go. */
static void sort_all(struct forecast *forecast)
{
	for (size_t i = 0; i < forecast->policy_count; i++)
		sort_reasons(forecast, i);
	if (forecast->hello_count > 0)
		qsort(forecast->hellos, forecast->hello_count, sizeof forecast->hellos[0],
			hello_compare);
	while (forecast->hello_count > 0 &&
		forecast->hellos[forecast->hello_count - 1].handshakes == 0)
		forecast->hello_count--;
}

static enum err add_run(struct store_reader *reader, const struct store_run *run)
{
	struct gathering *all = (struct gathering *)reader;

	coverage_add(&all->forecast->coverage, &run->coverage);
	all->forecast->runs++;
	return ERR_OK;
}

static enum err read_all(struct gathering *all, struct store *store,
	const struct forecast_asked *asked, const struct hash_key *key, struct fault *why)
{
	enum err err;

	all->reader.hello = add_hello;
	all->reader.count = add_count;
	all->reader.run = add_run;
	err = store_read_hellos(store, &all->reader, why);
	join_predictions(all->forecast);
	if (err == ERR_OK && forecast_has_rows(asked->by)) {
		all->rows = forecast_rows_new(all->forecast, key);
		err = all->rows == NULL ? ERR_MEMORY
					: forecast_rows_begin(all->rows, store, why);
	}
	if (err == ERR_OK)
		err = store_read_counts(store, asked->filter, &all->reader, why);
	if (err == ERR_OK)
		err = store_read_runs(store, &all->reader, why);
	return err;
}

static enum err gather(struct gathering *all, struct store *store,
	const struct forecast_asked *asked, const struct hash_key *key, struct fault *why)
{
	enum err err = read_all(all, store, asked, key, why);

	if (err == ERR_OK) {
		count_clients(all);
		count_handshakes(all->forecast);
		sort_all(all->forecast);
	}
	if (err == ERR_OK && all->rows != NULL)
		err = forecast_rows_end(all->rows, store, why);
	if (err == ERR_LIMIT)
		return fault_set(why, err,
			"cannot sum up so many clients at once; ask for a part of them, "
			"with --since, --until, --client or --server");
	if (err == ERR_MEMORY || err == ERR_VALUE)
		return fault_set(
			why, err, "cannot sum up the store: %s", err_sentence(err));
	return err;
}

/* The last of its dates counts, as exactly as it is said. */
static enum forecast_force force_on(time_ns on, const struct policy *policy)
{
	char day[TIME_TEXT_MAX];

	if (on == 0)
		return FORCE_UNASKED;
	if (policy->date_count == 0)
		return FORCE_UNDATED;
	time_text(on, day);
	return strncmp(day, policy->dates[policy->date_count - 1].on, 10) >= 0
		       ? FORCE_BY_THEN
		       : FORCE_NOT_YET;
}

enum err forecast_init(struct forecast *forecast, struct store *store,
	const struct forecast_asked *asked, const struct hash_key *key, struct fault *why)
{
	struct gathering *all = calloc(1, sizeof *all);
	enum err err;

	*forecast = (struct forecast){
		.policy_count = asked->policy_count,
		.by = asked->by,
		.on = asked->on,
	};
	if (all == NULL)
		return fault_set(why, ERR_MEMORY, "memory ran out");
	arena_init(&forecast->arena, ARENA_MAX);
	for (size_t i = 0; i < asked->policy_count; i++) {
		forecast->policies[i].profile = &asked->profiles[i];
		forecast->policies[i].force =
			force_on(asked->on, asked->profiles[i].policy);
		if (asked->origins != NULL)
			forecast->policies[i].origin = &asked->origins[i];
	}
	all->forecast = forecast;
	table_init(&all->pairs, sizeof(struct pair), sizeof(uint64_t), PAIRS_MAX, key);
	err = gather(all, store, asked, key, why);
	table_done(&all->pairs);
	forecast_rows_free(all->rows);
	free(all->fates);
	free(all);
	if (err != ERR_OK)
		forecast_done(forecast);
	return err;
}

void forecast_done(struct forecast *forecast)
{
	free(forecast->hellos);
	free(forecast->predictions);
	free(forecast->rows);
	free(forecast->parts);
	free(forecast->verdicts);
	arena_done(&forecast->arena);
	*forecast = (struct forecast){ 0 };
}

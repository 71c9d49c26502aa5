#include "report/concession.h"

#include <stdlib.h>
#include <string.h>

#include "policy/prediction.h"

#define CLIENTS_MAX 16000000 /* the store's numbers */
#define KEPT_MAX    4096     /* hellos: 30 MB of offers */

struct entry {
	const struct hello *hello;
	bool kept;
	uint8_t verdict; /* under the policy as it is */
	uint16_t breaks; /* bits: under which relaxations */
};

struct fate {
	bool kept;
	bool is_kept; /* it is a client to be kept, not one of a server that is */
	bool breaks_now;
	uint16_t breaks; /* bits, of any hello */
	bool seen;
};

struct gathering {
	struct store_reader reader;
	struct concessions *all;
	bool servers;          /* what is read is of the address as a server */
	struct entry *entries; /* in the store's order of hellos */
	size_t entry_count;
	size_t entry_room;
	struct fate *fates; /* by the store's number of a client */
	size_t fate_room;
	struct offer *offers; /* of what is to be kept */
	size_t offer_count;
	struct policy policies[RELAX_FOUND_MAX];
	struct server_profile profiles[RELAX_FOUND_MAX];
	struct relax relax;
	struct offer offer;
	struct prediction prediction;
};

static enum err add_hello(struct store_reader *reader, const struct hello *hello)
{
	struct gathering *work = (struct gathering *)reader;
	struct entry *grown = work->entries;

	if (work->entry_count == work->entry_room) {
		work->entry_room = work->entry_room == 0 ? 1024 : 2 * work->entry_room;
		grown = realloc(grown, work->entry_room * sizeof *grown);
		if (grown == NULL)
			return ERR_MEMORY;
		work->entries = grown;
	}
	grown[work->entry_count++] = (struct entry){ .hello = hello };
	return ERR_OK;
}

static enum err fate_of(struct gathering *work, uint32_t client, struct fate **ret)
{
	size_t room = work->fate_room == 0 ? 4096 : work->fate_room;
	struct fate *grown;

	if (client >= CLIENTS_MAX)
		return ERR_LIMIT;
	while (room <= client)
		room *= 2;
	if (room > work->fate_room) {
		grown = realloc(work->fates, room * sizeof *grown);
		if (grown == NULL)
			return ERR_MEMORY;
		memset(grown + work->fate_room, 0,
			(room - work->fate_room) * sizeof *grown);
		work->fates = grown;
		work->fate_room = room;
	}
	*ret = &work->fates[client];
	return ERR_OK;
}

/* Of whom is to be kept. Who talks to itself is met as a client before, and counted. */
static enum err mark_count(struct store_reader *reader, const struct store_count *count)
{
	struct gathering *work = (struct gathering *)reader;
	struct concessions *all = work->all;
	struct fate *fate;
	enum err err = fate_of(work, count->client, &fate);

	if (err != ERR_OK)
		return err;
	all->clients += !fate->kept;
	if (work->servers)
		all->as_server = true;
	else
		all->as_client = fate->is_kept = true;
	if (!work->servers || !fate->is_kept)
		all->handshakes += count->handshakes;
	fate->kept = true;
	if (count->hello == STORE_NO_HELLO)
		return ERR_OK;
	if (count->hello >= work->entry_count)
		return ERR_VALUE;
	all->hellos += !work->entries[count->hello].kept;
	work->entries[count->hello].kept = true;
	return ERR_OK;
}

/* Reads of the filter what has whom to keep on that side. */
static enum err read_side(struct gathering *work, struct store *store,
	const struct store_filter *filter, bool servers, struct fault *why)
{
	const struct kept *kept = &work->all->kept;
	const struct store_owner owner = { kept->owners, kept->owner, !servers, servers };
	struct store_filter narrow = *filter;

	if (kept->owner != NULL)
		narrow.owner = &owner;
	else if (servers)
		narrow.server = &kept->address;
	else
		narrow.client = &kept->address;
	work->reader.count = mark_count;
	work->servers = servers;
	return store_read_counts(store, &narrow, &work->reader, why);
}

/* Whom to keep may have been both. */
static enum err mark(struct gathering *work, struct store *store,
	const struct store_filter *filter, struct fault *why)
{
	enum err err = read_side(work, store, filter, false, why);

	return err == ERR_OK ? read_side(work, store, filter, true, why) : err;
}

static enum verdict judge_one(
	struct gathering *work, const struct server_profile *profile)
{
	predict(profile, &work->offer, &work->prediction);
	return work->prediction.verdict;
}

/* Under the policy as it is. What is to be kept and can be judged is put aside. */
static enum err judge_now(struct gathering *work)
{
	struct concessions *all = work->all;

	work->offers = calloc(all->hellos + 1, sizeof *work->offers);
	if (work->offers == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < work->entry_count; i++) {
		struct entry *entry = &work->entries[i];

		entry->verdict = VERDICT_UNKNOWN;
		if (offer_of_hello(entry->hello, &work->offer) == ERR_OK)
			entry->verdict = (uint8_t)judge_one(work, all->profile);
		if (!entry->kept)
			continue;
		all->unknown += entry->verdict == VERDICT_UNKNOWN;
		all->breaking += entry->verdict == VERDICT_BREAKS;
		if (entry->verdict != VERDICT_UNKNOWN)
			work->offers[work->offer_count++] = work->offer;
	}
	return ERR_OK;
}

static void judge_then(struct gathering *work)
{
	for (size_t i = 0; i < work->entry_count; i++) {
		struct entry *entry = &work->entries[i];

		if (offer_of_hello(entry->hello, &work->offer) != ERR_OK)
			continue;
		for (size_t j = 0; j < work->all->count; j++)
			if (judge_one(work, &work->profiles[j]) == VERDICT_BREAKS)
				entry->breaks |= (uint16_t)(1u << j);
	}
}

static uint32_t presets_failed(
	const struct concessions *all, const struct policy *relaxed)
{
	uint32_t failed = 0;

	for (size_t i = 0; i < all->preset_count; i++)
		if ((relax_excess(relaxed, &all->presets[i]) &
			    ~relax_excess(all->profile->policy, &all->presets[i])) != 0 &&
			strcmp(all->presets[i].name, all->profile->policy->name) != 0)
			failed |= UINT32_C(1) << i;
	return failed;
}

static void find(struct gathering *work)
{
	struct concessions *all = work->all;

	relax_search(all->profile, work->offers, work->offer_count, &work->relax);
	all->total = work->relax.total;
	all->cut = work->relax.cut;
	for (size_t i = 0; i < work->relax.found_count; i++) {
		struct concession *item = &all->items[all->count++];

		item->relaxation = work->relax.found[i];
		relax_apply(all->profile, &item->relaxation, &work->policies[i],
			&work->profiles[i]);
		item->presets = presets_failed(all, &work->policies[i]);
	}
}

static void count_handshakes(struct concessions *all, const struct entry *entry,
	const struct fate *fate, uint64_t handshakes)
{
	for (size_t i = 0; i < all->count; i++) {
		bool breaks = (entry->breaks >> i & 1) != 0;

		if (entry->verdict == VERDICT_BREAKS && !breaks && !fate->kept)
			all->items[i].handshakes += handshakes;
		if (entry->verdict == VERDICT_PASSES && breaks)
			all->items[i].lost_handshakes += handshakes;
	}
}

static enum err cost_count(struct store_reader *reader, const struct store_count *count)
{
	struct gathering *work = (struct gathering *)reader;
	struct fate *fate;
	const struct entry *entry;
	enum err err = fate_of(work, count->client, &fate);

	if (err != ERR_OK || count->hello == STORE_NO_HELLO)
		return err;
	if (count->hello >= work->entry_count)
		return ERR_VALUE;
	entry = &work->entries[count->hello];
	fate->seen = true;
	fate->breaks_now |= entry->verdict == VERDICT_BREAKS;
	fate->breaks |= entry->breaks;
	count_handshakes(work->all, entry, fate, count->handshakes);
	return ERR_OK;
}

static void count_clients(struct gathering *work)
{
	struct concessions *all = work->all;

	for (size_t client = 0; client < work->fate_room; client++) {
		const struct fate *fate = &work->fates[client];

		for (size_t i = 0; i < all->count && fate->seen; i++) {
			bool breaks = (fate->breaks >> i & 1) != 0;

			all->items[i].clients +=
				fate->breaks_now && !breaks && !fate->kept;
			all->items[i].lost_clients += !fate->breaks_now && breaks;
		}
	}
}

static unsigned bits_in(uint32_t bits)
{
	unsigned count = 0;

	for (; bits != 0; bits &= bits - 1)
		count++;
	return count;
}

static int order_of(const struct relaxation *x, const struct relaxation *y)
{
	for (size_t i = 0; i < x->count && i < y->count; i++) {
		const struct relax_change *a = &x->changes[i], *b = &y->changes[i];

		if (a->kind != b->kind)
			return a->kind < b->kind ? -1 : 1;
		if (a->code != b->code)
			return a->code < b->code ? -1 : 1;
	}
	return 0;
}

/* What was agreed upon by others says more of harm than we do. */
static int cost_compare(const void *a, const void *b)
{
	const struct concession *x = a, *y = b;
	unsigned presets_x = bits_in(x->presets), presets_y = bits_in(y->presets);

	if (x->lost_clients != y->lost_clients)
		return x->lost_clients < y->lost_clients ? -1 : 1;
	if (presets_x != presets_y)
		return presets_x < presets_y ? -1 : 1;
	if (x->relaxation.harm != y->relaxation.harm)
		return x->relaxation.harm < y->relaxation.harm ? -1 : 1;
	if (x->clients != y->clients)
		return x->clients < y->clients ? -1 : 1;
	return order_of(&x->relaxation, &y->relaxation);
}

static enum err gather(struct gathering *work, struct store *store,
	const struct store_filter *filter, struct fault *why)
{
	struct concessions *all = work->all;
	enum err err;

	work->reader.hello = add_hello;
	err = store_read_hellos(store, &work->reader, why);
	if (err == ERR_OK)
		err = mark(work, store, filter, why);
	if (err == ERR_OK && all->hellos > KEPT_MAX)
		err = ERR_LIMIT;
	if (err == ERR_OK)
		err = judge_now(work);
	if (err != ERR_OK || all->breaking == 0)
		return err;
	find(work);
	judge_then(work);
	work->reader.count = cost_count;
	err = store_read_counts(store, filter, &work->reader, why);
	count_clients(work);
	qsort(all->items, all->count, sizeof all->items[0], cost_compare);
	return err;
}

static enum err tell(enum err err, const struct concessions *all, struct fault *why)
{
	struct text CLEANUP(text_done) kept;

	text_init(&kept, FAULT_TEXT_MAX);
	kept_text(&all->kept, &kept);
	if (err == ERR_OK && all->handshakes == 0)
		return fault_set(why, ERR_NOT_FOUND,
			"impact: no handshake of %s, as a client or a server, is in the "
			"store",
			text_string(&kept));
	if (err == ERR_LIMIT)
		return fault_set(why, err,
			"cannot look at so many at once; ask for a part of them, with "
			"--since, --until, --client or --server");
	if (err == ERR_MEMORY || err == ERR_VALUE)
		return fault_set(
			why, err, "cannot sum up the store: %s", err_sentence(err));
	return err;
}

enum err concessions_init(struct concessions *ret, struct store *store,
	const struct store_filter *filter, const struct kept *kept,
	const struct server_profile *profile, const struct policy *presets,
	size_t preset_count, struct fault *why)
{
	struct gathering *work = calloc(1, sizeof *work);
	enum err err;

	*ret = (struct concessions){ .profile = profile,
		.presets = presets,
		.preset_count = preset_count,
		.kept = *kept };
	if (work == NULL)
		return fault_set(why, ERR_MEMORY, "memory ran out");
	work->all = ret;
	err = tell(gather(work, store, filter, why), ret, why);
	free(work->entries);
	free(work->fates);
	free(work->offers);
	free(work);
	return err;
}

#include "cli/keeping.h"

#include <stdlib.h>

#include "base/text.h"
#include "sys/lock.h"
#include "sys/workers.h"

/* Aggregates beside those that are being filled: one is written, one waits for that. */
#define SPARE 2

/* Of several workers each hands over what it has so often, if there is room: the writer
 * is not to have most of its work when they have none left. */
#define HAND_OVER_EVERY (AGGREGATE_MAX / 4)

/* One worker's. The lock is the worker's alone but for keeping_pulse(). */
struct front {
	struct sink sink; /* first: a struct sink * is a struct front * */
	struct keeping *keeping;
	struct lock *lock;
	struct aggregate *filling;
	uint64_t lost; /* handshakes that came once the store had failed */
};

struct keeping {
	struct front *fronts;
	unsigned front_count;
	struct aggregate *aggregates;
	unsigned aggregate_count;
	time_ns sent; /* when keeping_pulse() last sent everything */
	struct store *store;
	struct workers *writer; /* NULL: not begun */

	struct lock *lock; /* over all that follows */
	struct aggregate **empty;
	unsigned empty_count;
	struct aggregate **queue; /* a ring; the first is written first */
	unsigned queue_first;
	unsigned queue_count;
	bool ending;
	bool failed;
	struct fault fault;
	bool run_due;
	time_ns run_now;
	struct coverage run_coverage;
};

static enum err take(
	struct sink *sink, const struct observation *observation, struct fault *why);

static bool front_init(struct front *front, struct keeping *keeping)
{
	front->sink.take = take;
	front->keeping = keeping;
	front->lock = lock_new();
	front->filling = keeping->empty[--keeping->empty_count];
	return front->lock != NULL;
}

static bool aggregates_init(struct keeping *keeping, const struct hash_key *key)
{
	unsigned count = keeping->front_count + SPARE;

	keeping->aggregates = calloc(count, sizeof *keeping->aggregates);
	keeping->empty = calloc(count, sizeof(struct aggregate *));
	keeping->queue = calloc(count, sizeof(struct aggregate *));
	if (keeping->aggregates == NULL || keeping->empty == NULL ||
		keeping->queue == NULL)
		return false;
	for (unsigned i = 0; i < count; i++) {
		if (aggregate_init(&keeping->aggregates[i], key) != ERR_OK)
			return false;
		keeping->aggregate_count++;
		keeping->empty[keeping->empty_count++] = &keeping->aggregates[i];
	}
	return true;
}

struct keeping *keeping_new(const struct hash_key *key, unsigned workers)
{
	struct keeping *keeping = calloc(1, sizeof *keeping);
	bool ok;

	if (keeping == NULL)
		return NULL;
	keeping->front_count = workers;
	keeping->lock = lock_new();
	keeping->fronts = calloc(workers, sizeof *keeping->fronts);
	ok = keeping->lock != NULL && keeping->fronts != NULL &&
	     aggregates_init(keeping, key);
	for (unsigned i = 0; ok && i < workers; i++)
		ok = front_init(&keeping->fronts[i], keeping);
	if (ok)
		return keeping;
	keeping_free(keeping);
	return NULL;
}

void keeping_free(struct keeping *keeping)
{
	if (keeping == NULL)
		return;
	for (unsigned i = 0; keeping->fronts != NULL && i < keeping->front_count; i++)
		lock_free(keeping->fronts[i].lock);
	for (unsigned i = 0; i < keeping->aggregate_count; i++)
		aggregate_done(&keeping->aggregates[i]);
	free(keeping->fronts);
	free(keeping->aggregates);
	free(keeping->empty);
	free(keeping->queue);
	lock_free(keeping->lock);
	free(keeping);
}

struct sink *keeping_sink(struct keeping *keeping, unsigned worker)
{
	return &keeping->fronts[worker].sink;
}

/* What follows up to failure() is called with the lock taken. */

static struct aggregate *queue_first(const struct keeping *keeping)
{
	return keeping->queue[keeping->queue_first];
}

static void queue_add(struct keeping *keeping, struct aggregate *aggregate)
{
	unsigned end = keeping->queue_first + keeping->queue_count++;

	keeping->queue[end % keeping->aggregate_count] = aggregate;
	lock_wake(keeping->lock);
}

/* The first was written and is empty now. */
static void queue_step(struct keeping *keeping)
{
	keeping->empty[keeping->empty_count++] = queue_first(keeping);
	keeping->queue_first = (keeping->queue_first + 1) % keeping->aggregate_count;
	keeping->queue_count--;
	lock_wake(keeping->lock);
}

static void swap(struct keeping *keeping, struct front *front)
{
	queue_add(keeping, front->filling);
	front->filling = keeping->empty[--keeping->empty_count];
}

/* What the writer failed with, if it did. */
static enum err failure(const struct keeping *keeping, struct fault *why)
{
	if (!keeping->failed)
		return ERR_OK;
	*why = keeping->fault;
	return why->err;
}

/* The worker's aggregate is full: it waits for an empty one. */
static enum err send(struct front *front, struct fault *why)
{
	struct keeping *keeping = front->keeping;
	enum err err;

	lock_take(keeping->lock);
	while (keeping->empty_count == 0 && !keeping->failed)
		lock_wait(keeping->lock);
	err = failure(keeping, why);
	if (err == ERR_OK)
		swap(keeping, front);
	lock_release(keeping->lock);
	return err;
}

/* The front's lock is taken. */
static void swap_if_room(struct keeping *keeping, struct front *front)
{
	lock_take(keeping->lock);
	if (keeping->empty_count > 0)
		swap(keeping, front);
	lock_release(keeping->lock);
}

/* There is no room: the worker waits for some. If the store has failed, there will be
 * none; then what comes up to the next pulse, which ends the run, and what is under way
 * then, is counted, so that all that is not kept is told. */
static enum err take_next(
	struct front *front, const struct observation *observation, struct fault *why)
{
	if (send(front, why) == ERR_OK)
		return sink_take(&front->filling->sink, observation, why);
	front->lost++;
	return ERR_OK;
}

static enum err take(
	struct sink *sink, const struct observation *observation, struct fault *why)
{
	struct front *front = (struct front *)(void *)sink;
	enum err err;

	lock_take(front->lock);
	err = sink_take(&front->filling->sink, observation, why);
	if (err == ERR_LIMIT)
		err = take_next(front, observation, why);
	if (front->keeping->front_count > 1 && front->filling->taken > 0 &&
		front->filling->taken % HAND_OVER_EVERY == 0)
		swap_if_room(front->keeping, front);
	lock_release(front->lock);
	return err;
}

/* False: there is nothing to be written, nor will be. */
static bool wait_for_work(struct keeping *keeping)
{
	while (keeping->queue_count == 0 && !keeping->run_due && !keeping->ending)
		lock_wait(keeping->lock);
	return keeping->queue_count > 0 || keeping->run_due;
}

/* Writes the first of the queue, if there is one, and the run, if it is due and no more
 * wait. The lock is taken on entry and at the end, not in between. */
static void write_one(struct keeping *keeping)
{
	struct aggregate *aggregate =
		keeping->queue_count > 0 ? queue_first(keeping) : NULL;
	bool run = keeping->run_due && keeping->queue_count <= 1;
	struct coverage coverage = keeping->run_coverage;
	time_ns now = keeping->run_now;
	struct fault fault = { 0 };
	enum err err;

	if (run)
		keeping->run_due = false;
	lock_release(keeping->lock);
	err = store_write(keeping->store, aggregate, now, run ? &coverage : NULL, &fault);
	lock_take(keeping->lock);
	if (err != ERR_OK) {
		keeping->failed = true;
		keeping->fault = fault;
		lock_wake(keeping->lock);
	} else if (aggregate != NULL) {
		queue_step(keeping);
	}
}

static enum err write_on(void *context, struct fault *why)
{
	struct keeping *keeping = context;

	(void)why;
	lock_take(keeping->lock);
	while (!keeping->failed && wait_for_work(keeping))
		write_one(keeping);
	lock_release(keeping->lock);
	return ERR_OK;
}

enum err keeping_begin(struct keeping *keeping, struct store *store, struct fault *why)
{
	void *context = keeping;

	keeping->store = store;
	return workers_start(write_on, &context, 1, &keeping->writer, why);
}

static void send_if_any(struct keeping *keeping, struct front *front)
{
	lock_take(front->lock);
	if (front->filling->taken > 0)
		swap_if_room(keeping, front);
	lock_release(front->lock);
}

static void send_all(
	struct keeping *keeping, time_ns now, const struct coverage *coverage)
{
	keeping->sent = now;
	for (unsigned i = 0; i < keeping->front_count; i++)
		send_if_any(keeping, &keeping->fronts[i]);
	lock_take(keeping->lock);
	keeping->run_due = true;
	keeping->run_now = now;
	keeping->run_coverage = *coverage;
	lock_wake(keeping->lock);
	lock_release(keeping->lock);
}

enum err keeping_pulse(struct keeping *keeping, time_ns now,
	const struct coverage *coverage, struct fault *why)
{
	enum err err;

	/* A clock that was set back has a difference past all that is waited for. */
	if (now - keeping->sent >= STORE_WRITE_EVERY)
		send_all(keeping, now, coverage);
	lock_take(keeping->lock);
	err = failure(keeping, why);
	lock_release(keeping->lock);
	return err;
}

static uint64_t lost(const struct keeping *keeping)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < keeping->front_count; i++)
		sum += keeping->fronts[i].lost;
	return sum;
}

static uint64_t left_over(const struct keeping *keeping)
{
	uint64_t left = lost(keeping);

	for (unsigned i = 0; i < keeping->aggregate_count; i++)
		left += keeping->aggregates[i].taken;
	return left;
}

static enum err write_rest(struct keeping *keeping, time_ns now,
	const struct coverage *coverage, struct fault *why)
{
	enum err err = ERR_OK;

	for (unsigned i = 0; i < keeping->aggregate_count && err == ERR_OK; i++)
		if (keeping->aggregates[i].taken > 0)
			err = store_write(
				keeping->store, &keeping->aggregates[i], now, NULL, why);
	return err != ERR_OK ? err
			     : store_write(keeping->store, NULL, now, coverage, why);
}

/* Says what of this run is safe and what is not. */
static enum err end_fault(
	const struct keeping *keeping, const struct fault *reason, struct fault *why)
{
	struct text CLEANUP(text_done) counts;

	text_init(&counts, FAULT_TEXT_MAX);
	text_grouped(&counts, keeping->store->kept);
	text_add(&counts, " handshakes of this run were kept, ");
	text_grouped(&counts, left_over(keeping));
	text_add(&counts, " were not");
	return fault_set(why, reason->err, "%s; %s", reason->text, text_string(&counts));
}

enum err keeping_end(struct keeping *keeping, time_ns now,
	const struct coverage *coverage, struct fault *why)
{
	struct fault reason = { 0 };
	enum err err;

	lock_take(keeping->lock);
	keeping->ending = true;
	lock_wake(keeping->lock);
	lock_release(keeping->lock);
	err = workers_join(keeping->writer, why);
	keeping->writer = NULL;
	if (err != ERR_OK)
		return err;
	err = write_rest(keeping, now, coverage, &reason);
	if (err == ERR_OK && lost(keeping) > 0) /* what could be tried again went well */
		return end_fault(keeping, &keeping->fault, why);
	return err == ERR_OK ? ERR_OK : end_fault(keeping, &reason, why);
}

#include "sys/workers.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct worker {
	struct workers *all;
	void *context;
	pthread_t thread;
};

struct workers {
	worker_run *run;
	size_t started;
	pthread_mutex_t gate; /* shut until all are started, or called off */
	bool called_off;
	struct fault first; /* who passes the gate may look and write */
	struct worker worker[];
};

static void keep_first(struct workers *all, enum err err, const struct fault *fault)
{
	pthread_mutex_lock(&all->gate);
	if (all->first.err == ERR_OK) {
		all->first = *fault;
		all->first.err = err;
	}
	pthread_mutex_unlock(&all->gate);
}

static void *work(void *argument)
{
	struct worker *worker = argument;
	struct workers *all = worker->all;
	struct fault fault = { 0 };
	enum err err = ERR_OK;

	pthread_mutex_lock(&all->gate);
	pthread_mutex_unlock(&all->gate);
	if (!all->called_off)
		err = all->run(worker->context, &fault);
	if (err != ERR_OK)
		keep_first(all, err, &fault);
	return NULL;
}

/* Behind a shut gate: those that are there may wait for the one that could not be
 * started, and nobody else would tell them to stop. */
static void start_all(struct workers *all, void *const contexts[], size_t count)
{
	int failure = 0;

	pthread_mutex_lock(&all->gate);
	while (all->started < count && failure == 0) {
		struct worker *worker = &all->worker[all->started];

		worker->all = all;
		worker->context = contexts[all->started];
		failure = pthread_create(&worker->thread, NULL, work, worker);
		all->started += failure == 0;
	}
	all->called_off = failure != 0;
	if (failure != 0)
		all->first.err = fault_set(&all->first, ERR_LIMIT,
			"cannot start worker %zu of %zu: %s", all->started + 1, count,
			strerror(failure));
	pthread_mutex_unlock(&all->gate);
}

enum err workers_start(worker_run *run, void *const contexts[], size_t count,
	struct workers **ret, struct fault *why)
{
	struct workers *all;
	sigset_t every;
	sigset_t before;

	if (count == 0 || count > WORKERS_MAX)
		return fault_set(why, ERR_LIMIT, "there can be 1 to %d workers, not %zu",
			WORKERS_MAX, count);
	all = calloc(1, sizeof *all + count * sizeof all->worker[0]);
	if (all == NULL)
		return fault_set(why, ERR_MEMORY, "memory ran out");
	all->run = run;
	pthread_mutex_init(&all->gate, NULL);
	sigfillset(&every);
	pthread_sigmask(SIG_SETMASK, &every, &before);
	start_all(all, contexts, count);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (all->called_off)
		return workers_join(all, why);
	*ret = all;
	return ERR_OK;
}

enum err workers_join(struct workers *all, struct fault *why)
{
	enum err err;

	for (size_t i = 0; i < all->started; i++)
		pthread_join(all->worker[i].thread, NULL);
	err = all->first.err;
	if (err != ERR_OK && why != NULL)
		*why = all->first;
	pthread_mutex_destroy(&all->gate);
	free(all);
	return err;
}

enum err workers_run(
	worker_run *run, void *const contexts[], size_t count, struct fault *why)
{
	struct workers *all = NULL;
	enum err err = workers_start(run, contexts, count, &all, why);

	return err != ERR_OK ? err : workers_join(all, why);
}

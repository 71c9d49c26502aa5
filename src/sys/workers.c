#define _GNU_SOURCE /* sched_getaffinity */
#include "sys/workers.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "sys/signals.h"

struct worker {
	struct workers *all;
	void *context;
	pthread_t thread;
};

struct workers {
	worker_run *run;
	size_t started;
	atomic_size_t running;
	int ended; /* an eventfd, readable when none is running */
	atomic_flag fault_taken;
	atomic_bool failed;
	struct fault first; /* written by whoever took fault_taken, read after the join */
	struct worker worker[];
};

static void keep_first(struct workers *all, enum err err, const struct fault *fault)
{
	if (!atomic_flag_test_and_set(&all->fault_taken)) {
		all->first = *fault;
		all->first.err = err;
	}
	atomic_store(&all->failed, true);
}

static void *work(void *argument)
{
	static const uint64_t one = 1;
	struct worker *worker = argument;
	struct workers *all = worker->all;
	struct fault fault = { 0 };
	enum err err = all->run(worker->context, all, &fault);

	if (err != ERR_OK)
		keep_first(all, err, &fault);
	if (atomic_fetch_sub(&all->running, 1) == 1 &&
	        write(all->ended, &one, sizeof one) < 0)
		abort(); /* an eventfd that holds nothing takes a one */
	return NULL;
}

static struct workers *workers_new(worker_run *run, size_t count)
{
	struct workers *all = calloc(1, sizeof *all + count * sizeof all->worker[0]);

	if (all == NULL)
		return NULL;
	all->run = run;
	all->ended = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	/* One more while starting, so that nobody is the last before all are there. */
	atomic_init(&all->running, 1);
	if (all->ended < 0) {
		free(all);
		return NULL;
	}
	return all;
}

static void start_all(struct workers *all, void *const contexts[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct worker *worker = &all->worker[i];
		struct fault fault = { 0 };

		worker->all = all;
		worker->context = contexts[i];
		atomic_fetch_add(&all->running, 1);

		int failure = pthread_create(&worker->thread, NULL, work, worker);
		if (failure == 0) {
			all->started++;
			continue;
		}
		atomic_fetch_sub(&all->running, 1);
		fault_set(&fault, ERR_LIMIT, "cannot start worker %zu of %zu: %s", i + 1,
		        count, strerror(failure));
		keep_first(all, ERR_LIMIT, &fault);
		return;
	}
}

enum err workers_start(worker_run *run, void *const contexts[], size_t count,
        struct workers **ret, struct fault *why)
{
	static const uint64_t one = 1;
	sigset_t every;
	sigset_t before;

	if (count == 0 || count > WORKERS_MAX)
		return fault_set(why, ERR_LIMIT, "there can be 1 to %d workers, not %zu",
		        WORKERS_MAX, count);
	struct workers *all = workers_new(run, count);
	if (all == NULL)
		return fault_set(why, ERR_MEMORY, "cannot start workers: %s",
		        err_sentence(ERR_MEMORY));

	sigfillset(&every);
	pthread_sigmask(SIG_SETMASK, &every, &before);
	start_all(all, contexts, count);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (atomic_fetch_sub(&all->running, 1) == 1 &&
	        write(all->ended, &one, sizeof one) < 0)
		abort();
	if (all->started < count)
		return workers_join(all, why);
	*ret = all;
	return ERR_OK;
}

bool workers_failed(const struct workers *workers)
{
	return atomic_load(&workers->failed);
}

size_t workers_running(const struct workers *workers)
{
	return atomic_load(&workers->running);
}

enum err workers_wait(struct workers *workers, int timeout_ms)
{
	if (workers_running(workers) == 0)
		return ERR_OK;
	return signals_wait_readable(workers->ended, timeout_ms);
}

enum err workers_join(struct workers *workers, struct fault *why)
{
	for (size_t i = 0; i < workers->started; i++)
		pthread_join(workers->worker[i].thread, NULL);

	enum err err = workers->first.err;
	if (err != ERR_OK && why != NULL)
		*why = workers->first;
	close(workers->ended);
	free(workers);
	return err;
}

size_t workers_processors(void)
{
	cpu_set_t allowed;

	if (sched_getaffinity(0, sizeof allowed, &allowed) != 0)
		return 1;
	int count = CPU_COUNT(&allowed);
	return count > 0 ? (size_t)count : 1;
}

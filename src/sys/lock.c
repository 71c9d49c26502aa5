#define _GNU_SOURCE /* PTHREAD_MUTEX_ADAPTIVE_NP */
#include "sys/lock.h"

#include <pthread.h>
#include <stdlib.h>

struct lock {
	pthread_mutex_t mutex;
	pthread_cond_t changed;
};

/* What is done under a lock takes less than a microsecond mostly: one that is taken is
 * tried again for a moment before the kernel is asked to wait, which takes ten. */
static int init_mutex(pthread_mutex_t *mutex)
{
	pthread_mutexattr_t how;
	int failure = pthread_mutexattr_init(&how);

	if (failure != 0)
		return failure;
	(void)pthread_mutexattr_settype(&how, PTHREAD_MUTEX_ADAPTIVE_NP);
	failure = pthread_mutex_init(mutex, &how);
	(void)pthread_mutexattr_destroy(&how);
	return failure;
}

struct lock *lock_new(void)
{
	struct lock *lock = malloc(sizeof *lock);

	if (lock == NULL)
		return NULL;
	if (init_mutex(&lock->mutex) != 0) {
		free(lock);
		return NULL;
	}
	if (pthread_cond_init(&lock->changed, NULL) != 0) {
		(void)pthread_mutex_destroy(&lock->mutex);
		free(lock);
		return NULL;
	}
	return lock;
}

void lock_free(struct lock *lock)
{
	if (lock == NULL)
		return;
	(void)pthread_cond_destroy(&lock->changed);
	(void)pthread_mutex_destroy(&lock->mutex);
	free(lock);
}

void lock_take(struct lock *lock)
{
	(void)pthread_mutex_lock(&lock->mutex);
}

void lock_release(struct lock *lock)
{
	(void)pthread_mutex_unlock(&lock->mutex);
}

void lock_wait(struct lock *lock)
{
	(void)pthread_cond_wait(&lock->changed, &lock->mutex);
}

void lock_wake(struct lock *lock)
{
	(void)pthread_cond_broadcast(&lock->changed);
}

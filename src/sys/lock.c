#include "sys/lock.h"

#include <pthread.h>
#include <stdlib.h>

struct lock {
	pthread_mutex_t mutex;
};

struct lock *lock_new(void)
{
	struct lock *lock = malloc(sizeof *lock);

	if (lock != NULL && pthread_mutex_init(&lock->mutex, NULL) != 0) {
		free(lock);
		return NULL;
	}
	return lock;
}

void lock_free(struct lock *lock)
{
	if (lock == NULL)
		return;
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

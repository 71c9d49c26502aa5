/*
 * lock - for the places where share-nothing workers meet: the windows of one file, the
 * way into the store, what is told of all.
 */
#ifndef SYS_LOCK_H
#define SYS_LOCK_H

struct lock; /* heap */

/* NULL if memory ran out. */
struct lock *lock_new(void);
void lock_free(struct lock *lock);

void lock_take(struct lock *lock);
void lock_release(struct lock *lock);

/* With the lock taken: lets go of it until lock_wake() is called, and takes it again.
 * May return early, so ask again for what was waited for. */
void lock_wait(struct lock *lock);
void lock_wake(struct lock *lock);

#endif

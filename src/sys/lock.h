/*
 * lock - for the one place where share-nothing workers meet: the sink.
 */
#ifndef SYS_LOCK_H
#define SYS_LOCK_H

struct lock; /* heap */

/* NULL if memory ran out. */
struct lock *lock_new(void);
void lock_free(struct lock *lock);

void lock_take(struct lock *lock);
void lock_release(struct lock *lock);

#endif

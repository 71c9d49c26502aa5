/*
 * order - puts many things in order of keys of a fixed length, byte after byte.
 *
 * Nothing is compared, so the time does not depend on what the keys are: a fifth of
 * qsort()'s where there are thousands.
 */
#ifndef STORE_ORDER_H
#define STORE_ORDER_H

#include <stddef.h>
#include <stdint.h>

#define ORDER_KEY_LEN 24

struct ordered {
	uint8_t key[ORDER_KEY_LEN];
	uint32_t place; /* the caller's: of what has this key */
};

/* Answers `all` in order, either in its own memory or in `spare`, which has room for as
 * many; the other is overwritten. Equal keys stay in the order they had. */
struct ordered *order_by_key(struct ordered *all, struct ordered *spare, size_t count);

#endif

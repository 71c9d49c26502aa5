#include "store/order.h"

#include <stdbool.h>
#include <string.h>

#define VALUES 256 /* of a byte */

/* Where the things begin whose byte at `at` has each value, once they are in order of
 * it; false if it is the same in all. */
static bool find_starts(
	const struct ordered *all, size_t count, size_t at, size_t ret_starts[VALUES])
{
	size_t counts[VALUES] = { 0 };
	size_t start = 0;

	for (size_t i = 0; i < count; i++)
		counts[all[i].key[at]]++;
	if (counts[all[0].key[at]] == count)
		return false;
	for (size_t value = 0; value < VALUES; value++) {
		ret_starts[value] = start;
		start += counts[value];
	}
	return true;
}

/* Radix sort, from the last byte on; a byte that is the same in all, as most of an
 * address are, is passed over. Knuth, 5.2.5, algorithm R. */
struct ordered *order_by_key(struct ordered *all, struct ordered *spare, size_t count)
{
	size_t starts[VALUES];

	for (size_t at = ORDER_KEY_LEN; at-- > 0 && count > 0;) {
		struct ordered *sorted = spare;

		if (!find_starts(all, count, at, starts))
			continue;
		for (size_t i = 0; i < count; i++)
			sorted[starts[all[i].key[at]]++] = all[i];
		spare = all;
		all = sorted;
	}
	return all;
}

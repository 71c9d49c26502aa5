#include "base/permutation.h"

#define ROUNDS 6 /* four make it pseudorandom; two more for halves of a few bits */

struct permutation permutation_of(uint64_t count, const struct hash_key *key)
{
	struct permutation permutation = { *key, count, 1 };

	while (permutation.half < 31 && count > UINT64_C(1) << (2 * permutation.half))
		permutation.half++;
	return permutation;
}

static uint64_t mix(const struct permutation *permutation, unsigned round, uint64_t half)
{
	uint8_t bytes[9] = { (uint8_t)round };

	for (unsigned i = 0; i < 8; i++)
		bytes[1 + i] = (uint8_t)(half >> (8 * i)); /* alike on every machine */
	return hash_bytes(&permutation->key, bytes_over(bytes, sizeof bytes));
}

static uint64_t step(const struct permutation *permutation, uint64_t number)
{
	uint64_t mask = (UINT64_C(1) << permutation->half) - 1;
	uint64_t left = number >> permutation->half, right = number & mask;

	for (unsigned round = 0; round < ROUNDS; round++) {
		uint64_t next = left ^ (mix(permutation, round, right) & mask);

		left = right;
		right = next;
	}
	return left << permutation->half | right;
}

uint64_t permutation_at(const struct permutation *permutation, uint64_t place)
{
	do
		place = step(permutation, place);
	while (place >= permutation->count);
	return place;
}

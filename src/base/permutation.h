/*
 * permutation - the numbers below a count, each once, in an order that a key decides and
 * nobody has to remember.
 *
 * A Feistel network over the next even power of two; what falls outside the count is
 * walked on, at most four times as many steps on average (J. Black, P. Rogaway: Ciphers
 * with Arbitrary Finite Domains, 2002). The same key and count give the same order on
 * every machine. It hides nothing.
 */
#ifndef BASE_PERMUTATION_H
#define BASE_PERMUTATION_H

#include "base/hash.h"

#define PERMUTATION_MAX (UINT64_C(1) << 62)

struct permutation {
	struct hash_key key; /* members are for permutation.c alone */
	uint64_t count;
	unsigned half; /* bits */
};

/* count: at most PERMUTATION_MAX. */
struct permutation permutation_of(uint64_t count, const struct hash_key *key);

/* The number at a place below the count. */
uint64_t permutation_at(const struct permutation *permutation, uint64_t place);

#endif

/*
 * chance - a sequence of numbers that is the same for a seed on every machine
 * (xorshift64*, S. Vigna: An experimental exploration of Marsaglia's xorshift
 * generators, 2016).
 */
#ifndef RELIABILITY_CHANCE_H
#define RELIABILITY_CHANCE_H

#include <stdint.h>

struct chance {
	uint64_t state; /* never 0 */
};

static inline uint64_t chance_next(struct chance *chance)
{
	uint64_t x = chance->state;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	chance->state = x;
	return x * 0x2545f4914f6cdd1dULL;
}

/* 0 to n - 1; n is small, so the bias is too. */
static inline uint32_t chance_below(struct chance *chance, uint32_t n)
{
	return (uint32_t)((chance_next(chance) >> 32) * n >> 32);
}

/* True once in n times. */
static inline _Bool chance_once_in(struct chance *chance, uint32_t n)
{
	return chance_below(chance, n) == 0;
}

#endif

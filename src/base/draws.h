/*
 * draws - bytes that look drawn by chance and follow from a seed.
 *
 * The same seed draws the same bytes: what is made of them can be made again, in a test
 * or to look into a disagreement. Block i is SHA-256 over the seed and i. They hide
 * nothing from anybody who knows the seed.
 */
#ifndef BASE_DRAWS_H
#define BASE_DRAWS_H

#include "base/crypto.h"
#include "base/writer.h"

struct draws {
	const struct crypto *crypto; /* members are for draws.c alone */
	uint8_t seed[SHA256_LEN];
	uint8_t block[SHA256_LEN];
	uint64_t count;
	size_t left; /* of block, from its end */
};

struct draws draws_from(const struct crypto *crypto, const uint8_t seed[SHA256_LEN]);

/* The next n bytes. */
void draws_fill(struct draws *draws, void *memory, size_t n);
void draws_write(struct draws *draws, size_t n, struct writer *w);

/* A number below `below`, at most 65536; each but for rounding as often as any other. */
uint32_t draws_below(struct draws *draws, uint32_t below);

#endif

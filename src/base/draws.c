#include "base/draws.h"

struct draws draws_from(const struct crypto *crypto, const uint8_t seed[SHA256_LEN])
{
	struct draws draws = { .crypto = crypto };

	memcpy(draws.seed, seed, sizeof draws.seed);
	return draws;
}

static void next_block(struct draws *draws)
{
	uint8_t all[SHA256_LEN + 8];
	struct writer w = writer_over(all, sizeof all);

	writer_bytes(&w, bytes_over(draws->seed, sizeof draws->seed));
	writer_u64(&w, draws->count++);
	draws->crypto->sha256(writer_written(&w), draws->block);
	draws->left = sizeof draws->block;
}

void draws_fill(struct draws *draws, void *memory, size_t n)
{
	uint8_t *at = memory;

	for (size_t i = 0; i < n; i++) {
		if (draws->left == 0)
			next_block(draws);
		at[i] = draws->block[sizeof draws->block - draws->left--];
	}
}

void draws_write(struct draws *draws, size_t n, struct writer *w)
{
	uint8_t drawn[SHA256_LEN];

	while (n > 0) {
		size_t len = n < sizeof drawn ? n : sizeof drawn;

		draws_fill(draws, drawn, len);
		writer_bytes(w, bytes_over(drawn, len));
		n -= len;
	}
}

uint32_t draws_below(struct draws *draws, uint32_t below)
{
	uint8_t drawn[4];

	draws_fill(draws, drawn, sizeof drawn);
	uint64_t number = (uint64_t)drawn[0] << 24 | (uint64_t)drawn[1] << 16 |
			  (uint64_t)drawn[2] << 8 | drawn[3];

	return (uint32_t)(number * below >> 32);
}

/* The first byte chooses a family of languages, the rest is code: tokens stand in order
 * inside of it, no two overlap, brackets and their mates know each other. */
#include <stdlib.h>

#include "audit/tokens.h"
#include "fuzz.h"

#define MEMORY ((size_t)256 << 20)

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void check_token(const struct tokens *tokens, size_t index, size_t behind)
{
	const struct token *token = &tokens->all[index];

	must(token->len > 0);
	must(token->at >= behind);
	must(token->at + (size_t)token->len <= tokens->file.len);
	must((size_t)token->open + token->close <= token->len);
	must(token->mate < tokens->count);
	must(tokens->all[token->mate].mate == index);
	must(token->in == NO_TOKEN || token->in < index);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tokens tokens;
	struct arena arena;
	size_t behind = 0;
	enum err err;

	if (size == 0)
		return 0;
	arena_init(&arena, MEMORY);
	err = tokens_read(bytes_over(data + 1, size - 1),
		&families[data[0] % family_count], &arena, &tokens);
	must(err == ERR_OK || err == ERR_MEMORY);
	for (size_t i = 0; err == ERR_OK && i < tokens.count; i++) {
		check_token(&tokens, i, behind);
		behind = tokens.all[i].at + tokens.all[i].len;
	}
	arena_done(&arena);
	return 0;
}

/* The first byte chooses a syntax, the rest is a configuration: each directive's name and
 * value stand inside of it, and its block was opened before. */
#include <stdlib.h>

#include "audit/directives.h"
#include "fuzz.h"

#define MEMORY ((size_t)256 << 20)

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void must_lie_in(struct bytes part, struct bytes all)
{
	must(part.len == 0 ||
		(part.at >= all.at && part.at + part.len <= all.at + all.len));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct directives directives;
	struct arena arena;
	struct bytes file;
	enum err err;

	if (size == 0)
		return 0;
	file = bytes_over(data + 1, size - 1);
	arena_init(&arena, MEMORY);
	err = directives_read(
		file, &syntaxes[data[0] % syntax_count], &arena, &directives);
	must(err == ERR_OK || err == ERR_MEMORY);
	for (size_t i = 0; err == ERR_OK && i < directives.count; i++) {
		const struct directive *at = &directives.all[i];

		must_lie_in(at->name, file);
		must_lie_in(at->value, file);
		must(at->at <= at->end && at->end <= file.len);
		must(at->block == NO_BLOCK ||
			(at->block < i && directives.all[at->block].opens));
	}
	arena_done(&arena);
	return 0;
}

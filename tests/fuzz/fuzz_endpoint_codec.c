/* Any bytes: what can be unpacked is packed to bytes that are unpacked to the same. */
#include <stdlib.h>

#include "evidence/endpoint_codec.h"
#include "fuzz.h"

/* Every digest is found, but those that begin with zero. */
static const struct certificate *find(
	struct endpoint_finder *finder, const uint8_t digest[SHA256_LEN])
{
	static struct certificate all[UINT8_MAX + 1];
	struct certificate *found = &all[digest[0]];

	(void)finder;
	memset(found->digest, digest[0], SHA256_LEN);
	return digest[0] == 0 ? NULL : found;
}

static void must(bool holds)
{
	if (!holds)
		abort();
}

static bool repack(struct bytes all, struct arena *arena, struct writer *w)
{
	struct endpoint_finder finder = { find };
	struct endpoint endpoint;

	return endpoint_unpack(all, arena, &finder, &endpoint) == ERR_OK &&
	       endpoint_pack(&endpoint, w) == ERR_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t once[ENDPOINT_PACKED_MAX], twice[ENDPOINT_PACKED_MAX];
	struct writer w = writer_over(once, sizeof once);
	struct writer again = writer_over(twice, sizeof twice);
	struct arena arena;

	arena_init(&arena, ENDPOINT_ARENA_MAX);
	if (repack(bytes_over(data, size), &arena, &w)) {
		bool whole = repack(writer_written(&w), &arena, &again);

		must(whole || arena_refused(&arena));
		must(!whole || bytes_equal(writer_written(&w), writer_written(&again)));
	}
	arena_done(&arena);
	return 0;
}

/*
 * failing_malloc - memory that runs out now and then, for the fuzz targets.
 *
 * With FUZZ_FAIL_ALLOCATIONS=N in the environment one request in N, drawn by a
 * fixed sequence, answers NULL (tools/fuzz --fail-allocations N). Without it the
 * allocator is the ordinary one. Linked by --wrap, so only our code is met.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

void *__real_malloc(size_t n);
void *__real_calloc(size_t count, size_t n);
void *__real_realloc(void *old, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t count, size_t n);
void *__wrap_realloc(void *old, size_t n);

static int fails(void)
{
	static long one_in = -1;
	static uint32_t sequence = 1;

	if (one_in < 0) {
		const char *asked = getenv("FUZZ_FAIL_ALLOCATIONS");

		one_in = asked == NULL ? 0 : strtol(asked, NULL, 10);
	}
	if (one_in <= 0)
		return 0;
	sequence = sequence * 1664525 + 1013904223; /* a linear congruence will do */
	return (sequence >> 8) % (uint32_t)one_in == 0;
}

void *__wrap_malloc(size_t n)
{
	return fails() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t count, size_t n)
{
	return fails() ? NULL : __real_calloc(count, n);
}

void *__wrap_realloc(void *old, size_t n)
{
	return fails() ? NULL : __real_realloc(old, n);
}

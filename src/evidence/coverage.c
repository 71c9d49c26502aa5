#include "evidence/coverage.h"

#include "base/attr.h"

const struct coverage_counter coverage_counters[] = {
#define COUNTER(name, noun, meaning)                                                     \
	{ #name, noun, meaning, offsetof(struct coverage, name) },
#include "evidence/coverage.def"
#undef COUNTER
};

const size_t coverage_counter_count = COUNT_OF(coverage_counters);

static uint64_t *counter_at(struct coverage *coverage, size_t counter)
{
	return (uint64_t *)(void *)((char *)coverage + coverage_counters[counter].offset);
}

uint64_t coverage_get(const struct coverage *coverage, size_t counter)
{
	const char *start = (const char *)coverage;

	return *(const uint64_t *)(const void *)(start +
						 coverage_counters[counter].offset);
}

void coverage_tell(const struct coverage *coverage, size_t counter, struct text *text)
{
	uint64_t value = coverage_get(coverage, counter);

	text_grouped(text, value);
	text_format(text, " %s%s %s", coverage_counters[counter].noun,
		value == 1 ? "" : "s", coverage_counters[counter].meaning);
}

void coverage_set(struct coverage *coverage, size_t counter, uint64_t value)
{
	*counter_at(coverage, counter) = value;
}

void coverage_add(struct coverage *a, const struct coverage *b)
{
	for (size_t i = 0; i < coverage_counter_count; i++)
		*counter_at(a, i) += coverage_get(b, i);
}

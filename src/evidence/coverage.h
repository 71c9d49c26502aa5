/*
 * coverage - how much was seen and what was lost, beside every figure.
 */
#ifndef EVIDENCE_COVERAGE_H
#define EVIDENCE_COVERAGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct coverage {
#define COUNTER(name, noun, meaning) uint64_t name;
#include "evidence/coverage.def"
#undef COUNTER
};

struct coverage_counter {
	const char *name;    /* as in coverage.def */
	const char *noun;    /* what is counted, one of it */
	const char *meaning; /* what became of it */
	size_t offset;       /* of its uint64_t in struct coverage */
};

extern const struct coverage_counter coverage_counters[];
extern const size_t coverage_counter_count;

uint64_t coverage_get(const struct coverage *coverage, size_t counter);
void coverage_set(struct coverage *coverage, size_t counter, uint64_t value);

/* "1 connection given up after a silence" */
void coverage_tell(const struct coverage *coverage, size_t counter, struct text *text);

/* Adds every counter of b to a. */
void coverage_add(struct coverage *a, const struct coverage *b);

#endif

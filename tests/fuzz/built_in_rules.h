/*
 * built_in_rules - the rules that are built in, read once for all runs of a target.
 */
#ifndef TESTS_FUZZ_BUILT_IN_RULES_H
#define TESTS_FUZZ_BUILT_IN_RULES_H

#include "audit/shipped.h"

/* NULL if they could not be read, for want of memory: the next run tries again. */
static inline const struct rules *built_in_rules(void)
{
	static struct rules rules;
	static struct arena arena;
	struct fault why;

	if (rules.count > 0)
		return &rules;
	arena_init(&arena, RULES_BYTES_MAX);
	if (shipped_rules(&rules, &arena, &why) == ERR_OK)
		return &rules;
	arena_done(&arena);
	rules = (struct rules){ 0 };
	return NULL;
}

#endif

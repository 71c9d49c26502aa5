/*
 * built_in - the rules that are built in and their needles, for a test of all of them.
 */
#ifndef TESTS_AUDIT_BUILT_IN_H
#define TESTS_AUDIT_BUILT_IN_H

#include "../unit.h"

#include "audit/look.h"
#include "audit/shipped.h"

static struct arena arena; /* the rules' */
static struct rules rules;
static struct needles *needles;
static struct needles_scratch *scratch;

static int read_built_in(void **state)
{
	struct fault why = { 0 };

	(void)state;
	arena_init(&arena, RULES_BYTES_MAX);
	if (shipped_rules(&rules, &arena, &why) != ERR_OK ||
		needles_new(&rules, &needles, &why) != ERR_OK ||
		needles_scratch_new(needles, &scratch, &why) != ERR_OK) {
		print_error("%s\n", why.text);
		return -1;
	}
	return 0;
}

static int forget_built_in(void **state)
{
	(void)state;
	needles_scratch_free(scratch);
	needles_free(needles);
	arena_done(&arena);
	return 0;
}

#endif
